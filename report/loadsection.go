package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Bounds of what the section of a load shows.
const (
	stepsShown   = 20 // the last ones: a search comes to its end there
	mannersShown = 8
	namesShown   = 4
	spansShown   = 3
)

// steady reports whether the run is a steady load that nobody came back in: what there is to say of returns has no meaning then.
func (r Result) steady() bool { return r.Load != nil && r.Returns.Returns == 0 }

// saidOfLoad reports whether the headline says what the load came to.
func (r Result) saidOfLoad() bool {
	switch r.Verdict {
	case check.Pass, check.Interrupted:
		return r.steady()
	case check.Inconclusive:
		return len(r.Reasons) > 0 && r.Reasons[0].Code == "generator-limit"
	}
	return false
}

// loadSays is what a load came to, in a sentence.
func (p *page) loadSays() string {
	l := p.r.Load
	if l.Limit != nil {
		return p.limitSays(l)
	}
	who := p.many(phrase.OnePlayer, phrase.ManyPlayers, l.Plays.Wanted)
	long := took(l.measuredFor())
	if l.Of == "publishers" {
		who = p.many(phrase.OnePublisher, phrase.ManyPublishers, l.Publishes.Wanted)
		return p.say(phrase.SteadyPublished, who, long, p.publishedSays(l.LoadFigures))
	}
	if l.Sessions == 0 {
		return p.say(phrase.SteadyPlayed, who, long, p.generatorSays(l.Generator)) // nobody came as far as to ask
	}
	if l.Playing < l.Plays.Wanted {
		who = p.say(phrase.SteadyOfWanted, count(l.Playing), who)
	}
	streams := cmp.Or(l.Streams, int64(len(p.r.Keys))-l.Chaos)
	says := p.Book.Statements(p.playedSays(l.LoadFigures), p.besideSays(l))
	if streams > 0 {
		return p.say(phrase.SteadyPlayedOf, who, p.many(phrase.OneStream, phrase.ManyStreams, streams), long, says)
	}
	return p.say(phrase.SteadyPlayed, who, long, says)
}

// besideSays says what must be known beside the figures: that not all were due, and that there was chaos.
func (p *page) besideSays(l *Load) string {
	due, beside, asked := "", "", int64(0)
	for _, s := range l.Steps {
		asked = max(asked, s.To)
	}
	if l.Arrive != "" && l.Plays.Wanted < asked {
		due = p.say(phrase.SteadyDue, count(l.Plays.Wanted), count(asked), clean(l.Arrive))
	}
	if l.Chaos > 0 {
		beside = p.say(phrase.SteadyBeside, p.many(phrase.OneStream, phrase.ManyStreams, l.Chaos))
	}
	return p.Book.Statements(due, beside)
}

// servedSays is for which share of the time players had the stream; false where that is all of it, or nobody wanted it.
func servedSays(rate *float64) (string, bool) {
	if rate == nil || *rate > 0.9995 {
		return "", false
	}
	return percent(*rate), true
}

func (p *page) playedSays(f LoadFigures) string {
	first := p.say(phrase.SteadyNoFrame)
	if f.FirstFrame.Count > 0 {
		first = p.say(phrase.SteadyFirstFrame, unbroken(took(f.FirstFrame.P99.Duration())))
	}
	if f.FirstFrame.Count > 0 && f.Waiting > 0 {
		first = p.say(phrase.SteadyThose, first) // of the others nobody knows how long it will take
	}
	var words []string
	if served, ok := servedSays(f.ServedRate); ok {
		words = append(words, p.say(phrase.SteadyServed, served))
	}
	if f.Played+f.Stalled > 0 {
		words = append(words, p.say(phrase.SteadyStalledFor, percent(f.StallRate)))
	}
	words = append(words, first, p.refusedSays(f.Plays.RefusedRate, f.Plays.Refused))
	return p.Book.Statements(p.Book.Clauses(words...), p.generatorSays(f.Generator))
}

func (p *page) publishedSays(f LoadFigures) string {
	refused := f.Publishes.Refused
	n := total64(refused)
	share := 0.0
	if n > 0 {
		share = float64(n) / (float64(n) + float64(f.Publishes.Accepted))
	}
	says := p.Book.Clauses(p.say(phrase.SteadyFramesLate, unbroken(took(f.Lateness.P99.Duration()))),
		p.say(phrase.SteadyBlockedFor, percent(f.BlockedRate)), p.refusedSays(share, refused))
	return p.Book.Statements(says, p.generatorSays(f.Generator))
}

