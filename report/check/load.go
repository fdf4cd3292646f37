package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// LoadFold folds the samples of a steady load to figures: of the whole run, of each step, and of players by their manner. It takes
// any event, and needs no more memory for a week than for a minute. The zero value is not usable; see NewLoad. For one goroutine.
//
//   - A step of a search is figured from when all that it wanted had come, by the windows that lie in that time with half of their
//     length or more; how the sessions of those that came for it began is told from its beginning. Any other step is figured over
//     all of it.
//   - Players of all manners at one time are those of the samples that end together.
type LoadFold struct {
	of, why string
	seen    bool

	all     gatheredLoad
	manners map[string]*mannerLoad
	steps   []*stepLoad
	now     *stepLoad // the step that began last
	judged  []history.LoadJudged
	series  series
	window  crowdWindow
	crowded bool // there is a crowd, and no witnesses alone
	beside  witnessing
	served  serving
}

// gatheredLoad is what samples came to.
type gatheredLoad struct {
	first, last time.Duration // of the windows, from the beginning of the first
	any         bool
	plays       playSums
	publishing  publishing
	generating  generating
}

// mannerLoad is the same of players of one manner.
type mannerLoad struct {
	playSums
	first, last time.Duration
}

// stepLoad is one step. Once it is over for good, only its figures are kept.
type stepLoad struct {
	LoadStep
	holds    time.Duration
	held     bool // it has come to hold
	gathered *gatheredLoad
}

const (
	// maxSteps bounds how many steps are told apart.
	maxSteps = 1000
	// maxManners bounds how many manners are.
	maxManners = 8
)

// NewLoad returns a fold that has seen nothing.
func NewLoad() *LoadFold {
	return &LoadFold{all: newGatheredLoad(), manners: map[string]*mannerLoad{}, beside: newWitnessing()}
}

func newGatheredLoad() gatheredLoad { return gatheredLoad{generating: newGenerating()} }

// Finish does nothing; figures are there at any time.
func (l *LoadFold) Finish() {}

// Step takes the next event.
func (l *LoadFold) Step(e history.Event) {
	e.At = max(e.At, 0)
	switch p := e.What.(type) {
	case history.LoadStep:
		l.begin(p)
	case history.LoadHolds:
		if s := l.step(p.Step); s != nil && !s.held {
			s.held, s.holds = true, e.At
		}
	case history.LoadStepEnded:
		l.seen = true
	case history.LoadJudged:
		l.judge(p)
	case history.CrowdSample:
		l.crowd(e.At, p)
	case history.FleetSample:
		l.fleet(e.At, p)
	case history.SelfSample:
		l.self(e.At, p)
	default:
		l.witnessed(e)
	}
}

// begin takes the beginning of a step. The last sample of the one before may yet come; those before that are over.
func (l *LoadFold) begin(p history.LoadStep) {
	l.seen = true
	if l.of == "" {
		l.of, l.why = p.Of, p.Why
	}
	for _, s := range l.steps[max(len(l.steps)-2, 0):] {
		if s != l.now {
			s.compact()
		}
	}
	if len(l.steps) >= maxSteps {
		return
	}
	gathered := newGatheredLoad()
	l.now = &stepLoad{gathered: &gathered, LoadStep: LoadStep{
		Step: p.Step, Why: p.Why, From: max(int64(p.From), 0), To: max(int64(p.To), 0),
	}}
	l.steps = append(l.steps, l.now)
}

// step is the step of that number, the latest if several have it; nil for none.
func (l *LoadFold) step(n int) *stepLoad {
	for _, s := range slices.Backward(l.steps) {
		if s.Step == n {
			return s
		}
	}
	return nil
}

// judge takes what a search made of a step.
func (l *LoadFold) judge(p history.LoadJudged) {
	l.seen = true
	if len(l.judged) < maxSteps {
		l.judged = append(l.judged, p)
	}
	if s := l.step(p.Step); s != nil {
		s.Judged, s.Held, s.Ours, s.Reasons = true, p.Held && !p.Ours, p.Ours, slices.Clone(p.Why)
	}
}

// crowdWindow is what the samples that end together have said so far: one a manner.
type crowdWindow struct {
	at                        time.Duration
	manners                   []string
	wanted, playing, watchDry int64
	// beside are the witnesses that play, waiting those of the crowd who have no stream yet and are to have one.
	beside, waiting int64
}

// together reports whether a sample belongs to w: it ends where w does, and no sample of that manner has come yet.
func (w *crowdWindow) together(at time.Duration, p history.CrowdSample) bool {
	return len(w.manners) > 0 && len(w.manners) < maxLoadNames && (at-w.at).Abs() < max(p.For/2, 0) && !slices.Contains(w.manners, p.Manner)
}

