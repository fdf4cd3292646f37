package page

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/flvstorm/flvstorm/internal/peertest/chromium"
)

// shown is the span that the timeline shows, in µs.
func (p *tab) shown() [2]float64 {
	p.t.Helper()
	return eval[[2]float64](p, `window.flvstorm.timeline.range()`)
}

// moved waits until the timeline shows another span, and for as long as it takes to come to rest.
func (p *tab) moved(from [2]float64) [2]float64 {
	p.t.Helper()
	for deadline := time.Now().Add(chromium.Patience / 2); ; time.Sleep(30 * ms) {
		now := p.shown()
		if now != from {
			time.Sleep(60 * ms)
			if p.shown() == now {
				return now
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the timeline still shows %v", from)
		}
	}
}

// TestFindingMovesTheTimeline clicks what leads to the timeline: it shows the moment, closer than before, and is in sight.
func TestFindingMovesTheTimeline(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 1200, height: 800})
	all := p.shown()
	p.do(chromedp.Click(chromedp.CSS(`#findings [data-goto]`)))
	near := p.moved(all)
	goal := eval[float64](p, `JSON.parse(document.querySelector('#findings [data-goto]').dataset.goto).from`)
	if near[0] > goal || goal > near[1] || near[1]-near[0] >= all[1]-all[0] {
		t.Errorf("it shows %v of %v, and the finding is at %v", near, all, goal)
	}
	p.until("the timeline is in sight", `(() => { const r = document.getElementById('timeline').getBoundingClientRect(); return r.top < innerHeight && r.bottom > 0; })()`)

	// By the keyboard, too: the second link has the focus and Enter is pressed.
	eval[bool](p, `(() => { const links = [...document.querySelectorAll('#findings [data-goto]')].filter((e) => e.checkVisibility() &&
		JSON.parse(e.dataset.goto).from > `+fmt.Sprint(near[1])+`); links[0].focus(); return true; })()`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.moved(near)
}

// TestChartsByKeyboard walks along a chart, zooms in and out, and reads it as a table.
func TestChartsByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 1200, height: 800})
	p.charts()
	all := p.shown()
	said := func() string { return eval[string](p, `document.activeElement.getAttribute('aria-valuetext')`) }
	eval[bool](p, `document.querySelector('#charts [role="slider"]').focus(), true`)
	first := said()
	press := func(keys string) { p.do(chromedp.KeyEvent(keys)) }
	press(kb.ArrowRight)
	p.until("the cursor is on a point", `document.activeElement.getAttribute('aria-valuetext') !== `+string(quoted(first)))
	one := said()
	press(kb.ArrowRight)
	p.until("the cursor is on the next", `document.activeElement.getAttribute('aria-valuetext') !== `+string(quoted(one)))
	// The cursors of all charts are at that moment, to half a window of the widest.
	p.until("the others follow", `((at) => Math.max(...at) - Math.min(...at) < 0.7)([...document.querySelectorAll('#charts .chart-when')].slice(0, 3).map((e) => parseFloat(e.textContent)))`)

	press("+")
	near := p.moved(all)
	if got, want := near[1]-near[0], (all[1]-all[0])/2; math.Abs(got-want) > want/10 {
		t.Errorf("half of %v is %v", all, near)
	}
	p.until("there is a way back", `!document.querySelector('.chart-all').hidden`)
	press(kb.Escape)
	if back := p.moved(near); math.Abs(back[1]-back[0]-(all[1]-all[0])) > (all[1]-all[0])/20 {
		t.Errorf("back at %v of %v", back, all)
	}

	eval[bool](p, `document.querySelector('#charts .chart-table summary').click(), true`)
	p.until("the table has rows", `document.querySelectorAll('#charts .chart-rows tbody tr').length > 5`)
	if wide := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("the table makes the page %d pixels wider than the window", wide)
	}
	if points, rows := eval[int](p, `window.flvstorm.story.charts[0].at.length`), eval[int](p, `document.querySelectorAll('#charts .chart-rows tbody tr').length`); rows != points {
		t.Errorf("%d rows of %d points", rows, points)
	}
}

// TestChartsByMouse drags over a chart, hovers, hides a line, and sees all again by a double click.
func TestChartsByMouse(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 1200, height: 800})
	p.charts()
	all := p.shown()
	box := eval[[4]float64](p, `(() => { const r = document.querySelector('#charts .u-over').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	x := func(share float64) float64 { return box[0] + share*box[2] }
	y := box[1] + box[3]/2
	p.do(chromedp.DragAndDropXY(x(0.25), y, x(0.5), y))
	near := p.moved(all)
	if from, to := near[0]/all[1], near[1]/all[1]; math.Abs(from-0.25) > 0.03 || math.Abs(to-0.5) > 0.03 {
		t.Errorf("dragged over 0.25 to 0.5, and it shows %.3f to %.3f", from, to)
	}
	p.do(chromedp.MouseEvent("mouseMoved", x(0.5), y))
	p.until("the figures are those under the cursor", `parseFloat(document.querySelector('#charts .chart-when').textContent) > 0`)
	p.do(chromedp.MouseClickXY(x(0.5), y, chromedp.ClickCount(2)))
	if back := p.moved(near); math.Abs(back[1]-back[0]-(all[1]-all[0])) > (all[1]-all[0])/20 {
		t.Errorf("after a double click it shows %v of %v", back, all)
	}
	p.do(chromedp.Click(chromedp.CSS(`#charts .chart-legend button`)))
	if eval[string](p, `document.querySelector('#charts .chart-legend button').getAttribute('aria-pressed')`) != "false" {
		t.Error("the line is still shown")
	}
}

// TestBigPage opens the page of ten thousand keys: it is below 5 MB, of so few elements that a browser lays them out at once, and
// leads from a finding to its place. How long it took is said, and nothing for a machine that is busy with tests to be held to.
func TestBigPage(t *testing.T) {
	t.Parallel()
	html := madeBig(10_000).report(t).page(t)
	if size := len(html); size >= 5<<20 {
		t.Errorf("it has %d bytes", size)
	}
	p := open(t, html, opening{})
	elements := eval[int](p, `document.querySelectorAll('*').length`)
	if elements > 5000 {
		t.Errorf("it has %d elements", elements)
	}
	t.Logf("%.2f MB, %d elements, opened in %v", float64(len(html))/1e6, elements, p.loaded.Round(ms))
	p.charts()
	all := p.shown()
	p.do(chromedp.Click(chromedp.CSS(`#findings [data-goto]`)))
	p.moved(all)
	p.shot("big")
}
