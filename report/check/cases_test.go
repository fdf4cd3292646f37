package check

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

func (s *script) begin(at float64, name string) {
	s.add(at, "", 0, "run", history.Case{Name: name, State: "begin"})
}

func (s *script) done(at float64, name string) {
	s.add(at, "", 0, "run", history.Case{Name: name, State: "end"})
}

func (s *script) skip(at float64, name string) {
	s.add(at, "", 0, "run", history.Case{Name: name, State: "skipped", Why: "no players"})
}

// newSuite is a run of SRS without phases of its own, for cases have theirs.
func newSuite(t *testing.T) *script {
	s := newScript(t)
	s.events = nil
	return s
}

// poisoned is a key that was duplicated, and back.
func (s *script) poisoned(key string, at float64) {
	s.accept(key, 1, at, at+1)
	s.depart(key, 1, at+300)
	s.refuseAgain(key, 2, at+300.1, at+310, "duplicated")
	s.accept(key, 9, at+400, at+401)
	s.depart(key, 9, at+700)
}

// caseKey is a key of a case of its own.
func caseKey(name string) string { return "live/" + name }

// briefly says what a suite came to: its own judgement, and that of each case with the name before it.
func briefly(out Judgement) string {
	lines := []string{brief(out)}
	for _, c := range out.Cases {
		line := c.Name + " " + c.State
		if c.State != CaseSkipped {
			line += " " + brief(Judgement{Verdict: c.Verdict, Findings: c.Findings})
			for _, r := range c.Reasons {
				line += " (" + r.Code + ")"
			}
		}
		lines = append(lines, line)
	}
	var reasons []string
	for _, r := range out.Reasons {
		reasons = append(reasons, r.Code)
	}
	if len(reasons) > 0 {
		lines[0] += " (" + strings.Join(reasons, " ") + ")"
	}
	return strings.Join(lines, "\n")
}

