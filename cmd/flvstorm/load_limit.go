package main

import (
	"context"
	"encoding/json"

	"github.com/flvstorm/flvstorm/internal/phrase"
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

// ofSteps are the names that an expression of a search may use: what there is of each step.
var ofSteps = threshold.NamesOf(struct {
	Load report.LoadFigures `json:"load"`
}{}, nil)

func newLimit(expr, of string) (*limit, error) {
	holds, err := threshold.Compile(expr, ofSteps)
	if err != nil {
		return nil, err
	}
	return &limit{holds: holds, of: of, fold: check.NewLoad(), said: make(chan answer, 1)}, nil
}

// Step takes the next event.
func (l *limit) Step(e history.Event) {
	l.fold.Step(e)
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
	a := answer{step: n, held: out.True && out.Undecided == ""}
	if a.held {
		return a
	}
	if out.Undecided != "" {
		a.why = append(a.why, out.Undecided)
	}
	for _, v := range out.Values {
		a.why = append(a.why, v.String())
	}
	a.ours = step.Figures.Generator.LateWindows > lateWindows
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
			return false, true, nil
		}
	}
}
