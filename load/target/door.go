package target

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Door is the gate before one address. It closes when a connection to it fails, and its Watch opens it again.
type Door struct {
	watch *Watch
	place
	next  time.Duration // no probe before; of the Watch's goroutine alone
	up    atomic.Bool
	mu    sync.Mutex
	opens chan struct{} // closed when it opens; a new one each time it closes
}

func (d *Door) init(w *Watch, at place) {
	d.watch, d.place = w, at
	d.up.Store(true)
}

// Wait returns nil when the gate is open, and ctx's error when ctx ends first.
func (d *Door) Wait(ctx context.Context) error {
	for d.closed() && ctx.Err() == nil {
		d.mu.Lock()
		opens := d.opens
		d.mu.Unlock()
		if !d.closed() {
			break
		}
		select {
		case <-opens:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// Report tells how a connection through the gate went: history.WireNone when the server answered, else how it failed.
func (d *Door) Report(wire history.Wire) {
	switch wire {
	case history.WireRefused, history.WireTimeout, history.WireUnreachable:
		d.shut()
		d.watch.knock()
	case history.WireNone, history.WireStatus:
		d.watch.Touch()
	}
}

// Touch says that something came from the server.
func (d *Door) Touch() { d.watch.Touch() }

// Open reports whether Wait would return at once, for those who can't wait.
func (d *Door) Open() bool { return !d.closed() }

func (d *Door) closed() bool { return !d.up.Load() }

func (d *Door) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed() {
		d.opens = make(chan struct{})
		d.up.Store(false)
	}
}

func (d *Door) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed() {
		d.up.Store(true)
		close(d.opens)
	}
}
