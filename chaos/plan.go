package chaos

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/load"
)

// Plan is what a run attempts: who connects (load.Plan), and how each key's publisher comes and goes. It hangs on the
// spec and the seed alone; how the kernel interleaves it is not in it.
type Plan struct {
	Spec Spec
	Load load.Plan
}

// Cycle is one publish of a key and what follows it.
type Cycle struct {
	Live       time.Duration `json:"live_ns"`
	Leave      string        `json:"leave"`
	Gap        time.Duration `json:"gap_ns"`
	Armed      bool          `json:"armed"`
	Contenders int           `json:"contenders,omitempty"`

	departure Departure
}

// NewPlan makes the plan of spec. Names and keys of streams are made by name and key, as in load.NewPlan.
func NewPlan(spec Spec, name func(i int) string, key func(stream string) string) Plan {
	return Plan{Spec: spec, Load: load.NewPlan(spec.Load, name, key, spec.Live)}
}

// contendEvery is how often a key is contended for: on every fourth cycle.
const contendEvery = 4

// contendFrom is the shortest life in which a contender finds its middle.
const contendFrom = 100 * time.Millisecond

// Cycles draws the cycles of one key, in order and without end.
type Cycles struct {
	spec  Spec
	rng   *rand.Rand
	index int // of the key
	n     int // cycles drawn
	rungs []time.Duration
	each  int // cycles on each rung of a sweep
}

// Cycles returns the source of the cycles of key i of the plan.
func (p Plan) Cycles(i int) *Cycles {
	c := &Cycles{spec: p.Spec, index: i, rng: load.Rand(p.Spec.Load.Seed, "pub/"+strconv.Itoa(i))}
	if p.Spec.Gap.Sweep {
		c.rungs = p.Spec.Gap.ladder()
		// Leave a tenth of the time for acceptance and retries, so that the walk reaches the last rung.
		c.each = max(1, int(p.Spec.Load.Duration*9/10/max(1, p.Spec.needs())))
	}
	return c
}

// Next draws the next cycle.
func (c *Cycles) Next() Cycle {
	n := c.n
	c.n++
	d := c.spec.Leave.draw(c.rng)
	cycle := Cycle{Live: c.spec.Live, Leave: d.Name, Gap: c.spec.Gap.draw(c.rng), Armed: c.spec.Armed, departure: d}
	if c.rungs != nil {
		cycle.Gap = c.rungs[min(n/c.each, len(c.rungs)-1)]
		if !c.spec.ArmedGiven {
			// Each key keeps to one way of returning, so that a key poisoned by the one says nothing about the other.
			cycle.Armed = c.index%2 == 0
		}
	}
	// Keys take turns, so that some key is contended for in every round.
	if (n+c.index)%contendEvery == contendEvery-1 && c.spec.Live >= contendFrom {
		cycle.Contenders = c.spec.Contenders
	}
	return cycle
}

// Bounds of what Print shows: enough to see what was asked, however long the run.
const (
	printedKeys    = 50
	printedCycles  = 25
	printedPlayers = 10
)

// Print returns the plan as it stands in a history: the spec, and the first cycles of the first keys.
func (p Plan) Print() map[string]any {
	type key struct {
		load.KeyPlan
		Cycles []Cycle `json:"cycles"`
	}
	keys := make([]key, 0, min(len(p.Load.Keys), printedKeys))
	for i, k := range p.Load.Keys[:cap(keys)] {
		draw := p.Cycles(i)
		k.Players = k.Players[:min(len(k.Players), printedPlayers)]
		shown := min(printedCycles, int(p.Spec.Load.Duration/p.Spec.Live)+1)
		cycles := make([]Cycle, shown)
		for n := range cycles {
			cycles[n] = draw.Next()
		}
		keys = append(keys, key{k, cycles})
	}
	return map[string]any{
		"kind": "chaos", "streams": p.Spec.Load.Streams, "players": p.Spec.Load.Players,
		"duration_ns": p.Spec.Load.Duration, "live_ns": p.Spec.Live, "gap": p.Spec.Gap.String(), "sweep": p.Spec.Gap.Sweep,
		"leave": p.Spec.Leave.String(), "armed": p.Spec.Armed, "contenders": p.Spec.Contenders, "keys": keys,
	}
}
