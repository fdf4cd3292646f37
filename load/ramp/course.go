package ramp

import (
	"math/rand/v2"
	"time"
)

// Course goes through one step: who comes when, and who leaves when.
type Course struct {
	step     Step
	arrivals Arrivals
	rng      *rand.Rand
	here     int
	at       time.Duration // of the last change
	free     time.Duration // before this the arrivals let nobody in
}

// Change is one arrival (By is 1) or a departure of some (By is negative), At so long after the beginning of the step.
type Change struct {
	At time.Duration
	By int
}

// Course begins the step with this many there. Arrivals bound how fast the missing ones come; zero Arrivals let everybody in when the line
// gets to him, and all at once where it jumps.
func (s Step) Course(here int, a Arrivals, rng *rand.Rand) *Course {
	return &Course{step: s, arrivals: a, rng: rng, here: here, free: a.Next(rng, 0)}
}

// Next is the next change, and false when the step wants no more. Changes come in the order of At. Those that arrivals put off may lie
// beyond the end of the step.
func (c *Course) Next() (Change, bool) {
	if spare := c.here - c.step.Wanted(c.at); spare > 0 {
		return c.change(c.at, -spare), true
	}
	if c.step.To >= c.step.From {
		if c.here >= c.step.To {
			return Change{}, false
		}
		return c.arrive(max(c.free, c.step.gets(max(c.here+1, c.step.From)))), true
	}
	if at := max(c.at, c.free); c.step.Wanted(at) > c.here {
		return c.arrive(at), true
	}
	if c.here <= c.step.To {
		return Change{}, false
	}
	return c.change(c.step.gets(c.here-1), -1), true
}

func (c *Course) arrive(at time.Duration) Change {
	c.free = c.arrivals.Next(c.rng, at)
	return c.change(at, 1)
}

func (c *Course) change(at time.Duration, by int) Change {
	c.at = at
	c.here += by
	return Change{At: at, By: by}
}
