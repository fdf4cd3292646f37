package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Print draws the report for a person: the verdict, what was found, what broke with the server's words beside it, then
// the figures, and at the end how to see it again. Every list is bounded and every line fits.
func (l Look) Print(w io.Writer, r Result) error {
	p := &page{Look: l, r: r.inOrder()}
	p.headline()
	p.thresholds()
	if len(p.r.Cases) > 0 {
		p.suite()
	}
	p.summary()
	p.broke()
	if !l.Quiet {
		p.load()
		if !p.r.steady() { // nobody came back, and of the rest its own section tells
			p.outcomes()
			p.latency()
		}
		p.viewers()
		p.departures()
		p.worstKeys()
	}
	p.sweep()
	if !l.Quiet {
		p.settling()
		p.log()
		p.usage()
		p.own()
	}
	p.repeat()
	if p.err != nil {
		return fmt.Errorf("draw the report: %w", p.err)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// page is a report while it is drawn.
type page struct {
	Look
	r    Result
	text strings.Builder
	err  error

	begins  *string    // what the names of all keys begin with and tables leave out; nil until somebody asks
	takes   *collector // takes what would be drawn; nil where it is drawn
	guessed bool       // a line of the log was marked as a guess
	legend  bool       // that mark was explained
}

// say is the book's sentence.
func (p *page) say(id phrase.ID, args ...any) string { return p.Book.Say(id, args...) }

// many says a number of things, by the sentence for one or the one for many.
func (p *page) many(one, many phrase.ID, n int64) string {
	if n == 1 {
		many = one
	}
	if many == phrase.OneTime {
		return p.say(many)
	}
	return p.say(many, count(n))
}

// line writes one line.
func (p *page) line(s string) {
	if p.takes == nil {
		p.text.WriteString(s + "\n")
	} else if s = strings.TrimSpace(s); s != "" {
		p.takes.add(Block{Said: said(s)})
	}
}

// title begins a section.
func (p *page) title(s string) {
	if p.takes != nil {
		p.takes.begin(s)
		return
	}
	p.line("\n" + p.paint(bold, s))
}

// prose writes text indented, wrapped and in one colour.
func (p *page) prose(colour ink, indent int, s string) {
	if p.takes != nil {
		p.takes.add(Block{Said: Said{s, tones[colour]}})
		return
	}
	for _, line := range wrap(s, p.columns()-indent, 0) {
		p.line(strings.Repeat(" ", indent) + p.paint(colour, line))
	}
}

// grid draws a table.
func (p *page) grid(g *grid) {
	if p.takes != nil {
		p.takes.add(Block{Table: gridSaid(g)})
		return
	}
	text, err := g.draw(p.Look)
	if err != nil && p.err == nil {
		p.err = err
	}
	p.text.WriteString(text)
}

// headline is what is read first, and by many the only thing: the verdict, and why.
func (p *page) headline() {
	word, colour, why := p.verdict()
	indent := width(word) + 2
	for i, line := range wrap(why, p.columns()-indent, 0) {
		if i == 0 {
			p.line(p.paint(colour, word) + "  " + p.paint(bold, line))
			continue
		}
		p.line(strings.Repeat(" ", indent) + p.paint(bold, line))
	}
	for _, n := range p.notes(p.columns() - indent) {
		p.prose(n.colour, indent, n.text)
	}
	p.about(indent)
	p.line("")
}

// note is what has to be said beside the verdict.
type note struct {
	text   string
	colour ink
}

// notes are the reasons that the headline doesn't say, what was excused, and what could not be seen.
func (p *page) notes(room int) []note {
	var out []note
	for i, reason := range p.r.Reasons {
		switch {
		case i == 0 && (p.r.Verdict == check.Interrupted || p.r.Verdict == check.Inconclusive && !p.r.open()):
		case reason.Code == "cases" && p.r.open() && p.r.Verdict == check.Inconclusive:
		default:
			out = append(out, note{clean(reason.Text), yellow})
		}
	}
	if p.r.Load != nil && !p.r.saidOfLoad() {
		out = append(out, note{p.loadSays(), plainInk})
	}
	for _, excused := range p.excuses() {
		out = append(out, note{excused, yellow})
	}
	if t := p.r.Target; p.r.deaf() {
		out = append(out, note{p.say(phrase.TableNoLog, fitMiddle(clean(t.Log), room), clean(t.Profile)), yellow})
	}
	if none := p.unverified(); none != "" {
		out = append(out, note{none, yellow})
	}
	return out
}

// about says which server and seed it was, how long it took and what it was judged by; the latter on a line of its own
// where there is no room beside the rest, so that no measure is torn from its unit.
func (p *page) about(indent int) {
	room := p.columns() - indent
	about := func(target string) string {
		return p.say(phrase.TableAbout, target, p.r.Seed, took(p.r.Duration.Duration()))
	}
	text := about(fitMiddle(p.target(), room-width(about(""))))
	if j := p.r.Judge; j.Grace > 0 && j.StuckAfter > 0 {
		measures := p.say(phrase.TableMeasures, setting(j.Grace.Duration()), setting(j.StuckAfter.Duration()))
		if both := p.Book.Clauses(text, measures); width(both) <= room {
			text = both
		} else {
			defer p.prose(dim, indent, measures)
		}
	}
	p.prose(dim, indent, text)
}

// verdict is the word for it, its colour, and why it is so.
func (p *page) verdict() (word string, colour ink, why string) {
	power := p.power()
	if len(p.r.Cases) > 0 {
		power = p.say(phrase.TableCasesAnd, p.suiteSays(), power)
	}
	switch p.r.Verdict {
	case check.Pass:
		return p.say(phrase.TablePass), green, power
	case check.Fail:
		return p.say(phrase.TableFail), redBold, p.failure()
	case check.Interrupted:
		return p.say(phrase.TableInterrupted), amber,
			p.say(phrase.CISentence, p.say(phrase.TableAfter, took(p.r.Duration.Duration())), p.say(phrase.TableNothingSoFar, power))
	}
	switch {
	case p.r.open():
		return p.say(phrase.TableInconclusive), amber, p.suiteSays()
	case len(p.r.Reasons) == 0:
		return p.say(phrase.TableInconclusive), amber, power
	}
	return p.say(phrase.TableInconclusive), amber, p.failedBut(clean(p.r.Reasons[0].Text))
}

// failure says what failed the run: thresholds, and of a suite that the server died, its cases and what belongs to none of them; else causes.
func (p *page) failure() string {
	parts := []string{p.exceeded(), p.broken()}
	return p.Book.Statements(parts...)
}

// broken says what was found that failed the run.
func (p *page) broken() string {
	if !slices.ContainsFunc(p.r.Cases, func(c SuiteCase) bool { return c.Verdict == check.Fail.String() }) {
		return p.causesOf(p.r.Findings)
	}
	parts := []string{p.deaths(), p.suiteSays()}
	beside := slices.DeleteFunc(outside(p.r.Findings), func(f Finding) bool { return f.Code == string(check.ServerCrashed) })
	parts = append(parts, p.causesOf(beside))
	return p.Book.Statements(parts...)
}

// deaf says that there is a log, and that none of its lines was understood. Only the log can say that a refusal was for a
// duplicated pattern.
func (r Result) deaf() bool { return r.Target.Log != "" && !r.Target.Embedded && r.Server.Lines == 0 }

// power says what the absence of errors is worth.
func (p *page) power() string {
	returns := p.r.Returns
	switch {
	case p.r.steady():
		return p.loadSays()
	case returns.Decided() == 0:
		return p.say(phrase.TableNoReturn)
	case returns.Refused > 0:
		return p.refused()
	}
	return p.say(phrase.TableNoneRefused, p.many(phrase.OneReturn, phrase.ManyReturns, returns.Decided()), below(returns.Below))
}

// refused says how many returns were refused at first and, of a pass, after which nothing is left to come back, how long
// the slowest of them took.
func (p *page) refused() string {
	text := p.say(phrase.TableSomeRefused, count(p.r.Returns.Refused), p.many(phrase.OneReturn, phrase.ManyReturns, p.r.Returns.Decided()))
	slowest := p.r.Latency["recovery"]
	if p.r.Verdict != check.Pass || slowest == nil || slowest.Count == 0 {
		return text
	}
	text = p.say(phrase.TableAllBack, text, took(slowest.Max.Duration()))
	if slowest.Max <= p.r.Judge.Grace {
		text = p.say(phrase.TableInGrace, text, p.r.Judge.Grace.Duration())
	}
	return text // one that the user excused, or that followed a vanish, may have taken longer than --grace
}

// causesOf names the roots that fail the run, each with what followed from it.
func (p *page) causesOf(findings []Finding) string {
	var words []string
	for _, f := range findings {
		if !f.fails() || !f.Root {
			continue
		}
		text := f.Code
		if n := len(f.Keys); n > 0 {
			text = p.say(phrase.TableCause, f.Code, p.many(phrase.OneKey, phrase.ManyKeys, int64(n)))
		}
		for _, effect := range effectsOf(f, findings) {
			name := effect.Code
			if effect.ForGood {
				name = p.say(phrase.TableForGood, name)
			}
			text = p.say(phrase.TableThen, text, name)
		}
		if !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	if len(words) == 0 {
		// A consequence whose cause was excused fails the run by itself.
		for _, f := range findings {
			if f.fails() {
				words = append(words, f.Code)
			}
		}
	}
	return p.Book.Statements(words...)
}

// fails says that a finding fails the run, once it is proven.
func (f Finding) fails() bool { return f.Severity == string(check.Error) && !f.Allowed }

// effectsOf are the findings that follow from f. Several causes may have one code: then they are told of the first.
func effectsOf(f Finding, findings []Finding) []Finding {
	first := slices.IndexFunc(findings, func(g Finding) bool { return g.Root && g.Code == f.Code })
	if !f.Root || first < 0 || findings[first].ID != f.ID {
		return nil
	}
	var out []Finding
	for _, g := range findings {
		if g.CausedBy != nil && *g.CausedBy == f.Code {
			out = append(out, g)
		}
	}
	return out
}

// excused names the codes that were found and don't count, by what excused them.
func (p *page) excused(by string) string {
	var codes []string
	for _, f := range p.r.Findings {
		if f.Allowed && excuseOf(f) == by && f.Severity == string(check.Error) && !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return p.Book.List(codes)
}

// target names the server that was tested.
func (p *page) target() string {
	t := p.r.Target
	name := t.Profile
	if t.Version != "" {
		name += " " + t.Version
	}
	name = fitMiddle(clean(name), 30)
	if name == "" {
		name = p.say(phrase.TableNoTarget)
	}
	if t.Embedded || t.PublishURL == "" {
		return name
	}
	return name + " " + clean(t.PublishURL)
}
