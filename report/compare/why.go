package compare

import (
	"math"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// OtherKind says that the runs of the sides are of different kinds, so that nothing of them was compared.
func (p Pair) OtherKind() bool {
	return slices.ContainsFunc(p.Reasons, func(r Reason) bool { return r.Code == "other-kind" })
}

// clausesMost is how many things of one verdict the sentence of it names.
const clausesMost = 4

// Why says why a pair came to its verdict as a person would: "new is worse than old: it shows server-crashed in all 6 runs, which old
// never did, and refuses 44 points more of the returns (p = 0.006)".
func (p Pair) Why(book phrase.Book) string {
	base, other := report.Clean(p.Base), report.Clean(p.Other)
	worse, better := p.clauses(book, "worse"), p.clauses(book, "better")
	var open []string
	for _, r := range p.Reasons {
		switch r.Code {
		case "other-kind", "no-runs", "findings-incomparable", "figures-incomparable", "other-machine", "no-difference", "not-ruled-out", "untested":
			open = append(open, r.Tell(book))
		}
	}
	var text string
	switch {
	case p.OtherKind():
		return book.Statements(open...)
	case len(worse) > 0 && p.onlyFew():
		text = book.Say(phrase.CompareShowsMore, other, base, and(book, p.fewNames()), p.fewIn(book), runs(p.fewest()).Tell(book))
	case len(worse) > 0:
		text = book.Say(phrase.CompareIsWorse, other, base, clauses(book, worse))
	case p.Verdict == Better && len(better) > 0:
		return book.Say(phrase.CompareIsBetter, other, base, clauses(book, better))
	default:
		text = book.Say(phrase.CompareAgainst, other, base, book.Statements(open...))
		open = nil
	}
	if len(better) > 0 {
		open = append(open, book.Say(phrase.CompareButBetter, clauses(book, better)))
	}
	return book.Statements(append([]string{text}, open...)...)
}

// few are the findings that were proven on the other side, where the baseline has too few runs to be known to be free of them.
func (p Pair) few() (out []Finding) {
	for _, f := range p.Findings {
		if f.Few() {
			out = append(out, f)
		}
	}
	return out
}

// onlyFew says that nothing else makes the other side worse.
func (p Pair) onlyFew() bool {
	marks := 0
	for _, f := range p.Findings {
		if f.Mark == "worse" {
			marks++
		}
	}
	for _, f := range p.Figures {
		if f.Mark == "worse" {
			marks++
		}
	}
	return marks > 0 && marks == len(p.few())
}

func (p Pair) fewNames() (out []string) {
	for _, f := range p.few() {
		out = append(out, report.Clean(f.Name))
	}
	return out
}

// fewIn says in how many runs these were: together where it is the same of all, else in so many at most.
func (p Pair) fewIn(book phrase.Book) string {
	few := p.few()
	most := slices.MaxFunc(few, func(a, b Finding) int { return a.Other.In - b.Other.In }).Other
	return most.told(book)
}

// fewest is how many runs of the baseline had none of them.
func (p Pair) fewest() int {
	return slices.MinFunc(p.few(), func(a, b Finding) int { return a.Base.Of - b.Base.Of }).Base.Of
}

// told is "all 6 runs", "3 of 6 runs" or "its only run".
func (s Seen) told(book phrase.Book) string {
	switch {
	case s.Of == 1 && s.In == 1:
		return book.Say(phrase.CompareOnlyRun)
	case s.In == s.Of:
		return book.Say(phrase.CompareAllRuns, number(s.Of))
	}
	return book.Say(phrase.CompareSomeRuns, number(s.In), number(s.Of))
}

// clauses are what makes the other side worse, or better, each a predicate of it. Findings that were seen in the same runs share one.
func (p Pair) clauses(book phrase.Book, mark string) (out []string) {
	base := report.Clean(p.Base)
	type group struct {
		says phrase.ID
		seen [2]Seen
	}
	var order []group
	members := map[group][]string{}
	for _, f := range p.Findings {
		if f.Mark != mark {
			continue
		}
		g := group{seen: [2]Seen{f.Base, f.Other}}
		switch {
		case mark == "better" && f.Other.In == 0:
			g.says = phrase.CompareSheds
		case mark == "better":
			g.says = phrase.CompareShowsLess
		case f.Base.In > 0:
			g.says = phrase.CompareShowsOften
		case f.Few():
			g.says = phrase.CompareShowsFew
		default:
			g.says = phrase.CompareShowsNew
		}
		if members[g] == nil {
			order = append(order, g)
		}
		members[g] = append(members[g], report.Clean(f.Name))
	}
	for _, g := range order {
		was, is := g.seen[0], g.seen[1]
		all := and(book, members[g])
		switch g.says {
		case phrase.CompareSheds:
			out = append(out, book.Say(g.says, all, base, was.told(book)))
		case phrase.CompareShowsNew:
			out = append(out, book.Say(g.says, all, is.told(book), base))
		case phrase.CompareShowsFew:
			out = append(out, book.Say(g.says, all, is.told(book), base, runs(was.Of).Tell(book)))
		default:
			out = append(out, book.Say(g.says, all, is.told(book), base, was.told(book)))
		}
	}
	for _, f := range p.Figures {
		if f.Mark == mark {
			out = append(out, f.clause(book))
		}
	}
	return out
}

// clause says of a figure by how much the other side differs.
func (f Figure) clause(book phrase.Book) string {
	up := *f.Delta > 0
	if f.Name == "returns_refused" {
		says := phrase.CompareRefusesFewer
		if up {
			says = phrase.CompareRefusesMore
		}
		points := strings.TrimSuffix(percent(math.Abs(*f.Delta)), " %")
		return book.Say(says, points, f.pText())
	}
	says := phrase.CompareIsDown
	if up {
		says = phrase.CompareIsUp
	}
	return book.Say(says, book.Say(f.kind.says), f.amount(*f.Delta), f.pText())
}

// and is a list of names as a sentence has it: "a, b and c".
func and(book phrase.Book, all []string) string {
	if n := len(all); n > clausesMost {
		return book.Say(phrase.CompareBoth, book.List(all[:clausesMost-1]), book.Say(phrase.CompareMoreNames, number(n-clausesMost+1)))
	} else if n > 1 {
		return book.Say(phrase.CompareBoth, book.List(all[:n-1]), all[n-1])
	}
	return book.List(all)
}

// clauses are predicates of one subject, as a sentence has them.
func clauses(book phrase.Book, all []string) string {
	if n := len(all); n > clausesMost {
		all = append(slices.Clone(all[:clausesMost]), book.Say(phrase.CompareMoreReasons, number(n-clausesMost)))
		return book.Clauses(all...)
	} else if n > 1 {
		return book.Say(phrase.CompareThen, book.Clauses(all[:n-1]...), all[n-1])
	}
	return book.Clauses(all...)
}
