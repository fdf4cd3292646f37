package serverlog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// FuzzSplitter: the lines are the same however the bytes come.
func FuzzSplitter(f *testing.F) {
	f.Add([]byte("one\ntwo\n\nthree"), uint8(2))
	f.Add([]byte(strings.Repeat("x", 2*foreign.MaxRaw)+"\nnext\n"), uint8(100))
	f.Fuzz(func(t *testing.T, log []byte, step uint8) {
		var want []string
		for line := range strings.SplitSeq(string(log), "\n") {
			want = append(want, line[:min(len(line), foreign.MaxRaw)])
		}
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		var got []string
		keep := func(line []byte) { got = append(got, string(line)) }
		var s splitter
		for rest := log; len(rest) > 0; {
			n := min(len(rest), int(step)+1)
			s.feed(rest[:n], keep)
			rest = rest[n:]
		}
		s.flush(keep)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		if cap(s.rest) > 2*foreign.MaxRaw {
			t.Errorf("%d bytes held", cap(s.rest))
		}
	})
}
