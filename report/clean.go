package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanBytes is how much of a stranger's text is looked at. A log line is at most 2 KiB when it comes from a history,
// but a key or a server's name may be anything.
const cleanBytes = 4 << 10

// maxString is how long a string sequence may be.
const maxString = 512

// maxMarks is how many combining marks one letter may carry; real scripts need two.
const maxMarks = 2

// clean makes one line of text from a stranger safe to print: no control sequence, no control or format character (so no
// line break, no right-to-left override), no invalid UTF-8, no tower of combining marks; at most cleanBytes of it.
func clean(s string) string {
	s = cut(s)
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for len(s) > 0 {
		if n := escape(s); n > 0 {
			s = s[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case unicode.Is(unicode.Variation_Selector, r):
			// It asks for another look of the letter before it, which terminals draw in one column or in two.
			continue
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

// escape is the length of the control sequence of a terminal that s begins with, 0 where it begins with none: CSI, the
// string sequences (OSC, DCS, SOS, PM, APC) whose end is near by, and the short ones (ECMA-48, sections 5.3 to 5.6). A
// string without an end would hide all that follows; only its introducer is taken.
func escape(s string) int {
	if len(s) < 2 || s[0] != 0x1b {
		return 0
	}
	i := 2
	switch {
	case s[1] == '[':
		i += span(s[i:], '0', '?')
		i += span(s[i:], ' ', '/')
		if i < len(s) && s[i] >= '@' && s[i] <= '~' {
			return i + 1
		}
		return i
	case strings.IndexByte("]PX^_", s[1]) >= 0:
		for ; i < len(s) && i < maxString && s[i] != 0x1b; i++ {
			if s[i] == '\a' {
				return i + 1
			}
		}
		if strings.HasPrefix(s[i:], "\x1b\\") {
			return i + 2
		}
		return 2
	}
	i = 1 + span(s[1:], ' ', '/')
	if i < len(s) && s[i] >= '0' && s[i] <= '~' {
		return i + 1
	}
	return i
}

// span is how many bytes at the beginning of s lie between from and to.
func span(s string, from, to byte) int {
	for i := range len(s) {
		if s[i] < from || s[i] > to {
			return i
		}
	}
	return len(s)
}

// cut keeps the beginning and the end of a text that is too long to be looked at whole: the end of a log line often says
// which key it was.
func cut(s string) string { return cutTo(s, cleanBytes) }

func cutTo(s string, bound int) string {
	if len(s) <= bound {
		return s
	}
	return strings.ToValidUTF8(s[:bound/2], "") + "…" + strings.ToValidUTF8(s[len(s)-bound/2:], "")
}

// cutAll cuts each of several texts; nil stays nil.
func cutAll(texts []string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, cut(s))
	}
	return out
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

// cleanAll cleans each of several texts.
func cleanAll(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, clean(s))
	}
	return out
}
