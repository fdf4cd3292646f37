package target

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

const (
	// maxLine is how much of a line is kept for the history, without colours.
	maxLine = 2 << 10
	// maxRaw is how much of a line is looked at before that, with its colours.
	maxRaw = 4 << 10
)

// splitter cuts a stream of bytes into lines. It holds one unfinished line of at most maxRaw bytes; the rest of a longer
// one is thrown away.
type splitter struct {
	rest []byte
}

// feed calls line for each line that b completes. The line is valid during the call.
func (s *splitter) feed(b []byte, line func([]byte)) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			s.keep(b)
			return
		}
		if len(s.rest) == 0 {
			line(b[:min(i, maxRaw)])
		} else {
			s.keep(b[:i])
			line(s.rest)
			s.rest = s.rest[:0]
		}
		b = b[i+1:]
	}
}

// flush calls line for what stands after the last newline, if anything does.
func (s *splitter) flush(line func([]byte)) {
	if len(s.rest) > 0 {
		line(s.rest)
		s.rest = s.rest[:0]
	}
}

func (s *splitter) keep(b []byte) {
	s.rest = append(s.rest, b[:min(len(b), maxRaw-len(s.rest))]...)
}

// clean makes a line of a stranger's log fit to be kept and shown: no terminal sequences, no control or
// direction-changing characters, valid UTF-8, at most maxLine bytes, and no blanks around it.
func clean(raw []byte) string { return string(bytes.TrimSpace(plain(raw))) }

// cleanIndented is clean, but for the blanks that a line begins with: in a report of several lines they mean something.
func cleanIndented(raw []byte) string { return string(bytes.TrimRight(plain(raw), " ")) }

// plain is clean without looking at blanks.
func plain(raw []byte) []byte {
	out := make([]byte, 0, min(len(raw), maxLine))
	for len(raw) > 0 && len(out) < maxLine {
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
			if !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && len(out)+utf8.RuneLen(r) <= maxLine {
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
