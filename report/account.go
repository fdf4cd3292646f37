package report

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what a file for a pipeline says of one finding.
const (
	accountKeys  = 20
	accountCases = 10
	accountWidth = 4096 // of one line
)

// plainly is the page that says things in lines that nobody wraps: for files that a pipeline shows.
func plainly(r Result, book phrase.Book) *page {
	return &page{Look: Look{Width: accountWidth, Book: book}, r: r.inOrder()}
}

// account is a finding in plain lines: what it says, how often and where, then its first cases with the server's words.
func (p *page) account(f Finding) []string {
	out := []string{p.gist(f)}
	if f.CausedBy != nil {
		out = append(out, p.say(phrase.CICausedBy, clean(*f.CausedBy)))
	}
	if len(f.Keys) > 0 {
		var keys []string
		for _, key := range f.Keys[:min(len(f.Keys), accountKeys)] {
			keys = append(keys, clean(key))
		}
		if more := len(f.Keys) - len(keys); more > 0 {
			keys = append(keys, p.say(phrase.CIMoreKeys, count(int64(more))))
		}
		out = append(out, p.say(phrase.CIKeys, p.Book.List(keys)))
	}
	for i, c := range firstOfKeys(f.Cases) {
		if i == accountCases {
			break
		}
		subject := p.say(phrase.TableWhole)
		if c.Key != "" {
			subject = clean(c.Key)
		}
		out = append(out, p.say(phrase.CICase, at(c.At.Duration()), subject))
		for _, words := range append(p.beside(f, c, accountWidth), p.words(f, c, accountWidth, alone)...) {
			if words != "" {
				out = append(out, "  "+words)
			}
		}
	}
	if len(f.Keys) == 0 {
		if more := p.more(f, f.Cases[:min(len(f.Cases), accountCases)]); more != "" && len(f.Cases) > 0 {
			out = append(out, more)
		}
	}
	return slices.Concat(out, p.around(f, accountWidth, accountCases), p.endings(f, accountWidth))
}

// gist is a finding in one sentence.
func (p *page) gist(f Finding) string {
	return p.say(phrase.CIGist, clean(f.Code), p.say(check.Code(clean(f.Code)).Says()), p.facts(f))
}

// facts says how often something was found, on how many keys, since when, and what else is known of it in a word.
func (p *page) facts(f Finding) string {
	facts := []string{p.howOften(f)}
	if n := len(f.Keys); n > 0 {
		facts[0] = p.say(phrase.TableOnKeys, facts[0], p.many(phrase.OneKey, phrase.ManyKeys, int64(n)))
	}
	facts = append(facts, p.say(phrase.TableFirstAt, at(Millis(f.FirstAt).Duration())))
	if f.ForGood {
		facts = append(facts, p.say(phrase.TableIsForGood))
	}
	if f.rank() == 2 {
		facts = append(facts, p.say(p.excuse(f)))
	} else if status := p.status(f); status != "" {
		facts = append(facts, status)
	}
	return p.Book.Clauses(facts...)
}

// sentence is the verdict in one line: FAIL, and why.
func (p *page) sentence() string {
	word, _, why := p.verdict()
	return p.say(phrase.CISentence, word, wordsOf(why))
}

// wordsOf is a sentence with plain blanks only, for those who wrap it themselves.
func wordsOf(s string) string { return strings.ReplaceAll(s, noBreak, " ") }

// worst are findings that are errors, causes first and what follows from each after it, without those of information.
func (p *page) worst(findings []Finding) []Finding {
	var out []Finding
	add := func(f Finding) {
		if f.Severity == string(check.Error) && !slices.ContainsFunc(out, func(g Finding) bool { return g.ID == f.ID }) {
			out = append(out, f)
		}
	}
	for _, f := range findings {
		if !f.Root {
			continue
		}
		add(f)
		for _, effect := range effectsOf(f, findings) {
			add(effect)
		}
	}
	for _, f := range findings {
		add(f)
	}
	return out
}
