package page

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// swipe moves fingers from their first points to their last, as the browser's own gestures take it.
func (p *tab) swipe(fingers ...[4]float64) {
	p.t.Helper()
	const steps = 10
	touch := func(kind input.DispatchTouchEventType, points []*input.TouchPoint) {
		p.call(func() error {
			_, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
			return err
		})
	}
	at := func(step int) []*input.TouchPoint {
		var points []*input.TouchPoint
		for i, f := range fingers {
			id, share := float64(i), float64(step)/steps
			points = append(points, &input.TouchPoint{X: f[0] + (f[2]-f[0])*share, Y: f[1] + (f[3]-f[1])*share, ID: &id})
		}
		return points
	}
	touch(input.DispatchTouchEventTypeTouchStart, at(0))
	for step := 1; step <= steps; step++ {
		touch(input.DispatchTouchEventTypeTouchMove, at(step))
	}
	touch(input.DispatchTouchEventTypeTouchEnd, []*input.TouchPoint{})
}

// TestTimelineByTouch pinches and swipes on a telephone: two fingers zoom and one to the side moves the timeline, up and down it moves the page;
// a tap shows what is there in a card that leaves the place of the finger to be seen.
func TestTimelineByTouch(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 400, height: 800})
	p.call(func() error {
		_, err := chromedp.Call(p.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 2})
		return err
	})
	eval[bool](p, `scrollTo(0, document.querySelector('.tl-canvas').getBoundingClientRect().top + scrollY - 200), true`)
	box := eval[[4]float64](p, `(() => { const r = document.querySelector('.tl-canvas').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	y := box[1] + box[3]*0.7
	all := p.shown()
	p.swipe([4]float64{160, y, 60, y}, [4]float64{240, y, 340, y})
	near := p.moved(all)
	if near[1]-near[0] >= (all[1]-all[0])/2 {
		t.Errorf("pinched from %v to %v", all, near)
	}
	before := eval[float64](p, `scrollY`)
	p.swipe([4]float64{300, y, 150, y})
	aside := p.moved(near)
	if aside[0] <= near[0] || eval[float64](p, `scrollY`) != before {
		t.Errorf("swiped from %v to %v, and the page by %v", near, aside, eval[float64](p, `scrollY`)-before)
	}
	// All lanes stand on the canvas, so there is nothing to scroll in it.
	p.swipe([4]float64{200, y, 200, y - 200})
	p.until("the page is scrolled", fmt.Sprintf(`scrollY > %v`, before+50))
	if now := p.shown(); now != aside {
		t.Errorf("scrolled, it shows %v and not %v", now, aside)
	}
}

// TestCardBesideTheFinger taps high and low on a telephone: the card with what is there lies along the other edge of the window.
func TestCardBesideTheFinger(t *testing.T) {
	t.Parallel()
	p := open(t, madeFail().report(t).page(t), opening{width: 400, height: 800})
	for _, room := range []float64{100, 700} {
		eval[bool](p, fmt.Sprintf(`scrollTo({top: document.querySelector('.tl-canvas').getBoundingClientRect().top + scrollY + window.flvstorm.timeline.widget.head.height + 12 - %v, behavior: 'instant'}), true`, room))
		y := eval[float64](p, `document.querySelector('.tl-canvas').getBoundingClientRect().top + window.flvstorm.timeline.widget.head.height + 12`)
		p.do(chromedp.MouseClickXY(60, y))
		p.until("there is a card", `!document.querySelector('.tl-card').hidden`)
		card := eval[[4]float64](p, `(() => { const r = document.querySelector('.tl-card').getBoundingClientRect(); return [r.top, r.bottom, r.left, r.right]; })()`)
		if card[0] <= y && y <= card[1] || card[0] < 0 || card[1] > 800 || card[2] < 0 || card[3] > 400 {
			t.Errorf("the card of %v is at %v", y, card)
		}
		eval[bool](p, `[...document.querySelectorAll('.tl-card button')].at(-1).click(), true`)
	}
}
