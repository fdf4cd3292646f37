package check

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// crash is the end of the server, and of the run or case that it ends.
func (s *script) crash(at float64, pid int) {
	s.add(at, "", 0, "server", history.Process{State: "exited", PID: pid, Signal: "SIGSEGV"})
	s.add(at+10, "", 0, "run", history.Stopped{Why: "server-dead"})
}

func TestWhatAnExcusedDeathCuts(t *testing.T) {
	allow := history.Judge{Allow: []string{"server-crashed"}}
	// dies is a run with a death in its storm.
	dies := func(s *script) {
		s.cycles(k0, 1, 100, 3)
		s.crash(4000, 7)
		s.length = ms(4100)
	}
	// refused is one with a key that was refused last when the server died.
	refused := func(s *script) {
		s.accept(k1, 1, 100, 101)
		s.depart(k1, 1, 2500)
		s.refuseAgain(k1, 2, 2500.1, 3990, "busy")
		dies(s)
	}
	for _, tt := range []struct {
		name  string
		judge history.Judge
		write func(*script)
		want  string
		open  string // of a pass
	}{
		{"a death that nothing excuses", history.Judge{}, dies, "fail server-crashed×1() (stopped)", ""},
		{"by --allow", allow, dies, "pass server-crashed×1()~ (excused)", "ended the run early"},
		{"by the baseline", history.Judge{Baseline: baseline("server-crashed")}, dies, "pass server-crashed×1()~ (baseline excused)", "ended the run early"},
		{"by a baseline of something else", history.Judge{Baseline: baseline("leak")}, dies, "fail server-crashed×1() (stopped)", ""},
		{"what is looked for may be hidden by it", history.Judge{FailOnly: []string{"stuck-busy"}}, dies, "inconclusive server-crashed×1()~ (stopped)", ""},
		{"and by one that is allowed", history.Judge{Allow: allow.Allow, FailOnly: []string{"stuck-busy"}}, dies, "inconclusive server-crashed×1()~ (stopped)", ""},
		{"a run that was stopped by something else", allow, func(s *script) {
			dies(s)
			s.add(9000, "", 0, "server", history.Process{State: "ready", PID: 8})
			s.cycles(k0, 5, 9100, 3)
			s.add(12_000, "", 0, "run", history.Stopped{Why: "fail-fast"})
			s.length = ms(12_100)
		}, "inconclusive server-crashed×1()~ (stopped)", ""},
		{"keys that were refused last", allow, refused, "pass server-crashed×1()~ (excused excused)", "keys refused last before it: 1"},
		{"keys that were refused last, by a death that counts", history.Judge{}, refused, "fail server-crashed×1() (unresolved stopped)", ""},
		{"a key that was refused last when the server was long back", allow, func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(4000, "", 0, "server", history.Process{State: "exited", PID: 7})
			s.add(4100, "", 0, "server", history.Process{State: "ready", PID: 8})
			s.cycles(k0, 5, 4200, 10)
			s.accept(k1, 1, 9000, 9001)
			s.depart(k1, 1, 9500)
			s.refuseAgain(k1, 2, 9500.1, 12_000, "busy")
		}, "inconclusive server-crashed×1()~ (unresolved)", ""},
		{"a run that was nothing but a death", allow, func(s *script) {
			s.sent(k0, 1, 100, try{role: history.Owner})
			s.crash(150, 7)
			s.length = ms(200)
		}, "inconclusive server-crashed×1()~ (nothing)", ""},
		{"a hang", history.Judge{Allow: []string{"server-hung"}}, func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(8000, "silent", 3000)
			s.add(8001, "", 0, "run", history.Stopped{Why: "server-dead"})
			s.length = ms(8010)
		}, "pass server-hung×1()~ (excused)", "server-hung is excused"},
		{"a gap in our own machine stays a reason", allow, func(s *script) {
			dies(s)
			s.add(500, "", 0, "run", history.OwnTrouble{Code: "ports"})
		}, "inconclusive server-crashed×1()~ (ports)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.judge.Grace, tt.judge.StuckAfter = s.header.Judge.Grace, s.header.Judge.StuckAfter
			s.header.Judge = tt.judge
			tt.write(s)
			out := s.judge()
			if got := briefly(out); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			checkWords(t, out.Reasons, tt.open)
		})
	}
}

