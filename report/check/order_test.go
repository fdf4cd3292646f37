package check

import (
	"cmp"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// scenes are runs in which something of every kind happens.
var scenes = map[string]func(*script){
	"clean": func(s *script) {
		s.cycles(k0, 1, 100, 20)
		s.cycles(k1, 1, 100, 20)
	},
	"the bug": func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.refuse(k0, 2, 300, 301, try{role: history.Contender, id: "c"})
		s.log(302, "busy", "c", k0)
		s.depart(k0, 1, 600)
		e := s.refuseAgain(k0, 3, 600.1, 610, "duplicated")
		e = s.refuseAgain(k0, e, 620.1, 15000, "busy")
		s.settling(15000)
		s.refuse(k0, e, 17000, 17001, try{role: history.Settling, id: "x"})
		s.log(17002, "busy", "x", k0)
	},
	"slow, disposing and transient": func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.depart(k0, 1, 600)
		s.refuseAgain(k0, 2, 600.1, 2000, "busy")
		s.accept(k0, 50, 2100, 2101)
		s.depart(k0, 50, 2600)
		s.refuseAgain(k0, 51, 2600.1, 2620, "disposing")
		s.accept(k0, 90, 2700, 2701)
		s.depart(k0, 90, 3200)
		s.refuseAgain(k0, 91, 3200.1, 3300, "")
		s.accept(k0, 99, 3400, 3401)
	},
	"two owners": func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.accept(k0, 2, 300, 301, try{role: history.Contender})
		s.depart(k0, 2, 401)
		s.depart(k0, 1, 600)
	},
	"hungry players": func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.get(50, 1, "prompt")
		s.ok(110, 1)
		s.media(150, 600, 1)
		s.depart(k0, 1, 600)
		s.eof(610, 1, 20)
		s.get(611, 2, "prompt")
		s.ok(612, 2)
		s.accept(k0, 2, 700, 701)
		s.depart(k0, 2, 5000)
	},
	"a restart": func(s *script) {
		s.named(90, "11")
		s.accept(k0, 1, 100, 101)
		s.ended(k0, 1, 3000, false)
		s.refuse(k0, 2, 3010, 3011, try{id: "x"})
		s.log(3012, "duplicated", "x", k0)
		s.named(3600, "12")
		s.accept(k0, 3, 3700, 3701)
	},
	"a suite": func(s *script) {
		s.begin(50, "a")
		s.poisoned(caseKey("a"), 100)
		s.done(900, "a")
		s.begin(901, "b")
		s.cycles(caseKey("b"), 1, 910, 3)
		s.done(2500, "b")
		s.skip(2501, "c")
		s.begin(2502, "a")
		s.poisoned(caseKey("a2"), 2510)
		s.done(3300, "a")
	},
	"a death": func(s *script) {
		s.cycles(k0, 1, 100, 3)
		s.refuse(k0, 9, 1700, 1990)
		s.add(2000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
	},
}

// Goroutines report as they get a CPU: what one reports is in order, but between them some time may be interchanged:
// milliseconds, and more where the machine is short of CPU. That must not change what is found.
func TestTheOrderOfReportsDoesNotMatter(t *testing.T) {
	for name, write := range scenes {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			write(s)
			// One event that comes late enough, and more disorder is expected.
			s.add(2, "", 0, "run", lateEvent{ms(-900), history.Connected{Conn: 1 << 40}})
			want := briefly(s.judge())
			for seed := range uint64(45) {
				jitter := []time.Duration{30 * time.Millisecond, 250 * time.Millisecond, 900 * time.Millisecond}[seed%3]
				r := rand.New(rand.NewPCG(seed, 1))
				type heard struct {
					history.Event
					at time.Duration
				}
				var events []heard
				last := map[string]time.Duration{}
				for _, e := range s.last {
					h := heard{e, e.At}
					if _, tick := e.What.(history.Tick); !tick && e.Actor != "run" {
						h.at += time.Duration(r.Int64N(int64(jitter)))
						who := e.Actor + e.Key
						h.at = max(h.at, last[who])
						last[who] = h.at
					}
					if e.At < 0 {
						h.at = 0
					}
					events = append(events, h)
				}
				slices.SortStableFunc(events, func(a, b heard) int { return cmp.Compare(a.at, b.at) })
				var shuffled []history.Event
				for _, h := range events {
					shuffled = append(shuffled, h.Event)
				}
				if got := briefly(judged(t, s.header, shuffled)); got != want {
					t.Fatalf("seed %d:\n got %s\nwant %s", seed, got, want)
				}
			}
		})
	}
}

