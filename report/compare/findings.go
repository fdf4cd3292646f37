package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// Finding is one error beside the baseline: what was found, and in how many runs of each side.
type Finding struct {
	// Name is the code, of a sanitizer with what it says, of a suite after the case and a slash.
	Name string `json:"name"`
	Code string `json:"code"`
	// Status is "new" (in no run of the baseline), "gone" (in none of the other), "same" (in both, and not clearly more on one),
	// "more" and "less" (in both, and clearly in more runs of one).
	Status string `json:"status"`
	// Mark is "worse", "better", or "same" where it decides nothing.
	Mark string `json:"mark"`
	// Why says why it decides nothing although the runs differ: "chance" (they may well do so by chance), "plan" (or judgement), "machine" (what is gone, or
	// comes more or less often, may be so for that), "excused" (by --allow or --fail-only).
	Why   string `json:"why,omitempty"`
	Base  Seen   `json:"baseline"`
	Other Seen   `json:"other"`
	// Root says that somewhere nothing else caused it; CausedBy is what did otherwise.
	Root     bool   `json:"root"`
	CausedBy string `json:"caused_by,omitempty"`
	// Chance is the probability that the side that has none of it would have had none by chance, although it happens as often as on the
	// other; null where both have some. P is Fisher's exact test, Adjusted with all that was tested of the pair, after Holm.
	Chance   *float64 `json:"chance"`
	P        *float64 `json:"p"`
	Adjusted *float64 `json:"p_adjusted"`

	test  tested
	fails bool // on the other side, in a run at least
	new   bool // nothing of it, nor its cause, was on the baseline
	why   string
	// barredBy are the settings for which it can't be compared.
	barredBy []string
}

// Few says that the finding is on the other side alone, and that the baseline has too few runs to be known to be free of it.
func (f Finding) Few() bool {
	return f.Status == "new" && f.Mark == "worse" && (f.Chance == nil || *f.Chance > Alpha)
}

// Seen is in how many of so many runs something was found.
type Seen struct {
	In int `json:"in"`
	Of int `json:"of"`
}

// found is an error of a run.
type found struct {
	code, causedBy string
	root, fails    bool
}

// foundIn are the errors of a run that were proven, by name, as a baseline names them: the round of a case is no part of it.
func foundIn(j check.Judgement) map[string]found {
	out := map[string]found{}
	add := func(prefix string, f check.Finding) {
		if f.Severity != check.Error {
			return
		}
		name := bounded(prefix + f.BaselineName())
		one, had := out[name]
		one.code = string(f.Code)
		one.fails = one.fails || !f.Allowed
		one.root = one.root || f.Root
		if f.CausedBy != nil && (!had || one.causedBy != "") {
			one.causedBy = prefix + *f.CausedBy
		}
		out[name] = one
	}
	for _, c := range j.Cases {
		for _, f := range c.Findings {
			add(check.CaseName(c.Name)+"/", f)
		}
	}
	for _, f := range j.Findings {
		if len(f.In) == 0 || slices.ContainsFunc(f.Cases, func(c check.Case) bool { return c.In == "" }) {
			add("", f)
		}
	}
	return out
}

// seen counts runs in which something was found, of those that came to a verdict or in which it was.
func seen(runs []Run, name string) (s Seen) {
	for _, r := range runs {
		if _, in := r.found[name]; in {
			s.In++
			s.Of++
		} else if r.Counts {
			s.Of++
		}
	}
	return s
}

