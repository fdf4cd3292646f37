// Package embedded is the reference server: RTMP in, HTTP-FLV out, small enough to be read in one sitting, and with bugs
// that can be switched on. It shows what right looks like, and it proves every checker of flvstorm.
//
//  1. A publisher's connection (rtmp.go) asks for a key. The key (key.go) lets one publisher in at a time, and only when
//     nothing is left of the one before. That is the state machine this tool is about, in one file with one lock.
//  2. What the publisher sends is gathered into batches (batch.go), cached back to the last keyframe (gop.go) and given to
//     the viewers by the mount of that publish (mount.go).
//  3. A viewer's request comes over HTTP (http.go). It joins the mount, or waits for the next. Its socket is written to
//     without waiting; what does not fit is queued, bounded, dropped (viewer.go).
//  4. When the publisher leaves, by a word or by the end of its connection, the mount ends its viewers and is gone, and
//     with that the key is free.
//  5. The log (log.go) and the API (api.go) say what is going on in the words of SRS. A bug (bugs.go) replaces one step of
//     all this.
//
// It promises: no publish is refused on a key whose owner has left; no frame of one publish reaches a viewer of another;
// no viewer holds up the publisher, another viewer, or the key. The first is certain on Linux only, where the kernel can be
// asked whether an owner that nobody has heard of for a while has left (leaving_linux.go); elsewhere a starved machine may break
// it.
package embedded

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Absent is the policy for a viewer of a key that nobody publishes.
type Absent string

const (
	Wait     Absent = "wait" // without a byte, until somebody does
	NotFound Absent = "404"
)

// Config says how to serve. The zero value is a working server on SRS's ports of the loopback interface.
type Config struct {
	RTMP   string // address for publishers; default "127.0.0.1:1935"; port 0 takes a free one
	HTTP   string // address for viewers and the API; default "127.0.0.1:8080"; port 0 takes a free one
	Absent Absent // default Wait
	Bug    string // name of one of Bugs; none by default

	Log     io.Writer // where the log goes; nowhere by default
	Version string    // told in the connect reply and as HTTP's Server; default "dev"

	PublisherIdle  time.Duration // a publisher that sends nothing for so long, or takes no answer, is closed; default 5 s
	SetupPatience  time.Duration // a connection that has not come to publish by then is closed; default 30 s, as SRS
	ViewerPatience time.Duration // a viewer whose socket takes nothing for so long is closed; default 10 s
	Gather         time.Duration // media is given to the viewers in bunches this far apart; default 100 ms, where SRS has 350 ms
	ViewerBytes    int           // queued for a slow viewer, before it is sent on to the next keyframe; default 4 MiB
	GOPBytes       int           // kept for new viewers, each key; default 8 MiB; a larger group is not kept
	MaxWaiting     int           // viewers that wait for a publisher, in all; default 10,000; more get 503

	// How long bugs take; tests take longer over it, or never come to it.
	window, viewersFIN time.Duration
	// What stands in for busyPatience, endPatience and farewell; tests wait longer, for they may run where no server would.
	busy, end, farewell time.Duration
}

func (c Config) withDefaults() Config {
	c.RTMP = or(c.RTMP, "127.0.0.1:1935")
	c.HTTP = or(c.HTTP, "127.0.0.1:8080")
	c.Absent = or(c.Absent, Wait)
	c.Version = or(c.Version, "dev")
	c.PublisherIdle = or(c.PublisherIdle, 5*time.Second)
	c.SetupPatience = or(c.SetupPatience, 30*time.Second)
	c.ViewerPatience = or(c.ViewerPatience, 10*time.Second)
	c.Gather = or(c.Gather, 100*time.Millisecond)
	c.ViewerBytes = or(c.ViewerBytes, 4<<20)
	c.GOPBytes = or(c.GOPBytes, 8<<20)
	c.MaxWaiting = or(c.MaxWaiting, 10_000)
	c.window = or(c.window, defaultWindow)
	c.viewersFIN = or(c.viewersFIN, defaultViewersFIN)
	c.busy, c.end, c.farewell = or(c.busy, busyPatience), or(c.end, endPatience), or(c.farewell, farewell)
	if c.Log == nil {
		c.Log = io.Discard
	}
	return c
}

