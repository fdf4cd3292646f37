package page

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/story"
)

// Indexes of the names that the tests draw.
const (
	outAccepted, outEnded         = 0, 1
	classBusy, classRightly       = 0, 9
	stateQuick, stateStuck        = 0, 2
	playAsking, playPlaying       = 0, 1
	leftFin, leftRst        int   = 2, 3
	second                  int64 = 1e6
)

// drawn opens the page of a story.
func drawn(t *testing.T, s story.Story, findings []report.Finding, how opening) *tab {
	t.Helper()
	r := madePass().report(t)
	r.Story = s
	r.English.Findings, r.Chinese.Findings = findings, findings
	p := open(t, r.page(t), how)
	p.until("the timeline is there", `!!window.flvstorm.timeline && window.flvstorm.timeline.frameTimes.length > 0`)
	await[bool](p, `new Promise((done) => {
		document.querySelector('.tl-scroll').scrollIntoView({block: 'center', behavior: 'instant'});
		setTimeout(() => done(true), 100);
	})`)
	return p
}

// twoLanes is a run of ten seconds on two keys, one of which was refused from the fourth second on.
func twoLanes() story.Story {
	return story.Story{
		End:    10 * second,
		Phases: []story.Span{{Name: "storm", From: 0, Len: 8 * second}, {Name: "settling", From: 8 * second, Len: 2 * second}},
		Lanes: []story.Lane{
			{
				Key:   "live/bad",
				Bars:  []story.Bar{{From: 0, Len: 2 * second, Epoch: 7, Outcome: outAccepted, Left: leftFin, N: 1}, {From: 2100000, Len: 1900000, Epoch: 8, Outcome: outEnded, Left: leftRst, N: 1}},
				Ticks: []story.Tick{{At: 4500000, Class: classBusy, Epoch: 9, N: 1}, {At: 6 * second, Class: classBusy, Epoch: 10, N: 1}},
				Gaps:  []story.Gap{{From: 2 * second, Len: 100000, State: stateQuick, N: 1}, {From: 4 * second, Len: 5 * second, State: stateStuck, Refused: 2, N: 1}},
				Players: []story.Player{{Name: "0", Sessions: []story.Session{{From: 100000, Len: 9 * second, Play: playPlaying, N: 1}},
					Dry: []story.Dry{{From: 4 * second, Len: 4 * second, N: 1}}}},
			},
			{Key: "live/good", Bars: []story.Bar{{From: 0, Len: 10 * second, Epoch: 1, Outcome: outAccepted, N: 1}}},
		},
		Marks: []story.Mark{{At: 9500000, Kind: "death", Text: "SIGSEGV"}, {At: 4500000, Kind: "log-error", Text: "stream <b>is</b> busy", N: 1}},
	}
}

// place is where a moment of a lane stands in the window: part is "head", "bar" or "players".
func (p *tab) place(at int64, lane int, part string) [2]float64 {
	p.t.Helper()
	return eval[[2]float64](p, fmt.Sprintf(`(() => {
		const w = window.flvstorm.timeline.widget, box = w.canvas.getBoundingClientRect();
		return [box.left + w.x(%d), box.top + w.head.height + w.layout.tops[%d] - w.scroll + w.layout.rows(%[2]d).%s + 4];
	})()`, at, lane, part))
}

// mouse sends one event of a mouse.
func (p *tab) mouse(what input.DispatchMouseEventType, at [2]float64, dx, dy float64) {
	p.t.Helper()
	params := input.DispatchMouseEventParams{Type: what, X: at[0], Y: at[1]}
	switch what {
	case input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased:
		params.Button, params.ClickCount = input.MouseButtonLeft, 1
	case input.DispatchMouseEventTypeMouseWheel:
		params.DeltaX, params.DeltaY = dx+0.001, dy // both have to be there, and none is that is zero
	}
	p.call(func() error { _, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, params); return err })
}

