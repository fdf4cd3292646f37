package report

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of a document in Markdown. GitHub takes 1 MiB of a step; one that long is read by nobody.
const (
	markdownBytes = 64 << 10
	markdownLine  = 1000 // columns of a line in a fence
)

// Markdown is the result for a page that people read in a pipeline: the verdict, tables, the findings folded, and the
// command that repeats the run; at most markdownBytes. What a stranger wrote stands in it escaped, or in a fence that it
// can't end.
func (r Result) Markdown(book phrase.Book) string {
	p := plainly(r, book)
	m := &markdown{page: p}
	m.head()
	tail := m.tail()
	m.room = markdownBytes - len(tail)
	m.thresholds()
	m.suite()
	m.summary()
	m.load()
	m.findings()
	return m.text.String() + tail
}

// markdown is a document while it is written. A block that doesn't fit any more is left out whole, and so are those after
// it.
type markdown struct {
	*page
	text strings.Builder
	room int
	full bool
}

// block adds text that makes sense only whole, and reports whether there was room.
func (m *markdown) block(s string) bool {
	if m.full || m.text.Len()+len(s) > m.room {
		m.full = true
		return false
	}
	m.text.WriteString(s)
	return true
}

// head is the verdict as a person would say it, and what else keeps the run from being a pass.
func (m *markdown) head() {
	word, _, why := m.verdict()
	m.room = markdownBytes
	told := m.r.Sentence(m.Book)
	m.block(fmt.Sprintf("### %s\n\n**%s**\n\n", m.say(phrase.CITitle, word), prose(told, 4*markdownLine)))
	if m.r.Verdict == check.Fail {
		m.block(prose(why, 4*markdownLine) + "\n\n") // by codes, which the table below explains
	}
	if l := m.r.Load; l != nil && (l.Limit == nil || !m.r.saidOfLoad()) {
		m.block(prose(m.loadSays(), 4*markdownLine) + "\n\n")
	}
	for i, reason := range m.r.Reasons {
		whole := reason.Code != "torn" && width(clean(reason.Text)) <= toldReason // the sentence has all of it
		if i > 0 || m.r.Verdict == check.Fail || m.r.Verdict == check.Pass || !whole {
			m.block(fmt.Sprintf("- %s\n", prose(clean(reason.Text), markdownLine)))
		}
	}
	about := m.say(phrase.TableAbout, m.target(), m.r.Seed, took(m.r.Duration.Duration()))
	if j := m.r.Judge; j.Grace > 0 && j.StuckAfter > 0 {
		about = m.Book.Clauses(about, m.say(phrase.TableMeasures, setting(j.Grace.Duration()), setting(j.StuckAfter.Duration())))
	}
	m.block("\n" + prose(about, markdownLine) + "\n\n")
	if none := m.unverified(); none != "" {
		m.block(prose(none, markdownLine) + "\n\n")
	}
	for _, excused := range m.excuses() {
		m.block(prose(excused, 4*markdownLine) + "\n\n")
	}
}

// summary is the table of findings.
func (m *markdown) summary() {
	rows := m.summaryRows()
	text := m.table([]string{m.say(phrase.TableColFinding), m.say(phrase.TableColCount), m.say(phrase.TableColKeys),
		m.say(phrase.TableColFirst), " "}, "lrrrl")
	for _, row := range rows {
		text += tableRow(row.name, row.counts, row.keys, row.first, row.note)
	}
	m.block(text + "\n")
}

// suite is the table of the cases.
func (m *markdown) suite() {
	if len(m.r.Cases) == 0 {
		return
	}
	m.block(m.table([]string{" ", m.say(phrase.TableColCase), m.say(phrase.TableColTime), m.say(phrase.TableColFound),
		m.say(phrase.TableColWhat)}, "llrll"))
	for i, c := range m.r.Cases {
		mark, _ := m.mark(c)
		if !m.block(tableRow(mark, clean(c.Name), m.lasted(c), m.outcomeOf(c), clean(c.What))) {
			m.left(len(m.r.Cases) - i)
			return
		}
	}
	m.block("\n")
}

// thresholds are those of --fail-on, a line each.
func (m *markdown) thresholds() {
	for i, t := range m.r.Thresholds {
		mark, _ := t.mark()
		if !m.block("- " + mark + " " + prose(m.threshold(t), markdownLine) + "\n") {
			m.left(len(m.r.Thresholds) - i)
			return
		}
	}
	if len(m.r.Thresholds) > 0 {
		m.block("\n")
	}
}

// load is who was turned away by a steady load, and its steps.
func (m *markdown) load() {
	l := m.r.Load
	if l == nil {
		return
	}
	for _, line := range m.turnedAway() {
		m.block(prose(line, markdownLine) + "\n\n")
	}
	if len(l.Steps) < 2 && l.Limit == nil {
		return
	}
	header, align, row := m.loadColumns(l)
	m.block(m.table(header, align))
	for i, s := range l.Steps {
		if !m.block(tableRow(row(s)...)) {
			m.left(len(l.Steps) - i)
			return
		}
	}
	m.block("\n")
	for _, line := range m.stepsLegend(l.Steps) {
		m.block(prose(line, markdownLine) + "\n\n")
	}
}

