package compare

import (
	"math"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// judge says what a pair comes to: worse, for what was proven of the other side outweighs that something can't be compared;
// then inconclusive, better, same or too few runs to say so.
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
	open = append(open, p.open(func(f Finding) bool { return f.Status == "new" })...)
	if len(p.Figures) > 0 && bars.all && len(open) == 0 {
		open = append(open, because("figures-incomparable", phrase.CompareAllBarred, bars.figuresBy))
	}
	if len(open) == 0 {
		open = p.open(func(f Finding) bool { return f.Status != "new" })
	}
	if len(p.Figures) > 0 && bars.machine && len(open) == 0 {
		open = append(open, because("figures-incomparable", phrase.CompareNothingNew), because("figures-incomparable", phrase.CompareOtherMachine, bars.machineBy))
	}
	switch {
	case len(worse) > 0:
		if bars.machine {
			open = append([]Reason{because("other-machine", phrase.CompareWorseMachine, bars.machineBy)}, open...)
		}
		p.Verdict, p.Reasons = Worse, append(worse, open...)
		p.Reasons = append(p.Reasons, better...)
	case len(open) > 0:
		p.Verdict, p.Reasons = Inconclusive, append(open, better...)
	case len(better) > 0:
		p.Verdict, p.Reasons = Better, better
	default:
		p.Verdict, p.Reasons = p.same(counted(base.Runs), counted(other.Runs))
	}
}

// open is the first of some findings that are not on both sides alike, and may be so for what else was not.
func (p *Pair) open(some func(Finding) bool) []Reason {
	for _, f := range p.Findings {
		if says := f.openBy(); says != "" && len(f.barredBy) > 0 && some(f) {
			return []Reason{because("findings-incomparable", says, report.Clean(f.Name), f.barredBy)}
		}
	}
	return nil
}

// openBy is how it is said that a finding is not on both sides alike and that this may be so for what else was not; empty where nothing is to be said.
func (f Finding) openBy() phrase.ID {
	machine := f.Why == "machine"
	switch {
	case !machine && f.Why != "plan":
		return ""
	case f.Status == "new":
		return phrase.CompareFoundBarred
	case f.Status == "gone" && machine:
		return phrase.CompareGoneMachine
	case f.Status == "gone":
		return phrase.CompareGoneBarred
	case machine:
		return phrase.CompareOftenMachine
	}
	return phrase.CompareOftenBarred
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

// same says what it is worth that no difference was shown: nothing where there are too few runs to show any.
func (p *Pair) same(base, other int) (Verdict, []Reason) {
	tested := 0
	for _, f := range p.Figures {
		if p.enough(f) {
			tested++
		}
	}
	switch {
	case tested == 0 && len(p.Figures) == 0 && leastChance(base, other) <= Alpha:
		return Same, []Reason{because("no-difference", phrase.CompareNoDifferenceFound)}
	case tested == 0 && len(p.Figures) == 0:
		return TooFew, []Reason{because("untested", phrase.CompareNothingNew), because("untested", phrase.CompareUntestedFound, number(needed(1)))}
	case tested == 0:
		return TooFew, []Reason{because("untested", phrase.CompareNothingNew), because("untested", phrase.CompareUntested, number(p.Needed))}
	}
	how := Reason{says: phrase.CompareManyFigures, args: []any{number(tested)}}
	if tested == 1 {
		how = Reason{says: phrase.CompareOneFigure}
	}
	return Same, append([]Reason{because("no-difference", phrase.CompareNoDifference, how)}, p.ruledOut()...)
}

// enough says that there are enough runs for a figure to be told from noise, beside all that is tested.
func (p *Pair) enough(f Figure) bool {
	if f.P == nil && f.Why != "constant" {
		return false
	}
	n, m := len(f.Base.Values), len(f.Other.Values)
	return leastChance(n, m)*float64(max(p.Tests, 1)) <= Alpha
}

// leastChance is the p of sides of n and m runs that don't overlap at all: nothing that they come to has a smaller one.
func leastChance(n, m int) float64 { return min(1, 2*math.Exp(-lchoose(n+m, n))) }

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