func (l *LoadFold) crowd(at time.Duration, p history.CrowdSample) {
	l.seen, l.crowded = true, true
	w := &l.window
	joins := w.together(at, p)
	if !joins {
		*w = crowdWindow{at: at, manners: w.manners[:0]}
	}
	w.manners = append(w.manners, p.Manner)
	add(&w.wanted, int64(p.Wanted))
	add(&w.playing, int64(p.Playing))
	add(&w.playing, int64(p.Dry))
	if WellBehaved(p.Manner) {
		add(&w.watchDry, dark(p))
	}
	wanted, playing := l.beside.among(w.wanted, l.players())
	w.beside = playing
	l.served.sample(at, p, w)
	for _, g := range l.gathering(p.Step) {
		g.plays.began(p, readsOn(p.Manner))
	}
	for _, g := range l.measured(at, p.For, p.Step) {
		g.spans(at, p.For)
		g.plays.flowed(p, WellBehaved(p.Manner))
		g.plays.had(p)
		g.plays.out.Waiting = w.waiting
		g.plays.peak(plus(w.wanted, wanted), plus(w.playing, playing), w.watchDry)
	}
	if m := l.manner(p.Manner, at-max(p.For, 0)); m != nil {
		m.last = max(m.last, at)
		m.began(p, true)
		m.flowed(p, true)
		m.had(p)
		m.out.Waiting = 0
		if mustHave(p.Manner) {
			m.out.Waiting = unserved(p)
		}
		if p.Manner != witnessManner {
			wanted, playing = 0, 0
		}
		m.peak(plus(max(int64(p.Wanted), 0), wanted), plus(plus(max(int64(p.Playing), 0), int64(p.Dry)), playing), dark(p))
	}
	l.series.at(at, p.For).crowd(p, w, !joins)
}

func (l *LoadFold) manner(name string, from time.Duration) *mannerLoad {
	m := l.manners[name]
	if m == nil && len(l.manners) < maxManners {
		m = &mannerLoad{first: from, last: from}
		l.manners[name] = m
	}
	return m
}

func (l *LoadFold) fleet(at time.Duration, p history.FleetSample) {
	l.seen = true
	for _, g := range l.gathering(p.Step) {
		g.publishing.began(p)
	}
	for _, g := range l.measured(at, p.For, p.Step) {
		g.spans(at, p.For)
		g.publishing.flowed(p)
	}
	l.series.at(at, p.For).fleet(p)
}

func (l *LoadFold) self(at time.Duration, p history.SelfSample) {
	l.seen = true
	wanted, playing := l.beside.among(0, l.players())
	for _, g := range l.measured(at, p.For, p.Step) {
		g.spans(at, p.For)
		g.generating.take(at, p)
		g.plays.peak(wanted, playing, 0) // where there is no crowd beside them
		if wanted > 0 {
			g.plays.lacks(besideCrowd, p.For, wanted, wanted-playing)
		}
		if !l.crowded {
			g.plays.out.Waiting = wanted - playing
		}
	}
	if wanted > 0 {
		l.served.until = max(l.served.until, at)
	}
	l.series.at(at, p.For).self(p)
	if !l.crowded {
		l.series.at(at, p.For).witnesses(p.For, playing)
	}
}

// players is how many are wanted by the step under way.
func (l *LoadFold) players() int64 {
	if l.now == nil || l.of != "players" {
		return 0
	}
	return max(l.now.From, l.now.To)
}

// gathering are those that a sample belongs to: the run, and its step.
func (l *LoadFold) gathering(step int) []*gatheredLoad {
	if s := l.step(step); s != nil && s.gathered != nil {
		return []*gatheredLoad{&l.all, s.gathered}
	}
	return []*gatheredLoad{&l.all}
}

// measured are the same, the step only where it is measured in that window.
func (l *LoadFold) measured(at, length time.Duration, step int) []*gatheredLoad {
	if s := l.step(step); s != nil && s.Why == searching && (!s.held || at-s.holds < length/2) {
		return []*gatheredLoad{&l.all}
	}
	return l.gathering(step)
}

// searching is why there are the steps of a search.
const searching = "search"

// spans takes the time of a window.
func (g *gatheredLoad) spans(at, length time.Duration) {
	from := at - min(max(length, 0), max(at, 0))
	if !g.any {
		g.any, g.first, g.last = true, from, at
	}
	g.first, g.last = min(g.first, from), max(g.last, at)
}

// peak takes how many there are at once.
func (p *playSums) peak(wanted, playing, dry int64) {
	most(&p.out.Wanted, wanted)
	most(&p.out.Playing, playing)
	most(&p.out.DryMax, dry)
}

func (g *gatheredLoad) figures() LoadFigures {
	over := g.last - g.first
	return LoadFigures{
		Measured: over, Plays: g.plays.figures(over), Publishes: g.publishing.figures(over), Generator: g.generating.figures(),
	}
}

