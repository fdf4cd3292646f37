package report

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// outputs are the flags that name files of the run. Whoever repeats it doesn't want them overwritten.
var outputs = []string{"--json", "--junit", "--html", "--out", "--lang"}

// manners are those that say how the report is to look: who repeats the run has a terminal of their own.
var manners = []string{"--quiet", "--no-color"}

// repro is the command that repeats the run, without what it is to write, and how.
func (p *page) repro() string {
	return strings.Join(without(cleanWords(p.r.Repro), outputs), " ")
}

// wordCleaned is how much of a word is cleaned at a time: less than clean cuts off.
const wordCleaned = 512

// cleanWords are the words of a command line, clean and whole: one of which the end was missing would be of no use.
func cleanWords(line string) []string {
	words := shellWords(line)
	for n, word := range words {
		parts := strings.Split(word, " ")
		for k, part := range parts {
			var b strings.Builder
			for some := range slices.Chunk([]rune(part), wordCleaned) {
				b.WriteString(clean(string(some)))
			}
			parts[k] = b.String()
		}
		words[n] = strings.Join(parts, " ")
	}
	return words
}

// without are the words of a command line without some flags and their values.
func without(words, flags []string) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		name, _, valued := strings.Cut(words[i], "=")
		switch {
		case slices.Contains(manners, name):
		case !slices.Contains(flags, name):
			out = append(out, words[i])
		case !valued:
			i++
		}
	}
	return out
}

// afterAll is the case of the suite that tries what the cases before it left behind. By itself it has nothing to try.
const afterAll = "released"

// shorter is the command that repeats only the first case that failed, and its name; empty where that is no less than the run.
func (p *page) shorter() (name, command string) {
	tried := 0
	for _, c := range p.r.Cases {
		if c.State == skipped {
			continue
		}
		tried++
		if own := check.CaseName(clean(c.Name)); name == "" && c.Verdict == check.Fail.String() && own != afterAll {
			name = own
		}
	}
	if name == "" || tried < 2 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "", ""
	}
	words := without(shellWords(p.repro()), []string{"--only", "--skip", "--repeat"})
	return name, strings.Join(append(words, "--only", name), " ")
}

// repeat says how to see it again. A quiet pass has nothing to repeat.
func (p *page) repeat() {
	if p.Quiet && p.r.Verdict == check.Pass {
		return
	}
	if p.r.Repro != "" {
		p.title(p.say(phrase.TableRepeat))
		for _, line := range command(p.repro(), p.columns()) {
			p.line(line)
		}
		if name, shorter := p.shorter(); name != "" {
			p.prose(plainInk, 1, p.say(phrase.TableRepeatCase, name))
			for _, line := range command(shorter, p.columns()) {
				p.line(line)
			}
		}
		if !p.Quiet {
			p.prose(dim, 1, p.say(phrase.TableSeed))
		}
	}
	if p.r.Run != "" {
		// Not wrapped: it is there to be copied.
		p.line("\n" + p.paint(bold, p.say(phrase.TableKept)) + " " + clean(p.r.Run))
	}
}

// command breaks a command line into lines that a shell takes as one: a backslash at their ends, no word cut, and no flag
// torn from its value.
func command(text string, columns int) []string {
	var lines []string
	line := " "
	words := shellWords(text)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			i++
			word += " " + words[i]
		}
		if strings.TrimSpace(line) != "" && width(line)+1+width(word) > columns-2 {
			lines = append(lines, line+" \\")
			line = "   "
		}
		line += " " + word
	}
	return append(lines, line)
}

// shellWords splits a command line at its blanks, except those in single quotes.
func shellWords(text string) []string {
	var words []string
	start, quoted := -1, false
	for i := 0; i < len(text); i++ {
		blank := text[i] == ' ' && !quoted
		switch {
		case blank && start >= 0:
			words = append(words, text[start:i])
			start = -1
		case !blank && start < 0:
			start = i
		}
		switch {
		case text[i] == '\'':
			quoted = !quoted
		case text[i] == '\\' && !quoted:
			i++ // the next character stands for itself
		}
	}
	if start >= 0 {
		words = append(words, text[start:])
	}
	return words
}