// or returns v, or otherwise where v is zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Validate returns everything that is wrong with the configuration.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	for _, a := range []struct{ flag, addr string }{{"--rtmp", c.RTMP}, {"--http", c.HTTP}} {
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			errs = append(errs, phrase.Errorf(phrase.EmbeddedAddress, a.flag, a.addr))
		}
	}
	if c.Absent != Wait && c.Absent != NotFound {
		errs = append(errs, phrase.Errorf(phrase.EmbeddedAbsent, c.Absent))
	}
	if _, ok := bugNamed(c.Bug); !ok {
		errs = append(errs, phrase.Errorf(phrase.EmbeddedBugUnknown, c.Bug, phrase.Names(BugNames())))
	}
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"PublisherIdle", int64(c.PublisherIdle)}, {"SetupPatience", int64(c.SetupPatience)},
		{"ViewerPatience", int64(c.ViewerPatience)}, {"Gather", int64(c.Gather)}, {"ViewerBytes", int64(c.ViewerBytes)},
		{"GOPBytes", int64(c.GOPBytes)}, {"MaxWaiting", int64(c.MaxWaiting)},
	} {
		if n.value < 0 {
			errs = append(errs, phrase.Errorf(phrase.EmbeddedNegative, n.name))
		}
	}
	return errors.Join(errs...)
}

// Server is one server. It is used once: New, perhaps Listen, Run.
type Server struct {
	cfg  Config
	log  *serverLog
	id   string // of this start, in the log and the API
	keys keys

	rtmp, http net.Listener
	conns      sync.WaitGroup // the goroutines of connections
}

// New makes a server, after Validate.
func New(cfg Config) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, id: newCID(), log: newServerLog(cfg.Log, os.Getpid())}
	bug, _ := bugNamed(cfg.Bug)
	s.keys.all = make(map[string]*key)
	s.keys.rules.absent = cfg.Absent
	s.keys.rules.bug = bug
	s.keys.rules.gather = cfg.Gather
	s.keys.rules.gopBytes = cfg.GOPBytes
	s.keys.rules.log = s.log
	s.keys.rules.maxWaiting = int64(cfg.MaxWaiting)
	s.keys.rules.window = cfg.window
	s.keys.rules.viewersFIN = cfg.viewersFIN
	s.keys.rules.busy = cfg.busy
	return s, nil
}

// Listen opens both ports. Run does it where it was not done; who needs the addresses before calls it first.
func (s *Server) Listen() error {
	var err error
	if s.rtmp, err = net.Listen("tcp", s.cfg.RTMP); err != nil {
		return phrase.Errorf(phrase.EmbeddedListen, "RTMP", s.cfg.RTMP, "--rtmp", err)
	}
	if s.http, err = net.Listen("tcp", s.cfg.HTTP); err != nil {
		s.rtmp.Close()
		return phrase.Errorf(phrase.EmbeddedListen, "HTTP", s.cfg.HTTP, "--http", err)
	}
	return nil
}

// RTMPAddr is where publishers connect, after Listen.
func (s *Server) RTMPAddr() string { return s.rtmp.Addr().String() }

// HTTPAddr is where viewers connect, after Listen.
func (s *Server) HTTPAddr() string { return s.http.Addr().String() }

// Run serves until ctx ends, and returns when every connection is closed. That is no error.
func (s *Server) Run(ctx context.Context) error {
	if s.rtmp == nil {
		if err := s.Listen(); err != nil {
			return err
		}
	}
	s.log.start()
	defer s.log.stop()
	asked := ctx
	ctx, cancel := context.WithCancelCause(asked)
	defer cancel(nil)
	s.log.info(s.id, "flvstorm/%s", s.cfg.Version)
	s.log.info(s.id, "RTMP listen at tcp://%s, fd=%d", s.rtmp.Addr(), descriptor(s.rtmp))
	s.log.info(s.id, "HTTP listen at tcp://%s, fd=%d", s.http.Addr(), descriptor(s.http))
	defer context.AfterFunc(ctx, func() {
		s.rtmp.Close()
		s.http.Close()
	})()
	s.keys.rules.stopped = ctx.Done()
	var accepting sync.WaitGroup
	accepting.Go(func() { cancel(s.accept(ctx, s.rtmp, s.servePublisher)) })
	accepting.Go(func() { cancel(s.accept(ctx, s.http, s.serveHTTP)) })
	s.log.info(s.id, "ready")
	s.log.flush()
	accepting.Wait()
	s.conns.Wait()
	s.log.info(s.id, "stopped")
	if asked.Err() != nil {
		return nil
	}
	return context.Cause(ctx)
}

// acceptPause is how long to wait after a connection could not be accepted, most often for want of descriptors.
const acceptPause = 50 * time.Millisecond

// accept serves every connection in its own goroutine, until ctx ends. The connection is closed when serve returns, and
// when ctx ends.
func (s *Server) accept(ctx context.Context, l net.Listener, serve func(context.Context, *net.TCPConn)) error {
	for {
		nc, err := l.Accept()
		s.keys.rules.hangs()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				nc.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case err != nil:
			s.log.warn(s.id, errnoOf(err), "accept failed: %v", err)
			pause := time.NewTimer(acceptPause)
			select {
			case <-pause.C:
			case <-ctx.Done():
				pause.Stop()
			}
			continue
		}
		s.conns.Go(func() {
			defer nc.Close()
			defer context.AfterFunc(ctx, func() { nc.Close() })()
			serve(ctx, nc.(*net.TCPConn))
		})
	}
}
