package check

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

func TestVerdict(t *testing.T) {
	// bug makes a run in which something is found.
	bug := func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.depart(k0, 1, 600)
		s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
		s.accept(k0, 9, 700, 701)
	}
	clean := func(s *script) { s.cycles(k0, 1, 100, 10) }
	trouble := func(code string) func(*script) {
		return func(s *script) { clean(s); s.add(500, "", 0, "run", history.OwnTrouble{Code: code, Count: 2}) }
	}
	// late makes a run with 200 actions, so many of which come by so much too late.
	late := func(n int, by float64) func(*script) {
		return func(s *script) {
			for i := range 100 {
				at := 1000 + 100*float64(i)
				delay := 0.0
				if i < n {
					delay = by
				}
				s.accept(k0, uint32(i+1), at+delay, at+delay+1, try{armed: true, due: at})
				s.events = append(s.events, history.Event{
					At: ms(at + delay + 50), Due: ms(at + delay + 50), Key: k0, Epoch: uint32(i + 1), What: history.Departed{How: "fin"},
				})
			}
		}
	}
	for _, tt := range []struct {
		name    string
		write   func(*script)
		want    string
		reasons []string
	}{
		{"clean", clean, "pass", nil},
		{"a finding", bug, "fail duplicated-pattern×1(live/s0)", nil},
		{"a finding that is allowed", func(s *script) { bug(s); s.header.Judge.Allow = []string{"duplicated-pattern"} },
			"pass duplicated-pattern×1(live/s0)~", nil},
		{"another that is allowed", func(s *script) { bug(s); s.header.Judge.Allow = []string{"stuck-busy"} },
			"fail duplicated-pattern×1(live/s0)", nil},
		{"a root that is allowed excuses no consequence", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.refuseAgain(k0, e, 620.1, 15000, "busy")
			s.header.Judge.Allow = []string{"duplicated-pattern"}
		}, "fail duplicated-pattern×1(live/s0)~ stuck-busy<duplicated-pattern×1(live/s0)", nil},
		{"interrupted", func(s *script) { clean(s); s.add(5000, "", 0, "run", history.Interrupted{}) },
			"interrupted", []string{"interrupted"}},
		{"interrupted after a finding", func(s *script) { bug(s); s.add(5000, "", 0, "run", history.Interrupted{}) },
			"fail duplicated-pattern×1(live/s0)", []string{"interrupted"}},
		{"interrupted before a limit of ours matters", func(s *script) {
			trouble("descriptors")(s)
			s.add(5000, "", 0, "run", history.Interrupted{})
		}, "interrupted", []string{"interrupted", "descriptors"}},
		{"too few descriptors", trouble("descriptors"), "inconclusive", []string{"descriptors"}},
		{"no ports", trouble("ports"), "inconclusive", []string{"ports"}},
		{"no memory", trouble("memory"), "inconclusive", []string{"memory"}},
		{"a full disk", trouble("disk"), "inconclusive", []string{"disk"}},
		{"events were lost", trouble("dropped-events"), "inconclusive", []string{"dropped-events"}},
		{"a failure of ours", trouble("internal"), "inconclusive", []string{"internal"}},
		{"connections that were armed too late only count apart", trouble("armed-late"), "pass", nil},
		{"a limit of ours, and a finding", func(s *script) { bug(s); s.add(500, "", 0, "run", history.OwnTrouble{Code: "ports"}) },
			"fail duplicated-pattern×1(live/s0)", []string{"ports"}},
		{"a history that breaks off", func(s *script) { clean(s); s.noEnd = true },
			"inconclusive", []string{"cut"}},
		{"a history that breaks off after a finding", func(s *script) { bug(s); s.noEnd = true },
			"fail duplicated-pattern×1(live/s0)", []string{"cut"}},
		{"nothing happened", func(*script) {}, "inconclusive", []string{"nothing"}},
		{"nothing but refusals that can't be judged", func(s *script) {
			s.refuse(k0, 1, 100, 101, try{stage: "tcp", wire: history.WireUnreachable, unsent: true})
		}, "inconclusive", []string{"nothing"}},
		{"only players, served by a stranger's publisher", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.media(100, 3000, 1)
		}, "pass", nil},
		{"a key that was refused last", func(s *script) {
			clean(s)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 600)
			s.refuseAgain(k1, 2, 600.1, 610, "busy")
		}, "inconclusive stream-busy/info×1(live/s1)", []string{"unresolved"}},
		{"a key that somebody else may publish", func(s *script) {
			clean(s)
			s.refuseAgain(k1, 1, 100, 13000, "busy")
		}, "inconclusive", []string{"never-ours"}},
		{"the only key, and somebody else may publish it", func(s *script) { s.refuseAgain(k1, 1, 100, 13000, "busy") },
			"inconclusive", []string{"nothing"}},
		{"a key that the server's rules keep", func(s *script) {
			clean(s)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 600)
			s.refuseAgain(k1, 2, 600.1, 13000, "denied")
		}, "inconclusive", []string{"denied"}},
		{"a key that a limit of the server's keeps", func(s *script) {
			clean(s)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 600)
			s.refuseAgain(k1, 2, 600.1, 13000, "limit")
		}, "inconclusive", []string{"limit"}},
		{"nobody was ever let in: one reason", func(s *script) {
			s.refuseAgain(k0, 1, 100, 13000, "denied")
			s.refuseAgain(k1, 1, 100, 13000, "denied")
		}, "inconclusive", []string{"denied"}},
		{"nobody was ever let in, by a word on the wire", func(s *script) {
			for i := range 10 {
				s.refuse(k0, uint32(i+1), 100+1500*float64(i), 101+1500*float64(i), try{wire: history.WireStatus, code: "NetConnection.Connect.Rejected"})
			}
		}, "inconclusive", []string{"denied"}},
		{"a limit from the first on: one reason", func(s *script) { s.refuseAgain(k0, 1, 100, 13000, "limit") },
			"inconclusive", []string{"limit"}},
		{"players without the right token: one reason", func(s *script) {
			s.accept(k0, 1, 100, 101)
			answers(s, 200, 6000, 403)
			s.depart(k0, 1, 7000)
		}, "inconclusive", []string{"denied"}},
		{"players without the right token, and publishers too", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for i, actor := range []string{"play/live/s0/1", "play/live/s0/2"} {
				for n := range 20 {
					at := 200 + 300*float64(n) + float64(i)
					s.add(at, k0, 0, actor, history.PlayRequested{Session: n, Manner: "prompt"})
					s.add(at+1, k0, 0, actor, history.PlayRefused{Session: n, Wire: history.WireStatus, Status: 403})
				}
			}
			s.depart(k0, 1, 7000)
			s.refuseAgain(k1, 1, 100, 13000, "denied")
			s.refuseAgain("live/s2", 1, 100, 13000, "limit")
		}, "inconclusive", []string{"denied", "limit", "denied"}},
		{"a token that was good, and no more", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(110, 1, "prompt")
			s.ok(120, 1)
			s.media(150, 3000, 1)
			s.eof(3010, 1, 50)
			answers(s, 3020, 8000, 401)
			s.depart(k0, 1, 9000)
		}, "inconclusive", []string{"denied"}},
		{"too many requests", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(110, 1, "prompt")
			s.ok(120, 1)
			s.media(150, 3000, 1)
			s.eof(3010, 1, 50)
			answers(s, 3020, 8000, 429)
			s.depart(k0, 1, 9000)
		}, "inconclusive", []string{"limit"}},
		{"a key that a player was refused with a rule, and without", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(110, 1, "prompt")
			s.ok(120, 1)
			s.media(150, 3000, 1)
			s.eof(3010, 1, 50)
			answers(s, 3020, 3400, 403)
			answers(s, 3420, 8000, 404)
			s.depart(k0, 1, 9000)
		}, "fail player-refused×1(live/s0)", nil},
		{"a key that was refused for some time and had not come back", func(s *script) {
			clean(s)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 600)
			s.refuseAgain(k1, 2, 600.1, 6000, "busy")
		}, "inconclusive", []string{"unresolved"}},
		{"ended early", func(s *script) { clean(s); s.add(9000, "", 0, "run", history.Stopped{Why: "server-dead"}) },
			"inconclusive", []string{"stopped"}},
		{"one action in a hundred came too late", late(2, 251), "pass", nil},
		{"more of them", late(3, 251), "inconclusive", []string{"late-actions"}},
		{"many, but not too late", late(100, 250), "pass", nil},
		{"a connection counts from when it was begun, not from when the server was done", func(s *script) {
			for i := range 100 {
				at := 1000 + 100*float64(i)
				s.events = append(s.events, history.Event{At: ms(at + 400), Due: ms(at), Key: k0, Actor: "pub/" + k0, What: history.Connected{
					Conn: 1000 + int64(i), Setup: ms(395),
				}})
			}
			clean(s)
		}, "pass", nil},
		{"a return on a full connection that we began too late", func(s *script) {
			for i := range 100 {
				at, epoch := 1000+100*float64(i), uint32(i+1)
				delay := 0.0
				if i < 5 {
					delay = 260
				}
				s.events = append(s.events, history.Event{At: ms(at + delay + 3), Due: ms(at), Key: k0, Actor: "pub/" + k0, What: history.Connected{
					Role: history.Owner, Conn: 1000 + int64(i), Setup: ms(3),
				}})
				s.accept(k0, epoch, at+delay+4, at+delay+5, try{after: epoch - 1, gap: delay + 4})
				s.depart(k0, epoch, at+delay+50)
			}
		}, "inconclusive", []string{"late-actions"}},
		{"and so does a player", func(s *script) {
			for i := range 100 {
				at := 1000 + 100*float64(i)
				s.events = append(s.events, history.Event{At: ms(at + 400), Due: ms(at), Key: k1, Actor: "play/live/s1/1", What: history.PlayRequested{
					Session: i, TCP: ms(10),
				}})
			}
			clean(s)
		}, "inconclusive", []string{"late-actions"}},
		{"what hangs on time alone, in a run that was too late itself", func(s *script) {
			for i := range 100 {
				at := 10_000 + 100*float64(i)
				s.events = append(s.events, history.Event{At: ms(at + 400), Due: ms(at), Key: k1, Actor: "play/live/s1/1", What: history.PlayRequested{
					Session: i, TCP: ms(10),
				}})
			}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "inconclusive slow-release×1(live/s0)", []string{"late-actions"}},
		{"what was refused is proven all the same", func(s *script) {
			for i := range 100 {
				at := 10_000 + 100*float64(i)
				s.events = append(s.events, history.Event{At: ms(at + 400), Due: ms(at), Key: k1, Actor: "play/live/s1/1", What: history.PlayRequested{
					Session: i, TCP: ms(10),
				}})
			}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600.1, 601, try{id: "a"})
			s.log(602, "busy", "a", k0)
			s.refuse(k0, 3, 1800, 1801, try{try: 1, id: "b"})
			s.log(1802, "busy", "b", k0)
			s.accept(k0, 4, 1900, 1901, try{try: 2})
		}, "fail slow-release×1(live/s0)", []string{"late-actions"}},
		{"no player ever got anything", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for i, actor := range []string{"play/live/s0/0", "play/live/s0/1"} {
				s.add(150+float64(i), k0, 0, actor, history.PlayRequested{Session: 1, Manner: "prompt"})
				s.add(160+float64(i), k0, 0, actor, history.PlayResponse{Session: 1, Status: 200})
			}
			s.depart(k0, 1, 3000)
		}, "inconclusive player-starved×2(live/s0)", []string{"no-media"}},
		{"a profile that can't be read", func(s *script) { clean(s); s.header.Profile = map[string]any{"name": 5} },
			"inconclusive", []string{"profile"}},
		{"events from a newer flvstorm are skipped", func(s *script) {
			clean(s)
			s.add(500, "", 0, "run", history.Unknown{Name: "news"})
		}, "pass", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			out := s.want(tt.want)
			var got []string
			for _, r := range out.Reasons {
				got = append(got, r.Code)
				if text := r.Text(phrase.English); text == string(r.Says) || text == "" {
					t.Errorf("reason %s has no sentence", r.Code)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.reasons) {
				t.Errorf("reasons %v, want %v", got, tt.reasons)
			}
		})
	}
}