func (p *tab) click(at [2]float64) {
	p.mouse(input.DispatchMouseEventTypeMousePressed, at, 0, 0)
	p.mouse(input.DispatchMouseEventTypeMouseReleased, at, 0, 0)
}

// press sends a key to the timeline.
func (p *tab) press(key string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`document.querySelector('.tl-scroll').dispatchEvent(new KeyboardEvent('keydown', {key: %q, bubbles: true, cancelable: true}))`, key))
}

func (p *tab) status() string {
	return eval[string](p, `document.querySelector('.tl-status').textContent`)
}

func (p *tab) card() string {
	return eval[string](p, `(() => { const c = document.querySelector('.tl-card'); return c.hidden ? '' : c.innerText; })()`)
}

func TestTimelineZooms(t *testing.T) {
	t.Parallel()
	p := drawn(t, twoLanes(), nil, opening{})
	whole := p.shown()
	if whole[0] != 0 || whole[1] < 10*float64(second) {
		t.Fatalf("shows %v at first", whole)
	}
	length := func() float64 { r := p.shown(); return r[1] - r[0] }
	p.press("+")
	if got := length(); math.Abs(got-(whole[1]/2)) > 1 {
		t.Errorf("+ shows %v µs of %v", got, whole[1])
	}
	before := p.shown()
	p.press("ArrowRight")
	if after := p.shown(); after[0] <= before[0] || math.Abs((after[1]-after[0])-(before[1]-before[0])) > 1 {
		t.Errorf("→ went from %v to %v", before, after)
	}
	p.press("0")
	if p.shown() != whole {
		t.Errorf("0 shows %v", p.shown())
	}
	for range 40 {
		p.press("+")
	}
	if got := length(); got > 100 || got <= 0 {
		t.Errorf("at its closest it shows %v µs", got)
	}
	p.press("0")

	// The wheel zooms over the axis, about the moment below it, and is the page's over the lanes.
	at := p.place(4*second, 0, "bar")
	eval[bool](p, `((from) => addEventListener('scrollend', () => { window.scrolled ||= scrollY !== from; }))(scrollY), true`)
	p.mouse(input.DispatchMouseEventTypeMouseWheel, at, 0, -240)
	if p.shown() != whole {
		t.Errorf("a plain wheel over the lanes shows %v", p.shown())
	}
	// That wheel scrolls the page, and perhaps not at once; it has come to rest when the page says so.
	p.until("the page is scrolled", `window.scrolled === true`)
	eval[bool](p, `document.querySelector('.tl-scroll').scrollIntoView({block: 'center', behavior: 'instant'}), true`)
	axis := eval[[2]float64](p, `(() => { const w = window.flvstorm.timeline.widget, b = w.canvas.getBoundingClientRect(); return [b.left + w.x(4e6), b.top + w.head.rows.axis.y + 5]; })()`)
	p.mouse(input.DispatchMouseEventTypeMouseWheel, axis, 0, -240)
	near := p.moved(whole)
	share := (4*float64(second) - near[0]) / (near[1] - near[0])
	if near[1]-near[0] > 0.9*whole[1] || math.Abs(share-4*float64(second)/whole[1]) > 0.01 {
		t.Errorf("the wheel over the axis shows %v", near)
	}

	// A drag over the axis chooses a span.
	p.press("0")
	to := [2]float64{axis[0] + 100, axis[1]}
	p.mouse(input.DispatchMouseEventTypeMousePressed, axis, 0, 0)
	params := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: to[0], Y: to[1], Button: input.MouseButtonLeft, Buttons: 1}
	p.call(func() error { _, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, params); return err })
	p.mouse(input.DispatchMouseEventTypeMouseReleased, to, 0, 0)
	chosen := p.moved(whole)
	if math.Abs(chosen[0]-4*float64(second)) > 2e4 || chosen[1]-chosen[0] > 2*float64(second) {
		t.Errorf("a drag over the axis chose %v", chosen)
	}
	// Two fingers that part by twice their distance show half of it, about what is between them.
	p.press("0")
	eval[bool](p, `(() => {
		const w = window.flvstorm.timeline.widget, b = w.canvas.getBoundingClientRect();
		const send = (type, id, t) => w.canvas.dispatchEvent(new PointerEvent(type, {pointerId: id, pointerType: 'touch', bubbles: true,
			clientX: b.left + t, clientY: b.top + w.head.height + 20}));
		const middle = w.x(5e6);
		send('pointerdown', 11, middle - 100), send('pointerdown', 12, middle + 100);
		send('pointermove', 11, middle - 200), send('pointermove', 12, middle + 200);
		send('pointerup', 11, middle - 200), send('pointerup', 12, middle + 200);
		return true;
	})()`)
	if got := p.shown(); math.Abs((got[1]-got[0])-whole[1]/2) > 1e4 || math.Abs((5e6-got[0])/(got[1]-got[0])-5e6/whole[1]) > 0.01 {
		t.Errorf("two fingers show %v", got)
	}
	p.until("the address has the span", `/^#t=\d+-\d+$/.test(location.hash)`)
}

