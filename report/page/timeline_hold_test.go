package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/story"
)

// TestTimelineNarrowBrush takes hold of a brush that is narrower than its handles: by its middle it moves, as long as it was; beside
// that it grows.
func TestTimelineNarrowBrush(t *testing.T) {
	t.Parallel()
	p := drawn(t, crowded(2, 20), nil, opening{})
	const from, to = 1800 * second, 1801 * second
	eval[bool](p, fmt.Sprintf(`window.flvstorm.timeline.widget.show(%d, %d), true`, from, to))
	middle := eval[[2]float64](p, fmt.Sprintf(`(() => {
		const w = window.flvstorm.timeline.widget;
		w.canvas.scrollIntoView({block: 'center'});
		const box = w.canvas.getBoundingClientRect();
		return [box.left + w.xOfAll(%d), box.top + 20];
	})()`, (from+to)/2))
	if wide := eval[float64](p, `(() => { const w = window.flvstorm.timeline.widget; return w.xOfAll(w.view.to) - w.xOfAll(w.view.from); })()`); wide > 4 {
		t.Fatalf("the brush is %v px wide", wide)
	}
	drag := func(at [2]float64) {
		p.mouse(input.DispatchMouseEventTypeMousePressed, at, 0, 0)
		for _, x := range []float64{20, 60, 100} {
			p.mouse(input.DispatchMouseEventTypeMouseMoved, [2]float64{at[0] + x, at[1]}, 0, 0)
		}
		p.mouse(input.DispatchMouseEventTypeMouseReleased, [2]float64{at[0] + 100, at[1]}, 0, 0)
	}
	drag(middle)
	at := p.shown()
	if at[0] < float64(to) || at[1]-at[0] < 0.99e6 || at[1]-at[0] > 1.01e6 {
		t.Errorf("moved by its middle it shows %v", at)
	}
	drag([2]float64{middle[0] + 100 + 7, middle[1]})
	if grown := p.shown(); grown[0] != at[0] || grown[1]-grown[0] < 1e8 {
		t.Errorf("taken by its edge it shows %v, after %v", grown, at)
	}
}

// TestTimelineFindsNames goes from keys as findings have them to lanes, whose names are cleaned of what strangers wrote, and cut.
func TestTimelineFindsNames(t *testing.T) {
	t.Parallel()
	keys := []string{"live/plain", "live/\x1b[31mred\u202e\x00", "live/" + strings.Repeat("long", 1000), "__proto__", "constructor", "live/a-b", "live/ab"}
	var s story.Story
	s.End = 10 * second
	var cases []report.Case
	for _, key := range keys {
		s.Lanes = append(s.Lanes, story.Lane{Key: story.Name(key), Bars: []story.Bar{{From: 0, Len: 5 * second, Epoch: 1, N: 1}}})
		cases = append(cases, report.Case{Key: key, At: 6000})
	}
	p := drawn(t, s, []report.Finding{{Code: "stuck-busy", ID: "stuck-busy", Severity: "error", Keys: keys, Cases: cases}}, opening{})
	got := eval[[]int](p, `window.flvstorm.timeline.widget.model.spans(window.flvstorm.result.findings[0]).map((s) => s.lane)`)
	if fmt.Sprint(got) != "[0 1 2 3 4 5 6]" {
		t.Errorf("the cases stand on lanes %v", got)
	}
	if n := eval[int](p, `window.flvstorm.timeline.widget.model.laneOf('live/nobody') + window.flvstorm.timeline.widget.model.laneOf('toString')`); n != -2 {
		t.Errorf("what has no lane is found: %d", n)
	}
}

// TestTimelineOnPaper prints of many keys those that fit on a sheet, and says how many they are.
func TestTimelineOnPaper(t *testing.T) {
	t.Parallel()
	p := drawn(t, crowded(120, 3), nil, opening{})
	told := func() string { return eval[string](p, `document.querySelector('.tl-left').textContent`) }
	eval[bool](p, `dispatchEvent(new Event('beforeprint')), true`)
	n, height := eval[int](p, `window.flvstorm.timeline.lanes().length`), eval[float64](p, `window.flvstorm.timeline.widget.height`)
	if n < 40 || n >= 120 || height > 1250 {
		t.Errorf("%d lanes are printed, %v px tall", n, height)
	}
	if want := fmt.Sprintf("%d worst keys of 120", n); !strings.Contains(told(), want) {
		t.Errorf("says %q, not %q", told(), want)
	}
	// At the 700 pixels that are between the margins of A4, letters are drawn above six points.
	if size := eval[float64](p, `parseFloat(window.flvstorm.timeline.widget.scene.ctx.font)`) * 700 / eval[float64](p, `window.flvstorm.timeline.widget.full`) * 0.75; size < 6 {
		t.Errorf("letters are of %.1f points", size)
	}
	eval[bool](p, `dispatchEvent(new Event('afterprint')), true`)
	if n := eval[int](p, `window.flvstorm.timeline.lanes().length`); n != 120 || told() != "" {
		t.Errorf("after printing there are %d lanes, and it says %q", n, told())
	}
}
