// Package compare says which of several builds of a server is better, from the runs that were made of each.
//
//  1. Read finds the runs of each Side, and judges each again by what it was judged by at the time.
//  2. A run comes down to a row of figures and the names of the errors that were found in it. A side is as many rows as it has runs.
//  3. Of compares each side with the first one: what was planned, judged and used otherwise (which says what can't be compared at all),
//     then findings, then figures. A figure is worse where the test of Mann and Whitney tells the two sides apart, the
//     chance of that is at most Alpha over all that is tested of the two, and the difference is large enough to matter.
//  4. The Comparison is drawn as tables or HTML, and is the JSON document as it stands.
//
// The unit of all tests is the run: what happens a thousand times in one run happened on one machine at one time, and
// tells nothing of how runs differ.
//
// Note: a first design tested the pooled times of all runs. Ten thousand times of two runs of one build differ "significantly" every time.
package compare

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// Schema names the document. It only grows within one number.
const Schema = "flvstorm.comparison/1"

// Bounds of what is compared.
const (
	MaxSides = 8
	MaxRuns  = 200
)

// Verdict is what a comparison comes to: one of the five below.
type Verdict string

const (
	Worse        Verdict = "worse"
	Better       Verdict = "better"
	Same         Verdict = "same"         // no difference was shown, by runs enough to show one
	TooFew       Verdict = "too-few"      // nothing new was found, and there are too few runs to tell anything from noise
	Inconclusive Verdict = "inconclusive" // nothing can be said
)

// ExitCode is the exit status that the verdict stands for.
func (v Verdict) ExitCode() int {
	switch v {
	case Worse:
		return 1
	case Better, Same, TooFew:
		return 0
	}
	return 3
}

// Comparison is what came of comparing sides; it is the JSON document. Names of fields, codes of findings and names of figures are
// stable; texts are English. Times are milliseconds, sizes bytes, shares between 0 and 1.
type Comparison struct {
	Schema string `json:"schema"` // "flvstorm.comparison/1"
	// Verdict is the worst of those of the pairs: worse, inconclusive, too-few, better, same.
	Verdict Verdict `json:"verdict"`
	// Sides are what was compared, the baseline first, Pairs each of the others beside the baseline, in the same order.
	Sides []Side `json:"sides"`
	Pairs []Pair `json:"pairs"`
	// Alpha is the probability that noise alone makes anything of a pair worse or better.
	Alpha float64 `json:"alpha"`
}

// Side is some runs of one build.
type Side struct {
	Name string `json:"name"`
	// Servers are the servers that were tested, such as "srs 7.0.2", as they told themselves.
	Servers []string `json:"servers"`
	Runs    []Run    `json:"runs"`

	named bool // by the user
}

// Run is one run, as far as it is compared.
type Run struct {
	Dir     string    `json:"run"`
	Verdict string    `json:"verdict"` // of the run: "pass", "fail", "inconclusive", "interrupted"
	Started time.Time `json:"started_at"`
	Seed    int64     `json:"seed"`
	// Command is the one that repeats the run, Target the address it published to.
	Command string `json:"command,omitempty"`
	Target  string `json:"target,omitempty"`
	// Counts says that the run came to a verdict, and is whole. What was proven in one that didn't counts all the same; that something was not
	// found in it shows nothing, and its figures stay out.
	Counts bool `json:"counts"`
	// Why is why it doesn't: reasons of the run, in English.
	Why string `json:"why,omitempty"`
	// Stopped says why the run ended early, if it did; figures that hang on its length stay out.
	Stopped string `json:"stopped,omitempty"`
	// Errors are the names of what was found: the code, of a sanitizer with what it says, of a suite after the case and a slash.
	Errors []string `json:"errors"`
	// Figures are by their names; what is not known of the run is not there.
	Figures map[string]float64 `json:"figures"`

	// Spreads are distributions of times, by name, for a drawing.
	Spreads map[string]history.Counts `json:"-"`

	server   string
	settings map[setting]string
	configs  map[string]config
	found    map[string]found
	survived float64 // the share of the returns that came back at all, of which alone there is a recovery; negative where there were none
}

