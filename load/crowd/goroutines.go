package crowd

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
)

// goroutineRead is the size of the buffer that each player of this engine holds.
const goroutineRead = 16 << 10

// goroutines is the engine of one goroutine a player. It costs some 30 KB a player, and is for TLS and for systems without epoll.
type goroutines struct {
	crowd *Crowd
	all   []*desk
	next  atomic.Uint32

	mu      sync.Mutex
	ctx     context.Context // of run, nil before
	waiting []*player       // for run
	stopped bool
	playing sync.WaitGroup
}

func newGoroutines(c *Crowd) *goroutines {
	g := &goroutines{crowd: c}
	for range runtime.GOMAXPROCS(0) {
		d := &desk{}
		c.furnish(d)
		g.all = append(g.all, d)
	}
	return g
}

func (g *goroutines) desks() []*desk { return g.all }

func (g *goroutines) run(ctx context.Context) error {
	g.mu.Lock()
	g.ctx = ctx
	for _, p := range g.waiting {
		g.start(p)
	}
	g.waiting = nil
	g.mu.Unlock()
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-ticker.C:
			for _, d := range g.all {
				d.mu.Lock()
				d.now = d.cfg.Sink.Now()
				d.sweep(func(p *player) bool { return p.manner == slow }) // of whom it can't be known here
				d.mu.Unlock()
			}
		}
	}
	g.mu.Lock()
	g.stopped = true
	g.mu.Unlock()
	g.playing.Wait()
	return nil
}

func (g *goroutines) join(p *player) {
	p.d = g.all[g.next.Add(1)%uint32(len(g.all))]
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.stopped:
	case g.ctx == nil:
		g.waiting = append(g.waiting, p)
	default:
		g.start(p)
	}
}

// start starts a player; mu is held.
func (g *goroutines) start(p *player) {
	ctx, cancel := context.WithCancel(g.ctx)
	p.cancel = cancel
	g.playing.Go(func() {
		defer cancel()
		(&alone{player: p}).run(ctx)
	})
}

func (g *goroutines) part(p *player) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.cancel != nil {
		p.cancel()
	}
	for i, w := range g.waiting {
		if w == p {
			g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
			return
		}
	}
}

// alone is a player on a goroutine of its own.
type alone struct {
	*player
	buf []byte
}

// do deals with the player.
func (a *alone) do(what func()) {
	a.d.mu.Lock()
	defer a.d.mu.Unlock()
	a.d.now = a.d.cfg.Sink.Now()
	what()
}

// run plays until ctx ends.
func (a *alone) run(ctx context.Context) {
	due := a.due
	a.do(func() { a.d.seat(a.player) })
	defer a.do(a.leaves)
	for a.pause(ctx, due) {
		a.do(a.begin)
		due = a.session(ctx)
	}
}

// pause waits until due and then for the gate. It reports whether the next session may begin.
func (a *alone) pause(ctx context.Context, due time.Duration) bool {
	for wait := due - a.d.cfg.Sink.Now(); ; wait = gateEvery {
		if !sleep(ctx, wait) {
			return false
		}
		may := false
		if a.do(func() { may = a.mayBegin() }); may {
			return true
		}
	}
}

// sleep reports whether so much time has passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// session makes one session and returns when the next is due.
func (a *alone) session(ctx context.Context) (due time.Duration) {
	for {
		nc, err := a.dial(ctx)
		if err != nil {
			if ctx.Err() == nil {
				a.do(func() { due = a.unreached(err) })
			}
			return due
		}
		err = a.connection(ctx, nc)
		switch {
		case ctx.Err() != nil:
			return 0
		case err == errMoved:
			a.do(func() {
				a.dials()
				a.began = a.d.now
			})
			continue
		case a.manner == churn && errors.Is(err, os.ErrDeadlineExceeded), err == errEnough:
			a.do(func() { due = a.left() })
		default:
			a.do(func() { due = a.ended(err) })
		}
		return due
	}
}

// errEnough ends the session of an idle player, which can't see that its connection has ended.
var errEnough = errors.New("held for long enough")

func (a *alone) dial(ctx context.Context) (net.Conn, error) {
	to := a.here()
	if to.err != nil {
		return nil, to.err
	}
	ctx, cancel := context.WithTimeout(ctx, load.DialWithin)
	defer cancel()
	return a.d.cfg.Road.Dial(ctx, load.Network(to.url), to.host.addr)
}

// connection asks and reads to the end of the connection, or until the player has enough.
func (a *alone) connection(ctx context.Context, nc net.Conn) error {
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	defer nc.Close()
	if n := a.buffer(); n > 0 {
		if tcp, ok := target.Below(nc).(interface{ SetReadBuffer(int) error }); ok {
			tcp.SetReadBuffer(n)
		}
	}
	var tcp time.Duration
	a.do(func() {
		tcp = a.d.now - a.began
		a.connected(nc.LocalAddr().String())
	})
	if _, err := nc.Write(a.here().request); err != nil {
		return err
	}
	a.do(func() { a.requested(tcp) })
	switch a.manner {
	case idle:
		sleep(ctx, load.StallFor)
		return errEnough
	case churn:
		nc.SetReadDeadline(time.Now().Add(a.stays()))
	}
	return a.read(ctx, nc)
}

// read reads to the end of the connection.
func (a *alone) read(ctx context.Context, nc net.Conn) error {
	if a.buf == nil {
		a.buf = make([]byte, goroutineRead)
	}
	b := a.buf
	if a.manner == slow {
		b = b[:min(len(b), a.sip())]
	}
	for {
		if a.manner == slow && !sleep(ctx, sipEvery) {
			return ctx.Err()
		}
		n, err := nc.Read(b)
		if n > 0 {
			a.d.cfg.Gate.Touch()
			var failed error
			if a.do(func() { failed = a.fed(b[:n]) }); failed != nil {
				return failed
			}
		}
		if err != nil {
			return a.wire(err)
		}
	}
}
