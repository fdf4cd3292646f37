// Package sample looks at the server under test from beside, while a run goes on: at its process, and at its API.
//
//  1. A family is the process that was started and all below it. Their processor time, memory, descriptors and threads are
//     summed up as history.Usage.
//  2. The API is asked as the profile says, and read item by item: streams, clients and their addresses become history.API.
//     It is a stranger's: its answers are bounded in time and size, and no secret that opens it is ever told.
//  3. The Sampler does both side by side, once a second, and goes on after the run until the server has let go of what was
//     ours, for what a run leaves behind shows only then.
//
// What all that means, such as a leak, is for report/check to say.
package sample

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	defaultEvery  = time.Second
	defaultSettle = 3 * time.Second
	// settleEvery is the time between samples at the end.
	settleEvery = 250 * time.Millisecond
	// peersEvery is how often an API is asked for the addresses of all clients: of a thousand players that is a long list.
	peersEvery = 10 * time.Second
	// deniedEvery is how often an API is asked again that will hardly answer otherwise.
	deniedEvery = time.Minute
)

// Config says what of a server is sampled.
type Config struct {
	Sink history.Sink
	// PID tells the number of the server's process at the moment, zero while there is none; nil when nobody knows it. A
	// process that takes another's place is sampled from then on.
	PID func() int
	// Child says that the process is one that we started: then its end is told by Process, and not by the Sampler.
	Child bool
	// API is the base URL of the server's API, such as http://127.0.0.1:1985. Empty is none.
	API string
	// Profile tells how the API is asked and read.
	Profile *profile.Profile
	// Every is the time between two samples. Default 1 s.
	Every time.Duration
	// Settle is how long at the end the server gets to let go of what was ours, see Run. Default 3 s.
	Settle time.Duration
	// Env gives the secrets that the profile's API asks for. Default os.Getenv.
	Env func(string) string
	// Client asks the API, without redirects to other hosts. Default one that goes straight to it.
	Client *http.Client
}

// Sampler looks at a server while a run goes on: what its process uses, and what its API shows. Both are looked at side by
// side, each never more than once at a time, so that an API that hangs delays nothing.
type Sampler struct {
	cfg   Config
	api   *api
	began chan struct{}
	gone  chan struct{}

	// Of Run's goroutine for the process.
	family *family
	before history.Usage // the first sample of it
	ended  bool          // that it is gone is told
	tabled bool          // all processes were looked through after the run's end

	// Of Run's goroutine for the API.
	asked     time.Time // when it was last asked
	askedPeer time.Time // when it was last asked for peers, and told of some
	refused   string    // what it said when it last refused
	level     *history.API
}

// New makes a Sampler. Errors are sentences for the user: an API that can't be read, a process that isn't there.
func New(cfg Config) (*Sampler, error) {
	s := &Sampler{cfg: cfg, began: make(chan struct{}), gone: make(chan struct{})}
	if s.cfg.Every <= 0 {
		s.cfg.Every = defaultEvery
	}
	if s.cfg.Settle <= 0 {
		s.cfg.Settle = defaultSettle
	}
	if cfg.API != "" {
		var err error
		if s.api, err = newAPI(cfg.API, cfg.Profile, cfg.Env, cfg.Client); err != nil {
			return nil, err
		}
	}
	if cfg.PID != nil && !cfg.Child {
		if pid := cfg.PID(); pid != 0 {
			var err error
			if s.family, err = newFamily(pid); err != nil {
				return nil, phrase.Errorf(phrase.SampleNoProcess, pid)
			}
		}
	}
	return s, nil
}

// Look asks the API once. It fails with a sentence for the user when there is none.
func (s *Sampler) Look(ctx context.Context) (history.API, error) {
	if s.api == nil {
		return history.API{}, phrase.Errorf(phrase.SampleNoAPI, "", s.cfg.profileName(), readable())
	}
	return s.api.look(ctx, true)
}

func (c *Config) profileName() string {
	if c.Profile == nil {
		return "generic"
	}
	return c.Profile.Name
}

// Began is closed when the first sample was taken. What the run does from then on can't be taken for what was before it.
func (s *Sampler) Began() <-chan struct{} { return s.began }

// Gone is closed when a process that was there, and that isn't our child, is gone.
func (s *Sampler) Gone() <-chan struct{} { return s.gone }

