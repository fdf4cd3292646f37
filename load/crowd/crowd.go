// Package crowd is thousands of HTTP-FLV players on one machine, at the lowest cost that its kernel allows.
//
//  1. Whoever runs a load gives it Seats: a Player of a crowd joins, asks for its stream again and again as package load's Player does,
//     and leaves when it is told to.
//  2. An engine deals with the connections. On Linux a few loops wait for all of them by epoll(7), and read into one buffer each; a
//     player that waits holds none. Elsewhere, and for TLS, each player has a goroutine.
//  3. A parser takes what was read. It checks each tag header and says how many bytes of bodies nobody needs to see; the kernel
//     drops these (MSG_TRUNC, tcp(7)).
//  4. What the players make of it is counted, by manner, until Sample takes the counts; what happens to each of them is told as events.
//     A playback models whether the viewer behind the player would see moving pictures.
//
// It promises that latency counts from when a session was due, that a limit of this machine is no refusal of the server's, and that
// nothing a server sends makes it hold more than some kilobytes for a player.
package crowd

import (
	"context"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// The engines.
const (
	Epoll     = "epoll"     // a few loops; Linux, without TLS
	Goroutine = "goroutine" // one goroutine a player
)

// Gate is what a load.Gate is to those who can't wait at it. A *target.Door is one.
type Gate interface {
	// Open reports whether a connection may be made.
	Open() bool
	// Report and Touch are those of load.Gate.
	Report(history.Wire)
	Touch()
}

// Config says how a crowd plays.
type Config struct {
	Sink history.Sink
	// Gate is asked before each connection; nil is one that is always open.
	Gate Gate
	// Road leads to the server, and says where connections are made from. Default one without detours.
	Road *target.Road
	// Agent is the User-Agent. Default "flvstorm".
	Agent string
	// Buffer is how much a player has before it begins to show it. Default 1 s.
	Buffer time.Duration
	// Source is the run's id, as its publishers have it: frames of other runs and other keys have no epoch. Zero takes every stamp.
	Source uint32
	// Seed is that of the run, for when churning players leave.
	Seed int64
	// Engine is Epoll or Goroutine. Default Epoll where there is one; by TLS it is Goroutine all the same.
	Engine string
	// Loops is of how many loops Epoll has. Default 2, or as many as there are cores if these are fewer.
	Loops int
}

// Seat is one player.
type Seat struct {
	Key   string
	Actor string
	// URL is where the stream is pulled: http://host[:port]/path?query, or https://.
	URL string
	// Manner is load.Prompt, Slow, Churn or Idle. Default Prompt.
	Manner load.Manner
	// Rate is how fast a Slow one reads, bit/s.
	Rate int
	// Stay is how long a Churn one stays in the mean.
	Stay time.Duration
	// Due is when its first session is due, on the clock of the Sink. Zero is now.
	Due time.Duration
}

// engine deals with the connections of players.
type engine interface {
	// run blocks until ctx ends. When it returns, all players have left.
	run(ctx context.Context) error
	// join and part take and release a player. They never block, and may be called from any goroutine, also before run.
	join(p *player)
	part(p *player)
	desks() []*desk
}

// Crowd is many players. Its methods may be called from any goroutine.
type Crowd struct {
	cfg     Config
	pages   pages
	own     load.Trouble
	plain   engine
	secure  engine // the same where plain is of goroutines
	mu      sync.Mutex
	joined  []seated // in the order in which they came
	stopped bool
}

// seated is a player and who deals with it.
type seated struct {
	player *player
	with   engine
}

// New makes a crowd of nobody.
func New(cfg Config) (*Crowd, error) {
	if cfg.Gate == nil {
		cfg.Gate = openGate{}
	}
	if cfg.Road == nil {
		cfg.Road = new(target.Road)
	}
	if cfg.Agent == "" {
		cfg.Agent = "flvstorm"
	}
	if cfg.Buffer <= 0 {
		cfg.Buffer = time.Second
	}
	c := &Crowd{cfg: cfg}
	c.pages = pages{cfg: &c.cfg, pages: map[string]*page{}, hosts: map[string]*host{}}
	goroutines := newGoroutines(c)
	c.secure, c.plain = goroutines, goroutines
	switch cfg.Engine {
	case "", Epoll:
		loops, ok := newLoops(c)
		if ok {
			c.plain = loops
		} else if cfg.Engine == Epoll {
			return nil, phrase.Errorf(phrase.CrowdEngine, cfg.Engine, Goroutine)
		}
	case Goroutine:
	default:
		return nil, phrase.Errorf(phrase.CrowdEngine, cfg.Engine, Goroutine)
	}
	return c, nil
}

// furnish makes a desk one of the crowd's.
func (c *Crowd) furnish(d *desk) { d.cfg, d.pages, d.own = &c.cfg, &c.pages, &c.own }

// Run plays until ctx ends, and returns when every connection is closed. The last event of each player that has begun a session is a
// PlayEnded with WireOurs. An error means that the crowd could not be run at all.
func (c *Crowd) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.stopped, c.joined = true, nil
	}()
	if c.plain == c.secure {
		return c.plain.run(ctx)
	}
	tls := make(chan error, 1)
	go func() { tls <- c.secure.run(ctx) }()
	err := c.plain.run(ctx)
	cancel()
	if also := <-tls; err == nil {
		err = also
	}
	return err
}