func TestTimelineSays(t *testing.T) {
	t.Parallel()
	p := drawn(t, twoLanes(), nil, opening{})
	for _, c := range []struct {
		at   int64
		lane int
		part string
		want []string
	}{
		{second, 0, "bar", []string{"Publish #7", "live/bad", "accepted", "2.00\u00a0s", "fin"}},
		{3 * second, 0, "bar", []string{"Publish #8", "ended by the server", "rst"}},
		{4500000, 0, "head", []string{"Refusal", "busy", "#9", "500\u00a0ms"}},
		{7 * second, 0, "bar", []string{"Nobody owned", "stuck", "5.00\u00a0s"}},
		{5 * second, 0, "players", []string{"Player 0 starved", "4.00\u00a0s"}},
		{5 * second, 1, "bar", []string{"live/good", "#1"}},
	} {
		at := p.place(c.at, c.lane, c.part)
		p.mouse(input.DispatchMouseEventTypeMouseMoved, at, 0, 0)
		p.until(fmt.Sprintf("the card for %+v", c), fmt.Sprintf(`document.querySelector('.tl-card').innerText.includes(%q)`, c.want[0]))
		for _, want := range c.want {
			if !strings.Contains(p.card(), want) {
				t.Errorf("at %d of lane %d the card says %q, not %q", c.at, c.lane, p.card(), want)
			}
		}
	}
	// A click pins it, Escape takes it away; what is selected is said.
	p.click(p.place(second, 0, "bar"))
	if !strings.Contains(p.status(), "Publish #7") || !strings.Contains(p.card(), "Copy") {
		t.Errorf("a click says %q, the card %q", p.status(), p.card())
	}
	p.press("Escape")
	if p.card() != "" {
		t.Errorf("after Escape the card still says %q", p.card())
	}
	// n goes from one refusal to the next and to the death, p back.
	p.press("Escape")
	for i, want := range []string{"#9", "#10", "server died", "none further"} {
		p.press("n")
		if !strings.Contains(p.status(), want) {
			t.Errorf("n says %q the %d. time, not %q", p.status(), i+1, want)
		}
	}
	p.press("p")
	if !strings.Contains(p.status(), "#10") {
		t.Errorf("p says %q", p.status())
	}
	p.press("Enter")
	if !strings.Contains(p.card(), "#10") {
		t.Errorf("Enter shows %q", p.card())
	}
	// The line of the log is text.
	if n := eval[int](p, `document.querySelectorAll('.tl b').length`); n != 0 {
		t.Errorf("a line of the log made %d elements", n)
	}
	// What is in view is said to all, and in a table to readers of the screen, in the language shown.
	p.until("the view in words", `document.querySelector('.tl-view').textContent.includes('refusals: 2')`)
	p.until("the table", `document.querySelector('.tl table').innerText.includes('live/bad')`)
	eval[bool](p, `document.getElementById('lang-zh').click(), true`)
	p.until("the view in Chinese", `document.querySelector('.tl-view').textContent.includes('被拒绝')`)
}

