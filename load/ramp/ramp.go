// Package ramp is the plan of a steady load: how many are wanted when, and when each of them is due. It knows no clock, no socket
// and no server.
//
//  1. Flags become values: Stages, Arrivals, and the Mix of manners.
//  2. A Walk gives out Steps, one after the other: the one of a plain run, those of --stages, or those of a Search, which asks
//     after each whether the load held.
//  3. A Course goes through one step and says when who comes and when who leaves.
//
// All is open-loop: when somebody is due hangs on the plan and the seed alone, never on how a server answers. A server that is
// slow finds the next ones at its door all the same.
package ramp

import (
	"math/bits"
	"time"
)

// Why there is a step, as history.LoadStep says it.
const (
	WhyHold   = "hold"
	WhyStage  = "stage"
	WhySearch = "search"
)

// Step is a part of a run: how many are wanted goes from From to To while Over lasts, in a straight line, and is To while Hold
// lasts.
type Step struct {
	N   int // the number of the step, from 1
	Why string
	// From and To are how many are wanted. Where they come at a rate of their own (Arrivals), all are wanted at once, From is To,
	// and Over is how long their coming should take.
	From, To   int
	Over, Hold time.Duration
	// Measured says that the walk wants to be told by Judged how the step went. Hold counts from when all have come then, however
	// late that is; any other step is over after Over and Hold.
	Measured bool
	// Grace is for how long a Measured step waits, after all have come, for those who have got no stream yet, so that what their coming does
	// to the server is not taken for what the load does. Then it is measured as it is.
	Grace time.Duration
}

// Length is how long the step takes by plan.
func (s Step) Length() time.Duration { return s.Over + s.Hold }

// Wanted is how many are wanted so long after the step began. On the way up somebody is wanted as soon as the line gets to him; on
// the way down he is until it does.
func (s Step) Wanted(since time.Duration) int {
	switch {
	case since >= s.Over:
		return s.To
	case since <= 0:
		return s.From
	case s.To < s.From:
		return s.From - int(part(uint64(s.From-s.To), uint64(since), uint64(s.Over)))
	}
	return s.From + int(part(uint64(s.To-s.From), uint64(since), uint64(s.Over)))
}

// gets is when Wanted first is n on its way from From to To, neither of which n lies beyond.
func (s Step) gets(n int) time.Duration {
	way, whole := n-s.From, s.To-s.From
	if way == 0 || s.Over == 0 {
		return 0
	}
	if whole < 0 {
		way, whole = -way, -whole
	}
	// The least t with way ≤ whole·t/Over.
	at := part(uint64(way), uint64(s.Over), uint64(whole))
	if int(part(uint64(whole), at, uint64(s.Over))) < way {
		at++
	}
	return time.Duration(at)
}

// part is a·b/c, rounded down; a is at most c or b is. The product of an hour in ns and a hundred thousand players needs more than
// 64 bits.
func part(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	q, _ := bits.Div64(hi, lo, c)
	return q
}
