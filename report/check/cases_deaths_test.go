package check

import (
	"slices"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestDeathsInASuite(t *testing.T) {
	suites{
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
	}.judged(t)
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