// TestTimelineGoesTo follows a link of a finding: its lane, its span with something around it, its cases outlined; and what charts
// show, without an echo.
func TestTimelineGoesTo(t *testing.T) {
	t.Parallel()
	findings := []report.Finding{{Code: "stuck-busy", ID: "stuck-busy", Severity: "error", Keys: []string{"live/bad"}, Count: 1,
		Cases: []report.Case{{Key: "live/bad", At: 9000, Since: 4000, For: 5000}}}}
	p := drawn(t, twoLanes(), findings, opening{})
	whole := p.shown()
	eval[bool](p, `window.flvstorm.heard = [], window.flvstorm.on('range', (r) => window.flvstorm.heard.push(r)), true`)
	eval[bool](p, `document.querySelector('.tl-filter').value = 'good', window.flvstorm.timeline.widget.relay(), true`)
	eval[bool](p, `window.flvstorm.goto({key: 'live/bad', from: 4000000, to: 4100000, finding: 'stuck-busy'}), true`)
	at := p.moved(whole)
	if at[0] > 4e6 || at[1] < 4.1e6 || at[1]-at[0] > 2e6 {
		t.Errorf("shows %v", at)
	}
	if got := eval[[]string](p, `window.flvstorm.timeline.lanes()`); len(got) != 2 {
		t.Errorf("the filter still hides the lane: %v", got)
	}
	if !strings.Contains(p.status(), "stuck-busy") || !eval[bool](p, `document.activeElement.classList.contains('tl-scroll')`) {
		t.Errorf("says %q", p.status())
	}
	if n := eval[int](p, `window.flvstorm.timeline.widget.marked.spans.length`); n != 1 {
		t.Errorf("%d cases are outlined", n)
	}
	p.until("others hear of it", `window.flvstorm.heard.length > 0`)
	// A chart's word moves the timeline and is not said again.
	eval[bool](p, `window.flvstorm.heard.length = 0, window.flvstorm.emit('range', {from: 1000000, to: 3000000, source: 'chart'}), true`)
	if got := p.shown(); got != [2]float64{1e6, 3e6} {
		t.Errorf("a chart's range shows %v", got)
	}
	await[bool](p, `new Promise((done) => setTimeout(() => done(true), 200))`)
	if n := eval[int](p, `window.flvstorm.heard.length`); n != 1 {
		t.Errorf("a chart's range was said %d times", n)
	}
}

// crowded is a run of an hour with many publishes on each key, and one refusal on the last.
func crowded(keys, each int) story.Story {
	s := story.Story{End: 3600 * second}
	for k := range keys {
		l := story.Lane{Key: fmt.Sprintf("live/key-%d", k)}
		step := s.End / int64(each)
		for i := range each {
			l.Bars = append(l.Bars, story.Bar{From: int64(i) * step, Len: step * 9 / 10, Epoch: uint32(i + 1), Left: leftFin, N: 1})
		}
		s.Lanes = append(s.Lanes, l)
	}
	last := &s.Lanes[keys-1]
	last.Ticks = []story.Tick{{At: 1800 * second, Class: classBusy, Epoch: 5, N: 1}}
	return s
}

