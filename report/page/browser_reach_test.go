package page

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/flvstorm/flvstorm/report/story"
)

// node is what a reader of the screen is told of an element.
type node struct{ role, name string }

// told is the page as it is told to readers of the screen.
func (p *tab) told() []node {
	p.t.Helper()
	var out []node
	p.call(func() error {
		if _, err := chromedp.Call(p.ctx, accessibility.Enable, cdp.Empty{}); err != nil {
			return err
		}
		tree, err := chromedp.Call(p.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		text := func(v *accessibility.Value) string {
			if v == nil {
				return ""
			}
			var s string
			_ = json.Unmarshal(v.Value, &s) // what is no text names nothing
			return strings.Join(strings.Fields(s), " ")
		}
		for _, n := range tree.Nodes {
			if !n.Ignored {
				out = append(out, node{text(n.Role), text(n.Name)})
			}
		}
		return nil
	})
	return out
}

// TestReaders listens to pages as readers of the screen do: whatever can be pressed, chosen or filled in has a name, no two that do
// different things have the same, each region, figure and table says which it is, and the timeline is there as a table.
func TestReaders(t *testing.T) {
	t.Parallel()
	named := []string{"link", "button", "radio", "checkbox", "searchbox", "textbox", "slider", "application", "DisclosureTriangle", "region", "figure", "table", "navigation"}
	alone := []string{"link", "button", "slider", "DisclosureTriangle"}
	for name, m := range map[string]*made{"fail": madeFail(), "sweep": madeSweep(), "load": madeLoad()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, m.report(t).page(t), opening{width: 1200, height: 800})
			p.until("the timeline is a table", `document.querySelectorAll('#timeline-table tbody tr').length > 0`)
			// What leads to a moment is named by it, in a row that says what was then; lines of a legend stand in the figure that they are of.
			times := eval[[]string](p, `[...document.querySelectorAll('.at, .chart-legend button')].map((e) => e.innerText.split(/\s+/).join(' ').trim())`)
			seen, kinds := map[node]bool{}, map[string]int{}
			for _, n := range p.told() {
				kinds[n.role]++
				if slices.Contains(named, n.role) && n.name == "" {
					t.Errorf("a %s has no name", n.role)
				}
				if slices.Contains(alone, n.role) && seen[n] && !slices.Contains(times, n.name) {
					t.Errorf("there are two of %+v", n)
				}
				seen[n] = true
			}
			for _, role := range []string{"application", "slider", "table", "radio", "main", "navigation", "banner"} {
				if kinds[role] == 0 {
					t.Errorf("there is no %s", role)
				}
			}
			lanes, rows := eval[int](p, `window.flvstorm.timeline.widget.visible().length`), eval[int](p, `document.querySelectorAll('#timeline-table tbody tr').length`)
			if lanes == 0 || rows != lanes {
				t.Errorf("%d lanes are %d rows", lanes, rows)
			}
			levels := eval[[]int](p, `[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((e) => e.checkVisibility()).map((e) => Number(e.tagName[1]))`)
			for i, level := range levels {
				if (level == 1) != (i == 0) || i > 0 && level > levels[i-1]+1 {
					t.Errorf("the levels of headings are %v", levels)
					break
				}
			}
		})
	}
}

// TestLanguageOfParts holds that what is written in Chinese is said to be, whichever language the page is shown in, and what the
// switch offers too.
func TestLanguageOfParts(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 1200, height: 800})
	p.drawn()
	const strays = `(() => {
		const out = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let n; (n = walk.nextNode()); ) {
			if (n.parentElement.closest('script, #tab') || !/\p{Script=Han}/u.test(n.data)) continue;
			if (!n.parentElement.closest('[lang]').lang.startsWith('zh')) out.push(n.data.slice(0, 80));
		}
		return out;
	})()`
	for _, lang := range []string{"en", "zh"} {
		p.do(chromedp.Click(chromedp.CSS(`label[for="lang-` + lang + `"]`)))
		p.until("the page says so", `document.documentElement.lang.startsWith(`+string(quoted(lang))+`)`)
		if got := eval[[]string](p, strays); len(got) > 0 {
			t.Errorf("%s: Chinese, and not said to be: %q", lang, got)
		}
		if n := eval[int](p, `[...document.querySelectorAll('.switch label')].filter((e) => e.checkVisibility()).length`); n != 5 {
			t.Errorf("%s: %d of the switches' labels are to be seen", lang, n)
		}
		if got := eval[string](p, `document.querySelector('label[for="lang-en"]').closest('[lang]').lang`); !strings.HasPrefix(got, "en") {
			t.Errorf("%s: EN is said to be %q", lang, got)
		}
	}
}

