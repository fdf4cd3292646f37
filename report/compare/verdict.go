package compare

import (
	"math"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// judge says what a pair comes to: worse, for what was proven of the other side outweighs that something can't be compared;
// then inconclusive, better, same.
func (p *Pair) judge(base, other Side, bars bars) {
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
			open = append(open, because("no-runs", phrase.CompareNoneCounts, report.Clean(s.Name)))
		}
	}
	for _, f := range p.Findings {
		if f.Why == "plan" && f.Status == "new" && len(f.barredBy) > 0 {
			open = append(open, because("findings-incomparable", phrase.CompareFoundBarred, report.Clean(f.Name), f.barredBy))
			break
		}
	}
	if len(p.Figures) > 0 && bars.all && len(open) == 0 {
		open = append(open, because("figures-incomparable", phrase.CompareAllBarred, bars.figuresBy))
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
		p.Verdict, p.Reasons = Same, p.same(bars)
	}
}

// kinds says that the runs of the sides are of different kinds, which leaves nothing to compare, and then says so of the pair.
func (p *Pair) kinds(base, other []Run) bool {
	differ, _ := differences(base, other)
	i := slices.IndexFunc(differ, func(d Difference) bool { return setting{d.In, d.Name} == kindOf })
	if i < 0 {
		return false
	}
	d := differ[i]
	p.Differences, p.Findings, p.Figures = []Difference{d}, []Finding{}, []Figure{}
	all := slices.Clone(d.Base)
	for _, kind := range d.Other {
		if !slices.Contains(all, kind) {
			all = append(all, kind)
		}
	}
	p.Verdict, p.Needed = Inconclusive, leastRuns
	p.Reasons = []Reason{because("other-kind", phrase.CompareOtherKind, all)}
	return true
}

// names are names between commas, as a person may see them.
func names(book phrase.Book, all []string) string {
	out := make([]string, len(all))
	for i, name := range all {
		out[i] = report.Clean(name)
	}
	return book.List(out)
}

// found are the findings that make the other side worse.
func (p *Pair) found() (out []Reason) {
	for _, f := range p.Findings {
		if f.Mark != "worse" {
			continue
		}
		code, says := "new-finding", phrase.CompareNew
		if f.Base.In > 0 {
			code, says = "more-often", phrase.CompareMore
		} else if f.Few() {
			// It counts, for it was proven; that the other build may have it too and was spared, everybody should see.
			out = append(out, because(code, phrase.CompareNewFew, report.Clean(f.Name), number(f.Other.In), runs(f.Other.Of), runs(f.Base.Of)))
			continue
		} else if f.Chance != nil {
			out = append(out, because(code, phrase.CompareNewBy, report.Clean(f.Name), number(f.Other.In), runs(f.Other.Of), number(f.Base.In), number(f.Base.Of),
				oneIn(*f.Chance)))
			continue
		}
		out = append(out, because(code, says, report.Clean(f.Name), number(f.Other.In), runs(f.Other.Of), number(f.Base.In), number(f.Base.Of)))
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
		out = append(out, because(code, says, report.Clean(f.Name), number(f.Other.In), runs(f.Other.Of), number(f.Base.In), number(f.Base.Of)))
	}
	return out
}

// same says what it is worth that no difference was shown.
func (p *Pair) same(bars bars) []Reason {
	tested := 0
	for _, f := range p.Figures {
		if p.enough(f) {
			tested++
		}
	}
	if tested == 0 && bars.machine && len(p.Figures) > 0 {
		return []Reason{because("untested", phrase.CompareNothingNew), because("untested", phrase.CompareOtherMachine, bars.machineBy)}
	}
	if tested == 0 {
		return []Reason{because("untested", phrase.CompareNothingNew), because("untested", phrase.CompareUntested, number(p.Needed))}
	}
	how := Reason{says: phrase.CompareManyFigures, args: []any{number(tested)}}
	if tested == 1 {
		how = Reason{says: phrase.CompareOneFigure}
	}
	return append([]Reason{because("no-difference", phrase.CompareNoDifference, how)}, p.ruledOut()...)
}

// enough says that there are enough runs for a figure to be told from noise, beside all that is tested.
func (p *Pair) enough(f Figure) bool {
	if f.P == nil && f.Why != "constant" {
		return false
	}
	n, m := len(f.Base.Values), len(f.Other.Values)
	least := 2 * math.Exp(-lchoose(n+m, n)) // of sides that don't overlap
	return least*float64(max(p.Tests, 1)) <= Alpha
}

// able says that there are enough runs for any figure.
func (p *Pair) able() bool { return slices.ContainsFunc(p.Figures, p.enough) }

// openShown is how many figures the verdict names with how much worse they may be all the same.
const openShown = 3

// ruledOut says how much worse the first figures may be all the same: the far end of the interval of the true difference. It is what
// "no difference" is worth.
func (p *Pair) ruledOut() []Reason {
	var bounds []Reason
	for _, f := range p.Figures {
		if len(bounds) == openShown {
			break
		}
		if f.Interval == nil || f.Mark != "same" || f.Why != "" {
			continue
		}
		far := f.Interval[1]
		if f.HigherBetter {
			far = -f.Interval[0]
		}
		bounds = append(bounds, Reason{says: phrase.CompareUpTo, args: []any{f.kind.says, f.amount(max(far, 0))}})
	}
	if len(bounds) == 0 {
		return nil
	}
	return []Reason{because("not-ruled-out", phrase.CompareNotRuledOut, bounds)}
}
