package page

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/compare"
	"github.com/flvstorm/flvstorm/report/history"
)

// The pictures of a comparison are SVG that stands in the page. A side has a colour, a way to draw its lines and a shape, so that nothing is told by
// colour alone.

// sideClass names how a side is drawn.
func sideClass(i int) string { return fmt.Sprintf("side-%d", i) }

// shape is one value of a side.
func shape(side int, x, y float64) string {
	const r = 3.6
	switch side % 4 {
	case 0:
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, r)
	case 1:
		return fmt.Sprintf(`<path d="M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz"/>`, x, y-r-.8, r+.8, r+.8, -r-.8, r+.8, -r-.8, -r-.8)
	case 2:
		return fmt.Sprintf(`<path d="M%.1f %.1fh%.1fv%.1fh%.1fz"/>`, x-r+.4, y-r+.4, 2*r-.8, 2*r-.8, -2*r+.8)
	}
	return fmt.Sprintf(`<path d="M%.1f %.1fl%.1f %.1fh%.1fz"/>`, x, y-r, r, 2*r-.6, -2*r)
}

// dots is a row of the runs of both sides on one scale, with a line at each median. A run that is alone on its side has none, and is said to be alone.
func dots(f compare.Figure, other int) template.HTML {
	all := slices.Concat(f.Base.Values, f.Other.Values)
	if len(all) == 0 {
		return ""
	}
	const wide, high, edge = 220.0, 36.0, 7.0
	low, top := slices.Min(all), slices.Max(all)
	x := func(v float64) float64 {
		if top == low {
			return wide / 2
		}
		return edge + (v-low)/(top-low)*(wide-2*edge)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<path class="rail" d="M%g 11H%gM%g 25H%g"/>`, edge, wide-edge, edge, wide-edge)
	for row, s := range []struct {
		side   int
		sample compare.Sample
	}{{0, f.Base}, {other, f.Other}} {
		y := 11 + 14*float64(row)
		fmt.Fprintf(&b, `<g class="%s">`, sideClass(s.side))
		for _, v := range s.sample.Values {
			b.WriteString(shape(s.side, x(v), y))
		}
		switch {
		case len(s.sample.Values) == 1:
			at, anchor := x(s.sample.Values[0])+8, "start"
			if at > wide/2+8 {
				at, anchor = at-16, "end"
			}
			alone := both(phrase.CompareOneRun)
			for _, said := range [][2]string{{"en", alone.en}, {"zh", alone.zh}} {
				fmt.Fprintf(&b, `<text class="alone" lang="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, said[0], at, y+3.5, anchor, escape(said[1]))
			}
		case s.sample.Median != nil:
			fmt.Fprintf(&b, `<path class="median" d="M%.1f %.1fv13"/>`, x(*s.sample.Median), y-6.5)
		}
		b.WriteString(`</g>`)
	}
	return template.HTML(fmt.Sprintf(`<svg class="dots" viewBox="0 0 %g %g" aria-hidden="true">`, wide, high) + b.String() + `</svg>`)
}

// sayDots are the values of a row of dots.
func sayDots(f compare.Figure, base, other string) text {
	return inBoth(func(book phrase.Book) string {
		var says []string
		for _, s := range []struct {
			name   string
			sample compare.Sample
		}{{base, f.Base}, {other, f.Other}} {
			var written []string
			for _, v := range s.sample.Values {
				written = append(written, f.Unit.Write(v))
			}
			if len(written) > 0 {
				says = append(says, book.Say(phrase.CompareBecause, report.Clean(s.name), book.List(written)))
			}
		}
		return book.Statements(says...)
	})
}

