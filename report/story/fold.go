package story

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Defaults of the judgement, for headers that lack them.
const (
	defaultGrace      = time.Second
	defaultStuckAfter = 10 * time.Second
)

// leastDry is how long a player must have had nothing, in µs, to be told of at all: as long as a stall. Some servers send in bursts.
const leastDry = 500_000

// Indexes of Outcomes, Classes, States and Plays.
const (
	accepted, endedByServer, undecided, byContender, bySettling = 0, 1, 2, 3, 4

	closed, rightly = 6, 9

	quick, late, stuck, open = 0, 1, 2, 3

	asking, playing, refused, lingering = 0, 1, 2, 3
)

// Fold makes the story of a run from its events. It hears them beside a judge, who tells it what became of each attempt: first
// Attach, then Step for each event once the judge has had it, and Finish once the judge has finished.
//
// What it keeps is bounded, whatever it hears, but for the names of keys. Its methods are for one goroutine.
type Fold struct {
	grace, stuckAfter, dryAfter int64 // µs
	idle                        profile.IdleBound

	judge *check.Judge
	end   int64
	// stormEnd is when the load ended, negative as long as it goes on: who leaves then does not come back.
	stormEnd int64
	// load says that keys were published before the storm began, as those of a load are: others are of the chaos beside it.
	load bool

	lanes   map[string]*lane
	order   []*lane // as they were first heard of
	tail    int     // of order, from here on none can be given up
	left    map[string]struct{}
	players map[string]*player // those who are followed, by their names as actors
	// items is how many bars, ticks, gaps, sessions and dry times there are; gone counts what those of lanes that were given up
	// stood for.
	items int
	gone  tallies

	phases, cases []Span
	phase         bool   // the last phase goes on
	inCase        bool   // the last case does
	step          string // the first step of a load, as its span would be called
	steps         int    // how many there were
	marks         marks
	charts        *charts
	spreads       spreads
}

// tallies counts what there was of each kind of item.
type tallies struct{ bars, ticks, gaps, sessions, dry int64 }

// NewFold makes one that has heard nothing.
func NewFold() *Fold {
	f := &Fold{
		stormEnd: -1, lanes: map[string]*lane{}, tail: maxLanes, left: map[string]struct{}{}, players: map[string]*player{},
		charts: newCharts(), spreads: newSpreads(), marks: newMarks(),
	}
	f.measures(history.Judge{})
	return f
}

func (f *Fold) measures(j history.Judge) {
	f.grace = cmp.Or(max(j.Grace, 0), defaultGrace).Microseconds()
	f.stuckAfter = cmp.Or(max(j.StuckAfter, 0), defaultStuckAfter).Microseconds()
	f.dryAfter = max(f.grace/4, leastDry)
}

// Attach tells it by what the run is judged, and has the judge tell it the fates of attempts.
func (f *Fold) Attach(h history.Header, j *check.Judge) {
	f.measures(h.Judge)
	if p, err := profile.Read(h.Profile); err == nil {
		f.idle = p.Idle
	}
	f.judge = j
	j.Hear(f.fate)
}

// Step takes the next event.
func (f *Fold) Step(e history.Event) {
	at := micros(e.At)
	f.end = max(f.end, at)
	switch p := e.What.(type) {
	case history.Tick:
	case history.Phase:
		f.entered(p.Name, at)
	case history.Case:
		f.turned(p, at)
	case history.LoadStep:
		f.stepped(p, at)
	case history.Connected:
		f.marks.connected(p, at)
	case history.PublishSent:
		if l := f.lane(e.Key); l != nil {
			l.sent(f, e, p)
		}
	case history.PublishAccepted:
		f.charts.accepted.add(&f.charts.grid, at, 1)
		if l := f.lane(e.Key); l != nil {
			l.accepted(f, e, p)
		}
	case history.PublishRefused:
		if l := f.lane(e.Key); l != nil {
			l.refused(f, e, p)
		}
	case history.PublishUndecided:
		if l := f.lane(e.Key); l != nil {
			l.undecided(f, e, p)
		}
	case history.Departed:
		if l := f.lane(e.Key); l != nil {
			l.departed(f, e, p)
		}
	case history.PublishEnded:
		if l := f.lane(e.Key); l != nil {
			l.ended(f, e, p)
		}
	case history.PlayRequested, history.PlayFirst, history.PlayProgress, history.PlayRefused, history.PlayEnded, history.Watched, history.Stall:
		f.played(e, at)
	default:
		f.marks.step(e, at)
		f.charts.step(e, at)
	}
	if f.items > maxItems {
		f.thin()
	}
}