// TestTimelineShowsOneOfThousands looks for the only refusal among ten thousand publishes in the pixels, with the whole hour in view.
func TestTimelineShowsOneOfThousands(t *testing.T) {
	t.Parallel()
	p := drawn(t, crowded(1, 10000), nil, opening{})
	seen := eval[[]int](p, `(() => {
		const w = window.flvstorm.timeline.widget, r = w.ratio;
		const y = w.head.height + w.layout.rows(0).bar + 6;
		const [x, away] = [w.x(1800e6), w.x(2700e6)];
		const row = w.scene.ctx.getImageData(0, Math.round(y * r), w.canvas.width, 1).data;
		const c = flvstorm.colour('c-busy').match(/\d+/g).map(Number);
		const near = (x) => [-1, 0, 1, 2].some((o) => c.every((v, i) => Math.abs(v - row[4 * Math.round((x + o) * r) + i]) < 12)) ? 1 : 0;
		return [near(x), near(away)];
	})()`)
	if seen[0] != 1 || seen[1] != 0 {
		t.Errorf("the refusal is drawn %d times where it was and %d times elsewhere", seen[0], seen[1])
	}
	at := p.place(1800*second, 0, "bar")
	p.mouse(input.DispatchMouseEventTypeMouseMoved, at, 0, 0)
	p.until("the card", `document.querySelector('.tl-card').innerText.includes('Refusal')`)
	p.mouse(input.DispatchMouseEventTypeMouseMoved, p.place(900*second, 0, "bar"), 0, 0)
	p.until("how many are there", `document.querySelector('.tl-card').innerText.includes('At this point')`)
}

// TestTimelineIsQuick draws a hundred thousand publishes while it zooms and pans: each picture by so few strokes as the window has room
// for, however many publishes there are. How long one takes, which is some milliseconds on a calm machine, is said.
func TestTimelineIsQuick(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		keys, each int
	}{{"long", 20, 5000}, {"many", 10000, 10}} {
		p := drawn(t, crowded(c.keys, c.each), nil, opening{})
		drawn := await[struct{ Frames, Strokes, Median float64 }](p, `(async () => {
			const w = window.flvstorm.timeline.widget;
			let strokes = 0;
			const paint = CanvasRenderingContext2D.prototype;
			for (const name of ['fill', 'fillRect', 'strokeRect', 'stroke', 'fillText', 'lineTo', 'rect', 'arc', 'roundRect', 'drawImage']) {
				const plain = paint[name];
				paint[name] = function (...args) {
					strokes++;
					return plain.apply(this, args);
				};
			}
			w.frameTimes.length = 0;
			for (let i = 0; i < 60; i++) {
				w.zoomNow(i < 30 ? 0.8 : 1.25, 1.2e9);
				w.scroller.scrollTop += i * 40;
				await new Promise(requestAnimationFrame);
			}
			await new Promise(requestAnimationFrame);
			const frames = w.frameTimes.length;
			return {Frames: frames, Strokes: strokes / frames, Median: w.frameTimes.slice().sort((a, b) => a - b)[frames >> 1]};
		})()`)
		t.Logf("%s: %.0f frames, median %.1f ms, %.0f strokes each", c.name, drawn.Frames, drawn.Median, drawn.Strokes)
		if drawn.Frames < 10 || drawn.Strokes < 100 || drawn.Strokes > 20_000 {
			t.Errorf("%s: %.0f frames of %.0f strokes each", c.name, drawn.Frames, drawn.Strokes)
		}
		if got := eval[int](p, `window.flvstorm.timeline.widget.visible().length`); got > 60 {
			t.Errorf("%s: %d lanes are drawn", c.name, got)
		}
	}
}

