package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// What comes late belongs to the case it is about, and what we do late is weighed by how much there is of it.
func TestLateInASuite(t *testing.T) {
	suites{
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
		}, "inconclusive (late-actions)\na ran inconclusive (late-actions)"},
	}.judged(t)
}