// answers is a player that asks every 200 ms and is answered with a status.
func answers(s *script, from, until float64, status int) {
	for n := 10; from < until; n, from = n+1, from+200 {
		s.get(from, n, "prompt")
		s.no(from+5, n, status)
	}
}

// A run in which nobody was let in says so in one line, with what to do.
func TestTheReasonOfADenial(t *testing.T) {
	s := newScript(t)
	s.refuseAgain(k0, 1, 100, 13000, "denied")
	out := s.judge()
	want := "the server denied publishers, on live/s0: does --publish-url carry the token, signature or password that it asks for, " +
		"and for how long is that valid?"
	if len(out.Reasons) != 1 || out.Reasons[0].Text(phrase.English) != want {
		t.Errorf("%d reasons, %s", len(out.Reasons), out.Reasons[0].Text(phrase.English))
	}
}

func TestTheZeroVerdictClaimsNothing(t *testing.T) {
	var v Verdict
	if v != Inconclusive || v.ExitCode() != 3 {
		t.Errorf("%v, exit %d", v, v.ExitCode())
	}
	for v, want := range map[Verdict]int{Pass: 0, Fail: 1, Interrupted: 130, Verdict(9): 3} {
		if v.ExitCode() != want {
			t.Errorf("%v exits with %d", v, v.ExitCode())
		}
	}
	if b, _ := json.Marshal(Fail); string(b) != `"fail"` {
		t.Errorf("as JSON: %s", b)
	}
	if Verdict(9).String() != "Verdict(9)" || Verdict(-1).String() != "Verdict(-1)" {
		t.Error("a verdict that there is not")
	}
}

