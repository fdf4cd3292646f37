package page

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

const noBreak = "\u00a0"

// both says a sentence in both languages. Arguments that are texts themselves are said in the same language.
func both(id phrase.ID, args ...any) text {
	in := func(book phrase.Book) string {
		said := make([]any, len(args))
		for i, arg := range args {
			said[i] = arg
			if t, ok := arg.(text); ok {
				said[i] = t.en
				if book == phrase.Chinese {
					said[i] = t.zh
				}
			}
		}
		return book.Say(id, said...)
	}
	return text{in(phrase.English), in(phrase.Chinese)}
}

// plain is a text that is the same in every language: a code, a number with its unit.
func plain(s string) text { return text{s, s} }

// returns is the section on what became of returns, as pictures that need no script: the sweep as a map of its gaps, and how long
// it took, by departure. Empty where nobody came back.
func (r Report) returns() template.HTML {
	return template.HTML(heat(r.English.Sweep)) + r.spreads()
}

// heat is the sweep as a table: a row a way of coming back, a column a gap, the shortest first, and in each cell of how many returns
// an error came. What a colour says the text says, too.
func heat(s *report.Sweep) string {
	if s == nil || len(s.Steps) == 0 {
		return ""
	}
	var gaps []report.Millis
	cells := map[bool]map[report.Millis]report.Step{true: {}, false: {}}
	for _, step := range s.Steps {
		if !slices.Contains(gaps, step.Gap) {
			gaps = append(gaps, step.Gap)
		}
		cells[step.Armed][step.Gap] = step
	}
	slices.Sort(gaps)
	var b strings.Builder
	b.WriteString(`<div class="heat-words">`)
	for _, words := range safe(s, gaps, cells) {
		fmt.Fprintf(&b, "<p><strong>%s</strong></p>", words.set())
	}
	fmt.Fprintf(&b, `<p class="heat-means">%s</p></div>`, both(phrase.TableSafeMeans).set())
	fmt.Fprintf(&b, `<div class="heat-scroll" tabindex="0" role="region" aria-labelledby="heat-title"><table class="heat"><caption id="heat-title">%s</caption>`,
		both(phrase.ChartSweep).set())
	fmt.Fprintf(&b, `<thead><tr><th scope="col">%s</th>`, both(phrase.TableColGap).set())
	for _, gap := range gaps {
		fmt.Fprintf(&b, `<th scope="col">%s</th>`, millis(gap))
	}
	b.WriteString("</tr></thead><tbody>")
	weak := false
	for _, way := range ways(s) {
		if len(cells[way.armed]) == 0 {
			continue
		}
		fmt.Fprintf(&b, `<tr><th scope="row">%s</th>`, both(way.name).set())
		for _, gap := range gaps {
			step, tried := cells[way.armed][gap]
			class, said := cell(step, tried)
			weak = weak || strings.HasSuffix(class, weakCell)
			if way.safe != nil && *way.safe == gap {
				class += " heat-safe"
			}
			fmt.Fprintf(&b, `<td class="%s">%s</td>`, class, said)
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table></div>\n")
	if weak {
		fmt.Fprintf(&b, `<p class="heat-means"><span class="heat-0 heat-weak"></span>%s</p>`, both(phrase.PageHeatWeak).set())
	}
	return b.String()
}

// A step without an error proves little after few returns: where more than weakBelow of them could still go wrong its cell is hatched.
const (
	weakBelow = 0.2
	weakCell  = " heat-weak"
)

// way is a way of coming back, and the gap from which on it was safe.
type way struct {
	armed bool
	name  phrase.ID
	safe  *report.Millis
}

func ways(s *report.Sweep) []way {
	return []way{{true, phrase.TableArmed, s.SafeArmed}, {false, phrase.TableFull, s.SafeFull}}
}

// safe says from which gap on returns are safe, a sentence for each way that was tried, and what was not tried.
func safe(s *report.Sweep, gaps []report.Millis, cells map[bool]map[report.Millis]report.Step) []text {
	var out []text
	for _, way := range ways(s) {
		tried := slices.Sorted(maps.Keys(cells[way.armed]))
		if len(tried) == 0 {
			continue
		}
		if way.safe == nil {
			out = append(out, both(phrase.TableUnsafe, millis(tried[len(tried)-1]), both(way.name)))
			continue
		}
		n := cells[way.armed][*way.safe].Returns
		id := phrase.ManyReturns
		if n == 1 {
			id = phrase.OneReturn
		}
		out = append(out, both(phrase.TableSafe, millis(*way.safe), both(way.name), both(id, count(n))))
	}
	if s.From != nil && gaps[0] > *s.From {
		out = append(out, both(phrase.ChartSweepShort, millis(*s.From)))
	}
	return out
}

// cell is a step of a sweep: its class, by the share that went wrong, and its text.
func cell(s report.Step, tried bool) (class string, said template.HTML) {
	if !tried || s.Returns == 0 {
		return "heat-none", both(phrase.ChartNotTried).set()
	}
	of := func(n int64, small text) template.HTML {
		return "<b>" + both(phrase.ChartOf, count(n), count(s.Returns)).set() + "</b><small>" + small.set() + "</small>"
	}
	share := float64(s.Wrong) / float64(s.Returns)
	weak := ""
	if s.Below > weakBelow {
		weak = weakCell
	}
	switch {
	case s.Wrong > 0:
		// Four shades; the darkest is for more than three of four.
		return "heat-" + strconv.Itoa(min(1+int(share*4), 4)), of(s.Wrong, both(phrase.ChartWrong, strconv.Itoa(max(int(math.Round(share*100)), 1))+noBreak+"%"))
	case s.Refused > 0:
		return "heat-back" + weak, of(0, both(phrase.ChartRefusedFirst, count(s.Refused)))
	}
	return "heat-0" + weak, of(0, both(phrase.ChartBelow, strconv.Itoa(int(math.Ceil(s.Below*100)))+noBreak+"%"))
}

// millis writes a gap: 0 ms, 62.5 ms.
func millis(m report.Millis) string {
	return strconv.FormatFloat(float64(m), 'f', -1, 64) + noBreak + "ms"
}

// count writes a number with its thousands apart.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// took writes how long something took, to three significant digits.
func took(d time.Duration) string {
	write := func(v float64, unit string) string {
		switch {
		case v < 9.995:
			return fmt.Sprintf("%.2f", v) + noBreak + unit
		case v < 99.95:
			return fmt.Sprintf("%.1f", v) + noBreak + unit
		}
		return count(int64(math.Round(v))) + noBreak + unit
	}
	switch {
	case d <= 0:
		return "0" + noBreak + "s"
	case d < 999500*time.Nanosecond:
		return strconv.FormatFloat(float64(d)/1e3, 'f', 0, 64) + noBreak + "µs"
	case d < 999500*time.Microsecond:
		return write(float64(d)/1e6, "ms")
	}
	return write(float64(d)/1e9, "s")
}

// leaves are the departures in the order in which they are told.
var leaves = []string{"", "unpublish", "fin", "rst", "cut", "vanish", "halfclose"}

// byLeave orders departures.
func byLeave(a, b string) int {
	place := func(s string) int {
		if i := slices.Index(leaves, s); i >= 0 {
			return i
		}
		return len(leaves)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}