// sample shows how a side is drawn.
func sample(i int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="sample" viewBox="0 0 44 12" aria-hidden="true"><path class="curve" d="M2 6H42"/>%s</svg>`, shape(i, 22, 6)))
}

// legend says how the sides are drawn.
func (c Comparison) legend() template.HTML {
	var b strings.Builder
	for i, s := range c.Sides {
		fmt.Fprintf(&b, `<li class="%s">%s <bdi>%s</bdi></li>`, sideClass(i), sample(i), escape(report.Clean(s.Name)))
	}
	return template.HTML(b.String())
}

// spreadTitles are the distributions of which there are pictures.
var spreadTitles = []struct {
	name string
	says phrase.ID
}{{"recovery", phrase.CompareSpreadRecovery}, {"accept", phrase.CompareSpreadAccept}, {"first_frame", phrase.CompareSpreadFrame}}

// spreads are the pictures, without those that at least two sides have nothing for.
func (c Comparison) spreads() (out []spreadView) {
	for _, t := range spreadTitles {
		have := 0
		for _, s := range c.Sides {
			if slices.ContainsFunc(s.Runs, func(r compare.Run) bool { return r.Counts && len(r.Spreads[t.name]) > 0 }) {
				have++
			}
		}
		if have >= 1 {
			out = append(out, spreadView{ID: t.name, Title: both(t.says), Picture: c.overlaid(t.name), Says: c.sayOverlaid(t.name)})
		}
	}
	return out
}

// Where a picture of distributions has what.
const (
	spreadWide, spreadHigh                                  = 460.0, 250.0
	spreadLeft, spreadRight, spreadAbove, spreadBelow       = 40.0, 10.0, 8.0, 24.0
	thinLines                                               = 12  // a side of more runs shows its runs together alone
	leastStep                                               = 0.4 // pixels; what is closer is drawn as one
	spreadFirst                                       int64 = 1   // µs; what took less stands there
)

// overlaid draws which share of the times of each side was at most how long, on a logarithmic scale: all runs of a side as one thick
// line, each by itself as a thin one.
func (c Comparison) overlaid(name string) template.HTML {
	low, top := int64(math.MaxInt64), int64(0)
	for _, s := range c.Sides {
		for _, r := range s.Runs {
			for _, pair := range r.Spreads[name] {
				if r.Counts {
					at := max(pair[0], spreadFirst)
					low, top = min(low, at), max(top, at)
				}
			}
		}
	}
	from, to := math.Log10(float64(low))-0.05, math.Log10(float64(top))+0.05
	x := func(us float64) float64 {
		return spreadLeft + (math.Log10(us)-from)/(to-from)*(spreadWide-spreadLeft-spreadRight)
	}
	y := func(share float64) float64 { return spreadAbove + (1-share)*(spreadHigh-spreadAbove-spreadBelow) }
	var b strings.Builder
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		fmt.Fprintf(&b, `<path class="grid" d="M%.1f %.1fH%.1f"/><text x="%.1f" y="%.1f" text-anchor="end">%.0f %%</text>`,
			spreadLeft, y(share), spreadWide-spreadRight, spreadLeft-5, y(share)+3.5, 100*share)
	}
	marks := decades(from, to)
	for _, us := range marks {
		fmt.Fprintf(&b, `<path class="grid" d="M%.1f %.1fV%.1f"/><text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			x(us), y(0), y(1), x(us), spreadHigh-7, escape(compare.Milliseconds.Write(us/1000)))
	}
	for i, s := range c.Sides {
		whole := spreadsOf(s, name)
		if len(whole) == 0 {
			continue
		}
		fmt.Fprintf(&b, `<g class="%s">`, sideClass(i))
		if len(whole) > 1 && len(whole) <= thinLines {
			for _, counts := range whole {
				fmt.Fprintf(&b, `<path class="curve thin" d="%s"/>`, climbing(counts, x, y))
			}
		}
		all := slices.Concat(whole...)
		fmt.Fprintf(&b, `<path class="curve" d="%s"/></g>`, climbing(all, x, y))
	}
	return template.HTML(fmt.Sprintf(`<svg class="spread" viewBox="0 0 %g %g" aria-hidden="true">`, spreadWide, spreadHigh) + b.String() + `</svg>`)
}

// spreadsOf are the distributions of a side, one of each run that has one and counts.
func spreadsOf(s compare.Side, name string) (out []history.Counts) {
	for _, r := range s.Runs {
		if counts := r.Spreads[name]; r.Counts && len(counts) > 0 {
			out = append(out, counts)
		}
	}
	return out
}

// sayOverlaid is what a picture of distributions says in numbers.
func (c Comparison) sayOverlaid(name string) text {
	return inBoth(func(book phrase.Book) string {
		var says []string
		for _, s := range c.Sides {
			if all := slices.Concat(spreadsOf(s, name)...); len(all) > 0 {
				says = append(says, book.Say(phrase.CompareBecause, report.Clean(s.Name), book.List([]string{"p50 " + at(all, 0.5), "p99 " + at(all, 0.99)})))
			}
		}
		return book.Statements(says...)
	})
}

// decades are the marks of a logarithmic scale: tens, and between them 2 and 5 where there are few.
func decades(from, to float64) (out []float64) {
	steps := []float64{1}
	if to-from < 2.5 {
		steps = []float64{1, 2, 5}
	}
	for e := math.Floor(from); e <= to; e++ {
		for _, s := range steps {
			if v := s * math.Pow(10, e); math.Log10(v) >= from && math.Log10(v) <= to {
				out = append(out, v)
			}
		}
	}
	return out
}

// climbing is the path of a distribution: up at each time by how many took that long.
func climbing(counts history.Counts, x, y func(float64) float64) string {
	sorted := slices.SortedFunc(slices.Values(counts), func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	var total, sum int64
	for _, pair := range sorted {
		total += pair[1]
	}
	var b strings.Builder
	lastX, lastY := 0.0, y(0)
	for i, pair := range sorted {
		px := x(float64(max(pair[0], spreadFirst)))
		sum += pair[1]
		py := y(float64(sum) / float64(total))
		if i == 0 {
			fmt.Fprintf(&b, "M%.1f %.1f", px, lastY)
		} else if px-lastX < leastStep && lastY-py < leastStep && i < len(sorted)-1 {
			continue
		}
		fmt.Fprintf(&b, "H%.1fV%.1f", px, py)
		lastX, lastY = px, py
	}
	return b.String()
}

// at is the time that a share of all took at most.
func at(counts history.Counts, share float64) string {
	sorted := slices.SortedFunc(slices.Values(counts), func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	var total, sum int64
	for _, pair := range sorted {
		total += pair[1]
	}
	for _, pair := range sorted {
		if sum += pair[1]; float64(sum) >= share*float64(total) {
			return compare.Milliseconds.Write(float64(pair[0]) / 1000)
		}
	}
	return ""
}
