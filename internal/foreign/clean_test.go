package foreign

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
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
		{"long", strings.Repeat("x", 3*MaxLine), strings.Repeat("x", MaxLine)},
		{"long, cut between characters", strings.Repeat("x", MaxLine-1) + "流y", strings.Repeat("x", MaxLine-1) + "y"},
	}
	for _, tt := range tests {
		if got := Clean(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add([]byte("\x1b[33m[WARN] x\x1b]0;\x07\x1b"))
	f.Add([]byte("流\u202e\xff"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := Clean(raw)
		if !utf8.ValidString(got) || len(got) > MaxLine {
			t.Errorf("%q", got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%q", got)
		}
		if again := Clean(got); again != got {
			t.Errorf("%q cleaned again is %q", got, again)
		}
	})
}