// fate takes what the judge made of an attempt.
func (f *Fold) fate(t check.Fate) {
	switch t.End {
	case check.EndRefused:
		class, role := slices.Index(Classes, string(t.Class)), roleOf(t.Role)
		if t.Rightly {
			class = rightly
		} else if class < 0 {
			class = closed
		}
		at := micros(t.At)
		f.charts.refused[class].add(&f.charts.grid, at, 1)
		l := f.lane(t.Key)
		if l == nil && !t.Rightly {
			l = f.makeRoom(t.Key)
		}
		if l == nil {
			f.gone.ticks++
			return
		}
		l.bad = l.bad || !t.Rightly && role != contender
		l.ticks = append(l.ticks, Tick{At: at, Class: class, Role: role, Epoch: t.Epoch, N: 1})
		f.items++
	case check.EndAccepted:
		if t.Back {
			f.charts.recovery.add(&f.charts.grid, micros(t.At), t.Recovery.Microseconds(), 1)
			f.spreads.record("recovery", t.Left, t.Recovery.Microseconds())
		}
		if l := f.lanes[t.Key]; l != nil {
			l.fate(f, t)
		}
	}
}

const owner, contender, settling = 0, 1, 2

func roleOf(r history.Role) int { return max(slices.Index(Roles, string(r)), owner) }

// lane is that of a key, nil if there are too many.
func (f *Fold) lane(key string) *lane {
	if l := f.lanes[key]; l != nil || key == "" {
		return l
	}
	if len(f.order) >= maxLanes {
		f.left[key] = struct{}{}
		return nil
	}
	l := newLane(key)
	l.apart = f.load
	f.lanes[key] = l
	f.order = append(f.order, l)
	return l
}

// makeRoom gives the lane of a key on which nothing went wrong to one on which something did, nil if there is none.
func (f *Fold) makeRoom(key string) *lane {
	for f.tail > 0 && key != "" {
		f.tail--
		old := f.order[f.tail]
		if old.bad {
			continue
		}
		f.gone.add(old)
		f.items -= old.items()
		for _, p := range old.players {
			p.leave(f)
			delete(f.players, p.actor)
		}
		delete(f.lanes, old.key)
		delete(f.left, key)
		f.left[old.key] = struct{}{}
		l := newLane(key)
		f.lanes[key], f.order[f.tail] = l, l
		return l
	}
	return nil
}

// maxSpans bounds phases and cases.
const maxSpans = 10_000

func (f *Fold) entered(name string, at int64) {
	f.endPhase(at)
	f.load = f.load || name == "storm" && len(f.order) > 0 && len(f.cases) == 0
	if f.stormEnd < 0 && (name == "settling" || name == "end") && !f.inCase {
		f.stormEnd = at
	}
	if name != "end" && len(f.phases) < maxSpans {
		f.phases = append(f.phases, Span{Name: text(name, 40), From: at})
		f.phase = true
	}
}

func (f *Fold) endPhase(at int64) {
	if f.phase {
		last := &f.phases[len(f.phases)-1]
		last.Len = max(at-last.From, 0)
		f.phase = false
	}
}

// stepped takes a step of a load: of several each is a span of its own, "#3: 300" for the third with 300. That is no sentence, for a span
// has one name in all languages.
func (f *Fold) stepped(p history.LoadStep, at int64) {
	name := fmt.Sprintf("#%d: %d", p.Step, p.To)
	switch f.steps++; {
	case f.steps == 1:
		f.step = name
		return
	case f.steps == 2 && f.phase:
		f.phases[len(f.phases)-1].Name = f.step
	}
	f.entered(name, at)
}

