package ramp

import "time"

// Walk gives out the steps of a run, one after the other.
type Walk interface {
	// Next is the next step, and false when there is none.
	Next() (Step, bool)
	// Waited tells by how much the step that is under way is longer than planned.
	Waited(d time.Duration)
	// Judged tells how the last step went if it was Measured: whether the load held, and why not. With ours nobody knows, for the
	// generator itself was at its limit.
	Judged(held, ours bool, why []string)
	// Most is how many a step can want.
	Most() int
}

// Fixed is a walk whose steps are known beforehand.
type Fixed struct {
	steps []Step
	given int
}

// NewHold is the walk of a plain run: load, for the duration in all. Who arrives at a rate comes within it: where it is too
// short for all, not all come.
func NewHold(load int, a Arrivals, duration time.Duration) *Fixed {
	over := min(a.Take(load), duration)
	return &Fixed{steps: []Step{{N: 1, Why: WhyHold, From: load, To: load, Over: over, Hold: duration - over}}}
}

// NewStages walks along stages as ParseStages returns them. A slope is a step, and what is level is one, whatever points are on it.
func NewStages(stages []Stage) *Fixed {
	f := new(Fixed)
	for i := 1; i < len(stages); i++ {
		a, b := stages[i-1], stages[i]
		switch n := len(f.steps); {
		case a.At == b.At: // the next step begins where this jump ends
		case a.Load == b.Load && n > 0 && f.steps[n-1].To == a.Load && f.steps[n-1].Over == 0:
			f.steps[n-1].Hold += b.At - a.At
		case a.Load == b.Load:
			f.steps = append(f.steps, Step{N: n + 1, Why: WhyStage, From: a.Load, To: a.Load, Hold: b.At - a.At})
		default:
			f.steps = append(f.steps, Step{N: n + 1, Why: WhyStage, From: a.Load, To: b.Load, Over: b.At - a.At})
		}
	}
	return f
}

// Next is the next step.
func (f *Fixed) Next() (Step, bool) {
	if f.given == len(f.steps) {
		return Step{}, false
	}
	f.given++
	return f.steps[f.given-1], true
}

// Waited changes nothing.
func (f *Fixed) Waited(time.Duration) {}

// Judged changes nothing.
func (f *Fixed) Judged(held, ours bool, why []string) {}

// Most is the most that a step wants.
func (f *Fixed) Most() int {
	most := 0
	for _, s := range f.steps {
		most = max(most, s.From, s.To)
	}
	return most
}

// Length is how long all the steps take.
func (f *Fixed) Length() time.Duration {
	var all time.Duration
	for _, s := range f.steps {
		all += s.Length()
	}
	return all
}
