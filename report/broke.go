package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what is shown of a finding: the first case with the server's words whole, as far as they help, and some more
// on a line each.
const (
	wholeLines  = 8
	moreCauses  = 5
	moreEffects = 3
	moreSights  = 3 // of what witnesses saw, which looks the same on every key
	keyColumns  = 20
)

// broke tells of each cause, and of what followed from it: key, time and the server's log line beside each other.
func (p *page) broke() {
	var causes, rest []Finding
	told := map[string]bool{}
	for _, f := range p.r.Findings {
		if f.Root && f.Severity == string(check.Error) {
			causes = append(causes, f)
			for _, effect := range effectsOf(f, p.r.Findings) {
				told[effect.ID] = true
			}
		}
	}
	for _, f := range p.r.Findings {
		if !f.Root && f.Severity == string(check.Error) && !told[f.ID] {
			rest = append(rest, f)
		}
	}
	if len(causes)+len(rest) == 0 {
		return
	}
	p.title(p.say(phrase.TableBroke))
	if slices.ContainsFunc(append(causes, rest...), func(f Finding) bool { return len(f.Keys) > 0 }) {
		p.sayBeginning()
	}
	for i, f := range append(causes, rest...) {
		if i > 0 {
			p.line("")
		}
		p.story(f, " ", moreCauses)
		for _, effect := range effectsOf(f, p.r.Findings) {
			p.story(effect, "   ", moreEffects)
		}
	}
}

// story is one finding: what it says, how often, and its first cases.
func (p *page) story(f Finding, indent string, bound int) {
	colour, name := redBold, f.Code
	if !f.Root {
		colour = red
	}
	if f.CausedBy != nil {
		name = p.say(phrase.TableEffect, f.Code)
	}
	if f.rank() == 2 {
		colour = yellow
	}
	deeper := len(indent) + 2
	if f.CausedBy != nil {
		deeper += 2 // below the words, not below the mark
	}
	first, all := indent+p.paint(colour, name), p.facts(f)
	if width(indent+name)+2+width(all) <= p.columns() {
		p.line(first + "  " + all)
	} else {
		p.line(first)
		p.prose(plainInk, deeper, all)
	}
	p.prose(dim, deeper, p.say(check.Code(f.Code).Says()))
	if f.Lateness != nil {
		l := f.Lateness
		p.prose(plainInk, deeper, p.say(phrase.TableLateness,
			took(l.P50.Duration()), took(l.P90.Duration()), took(l.P99.Duration()), took(l.Max.Duration())))
	}
	p.cases(f, deeper-1, bound)
	for _, line := range p.around(f, p.columns()-deeper, bound) {
		p.line(strings.Repeat(" ", deeper) + line)
	}
	for _, line := range p.endings(f, p.columns()-deeper) {
		p.line(strings.Repeat(" ", deeper) + line)
	}
}

// cases is the table of the first cases, one a key.
func (p *page) cases(f Finding, indent, bound int) {
	first := firstOfKeys(f.Cases)
	if len(first) == 0 {
		return
	}
	if first[0].Odd != nil || first[0].How != "" {
		bound = min(bound, moreSights)
	}
	shown := first[:min(len(first), bound)]
	g := &grid{align: "lrl"}
	keys, subjects := 0, p.subjects(shown)
	for _, subject := range subjects {
		keys = max(keys, width(subject))
	}
	times := width(at(shown[len(shown)-1].At.Duration()))
	room := p.columns() - indent - g.frame() - keys - times
	for i, c := range shown {
		how := brief
		if i == 0 {
			how = full
		}
		lines := append(p.beside(f, c, room), p.words(f, c, room, how)...)
		if len(lines) > 1 && lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		g.row(p.paint(cyan, subjects[i]), at(c.At.Duration()), strings.Join(lines, "\n"))
	}
	text, err := g.draw(p.Look)
	if err != nil && p.err == nil {
		p.err = err
	}
	pad := strings.Repeat(" ", indent)
	for _, line := range strings.SplitAfter(text, "\n") {
		if line != "" {
			p.text.WriteString(pad + line)
		}
	}
	if p.guessed && !p.legend {
		p.legend = true
		p.prose(dim, indent+1, p.say(phrase.TableGuess))
	}
	if more := p.more(f, shown); more != "" {
		p.line(pad + " " + p.paint(dim, more))
	}
}

// more says how many keys or, of the whole server, how many times more than those shown there are; empty for none.
func (p *page) more(f Finding, shown []Case) string {
	hidden, one, many := int64(len(f.Keys)), phrase.OneKey, phrase.ManyKeys
	switch {
	case len(f.Keys) > 0:
	case f.Code == string(check.Sanitizer):
		return "" // its report says how many more
	case f.Code == string(check.ServerCrashed):
		hidden, one, many = f.Count, phrase.OneDeath, phrase.ManyDeaths
	default:
		hidden, one, many = f.Count, phrase.OneTime, phrase.ManyTimes
	}
	if hidden -= int64(len(shown)); hidden <= 0 {
		return ""
	}
	return p.say(phrase.TableMoreKeys, p.many(one, many, hidden))
}

// firstOfKeys are the first case of each key, and all of the whole server, in their order.
func firstOfKeys(cases []Case) []Case {
	var out []Case
	seen := map[string]bool{}
	for _, c := range cases {
		if c.Key == "" || !seen[c.Key] {
			seen[c.Key] = true
			out = append(out, c)
		}
	}
	return out
}