// Run takes a sample at once and one each Every, until ctx ends. Then it goes on, faster, until the server has let go of all
// that it holds more than at first, or for Settle: what ctx's end closed is not closed at the server yet. It returns nil.
func (s *Sampler) Run(ctx context.Context) error {
	var first, all sync.WaitGroup
	start := func(sample func(ctx context.Context, last bool) bool) {
		first.Add(1)
		all.Go(func() { s.repeat(ctx, first.Done, sample) })
	}
	if s.cfg.PID != nil {
		start(s.process)
	}
	if s.api != nil {
		start(s.ask)
	}
	first.Wait()
	close(s.began)
	all.Wait()
	return nil
}

// repeat takes one kind of sample until ctx ends, and then until it is as it was before.
func (s *Sampler) repeat(ctx context.Context, begun func(), sample func(context.Context, bool) bool) {
	sample(ctx, false)
	begun()
	timer := time.NewTimer(s.cfg.Every)
	defer timer.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-timer.C:
			next := time.Now().Add(s.cfg.Every)
			sample(ctx, false)
			timer.Reset(max(time.Until(next), min(settleEvery, s.cfg.Every)))
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Settle)
	defer cancel()
	for !sample(last, true) {
		timer.Reset(min(settleEvery, s.cfg.Every))
		select {
		case <-last.Done():
			return
		case <-timer.C:
		}
	}
}

// process samples the process, and reports whether it holds no more descriptors than at first, or is gone.
func (s *Sampler) process(_ context.Context, last bool) bool {
	pid := s.cfg.PID()
	if pid == 0 {
		s.family = nil
		return true
	}
	if s.family == nil || s.family.head != pid {
		var err error
		if s.family, err = newFamily(pid); err != nil {
			s.family = nil
			return true
		}
	}
	use, there := s.family.use(time.Now(), last && !s.tabled)
	s.tabled = last
	if !there {
		s.end(pid)
		return true
	}
	if s.before.PID != pid {
		s.before = use
	}
	s.cfg.Sink.Record(history.Event{Actor: "server", What: use})
	return use.FDs <= s.before.FDs
}

// end tells that the process is gone, once, unless somebody else does. Its family is kept: whoever has its number from now
// on is another.
func (s *Sampler) end(pid int) {
	if s.cfg.Child || s.ended {
		return
	}
	s.ended = true
	s.cfg.Sink.Record(history.Event{Actor: "server", What: history.Process{State: "gone", PID: pid}})
	close(s.gone)
}

// ask samples the API, and reports whether it shows no more than at first, or isn't to be asked.
func (s *Sampler) ask(ctx context.Context, _ bool) bool {
	now := time.Now()
	if s.refused != "" && now.Sub(s.asked) < deniedEvery {
		return true
	}
	s.asked = now
	seen, err := s.api.look(ctx, s.peersDue(now))
	switch {
	case err != nil && ctx.Err() != nil:
		return true // the run's end, or that of its settling, cut it short
	case err != nil:
		return s.failed(err)
	}
	s.refused = ""
	if len(seen.Peers) > 0 {
		s.askedPeer = now
	}
	s.cfg.Sink.Record(history.Event{Actor: "server", What: seen})
	if s.level == nil {
		s.level = &seen
	}
	return seen.Clients <= max(s.level.Clients, 0) && live(seen) <= live(*s.level)
}

// peersDue reports whether it is time to ask for addresses: as long as none are known, and every now and then.
func (s *Sampler) peersDue(now time.Time) bool { return now.Sub(s.askedPeer) >= peersEvery }

// failed records that the API could not be asked. What will hardly change is told once.
func (s *Sampler) failed(err error) bool {
	var d denied
	lasting := errors.As(err, &d)
	said := s.refused
	if s.refused = ""; lasting {
		s.refused = err.Error()
	}
	if !lasting || said != s.refused {
		s.cfg.Sink.Record(history.Event{Actor: "server", What: history.API{Error: err.Error(), Wire: target.WireOf(err), Clients: -1}})
	}
	return true
}

// live counts the streams that somebody publishes.
func live(a history.API) (n int) {
	for _, s := range a.Streams {
		if s.Active {
			n++
		}
	}
	return n
}
