package target

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "[INFO] all is well", "[INFO] all is well"},
		{"colours", "\x1b[0m\x1b[33m[2026-11-22][WARN] x\x1b[0m", "[2026-11-22][WARN] x"},
		{"a window title", "a\x1b]0;title\x07b\x1b]0;title\x1b\\c", "abc"},
		{"other sequences", "a\x1b(Bb\x1b7c", "aBbc"},
		{"a sequence cut short", "a\x1b[3", "a"},
		{"a sequence that is none", "a\x1b[3\x01b", "ab"},
		{"control characters", "a\x00b\x07c\td\re\x7f", "abc de"},
		{"C1 control characters", "a\u009bb", "ab"},
		{"direction", "a\u202eb\u2066c", "abc"},
		{"Chinese", "流已存在 ", "流已存在"},
		{"not UTF-8", "a\xff\xfeb", "a??b"},
		{"only colours", "\x1b[0m", ""},
		{"long", strings.Repeat("x", 3*maxLine), strings.Repeat("x", maxLine)},
		{"long, cut between characters", strings.Repeat("x", maxLine-1) + "流y", strings.Repeat("x", maxLine-1) + "y"},
	}
	for _, tt := range tests {
		if got := clean([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add([]byte("\x1b[33m[WARN] x\x1b]0;\x07\x1b"))
	f.Add([]byte("流\u202e\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := clean(raw)
		if !utf8.ValidString(got) || len(got) > maxLine {
			t.Errorf("%q", got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q", got)
		}
		if again := clean([]byte(got)); again != got {
			t.Errorf("%q cleaned again is %q", got, again)
		}
	})
}

// FuzzSplitter: the lines are the same however the bytes come.
func FuzzSplitter(f *testing.F) {
	f.Add([]byte("one\ntwo\n\nthree"), uint8(2))
	f.Add([]byte(strings.Repeat("x", 2*maxRaw)+"\nnext\n"), uint8(100))
	f.Fuzz(func(t *testing.T, log []byte, step uint8) {
		var want []string
		for line := range strings.SplitSeq(string(log), "\n") {
			want = append(want, line[:min(len(line), maxRaw)])
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
		if cap(s.rest) > 2*maxRaw {
			t.Errorf("%d bytes held", cap(s.rest))
		}
	})
}
