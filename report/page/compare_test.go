package page

import (
	"bytes"
	"fmt"
	entities "html"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/report/compare"
	"github.com/flvstorm/flvstorm/report/history"
)

// sideBySide is a comparison of three sides with runs, findings, and what was not alike. Where a text may be a stranger's it is the one given.
func sideBySide(text string) compare.Comparison {
	side := func(name string, by float64, n int) compare.Side {
		s := compare.Side{Name: name}
		for i := range n {
			wobble := 1 + 0.04*float64(i%4)
			r := compare.Run{
				Dir: fmt.Sprintf("%s/%d", name, i+1), Verdict: "pass", Counts: true, Seed: int64(i), Started: time.Unix(int64(i), 0), Errors: []string{text},
				Command: "flvstorm chaos --gap 0", Target: "rtmp://127.0.0.1/live",
				Figures: map[string]float64{
					"returns_refused": 0.04 * by * wobble, "recovery_p50": 20 * by * wobble, "recovery_p99": 80 * wobble, "accept_p50": 2, "first_frame_p50": 3 * wobble,
					"server_cpu": 8 * wobble, "server_memory": 48e6 * wobble, "descriptors_left": float64(i%2) * 3,
				},
				Spreads: map[string]history.Counts{},
			}
			for us := int64(50); us < 1_000_000; us = us*5/4 + 1 {
				n := int64(1000 * math.Exp(-math.Pow(math.Log(float64(us)/(20_000*by*wobble)), 2)))
				r.Spreads["recovery"] = append(r.Spreads["recovery"], [2]int64{us, n})
				r.Spreads["first_frame"] = append(r.Spreads["first_frame"], [2]int64{us / 7, n})
			}
			s.Runs = append(s.Runs, r)
		}
		return s
	}
	sides := []compare.Side{side("old", 1, 6), side("new", 1.6, 6), side(text, 0.9, 1)}
	sides[1].Runs[5].Counts, sides[1].Runs[5].Verdict, sides[1].Runs[5].Why = false, "inconclusive", text
	c := compare.Of(sides)
	c.Sides[0].Servers = []string{"srs 7.0.2"}
	c.Sides[1].Servers = []string{text}
	chance := 0.003
	for i := range c.Pairs {
		c.Pairs[i].Findings = []compare.Finding{
			{Name: text, Status: "new", Mark: "worse", Other: compare.Seen{In: 5, Of: 5}, Base: compare.Seen{Of: 6}, Chance: &chance},
			{Name: "leak", Status: "same", Mark: "same", Other: compare.Seen{In: 1, Of: 5}, Base: compare.Seen{In: 2, Of: 6}},
		}
		c.Pairs[i].Differences = []compare.Difference{{In: "plan", Name: text, Base: []string{text}, Other: []string{"2", "3"}, Figures: "none", Findings: "none"}}
	}
	return c
}

