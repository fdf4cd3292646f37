package chaos

import (
	"context"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// crowd is the players of a run: they come with the storm, half of them stay for the settling, and a key that needs to
// be without viewers sends its own away.
type crowd struct {
	run *Run
	wg  sync.WaitGroup

	mu    sync.Mutex
	seats map[string][]*seat // by key
}

// seat is one player and the way to end it. gone is closed when its last connection is closed; called brings the time of the
// departure that it waits for.
type seat struct {
	plan   load.PlayerPlan
	cancel context.CancelFunc
	called chan time.Duration
	gone   chan struct{}
}

func newCrowd(r *Run) *crowd {
	return &crowd{run: r, seats: map[string][]*seat{}}
}

// join starts every player of the plan at its time.
func (c *crowd) join(ctx context.Context) {
	sounds := c.run.sounds()
	for i, k := range c.run.Plan.Load.Keys {
		url := c.run.PlayURL(k.Stream)
		for _, plan := range k.Players {
			ctx, cancel := context.WithCancel(ctx)
			s := &seat{plan: plan, cancel: cancel, called: make(chan time.Duration, 1), gone: make(chan struct{})}
			c.seats[k.Key] = append(c.seats[k.Key], s)
			c.wg.Go(func() {
				defer close(s.gone)
				from := c.run.began
				if plan.After > 0 {
					select {
					case from = <-s.called:
					case <-ctx.Done():
						return
					}
				}
				if !sleep(ctx, from+plan.StartAt-c.run.Sink.Now()) {
					return
				}
				p := c.run.Player()
				p.Key, p.Actor, p.URL, p.Manner, p.Witness = k.Key, plan.Actor, url, plan.Manner, plan.Witness
				p.Sound = sounds[i]
				if err := p.Run(ctx); err != nil {
					c.run.Sink.Record(history.Event{
						Key: p.Key, Actor: p.Actor, What: history.OwnTrouble{Code: "internal", Detail: err.Error()},
					})
				}
			})
		}
	}
}

// call lets the players in that have waited for departure n of a key, which was made at the given time.
func (c *crowd) call(key string, n int, at time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.seats[key] {
		if s.plan.After == n {
			s.called <- at // each departure is made once
		}
	}
}

// halve sends every second player of each key away.
func (c *crowd) halve() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, seats := range c.seats {
		var stay []*seat
		for i, s := range seats {
			if i%2 == 0 {
				stay = append(stay, s)
				continue
			}
			s.cancel()
		}
		c.seats[key] = stay
	}
}

// leave sends the players of a key away, and returns when their connections are closed.
func (c *crowd) leave(key string) {
	c.mu.Lock()
	seats := c.seats[key]
	c.seats[key] = nil
	c.mu.Unlock()
	for _, s := range seats {
		s.cancel()
	}
	for _, s := range seats {
		<-s.gone
	}
}

// leaveAll sends every player away.
func (c *crowd) leaveAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, seats := range c.seats {
		for _, s := range seats {
			s.cancel()
		}
	}
}

// on returns how many players a key has.
func (c *crowd) on(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seats[key])
}

// wait returns when every player is gone.
func (c *crowd) wait() { c.wg.Wait() }
