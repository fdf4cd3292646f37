package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/threshold"
)

// limit judges the steps of a search for the largest load, while it goes on. It hears the events of the run as every judge does, and
// answers for a step when it has heard that it is over.
type limit struct {
	holds *threshold.Threshold
	of    string
	fold  *check.LoadFold
	there attendance
	said  chan answer
}

// answer is what came of a step.
type answer struct {
	step       int
	held, ours bool
	why        []string
}

// lateWindows is how many of a step's windows we may be late in and still blame the server: one is a hiccup of the machine.
const lateWindows = 1

// oursMostly says that we were late in most of the windows: what held then was another load than was asked for.
func oursMostly(g check.Generator) bool {
	return g.LateWindows > lateWindows && 2*g.LateWindows > g.Windows
}

// leastThere is which part of those that a step wanted must have been there at once for its load to have been there at all. Whoever is turned
// away stalls for no time, and sees no first frame late: a server that refuses all but the first thousand would hold any load.
const leastThere = 0.95

// attendance is how many of those that the load is of were there while a step was measured: of players the prompt and the slow ones, for
// those that churn are on their way at any moment, and idle ones never see anything.
type attendance struct {
	of        string
	now, best moment
}

// moment is one of them: the samples that end together.
type moment struct {
	at            time.Duration
	wanted, there int
}

// take adds what a sample says. Its moment is over with the first of another.
func (a *attendance) take(at time.Duration, wanted, there int) {
	if at != a.now.at {
		a.end()
		a.now = moment{at: at}
	}
	a.now.wanted += wanted
	a.now.there += there
}

// end ends the moment, and keeps it if more were there than ever.
func (a *attendance) end() {
	if a.now.there >= a.best.there {
		a.best = a.now
	}
}

// step takes the next event.
func (a *attendance) step(e history.Event) {
	switch s := e.What.(type) {
	case history.LoadStep, history.LoadHolds:
		a.now, a.best = moment{at: e.At}, moment{}
	case history.CrowdSample:
		if m := load.Manner(s.Manner); a.of == "players" && m != load.Churn && m != load.Idle {
			a.take(e.At, s.Wanted, s.Playing+s.Dry)
		}
	case history.FleetSample:
		if a.of == "publishers" {
			a.take(e.At, s.Wanted, s.Publishing+s.Blocked)
		}
	case history.LoadStepEnded:
		a.end()
	}
}

// short says that too few were there.
func (a *attendance) short() bool { return float64(a.best.there) < leastThere*float64(a.best.wanted) }

// The names that an expression of a search may use: what there is of each step. A load of publishers has no players, and what these never did
// would hold of any.
var (
	ofSteps = threshold.NamesOf(struct {
		Load report.LoadFigures `json:"load"`
	}{}, nil)
	ofPublishers = threshold.NamesOf(struct {
		Load struct {
			Measured report.Millis `json:"measured_ms"`
			report.Publishes
			Generator report.Generator `json:"generator"`
		} `json:"load"`
	}{}, nil)
)

func newLimit(expr, of string) (*limit, error) {
	names := ofSteps
	if of == "publishers" {
		names = ofPublishers
	}
	holds, err := threshold.Compile(expr, names)
	if err != nil {
		return nil, err
	}
	return &limit{holds: holds, of: of, fold: check.NewLoad(), there: attendance{of: of}, said: make(chan answer, 1)}, nil
}

// Step takes the next event.
func (l *limit) Step(e history.Event) {
	l.fold.Step(e)
	l.there.step(e)
	over, ok := e.What.(history.LoadStepEnded)
	if !ok {
		return
	}
	a := l.answer(over.Step)
	select {
	case <-l.said: // nobody asked for the last one
	default:
	}
	l.said <- a
}

func (l *limit) answer(n int) answer {
	step, ok := l.fold.Of(n)
	if !ok {
		return answer{step: n, ours: true, why: []string{phrase.English.Say(phrase.LoadNotMeasured)}}
	}
	text, err := json.Marshal(report.OfStep(l.of, step))
	var doc map[string]any
	if err == nil {
		err = json.Unmarshal(text, &doc)
	}
	if err != nil {
		return answer{step: n, ours: true, why: []string{err.Error()}}
	}
	out := l.holds.Check(doc)
	short := l.there.short()
	a := answer{step: n, held: out.True && out.Undecided == "" && !short}
	if g := step.Figures.Generator; a.held && oursMostly(g) {
		a.held, a.ours = false, true
		a.why = []string{phrase.English.Say(phrase.LoadOursMostly, g.LateWindows, g.Windows)}
		return a
	}
	if a.held {
		return a
	}
	if out.Undecided != "" {
		a.why = append(a.why, out.Undecided)
	}
	if !out.True || out.Undecided != "" {
		for _, v := range out.Values {
			if v.Value != nil || out.Undecided == "" { // why there is none is said already
				a.why = append(a.why, v.String())
			}
		}
	}
	if short {
		id := phrase.LoadFewPlayers
		if l.of == "publishers" {
			id = phrase.LoadFewPublishers
		}
		a.why = append(a.why, phrase.English.Say(id, l.there.best.there, l.there.best.wanted))
	}
	a.ours = step.Figures.Generator.LateWindows > lateWindows || short && step.Figures.Plays.Limited > 0
	return a
}

// Judge waits for the answer to a step.
func (l *limit) Judge(ctx context.Context, step int) (held, ours bool, why []string) {
	for {
		select {
		case a := <-l.said:
			if a.step == step {
				return a.held, a.ours, a.why
			}
		case <-ctx.Done():
			return false, true, []string{phrase.English.Say(phrase.LoadNotMeasured)}
		}
	}
}