// turned takes the beginning or the end of a case. Its storm is its own.
func (f *Fold) turned(c history.Case, at int64) {
	if f.inCase {
		last := &f.cases[len(f.cases)-1]
		last.Len = max(at-last.From, 0)
		f.inCase = false
		for _, l := range f.order {
			l.rest(f, at, c.State == "end")
		}
	}
	f.endPhase(at)
	if c.State == "begin" && len(f.cases) < maxSpans {
		f.cases = append(f.cases, Span{Name: text(check.CaseName(c.Name), 80), From: at})
		f.inCase, f.stormEnd = true, -1
	}
}

// Finish says that the run is over, and tells its story. The keys of order come first, as a Result has them; those that it does
// not name follow by their names.
func (f *Fold) Finish(order []string) Story {
	f.endPhase(f.end)
	if f.inCase {
		last := &f.cases[len(f.cases)-1]
		last.Len = max(f.end-last.From, 0)
	}
	for _, l := range f.order {
		l.finish(f)
	}
	if f.items > maxItems {
		f.thin()
	}
	s := Story{
		End: f.end, Phases: f.phases, Cases: f.cases, Lanes: f.told(order), KeysLeft: int64(len(f.left)), Marks: f.marks.told(),
		Charts: f.charts.told(f.end), Spreads: f.spreads.told(f.judge),
	}
	s.Thinned = f.thinned(s)
	for _, list := range []*[]Span{&s.Phases, &s.Cases} {
		if *list == nil {
			*list = []Span{}
		}
	}
	return s
}

// told are the lanes in their order.
func (f *Fold) told(order []string) []Lane {
	rank := make(map[string]int, len(order))
	for i, key := range order {
		if key = Name(key); rank[key] == 0 {
			rank[key] = i + 1
		}
	}
	type ranked struct {
		*lane
		name string
		rank int
	}
	sorted := make([]ranked, 0, len(f.order))
	for _, l := range f.order {
		name := Name(l.key)
		sorted = append(sorted, ranked{l, name, cmp.Or(rank[name], len(order)+1)})
	}
	slices.SortFunc(sorted, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.name, b.name), cmp.Compare(a.key, b.key))
	})
	lanes := make([]Lane, 0, len(sorted))
	for _, l := range sorted {
		l.sort()
		lanes = append(lanes, l.told(l.name))
	}
	return lanes
}

// thinned says what of the run is not told one by one.
func (f *Fold) thinned(s Story) []Thinned {
	of, kept := f.gone, tallies{}
	for _, l := range f.order {
		of.add(l)
	}
	for _, l := range s.Lanes {
		kept.bars += int64(len(l.Bars))
		kept.ticks += int64(len(l.Ticks))
		kept.gaps += int64(len(l.Gaps))
		for _, p := range l.Players {
			kept.sessions += int64(len(p.Sessions))
			kept.dry += int64(len(p.Dry))
		}
	}
	out := []Thinned{}
	for _, t := range []Thinned{
		{"bars", kept.bars, of.bars}, {"ticks", kept.ticks, of.ticks}, {"gaps", kept.gaps, of.gaps},
		{"sessions", kept.sessions, of.sessions}, {"dry", kept.dry, of.dry}, {"marks", int64(len(s.Marks)), f.marks.heard},
		{"keys", int64(len(s.Lanes)), int64(len(s.Lanes)) + s.KeysLeft},
	} {
		if t.Kept < t.Of {
			out = append(out, t)
		}
	}
	return out
}

// add counts what the items of a lane stand for.
func (t *tallies) add(l *lane) {
	for i := range l.bars {
		t.bars += l.bars[i].N
	}
	for i := range l.ticks {
		t.ticks += l.ticks[i].N
	}
	for i := range l.gaps {
		t.gaps += l.gaps[i].N
	}
	for _, p := range l.players {
		for i := range p.sessions {
			t.sessions += p.sessions[i].N
		}
		for i := range p.dry {
			t.dry += p.dry[i].N
		}
	}
}

// Name is how a key stands in a Story: fit to be shown, whatever the key of a history is.
func Name(key string) string { return text(key, 200) }

// text makes a stranger's text fit to be shown, and cuts it to so many bytes.
func text(s string, most int) string {
	return foreign.Cut(foreign.Clean(s[:min(len(s), foreign.MaxRaw)]), most)
}

// micros is a time in µs. Nothing happened before the run.
func micros(d time.Duration) int64 { return max(d.Microseconds(), 0) }
