package launch

import (
	"bytes"
	"sync"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

const (
	// tailBytes and tailLines are how much of the end of a server's output is kept: the report of a sanitizer, with the
	// lines before it, fits.
	tailBytes = 256 << 10
	tailLines = 2000
)

// tail is the end of what a process said.
type tail struct {
	mu  sync.Mutex
	end []byte
}

// keep adds to the tail. It holds up to twice of what is kept, so that not every write moves all of it.
func (t *tail) keep(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, b[max(0, len(b)-tailBytes):]...)
	if extra := len(t.end) - tailBytes; extra > tailBytes {
		t.end = append(t.end[:0], t.end[extra:]...)
	}
}

// lines are the last n lines at most, fit to be shown, the oldest first.
func (t *tail) lines(n int) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := bytes.TrimRight(t.end[max(0, len(t.end)-tailBytes):], "\r\n \t")
	var raw [][]byte
	for len(rest) > 0 && len(raw) < min(n, tailLines) {
		i := bytes.LastIndexByte(rest, '\n')
		raw = append(raw, rest[i+1:])
		rest = rest[:max(i, 0)]
	}
	lines := make([]string, len(raw))
	for i, r := range raw {
		lines[len(raw)-1-i] = foreign.Mask(foreign.Clean(r[:min(len(r), foreign.MaxRaw)]))
	}
	return lines
}