// TestTimelineOdd draws runs with hardly anything in them, and such as nobody should name a key.
func TestTimelineOdd(t *testing.T) {
	t.Parallel()
	hostile := "live/<img src=x onerror=alert(1)>\u202ekey" + strings.Repeat("long", 40)
	for name, s := range map[string]story.Story{
		"no lanes": {End: second, Marks: []story.Mark{{At: 0, Kind: "interrupted", Text: "SIGINT"}}, KeysLeft: 3, Thinned: []story.Thinned{{What: "bars", Kept: 1, Of: 9}}},
		"3 ms":     {End: 3000, Lanes: []story.Lane{{Key: "a", Bars: []story.Bar{{From: 1000, Len: 2000, Epoch: 1, N: 1}}}}},
		"one event": {End: 0, Lanes: []story.Lane{{Key: "a", Ticks: []story.Tick{{N: 1}, {N: 1}, {Class: classRightly, N: 3}},
			Gaps: []story.Gap{{N: 1}, {State: stateStuck, N: 1}}}}},
		"hostile": {End: second, Lanes: []story.Lane{{Key: hostile, Bars: []story.Bar{{From: 0, Len: second, Epoch: 1, N: 500}},
			Players: []story.Player{{Name: "<b>", Sessions: []story.Session{{Len: second, Play: playAsking, N: 2}}}}}},
			Marks: []story.Mark{{At: 5, Kind: "<i>", Text: "<script>alert(1)</script>"}, {At: 5, Kind: "log-warn", Text: hostile}}},
	} {
		for _, width := range []int64{400, 1600} {
			p := drawn(t, s, nil, opening{width: width, height: 800})
			for _, key := range []string{"+", "ArrowDown", "n", "Enter", "Escape", "0", " ", "p", "-", "End"} {
				p.press(key)
			}
			if s.Lanes != nil {
				p.click(p.place(0, 0, "bar"))
			}
			await[bool](p, `new Promise((done) => setTimeout(() => done(true), 200))`)
			if got := p.shown(); !(got[1] > got[0]) {
				t.Errorf("%s: shows %v", name, got)
			}
			if n := eval[int](p, `document.querySelectorAll('.tl img, .tl b, .tl i').length`); n != 0 {
				t.Errorf("%s: a stranger's text made %d elements", name, n)
			}
			if wide := eval[bool](p, `document.documentElement.scrollWidth > innerWidth`); wide {
				t.Errorf("%s: at %d px the page is wider than the window", name, width)
			}
			if left := eval[string](p, `document.querySelector('.tl-left').textContent`); s.KeysLeft > 0 && (!strings.Contains(left, "3 more keys") || !strings.Contains(left, "1 bars stand for 9")) {
				t.Errorf("%s: of what is left out it says %q", name, left)
			}
			p.calm()
		}
	}
}

// TestTimelineLegendFilters switches refusals off, which are then neither drawn nor found, and prints: the whole run, on white.
func TestTimelineLegendFilters(t *testing.T) {
	t.Parallel()
	p := drawn(t, twoLanes(), nil, opening{width: 400, height: 900, dark: true})
	found := `(() => { const w = window.flvstorm.timeline.widget; return w.finder.at(w.x(4.5e6), w.head.height + w.layout.rows(0).bar + 4).type; })()`
	if got := eval[string](p, found); got != "tick" {
		t.Fatalf("found %q", got)
	}
	eval[bool](p, `[...document.querySelectorAll('.tl-legend button')].find((b) => b.textContent.startsWith('busy')).click(), true`)
	if got := eval[string](p, found); got != "gap" {
		t.Errorf("with refusals switched off found %q", got)
	}
	p.press("+")
	shown := p.shown()
	paper := eval[[]int](p, `(() => {
		dispatchEvent(new Event('beforeprint'));
		const w = window.flvstorm.timeline.widget;
		return [w.canvas.width, ...w.scene.ctx.getImageData(w.canvas.width - 4, w.canvas.height - 20, 1, 1).data, w.view.whole ? 1 : 0];
	})()`)
	if fmt.Sprint(paper) != "[2000 255 255 255 255 1]" {
		t.Errorf("for the printer: %v", paper)
	}
	eval[bool](p, `dispatchEvent(new Event('afterprint')), true`)
	if got := p.shown(); got != shown {
		t.Errorf("after printing it shows %v", got)
	}
	if got := eval[int](p, `window.flvstorm.timeline.widget.canvas.width`); got > 500 {
		t.Errorf("after printing it is %d px wide", got)
	}
}