// checkWords reads what the reasons say.
func checkWords(t *testing.T, reasons []Reason, want string) {
	t.Helper()
	var all []string
	for _, r := range reasons {
		text := r.Text(phrase.English)
		if text == string(r.Says) || strings.Contains(text, "%!") {
			t.Errorf("reason %s reads %q", r.Code, text)
		}
		all = append(all, text)
	}
	if said := strings.Join(all, "\n"); !strings.Contains(said, want) {
		t.Errorf("it says %q, want %q", said, want)
	}
}

func TestWhatAnExcusedDeathCutsInASuite(t *testing.T) {
	// three cases: the first is clean, the second dies, as write has it, and the third has a new server.
	three := func(b func(s *script)) func(s *script) {
		return func(s *script) {
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 3)
			s.done(1700, "a")
			s.begin(1710, "b")
			b(s)
			s.done(3990, "b")
			s.add(4000, "", 0, "server", history.Process{State: "ready", PID: 8})
			s.begin(4010, "c")
			s.cycles(caseKey("c"), 1, 4100, 3)
			s.done(5800, "c")
		}
	}
	dies := three(func(s *script) {
		s.accept(caseKey("b"), 1, 1800, 1801)
		s.depart(caseKey("b"), 1, 2400)
		s.refuse(caseKey("b"), 2, 2400.1, 3890, try{id: "x"})
		s.log(3891, "busy", "x", caseKey("b"))
		s.crash(3900, 7)
	})
	atOnce := three(func(s *script) {
		s.sent(caseKey("b"), 1, 1800, try{role: history.Owner})
		s.crash(1850, 7)
	})
	// lastOne is a suite that has no server after its second case.
	lastOne := func(s *script) {
		s.begin(50, "a")
		s.cycles(caseKey("a"), 1, 100, 3)
		s.done(1700, "a")
		s.begin(1710, "b")
		s.cycles(caseKey("b"), 1, 1800, 1)
		s.crash(2400, 7)
		s.done(2450, "b")
		s.skip(2460, "c")
		s.skip(2461, "d")
		s.add(2470, "", 0, "run", history.Stopped{Why: "server-dead"})
		s.length = ms(2480)
	}
	allow := history.Judge{Allow: []string{"server-crashed"}}
	ofSuite := func(findings ...string) history.Judge {
		b := baseline(findings...)
		b.Suite = true
		return history.Judge{Baseline: b}
	}
	for _, tt := range []struct {
		name  string
		judge history.Judge
		write func(*script)
		want  string
		open  string
	}{
		{"by the baseline", ofSuite("b/server-crashed"), dies,
			"pass server-crashed×1()~ (baseline excused)\na ran pass\nb ran pass server-crashed×1()~ (baseline) (excused) (excused)\nc ran pass",
			"server-crashed is excused, and cut 1 of 3 cases short, such as b"},
		{"by the baseline of another case", ofSuite("a/server-crashed"), dies,
			"fail server-crashed×1()\na ran pass\nb ran fail server-crashed×1() (unresolved) (stopped)\nc ran pass", ""},
		{"by --allow, before anything was accepted", allow, atOnce,
			"pass server-crashed×1()~ (excused)\na ran pass\nb ran pass server-crashed×1()~ (excused) (excused)\nc ran pass", "cut 1 of 3 cases"},
		{"what is looked for may be hidden by it", history.Judge{FailOnly: []string{"leak"}}, dies,
			"inconclusive server-crashed×1()~ (cases)\na ran pass\nb ran inconclusive server-crashed×1()~ (unresolved) (stopped)\nc ran pass", ""},
		{"with no server for the rest", allow, lastOne,
			"pass server-crashed×1()~ (excused excused)\na ran pass\nb ran pass server-crashed×1()~ (excused)\nc skipped\nd skipped",
			"left no server for"},
		{"a suite of nothing but deaths", allow, func(s *script) {
			s.begin(50, "a")
			s.sent(caseKey("a"), 1, 100, try{role: history.Owner})
			s.crash(150, 7)
			s.done(200, "a")
		}, "inconclusive server-crashed×1()~ (nothing)\na ran pass server-crashed×1()~ (excused) (excused)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			tt.judge.Grace, tt.judge.StuckAfter = s.header.Judge.Grace, s.header.Judge.StuckAfter
			s.header.Judge = tt.judge
			tt.write(s)
			out := s.judge()
			if got := briefly(out); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			checkWords(t, out.Reasons, tt.open)
			for _, c := range out.Cases {
				checkWords(t, c.Reasons, "")
			}
		})
	}
}