// subjects are what cases happened to.
func (p *page) subjects(cases []Case) []string {
	var keys []string
	for _, c := range cases {
		keys = append(keys, c.Key)
	}
	out := p.shortened(keys)
	for i, key := range keys {
		if key == "" {
			out[i] = p.say(phrase.TableWhole)
		}
	}
	return out
}

// beside says which publisher was accepted beside another one; no line of a log or answer does.
func (p *page) beside(f Finding, c Case, room int) []string {
	if f.Code != string(check.DoublePublish) || c.Actor == "" || c.Epoch == 0 {
		return nil
	}
	sentence := phrase.TableBesideOther
	if strings.HasPrefix(c.Actor, "con/") {
		sentence = phrase.TableBesideOwner
	}
	return wrap(p.say(sentence, fitMiddle(clean(c.Actor), room), c.Epoch), room, 3)
}

// logHead matches what a server puts before the words of a log line: bracketed times, levels and numbers.
var logHead = regexp.MustCompile(`^(?:\[[^\]]{0,40}\]\s*)+`)

// logCode matches the code of an error, and its name.
var logCode = regexp.MustCompile(`\b(code=\w+)(?:\(\w+\))?`)

// fitLog shortens a log line to w columns: its code says what it is about, its end on which key.
func fitLog(line string, w int) string {
	at := logCode.FindStringSubmatchIndex(line)
	if width(line) <= w || at == nil {
		return fitMiddle(line, w)
	}
	for _, front := range []struct{ from, to, most int }{
		{0, at[1], w / 2},
		{at[0], at[1], w * 3 / 4},
		{at[2], at[3], w / 2}, // without its name
	} {
		if n := width(line[front.from:front.to]); n <= front.most {
			return line[front.from:front.to] + "…" + tail(line[front.to:], w-1-n)
		}
	}
	return fitMiddle(line[at[0]:], w)
}

// fullness is how much is said of a case.
type fullness int

const (
	brief fullness = iota // a further case of a table: a line of the log as far as one line can hold it
	full                  // the first of a table, below which stands what else is known of it
	alone                 // one in a text, where nothing else tells of it
)

// stamp matches the date and the time of a log line.
var stamp = regexp.MustCompile(`\b([0-9]{4}[-/][0-9]{2}[-/][0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})`)

// words are what is known of a case beside key and time: how long it lasted, and the server's own words.
func (p *page) words(f Finding, c Case, room int, how fullness) []string {
	out := append(p.seen(f, c, room, how), p.logged(c, room, how)...)
	if len(out) == 0 {
		out = []string{""}
	}
	return out
}

// seen is what we saw of a case ourselves.
func (p *page) seen(f Finding, c Case, room int, how fullness) []string {
	var out []string
	if missed := missed(p.Book, f, c); missed != "" {
		return wrap(missed, room, 4)
	}
	if c.Refused > 0 && c.For > 0 {
		tries := p.many(phrase.OneTime, phrase.ManyTimes, c.Refused)
		if c.Settled > 0 {
			tries = p.say(phrase.TableInSettling, tries, count(c.Settled))
		}
		sentence := phrase.TableNotBack
		if c.Back {
			sentence = phrase.TableBack
		}
		out = append(out, wrap(p.say(sentence, tries, took(c.For.Duration())), room, 2)...)
	}
	switch {
	case c.Ghost && how != brief:
		out = append(out, wrap(p.say(phrase.TableGhost), room, 3)...)
	case c.Ghost:
		out = append(out, p.say(phrase.TableGhostToo))
	}
	if holder := clean(c.Holder); holder != "" {
		out = append(out, wrap(p.say(phrase.TableHolder, holder), room, 3)...)
	}
	text := clean(c.Text)
	if sight := saw(p.Book, c); sight != "" {
		out = append(out, wrap(sight, room, 3)...)
		if by := p.seenBy(c, how); by != "" {
			out = append(out, p.paint(dim, fitMiddle(by, room)))
		}
	} else if text != "" {
		out = append(out, wrap(text, room, 3)...)
	} else if c.Class != "" && (c.Log == "" || c.Report != nil) {
		out = append(out, wrap(p.say(phrase.TableRefusedAs, clean(string(c.Class)), p.say(check.ByNothing.Says())), room, 2)...)
	}
	return out
}

// guessed says that nothing but the time ties a case's line of the log to it.
func guessed(c Case) bool { return c.TiedBy == check.ByTime || c.TiedBy == check.ByLast }

// logged is the line of the server's log that tells of a case; a report is shown elsewhere.
func (p *page) logged(c Case, room int, how fullness) []string {
	log := clean(c.Log)
	if log == "" || c.Report != nil {
		return nil
	}
	var out []string
	guess := guessed(c)
	switch {
	case how != brief:
		out = append(out, wrap(stamp.ReplaceAllString(log, "$1"+noBreak+"$2"), room, wholeLines)...)
		if guess {
			out = append(out, strings.Split(p.paint(yellow, strings.Join(wrap(p.say(c.TiedBy.Says()), room, 4), "\n")), "\n")...)
		}
	default:
		mark := ""
		if guess {
			mark, p.guessed = "? ", true
		}
		out = append(out, p.paint(dim, mark+fitLog(logHead.ReplaceAllString(log, ""), room-width(mark))))
	}
	return out
}