func TestSuite(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"clean", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 3)
			s.done(3400, "b")
		}, "pass\na ran pass\nb ran pass"},
		{"a death, a new server, and a clean case", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "ready", PID: 1})
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.accept(caseKey("b"), 1, 1800, 1801)
			s.depart(caseKey("b"), 1, 2200)
			s.refuse(caseKey("b"), 2, 2201, 2290, try{id: "x"})
			s.log(2291, "duplicated", "x", "")
			s.add(2250, "", 0, "server", history.Process{State: "exited", PID: 1, Signal: "SIGSEGV"})
			s.done(2400, "b")
			s.add(2500, "", 0, "server", history.Process{State: "started", PID: 2})
			s.add(2600, "", 0, "server", history.Process{State: "ready", PID: 2})
			s.begin(2610, "c")
			s.cycles(caseKey("c"), 1, 2700, 3)
			s.done(4300, "c")
			s.add(4400, "", 0, "server", history.Process{State: "stopped", PID: 2})
		}, "fail server-crashed×1() duplicated-pattern<server-crashed×1(live/b)\na ran pass\n" +
			"b ran fail server-crashed×1() duplicated-pattern<server-crashed×1(live/b)\nc ran pass"},
		{"a death in two of three cases", func(s *script) {
			for i, name := range []string{"a", "b", "c"} {
				at := 100 + 3000*float64(i)
				s.add(at-50, "", 0, "server", history.Process{State: "ready", PID: i + 1})
				s.begin(at-10, name)
				s.cycles(caseKey(name), 1, at, 2)
				if name != "b" {
					s.add(at+1100, "", 0, "server", history.Process{State: "exited", PID: i + 1, Exit: 139})
				}
				s.done(at+1200, name)
			}
		}, "fail server-crashed×2()\na ran fail server-crashed×1()\nb ran pass\nc ran fail server-crashed×1()"},
		{"a death soon after a case is that case's", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.add(2500, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
		}, "fail server-crashed×1()\na ran fail server-crashed×1()"},
		{"a death long after a case is the suite's", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.add(6000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
			s.begin(9000, "b")
			s.refuse(caseKey("b"), 1, 9100, 9101, try{stage: "tcp", wire: history.WireRefused, unsent: true})
			s.done(9500, "b")
		}, "fail server-crashed×1() (cases)\na ran pass\nb ran inconclusive (nothing)"},
		{"a death that a sanitizer reported in the case before", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.add(1690, "", 0, "server", asan("f()"))
			s.done(1700, "a")
			s.begin(1710, "b")
			s.accept(caseKey("b"), 1, 1715, 1716)
			s.depart(caseKey("b"), 1, 1717)
			s.refuse(caseKey("b"), 2, 1718, 1719, try{id: "x"})
			s.add(1720, "", 0, "server", history.Process{State: "exited", PID: 1, Exit: 1})
			s.log(1730, "duplicated", "x", "")
			s.refuse(caseKey("b"), 3, 1728, 1731, try{id: "y"})
			s.log(1732, "duplicated", "y", "")
			s.done(2000, "b")
			s.add(2100, "", 0, "server", history.Process{State: "ready", PID: 2})
			s.begin(2110, "c")
			s.poisoned(caseKey("c"), 2120)
			s.done(3000, "c")
		}, "fail server-crashed×1() sanitizer: AddressSanitizer: heap-use-after-free in f()×1() duplicated-pattern×2(live/b,live/c) duplicated-pattern<server-crashed×1(live/b)\n" +
			"a ran fail server-crashed×1() sanitizer: AddressSanitizer: heap-use-after-free in f()×1()\n" +
			"b ran fail duplicated-pattern×1(live/b) duplicated-pattern<server-crashed×1(live/b)\n" +
			"c ran fail duplicated-pattern×1(live/c)"},
		{"a case while the server is still down", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.add(1650, "", 0, "server", history.Process{State: "exited", PID: 1, Exit: 1})
			s.done(1700, "a")
			s.begin(1710, "b")
			s.refuse(caseKey("b"), 2, 1718, 1719, try{id: "x"})
			s.log(1720, "duplicated", "x", "")
			s.done(2000, "b")
		}, "fail server-crashed×1() duplicated-pattern<server-crashed×1(live/b)\na ran fail server-crashed×1()\n" +
			"b ran fail duplicated-pattern<server-crashed×1(live/b) (nothing)"},
		{"a server that nobody saw dying between two cases", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(9000, "b")
			for i := range 3 {
				s.probe(9100+250*float64(i), "refused", 0)
			}
			s.done(9900, "b")
		}, "fail server-crashed×1() (cases)\na ran pass\nb ran inconclusive (nothing)"},
		{"duplicated in one case only", func(s *script) {
			s.begin(50, "a")
			s.poisoned(caseKey("a"), 100)
			s.done(900, "a")
			s.begin(910, "b")
			s.cycles(caseKey("b"), 1, 1000, 3)
			s.done(2600, "b")
		}, "fail duplicated-pattern×1(live/a)\na ran fail duplicated-pattern×1(live/a)\nb ran pass"},
		{"the same in two cases is one finding", func(s *script) {
			s.begin(50, "a")
			s.poisoned(caseKey("a"), 100)
			s.done(900, "a")
			s.begin(910, "b")
			s.poisoned(caseKey("b"), 1000)
			s.done(1800, "b")
		}, "fail duplicated-pattern×2(live/a,live/b)\na ran fail duplicated-pattern×1(live/a)\nb ran fail duplicated-pattern×1(live/b)"},
		{"a line that comes after the case, and after the next one began", func(s *script) {
			s.begin(50, "a")
			s.accept(caseKey("a"), 1, 100, 101)
			s.depart(caseKey("a"), 1, 400)
			s.refuse(caseKey("a"), 2, 400.1, 401, try{id: "x"})
			s.accept(caseKey("a"), 3, 500, 501)
			s.depart(caseKey("a"), 3, 600)
			s.done(610, "a")
			s.begin(620, "b")
			s.cycles(caseKey("b"), 1, 700, 3)
			s.log(1500, "duplicated", "x", "")
			s.done(2300, "b")
		}, "fail duplicated-pattern×1(live/a)\na ran fail duplicated-pattern×1(live/a)\nb ran pass"},
		{"nothing ran", func(s *script) {
			s.skip(50, "a")
			s.skip(51, "b")
		}, "inconclusive (nothing)\na skipped\nb skipped"},
		{"some were skipped", func(s *script) {
			s.skip(50, "a")
			s.begin(60, "b")
			s.cycles(caseKey("b"), 1, 100, 3)
			s.done(1700, "b")
		}, "pass\na skipped\nb ran pass"},
		{"a case in which nobody got in", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.done(1800, "b")
		}, "inconclusive (cases)\na ran pass\nb ran inconclusive (nothing)"},
		{"interrupted in the second", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 1)
			s.add(2500, "", 0, "run", history.Interrupted{})
			s.done(2600, "b")
			s.skip(2601, "c")
		}, "interrupted (interrupted)\na ran pass\nb ran interrupted (interrupted)\nc skipped"},
		{"interrupted after a finding", func(s *script) {
			s.begin(50, "a")
			s.poisoned(caseKey("a"), 100)
			s.done(900, "a")
			s.add(1000, "", 0, "run", history.Interrupted{})
		}, "fail duplicated-pattern×1(live/a) (interrupted)\na ran fail duplicated-pattern×1(live/a)"},
		{"torn in the middle", func(s *script) {
			s.noEnd = true
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 1)
		}, "inconclusive (cut cases)\na ran pass\nb cut inconclusive (cut)"},
		{"torn between two", func(s *script) {
			s.noEnd = true
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
		}, "inconclusive (cut)\na ran pass"},
		{"a case that the next one cuts off", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 3)
			s.done(3400, "b")
		}, "inconclusive (cases)\na cut inconclusive (cut)\nb ran pass"},
		{"an end of a case that never began", func(s *script) {
			s.done(40, "z")
			s.begin(50, "a")
			s.done(60, "z")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
		}, "pass\na ran pass"},
		{"rounds", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "a")
			s.poisoned(caseKey("a"), 1800)
			s.done(2600, "a")
			s.skip(2700, "a")
		}, "fail duplicated-pattern×1(live/a)\na ran pass\na #2 ran fail duplicated-pattern×1(live/a)\na #3 skipped"},
		{"rounds that the suite numbers itself", func(s *script) {
			for i, name := range []string{"a", "a#2"} {
				at := 100 + 3000*float64(i)
				s.begin(at-10, name)
				s.cycles(caseKey(name), 1, at, 2)
				s.done(at+1200, name)
			}
		}, "pass\na ran pass\na #2 ran pass"},
		{"a key that an earlier case has broken for good", func(s *script) {
			s.begin(50, "a")
			s.accept(caseKey("a"), 1, 100, 101)
			s.depart(caseKey("a"), 1, 400)
			s.done(410, "a")
			s.begin(420, "released")
			s.refuseAgain(caseKey("a"), 2, 500, 13_000, "busy")
			s.done(13_500, "released")
		}, "fail stuck-busy×1(live/a)\na ran pass\nreleased ran fail stuck-busy×1(live/a) (nothing)"},
		{"a key that was never ours", func(s *script) {
			s.begin(420, "released")
			s.accept("live/z", 1, 500, 501)
			s.refuseAgain(caseKey("a"), 2, 500, 13_000, "busy")
			s.done(13_500, "released")
		}, "inconclusive (cases)\nreleased ran inconclusive (never-ours)"},
		{"phases of a case are its own", func(s *script) {
			for i, name := range []string{"a", "b"} {
				at := 100 + 3000*float64(i)
				s.begin(at-90, name)
				s.add(at-80, "", 0, "run", history.Phase{Name: "start"})
				s.add(at-70, "", 0, "run", history.Phase{Name: "storm"})
				s.cycles(caseKey(name), 1, at, 2)
				s.settling(at + 1100)
				s.add(at+1200, "", 0, "run", history.Phase{Name: "end"})
				s.done(at+1210, name)
			}
			s.noEnd = true
		}, "inconclusive (cut)\na ran pass\nb ran pass"},
		{"a limit of ours in one case", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.add(500, "", 0, "run", history.OwnTrouble{Code: "ports"})
			s.done(1700, "a")
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 3)
			s.done(3400, "b")
		}, "inconclusive (ports cases)\na ran inconclusive (ports)\nb ran pass"},
		{"a limit of ours between cases", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.add(9000, "", 0, "run", history.OwnTrouble{Code: "dropped-events"})
		}, "inconclusive (dropped-events)\na ran pass"},
		{"a suite that gave up", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.add(1800, "", 0, "run", history.Stopped{Why: "server-dead"})
			s.skip(1801, "b")
		}, "inconclusive (stopped)\na ran pass\nb skipped"},
		{"a publisher in no case", func(s *script) {
			s.poisoned("live/stray", 100)
			s.begin(1000, "a")
			s.cycles(caseKey("a"), 1, 1100, 3)
			s.done(2700, "a")
		}, "fail duplicated-pattern×1(live/stray)\na ran pass"},
		{"one late action in a short case", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			for i := range 200 {
				at := 1800 + 50*float64(i)
				s.accept(caseKey("b"), uint32(i+1), at, at+1, try{armed: true, due: at})
				s.depart(caseKey("b"), uint32(i+1), at+40)
			}
			s.done(12_000, "b")
			s.events = append(s.events, history.Event{At: ms(1500), Due: ms(1000), Key: caseKey("a"), Actor: "x", What: history.PlayRequested{Session: 1}})
		}, "pass\na ran pass\nb ran pass"},
		{"two late actions in a short case", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			for i := range 2 {
				s.events = append(s.events, history.Event{At: ms(1500), Due: ms(1000), Key: caseKey("a"), Actor: "x", What: history.PlayRequested{Session: i}})
			}
		}, "inconclusive (late-actions cases)\na ran inconclusive (late-actions)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			tt.write(s)
			out := s.judge()
			if got := briefly(out); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			for _, r := range out.Reasons {
				if text := r.Text(phrase.English); text == string(r.Says) || strings.Contains(text, "%!") {
					t.Errorf("reason %s reads %q", r.Code, text)
				}
			}
		})
	}
}

