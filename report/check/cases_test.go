package check

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// suites are made-up suites and what each should come to.
type suites []struct {
	name  string
	write func(*script)
	want  string
}

// judged judges each of them, and reads what is said of it.
func (all suites) judged(t *testing.T) {
	t.Helper()
	for _, tt := range all {
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

func TestSuite(t *testing.T) {
	suites{
		{"clean", func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			s.cycles(caseKey("b"), 1, 1800, 3)
			s.done(3400, "b")
		}, "pass\na ran pass\nb ran pass"},
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
		}, "inconclusive (ports)\na ran inconclusive (ports)\nb ran pass"},
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
	}.judged(t)
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
