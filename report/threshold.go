package report

import (
	"encoding/json"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/threshold"
)

// Threshold is what came of one expression of --fail-on.
type Threshold struct {
	Expr string `json:"expr"`
	// OK says that it does not fail the run: the expression is false. Undecided says why nobody knows.
	OK        bool   `json:"ok"`
	Undecided string `json:"undecided,omitempty"`
	// Values are what was named in it, by name, null for what has no value; Text says them.
	Values map[string]any `json:"values"`
	Text   string         `json:"text"`
}

// Names are what an expression of --fail-on may name: the fields of a Result, those of its load without that prefix, and the
// distributions of latency_ms by their name and "_ms".
func Names() *threshold.Names {
	aliases := map[string]string{}
	for _, h := range (check.Latency{}).Named() {
		aliases[h.Name+"_ms"] = "latency_ms." + h.Name
	}
	for _, tally := range []string{"publish", "contenders", "settling"} {
		for _, class := range profile.Classes {
			known := tally + ".refused." + string(class)
			aliases[known] = known // so that a slip in it is one
		}
	}
	return threshold.NamesOf(Result{}, aliases)
}

// Document is r as an expression is asked of it.
func (r Result) Document() (map[string]any, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	return doc, json.Unmarshal(text, &doc)
}

// ask asks the expressions of --fail-on of r, as the judgement left it, and weighs the answers: one that is true fails a pass, one
// that nobody knows leaves it open. A run whose figures can't be trusted, or that was interrupted, stays what it is: a threshold
// is no proof, as a finding is.
func (r *Result) ask(book phrase.Book, exprs []string) {
	if len(exprs) == 0 {
		return
	}
	doc, broken := r.Document()
	names := Names()
	for _, expr := range exprs {
		r.Thresholds = append(r.Thresholds, answered(book, expr, names, doc, broken))
	}
	if r.Verdict != check.Pass {
		return
	}
	for _, t := range r.Thresholds {
		switch {
		case t.fails():
			r.Verdict = check.Fail
		case t.Undecided != "" && r.Verdict == check.Pass:
			r.Verdict = check.Inconclusive
		}
	}
	if r.Verdict != check.Inconclusive {
		return
	}
	r.Reasons = nil // a pass has some only of what was excused, which is told anyway
	for _, t := range r.Thresholds {
		if t.Undecided != "" {
			r.Reasons = append(r.Reasons, Reason{Code: "threshold", Text: book.Say(phrase.WhyUndecided, t.Expr, t.Undecided)})
		}
	}
}

// answered is what came of one expression. What keeps it from being asked leaves it undecided.
func answered(book phrase.Book, expr string, names *threshold.Names, doc map[string]any, broken error) Threshold {
	out := Threshold{Expr: cut(expr), Values: map[string]any{}}
	asked, err := threshold.Compile(expr, names)
	if err == nil {
		err = broken
	}
	if err != nil {
		out.Undecided = cut(book.Render(err))
		return out
	}
	answer := asked.Check(doc)
	var words []string
	for _, v := range answer.Values {
		out.Values[cut(v.Name)] = v.Value
		words = append(words, v.Said(book))
	}
	out.Text, out.Undecided = cut(book.Clauses(words...)), cut(book.Again(answer.Undecided))
	out.OK = !answer.True && answer.Undecided == ""
	return out
}

// fails says that the threshold was exceeded.
func (t Threshold) fails() bool { return !t.OK && t.Undecided == "" }

// mark is how a threshold stands, in one character.
func (t Threshold) mark() (string, ink) {
	switch {
	case t.OK:
		return "✓", green
	case t.fails():
		return "✗", redBold
	}
	return "?", yellow
}

// threshold is one, and what it came to, in a line.
func (p *page) threshold(t Threshold) string {
	switch {
	case t.Undecided != "":
		return p.say(phrase.ThresholdLine, clean(t.Expr), clean(t.Undecided))
	case t.Text == "":
		return p.say(phrase.ThresholdBare, clean(t.Expr))
	}
	return p.say(phrase.ThresholdLine, clean(t.Expr), p.valued(t.Text))
}

// thresholds are the lines that head the summary.
func (p *page) thresholds() {
	if len(p.r.Thresholds) == 0 {
		return
	}
	for _, t := range p.r.Thresholds {
		mark, colour := t.mark()
		for i, line := range wrap(p.threshold(t), p.columns()-3, 0) {
			if i > 0 {
				mark = " "
			}
			p.line(" " + p.paint(colour, mark) + " " + line)
		}
	}
	p.line("")
}

// exceeded says which thresholds failed the run.
func (p *page) exceeded() string {
	var words []string
	for _, t := range p.r.Thresholds {
		if t.fails() && !slices.Contains(words, p.threshold(t)) {
			words = append(words, p.threshold(t))
		}
	}
	return p.Book.Statements(words...)
}

// failedBut says before why a run is inconclusive that thresholds failed in it.
func (p *page) failedBut(why string) string {
	failed := int64(0)
	for _, t := range p.r.Thresholds {
		if t.fails() {
			failed++
		}
	}
	if failed == 0 {
		return why
	}
	return p.say(phrase.SteadyFailedBut, count(failed), p.many(phrase.OneThreshold, phrase.ManyThresholds, int64(len(p.r.Thresholds))), why)
}

// junitThresholds are a testcase a threshold.
func (p *page) junitThresholds() []junitCase {
	var out []junitCase
	for _, t := range p.r.Thresholds {
		c := junitCase{Name: p.say(phrase.ThresholdBare, clean(t.Expr)), Time: seconds(0)}
		switch {
		case t.fails() && p.r.Verdict == check.Fail:
			c.Failure = p.end("threshold", p.threshold(t), nil)
			c.Failure.Text = p.junitRepeat(p.threshold(t))
		case !t.OK:
			c.Error = p.end(p.r.Verdict.String(), p.threshold(t), nil)
		case t.Text != "":
			c.Out = &junitOutput{Text: clean(t.Text)}
		}
		out = append(out, c)
	}
	return out
}