// findings are the errors of both sides.
func findings(base, other []Run, bars bars) []Finding {
	names := map[string]bool{}
	for _, r := range slices.Concat(base, other) {
		for name := range r.found {
			names[name] = true
		}
	}
	out := make([]Finding, 0, len(names))
	for name := range names {
		f := Finding{Name: name, Mark: "same", Base: seen(base, name), Other: seen(other, name), test: tested{1, 1}}
		for _, r := range slices.Concat(base, other) {
			if one, in := r.found[name]; in {
				f.Code = one.code
				f.Root = f.Root || one.root
				f.CausedBy = cmp.Or(f.CausedBy, one.causedBy)
			}
		}
		for _, r := range other {
			f.fails = f.fails || r.found[name].fails
		}
		f.status(base, other, bars)
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(statusOrder[a.Status], statusOrder[b.Status]),
			-cmp.Compare(b2i(a.Root), b2i(b.Root)),
			cmp.Compare(b.Other.In+b.Base.In, a.Other.In+a.Base.In),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return out
}

var statusOrder = map[string]int{"new": 0, "more": 1, "gone": 2, "less": 3, "same": 4}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// status says what is to be said of a finding before any test, and what its test is.
func (f *Finding) status(base, other []Run, bars bars) {
	f.Status = "same"
	switch {
	case f.Base.In == 0:
		f.Status = "new"
		if f.Base.Of > 0 {
			chance := byChance(f.Other.In, f.Other.Of, f.Base.Of)
			f.Chance = &chance
		}
	case f.Other.In == 0:
		f.Status = "gone"
		if f.Other.Of > 0 {
			chance := byChance(f.Base.In, f.Base.Of, f.Other.Of)
			f.Chance = &chance
		}
	}
	more := f.Other.In*f.Base.Of > f.Base.In*f.Other.Of
	f.barredBy = bars.finding(f.Code, more)
	switch {
	case len(f.barredBy) > 0:
		if f.Base.In*f.Other.Of != f.Other.In*f.Base.Of {
			f.why = "plan"
		}
		return
	case more && !f.fails:
		f.why = "excused"
		return
	}
	f.new = f.Status == "new" && (!f.ofDegree(base) || f.Other.In == f.Other.Of)
	if !f.new {
		f.test = fisher(f.Base.In, f.Base.Of, f.Other.In, f.Other.Of)
	}
	if bars.machine && !f.new {
		// How often a race is lost hangs on the machine. That it was lost at all is proven, wherever that was.
		f.test = tested{1, 1}
		if f.Base.In*f.Other.Of != f.Other.In*f.Base.Of {
			f.why, f.barredBy = "machine", bars.machineBy
		}
	}
}

// ofDegree says that a finding that the baseline doesn't have is no news, but follows from what it has, or is another word for it: a consequence of a
// cause that both have, or one more way for a sanitizer to catch what it caught there. Whether such a thing comes along varies from run to
// run; it counts where every run has it, or clearly more do. Anything else counts however seldom it is seen: it was proven.
func (f *Finding) ofDegree(base []Run) bool {
	if f.Code == string(check.Sanitizer) {
		within, _, _ := strings.Cut(f.Name, string(check.Sanitizer))
		return slices.ContainsFunc(base, func(r Run) bool {
			for name, other := range r.found {
				if other.code == f.Code && strings.HasPrefix(name, within+f.Code) {
					return true
				}
			}
			return false
		})
	}
	return f.CausedBy != "" && !f.Root && slices.ContainsFunc(base, func(r Run) bool { _, in := r.found[f.CausedBy]; return in })
}

// mark says what a finding comes to, by its p among all that was tested.
func (f *Finding) mark(adjusted float64) {
	differs := f.Base.In*f.Other.Of != f.Other.In*f.Base.Of
	if f.why != "" {
		f.Why = f.why
		return
	}
	if f.new {
		f.Mark = "worse"
		if f.Base.Of == 0 {
			f.Mark, f.Why = "same", "plan" // nobody knows what the baseline had
		}
		return
	}
	if f.Base.Of > 0 && f.Other.Of > 0 {
		f.P, f.Adjusted = &f.test.p, &adjusted
	}
	more := f.Other.In*f.Base.Of > f.Base.In*f.Other.Of
	switch {
	case !differs:
	case adjusted > Alpha || f.test.least > Alpha:
		f.Why = "chance"
	case more:
		f.Mark = "worse"
		if f.Status == "same" {
			f.Status = "more"
		}
	default:
		f.Mark = "better"
		if f.Status == "same" {
			f.Status = "less"
		}
	}
}

// exceededCode stands for an expression of --fail-on that failed a run.
const exceededCode check.Code = "fail-on"

// exceeded are the expressions of --fail-on that failed a run, as findings.
func exceeded(r report.Result, out map[string]found) {
	for _, t := range r.Thresholds {
		if !t.OK && t.Undecided == "" {
			out["fail-on: "+bounded(t.Expr)] = found{code: string(exceededCode), root: true, fails: true}
		}
	}
}
