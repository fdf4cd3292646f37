package chaos

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// Epochs numbers the attempts of keys over several runs, for an epoch stands for one publish of a key in the whole history.
// The zero value is ready; it is for one run at a time.
type Epochs struct {
	last map[string]*atomic.Uint32 // by key
}

// of is the number of the key's last attempt.
func (e *Epochs) of(key string) *atomic.Uint32 {
	if e == nil {
		return new(atomic.Uint32)
	}
	if e.last == nil {
		e.last = map[string]*atomic.Uint32{}
	}
	if e.last[key] == nil {
		e.last[key] = new(atomic.Uint32)
	}
	return e.last[key]
}

// Run is one chaos run. All fields are set before Run is called.
type Run struct {
	Plan       Plan
	Sink       history.Sink
	Gate       load.Gate
	Publishers *load.Publishers
	// Endpoint and PlayURL tell where a stream is published and played.
	Endpoint func(stream string) target.Endpoint
	PlayURL  func(stream string) string
	// Player returns a player that is ready to run, but for key, actor, URL and manner, which the run fills in.
	Player func() *load.Player
	// Clips are what cycles name that send something else than Publishers.Clip; nil where none does.
	Clips map[string]*media.Clip
	// Epochs goes on numbering the attempts of keys that an earlier run published already; nil where none did.
	Epochs *Epochs
	// Over, if any, ends the storm when it is closed. The run is then the guest of another, which tells how the whole goes on: it records
	// no phase but the settling, and not what ended it.
	Over <-chan struct{}

	began   time.Duration
	players *crowd
}

// lookBack is how long the players of a plan without a settling stay after its last departure.
const lookBack = 200 * time.Millisecond

// Run makes the storm and then, unless the plan says otherwise, the settling. It returns when every goroutine and socket of it is gone: after the
// duration and the settling, or soon after ctx ends.
func (r *Run) Run(ctx context.Context) {
	r.phase("start")
	r.players = newCrowd(r)
	defer r.players.wait()
	defer r.players.leaveAll()

	r.began = r.Sink.Now()
	var keys []*key
	for i, plan := range r.Plan.Load.Keys {
		k := &key{
			run: r, plan: plan, to: r.Endpoint(plan.Stream), cycles: r.Plan.Cycles(i), goneAt: r.began, epoch: r.Epochs.of(plan.Key),
			awaited: slices.ContainsFunc(plan.Players, func(p load.PlayerPlan) bool { return p.After > 0 }),
		}
		keys = append(keys, k)
		if r.Plan.Scripts != nil && r.Plan.Scripts[i].Rival != nil {
			keys = append(keys, k.contested(r.Plan.Scripts[i].Rival))
		}
	}
	r.phase("storm")
	r.players.join(ctx)
	r.storm(ctx, keys)
	if r.Plan.Unsettled {
		sleep(ctx, lookBack) // the last departures are to be felt while their viewers are still there
	}
	if context.Cause(ctx) == nil && !r.Plan.Unsettled {
		r.Sink.Record(history.Event{Actor: "run", What: history.Phase{Name: "settling"}})
		r.players.halve()
		each(keys, func(k *key) { k.settle(ctx) })
	}
	if r.Over == nil {
		load.Over(context.Cause(ctx), r.Sink)
	}
}

// phase tells that the run enters a phase, where that is its own to tell.
func (r *Run) phase(name string) {
	if r.Over == nil {
		r.Sink.Record(history.Event{Actor: "run", What: history.Phase{Name: name}})
	}
}

// sounds are what holds of the sound of all that is published under each key.
func (r *Run) sounds() []media.Sound {
	known := map[string]media.Sound{}
	of := func(clip string) media.Sound {
		if _, ok := known[clip]; !ok {
			known[clip] = cmp.Or(r.Clips[clip], r.Publishers.Clip).Sound()
		}
		return known[clip]
	}
	all := make([]media.Sound, len(r.Plan.Load.Keys))
	for i := range all {
		all[i] = of("")
		if r.Plan.Scripts == nil {
			continue
		}
		cycles := r.Plan.Scripts[i].Cycles
		all[i] = of(cycles[0].Clip)
		if rival := r.Plan.Scripts[i].Rival; rival != nil {
			cycles = slices.Concat(cycles, rival.Cycles)
		}
		for _, c := range cycles[1:] {
			all[i] = all[i].With(of(c.Clip))
		}
	}
	return all
}

// storm walks every key through its cycles until the duration is over, or all scripts are, and waits for all that it started.
func (r *Run) storm(ctx context.Context, keys []*key) {
	ctx, cancel := context.WithTimeout(ctx, r.Plan.Spec.Load.Duration)
	if r.Over != nil {
		var host sync.WaitGroup
		defer host.Wait()
		storming := ctx.Done()
		host.Go(func() {
			select {
			case <-r.Over:
				cancel()
			case <-storming:
			}
		})
	}
	defer cancel()
	each(keys, func(k *key) { k.walk(ctx) })
}

// each runs f for every key at once and waits for all.
func each(keys []*key, f func(*key)) {
	var wg sync.WaitGroup
	for _, k := range keys {
		wg.Go(func() { f(k) })
	}
	wg.Wait()
}