// Join adds a player. Its session begins when it is due, or now; one that was due before is late, and says so.
func (c *Crowd) Join(s Seat) {
	due := s.Due
	if due == 0 {
		due = c.cfg.Sink.Now()
	}
	p := &player{
		page: c.pages.of(s.URL), key: s.Key, actor: s.Actor, manner: mannerOf(s.Manner), rate: s.Rate, stay: s.Stay,
		source: media.SourceOf(c.cfg.Source, s.Key), due: due, wanted: due, fd: -1,
	}
	p.wait.Slowest = slowest
	if p.manner == churn {
		p.rng = load.Rand(c.cfg.Seed, s.Actor)
	}
	with := c.plain
	if p.page.secure() {
		with = c.secure
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopped {
		c.joined = append(c.joined, seated{p, with})
		with.join(p)
	}
}

// Leave makes the n that joined last leave, or all if there are fewer.
func (c *Crowd) Leave(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ; n > 0 && len(c.joined) > 0; n-- {
		last := &c.joined[len(c.joined)-1]
		last.with.part(last.player)
		*last = seated{}
		c.joined = c.joined[:len(c.joined)-1]
	}
}

// Coming is how many have joined and never got a frame yet; an idle one has come when it has asked. That somebody who had a stream has
// lost it, and asks again, is none of it.
func (c *Crowd) Coming() int {
	c.mu.Lock()
	n := len(c.joined)
	c.mu.Unlock()
	engines := []engine{c.plain, c.secure}
	if c.secure == c.plain {
		engines = engines[:1]
	}
	for _, e := range engines {
		for _, d := range e.desks() {
			d.mu.Lock()
			for m := range d.counts {
				n -= d.counts[m].came
			}
			d.mu.Unlock()
		}
	}
	return max(0, n)
}

// Sample takes what happened since the call before, one a manner that somebody has. Step and For are the caller's to fill in.
func (c *Crowd) Sample() []history.CrowdSample {
	var sums [len(manners)]counts
	var dry [len(manners)][standings]int
	for _, d := range c.plain.desks() {
		d.take(&sums, &dry)
	}
	if c.secure != c.plain {
		for _, d := range c.secure.desks() {
			d.take(&sums, &dry)
		}
	}
	var samples []history.CrowdSample
	for m := range sums {
		if sums[m].used {
			samples = append(samples, sums[m].sample(manner(m), dry[m]))
		}
	}
	return samples
}

// openGate is the gate of a crowd that has none.
type openGate struct{}

func (openGate) Open() bool          { return true }
func (openGate) Report(history.Wire) {}
func (openGate) Touch()              {}
