package check

import (
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// suiteReasons are why a suite in which nothing failed is no pass, and what it leaves open if it is one.
func (j *Judge) suiteReasons(out *Outcome) (reasons []Reason, lost untried) {
	s := j.suite
	reasons = append(j.own.reasons(), j.line.several.reasons()...)
	told := slices.Clone(reasons) // what was in the way of all, which is not told again of a case
	add := func(code string, says phrase.ID, args ...any) {
		reasons = append(reasons, Reason{Code: code, Says: says, Args: args})
	}
	if j.broken != nil {
		add("profile", phrase.WhyProfile, j.broken)
	}
	if !j.line.ended {
		add("cut", phrase.WhyCut, s.last.Seconds())
	}
	end := j.cutShort()
	if j.line.stopped != "" && end == nil {
		add("stopped", phrase.WhyStopped, stoppedBy(j.line.stopped))
	}
	var tried, open, cut, skipped int
	var first, short *suiteCase
	for _, c := range s.cases {
		if c.State == CaseSkipped {
			skipped += b2i(end != nil && c.Began >= end.from)
			continue
		}
		tried++
		switch {
		case c.Verdict == Inconclusive:
			open++
			if first == nil && slices.ContainsFunc(c.Reasons, func(r Reason) bool { return !tells(told, r) }) {
				first = c
			}
		case c.Verdict == Pass && slices.ContainsFunc(c.Reasons, Reason.excuse):
			if cut++; short == nil {
				short = c
			}
		}
	}
	if short != nil {
		i := slices.IndexFunc(short.Reasons, Reason.excuse)
		lost = append(lost, Reason{Code: codeExcused, Says: phrase.WhyExcusedCases, Args: []any{short.Reasons[i].Args[0], cut, tried, short.Name}})
	}
	if skipped > 0 {
		lost.add(end, phrase.WhyExcusedSkips, skipped)
	}
	switch {
	case tried == 0:
		add("nothing", phrase.WhyNothingRan, len(s.cases))
	case untouched(out) && len(lost) > 0:
		add("nothing", phrase.WhyNothing)
	}
	if first != nil {
		i := slices.IndexFunc(first.Reasons, func(r Reason) bool { return !tells(told, r) })
		add("cases", phrase.WhyCases, open, tried, first.Name, first.Reasons[i])
	}
	if s.more > 0 {
		add("many-cases", phrase.WhyManyCases, s.more)
	}
	return reasons, lost
}

// tells reports whether one of the reasons is like r.
func tells(reasons []Reason, r Reason) bool {
	return slices.ContainsFunc(reasons, func(one Reason) bool { return one.Code == r.Code })
}