func (s *stepLoad) figures() LoadStep {
	out := s.LoadStep
	if s.gathered != nil {
		out.Figures = s.gathered.figures()
	}
	return out
}

// compact keeps no more than the figures.
func (s *stepLoad) compact() {
	if s.gathered != nil {
		s.Figures, s.gathered = s.gathered.figures(), nil
	}
}

// Of are the figures of a step so far. It reports false for a step that has not begun.
func (l *LoadFold) Of(step int) (LoadStep, bool) {
	s := l.step(step)
	if s == nil {
		return LoadStep{}, false
	}
	return s.figures(), true
}

// Figures are those so far; nil where there was nothing of a steady load.
func (l *LoadFold) Figures() *Load {
	if !l.seen {
		return nil
	}
	out := &Load{Of: l.of, Why: l.why, Figures: l.all.figures(), Manners: map[string]Plays{}, Limit: l.limit(), Series: l.series.points()}
	for name, m := range l.manners {
		out.Manners[name] = m.figures(m.last - m.first)
	}
	for _, s := range l.steps {
		out.Steps = append(out.Steps, s.figures())
	}
	return out
}

// limit is what the answers of a search come to; nil where there are none. Of a load that was tried twice the second answer counts.
func (l *LoadFold) limit() *LoadLimit {
	if len(l.judged) == 0 {
		return nil
	}
	out := &LoadLimit{}
	for _, j := range l.judged {
		if j.Held && !j.Ours {
			out.Held = max(out.Held, int64(j.Load))
		}
	}
	for _, j := range l.judged {
		if load := int64(j.Load); (!j.Held || j.Ours) && load > out.Held && (out.Failed == 0 || load <= out.Failed) {
			out.Failed, out.Why, out.Ours = load, slices.Clone(j.Why), j.Ours
		}
	}
	return out
}

const (
	// lateWindowShare is the share of late windows above which we, not the server, may have made the figures, leastLateWindows how many
	// there must be: a single one is a hiccup.
	lateWindowShare  = 0.01
	leastLateWindows = 2
)

// late reports whether we were late in too many of the windows in which a load was measured. What a search measured it has judged
// with that in mind.
func (l *LoadFold) late() (late, windows int64, by string, too bool) {
	byWhat := map[string]int64{}
	for _, s := range l.steps {
		if s.Why == searching {
			continue
		}
		g := s.figures().Figures.Generator
		add(&late, g.LateWindows)
		add(&windows, g.Windows)
		for what, n := range g.Late {
			tally(&byWhat, what, n)
		}
	}
	for what, n := range byWhat {
		if by == "" || cmp.Or(cmp.Compare(n, byWhat[by]), cmp.Compare(by, what)) > 0 {
			by = what
		}
	}
	return late, windows, by, late >= leastLateWindows && float64(late) > lateWindowShare*float64(windows)
}

// short reports whether fewer than were wanted ever had the stream at once, or published, and how many of how many: then nobody has seen
// the server carry the load. One in a hundred may be missing, and one of few. Who comes and goes all the time is left out, and who never
// reads. Of a search its own judge takes care.
func (l *LoadFold) short() (had, of int64, short bool) {
	if l.why == searching {
		return 0, 0, false
	}
	if l.of == "publishers" {
		had, of = l.all.publishing.out.Publishing, l.all.publishing.out.Wanted
	}
	for name, m := range l.manners {
		if WellBehaved(name) || name == "slow" {
			add(&had, m.out.Playing)
			add(&of, m.out.Wanted)
		}
	}
	return had, of, had < of-max(of/100, 1)
}

// reasons say what of ours keeps the figures from being the server's.
func (l *LoadFold) reasons() []Reason {
	var out []Reason
	if late, windows, by, too := l.late(); too {
		out = append(out, Reason{Code: "generator-late", Says: phrase.WhyGeneratorLate, Args: []any{late, windows, by}})
	}
	if had, of, short := l.short(); short {
		who := phrase.SteadyRowPlayers
		if l.of == "publishers" {
			who = phrase.SteadyRowPublishers
		}
		out = append(out, Reason{Code: "load-not-reached", Says: phrase.WhyNotReached, Args: []any{had, of, who}})
	}
	switch limit := l.limit(); {
	case limit == nil:
	case limit.Ours:
		out = append(out, Reason{Code: "generator-limit", Says: phrase.WhyGeneratorLimit, Args: []any{limit.Held, limit.Failed, strings.Join(limit.Why, ", ")}})
	case limit.Held == 0:
		out = append(out, Reason{Code: "none-held", Says: phrase.WhyNoneHeld, Args: []any{limit.Failed}})
	}
	return out
}
