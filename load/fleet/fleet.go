package fleet

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// negotiators is how many publishes are negotiated at once. Who is due meanwhile waits, and that counts in its latency.
	negotiators = 512
	// leavers is how many departures are made at once. They wait for nothing but their own reader.
	leavers = 16
	// defaultGrace is for how long a refused publish is tried again quickly.
	defaultGrace = time.Second
	// slowest is the longest wait between two tries: a fleet is many.
	slowest = 2 * time.Second
)

// Config says what a fleet publishes with.
type Config struct {
	Publishers *load.Publishers
	// Endpoint is where the publisher of a stream goes.
	Endpoint func(stream string) target.Endpoint
	// Grace is for how long a server may refuse a key that has just lost its publisher; tries are quick meanwhile. Default 1 s.
	Grace time.Duration
}

// Berth is a place in the fleet: what is published by whom, and from when on the run's clock.
type Berth struct {
	Key    string
	Stream string
	Actor  string
	Due    time.Duration
}

// Fleet is the publishers of a run under steady load.
type Fleet struct {
	cfg   Config
	sink  history.Sink
	every time.Duration // from picture to picture

	woken chan struct{}
	aside sync.WaitGroup // goroutines that wait for one publisher
	talk  crew           // negotiates
	part  crew           // departs

	mu     sync.Mutex
	over   bool
	wheel  wheel
	crowd  []*publisher // in the order of joining; those that left are gone
	joined int
	told   []*publisher // whom the server has told something
	epochs map[string]*atomic.Uint32
	tally  tally
}

// New makes a fleet; Run makes it sail.
func New(cfg Config) *Fleet {
	cfg.Grace = cmp.Or(cfg.Grace, defaultGrace)
	f := &Fleet{
		cfg: cfg, sink: cfg.Publishers.Sink, woken: make(chan struct{}, 1), epochs: map[string]*atomic.Uint32{},
		every: pictures(cfg.Publishers.Clip),
	}
	f.talk.size, f.part.size = negotiators, leavers
	return f
}

// Run paces the publishers that have joined and join until ctx ends. It returns when all have departed and every socket is
// closed, which no server can delay for long.
func (f *Fleet) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.pace(ctx)

	f.mu.Lock()
	f.over = true
	for _, p := range f.crowd {
		f.dismiss(p)
	}
	f.crowd = nil
	f.mu.Unlock()
	cancel()
	f.talk.wait()
	f.aside.Wait()
	f.part.wait()
	return nil
}

// Join takes a publisher in. It never blocks, and may be called before Run; after Run has ended it does nothing.
func (f *Fleet) Join(b Berth) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return
	}
	epoch := f.epochs[b.Key]
	if epoch == nil {
		epoch = &atomic.Uint32{}
		f.epochs[b.Key] = epoch
	}
	p := &publisher{fleet: f, Berth: b, epoch: epoch, number: f.joined, state: waiting}
	p.due, p.wanted, p.base, p.pace.Slowest = b.Due, b.Due, b.Due, slowest
	f.joined++
	f.crowd = append(f.crowd, p)
	f.wheel.add(p)
	f.wake()
}

// Leave lets the n publishers depart that joined last. It never blocks.
func (f *Fleet) Leave(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	keep := max(0, len(f.crowd)-max(n, 0))
	for _, p := range f.crowd[keep:] {
		f.dismiss(p)
	}
	clear(f.crowd[keep:])
	f.crowd = f.crowd[:keep]
}

// dismiss lets p depart; f.mu is held. Who has p in hand sees that it is leaving and does the rest.
func (f *Fleet) dismiss(p *publisher) {
	p.leaving = true
	if p.cancel != nil {
		p.cancel()
	}
	switch p.state {
	case waiting:
		f.wheel.remove(p)
		p.state = gone
	case publishing:
		f.wheel.remove(p)
		f.depart(p)
	}
}

// Publishing is how many publishers are accepted and have not been ended.
func (f *Fleet) Publishing() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, p := range f.crowd {
		if p.accepted {
			n++
		}
	}
	return n
}

// Taken reports whether the server takes what is sent: somebody publishes, and more than every second without being held up.
func (f *Fleet) Taken() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	publishing, held := 0, 0
	for _, p := range f.crowd {
		if !p.accepted {
			continue
		}
		publishing++
		if p.state == blocked {
			held++
		}
	}
	return publishing > 2*held
}

// wake makes the pacing goroutine look at once.
func (f *Fleet) wake() {
	select {
	case f.woken <- struct{}{}:
	default:
	}
}
