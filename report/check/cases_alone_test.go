package check

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flvstorm/flvstorm/report/history"
)

// plays are what may happen in a case, beginning at a time; each says when it is over.
var plays = []func(s *script, key string, at float64) float64{
	func(s *script, key string, at float64) float64 { _, at = s.cycles(key, 1, at, 2); return at },
	func(s *script, key string, at float64) float64 { s.poisoned(key, at); return at + 700 },
	func(s *script, key string, at float64) float64 {
		s.accept(key, 1, at, at+1)
		s.depart(key, 1, at+100)
		s.refuseAgain(key, 2, at+100.1, at+1500, "busy")
		s.accept(key, 90, at+1600, at+1601)
		return at + 1700
	},
	func(s *script, key string, at float64) float64 {
		s.accept(key, 1, at, at+1)
		s.accept(key, 2, at+100, at+101, try{role: history.Contender})
		s.depart(key, 2, at+300)
		s.depart(key, 1, at+400)
		return at + 400
	},
	func(s *script, key string, at float64) float64 {
		s.accept(key, 1, at, at+1)
		s.depart(key, 1, at+100)
		s.refuseAgain(key, 2, at+100.1, at+130, "")
		return at + 200
	},
	func(s *script, key string, at float64) float64 {
		s.accept(key, 1, at, at+1)
		s.add(at+10, key, 0, "play/"+key+"/0", history.PlayRequested{Session: 1, Manner: "prompt"})
		s.add(at+11, key, 0, "play/"+key+"/0", history.PlayResponse{Session: 1, Status: 200})
		s.depart(key, 1, at+2500)
		return at + 2500
	},
	func(s *script, key string, at float64) float64 { return at },
}

// A case is judged in a suite as it would be by itself.
func TestACaseIsJudgedAsIfItWereAlone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSuite(t)
		at := 100.0
		n := rapid.IntRange(1, 5).Draw(r, "cases")
		for i := range n {
			name := fmt.Sprintf("c%d", i)
			s.begin(at, name)
			play := rapid.IntRange(0, len(plays)-1).Draw(r, "play")
			at = plays[play](s, caseKey(name), at+10)
			if rapid.IntRange(0, 4).Draw(r, "death") == 0 {
				s.add(at+1, "", 0, "server", history.Process{State: "exited", PID: i, Signal: "SIGSEGV"})
			}
			s.done(at+5, name)
			at += 6
			if rapid.Bool().Draw(r, "pause") {
				at += 3000
			}
			s.add(at, "", 0, "server", history.Process{State: "ready", PID: i + 1})
			at++
		}
		s.length = ms(at + 2000)
		events := s.ordered()
		out := judged(t, s.header, events)
		for i, c := range out.Cases {
			alone := judged(t, s.header, cutOut(events, c.Name))
			a := alone.Cases[0]
			a.Began, a.Ended = c.Began, c.Ended
			if got, want := briefly(Judgement{Cases: []CaseJudgement{c}}), briefly(Judgement{Cases: []CaseJudgement{a}}); got != want {
				r.Fatalf("case %d\nin the suite %s\nalone        %s", i, got, want)
			}
			if diff := cmp.Diff(figuresOf(a.Outcome), figuresOf(c.Outcome)); diff != "" {
				r.Fatal(diff)
			}
		}
	})
}

// cutOut are the events of one case, with what came to it late, as a run of its own.
func cutOut(events []history.Event, name string) []history.Event {
	var out []history.Event
	in, late := false, false
	for _, e := range events {
		c, turn := e.What.(history.Case)
		_, tick := e.What.(history.Tick)
		switch {
		case turn && c.State == "begin":
			in = c.Name == name
			late = late && in
		case turn:
			if in {
				out = append(out, e)
			}
			late, in = in, false
			continue
		}
		if in || tick && late || e.Key == caseKey(name) {
			out = append(out, e)
		}
	}
	return append(out, history.Event{At: events[len(events)-1].At, What: history.Phase{Name: "end"}})
}

// figuresOf is an outcome as text, without what is of the server as a whole.
func figuresOf(o Outcome) string {
	text := fmt.Sprintf("%+v %+v %+v %+v %+v %+v", o.Publish, o.Contenders, o.Settling, o.Play, o.Returns, o.Keys)
	for _, h := range o.Latency.Named() {
		if h.Histogram != nil {
			text += fmt.Sprintf(" %s %d %d", h.Name, h.TotalCount(), h.Max())
		}
	}
	return text
}
