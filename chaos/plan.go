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
	// Scripts are what the keys of Load do, in their order. Without any, what they do is drawn.
	Scripts []Script
	// Unsettled says that nobody asks at the end whether what is refused ever becomes usable: a later run of the same keys does.
	Unsettled bool
}

// Cycle is one publish of a key and what follows it.
type Cycle struct {
	Live       time.Duration `json:"live_ns"`
	Leave      string        `json:"leave"`
	Gap        time.Duration `json:"gap_ns"`
	Armed      bool          `json:"armed"`
	Contenders int           `json:"contenders,omitempty"`
	// Until, if any, is when it leaves, from the start of the storm, where several keys are to leave in the same instant; Live is
	// then the least that it lives. Only scripts have it.
	Until time.Duration `json:"until_ns,omitempty"`
	// Clip names the one of Run.Clips that it sends; empty is what every publisher sends. Only scripts have it.
	Clip string `json:"clip,omitempty"`

	departure Departure
	then      string // the Clip of the next cycle
}

// NewPlan makes the plan of spec. Names and keys of streams are made by name and key, as in load.NewPlan.
func NewPlan(spec Spec, name func(i int) string, key func(stream string) string) Plan {
	return Plan{Spec: spec, Load: load.NewPlan(spec.Load, name, key, spec.Live)}
}

// contendEvery is how often a key is contended for: on every fourth cycle.
const contendEvery = 4

// contendFrom is the shortest life in which a contender finds its middle.
const contendFrom = 100 * time.Millisecond

// Cycles draws the cycles of one key in order, without end unless they are those of a script.
type Cycles struct {
	script []Cycle

	spec  Spec
	rng   *rand.Rand
	index int // of the key
	n     int // cycles drawn
	rungs []time.Duration
	each  int // cycles on each rung of a sweep
}

// Cycles returns the source of the cycles of key i of the plan.
func (p Plan) Cycles(i int) *Cycles {
	if p.Scripts != nil {
		return &Cycles{script: p.Scripts[i].Cycles}
	}
	c := &Cycles{spec: p.Spec, index: i, rng: load.Rand(p.Spec.Load.Seed, "pub/"+strconv.Itoa(i))}
	if p.Spec.Gap.Sweep {
		c.rungs = p.Spec.Gap.ladder()
		// Leave a tenth of the time for acceptance and retries, so that the walk reaches the last rung.
		c.each = max(1, int(p.Spec.Load.Duration*9/10/max(1, p.Spec.needs())))
	}
	return c
}

// Next draws the next cycle. It reports false when a script is over.
func (c *Cycles) Next() (cycle Cycle, ok bool) {
	n := c.n
	c.n++
	if c.rng == nil {
		if n >= len(c.script) {
			return Cycle{}, false
		}
		return c.script[n], true
	}
	d := c.spec.Leave.draw(c.rng)
	cycle = Cycle{Live: c.spec.Live, Leave: d.Name, Gap: c.spec.Gap.draw(c.rng), Armed: c.spec.Armed, departure: d}
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
	return cycle, true
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
		Rival  *Rival  `json:"rival,omitempty"`
	}
	keys := make([]key, 0, min(len(p.Load.Keys), printedKeys))
	for i, k := range p.Load.Keys[:cap(keys)] {
		draw := p.Cycles(i)
		k.Players = k.Players[:min(len(k.Players), printedPlayers)]
		shown := key{KeyPlan: k}
		for range min(printedCycles, int(p.Spec.Load.Duration/max(1, p.Spec.Live))+1) {
			cycle, more := draw.Next()
			if !more {
				break
			}
			shown.Cycles = append(shown.Cycles, cycle)
		}
		if p.Scripts != nil {
			shown.Rival = p.Scripts[i].Rival
		}
		keys = append(keys, shown)
	}
	if p.Scripts != nil {
		return map[string]any{
			"kind": "script", "streams": p.Spec.Load.Streams, "players": p.Spec.Load.Players, "witnesses": p.Spec.Load.Witnesses,
			"duration_ns": p.Spec.Load.Duration, "keys": keys,
		}
	}
	return map[string]any{
		"kind": "chaos", "streams": p.Spec.Load.Streams, "players": p.Spec.Load.Players, "witnesses": p.Spec.Load.Witnesses,
		"duration_ns": p.Spec.Load.Duration, "live_ns": p.Spec.Live, "gap": p.Spec.Gap.String(), "sweep": p.Spec.Gap.Sweep,
		"leave": p.Spec.Leave.String(), "armed": p.Spec.Armed, "contenders": p.Spec.Contenders, "keys": keys,
	}
}
