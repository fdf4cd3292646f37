package page

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest/firefox"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/compare"
	"github.com/flvstorm/flvstorm/report/story"
)

// fox is the Firefox of all tests; stillFox is one whose owner wants no scripts and dark colours.
var (
	fox      firefox.Shared
	stillFox = firefox.Shared{Prefs: map[string]any{"javascript.enabled": false, "layout.css.prefers-color-scheme.content-override": 0}}
)

// keptPage is the page of a run that is kept for the gallery.
func keptPage(t *testing.T, name string) []byte {
	t.Helper()
	fold := story.NewFold()
	run, err := report.Read(filepath.Join("..", "..", "docs", "gallery", "runs", name), nil, fold)
	if err != nil {
		t.Fatal(err)
	}
	r := Report{English: run.Result(phrase.English), Chinese: run.Result(phrase.Chinese), Header: run.Header, Lang: "en"}
	var order []string
	for _, key := range r.English.Keys {
		order = append(order, key.Key.Key)
	}
	r.Story = fold.Finish(order)
	return r.page(t)
}

// keptComparison is the page of the comparison that is kept for the gallery.
func keptComparison(t *testing.T) []byte {
	t.Helper()
	runs := filepath.Join("..", "..", "docs", "gallery", "runs", "compare")
	sides, err := compare.Read([]string{"SRS 5.0.216=" + filepath.Join(runs, "5.0.216"), "SRS 7.0.2=" + filepath.Join(runs, "7.0.2")})
	if err != nil {
		t.Fatal(err)
	}
	return comparisonPage(t, compare.Of(sides), "en")
}

// foxPage is a page in a window of Firefox.
type foxPage struct {
	*firefox.Page
	t *testing.T
}

// inFirefox opens a page from disk. Whatever it complains of on its console, and whatever it asks the network for, fails the test.
func inFirefox(t *testing.T, in *firefox.Shared, html []byte, width, height int) foxPage {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, html, 0o644); err != nil {
		t.Fatal(err)
	}
	p := foxPage{in.Open(t, width, height), t}
	p.File(path)
	return p
}