func (p *page) refusedSays(share float64, by map[string]int64) string {
	if total64(by) == 0 {
		return p.say(phrase.SteadyNobody)
	}
	return p.say(phrase.SteadyRefusedShare, percent(share))
}

func (p *page) generatorSays(g Generator) string {
	switch {
	case g.Windows == 0:
		return p.say(phrase.SteadyUnwatched)
	case g.LateWindows == 0:
		return p.say(phrase.SteadyNeverLate)
	}
	return p.say(phrase.SteadyLateIn, count(g.LateWindows), count(g.Windows))
}

// limitSays is what a search came to.
func (p *page) limitSays(l *Load) string {
	one, many := phrase.OnePlayer, phrase.ManyPlayers
	if l.Of == "publishers" {
		one, many = phrase.OnePublisher, phrase.ManyPublishers
	}
	limit := l.Limit
	held, failed := p.many(one, many, limit.Held), count(limit.Failed)
	why := p.say(phrase.SteadyWhyNone)
	if len(limit.Reasons) > 0 {
		why = p.valued(strings.Join(limit.Reasons, ", "))
	}
	switch {
	case limit.Failed == 0:
		return p.say(phrase.SteadyHeldAll, held)
	case limit.Ours:
		return p.say(phrase.SteadyHeldOurs, held, failed, why)
	}
	if limit.Expr != "" {
		why = p.say(phrase.SteadyAsked, why, clean(limit.Expr))
	}
	if limit.Held == 0 {
		return p.say(phrase.SteadyNoneHeld, p.many(one, many, limit.Failed), why)
	}
	return p.say(phrase.SteadyHeldNot, held, failed, why)
}

// load is the section of a steady load.
func (p *page) load() {
	l := p.r.Load
	if l == nil {
		return
	}
	p.title(p.say(phrase.SteadyTitle))
	for _, line := range p.turnedAway() {
		p.prose(yellow, 1, line)
	}
	g := &grid{align: "ll"}
	for _, row := range p.loadRows() {
		g.row(row[0], strings.Join(wrap(row[1], p.columns()-36, 2), "\n"))
	}
	p.grid(g)
	p.loadSteps()
	p.loadTimes()
}

// turnedAway says how many got nothing, and by what: it may be the most important thing of all, and fails no run by itself.
func (p *page) turnedAway() []string {
	var out []string
	say := func(of int64, one, many phrase.ID, by map[string]int64) {
		if n := total64(by); n > 0 {
			out = append(out, p.say(phrase.SteadyRefused, count(n), p.many(one, many, of), p.counted(by)))
		}
	}
	l := p.r.Load
	say(l.Sessions, phrase.OneSession, phrase.ManySessions, l.Plays.Refused)
	say(l.Accepted+total64(l.Publishes.Refused), phrase.OnePublish, phrase.ManyPublishes, l.Publishes.Refused)
	return out
}

// counted are names by their counts, the most first; a single one needs no number.
func (p *page) counted(by map[string]int64) string {
	names := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	if len(names) == 1 {
		return clean(names[0])
	}
	var out []string
	for _, name := range names[:min(len(names), namesShown)] {
		out = append(out, p.say(phrase.SteadyReason, clean(name), count(by[name])))
	}
	if len(names) > namesShown {
		out = append(out, "…")
	}
	return p.Book.List(out)
}

// loadRows are the figures of a load, each a name and what it came to.
func (p *page) loadRows() [][2]string {
	l := p.r.Load
	var rows [][2]string
	row := func(name phrase.ID, text string) { rows = append(rows, [2]string{p.say(name), text}) }
	if l.Plays.Wanted > 0 || l.Sessions > 0 {
		row(phrase.SteadyRowPlayers, p.say(phrase.SteadyAtMost, count(l.Playing), count(l.Plays.Wanted)))
		row(phrase.SteadyRowSessions, p.say(phrase.SteadyOpened, count(l.Sessions), count(l.Opened)))
		if served, ok := servedSays(l.ServedRate); ok {
			row(phrase.SteadyRowServed, p.say(phrase.SteadyServedSum, served, count(l.Waiting)))
		}
		if l.Played+l.Stalled > 0 {
			row(phrase.SteadyRowStalls, p.say(phrase.SteadyStallSum, count(l.Stalls), percent(l.StallRate), count(l.StalledMax)))
		}
		if l.Plays.Ended > 0 {
			row(phrase.SteadyRowEnded, p.say(phrase.SteadyEndedSum, count(l.Plays.Ended), count(l.Torn)))
		}
		if l.BadTags > 0 {
			row(phrase.SteadyRowBad, p.say(phrase.SteadyBadSum, count(l.BadTags), count(l.Tags)))
		}
		row(phrase.SteadyRowIn, p.say(phrase.SteadyRate, size(l.Plays.Bytes), bits(l.MbitIn*1e6)))
		for i, manner := range slices.Sorted(maps.Keys(l.Manners)) {
			if i < mannersShown {
				rows = append(rows, [2]string{p.say(phrase.SteadyRowManner, fit(clean(manner), 16)), p.mannerSays(manner, l.Manners[manner])})
			}
		}
	}
	if l.Publishes.Wanted > 0 || l.Frames > 0 {
		row(phrase.SteadyRowPublishers, p.say(phrase.SteadyAtMost, count(l.Publishing), count(l.Publishes.Wanted)))
		row(phrase.SteadyRowOut, p.say(phrase.SteadyRate, size(l.Publishes.Bytes), bits(l.MbitOut*1e6)))
		row(phrase.SteadyRowBlocks, p.say(phrase.SteadyBlocksSum, count(l.Blocks), percent(l.BlockedRate)))
	}
	return append(rows, p.generatorRows(l.Generator)...)
}