// findings are the errors, each folded: opened, they show keys, times and the server's words.
func (m *markdown) findings() {
	all := m.worst(m.r.Findings)
	for i, f := range all {
		lines := m.account(f)
		for n, line := range lines {
			lines[n] = fit(line, markdownLine)
		}
		name := f.Code
		if f.CausedBy != nil {
			name = m.say(phrase.TableEffect, f.Code)
		}
		text := fmt.Sprintf("<details><summary>%s</summary>\n\n%s\n</details>\n\n",
			m.say(phrase.IssueTitle, "<code>"+inHTML(name)+"</code>", inHTML(m.facts(f))), fence("text", lines))
		if !m.block(text) {
			m.left(len(all) - i)
			return
		}
	}
}

// left says how much there was no room for. It is short, and the room has a reserve for it.
func (m *markdown) left(n int) {
	m.text.WriteString(m.say(phrase.CILeft, count(int64(n))) + "\n\n")
}

// tail is how to have it again.
func (m *markdown) tail() string {
	var b strings.Builder
	if m.r.Repro != "" {
		b.WriteString(m.say(phrase.IssueColon, m.say(phrase.TableRepeat)) + "\n\n" + fence("sh", []string{m.repro()}) + "\n")
	}
	if m.r.Run != "" {
		b.WriteString(m.say(phrase.TableKept) + " " + codeSpan(clean(m.r.Run)) + "\n")
	}
	return b.String()
}

// table is the head of a table: its columns' names and alignments.
func (m *markdown) table(header []string, align string) string {
	rule := "|"
	for _, c := range align {
		if c == 'r' {
			rule += "--:|"
		} else {
			rule += ":--|"
		}
	}
	return tableRow(header...) + rule + "\n"
}

func tableRow(cells ...string) string {
	row := "|"
	for _, cell := range cells {
		row += " " + prose(cell, 300) + " |"
	}
	return row + "\n"
}

// prose is a text of at most so many columns with nothing in it that Markdown or HTML would take for markup: a backslash stands
// before the marks that would be read as structure where they are (CommonMark 0.31, section 2.4), and before no others, for people read
// and copy the text as it is, too. What GitHub looks for in the text afterwards, where a backslash is gone already, stands
// apart from what follows it: mentions, numbers of issues, dollars of mathematics.
func prose(s string, columns int) string {
	var b strings.Builder
	runes := []rune(fit(wordsOf(clean(s)), columns))
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return runes[i]
	}
	numbers := true // nothing but digits until here: a list may begin
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		before, after := at(i-1), at(i+1)
		hash := 0
		if !word(before) {
			hash = hashAt(runes[i:])
		}
		switch {
		case hash > 0: // a commit to whoever has one that begins so
			for part := range slices.Chunk(runes[i:i+hash], hashLeast-1) {
				b.WriteString("<span>" + string(part) + "</span>")
			}
			numbers = false
			i += hash - 1
			continue
		case r == '@' || r == '$' || r == '#' && digit(after), // #12, name#12, owner/name#12
			r == '-' && digit(after) && i > 1 && strings.EqualFold(string(runes[i-2:i]), "gh") && !word(at(i-3)):
			b.WriteString("<span>" + string(r) + "</span>")
		case strings.ContainsRune("\\`*[<|~", r), r == '#' && !word(before),
			r == '_' && !(word(before) && word(after)),
			r == '&' && (letter(after) || after == '#'),
			i == 0 && (r == '>' || r == ':' && after == ':'), // the latter begins a command to a pipeline
			i == 0 && strings.ContainsRune("+-=", r) && (after == ' ' || strings.Trim(string(runes), "+-= ") == ""),
			numbers && i > 0 && (r == '.' || r == ')') && after == ' ',
			// What would become a link by itself: an address, or a name that begins like one.
			r == '/' && before == ':' && after == '/',
			r == '.' && linked(runes[:i]):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		numbers = numbers && digit(r)
	}
	return b.String()
}

// A tracker takes a word of so many hexadecimal digits for a commit.
const (
	hashLeast = 7
	hashMost  = 64
)

// hashAt is how long the word is that a text begins with if it may be the name of a commit, 0 otherwise.
func hashAt(runes []rune) int {
	n := 0
	for n < len(runes) && (digit(runes[n]) || 'a' <= runes[n]|0x20 && runes[n]|0x20 <= 'f') {
		n++
	}
	if n < hashLeast || n > hashMost || n < len(runes) && word(runes[n]) {
		return 0
	}
	return n
}

// linked reports whether a text ends with www.
func linked(before []rune) bool {
	return len(before) > 2 && strings.EqualFold(string(before[len(before)-3:]), "www")
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// inHTML is a text within a block of HTML, where Markdown's escapes are none.
func inHTML(s string) string {
	s = html.EscapeString(fit(wordsOf(clean(s)), markdownLine))
	return strings.NewReplacer("@", "<span>@</span>", "://", ":<span>/</span>/").Replace(s)
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

func letter(r rune) bool { return digit(r) || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' }

// codeSpan is a text in the type of code, between marks longer than any run of them within (CommonMark, section 6.1). In a table it may
// have no pipe.
func codeSpan(s string) string {
	s = fit(wordsOf(clean(s)), markdownLine)
	marks := strings.Repeat("`", longestRun(s)+1)
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " " // of which one is no part of it
	}
	return marks + s + marks
}

// fence is lines of code, each without a break of its own, between fences longer than any run of the marks within
// (CommonMark, section 4.5).
func fence(language string, lines []string) string {
	text := strings.Join(lines, "\n")
	marks := strings.Repeat("`", max(longestRun(text)+1, 3))
	return marks + language + "\n" + text + "\n" + marks + "\n"
}

// longestRun is how many of the marks of code stand together in a text at most.
func longestRun(text string) (longest int) {
	run := 0
	for _, r := range text {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}
