package page

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// A distribution is a row of a table: its name, a histogram in orders of magnitude, and its percentiles in figures. All rows of all
// tables stand over one axis, so that a longer time is further to the right wherever it is. The pictures are SVG whose lengths
// are percentages: they are as wide as there is room, and their text keeps its size.

// fine is how many bars an order of magnitude has, and spreadHeight how high a picture is, in pixels.
const (
	fine         = 12
	spreadHeight = 24
)

// shortest is where the axis begins at the latest: below it lies nothing that a network could tell apart.
const shortest = 10 // µs

// axis is an axis of time in orders of magnitude, from and to being powers of ten of µs.
type axis struct{ from, to int }

// over is the axis that has room for all of these spreads, and for a time that they are to be compared with.
func over(spreads []story.Spread, with int64) (axis, bool) {
	low, high := int64(math.MaxInt64), int64(0)
	for _, s := range spreads {
		for _, c := range s.Counts {
			if c[1] > 0 {
				low, high = min(low, c[0]), max(high, c[0])
			}
		}
	}
	if high == 0 && low != 0 {
		return axis{}, false
	}
	if 5*high > with {
		high = max(high, with)
	}
	a := axis{int(math.Floor(math.Log10(float64(max(low, shortest))))), int(math.Ceil(math.Log10(float64(max(high, shortest))) - 1e-9))}
	a.to = max(a.to, a.from+1)
	return a, true
}

// at is where a time stands on the axis, from 0 to 1.
func (a axis) at(us int64) float64 {
	share := (math.Log10(float64(max(us, 1))) - float64(a.from)) / float64(a.to-a.from)
	return min(max(share, 0), 1)
}

// bars are how high the bars of a histogram are, the highest 1.
func (a axis) bars(counts history.Counts) []float64 {
	out := make([]float64, (a.to-a.from)*fine)
	highest := 0.0
	for _, c := range counts {
		i := min(int(a.at(c[0])*float64(len(out))), len(out)-1)
		out[i] += float64(c[1])
		highest = max(highest, out[i])
	}
	for i := range out {
		out[i] /= max(highest, 1)
	}
	return out
}

// spreadTables are the tables there are, in their order: what they are of and what their rows are called.
var spreadTables = []struct {
	names   []string
	title   phrase.ID
	departs bool // a row a departure
}{
	{[]string{"recovery"}, phrase.ChartSpreadRecovery, true},
	{[]string{"first-frame"}, phrase.ChartSpreadFirstFrame, true},
	{[]string{"accept", "connect", "gap_armed", "gap_full", "first_byte", "first_media", "first_keyframe", "tag_gap"}, phrase.ChartSpreadOther, false},
}

// spreadRows are what the rows of the last table are called.
var spreadRows = map[string]phrase.ID{
	"accept": phrase.TableAccept, "connect": phrase.TableConnect, "gap_armed": phrase.TableGapArmed, "gap_full": phrase.TableGapFull,
	"first_byte": phrase.TableFirstByte, "first_media": phrase.TableFirstMedia, "first_keyframe": phrase.TableFirstKeyframe, "tag_gap": phrase.TableTagGap,
}

// spreads are the distributions of the story, a table each kind.
func (r Report) spreads() template.HTML {
	known := slices.DeleteFunc(slices.Clone(r.Story.Spreads), func(s story.Spread) bool {
		return !slices.ContainsFunc(s.Counts, func(c [2]int64) bool { return c[1] > 0 })
	})
	grace := r.English.Judge.Grace.Duration().Microseconds()
	a, ok := over(known, grace)
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, table := range spreadTables {
		var rows []story.Spread
		for _, s := range known {
			if slices.Contains(table.names, s.Name) && (table.departs || s.By == "") {
				rows = append(rows, s)
			}
		}
		if len(rows) == 0 {
			continue
		}
		slices.SortStableFunc(rows, func(a, b story.Spread) int {
			if table.departs {
				return byLeave(a.By, b.By)
			}
			return slices.Index(table.names, a.Name) - slices.Index(table.names, b.Name)
		})
		limit := grace
		if !table.departs {
			limit = 0 // nothing but a return has to keep it
		}
		first := "<td></td>"
		if table.departs {
			first = `<th scope="col">` + string(both(phrase.TableColLeft).set()) + "</th>"
		}
		fmt.Fprintf(&b, `<div class="spread-scroll"><table class="spread"><caption>%s</caption><thead><tr>%s<th scope="col" class="spread-less">%s</th><td class="spread-picture">%s</td>`,
			both(table.title).set(), first, both(phrase.TableColCount).set(), a.scale())
		fmt.Fprintf(&b, `<th scope="col">p50</th><th scope="col" class="spread-less">p90</th><th scope="col">p99</th><th scope="col" class="spread-less">%s</th></tr></thead><tbody>`, both(phrase.TableColMax).set())
		for _, s := range rows {
			b.WriteString(a.row(s, r.quantiles(s), table.departs, limit))
		}
		b.WriteString("</tbody></table></div>\n")
	}
	if b.Len() > 0 {
		b.WriteString(spreadKey(grace, a))
	}
	return template.HTML(b.String())
}

// spreadAll says whether the distributions tell all times that the result has: then a table of them would say it twice.
func (r Report) spreadAll() bool {
	for name, times := range r.English.Latency {
		if times != nil && times.Count > 0 && !slices.ContainsFunc(r.Story.Spreads, func(s story.Spread) bool {
			return s.Name == name && s.By == "" && slices.ContainsFunc(s.Counts, func(c [2]int64) bool { return c[1] > 0 })
		}) {
			return false
		}
	}
	return true
}