func TestEveryCodeHasItsSentences(t *testing.T) {
	for _, c := range Codes {
		if id := c.Says(); phrase.English.Say(id) == string(id) {
			t.Errorf("%s has no sentence", id)
		}
	}
	for _, tie := range []Tie{ByNothing, ByID, ByPeer, ByTime, ByLast} {
		if phrase.English.Say(tie.Says()) == string(tie.Says()) {
			t.Errorf("tie %q has no sentence", tie)
		}
	}
}

// What is judged while a run goes on and what is judged from its file must be the same, whatever the order of maps.
func TestTheSameEventsGiveTheSameJudgement(t *testing.T) {
	s := newScript(t)
	for i := range 30 {
		k := fmt.Sprintf("live/s%02d", i)
		s.accept(k, 1, 100, 101)
		s.depart(k, 1, 600)
		e := s.refuseAgain(k, 2, 600.1, 610, "duplicated")
		s.refuseAgain(k, e, 620.1, 15000, "busy")
	}
	events := s.ordered()
	var first string
	for range 5 {
		out := judged(t, s.header, events)
		b, err := json.Marshal(out.Findings)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b) + fmt.Sprintf("%+v", out.Findings[0].Cases) + fmt.Sprintf("%+v", out.Outcome.Keys)
		if first == "" {
			first = text
		} else if text != first {
			t.Fatal("two judgements of one run differ")
		}
	}
}