// mannerSays is what became of the players of one manner. Of those that never read nobody knows whether they were served.
func (p *page) mannerSays(manner string, m Plays) string {
	if check.Unread(manner) && m.Playing == 0 {
		return p.say(phrase.SteadyUnreadSum, count(m.Wanted))
	}
	return p.say(phrase.SteadyMannerSum, count(m.Playing), count(m.Wanted), percent(m.RefusedRate), bits(m.MbitIn*1e6))
}

// generatorRows say how we kept up ourselves.
func (p *page) generatorRows(g Generator) [][2]string {
	if g.Windows == 0 {
		return nil
	}
	var rows [][2]string
	row := func(name phrase.ID, text string) { rows = append(rows, [2]string{p.say(name), text}) }
	if g.CPUMax != nil {
		text := p.say(phrase.SteadyCores, significant(*g.CPUMax), strconv.FormatInt(g.Cores, 10))
		if g.MachineMax != nil {
			text = p.say(phrase.SteadyMachine, text, significant(*g.MachineMax))
		}
		row(phrase.SteadyRowCPU, text)
	}
	if g.Descriptors != nil && g.Limit != nil {
		row(phrase.SteadyRowFDs, p.say(phrase.SteadyOfLimit, count(*g.Descriptors), count(*g.Limit)))
	}
	if g.Ports != nil && g.PortLimit != nil && *g.Ports > 0 {
		row(phrase.SteadyRowPorts, p.say(phrase.SteadyOfLimit, count(*g.Ports), count(*g.PortLimit)))
	}
	if g.LateWindows > 0 {
		row(phrase.SteadyRowLate, p.say(phrase.SteadyLateSum, count(g.LateWindows), count(g.Windows), p.counted(g.Late)))
		var spans []string
		for _, s := range g.LateAt[:min(len(g.LateAt), spansShown)] {
			spans = append(spans, unbroken(p.say(phrase.SteadyLateSpan, at(s.From.Duration()), at(s.To.Duration()))))
		}
		if len(g.LateAt) > spansShown {
			spans = append(spans, "…")
		}
		row(phrase.SteadyRowLateAt, p.Book.List(spans))
	}
	return rows
}

// loadSteps is a row a step.
func (p *page) loadSteps() {
	l := p.r.Load
	if len(l.Steps) < 2 && l.Limit == nil {
		return
	}
	steps := l.Steps[max(len(l.Steps)-p.atMost(stepsShown, toldRows), 0):]
	title := p.say(phrase.SteadySteps)
	if len(steps) < len(l.Steps) {
		title = p.say(phrase.SteadyStepsSome, count(int64(len(steps))), count(int64(len(l.Steps))))
	}
	p.title(title)
	header, align, row := p.loadColumns(l)
	g := &grid{header: header, align: align, spare: []int{5, 2}}
	for _, s := range steps {
		g.row(row(s)...)
	}
	p.grid(g)
	for _, line := range p.stepsLegend(steps) {
		p.prose(dim, 1, line)
	}
}

