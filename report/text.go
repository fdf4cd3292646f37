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

// tail returns the longest end of s that takes at most w columns.
func tail(s string, w int) string {
	runes := []rune(s)
	used := 0
	for i := len(runes) - 1; i >= 0; i-- {
		if used += width(string(runes[i])); used > w {
			return string(runes[i+1:])
		}
	}
	return s
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
	return append(out[:last:last], fitMiddle(strings.Join(out[last:], " "), w))
}

// noBreak is a blank at which no line is broken: our sentences have it between a flag or a number and what it goes with.
// In texts of strangers there is none, for clean makes every blank a plain one.
const noBreak = "\u00a0"

func breakable(r rune) bool { return unicode.IsSpace(r) && string(r) != noBreak }

// wrapAll breaks s into as many lines as it takes.
func wrapAll(s string, w int) []string {
	var out []string
	line, used := "", 0
	for _, word := range strings.FieldsFunc(s, breakable) {
		word = strings.ReplaceAll(word, noBreak, " ")
		n := width(word)
		if used > 0 && used+1+n <= w {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			out = append(out, line)
		}
		for n > w {
			piece := head(word, w)
			if at := strings.LastIndexAny(piece, ")],;/=") + 1; at > len(piece)/3 {
				piece = piece[:at] // log lines have words of their own within what is one to a blank
			}
			if piece == "" {
				// One letter is wider than the line; it has to go somewhere.
				_, size := utf8.DecodeRuneInString(word)
				piece = word[:size]
			}
			out = append(out, piece)
			word = word[len(piece):]
			n -= width(piece)
		}
		line, used = word, n
	}
	if used > 0 || len(out) == 0 {
		out = append(out, line)
	}
	return out
}