// quantiles are p50, p90, p99 and the longest of a distribution: those of the result where it has them, for it is more exact and says
// them elsewhere on the page.
func (r Report) quantiles(s story.Spread) [4]time.Duration {
	known := r.English.Latency[s.Name]
	if s.By != "" {
		known = nil
		if left, ok := r.English.Left[s.By]; ok && s.Name == "recovery" {
			known = left.Recovery
		}
	}
	if known != nil && known.Count > 0 {
		return [4]time.Duration{known.P50.Duration(), known.P90.Duration(), known.P99.Duration(), known.Max.Duration()}
	}
	return [4]time.Duration(s.Quantiles(50, 90, 99, 100))
}

// row is a distribution as a row.
func (a axis) row(s story.Spread, of [4]time.Duration, departs bool, limit int64) string {
	name := plain(s.By)
	switch id, known := spreadRows[s.Name]; {
	case departs && s.By == "":
		name = both(phrase.ChartAllLeaves)
	case !departs && known:
		name = both(id)
	}
	n := int64(0)
	for _, c := range s.Counts {
		n += c[1]
	}
	p50, p90, p99 := of[0].Microseconds(), of[1].Microseconds(), of[2].Microseconds()
	return fmt.Sprintf(`<tr><th scope="row">%s</th><td class="spread-less">%s</td><td class="spread-picture">%s</td><td>%s</td><td class="spread-less">%s</td><td>%s</td><td class="spread-less">%s</td></tr>`,
		name.set(), count(n), a.picture(s.Counts, p50, p90, p99, limit), took(of[0]), took(of[1]), took(of[2]), took(of[3]))
}

// picture is the histogram. What it shows stands in figures beside it, so readers of the screen skip it.
func (a axis) picture(counts history.Counts, p50, p90, p99, limit int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg aria-hidden="true" width="100%%" height="%d">`, spreadHeight)
	b.WriteString(a.grid(spreadHeight))
	bars := a.bars(counts)
	for i, bar := range bars {
		if bar > 0 {
			high := max(bar*(spreadHeight-3), 1.5)
			fmt.Fprintf(&b, `<rect class="spread-bar" x="%.2f%%" y="%.1f" width="%.2f%%" height="%.1f"/>`,
				100*float64(i)/float64(len(bars)), spreadHeight-high, 92/float64(len(bars)), high)
		}
	}
	line := func(class string, us int64) {
		x := 100 * a.at(us)
		fmt.Fprintf(&b, `<line class="%s" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%d"/>`, class, x, x, spreadHeight)
	}
	if limit > 0 && a.holds(limit) {
		line("spread-grace", limit)
	}
	line("spread-mark spread-mark-99", p99)
	line("spread-mark spread-mark-90", p90)
	line("spread-mark", p50)
	b.WriteString("</svg>")
	return b.String()
}

// holds says whether a time lies on the axis.
func (a axis) holds(us int64) bool {
	at := math.Log10(float64(max(us, 1)))
	return at >= float64(a.from) && at <= float64(a.to)
}

// grid are lines at the orders of magnitude.
func (a axis) grid(height int) string {
	var b strings.Builder
	for power := a.from; power <= a.to; power++ {
		x := 100 * float64(power-a.from) / float64(a.to-a.from)
		fmt.Fprintf(&b, `<line class="spread-grid" x1="%.2f%%" x2="%.2f%%" y1="0" y2="%d"/>`, x, x, height)
	}
	return b.String()
}

// scale is the axis itself, with the time at each order of magnitude.
func (a axis) scale() string {
	var b strings.Builder
	b.WriteString(`<svg aria-hidden="true" width="100%" height="16">`)
	for power := a.from; power <= a.to; power++ {
		x := 100 * float64(power-a.from) / float64(a.to-a.from)
		us := math.Pow10(power)
		name := fmt.Sprintf("%.0f"+noBreak+"µs", us)
		switch {
		case power >= 6:
			name = count(int64(us/1e6)) + noBreak + "s"
		case power >= 3:
			name = fmt.Sprintf("%.0f"+noBreak+"ms", us/1e3)
		}
		class := "spread-tick"
		switch power {
		case a.from:
			class += " spread-tick-first"
		case a.to:
			class += " spread-tick-last"
		default:
			if (a.to-power)%2 != 0 || power == a.from+1 {
				class += " spread-tick-less" // left out where there is little room
			}
		}
		fmt.Fprintf(&b, `<text class="%s" x="%.2f%%" y="12">%s</text>`, class, x, name)
	}
	b.WriteString("</svg>")
	return b.String()
}

// spreadKey says what the marks are.
func spreadKey(grace int64, a axis) string {
	var b strings.Builder
	b.WriteString(`<p class="spread-key">` + string(both(phrase.ChartSpreadKey).set()))
	mark := func(class, words string) {
		fmt.Fprintf(&b, `<span class="spread-sign"><svg aria-hidden="true"><line class="%s" x1="5" x2="5" y1="0" y2="14"/></svg>%s</span>`, class, words)
	}
	mark("spread-mark", "p50")
	mark("spread-mark spread-mark-90", "p90")
	mark("spread-mark spread-mark-99", "p99")
	if grace > 0 && a.holds(grace) {
		mark("spread-grace", string(both(phrase.ChartSpreadGrace, took(time.Duration(grace)*time.Microsecond)).set()))
	}
	b.WriteString("</p>\n")
	return b.String()
}
