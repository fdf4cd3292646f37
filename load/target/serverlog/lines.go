package serverlog

import (
	"bytes"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// splitter cuts a stream of bytes into lines. It holds one unfinished line of at most foreign.MaxRaw bytes; the rest of a longer
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
			line(b[:min(i, foreign.MaxRaw)])
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
	s.rest = append(s.rest, b[:min(len(b), foreign.MaxRaw-len(s.rest))]...)
}