// A server that refuses for an hour must not fill our memory, nor the report.
func TestALongRefusalIsBounded(t *testing.T) {
	s := newScript(t)
	s.length = time.Hour
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.refuseAgain(k0, 2, 600.1, 3_500_000, "duplicated")
	j := New(s.header)
	var n int64
	for _, e := range s.ordered() {
		n++
		e.Seq = n
		j.Step(e)
	}
	if iv := j.refusals.lasting()[0]; len(iv.waiting) > 20 {
		t.Errorf("%d refusals wait", len(iv.waiting))
	}
	if k := j.line.keys[k0]; len(k.attempts) > 20 || len(k.owners) > 2 {
		t.Errorf("%d attempts and %d owners kept", len(k.attempts), len(k.owners))
	}
	f := j.Finish().Findings[0]
	if f.Code != DuplicatedPattern || f.Count < 5000 || len(f.Cases) > maxCasesPerKey || len(f.Evidence) > maxEvidence {
		t.Errorf("%s ×%d, %d cases, %d pieces of evidence", f.Code, f.Count, len(f.Cases), len(f.Evidence))
	}
}

func TestOwnersAreForgotten(t *testing.T) {
	s := newScript(t)
	s.length = 10 * time.Minute
	s.cycles(k0, 1, 100, 1000)
	j := New(s.header)
	for _, e := range s.ordered() {
		j.Step(e)
	}
	if k := j.line.keys[k0]; len(k.attempts) > 3 || len(k.owners) > 3 {
		t.Errorf("%d attempts and %d owners kept of 1,000", len(k.attempts), len(k.owners))
	}
	if n := len(j.line.conns); n > 5 {
		t.Errorf("%d connections kept", n)
	}
}

