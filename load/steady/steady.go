// Package steady runs the steady half of flvstorm: it walks the steps of a load (load/ramp), has a fleet publish and a crowd play
// by them, and tells once a second what came of it.
//
//  1. start: the publishers join and get some time to be accepted.
//  2. storm: step by step, players come when they are due and leave when they are too many. A search asks a judge after each step.
//  3. The players leave, then the publishers, and the run is over.
//
// One goroutine does all of that; what it hands out never blocks it. So when somebody is due, and when a run ends, hangs on the
// plan alone, whatever the server does. All time is that of the Sink, which is monotonic; the clock of the machine is never asked.
package steady

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/fleet"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/report/history"
)

// Crowd plays; *crowd.Crowd is one. Only Run blocks: until its context ends, and then all players have left.
type Crowd interface {
	Run(ctx context.Context) error
	Join(crowd.Seat)
	Leave(n int)
	// Coming is how many have joined and not got a stream yet.
	Coming() int
	Sample() []history.CrowdSample
}

// Fleet publishes; *fleet.Fleet is one. Only Run blocks: until its context ends, and then all publishers have departed.
type Fleet interface {
	Run(ctx context.Context) error
	Join(fleet.Berth)
	Leave(n int)
	Sample() history.FleetSample
	Publishing() int
}

// Self watches the generator; *selfwatch.Watch is one. Run blocks until its context ends.
type Self interface {
	Run(ctx context.Context)
	Sample() history.SelfSample
}

// Stream is a key, and where it is played.
type Stream struct {
	Key, Stream, URL string
}

// Run is one run under steady load. All fields are set before Run is called.
type Run struct {
	Sink history.Sink
	// Walk says how many are wanted when: players over all Streams, or publishers where there is no Crowd, each of a stream of its own.
	Walk ramp.Walk
	// Arrivals is how fast they come; zero is as the Walk says. The publishers of a Crowd's streams come before, 500 a second.
	Arrivals ramp.Arrivals
	// Streams are what is published and played. Players are spread evenly over them.
	Streams []Stream
	Mix     ramp.Mix
	Seed    int64

	// Crowd is nil in a run of publishers alone, Fleet in one of players alone, Self where nobody watches.
	Crowd Crowd
	Fleet Fleet
	Self  Self
	// Witnesses is how many of the first players of each stream are Witness and not of the Crowd; load.AllWitnesses is all. Witness plays
	// on a seat until ctx ends; the run waits for it.
	Witnesses int
	Witness   func(ctx context.Context, seat crowd.Seat)

	// Judge says whether the load of a step held. It is asked when all events of the step have been recorded, and has to answer soon, or
	// soon after ctx ends: that nobody knows, then. A Walk with Measured steps needs one.
	Judge func(ctx context.Context, step int) (held, ours bool, why []string)
	// Beside, if any, goes on beside the storm, on other keys. over is closed when the storm is; the run then waits for it. It records no
	// Phase but a settling of its own: the others are the run's to tell.
	Beside func(ctx context.Context, over <-chan struct{})
	// Scale is how many times slower than usual the server may be. Default 1.
	Scale float64
}

const (
	// patience is how long publishers have to be accepted before the players come, and a judge to answer.
	patience = 10 * time.Second
	// publishersPace is how many publishers a second join before the players do.
	publishersPace = 500
	// lookEvery is how often fleet and crowd are asked whether all have come.
	lookEvery = 20 * time.Millisecond
)

// Validate says what the caller has forgotten.
func (r *Run) Validate() error {
	switch most := r.Walk.Most(); {
	case r.Crowd == nil && r.Fleet == nil:
		return errors.New("steady: neither a crowd nor a fleet")
	case len(r.Streams) == 0, r.Crowd == nil && most > len(r.Streams):
		return fmt.Errorf("steady: %d streams for %d publishers", len(r.Streams), most)
	case r.Witnesses != 0 && r.Witness == nil:
		return errors.New("steady: witnesses and nobody to play them")
	}
	return nil
}

// Run makes the run. It returns when every goroutine of it is gone: after the last step of the walk, or soon after ctx ends. The cause of
// that is told as load.Over does. An error means that we failed, and the run ended for that.
func (r *Run) Run(ctx context.Context) error {
	if err := r.Validate(); err != nil {
		return err
	}
	s := newStorm(r)
	r.Sink.Record(history.Event{Actor: "run", What: history.Phase{Name: "start"}})

	// What publishes and plays is sent home in an order of its own, also when ctx ends.
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	watch := begin(context.WithoutCancel(ctx), stop, func(ctx context.Context) error {
		if r.Self != nil {
			r.Self.Run(ctx)
		}
		return nil
	})
	publishing := begin(context.WithoutCancel(ctx), stop, func(ctx context.Context) error {
		if r.Fleet == nil {
			return nil
		}
		return r.Fleet.Run(ctx)
	})
	playing := begin(context.WithoutCancel(ctx), stop, func(ctx context.Context) error {
		if r.Crowd == nil {
			return nil
		}
		return r.Crowd.Run(ctx)
	})

	beside, over := make(chan struct{}), make(chan struct{})
	if s.publish(working) {
		r.Sink.Record(history.Event{Actor: "run", What: history.Phase{Name: "storm"}})
		go func() {
			defer close(beside)
			if r.Beside != nil {
				r.Beside(working, over)
			}
		}()
		s.walk(working)
	} else {
		close(beside)
	}
	s.windows.take(r.Sink.Now())
	close(over)
	s.seats.dismiss()
	err := errors.Join(playing.end(), publishing.end())
	<-beside
	err = errors.Join(err, watch.end())
	load.Over(context.Cause(ctx), r.Sink)
	return err
}

// work is something that goes on in a goroutine of its own until it is ended.
type work struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// begin begins do, and calls failed when that fails.
func begin(ctx context.Context, failed context.CancelCauseFunc, do func(context.Context) error) *work {
	ctx, cancel := context.WithCancel(ctx)
	w := &work{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		if w.err = do(ctx); w.err != nil {
			failed(w.err)
		}
	}()
	return w
}

// end ends it and waits for that.
func (w *work) end() error {
	w.cancel()
	<-w.done
	return w.err
}
