package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanBytes is how much of a stranger's text is looked at. A log line is at most 2 KiB when it comes from a history,
// but a key or a server's name may be anything.
const cleanBytes = 4 << 10

// maxMarks is how many combining marks one letter may carry; real scripts need two.
const maxMarks = 2

// escape matches a terminal's control sequences: CSI, the string sequences (OSC, DCS, SOS, PM, APC) with a terminator
// near by, and the short ones (ECMA-48, sections 5.3 to 5.6).
var escape = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\x07\x1b]{0,512}(?:\x07|\x1b\\\\)|[ -/]*[0-~])")

// clean makes one line of text from a stranger safe to print: no control sequence, no control or format character (so no
// line break, no right-to-left override), no invalid UTF-8, no tower of combining marks; at most cleanBytes of it.
func clean(s string) string {
	s = cut(s)
	if plain(s) {
		return s
	}
	s = escape.ReplaceAllString(s, "")
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks || b.Len() == 0 {
				continue
			}
			b.WriteRune(r)
			continue
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Cf, r):
			// Format characters have no width of their own: bidirectional overrides, joiners, byte order marks.
		default:
			b.WriteRune(utf8.RuneError)
		}
		marks = 0
	}
	return strings.TrimSpace(b.String())
}

// cut keeps the beginning and the end of a text that is too long to be looked at whole: the end of a log line often says
// which key it was.
func cut(s string) string {
	if len(s) <= cleanBytes {
		return s
	}
	return strings.ToValidUTF8(s[:cleanBytes/2], "") + "…" + strings.ToValidUTF8(s[len(s)-cleanBytes/2:], "")
}

// plain says that s is printable ASCII without a space at either end, as nearly everything is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || (s[0] != ' ' && s[len(s)-1] != ' ')
}
