package crowd

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// loops is the engine of epoll.
type loops struct {
	loops []*loop
	next  atomic.Uint32 // whose turn it is to get a player
}

func newLoops(c *Crowd) (engine, bool) {
	n := c.cfg.Loops
	if n <= 0 {
		n = min(2, runtime.GOMAXPROCS(0))
	}
	e := &loops{loops: make([]*loop, n)}
	for i := range e.loops {
		e.loops[i] = newLoop(c)
	}
	return e, true
}

func (e *loops) run(ctx context.Context) error {
	for i, l := range e.loops {
		if err := l.open(); err != nil {
			for _, opened := range e.loops[:i] {
				opened.close()
			}
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	errs := make([]error, len(e.loops))
	for i, l := range e.loops {
		running.Go(func() {
			errs[i] = l.run(ctx)
			cancel() // no crowd of which a part stands still
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *loops) join(p *player) {
	l := e.loops[e.next.Add(1)%uint32(len(e.loops))]
	p.d = &l.desk
	l.post(order{what: joins, player: p})
}

func (e *loops) part(p *player) {
	// p.d is written once, before the player is known to anybody else.
	for _, l := range e.loops {
		if p.d == &l.desk {
			l.post(order{what: leaves, player: p})
		}
	}
}

func (e *loops) desks() []*desk {
	var all []*desk
	for _, l := range e.loops {
		all = append(all, &l.desk)
	}
	return all
}