func comparisonPage(t *testing.T, c compare.Comparison, lang string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := (Comparison{Comparison: c, Lang: lang}).Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestComparison holds what stands in the page, also for whoever runs no scripts.
func TestComparison(t *testing.T) {
	html := string(comparisonPage(t, sideBySide("use-after-free"), "en"))
	for _, want := range []string{
		`<span lang="en">WORSE</span><span lang="zh">更差</span>`, "recovery p50", "恢复 p50", "use-after-free", "5&nbsp;of&nbsp;5", "inconclusive",
		`<span class="offscreen"><span lang="en">old: 20.0 ms, 20.8 ms`, `<span lang="zh">old：20.0 ms、20.8 ms`, "flvstorm chaos --gap 0", "rtmp://127.0.0.1/live",
		"1970-01-01 00:00 UTC", `<text class="alone" lang="zh"`, `class="side-2"`, "application/json;base64,", `<html lang="en">`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	style, code := "\n"+joined("page.css", "compare.css"), "\n"+joined("compare.js")
	// A hash may hold a plus, which stands in an attribute as a reference.
	if plain := entities.UnescapeString(html); !strings.Contains(plain, hash(style)) || !strings.Contains(plain, hash(code)) {
		t.Error("the policy does not name the style and the script of the page")
	}
	if n := strings.Count(html, `<svg class="dots"`); n != 16 {
		t.Errorf("%d rows of dots, want 8 of each pair", n)
	}
	if n := strings.Count(html, `<svg class="spread"`); n != 2 {
		t.Errorf("%d distributions, want recovery and first frame", n)
	}
	if zh := string(comparisonPage(t, sideBySide("x"), "zh")); !strings.Contains(zh, `<html lang="zh-Hans">`) || !strings.Contains(zh, "<title>更差：") {
		t.Error("the page does not begin in Chinese")
	}
}

// TestComparisonMatters holds that what changes nothing is folded, and that runs of different kinds take no tables.
func TestComparisonMatters(t *testing.T) {
	c := sideBySide("x")
	c.Pairs = c.Pairs[:1]
	c.Pairs[0].Differences = []compare.Difference{
		{In: "plan", Name: "gap", Base: []string{"0"}, Other: []string{"1s"}, Figures: "all", Findings: "none"},
		{In: "flvstorm", Name: "version", Base: []string{"0.6.0"}, Other: []string{"0.6.1"}, Figures: "none", Findings: "compared"},
	}
	html := string(comparisonPage(t, c, "en"))
	before, folded, ok := strings.Cut(html, "<details>")
	if !ok || !strings.Contains(before, "--gap") || strings.Contains(before[strings.Index(before, "<main"):], "0.6.1") || !strings.Contains(folded, "0.6.1") {
		t.Errorf("what matters does not stand alone: %s", html[strings.Index(html, "<main"):])
	}
	c.Pairs[0].Reasons = []compare.Reason{{Code: "other-kind", Text: "different kinds of run"}}
	html = string(comparisonPage(t, c, "en"))
	main := html[strings.Index(html, "<main"):]
	if !strings.Contains(main, "different kinds of run") || strings.Contains(main, "--gap</") || strings.Contains(main, `<svg class="dots"`) || strings.Contains(main, `<svg class="spread"`) {
		t.Errorf("runs of different kinds are compared: %s", main)
	}
}

// TestComparisonHostile holds that texts of strangers are shown as text.
func TestComparisonHostile(t *testing.T) {
	attribute := regexp.MustCompile(`(?i)\s(style|on[a-z]+)\s*=`)
	for _, attack := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "</style><svg onload=alert(1)>", "\x1b[31mred\x1b]0;title\a", "שלום\u202eabc", strings.Repeat("x", 4000), "javascript:alert(1)", `{{.Script}}`,
	} {
		html := string(comparisonPage(t, sideBySide(attack), "en"))
		if n := strings.Count(html, "<script"); n != 1 {
			t.Errorf("%.30q: %d scripts", attack, n)
		}
		tags := regexp.MustCompile(`<[a-z][^<>]*>`).FindAllString(html, -1)
		for _, tag := range tags {
			bare := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(tag, `""`)
			if attribute.MatchString(bare) || strings.HasPrefix(tag, "<img") {
				t.Errorf("%.30q: %.200s", attack, tag)
			}
		}
		if strings.ContainsAny(html, "\x1b\x07\u202e") {
			t.Errorf("%.30q: something that a terminal or a line of text obeys", attack)
		}
		if len(html) > 2<<20 {
			t.Errorf("%.30q: %d bytes", attack, len(html))
		}
	}
}

// TestComparisonOdd holds that a page is made of nearly nothing, too.
func TestComparisonOdd(t *testing.T) {
	one := compare.Run{Dir: "a", Verdict: "inconclusive"}
	for _, c := range []compare.Comparison{
		compare.Of([]compare.Side{{Name: "a"}, {Name: "b"}}),
		compare.Of([]compare.Side{{Name: "a", Runs: []compare.Run{one}}, {Name: "b", Runs: []compare.Run{one}}}),
		compare.Of([]compare.Side{
			{Name: "a", Runs: []compare.Run{{Counts: true, Figures: map[string]float64{"recovery_p50": 0}, Spreads: map[string]history.Counts{"accept": {{0, 1}}}}}},
			{Name: "b", Runs: []compare.Run{{Counts: true}}},
		}),
	} {
		if html := string(comparisonPage(t, c, "en")); strings.Contains(html, "NaN") || strings.Contains(html, "Inf") || strings.Contains(html, "no value") {
			t.Errorf("%s", html[strings.Index(html, "<main"):])
		}
	}
}

// TestComparisonInBrowser looks at the page in a browser: in both themes, wide and narrow, with scripts and without.
func TestComparisonInBrowser(t *testing.T) {
	t.Parallel()
	source := axe(t)
	html := comparisonPage(t, sideBySide("use-after-free in a name that is longer than others"), "en")
	for _, c := range []struct {
		name string
		how  opening
	}{{"wide", opening{}}, {"dark", opening{width: 1300, height: 900, dark: true}}, {"narrow", opening{width: 400, height: 800}}, {"still", opening{still: true}}} {
		p := open(t, html, c.how)
		if over := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("%s: the page is %.0f pixels too wide", c.name, over)
		}
		if !c.how.still {
			p.accessible(source, "comparison, "+c.name)
		}
		if fill := eval[string](p, `getComputedStyle(document.querySelector('.dots .side-1 path')).fill`); fill == "rgb(0, 0, 0)" || fill == "none" {
			t.Errorf("%s: a run is drawn in %s", c.name, fill)
		}
		p.do(clickLabel("lang-zh"))
		if seen := eval[string](p, `document.querySelector('h1').innerText`); !strings.Contains(seen, "更差") || strings.Contains(seen, "WORSE") {
			t.Errorf("%s: in Chinese the verdict is %q", c.name, seen)
		}
		p.shot("comparison-" + c.name)
	}
}

func clickLabel(of string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(`label[for="` + of + `"]`))
}

// TestComparisonOfFiles holds that the lines in which files of the server differ, which may have commas in them, stand below each other, and that too few
// runs are no clean bill.
func TestComparisonOfFiles(t *testing.T) {
	t.Parallel()
	c := sideBySide("old")
	c.Verdict, c.Pairs[0].Verdict = compare.TooFew, compare.TooFew
	c.Pairs[0].Differences = []compare.Difference{{In: "server", Name: "srs.conf", Base: []string{"listen 1, 2;", "<b>;"}, Other: []string{}, Figures: "none", Findings: "compared"}}
	html := string(comparisonPage(t, c, "en"))
	for _, want := range []string{"listen 1, 2;\n&lt;b&gt;;<", ">–<", `class="hero warn"`, ">TOO FEW RUNS<", ">运行次数太少<"} {
		if !strings.Contains(html, want) {
			t.Errorf("there is no %q on the page", want)
		}
	}
}