// stepsLegend explains the marks of steps that don't explain themselves.
func (p *page) stepsLegend(steps []LoadStep) []string {
	var out []string
	for _, says := range []struct {
		id   phrase.ID
		mean func(LoadStep) bool
	}{
		{phrase.SteadyLegendOurs, func(s LoadStep) bool { return s.Held != nil && s.Ours != nil && *s.Ours }},
		{phrase.SteadyLegendDown, p.r.Load.down},
		{phrase.SteadyLegendOpen, func(s LoadStep) bool { return s.Why == searchStep && s.Held == nil && !p.r.Load.down(s) }},
	} {
		if slices.ContainsFunc(steps, says.mean) {
			out = append(out, p.say(says.id))
		}
	}
	return out
}

// searchStep is why there are the steps of a search.
const searchStep = "search"

// down reports whether a step only lets the server settle before the next try. A search goes on from no other without an answer.
func (l *Load) down(s LoadStep) bool {
	return s.Why == searchStep && s.Held == nil && s.Step != l.Steps[len(l.Steps)-1].Step
}

// loadColumns are the columns of the table of steps, and what a step has in them.
func (p *page) loadColumns(l *Load) (header []string, align string, row func(LoadStep) []string) {
	publishers := l.Of == "publishers"
	trouble, times := phrase.SteadyColStalled, phrase.SteadyColFirst
	if publishers {
		trouble, times = phrase.SteadyColBlocked, phrase.SteadyColLate
	}
	header = []string{p.say(phrase.SteadyColLoad), p.say(phrase.SteadyColHeld), p.say(trouble), p.say(times), p.say(phrase.SteadyColRefused),
		"Mbit/s", p.say(phrase.SteadyColOurs)}
	return header, "rcrrrrl", func(s LoadStep) []string {
		share, spread, refused, mbit := s.StallRate, s.FirstFrame, total64(s.Plays.Refused), s.MbitIn
		if publishers {
			share, spread, refused, mbit = s.BlockedRate, s.Lateness, total64(s.Publishes.Refused), s.MbitOut
		}
		times := "–"
		if spread.Count > 0 {
			times = took(spread.P50.Duration()) + " / " + took(spread.P99.Duration())
		}
		load := count(s.To)
		if s.From != s.To && l.Limit == nil { // what a search asks is what a step came to
			load = count(s.From) + " → " + load
		}
		return []string{load, p.held(s), percent(share), times, count(refused), significant(mbit), p.inTime(s.Generator)}
	}
}

// held is what a search made of a step, in one character; empty for other steps.
func (p *page) held(s LoadStep) string {
	switch {
	case p.r.Load.down(s):
		return p.paint(dim, p.say(phrase.SteadyDown))
	case s.Held == nil:
		return ""
	case s.Ours != nil && *s.Ours:
		return p.paint(yellow, "?")
	case *s.Held:
		return p.paint(green, "✓")
	}
	return p.paint(redBold, "✗")
}

// inTime says in a word whether the generator kept up.
func (p *page) inTime(g Generator) string {
	switch {
	case g.Windows == 0:
		return "–"
	case g.LateWindows == 0:
		return p.say(phrase.SteadyKept)
	}
	return p.paint(yellow, p.say(phrase.SteadyLate, count(g.LateWindows), count(g.Windows)))
}

// loadTimes are the distributions of a load.
func (p *page) loadTimes() {
	l := p.r.Load
	var age *Percentiles
	if v := p.r.Viewers; v != nil && p.r.steady() {
		age = v.Latency
	}
	g := p.distributions([]timesRow{
		{phrase.SteadyTimeConnect, &l.Connect.Percentiles},
		{phrase.SteadyTimeByte, &l.FirstByte.Percentiles},
		{phrase.SteadyTimeFrame, &l.FirstFrame.Percentiles},
		{phrase.SteadyTimeAge, age},
		{phrase.SteadyTimePublish, &l.Publish.Percentiles},
		{phrase.SteadyTimeLateness, &l.Lateness.Percentiles},
		{phrase.SteadyTimeBehind, &l.Behind.Percentiles},
		{phrase.SteadyTimeLag, &l.Generator.Lag.Percentiles},
	})
	if len(g.rows) > 0 {
		p.title(p.say(phrase.SteadyTimes))
		p.grid(g)
	}
}

// unbroken is s without a place to break a line at.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", noBreak) }

// total64 is the sum of counts.
func total64(counts map[string]int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return max(n, 0)
}

// percent writes a share: 0 %, 0.02 %, 12.5 %. One that is not zero is not written as zero.
func percent(share float64) string {
	var text string
	switch v := share * 100; {
	case v <= 0:
		text = "0 %"
	case v < 0.01:
		text = "<0.01 %"
	case v < 10:
		text = fmt.Sprintf("%.2f %%", v)
	default:
		text = fmt.Sprintf("%.1f %%", v)
	}
	return unbroken(text)
}
