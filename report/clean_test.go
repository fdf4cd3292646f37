package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "live/s0", "live/s0"},
		{"empty", "", ""},
		{"chinese", "直播/流一", "直播/流一"},
		{"colours", "\x1b[31mred\x1b[0m \x1b[38;5;196mmore\x1b[m", "red more"},
		{"clear screen", "a\x1b[2J\x1b[Hb", "ab"},
		{"title by BEL", "a\x1b]0;owned\x07b", "ab"},
		{"title by ST", "a\x1b]0;owned\x1b\\b", "ab"},
		{"link", "\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"string without an end hides nothing", "a\x1bPb c", "ab c"},
		{"device control", "a\x1bPq#0\x1b\\b", "ab"},
		{"character set", "a\x1b(0b\x1bcd", "abd"},
		{"lone escape at the end", "a\x1b", "a�"},
		{"line breaks", "a\r\nPASS\tb", "a  PASS b"},
		{"other line breaks", "a\u2028b\u0085c\vd", "a b c d"},
		{"C1", "a\u009b31mb", "a�31mb"},
		{"NUL and DEL", "a\x00b\x7fc", "a�b�c"},
		{"right to left", "gpj.\u202eexe\u2066.\u200f", "gpj.exe."},
		{"zero width", "a\u200bb\ufeffc\U000e0041d", "abcd"},
		{"not UTF-8", "a\xff\xfeb", "a��b"},
		{"tower", "e" + strings.Repeat("\u0301", 50) + "f", "e\u0301\u0301f"},
		{"mark first", "\u0301a", "a"},
		{"blanks around", "  a b  ", "a b"},
		{"private use", "a\ue000b", "a�b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clean(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestCleanLong holds that a megabyte is cut, and keeps its end.
func TestCleanLong(t *testing.T) {
	got := clean("start " + strings.Repeat("語", 1<<20) + " end")
	if len(got) > cleanBytes+8 || !strings.HasPrefix(got, "start 語") || !strings.HasSuffix(got, "語 end") || !utf8.ValidString(got) {
		t.Errorf("%d bytes: %.20q … %q", len(got), got, got[len(got)-20:])
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"live/s0", "\x1b[31mred\x1b[0m", "\x1b]0;a\x07", "\u202e\u0301\xff", strings.Repeat("\x1b[", 3000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := clean(in)
		if len(got) > 3*cleanBytes {
			t.Errorf("%d bytes of %d", len(got), len(in))
		}
		for _, r := range got {
			if !unicode.IsPrint(r) && !unicode.Is(unicode.M, r) {
				t.Errorf("%q has %U", got, r)
			}
		}
		for _, w := range []int{1, 7, 40} {
			for _, line := range wrap(got, w, 3) {
				if n := width(line); n > max(w, 2) {
					t.Errorf("%q is %d wide, not %d", line, n, w)
				}
			}
			if n := width(fitMiddle(got, w)); n > w {
				t.Errorf("%q fitted to %d is %d wide", got, w, n)
			}
		}
	})
}
