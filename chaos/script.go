package chaos

import (
	"fmt"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/load"
)

// Script is what is planned for one key by hand: its publishes one by one, where a storm draws them without end. With the
// departure of the last the key is done and nobody returns. A plan of scripts is over when all of its keys are.
type Script struct {
	Stream  string        `json:"stream"`
	StartAt time.Duration `json:"start_at_ns"` // of the first publish, from the start of the storm
	// Cycles are its publishes, at least one. Gap and Armed say how the next one comes, so those of the last say nothing.
	Cycles  []Cycle    `json:"cycles"`
	Players []Entrance `json:"players,omitempty"`
	Rival   *Rival     `json:"rival,omitempty"`
}

// Entrance is the coming of one player of a Script.
type Entrance struct {
	Manner load.Manner `json:"manner"`
	// After is the number of the departure that it waits for, from 1: it comes into the gap that follows. Zero waits for none.
	After int `json:"after,omitempty"`
	// Wait is how long after that departure, or after the key's start, it comes.
	Wait time.Duration `json:"wait_ns"`
}

// Rival is a second publisher of a key. Unlike a contender it does not give up: refused while the owner lives, it tries
// again as anybody does who is refused, and when the script's own publisher has left for good it has its turn.
type Rival struct {
	StartAt time.Duration `json:"start_at_ns"` // from the start of the storm
	Cycles  []Cycle       `json:"cycles"`
}

// NewScripted makes a plan of scripts; streams get their keys by key. Of spec it wants the seed, the duration that bounds
// the storm, and the judgement's times. A script that names a departure which there is not is a mistake in the program,
// and panics.
func NewScripted(spec Spec, scripts []Script, key func(stream string) string) Plan {
	spec.Load.Streams, spec.Load.Players, spec.Live = len(scripts), 0, 0
	p := Plan{Spec: spec, Scripts: slices.Clone(scripts)}
	for i, s := range p.Scripts {
		k := load.KeyPlan{Key: key(s.Stream), Stream: s.Stream, StartAt: s.StartAt}
		for n, e := range s.Players {
			at := e.Wait
			if e.After == 0 {
				at += s.StartAt
			}
			k.Players = append(k.Players, load.PlayerPlan{
				Actor: fmt.Sprintf("play/%s/%d", k.Key, n), Manner: e.Manner, After: e.After, StartAt: at,
			})
		}
		spec.Load.AppointWitnesses(k.Players)
		p.Load.Keys = append(p.Load.Keys, k)
		p.Scripts[i].Cycles = written(s.Cycles)
		if s.Rival != nil {
			rival := *s.Rival
			rival.Cycles = written(rival.Cycles)
			p.Scripts[i].Rival = &rival
		}
		p.Spec.Load.Players = max(p.Spec.Load.Players, len(s.Players))
		for _, c := range s.Cycles {
			p.Spec.Live = max(p.Spec.Live, c.Live)
		}
	}
	p.Load.Spec = p.Spec.Load
	return p
}

// written returns the cycles of a script ready to be walked: each knows how to leave, and what the next one sends.
func written(cycles []Cycle) []Cycle {
	cycles = slices.Clone(cycles)
	for n := range cycles {
		c := &cycles[n]
		i := slices.IndexFunc(Departures, func(d Departure) bool { return d.Name == c.Leave })
		if i < 0 {
			panic("chaos: a script with the departure " + c.Leave)
		}
		c.departure = Departures[i]
		if n > 0 {
			cycles[n-1].then = c.Clip
		}
	}
	if n := len(cycles); n > 0 {
		cycles[n-1].Gap, cycles[n-1].Armed = 0, false
	}
	return cycles
}

// Lasts is how long the script takes where nothing is refused, from the start of the storm.
func (s Script) Lasts() time.Duration {
	own := s.StartAt
	for _, c := range s.Cycles {
		own = max(own+c.Live, c.Until) + c.Gap
	}
	if s.Rival != nil {
		for _, c := range s.Rival.Cycles {
			own += c.Live + c.Gap
		}
	}
	return own
}

// contested is the key as its second publisher sees it. Both number their attempts together.
func (k *key) contested(by *Rival) *key {
	plan := k.plan
	plan.StartAt, plan.Players = by.StartAt, nil
	k.over = make(chan time.Duration, 1)
	return &key{
		run: k.run, plan: plan, to: k.to, cycles: &Cycles{script: by.Cycles}, epoch: k.epoch, goneAt: k.goneAt, owner: k, contends: true,
	}
}
