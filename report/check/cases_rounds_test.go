package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestRounds(t *testing.T) {
	suites{
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
	}.judged(t)
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
