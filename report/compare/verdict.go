package compare

import (
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// judge says what a pair comes to: worse, for what was proven of the other side outweighs that something can't be compared;
// then inconclusive, better, same.
func (p *Pair) judge(base, other Side, barred bars) {
	worse, better := p.found(), p.lost()
	for _, f := range p.Figures {
		switch f.Mark {
		case "worse":
			worse = append(worse, because("worse-figure", phrase.CompareFigureBy, f.kind.says, f.change(), f.pText()))
		case "better":
			better = append(better, because("better-figure", phrase.CompareFigureBy, f.kind.says, f.change(), f.pText()))
		}
	}
	var open []Reason
	for _, s := range []Side{base, other} {
		if counted(s.Runs) == 0 {
			open = append(open, because("no-runs", phrase.CompareNoneCounts, s.Name))
		}
	}
	for _, f := range p.Findings {
		if f.Why == "plan" && f.Status == "new" && barred.new {
			open = append(open, because("findings-incomparable", phrase.CompareFoundBarred, f.Name, flagNames(barred.by)))
			break
		}
	}
	if len(p.Figures) > 0 && barred.all && len(open) == 0 {
		open = append(open, because("figures-incomparable", phrase.CompareAllBarred, flagNames(barred.figuresBy)))
	}
	switch {
	case len(worse) > 0:
		p.Verdict, p.Reasons = Worse, append(worse, open...)
		p.Reasons = append(p.Reasons, better...)
	case len(open) > 0:
		p.Verdict, p.Reasons = Inconclusive, append(open, better...)
	case len(better) > 0:
		p.Verdict, p.Reasons = Better, better
	default:
		p.Verdict, p.Reasons = Same, p.same()
	}
}

func flagNames(names []string) string { return strings.Join(names, ", ") }

// found are the findings that make the other side worse.
func (p *Pair) found() (out []Reason) {
	for _, f := range p.Findings {
		if f.Mark != "worse" {
			continue
		}
		code, says := "new-finding", phrase.CompareNew
		if f.Base.In > 0 {
			code, says = "more-often", phrase.CompareMore
		}
		out = append(out, because(code, says, f.Name, number(f.Other.In), runs(f.Other.Of), number(f.Base.In), number(f.Base.Of)))
	}
	return out
}

// lost are the findings that make it better.
func (p *Pair) lost() (out []Reason) {
	for _, f := range p.Findings {
		if f.Mark != "better" {
			continue
		}
		code, says := "gone", phrase.CompareGone
		if f.Other.In > 0 {
			code, says = "less-often", phrase.CompareLess
		}
		out = append(out, because(code, says, f.Name, number(f.Other.In), runs(f.Other.Of), number(f.Base.In), number(f.Base.Of)))
	}
	return out
}

// same says what it is worth that no difference was shown.
func (p *Pair) same() []Reason {
	tested := 0
	for _, f := range p.Figures {
		if f.P != nil || f.Why == "constant" {
			tested++
		}
	}
	if tested == 0 || !p.able() {
		return []Reason{because("untested", phrase.CompareNothingNew), because("untested", phrase.CompareUntested, number(p.Needed))}
	}
	out := []Reason{because("no-difference", phrase.CompareNoDifference, number(tested))}
	if ruled := p.ruledOut(); len(ruled) > 0 {
		out = append(out, ruled...)
	}
	return out
}

// able says that there are enough runs for a figure to be told from noise at all.
func (p *Pair) able() bool {
	for _, f := range p.Figures {
		if f.Why == "constant" || f.P != nil && f.test.least*float64(max(p.Tests, 1)) <= Alpha {
			return true
		}
	}
	return false
}

// ruledShown is how many figures the verdict names that are not worse by more than so much.
const ruledShown = 3

// ruledOut says how much worse the first figures can still be: the far end of the interval of the true difference.
func (p *Pair) ruledOut() (out []Reason) {
	for _, f := range p.Figures {
		if len(out) == ruledShown {
			break
		}
		if f.Interval == nil || f.Mark != "same" || f.Why != "" {
			continue
		}
		far := f.Interval[1]
		if f.HigherBetter {
			far = -f.Interval[0]
		}
		if far < 0 {
			far = 0
		}
		out = append(out, because("no-difference", phrase.CompareRuledOut, f.kind.says, f.amount(far)))
	}
	return out
}