// The same run is judged the same from its file.
func TestTheFileGivesTheSameJudgement(t *testing.T) {
	for name, write := range scenes {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			write(s)
			want := brief(s.judge())
			dir := t.TempDir()
			rec, err := history.NewRecorder(history.RecorderConfig{Dir: dir, Header: s.header})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range s.last {
				rec.Record(e)
			}
			if err := rec.Close(); err != nil {
				t.Fatal(err)
			}
			r, err := history.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			j := New(r.Header())
			for {
				e, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				j.Step(e)
			}
			if got := brief(j.Finish()); got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

// Events that make no sense, as a damaged or a hostile file may hold them, must not bring a judge down.
func TestNonsenseIsSurvived(t *testing.T) {
	payloads := []history.Payload{
		history.Tick{}, history.Phase{Name: "storm"}, history.Phase{Name: "end"}, history.Connected{Conn: 1, ServerID: "c"},
		history.PublishSent{Role: history.Owner, Conn: 1, After: 1, Gap: -5}, history.PublishAccepted{Conn: 1, Said: -1},
		history.PublishRefused{Conn: 1, Sent: -5, ServerID: "c"}, history.PublishUndecided{Conn: 1}, history.Departed{How: "vanish", LastSent: 1 << 62},
		history.PublishEnded{Vanished: true}, history.PublishEnded{}, history.PlayRequested{Manner: "x"}, history.PlayResponse{Status: 200},
		history.PlayFirst{Of: "media", Since: -7}, history.PlayProgress{Tags: -4, Last: -1, MaxGap: 1 << 61}, history.PlayRefused{},
		history.PlayEnded{Tags: 1 << 62}, history.LogLine{Class: "nonsense", ID: "c"}, history.LogLine{Class: "busy", Rule: "play-duplicated"},
		history.Process{State: "exited"}, history.Probe{Result: "silent", Quiet: 1 << 62}, history.Unknown{}, history.ArmedLost{},
		history.OwnTrouble{}, history.Stopped{}, history.Interrupted{}, history.Process{State: "ready", PID: 1},
		history.Process{State: "exited", PID: 1, Exit: 139}, history.Process{State: "stopped"}, history.Process{State: "gone"},
		history.Probe{Result: "refused"}, history.Probe{Result: "alive", Took: -1 << 62}, history.Connected{Conn: 2, ServerPID: "1", Setup: -1 << 62},
		history.Connected{Conn: 3, ServerPID: "2", Setup: 1 << 62}, history.PublishEnded{Wire: history.WireEOF}, history.Crash{}, history.Crash{Hung: true},
		history.Crash{PID: 1, Frames: make([]string, 99)}, history.Sanitizer{}, history.Sanitizer{Tool: "AddressSanitizer", Lines: []string{"", "#0 0x1 in f", "#"}},
		history.API{Error: "refused", Wire: history.WireRefused}, history.API{Clients: -1, Streams: []history.APIStream{{Key: k0, Active: true, Clients: -5}}}, history.API{},
		history.Usage{PID: 1, CPU: -1, RSS: -1, FDs: -1}, history.Usage{PID: 1, CPU: 1 << 62, RSS: 1 << 62},
		history.Case{Name: "a", State: "begin"}, history.Case{Name: "a", State: "end"}, history.Case{Name: "b #2", State: "begin"},
		history.Case{State: "end"}, history.Case{Name: "/", State: "skipped"}, history.Case{State: "nonsense"},
	}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		j := New([]history.Header{
			{},
			{Judge: history.Judge{TimeScale: math.Inf(1), Baseline: &history.Baseline{Findings: []string{"", "/", "a/"}}}},
			{Judge: history.Judge{TimeScale: math.NaN(), FailOnly: []string{""}, Grace: 1 << 62, StuckAfter: -1 << 62}},
		}[r.IntN(3)])
		for i := range 300 {
			at := time.Duration(r.Int64N(int64(time.Minute)))
			if r.IntN(50) == 0 {
				at = -at
			}
			j.Step(history.Event{
				Seq: int64(i), At: at, Due: time.Duration(r.Int64N(3)), Key: []string{"", k0, k1}[r.IntN(3)],
				Epoch: r.Uint32N(4), Actor: []string{"", p0}[r.IntN(2)], What: payloads[r.IntN(len(payloads))],
			})
			if i%50 == 0 {
				j.Findings()
				j.Proven()
			}
		}
		out := j.Finish()
		if out.Verdict == Pass {
			t.Errorf("seed %d: nonsense is a pass", seed)
		}
	}
}
