// Package chaos makes publishers leave and come straight back while players pull, and sees whether the server lets them.
//
//  1. A Spec is what the user asked; NewPlan turns it into a Plan: per key an endless row of cycles (how long to be live,
//     how to leave, how long to stay away, with which connection to return), drawn from the seed alone.
//     NewScripted makes one of Scripts instead, whose cycles are written by hand and come to an end; package smoke does.
//  2. The storm gives each key to one goroutine, which walks its cycles over real sockets: publish, hold, depart, return,
//     and retry where it is refused. Contenders try the keys in mid-live.
//  3. The settling then asks of each key that is still refused whether it ever becomes usable again.
//
// Nothing here judges. What was attempted and what came back goes to the history, and report/check makes findings of it.
package chaos

import (
	"errors"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
)

// Spec is what a user asks of a chaos run.
type Spec struct {
	Load load.Spec
	// Live is how long a publish lives, from its acceptance to the departure. Default 500 ms.
	Live time.Duration
	// Gap is how long the publisher stays away. Default 0.
	Gap Gap
	// Leave is how it leaves. Default fin, rst and unpublish alike.
	Leave Leave
	// Contenders is how many other publishers try a key in mid-live on every fourth cycle. Default 1.
	Contenders int
	// Armed says that the next connection is negotiated ahead of the departure. Default true.
	Armed bool
	// ArmedGiven says that the user chose Armed; without a choice a sweep measures both.
	ArmedGiven bool
	// Grace is how soon a key has to be usable again; StuckAfter is when it counts as stuck. Defaults 1 s and 10 s.
	Grace, StuckAfter time.Duration
}

// DefaultSpec is the run of `flvstorm chaos` without flags.
func DefaultSpec() Spec {
	leave, err := ParseLeave("fin,rst,unpublish")
	if err != nil {
		panic(err)
	}
	return Spec{
		Load: load.DefaultSpec(), Live: 500 * time.Millisecond, Leave: leave, Contenders: 1, Armed: true,
		Grace: time.Second, StuckAfter: 10 * time.Second,
	}
}

// Validate returns every problem of the spec at once, each one line with a hint.
func (s Spec) Validate() error {
	var problems []error
	if err := s.Load.Validate(); err != nil {
		problems = append(problems, err)
	}
	if s.Live < time.Millisecond || s.Live > load.MaxDuration {
		problems = append(problems, phrase.Errorf(phrase.ChaosLive, s.Live))
	}
	if s.Contenders < 0 || s.Contenders > maxContenders {
		problems = append(problems, phrase.Errorf(phrase.ChaosContenders, s.Contenders, maxContenders))
	}
	if s.Grace < time.Millisecond || s.Grace > time.Hour {
		problems = append(problems, phrase.Errorf(phrase.ChaosGrace, s.Grace))
	}
	if s.Grace <= time.Hour && s.StuckAfter < s.Grace || s.StuckAfter > time.Hour {
		problems = append(problems, phrase.Errorf(phrase.ChaosStuckAfter, s.StuckAfter, s.Grace))
	}
	if need := s.needs(); need >= s.Load.Duration && s.Load.Duration > 0 && s.Live > 0 {
		problems = append(problems, phrase.Errorf(phrase.ChaosDuration, s.Load.Duration, &s.Gap, need))
	}
	return errors.Join(problems...)
}

// needs is the shortest duration that sees one return, or one walk down the ladder of a sweep.
func (s Spec) needs() time.Duration {
	if !s.Gap.Sweep {
		return s.Live + s.Gap.To
	}
	var total time.Duration
	for _, rung := range s.Gap.ladder() {
		total += s.Live + rung
	}
	return total
}

// ValidateFor returns what is wrong with the spec against a server of this profile: a silent departure needs as much
// time as the server may take to notice.
func (s Spec) ValidateFor(p *profile.Profile) error {
	if !s.Leave.silent() {
		return nil
	}
	if need := p.Idle.Until(0, s.Live) + s.Live + s.Gap.To; need > s.Load.Duration {
		return phrase.Errorf(phrase.ChaosVanish, s.Load.Duration, p.Name, p.Idle.Until(0, s.Live)-s.Live, need)
	}
	return nil
}

// maxContenders bounds how many publishers may try one key at once.
const maxContenders = 1000