func TestWhereASuiteFoundIt(t *testing.T) {
	s := newSuite(t)
	for i, name := range []string{"a", "b", "a"} {
		at := 100 + 1000*float64(i)
		s.begin(at-10, name)
		s.poisoned(caseKey(name)+fmt.Sprint(i), at)
		s.done(at+800, name)
	}
	out := s.judge()
	f := out.Findings[0]
	if diff := cmp.Diff([]string{"a", "b", "a #2"}, f.In); diff != "" {
		t.Error(diff)
	}
	for i, c := range f.Cases {
		if c.In != f.In[i] {
			t.Errorf("case %d is of %q", i, c.In)
		}
	}
	if len(f.Cases) != 3 || f.FirstAt != out.Cases[0].Findings[0].FirstAt {
		t.Errorf("%d cases from %v on", len(f.Cases), f.FirstAt)
	}
}

// What a dossier tells may come when its case is long over.
func TestALateDossier(t *testing.T) {
	s := newSuite(t)
	s.begin(50, "a")
	s.cycles(caseKey("a"), 1, 100, 2)
	s.add(1300, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
	s.done(1400, "a")
	s.add(1500, "", 0, "server", history.Process{State: "ready", PID: 8})
	s.begin(1510, "b")
	s.cycles(caseKey("b"), 1, 1600, 20)
	s.add(8000, "", 0, "server", history.Crash{PID: 7, Signal: "SIGSEGV", Frames: []string{"f1", "f2"}, Folder: "evidence/crash"})
	s.done(12_000, "b")
	out := s.judge()
	for _, f := range []Finding{out.Findings[0], out.Cases[0].Findings[0]} {
		c := f.Cases[0]
		if c.Crash == nil || c.Crash.Folder != "evidence/crash" || !slices.Equal(c.Frames, []string{"f1", "f2"}) {
			t.Errorf("%+v", c)
		}
		if want := (Evidence{File: "evidence/crash"}); !slices.Contains(f.Evidence, want) {
			t.Errorf("evidence %+v", f.Evidence)
		}
	}
	if v := out.Cases[1].Verdict; v != Pass {
		t.Errorf("the next case is %v", v)
	}
}

// The figures of a suite are the sum of its cases'.
func TestTheSumOfASuite(t *testing.T) {
	s := newSuite(t)
	for i, name := range []string{"a", "b"} {
		at := 100 + 3000*float64(i)
		s.begin(at-50, name)
		s.cycles(caseKey(name), 1, at, 3+i)
		s.done(at+2500, name)
	}
	out := s.judge()
	o := out.Outcome
	if o.Publish.Accepted != 7 || o.Departures != 7 || len(o.Keys) != 2 || o.Returns.Returns != 5 {
		t.Errorf("%+v", o)
	}
	if math.Abs(o.Returns.Below-power(5)) > 1e-9 {
		t.Errorf("below %v", o.Returns.Below)
	}
	if n := o.Latency.Accept.TotalCount(); n != 7 {
		t.Errorf("%d acceptances measured", n)
	}
	if n := out.Cases[1].Outcome.Latency.Accept.TotalCount(); n != 4 {
		t.Errorf("%d of them in the second case", n)
	}
	if l := out.Cases[0].Outcome.Latency; l.FirstByte != nil || l.Accept.Max() < 990 || l.Accept.Max() > 1020 {
		t.Errorf("the case's latencies: %v, %d µs", l.FirstByte, l.Accept.Max())
	}
	if l := o.Left; len(l) != 1 || l[0].Returns != 5 || l[0].Recovery.TotalCount() != 5 {
		t.Errorf("left %+v", l)
	}
}

func TestTheSumOfASweep(t *testing.T) {
	s := newSuite(t)
	s.header.Plan = map[string]any{"sweep": true}
	for i, name := range []string{"a", "b"} {
		at := 100 + 3000*float64(i)
		s.begin(at-50, name)
		s.add(at-20, caseKey(name), 0, "pub/"+caseKey(name), history.Connected{Conn: int64(1000 + i), Server: "srs 5.0.216"})
		s.cycles(caseKey(name), 1, at, 3)
		s.accept(caseKey(name), 9, at+1600, at+1601, try{after: 3, armed: true})
		s.done(at+2500, name)
	}
	out := s.judge()
	want := []Gap{{Armed: true, Returns: 2}, {Returns: 4}}
	if diff := cmp.Diff(want, out.Outcome.Gaps); diff != "" || out.Server != "srs 5.0.216" {
		t.Errorf("%s%s", out.Server, diff)
	}
}

// A history that has more cases than anybody plays must not fill our memory.
func TestEndlessCases(t *testing.T) {
	j := New(history.Header{})
	for i := range maxCasesOfSuite + 500 {
		j.Step(history.Event{At: time.Duration(i), What: history.Case{Name: "a", State: "begin"}})
		if n := len(j.suite.open); n > maxLate {
			t.Fatalf("%d are open", n)
		}
		if i == 200 {
			for range maxCasesOfSuite {
				j.Step(history.Event{At: time.Duration(i), What: history.Case{Name: "b", State: "skipped"}})
			}
		}
	}
	out := j.Finish()
	if len(out.Cases) != maxCasesOfSuite || out.Verdict != Inconclusive || out.Reasons[len(out.Reasons)-1].Code != "many-cases" {
		t.Errorf("%d cases, %v, %+v", len(out.Cases), out.Verdict, out.Reasons)
	}
}

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