// ready waits for the data and for what is drawn near the window.
func (p foxPage) ready() {
	p.t.Helper()
	firefox.Await[bool](p.Page, `window.flvstorm.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
}

// fits holds that nothing is wider than the window.
func (p foxPage) fits(look string) {
	p.t.Helper()
	if wide := firefox.Eval[int](p.Page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		p.t.Errorf("%s: %d pixels wider than the window: %s", look, wide, firefox.Eval[string](p.Page, wider))
	}
}

// shot keeps a picture of the whole page where FLVSTORM_SHOTS names a folder.
func (p foxPage) shot(name string) {
	p.t.Helper()
	folder := os.Getenv("FLVSTORM_SHOTS")
	if folder == "" {
		return
	}
	was := firefox.Eval[float64](p.Page, `((was) => (scrollTo({top: 0, behavior: 'instant'}), was))(scrollY)`)
	defer func() {
		firefox.Eval[bool](p.Page, fmt.Sprintf(`(scrollTo({top: %v, behavior: 'instant'}), true)`, was))
	}()
	if err := os.WriteFile(filepath.Join(folder, name+".firefox.png"), p.Picture(true), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p foxPage) ground() string {
	return firefox.Eval[string](p.Page, `getComputedStyle(document.body).backgroundColor`)
}

// painted counts the colours of the canvases that have been drawn: a canvas on which nothing was drawn has one at most.
const painted = `[...document.querySelectorAll('#timeline canvas, #charts canvas')].map((c) =>
	new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)`

// TestFirefoxPages opens the page of every kind of run in Firefox, as Chromium's are: wide and narrow, in both themes and languages.
// The packed data is read, what is to be drawn is, and nothing is complained of or asked for.
func TestFirefoxPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		html         func(t *testing.T) []byte
		lanes, drawn int // at least so many lanes, and so many canvases
		zh           string
	}{
		{"srs-7.0.2", func(t *testing.T) []byte { return keptPage(t, "srs-7.0.2") }, 1, 4, "失败"},
		{"load", func(t *testing.T) []byte { return keptPage(t, "load") }, 1, 4, "通过"},
		{"sweep", func(t *testing.T) []byte { return keptPage(t, "sweep") }, 1, 4, "失败"},
		{"smoke", func(t *testing.T) []byte { return madeSuite().report(t).page(t) }, 3, 4, "失败"},
		{"hostile", func(t *testing.T) []byte { return madeHostile().report(t).page(t) }, 3, 1, "失败"},
		{"compare", keptComparison, 0, 0, "更差"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := inFirefox(t, &fox, c.html(t), 1600, 1000)
			if c.drawn > 0 {
				p.ready()
				if n := firefox.Eval[int](p.Page, `window.flvstorm.story.lanes.length`); n < c.lanes {
					t.Errorf("%d lanes came out of what is packed", n)
				}
				p.draw(c.drawn)
			}
			p.fits("wide")
			p.shot(c.name + "-wide")
			light := p.ground()
			p.Click(`label[for="theme-dark"]`)
			if p.ground() == light {
				t.Errorf("dark is as light: %s", light)
			}
			if firefox.Eval[string](p.Page, `getComputedStyle(document.body).scrollbarColor`) == "auto" {
				t.Error("what scrolls is as light as ever")
			}
			p.shot(c.name + "-dark")
			p.Click(`label[for="lang-zh"]`)
			if seen := firefox.Eval[string](p.Page, `document.querySelector('h1').innerText`); !strings.Contains(seen, c.zh) {
				t.Errorf("the verdict is not in Chinese: %q", seen)
			}
			p.Size(400, 900)
			p.Until("the window is narrow", `innerWidth === 400`)
			p.fits("narrow")
			if c.drawn > 0 {
				p.Until("the timeline is narrow", `[...document.querySelectorAll('#timeline canvas')].every((c) => c.getBoundingClientRect().right <= innerWidth)`)
				p.draw(c.drawn)
			}
			p.fits("narrow, drawn")
			p.shot(c.name + "-narrow-dark-zh")
			if firefox.Eval[bool](p.Page, `'pwned' in window || document.querySelector('script[src], img, iframe, object') !== null || performance.getEntriesByType('resource').length > 0`) {
				t.Error("something of the server's was run or asked for")
			}
		})
	}
}

// draw has everything drawn, and holds that so many canvases at least show something.
func (p foxPage) draw(n int) {
	p.t.Helper()
	firefox.Eval[bool](p.Page, `document.getElementById('charts')?.closest('section').scrollIntoView({behavior: 'instant'}), true`)
	p.Until(fmt.Sprintf("%d canvases are painted", n), painted+fmt.Sprintf(`.filter((colours) => colours > 2).length >= %d`, n))
}

func (p foxPage) shown() [2]float64 {
	p.t.Helper()
	return firefox.Eval[[2]float64](p.Page, `window.flvstorm.timeline.range()`)
}

// moved waits until the timeline shows another span. Nothing flies there: whoever reads wants no motion.
func (p foxPage) moved(from [2]float64) [2]float64 {
	p.t.Helper()
	p.Until("the timeline moves", fmt.Sprintf(`((r) => r[0] !== %v || r[1] !== %v)(window.flvstorm.timeline.range())`, from[0], from[1]))
	return p.shown()
}

// TestFirefoxTimeline leads from a finding to the timeline, and moves that with wheel, keys and mouse.
func TestFirefoxTimeline(t *testing.T) {
	t.Parallel()
	p := inFirefox(t, &fox, keptPage(t, "srs-7.0.2"), 1200, 900)
	p.ready()
	p.Until("the timeline is there", `!!window.flvstorm.timeline && window.flvstorm.timeline.frameTimes.length > 0`)
	all := p.shown()

	p.Click(`#findings [data-goto]`)
	near := p.moved(all)
	goal := firefox.Eval[float64](p.Page, `JSON.parse(document.querySelector('#findings [data-goto]').dataset.goto).from`)
	if near[0] > goal || goal > near[1] || near[1]-near[0] >= all[1]-all[0] {
		t.Errorf("it shows %v of %v, and the finding is at %v", near, all, goal)
	}
	p.Until("the timeline is in sight", `((r) => r.top < innerHeight && r.bottom > 0)(document.getElementById('timeline').getBoundingClientRect())`)

	// The keyboard is the timeline's since the click.
	p.Press("0")
	if whole := p.moved(near); whole != all {
		t.Errorf("0 shows %v of %v", whole, all)
	}
	p.Press("+")
	half := p.moved(all)
	if got, want := half[1]-half[0], (all[1]-all[0])/2; math.Abs(got-want) > 1 {
		t.Errorf("+ shows %v of %v", half, all)
	}
	p.Press(firefox.Right)
	if right := p.moved(half); right[0] <= half[0] || math.Abs((right[1]-right[0])-(half[1]-half[0])) > 1 {
		t.Errorf("→ went from %v to %v", half, right)
	}
	p.Press("0")
	p.Until("all is shown again", fmt.Sprintf(`window.flvstorm.timeline.range()[0] === %v && window.flvstorm.timeline.range()[1] === %v`, all[0], all[1]))

	// The wheel zooms over the axis, about the moment below it; over the lanes with Ctrl only, and the page stays as large as it is.
	firefox.Eval[bool](p.Page, `document.querySelector('.tl-scroll').scrollIntoView({block: 'center', behavior: 'instant'}), true`)
	place := func(at float64, y string) firefox.At {
		b := firefox.Eval[[2]float64](p.Page, fmt.Sprintf(`((w, b) => [b.left + w.x(%v), b.top + (%s)])(window.flvstorm.timeline.widget, window.flvstorm.timeline.widget.canvas.getBoundingClientRect())`, at, y))
		return firefox.At{X: b[0], Y: b[1]}
	}
	const axis, lane = `w.head.rows.axis.y + 5`, `w.head.height + w.layout.tops[0] - w.scroll + w.layout.rows(0).bar + 4`
	for _, c := range []struct{ over, held string }{{axis, ""}, {lane, firefox.Control}} {
		p.Wheel(place(goal, c.over), -240, c.held)
		zoomed := p.moved(all)
		before, after := (goal-all[0])/(all[1]-all[0]), (goal-zoomed[0])/(zoomed[1]-zoomed[0])
		if zoomed[1]-zoomed[0] > 0.9*(all[1]-all[0]) || math.Abs(before-after) > 0.01 {
			t.Errorf("the wheel over %s went from %v to %v about %v", c.over, all, zoomed, goal)
		}
		if ratio := firefox.Eval[float64](p.Page, `devicePixelRatio`); ratio != 1 {
			t.Errorf("the wheel zoomed the page to %v", ratio)
		}
		p.Press("0")
		p.moved(zoomed)
	}
	// Three lines, as Firefox counts a notch of a wheel, zoom as far as the 120 pixels of others, with Ctrl and without.
	for _, held := range []string{"false", "true"} {
		by := func(mode, delta int) float64 {
			return firefox.Eval[float64](p.Page, fmt.Sprintf(`((w) => {
				w.fit(true);
				const box = w.canvas.getBoundingClientRect();
				w.canvas.dispatchEvent(new WheelEvent('wheel', {deltaMode: %d, deltaY: %d, ctrlKey: %s, bubbles: true, cancelable: true,
					clientX: box.left + w.x(%v), clientY: box.top + w.head.rows.axis.y + 5}));
				const r = window.flvstorm.timeline.range();
				return r[1] - r[0];
			})(window.flvstorm.timeline.widget)`, mode, delta, held, goal))
		}
		if lines, pixels := by(1, -3), by(0, -120); math.Abs(lines-pixels) > 1 {
			t.Errorf("Ctrl %s: a notch shows %v µs in lines and %v in pixels", held, lines, pixels)
		}
	}
	p.Press("0")

	// What is under the mouse is said; a click pins it, Escape takes it away.
	longest := firefox.Eval[float64](p.Page, `((b) => [...b.from].map((from, i) => [b.to[i] - from, (b.to[i] + from) / 2]).sort((a, b) => b[0] - a[0])[0][1])(
		window.flvstorm.timeline.widget.model.lanes[0].bars)`)
	at := place(longest, lane)
	p.Hover(at)
	p.Until("the card", `((c) => !c.hidden && c.innerText.includes('Publish #'))(document.querySelector('.tl-card'))`)
	p.ClickAt(at)
	p.Until("the card is pinned", `document.querySelector('.tl-card.tl-pinned button') !== null`)
	if wide := firefox.Eval[float64](p.Page, `((r) => Math.max(-r.left, r.right - innerWidth))(document.querySelector('.tl-card').getBoundingClientRect())`); wide > 0 {
		t.Errorf("the card is %v px outside of the window", wide)
	}
	p.shot("timeline-card")
	p.Press(firefox.Escape)
	p.Until("the card is gone", `document.querySelector('.tl-card').hidden`)

	// A drag over the axis chooses a span.
	from, to := place(all[0]+(all[1]-all[0])*0.25, axis), place(all[0]+(all[1]-all[0])*0.5, axis)
	p.Drag(from, to)
	chosen := p.moved(all)
	if a, b := (chosen[0]-all[0])/(all[1]-all[0]), (chosen[1]-all[0])/(all[1]-all[0]); math.Abs(a-0.25) > 0.01 || math.Abs(b-0.5) > 0.01 {
		t.Errorf("dragged over 0.25 to 0.5, and it shows %.3f to %.3f", a, b)
	}
}

// TestFirefoxCharts walks along a chart by the keyboard and drags over it.
func TestFirefoxCharts(t *testing.T) {
	t.Parallel()
	p := inFirefox(t, &fox, keptPage(t, "load"), 1200, 900)
	p.ready()
	p.draw(2)
	all := p.shown()
	firefox.Eval[bool](p.Page, `document.querySelector('#charts [role="slider"]').focus(), true`)
	const said = `document.activeElement.getAttribute('aria-valuetext')`
	first := firefox.Eval[string](p.Page, said)
	p.Press(firefox.Right)
	p.Until("the cursor is on a point", said+` !== `+string(quoted(first)))
	box := firefox.Eval[[4]float64](p.Page, `((r) => [r.left, r.top, r.width, r.height])(document.querySelector('#charts .u-over').getBoundingClientRect())`)
	at := func(share float64) firefox.At { return firefox.At{X: box[0] + share*box[2], Y: box[1] + box[3]/2} }
	p.Drag(at(0.25), at(0.5))
	near := p.moved(all)
	if from, to := near[0]/all[1], near[1]/all[1]; math.Abs(from-0.25) > 0.03 || math.Abs(to-0.5) > 0.03 {
		t.Errorf("dragged over 0.25 to 0.5, and it shows %.3f to %.3f", from, to)
	}
	p.Hover(at(0.5))
	p.Until("the figures are those under the cursor", `parseFloat(document.querySelector('#charts .chart-when').textContent) > 0`)
}

// TestFirefoxTakesAway takes the result out of the page, packed and as it is, and copies the command.
func TestFirefoxTakesAway(t *testing.T) {
	t.Parallel()
	p := inFirefox(t, &fox, keptPage(t, "srs-7.0.2"), 1200, 900)
	p.ready()
	type result struct {
		Verdict  string
		Findings []struct{ Code string }
	}
	read := func(name string, text []byte) {
		var r result
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r.Verdict != "fail" || len(r.Findings) == 0 {
			t.Errorf("%s holds %+v", name, r)
		}
	}
	p.Click(`[data-download]`)
	name, text := p.Download()
	if !strings.HasSuffix(name, ".json") {
		t.Errorf("the result is called %s", name)
	}
	read(name, text)

	p.Click(`#data-result`)
	name, text = p.Download()
	if !strings.HasSuffix(name, ".json.gz") {
		t.Errorf("the packed result is called %s", name)
	}
	zipped, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(zipped); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	read(name, plain.Bytes())

	p.Click(`.command [data-copy]`)
	p.Until("the button says that it did", `document.querySelector('.command [data-copy].done') !== null`)
}

// TestFirefoxWithoutScript reads a page in a Firefox that runs no scripts: verdict, findings, tables and both languages are there, in
// the colours that its owner prefers.
func TestFirefoxWithoutScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		html []byte
		want []string
		zh   string
	}{
		{"srs-7.0.2", keptPage(t, "srs-7.0.2"), []string{"FAIL", "server-crashed", "duplicated-pattern", "p99", "unpublish"}, "失败"},
		{"compare", keptComparison(t), []string{"WORSE", "server-crashed", "recovery p50"}, "更差"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := inFirefox(t, &stillFox, c.html, 1600, 1000)
			if firefox.Eval[bool](p.Page, `document.documentElement.classList.contains('js')`) {
				t.Fatal("this Firefox runs scripts")
			}
			text := firefox.Eval[string](p.Page, `document.body.innerText`)
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not to be seen without a script", want)
				}
			}
			if n := firefox.Eval[int](p.Page, `[...document.querySelectorAll('.needs-script, #timeline, #charts')].filter((e) => e.checkVisibility()).length`); n != 0 {
				t.Errorf("%d things are to be seen that need a script", n)
			}
			if n := firefox.Eval[int](p.Page, `[...document.querySelectorAll('table')].filter((e) => e.checkVisibility() && e.rows.length > 1).length`); n < 2 {
				t.Errorf("%d tables", n)
			}
			dark := p.ground()
			p.fits("wide")
			p.shot(c.name + "-still")
			p.Click(`label[for="theme-light"]`)
			if p.ground() == dark {
				t.Errorf("light is as dark: %s", dark)
			}
			p.Click(`label[for="lang-zh"]`)
			if seen := firefox.Eval[string](p.Page, `document.querySelector('h1').innerText`); !strings.Contains(seen, c.zh) {
				t.Errorf("without a script the switch does not show Chinese: %q", seen)
			}
			p.Size(400, 900)
			p.Until("the window is narrow", `innerWidth === 400`)
			p.fits("narrow")
			p.shot(c.name + "-still-narrow")
		})
	}
}
