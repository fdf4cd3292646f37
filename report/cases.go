package report

import (
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// casesNamed is how many cases the verdict of a suite names.
const casesNamed = 3

// suite is the table of the cases of a suite, in their order.
func (p *page) suite() {
	if len(p.r.Cases) == 0 {
		return
	}
	g := &grid{header: []string{"", p.say(phrase.TableColCase), p.say(phrase.TableColTime), ""}, align: "llrl"}
	for _, c := range p.r.Cases {
		if p.Quiet && c.Verdict == check.Pass.String() {
			continue
		}
		mark, colour := p.mark(c)
		g.row(p.paint(colour, mark), fitMiddle(clean(c.Name), 2*keyColumns), p.lasted(c), p.outcomeOr(c, colour))
	}
	if len(g.rows) > 0 {
		p.grid(g)
		p.line("")
	}
}

// outcomeOr says what came of a case and, where nothing did, what it tried.
func (p *page) outcomeOr(c SuiteCase, colour ink) string {
	if text := p.outcomeOf(c); text != "" {
		return p.paint(colour, fit(text, 2*widest))
	}
	return p.paint(dim, clean(c.What))
}

// mark is how a case went, in one sign and its colour.
func (p *page) mark(c SuiteCase) (string, ink) {
	switch {
	case c.State == skipped:
		return "–", dim
	case c.Verdict == check.Pass.String():
		return "✓", green
	case c.Verdict == check.Fail.String():
		return "✗", redBold
	}
	return "?", yellow
}

// lasted is how long a case took.
func (p *page) lasted(c SuiteCase) string {
	if c.State == skipped {
		return ""
	}
	return took(c.Duration.Duration())
}

// outcomeOf says what was found in a case, or why it was skipped or shows nothing. A pass with errors that are excused says
// so.
func (p *page) outcomeOf(c SuiteCase) string {
	switch {
	case c.State == skipped:
		return p.say(phrase.TableCaseSkipped, clean(c.Why))
	case c.Verdict == check.Fail.String():
		return p.foundIn(c)
	case c.Verdict != check.Pass.String():
		why := clean(c.Why)
		if len(c.Reasons) > 0 {
			why = clean(c.Reasons[0].Text)
			if p.r.ours(c.Reasons[0]) {
				why = p.say(phrase.TableCaseAbove)
			}
		}
		return p.say(phrase.TableCaseOpen, p.verdictOf(c), why)
	}
	var excused []string
	for _, f := range p.worst(c.Found) {
		excused = append(excused, p.say(phrase.TableCaseBecause, f.Code, p.say(p.excuse(f))))
	}
	return p.Book.List(excused)
}

// verdictWords are verdicts as they stand in a sentence.
var verdictWords = map[string]phrase.ID{
	check.Pass.String(): phrase.VerdictPass, check.Fail.String(): phrase.VerdictFail,
	check.Inconclusive.String(): phrase.VerdictInconclusive, check.Interrupted.String(): phrase.VerdictInterrupted,
}

// inWords is a verdict as it stands in a sentence; what is none comes back as it is.
func (p *page) inWords(verdict string) string {
	if id, known := verdictWords[verdict]; known {
		return p.say(id)
	}
	return clean(verdict)
}

// verdictOf is the verdict of a case.
func (p *page) verdictOf(c SuiteCase) string { return p.inWords(c.Verdict) }

// ours says that a reason is trouble of our own, which the top of the report tells of the whole run.
func (r Result) ours(reason Reason) bool {
	told := slices.ContainsFunc(r.Reasons, func(other Reason) bool { return other.Code == reason.Code })
	return told && slices.ContainsFunc(r.Own, func(t Trouble) bool { return t.Code == reason.Code })
}

// foundIn is what failed a case: its causes, each with what followed from it.
func (p *page) foundIn(c SuiteCase) string {
	if text := p.causesOf(c.Found); text != "" {
		return text
	}
	return p.Book.List(c.Findings)
}

// codesNamed is how many codes the verdict of a suite names of a case.
const codesNamed = 2

// rootsOf are the first codes of what failed a case, without what followed from them. That the server died in it is said
// before the cases.
func (p *page) rootsOf(c SuiteCase) string {
	var codes []string
	for _, f := range c.Found {
		if f.Root && f.Severity == string(check.Error) && !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	if len(codes) == 0 {
		codes = slices.Clone(c.Findings)
	}
	codes = slices.DeleteFunc(codes, func(code string) bool { return code == string(check.ServerCrashed) })
	if len(codes) > codesNamed {
		codes = append(codes[:codesNamed], "…")
	}
	return p.Book.List(codes)
}

// open reports whether a case of the suite came to no verdict.
func (r Result) open() bool {
	return slices.ContainsFunc(r.Cases, func(c SuiteCase) bool {
		return c.State != skipped && c.Verdict != check.Pass.String() && c.Verdict != check.Fail.String()
	})
}

// suiteSays is the verdict of a suite in one sentence: which cases failed, or how many passed.
func (p *page) suiteSays() string {
	var failed, open []SuiteCase
	passed, left := int64(0), int64(0)
	for _, c := range p.r.Cases {
		switch {
		case c.State == skipped:
			left++
		case c.Verdict == check.Pass.String():
			passed++
		case c.Verdict == check.Fail.String():
			failed = append(failed, c)
		default:
			open = append(open, c)
		}
	}
	made := p.many(phrase.OneCase, phrase.ManyCases, passed+int64(len(failed)+len(open)))
	switch {
	case len(failed) > 0:
		return p.say(phrase.TableCasesFail, count(int64(len(failed))), made, p.named(failed, p.rootsOf))
	case len(open) > 0:
		return p.say(phrase.TableCasesOpen, count(int64(len(open))), made, p.named(open, p.verdictOf))
	case left > 0:
		return p.say(phrase.TableCasesLeft, made, count(left))
	}
	return p.say(phrase.TableCasesPass, made)
}

// named names cases, each with what is to be said of it.
func (p *page) named(cases []SuiteCase, says func(SuiteCase) string) string {
	var out []string
	for _, c := range cases[:min(len(cases), casesNamed)] {
		name := clean(c.Name)
		if why := says(c); why != "" {
			name = p.say(phrase.TableCaseBecause, name, why)
		}
		out = append(out, name)
	}
	text := p.Book.List(out)
	if more := len(cases) - len(out); more > 0 {
		text = p.say(phrase.TableCaseMore, text, count(int64(more)))
	}
	return text
}
