package page

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// madeRuns are runs of every kind that a page has to tell.
var madeRuns = []struct {
	name string
	make func() *made
}{
	{"fail", madeFail}, {"pass", madePass}, {"sweep", madeSweep}, {"load", madeLoad}, {"suite", madeSuite}, {"death", madeDeath},
	{"empty", madeEmpty}, {"interrupted", madeInterrupted}, {"hostile", madeHostile},
}

// axe is the program that looks for what keeps people from reading a page: named by the environment, or put there by make peers.
func axe(t *testing.T) string {
	t.Helper()
	path := os.Getenv("FLVSTORM_AXE")
	if path == "" {
		path = filepath.Join("..", "..", ".peers", "node_modules", "axe-core", "axe.min.js")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		peertest.Missing(t, "axe-core")
	}
	return string(source)
}

// TestPages opens the page of every kind of run in the smallest window and a large one, in both languages and both themes. It says
// nothing on the console, asks nobody for anything, has nothing wider than the window, and nothing of the server's runs in it;
// axe-core finds no serious violation.
func TestPages(t *testing.T) {
	source := axe(t)
	for i, run := range madeRuns {
		t.Run(run.name, func(t *testing.T) {
			t.Parallel()
			r := run.make().report(t)
			html := r.page(t)
			for n, look := range []struct {
				name string
				how  opening
				zh   bool
			}{
				{"light", opening{}, false},
				{"narrow-dark-zh", opening{width: 400, height: 900, dark: true}, true},
			} {
				p := open(t, html, look.how)
				if look.zh {
					p.do(chromedp.Click(chromedp.CSS(`label[for="lang-zh"]`)))
				}
				if len(r.Story.Charts) > 0 {
					p.charts()
				}
				if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("%s: %d pixels wider than the window: %s", look.name, wide, eval[string](p, wider))
				}
				if eval[bool](p, `'pwned' in window || document.querySelector('script:not(:last-of-type)[src], img, iframe, object') !== null`) {
					t.Errorf("%s: something of the server's was run", look.name)
				}
				if n == i%2 { // it takes its time; TestPageThemes has the other combinations
					p.accessible(source, look.name)
				}
				p.shot(run.name + "-" + look.name)
			}
		})
	}
}

// wider names the first element that is wider than the window and does not scroll by itself.
const wider = `(() => {
	for (const e of document.querySelectorAll('body *')) {
		if (e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest('.scroll, .heat-scroll, .spread-scroll, .chart-rows, pre')) {
			return e.tagName + '.' + e.getAttribute('class') + ' #' + e.id + ' ' + e.textContent.slice(0, 80);
		}
	}
	return 'none';
})()`

// accessible has axe-core look at the page as it is now.
func (p *tab) accessible(source, look string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](source))
	type violation struct{ ID, Impact, Help, Where string }
	for _, v := range await[[]violation](p, `axe.run({resultTypes: ['violations'], selectors: false, preload: false,
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) => r.violations.
		filter((v) => v.impact === 'serious' || v.impact === 'critical').
		map((v) => ({ID: v.id, Impact: v.impact, Help: v.help, Where: v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary.slice(0, 300)).join('\n    ')})))`) {
		p.t.Errorf("%s: %s (%s): %s\n    %s", look, v.ID, v.Impact, v.Help, v.Where)
	}
}

