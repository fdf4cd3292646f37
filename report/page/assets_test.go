package page

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colour is a colour's sRGB components, from 0 to 1.
type colour [3]float64

// colourOf reads #rrggbb.
func colourOf(t *testing.T, text string) colour {
	t.Helper()
	var c colour
	for i := range c {
		n, err := strconv.ParseUint(text[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c[i] = float64(n) / 255
	}
	return c
}

// luminance is a colour's relative luminance (WCAG 2.2, definitions).
func (c colour) luminance() float64 {
	var l [3]float64
	for i, v := range c {
		if l[i] = v / 12.92; v > 0.04045 {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

// contrast is the contrast ratio of two colours (WCAG 2.2, definitions).
func contrast(a, b colour) float64 {
	high, low := a.luminance(), b.luminance()
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// TestContrast holds that text can be read and that what is drawn can be told from what is behind it, in both themes.
func TestContrast(t *testing.T) {
	css, err := assets.ReadFile("assets/page.css")
	if err != nil {
		t.Fatal(err)
	}
	themes := [2]map[string]colour{{}, {}}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);`).FindAllStringSubmatch(string(css), -1) {
		for i := range themes {
			themes[i][m[1]] = colourOf(t, m[2+i])
		}
	}
	if len(themes[0]) < 40 {
		t.Fatalf("found %d colours", len(themes[0]))
	}
	text := []string{"fg", "dim", "accent", "good", "bad", "warn", "info"}
	for i, theme := range themes {
		for name, c := range theme {
			least, behind := 3.0, []string{"panel"}
			switch {
			case name == "bg" || name == "panel" || name == "sunk" || name == "line":
				continue
			case strings.Contains(" "+strings.Join(text, " ")+" ", " "+name+" "):
				least, behind = 4.5, []string{"panel", "bg", "sunk"}
			}
			for _, other := range behind {
				if got := contrast(c, theme[other]); got < least {
					t.Errorf("theme %d: --%s on --%s: %.2f, want %.1f", i, name, other, got, least)
				}
			}
		}
	}
}

// TestLean holds what lean takes for granted: comments fill their lines, and no string goes over several.
func TestLean(t *testing.T) {
	entries, err := assets.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := assets.ReadFile("assets/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Name(), "uplot") || path.Ext(e.Name()) != ".js" && path.Ext(e.Name()) != ".css" {
			continue
		}
		n, comment := 0, false
		for line := range strings.Lines(string(text)) {
			n++
			where := fmt.Sprintf("%s:%d", e.Name(), n)
			line = strings.TrimSpace(line)
			if begin := strings.HasPrefix(line, "/*"); comment || begin {
				if end := strings.Index(line, "*/"); end >= 0 && end != len(line)-2 {
					t.Errorf("%s: there is something behind the comment's end", where)
				}
				comment = !strings.HasSuffix(line, "*/")
				continue
			}
			if strings.HasPrefix(line, "//") {
				continue
			}
			if strings.Count(line, "`")%2 == 1 || strings.HasSuffix(line, `\`) {
				t.Errorf("%s: a string goes over several lines", where)
			}
		}
		if comment {
			t.Errorf("%s: a comment does not end", e.Name())
		}
		if strings.Contains(string(text), "</script") || strings.Contains(string(text), "<!--") {
			t.Errorf("%s would end the script", e.Name())
		}
	}
	for in, want := range map[string]string{
		"  a\n\n  // b\n\tc // d\n": "a\nc // d\n",
		"/* a\n b */\nc\n":          "c\n",
		"/* a */\nb\n/*! c */\n":    "b\n/*! c */\n",
	} {
		if got := lean(in); got != want {
			t.Errorf("lean(%q) = %q, want %q", in, got, want)
		}
	}
}
