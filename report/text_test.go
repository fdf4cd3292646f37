package report

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name     string
		in       string
		w, lines int
		want     []string
	}{
		{"short", "a b", 10, 0, []string{"a b"}},
		{"empty", "", 10, 0, []string{""}},
		{"words", "one two three", 7, 0, []string{"one two", "three"}},
		{"no break", "a --b\u00a0c", 6, 0, []string{"a", "--b c"}},
		{"words without blanks", "[x][ERROR]code=1(Busy)(Stream", 12, 0, []string{"[x][ERROR]", "code=1(Busy)", "(Stream"}},
		{"exact", "one two", 7, 0, []string{"one two"}},
		{"a long word", "ab abcdefghij k", 4, 0, []string{"ab", "abcd", "efgh", "ij k"}},
		{"wide letters", "語語語 語", 4, 0, []string{"語語", "語", "語"}},
		{"Chinese", "流 live/s0 被拒绝，因为旧的挂载还在", 14, 0, []string{"流 live/s0 被", "拒绝，因为旧的", "挂载还在"}},
		{"nothing that closes begins a line", "被拒绝，恢复（好）了", 6, 0, []string{"被拒", "绝，恢", "复", "（好）", "了"}},
		{"Latin among Chinese", "用 --log-cmd 指定命令", 15, 0, []string{"用 --log-cmd 指", "定命令"}},
		{"no break in Chinese", "约\u00a05\u00a0秒后恢复", 7, 0, []string{"约 5 秒", "后恢复"}},
		{"a number and what is counted", "共有 12 条流", 7, 0, []string{"共有", "12 条流"}},
		{"a mark stays on its letter", "か\u3099か\u3099", 2, 0, []string{"か\u3099", "か\u3099"}},
		{"too many lines of Chinese", "一二三四五六七八", 4, 2, []string{"一二", "…八"}},
		{"a letter wider than the line", "語語", 1, 0, []string{"語", "語"}},
		{"too many lines", "one two three four five", 5, 2, []string{"one", "tw…ve"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, wrap(c.in, c.w, c.lines)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in          string
		w           int
		end, middle string
	}{
		{"live/s0", 7, "live/s0", "live/s0"},
		{"live/s0", 6, "live/…", "li…/s0"},
		{"live/s0", 1, "…", "…"},
		{"live/s0", 0, "", ""},
		{"語語語", 4, "語…", "…語"},
	} {
		if got := fit(c.in, c.w); got != c.end {
			t.Errorf("fit(%q, %d) = %q, want %q", c.in, c.w, got, c.end)
		}
		if got := fitMiddle(c.in, c.w); got != c.middle {
			t.Errorf("fitMiddle(%q, %d) = %q, want %q", c.in, c.w, got, c.middle)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1640), "1,640"}, {count(-1234567), "-1,234,567"},
		{took(0), "0 s"}, {took(180 * time.Microsecond), "180 µs"}, {took(999_499), "999 µs"}, {took(999_500), "1.00 ms"},
		{took(3140 * time.Microsecond), "3.14 ms"}, {took(9996 * time.Microsecond), "10.0 ms"}, {took(99960 * time.Microsecond), "100 ms"},
		{took(512 * ms), "512 ms"}, {took(999_600 * time.Microsecond), "1.00 s"}, {took(125 * time.Second), "125 s"},
		{took(3 * time.Hour), "10,800 s"}, {took(-2 * ms), "-2.00 ms"},
		{took(math.MinInt64), "-9,223,372,037 s"}, {took(Millis(1e300).Duration()), "9,223,372,037 s"},
		{took(Millis(-1e300).Duration()), "-9,223,372,037 s"},
		{at(512 * ms), "0.512 s"}, {at(512_900 * time.Microsecond), "0.512 s"}, {at(63 * time.Second), "63.000 s"},
		{stayedAway(0), "0 ms"}, {stayedAway(50), "50 ms"}, {stayedAway(1500), "1500 ms"}, {stayedAway(0.5), "0.5 ms"},
		{bits(0), "0 bit/s"}, {bits(12_400_000), "12.4 Mbit/s"}, {bits(999_600), "1.00 Mbit/s"},
		{size(168780), "169 kB"}, {size(42), "42 B"}, {size(9_000_000_000_000_000_000), "9,000 PB"},
		{below(power(1640)), "0.19 %"}, {below(power(1)), "95 %"}, {below(power(40)), "7.3 %"}, {below(1), "100 %"},
		{below(0), "0 %"}, {below(power(1_000_000)), "0.00030 %"}, {below(0.0999), "10.0 %"}, {below(0.0019), "0.19 %"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCommand(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"short", "flvstorm chaos", []string{"  flvstorm chaos"}},
		{"wrapped", "flvstorm chaos --seed 7 --gap 0", []string{"  flvstorm chaos \\", "    --seed 7 \\", "    --gap 0"}},
		{"quoted", "f --a 'b c  d e f g h i j k' --c", []string{"  f \\", "    --a 'b c  d e f g h i j k' \\", "    --c"}},
		{"quote in quotes", `f 'it'\''s a' b`, []string{`  f 'it'\''s a' \`, "    b"}},
		{"blank escaped", `f a\ b c d e f g`, []string{`  f a\ b c d e f \`, "    g"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, command(c.in, 18)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// power is report/check's bound for n returns without a refusal.
func power(n float64) float64 { return 1 - math.Pow(0.05, 1/n) }

// TestWrapProperties holds of any mixture of scripts, keys and numbers with units that no line is wider than it may be, nothing is
// lost, and no mark is torn from its letter.
func TestWrapProperties(t *testing.T) {
	words := rapid.SampledFrom([]string{"流", "被拒绝，", "因为旧的挂载点", "（duplicated）", "“流忙”", "live/s0", "12\u00a0ms", "5 条", "--stuck-after", "。", "、",
		"https://example.invalid/live/a-very-long-key-that-does-not-end-0123456789.flv?token=x", "e\u0301", "か\u3099", "😀", "👍🏽", "한국어", "ｆｕｌｌ", "95\u00a0%", "a", "《书》"})
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for _, word := range rapid.SliceOfN(words, 1, 30).Draw(t, "words") {
			text.WriteString(word)
			if rapid.Bool().Draw(t, "blank") {
				text.WriteByte(' ')
			}
		}
		columns := rapid.IntRange(8, 110).Draw(t, "columns")
		lines := wrap(text.String(), columns, 0)
		for i, line := range lines {
			if width(line) > columns {
				t.Fatalf("%d columns of %d: %q", width(line), columns, line)
			}
			first, _ := utf8.DecodeRuneInString(line)
			if i > 0 && unicode.Is(unicode.M, first) {
				t.Fatalf("a mark begins %q", line)
			}
		}
		bare := func(s string) string {
			return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), "")
		}
		if got := bare(strings.Join(lines, "")); got != bare(text.String()) {
			t.Fatalf("lost: %q of %q", got, text.String())
		}
		for _, fit := range []func(string, int) string{fit, fitMiddle, fitEnd} {
			if short := fit(text.String(), columns); width(short) > columns {
				t.Fatalf("%d columns of %d: %q", width(short), columns, short)
			}
		}
	})
}
