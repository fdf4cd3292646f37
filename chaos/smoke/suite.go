package smoke

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// ErrDead is what a Stage returns when the server is dead and stays so.
var ErrDead = errors.New("the server is dead")

// Stage makes one run of a case's plan against the server, and returns when it is over. A server that died and is ours it
// starts again. It returns ErrDead when there is no server any more, and other errors when we failed; what the server does
// wrong is none. A ctx that ends is none either.
type Stage func(ctx context.Context, c Case, plan chaos.Plan) error

// Suite is the cases of a run.
type Suite struct {
	Cases []Case
	// Repeat is how often they are gone through, 1 if zero. Each round has streams of its own.
	Repeat  int
	Setting Setting
}

// Run takes every case through the stage, in order, and tells sink where each begins and ends, or why it is skipped: it makes
// no sense in the setting, or the server died, or ctx ended. A case of a later round has its name again. At the end it tells
// that the run is over, as a chaos.Run does. The error is the stage's, where we failed; the cases that then remain are skipped
// too.
func (s Suite) Run(ctx context.Context, sink history.Sink, stage Stage) (failed error) {
	tell := func(c history.Case) { sink.Record(history.Event{Actor: "run", What: c}) }
	why := "" // nothing more can be tried
	settles := slices.ContainsFunc(s.Cases, func(c Case) bool { return c.again })
	var died error
	for round := range max(1, s.Repeat) {
		setting := s.Setting.in(round)
		for _, c := range s.Cases {
			if why == "" && ctx.Err() != nil {
				why = phrase.English.Say(phrase.SmokeStopped, context.Cause(ctx))
			}
			if why != "" {
				tell(history.Case{Name: c.Name, State: "skipped", Why: why})
				continue
			}
			if senseless, skip := c.Skip(setting); skip {
				tell(history.Case{Name: c.Name, State: "skipped", Why: senseless})
				continue
			}
			plan := c.Plan(setting)
			// What is stuck stays stuck: it is enough to wait for that once, when all keys are published again.
			plan.Unsettled = settles && !c.again
			if !c.again {
				setting.Earlier = append(setting.Earlier, streams(plan)...)
			}
			tell(history.Case{Name: c.Name, State: "begin", Plan: plan.Print()})
			err := stage(ctx, c, plan)
			tell(history.Case{Name: c.Name, State: "end"})
			switch {
			case errors.Is(err, ErrDead):
				died = load.ErrServerDead
				why = phrase.English.Say(phrase.SmokeDied, c.Name)
			case err != nil && ctx.Err() == nil:
				failed = fmt.Errorf("smoke %s: %w", c.Name, err)
				why = phrase.English.Say(phrase.SmokeFailed, c.Name, phrase.English.Render(err))
			}
		}
	}
	load.Over(cmp.Or(context.Cause(ctx), died), sink)
	return failed
}

// in is the setting of a round, from 0.
func (s Setting) in(round int) Setting {
	if name := s.Name; round > 0 {
		s.Name = func(of string) string { return name(fmt.Sprintf("%s-r%d", of, round+1)) }
	}
	s.Earlier = nil
	return s
}

func streams(p chaos.Plan) []string {
	var names []string
	for _, k := range p.Load.Keys {
		names = append(names, k.Stream)
	}
	return names
}

// Peak is how many publishers and players a case has at the same time, at most; contenders come on top.
func (s Suite) Peak() (publishers, players int) {
	for _, c := range s.Cases {
		if _, skip := c.Skip(s.Setting); skip || c.again {
			continue
		}
		here := 0
		keys := c.Plan(s.Setting).Load.Keys
		for _, k := range keys {
			here += len(k.Players)
		}
		publishers, players = max(publishers, len(keys)), max(players, here)
	}
	return publishers, players
}

// Lasts is how long the suite takes, about, on a server that does everything right.
func (s Suite) Lasts() (total time.Duration) {
	for round := range max(1, s.Repeat) {
		setting := s.Setting.in(round)
		for _, c := range s.Cases {
			if _, skip := c.Skip(setting); skip {
				continue
			}
			plan := c.Plan(setting)
			setting.Earlier = append(setting.Earlier, streams(plan)...)
			total += plan.Spec.Load.Duration - plan.Spec.Grace - spare
		}
	}
	return total
}