// TestPageThemes has axe-core look at the switches' other ends: a theme and a language chosen by hand.
func TestPageThemes(t *testing.T) {
	t.Parallel()
	source := axe(t)
	p := open(t, madeFail().report(t).page(t), opening{width: 1000, height: 900})
	p.charts()
	ground := func() string { return eval[string](p, `getComputedStyle(document.body).backgroundColor`) }
	line := func() string {
		return eval[string](p, `document.querySelector('#charts .chart-swatch > *').style.fill || document.querySelector('#charts .chart-swatch > *').style.stroke`)
	}
	light, lightLine := ground(), line()
	p.do(chromedp.Click(chromedp.CSS(`label[for="theme-dark"]`)))
	if ground() == light {
		t.Errorf("dark is as light: %s", light)
	}
	p.until("the charts are drawn in dark colours", `(document.querySelector('#charts .chart-swatch > *').style.fill || document.querySelector('#charts .chart-swatch > *').style.stroke) !== `+string(quoted(lightLine)))
	p.accessible(source, "dark")
	english := eval[string](p, `document.querySelector('#charts h3').textContent`)
	p.do(chromedp.Click(chromedp.CSS(`label[for="lang-zh"]`)))
	p.until("the page says that it is Chinese", `document.documentElement.lang.startsWith('zh')`)
	if chinese := eval[string](p, `document.querySelector('#charts h3').textContent`); chinese == english {
		t.Errorf("a chart is called %q in Chinese too", chinese)
	}
	if seen := eval[string](p, `document.querySelector('h1').innerText`); !strings.ContainsAny(seen, "推流的键后") {
		t.Errorf("the verdict is not in Chinese: %q", seen)
	}
	p.do(chromedp.Click(chromedp.CSS(`label[for="theme-light"]`)))
	if ground() != light {
		t.Errorf("light is %s, and was %s", ground(), light)
	}
	p.accessible(source, "light, Chinese")
}

// quoted is a text as JavaScript has it.
func quoted(s string) []byte {
	out, _ := json.Marshal(s)
	return out
}

// TestPageWithoutScript reads a page in a browser that runs no scripts: verdict, findings, tables and both languages are there.
func TestPageWithoutScript(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{still: true})
	seen := func() string { return eval[string](p, `document.body.innerText`) }
	text := seen()
	for _, want := range []string{"FAIL", "duplicated-pattern", "stuck-busy", "live/s0", "[ERROR]", "p99", "unpublish"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not to be seen without a script", want)
		}
	}
	if eval[int](p, `[...document.querySelectorAll('.needs-script, #timeline, #charts')].filter((e) => e.checkVisibility()).length`) != 0 {
		t.Error("something is to be seen that needs a script")
	}
	p.do(chromedp.Click(chromedp.CSS(`label[for="lang-zh"]`)))
	if chinese := seen(); chinese == text || !strings.Contains(chinese, "duplicated-pattern") || strings.Contains(chinese, "Findings") {
		t.Errorf("without a script the switch does not show Chinese: %.300s", chinese)
	}
	p.shot("no-script")
}

// TestPagePrints prints a page: it comes to some sheets, and on paper findings and what was folded are there, and no switch.
func TestPagePrints(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{dark: true})
	p.charts()
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("FLVSTORM_SHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "print.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if sheets := bytes.Count(pdf, []byte("/Type /Page\n")) + bytes.Count(pdf, []byte("/Type /Page/")) + bytes.Count(pdf, []byte("/Type/Page\n")); sheets < 2 || sheets > 12 {
		t.Errorf("it comes to %d sheets", sheets)
	}
	p.call(func() error {
		_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	text := eval[string](p, `document.body.innerText`)
	if !strings.Contains(text, "duplicated-pattern") || !strings.Contains(text, "FAIL") {
		t.Errorf("not on paper: %.300s", text)
	}
	if press := eval[string](p, `[...document.querySelectorAll('.switch, button')].filter((e) => e.checkVisibility() && !e.matches('.at, .chart-legend button, .tl-kind')).
		map((e) => e.outerHTML.slice(0, 120)).join(' ')`); press != "" {
		t.Errorf("on paper there is something to press: %s", press)
	}
	if ground := eval[string](p, `getComputedStyle(document.body).backgroundColor`); ground != "rgb(255, 255, 255)" && ground != "rgba(0, 0, 0, 0)" {
		t.Errorf("paper is %s", ground)
	}
}