// stop is where the focus is: what is to be seen of it, and what keeps it from being seen.
const stop = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {Name: '', Trouble: ''};
	const shown = e.matches('.switch input') ? e.labels[0] : e;
	const look = getComputedStyle(shown);
	const name = e.tagName + ' #' + e.id + ' .' + e.className + ' ' + e.textContent.slice(0, 40);
	const r = shown.getBoundingClientRect();
	const trouble = [];
	if (look.outlineStyle === 'none' || parseFloat(look.outlineWidth) < 2) trouble.push('no outline');
	const rgb = (c) => (c.match(/[\d.]+/g) || []).slice(0, 3).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
	const light = (c) => { const [r, g, b] = rgb(c); return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05; };
	const [a, b] = [light(look.outlineColor), light(getComputedStyle(document.body).backgroundColor)];
	if (Math.max(a, b) / Math.min(a, b) < 3) trouble.push('an outline of ' + look.outlineColor);
	const bar = document.querySelector('.bar');
	const under = getComputedStyle(bar).position === 'sticky' && !bar.contains(e) && !e.matches('.skip') ? bar.getBoundingClientRect().bottom : 0;
	if (r.bottom <= under || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth) trouble.push('out of sight at ' + r.top);
	return {Name: name, Trouble: trouble.join(', ')};
})()`

// TestByTab goes through a page by the Tab key alone, in both themes: the way to the findings is its first stop, each stop is in sight and
// outlined, and every control that can be seen is one.
func TestByTab(t *testing.T) {
	t.Parallel()
	html := madeFail().report(t).page(t)
	for _, how := range []opening{{width: 1200, height: 700}, {width: 400, height: 700, dark: true}} {
		t.Run(fmt.Sprint(how.width), func(t *testing.T) {
			t.Parallel()
			p := open(t, html, how)
			p.drawn()
			// Of the buttons of a switch one is a stop; what is folded is none.
			controls := eval[int](p, `(window.controls = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')].filter((e) =>
				e.checkVisibility({visibilityProperty: true}) && !e.disabled && !(e.type === 'radio' && !e.checked))).length`)
			if controls < 30 {
				t.Fatalf("there are %d controls", controls)
			}
			type at struct{ Name, Trouble string }
			var first at
			for n := range controls + 5 {
				p.do(chromedp.KeyEvent(kb.Tab))
				now := eval[at](p, stop)
				if n == 0 {
					first = now
				}
				if now.Name == "" || n > 0 && now.Name == first.Name {
					break
				}
				if now.Trouble != "" {
					t.Errorf("%s: %s", now.Name, now.Trouble)
				}
				eval[bool](p, `(window.controls = window.controls.filter((e) => e !== document.activeElement)), true`)
			}
			if !strings.Contains(first.Name, ".skip") {
				t.Errorf("the first stop is %s", first.Name)
			}
			if left := eval[[]string](p, `window.controls.map((e) => e.outerHTML.slice(0, 120))`); len(left) > 0 {
				t.Errorf("Tab does not lead to %q", left)
			}

			p.again("")
			p.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
			p.until("behind the way to the findings there are findings", `document.activeElement.closest('#findings') !== null`)
		})
	}
}

// TestNarrowTables holds that on a telephone nothing of these pages has to be scrolled to the side.
func TestNarrowTables(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*made{"fail": madeFail(), "sweep": madeSweep(), "death": madeDeath()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, m.report(t).page(t), opening{width: 400, height: 800})
			if name == "sweep" && !eval[bool](p, `document.querySelectorAll('.heat tbody tr:first-of-type td').length > 3`) {
				t.Error("there is no map of a sweep")
			}
			if wide := eval[[]string](p, `[...document.querySelectorAll('.scroll, .heat-scroll, .spread-scroll')].filter((e) => e.scrollWidth > e.clientWidth + 1).
				map((e) => e.getAttribute('aria-labelledby') + ' ' + e.scrollWidth + ' of ' + e.clientWidth)`); len(wide) > 0 {
				t.Errorf("wider than there is room for: %q", wide)
			}
		})
	}
}

// TestNoOverlap holds that the times on the axis of the distributions stand beside each other, however wide the window is.
func TestNoOverlap(t *testing.T) {
	t.Parallel()
	p := open(t, madeSweep().report(t).page(t), opening{width: 1400, height: 800})
	for _, width := range []int64{1400, 1000, 990, 768, 650, 400} {
		p.do(chromedp.EmulateViewport(width, 800))
		p.until("the window is as wide", fmt.Sprintf(`innerWidth === %d`, width))
		if got := eval[[]string](p, `[...document.querySelectorAll('.spread thead svg')].flatMap((axis) => {
			const at = [...axis.querySelectorAll('text')].filter((e) => e.checkVisibility()).map((e) => [e.textContent, e.getBoundingClientRect()]);
			return at.slice(1).filter(([, r], i) => r.left < at[i][1].right + 2).map(([text]) => text);
		})`); len(got) > 0 {
			t.Errorf("%d: these times stand in others: %q", width, got)
		}
	}
}

// TestStillCharts holds that a chart without a course, of one point or of nothing but zeros, is said in words and not drawn empty.
func TestStillCharts(t *testing.T) {
	t.Parallel()
	one, zero := 17.5, 0.0
	r := madeFail().report(t)
	drawn := len(r.Story.Charts)
	r.Story.Charts = append(r.Story.Charts,
		story.Chart{Name: "once", At: []int64{500_000, 1_500_000}, Lines: []story.Line{{Name: "server", Values: []*float64{nil, &one}}}},
		story.Chart{Name: "zeros", At: []int64{500_000, 1_500_000}, Lines: []story.Line{{Name: "server", Values: []*float64{&zero, &zero}}}})
	p := open(t, r.page(t), opening{})
	p.drawn()
	if got := eval[[]string](p, `[...document.querySelectorAll('#charts .chart-still p')].map((e) => e.textContent.replaceAll('\u00a0', ' '))`); !slices.Contains(got, "one point only, at 1.5 s: server 17.5") || !slices.Contains(got, "always 0") {
		t.Errorf("in words there are %q", got)
	}
	if n, still := eval[int](p, `document.querySelectorAll('#charts figure').length`), eval[int](p, `document.querySelectorAll('#charts .chart-still').length`); n != drawn+2 || still < 2 || still == n {
		t.Errorf("of %d charts %d are in words", n, still)
	}
	p.do(chromedp.Click(chromedp.CSS(`label[for="lang-zh"]`)))
	p.until("it is said in Chinese", `document.querySelector('#charts .chart-still p').textContent.includes('始终') || document.querySelector('#charts .chart-still p').textContent.includes('数据点')`)
}
