package page

import (
	"math"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// top is how far below the upper edge of the window an element begins, and how far it should when it has been jumped to: below the bar, or
// as far up as the end of the page lets it.
const top = `((e) => [e.getBoundingClientRect().top,
	Math.max(parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0,
		e.getBoundingClientRect().top + scrollY - (document.documentElement.scrollHeight - innerHeight))])`

// landed holds that an element stands where a jump to it should end, and still does once all charts are drawn.
func (p *tab) landed(how, id string) {
	p.t.Helper()
	at := func(when string) {
		p.t.Helper()
		if got := eval[[2]float64](p, top+`(document.getElementById(`+string(quoted(id))+`))`); math.Abs(got[0]-got[1]) > 2 {
			p.t.Errorf("%s, %s: #%s is %.0f pixels below the edge, not %.0f", how, when, id, got[0], got[1])
		}
	}
	at("at once")
	p.drawn()
	at("once all is drawn")
}

// drawn waits until every chart is drawn, without scrolling to any.
func (p *tab) drawn() {
	p.t.Helper()
	p.until("every chart is drawn", `document.querySelectorAll('#charts .chart canvas').length === document.querySelectorAll('#charts .chart').length`)
}

// again opens the page anew, with something behind its address.
func (p *tab) again(hash string) {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.url+hash))
	await[bool](p, `window.flvstorm.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
}

// TestJumps goes to each part of a page by the bar at its top, from its beginning, and by an address: it is there at once, and nothing that is
// drawn later moves it.
func TestJumps(t *testing.T) {
	t.Parallel()
	html := madeFail().report(t).page(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"wide", 1200, 500}, {"narrow", 400, 700}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, html, opening{width: size.width, height: size.height})
			ids := eval[[]string](p, `[...document.querySelectorAll('.bar nav a')].map((a) => a.hash.slice(1))`)
			slices.Reverse(ids) // the farthest first, when least is drawn
			for _, id := range ids {
				eval[bool](p, `scrollTo(0, 0), true`)
				p.do(chromedp.Click(chromedp.CSS(`.bar nav a[href="#` + id + `"]`)))
				p.landed("by the bar", id)
			}
			for _, id := range []string{"figures", "details"} {
				p.again("#" + id)
				p.landed("by the address", id)
			}
			folded := eval[string](p, `document.querySelector('#details details[id]').id`)
			p.again("#" + folded)
			if !eval[bool](p, `document.getElementById(`+string(quoted(folded))+`).open`) {
				t.Error("what the address names is folded")
			}
			p.again("#t=1000000-2000000")
			p.landed("by a span of time", "time")
			if got := p.shown(); got != [2]float64{1e6, 2e6} {
				t.Errorf("the timeline shows %v", got)
			}
		})
	}
}

// TestChartsUnasked holds that charts are drawn for those who take a picture of the page without scrolling, and that the page is as long before
// they are as after.
func TestChartsUnasked(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 1200, height: 500})
	if n := eval[int](p, `document.querySelectorAll('#charts .chart').length`); n < 3 {
		t.Fatalf("%d charts", n)
	}
	p.drawn()
	if y := eval[float64](p, `scrollY`); y != 0 {
		t.Errorf("the page was scrolled to %v", y)
	}
	with := eval[float64](p, `document.documentElement.scrollHeight`)
	without := eval[float64](p, `(() => {
		for (const drawn of document.querySelectorAll('#charts .uplot')) drawn.remove();
		return document.documentElement.scrollHeight;
	})()`)
	if with != without {
		t.Errorf("the page is %v pixels long with its charts, and %v before they are drawn", with, without)
	}
}