func TestWhatIsOverIsForgotten(t *testing.T) {
	s := newScript(t)
	s.length = 10 * time.Minute
	for i := range 500 {
		at, epoch, id := 100+1000*float64(i), uint32(10*i+1), fmt.Sprint(i)
		s.accept(k0, epoch, at, at+1)
		s.depart(k0, epoch, at+900)
		s.refuse(k0, epoch+1, at+900.1, at+901, try{id: id, local: "1.2.3.4:" + id})
		// An armed connection that is never used.
		s.add(at, k0, 0, "pub/"+k0, history.Connected{Conn: int64(1_000_000 + i)})
	}
	s.accept(k0, 9999, 500_200, 500_201)
	j := New(s.header)
	for _, e := range s.ordered() {
		j.Step(e)
	}
	r, tied := j.refusals, j.refusals.tied
	if a, b, c, d := len(r.closing), len(r.settling), len(r.queues), len(r.open); a+b+c+d > 0 {
		t.Errorf("%d closing, %d settling, %d queues, %d open", a, b, c, d)
	}
	if a, b := len(tied.wait.id), len(tied.wait.peer); a+b > 0 {
		t.Errorf("%d wait by id, %d by peer", a, b)
	}
	if n := len(j.line.conns); n > 0 {
		t.Errorf("%d connections kept", n)
	}
	if out := j.Finish(); out.Outcome.Publish.Refused["closed"] != 500 {
		t.Errorf("refused %v", out.Outcome.Publish.Refused)
	}
}

// A finding that repeats for ever is counted, not kept.
func TestEndlessFindingsAreCounted(t *testing.T) {
	f := &found{line: newTimeline(&profile.Profile{}, history.Judge{}), kept: new(int)}
	const n = maxParts + 5000
	for i := range n {
		f.add(part{code: PlayerStarved, count: 1, example: Case{Key: fmt.Sprintf("live/s%d", i%10), At: time.Duration(i)}})
	}
	got := f.gather(nil).findings(newRules(history.Judge{}))
	if len(f.parts) > maxParts || len(got) != 1 || got[0].Count != n || len(got[0].Keys) != 10 || len(got[0].Cases) > maxCases {
		t.Errorf("%d parts, ×%d, %d keys, %d cases", len(f.parts), got[0].Count, len(got[0].Keys), len(got[0].Cases))
	}
}
