package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// width is how many columns of a terminal s takes. It is the table writer's own measure, with ambiguous characters
// narrow whatever the locale, so that what fits here fits there.
func width(s string) int { return twwidth.WidthWithOptions(s, twwidth.Options{}) }

// fit shortens s to w columns, with an ellipsis at the end.
func fit(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w < 1 {
		return ""
	}
	return head(s, w-1) + "…"
}

// fitMiddle shortens s to w columns, with an ellipsis in its middle: both ends of a key or of a log line tell something.
func fitMiddle(s string, w int) string {
	if width(s) <= w {
		return s
	}
	if w < 1 {
		return ""
	}
	front := (w - 1) / 2
	return head(s, front) + "…" + tail(s, w-1-front)
}

// head returns the longest beginning of s that takes at most w columns.
func head(s string, w int) string {
	used := 0
	for i, r := range s {
		if used += width(string(r)); used > w {
			return s[:i]
		}
	}
	return s
}

// tail returns the longest end of s that takes at most w columns. It begins with no mark, which would go on what stands before.
func tail(s string, w int) string {
	runes := []rune(s)
	used, from := 0, len(runes)
	for i := len(runes) - 1; i >= 0; i-- {
		if used += width(string(runes[i])); used > w {
			break
		}
		from = i
	}
	for from > 0 && from < len(runes) && unicode.Is(unicode.M, runes[from]) {
		from++
	}
	return string(runes[from:])
}

// wrap breaks s into lines of at most w columns, between words where it can. What doesn't fit into the given number of
// lines is left out of the middle; zero lines means as many as it takes.
func wrap(s string, w, lines int) []string {
	if w < 1 {
		w = 1
	}
	out := wrapAll(s, w)
	if lines <= 0 || len(out) <= lines {
		return out
	}
	last := lines - 1
	return append(out[:last:last], fitMiddle(joined(out[last:]), w))
}

// noBreak is a blank at which no line is broken: our sentences have it between a flag or a number and what it goes with.
// In texts of strangers there is none, for clean makes every blank a plain one.
const noBreak = "\u00a0"

func breakable(r rune) bool { return unicode.IsSpace(r) && string(r) != noBreak }

// Chinese has no blanks between its words: a line may end behind each of its letters, but none begins with what closes or ends
// with what opens (clreq, "Prohibition rules for line start and line end").
const (
	neverFirst = "，。、；：？！）》】」』”’…—·～％" + ")],.;:!?%\"'" + noBreak
	neverLast  = "（《【「『“‘" + "([#$\"'" + noBreak + noBreak
)

// eastern reports whether r is a letter, or a mark, of a script without blanks.
func eastern(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff01 && r <= 0xff60
}

// pieces are the parts of a word between which a line may end: the word itself, unless letters of an eastern script are in it.
func pieces(word string) []string {
	var out []string
	begin, last := 0, utf8.RuneError
	for i, r := range word {
		if i > 0 && (eastern(last) || eastern(r)) && !unicode.Is(unicode.M, r) && !strings.ContainsRune(neverLast, last) && !strings.ContainsRune(neverFirst, r) {
			out = append(out, word[begin:i])
			begin = i
		}
		last = r
	}
	return append(out, word[begin:])
}

// unitsKept is s with no place for a line to end between a number and the Chinese word for what is counted, "5 条".
func unitsKept(s string) string {
	runes := []rune(s)
	for i := 1; i < len(runes)-1; i++ {
		if runes[i] == ' ' && digit(runes[i-1]) && unicode.Is(unicode.Han, runes[i+1]) {
			runes[i] = []rune(noBreak)[0]
		}
	}
	return string(runes)
}

// joined puts lines of wrap together again.
func joined(lines []string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			before, _ := utf8.DecodeLastRuneInString(lines[i-1])
			if after, _ := utf8.DecodeRuneInString(line); !eastern(before) || !eastern(after) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// wrapAll breaks s into as many lines as it takes.
func wrapAll(s string, w int) []string {
	l := lines{wide: w}
	for _, word := range strings.FieldsFunc(unitsKept(s), breakable) {
		blank := " "
		for _, piece := range pieces(word) {
			l.add(blank, strings.ReplaceAll(piece, noBreak, " "))
			blank = ""
		}
	}
	if l.used > 0 || len(l.done) == 0 {
		l.done = append(l.done, l.line)
	}
	return l.done
}

// lines are those that wrapAll fills.
type lines struct {
	wide int
	done []string
	line string
	used int
}

// add puts a word behind what is there, with a blank between if there is one, or into a line of its own, or into several.
func (l *lines) add(blank, word string) {
	n := width(word)
	if l.used > 0 && l.used+len(blank)+n <= l.wide {
		l.line, l.used = l.line+blank+word, l.used+len(blank)+n
		return
	}
	if l.used > 0 {
		l.done = append(l.done, l.line)
	}
	for n > l.wide {
		piece := head(word, l.wide)
		if at := strings.LastIndexAny(piece, ")],;/=") + 1; at > len(piece)/3 {
			piece = piece[:at] // log lines have words of their own within what is one to a blank
		}
		if piece == "" {
			// One letter is wider than the line; it has to go somewhere.
			_, size := utf8.DecodeRuneInString(word)
			for _, r := range word[size:] {
				if !unicode.Is(unicode.M, r) {
					break
				}
				size += utf8.RuneLen(r)
			}
			piece = word[:size]
		}
		l.done = append(l.done, piece)
		word = word[len(piece):]
		n -= width(piece)
	}
	l.line, l.used = word, n
}