// Pair is a side beside the baseline.
type Pair struct {
	Base    string  `json:"baseline"`
	Other   string  `json:"other"`
	Verdict Verdict `json:"verdict"`
	// Reasons are why, the weightiest first.
	Reasons []Reason `json:"reasons"`
	// Differences are what was not alike beside the builds.
	Differences []Difference `json:"differences"`
	Findings    []Finding    `json:"findings"`
	Figures     []Figure     `json:"figures"`
	// Tests is how many tests Alpha is for, all together; Needed how many runs a side should have for a difference in a figure to be shown.
	Tests  int `json:"tests"`
	Needed int `json:"runs_needed"`
}

// Reason is one thing that a verdict hangs on. Codes: "new-finding", "more-often", "worse-figure" for worse; "gone", "less-often",
// "better-figure" for better; "other-kind", "no-runs", "findings-incomparable", "figures-incomparable" for inconclusive; "untested" for too-few; "no-difference", "not-ruled-out"
// (what that is worth) for same. "other-machine" says beside worse that what was found may be so for the machine.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`

	says phrase.ID
	args []any
}

// Tell is the reason in a language.
func (r Reason) Tell(book phrase.Book) string {
	if r.says == "" {
		return r.Text
	}
	args := slices.Clone(r.args)
	for i, arg := range args {
		switch arg := arg.(type) {
		case Reason:
			args[i] = arg.Tell(book)
		case []Reason:
			var all []string
			for _, one := range arg {
				all = append(all, one.Tell(book))
			}
			args[i] = strings.Join(all, book.Say(phrase.CompareComma))
		case phrase.ID:
			args[i] = book.Say(arg)
		case []string:
			args[i] = names(book, arg)
		}
	}
	return book.Say(r.says, args...)
}

func because(code string, says phrase.ID, args ...any) Reason {
	r := Reason{Code: code, says: says, args: args}
	r.Text = strings.ReplaceAll(r.Tell(phrase.English), noBreak, " ")
	return r
}

// weight orders verdicts: a comparison is as bad as its worst pair, and better only where no pair is open.
var weight = map[Verdict]int{Worse: 4, Inconclusive: 3, TooFew: 2, Better: 1, Same: 0}

// Of compares each side with the first. There have to be two at least.
func Of(sides []Side) Comparison {
	c := Comparison{Schema: Schema, Verdict: Same, Sides: sides, Pairs: []Pair{}, Alpha: Alpha}
	for i := range c.Sides {
		c.Sides[i].Servers = serversOf(c.Sides[i].Runs)
	}
	for _, side := range sides[1:] {
		pair := beside(sides[0], side)
		if weight[pair.Verdict] > weight[c.Verdict] {
			c.Verdict = pair.Verdict
		}
		c.Pairs = append(c.Pairs, pair)
	}
	return c
}

// beside compares two sides.
func beside(base, other Side) Pair {
	p := Pair{Base: base.Name, Other: other.Name}
	if p.kinds(base.Runs, other.Runs) {
		return p
	}
	var bars bars
	p.Differences, bars = differences(base.Runs, other.Runs)
	p.Findings = findings(base.Runs, other.Runs, bars)
	p.Figures = figures(base.Runs, other.Runs, bars)
	p.weigh()
	p.judge(base, other, bars)
	return p
}

// leastRuns is how many runs a side are asked for at least: with six, eleven figures can be tested together, and one run may lie on the wrong side.
const leastRuns = 6

// weigh reckons with how many things are tested, and marks what holds.
func (p *Pair) weigh() {
	var tests []tested
	for _, f := range p.Findings {
		tests = append(tests, f.test)
	}
	able := 0
	for _, f := range p.Figures {
		tests = append(tests, f.test)
		if f.Why == "" || f.Why == "constant" {
			able++ // with more runs it may vary
		}
	}
	for _, t := range tests {
		if t.least <= Alpha {
			p.Tests++
		}
	}
	p.Needed = max(leastRuns, needed(max(able, p.Tests)))
	adjusted := holm(tests)
	for i := range p.Findings {
		p.Findings[i].mark(adjusted[i])
	}
	for i := range p.Figures {
		p.Figures[i].mark(adjusted[len(p.Findings)+i])
	}
}

// counted are the runs that came to a verdict.
func counted(runs []Run) (n int) {
	for _, r := range runs {
		if r.Counts {
			n++
		}
	}
	return n
}

// serversOf are the servers of some runs, each once.
func serversOf(runs []Run) []string {
	out := []string{}
	for _, r := range runs {
		if r.server != "" && !slices.Contains(out, r.server) {
			out = append(out, r.server)
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}
