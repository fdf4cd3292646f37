// Package foreign makes text of strangers fit to be kept and shown. Whatever a server says in its log, its API, its answers
// or its certificate, and whatever a user's command line holds, may carry terminal sequences that rewrite a screen,
// characters that turn the direction of a line, bytes that are no text, a line without an end, or a credential.
//
//  1. Clean takes out what is no text, so that the rest stands on one line of bounded length.
//  2. Mask hides the credentials of URLs in it; MaskBy those of one URL, in whatever shape a server repeats them; MaskCommand
//     those of a command line.
//  3. Short cuts it to what fits into a sentence.
//
// This is their order too: a sequence in the middle of a credential would hide it from Mask, and what Short cuts off
// could be the rest of one.
package foreign

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxLine is how much of a line is kept for the history, without colours.
	MaxLine = 2 << 10
	// MaxRaw is how much of a line need be looked at for that, with its colours.
	MaxRaw = 4 << 10
)

// Clean makes what a stranger sent fit to be kept and shown on one line: no terminal sequences, no control or
// direction-changing characters, valid UTF-8, at most MaxLine bytes, and no blanks around it.
func Clean[T string | []byte](raw T) string { return string(bytes.TrimSpace(plain([]byte(raw)))) }

// CleanIndented is Clean, but for the blanks that a line begins with: in a report of several lines they mean something.
func CleanIndented(raw []byte) string { return string(bytes.TrimRight(plain(raw), " ")) }

// Short cuts what a stranger sent to what fits into a sentence.
func Short(s string) string { return Cut(s, 80) }

// Cut cuts a text to so many bytes, between characters, and marks that.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// plain is Clean without looking at blanks.
func plain(raw []byte) []byte {
	out := make([]byte, 0, min(len(raw), MaxLine))
	for len(raw) > 0 && len(out) < MaxLine {
		c := raw[0]
		switch {
		case c == 0x1B:
			raw = raw[escapeLen(raw):]
		case c == '\t':
			out, raw = append(out, ' '), raw[1:]
		case c < ' ' || c == 0x7F:
			raw = raw[1:]
		case c < utf8.RuneSelf:
			out, raw = append(out, c), raw[1:]
		default:
			r, size := utf8.DecodeRune(raw)
			if r == utf8.RuneError && size == 1 {
				r = '?'
			}
			if !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && len(out)+utf8.RuneLen(r) <= MaxLine {
				out = utf8.AppendRune(out, r)
			}
			raw = raw[size:]
		}
	}
	return out
}

// escapeLen is the length of the terminal sequence that b begins with: a control sequence ESC [ … final, a string
// ESC ] … BEL or ESC \, or ESC and what follows it (ECMA-48 §5.3, §5.4, §5.6).
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return len(b)
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7E {
				return i + 1
			}
			if b[i] < 0x20 || b[i] > 0x7E {
				return i // not a sequence after all: keep what is no part of one
			}
		}
		return len(b)
	case ']', 'P', 'X', '^', '_':
		for i := 2; i < len(b); i++ {
			if b[i] == 0x07 {
				return i + 1
			}
			if b[i] == 0x1B && i+1 < len(b) && b[i+1] == '\\' {
				return i + 2
			}
		}
		return len(b)
	default:
		return 2
	}
}
