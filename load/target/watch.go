package target

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// probeEvery is the time between the beginnings of two probes while there is trouble.
	probeEvery = 250 * time.Millisecond
	// probeWithin bounds one probe.
	probeWithin = time.Second
	// hungAfter is how long every old connection has to be silent before a silent server counts as hung.
	hungAfter = 3 * time.Second
	// deadAfter is how many probes in a row have to fail.
	deadAfter = 3
)

// Watch sees whether the server lives. Publishers and players report how their connections went; while one has failed, the
// gate is closed to all and a single goroutine looks after the server with fresh connections, one at a time, until one
// gets through. Three that were refused in a row are a dead server, for it has lived: Check has passed before. Three that
// were met with silence, while every old connection is silent for three seconds, are a hung one.
//
// The Watch itself is the gate of the publishers; Players is that of the players, whose server may be another. The
// server's life is judged by RTMP alone.
type Watch struct {
	sink  Sink
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	rtmp  Door
	play  Door
	wake  chan struct{} // has room for one
	began time.Duration
	heard atomic.Int64 // when something last came from the server; negative until then
	dead  chan struct{}
	death Death

	// Of Run's goroutine alone: probes in a row that failed, and when one last got through, zero until then.
	refused, silent int
	looked          time.Duration
}

// Death is how a server died, as it looks from outside.
type Death string

const (
	Refusing Death = "refused" // nobody listens any more
	Silent   Death = "silent"  // it listens and says nothing
)

// WatchConfig says what to watch.
type WatchConfig struct {
	// RTMP and Play are host:port. Play may be empty.
	RTMP, Play string
	Sink       Sink
	// Dial makes the connections of the probes. Default net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// NewWatch makes a Watch with both gates open.
func NewWatch(cfg WatchConfig) *Watch {
	w := &Watch{sink: cfg.Sink, dial: cfg.Dial, wake: make(chan struct{}, 1), dead: make(chan struct{})}
	if w.dial == nil {
		w.dial = (&net.Dialer{}).DialContext
	}
	w.began = w.sink.Now()
	w.heard.Store(-1)
	w.rtmp.init(w, cfg.RTMP)
	w.play.init(w, cfg.Play)
	return w
}

// Wait returns nil when the publishers' gate is open. It waits while it is closed, for good once the server is dead, and
// returns ctx's error when ctx ends.
func (w *Watch) Wait(ctx context.Context) error { return w.rtmp.Wait(ctx) }

// Report tells how a publisher's connection went: history.WireNone when the server answered, else how it failed. That
// TCP alone was made is no answer; the kernel does it for a server that hangs.
func (w *Watch) Report(wire history.Wire) { w.rtmp.Report(wire) }

// Touch says that something came from the server. It may be called for every packet.
func (w *Watch) Touch() { w.heard.Store(int64(w.sink.Now())) }

// Players is the gate of the players.
func (w *Watch) Players() *Door { return &w.play }

// Dead is closed when the server is found dead.
func (w *Watch) Dead() <-chan struct{} { return w.dead }

// Death tells how it died. It is empty until Dead is closed.
func (w *Watch) Death() Death {
	select {
	case <-w.dead:
		return w.death
	default:
		return ""
	}
}

// Quiet is how long nothing has come from the server over any connection that stands.
func (w *Watch) Quiet() time.Duration {
	since := time.Duration(w.heard.Load())
	if since < 0 {
		since = w.began
	}
	return max(0, w.sink.Now()-since)
}

// Run looks after the server until ctx ends or the server is dead. It returns nil.
func (w *Watch) Run(ctx context.Context) error {
	timer := time.NewTimer(probeEvery)
	defer timer.Stop()
	for {
		if now := w.sink.Now(); now >= w.rtmp.next && w.inTrouble() {
			w.rtmp.next = now + probeEvery
			w.probeRTMP(ctx)
		}
		if now := w.sink.Now(); now >= w.play.next && w.play.closed() && w.Death() == "" {
			w.play.next = now + probeEvery
			w.probePlay(ctx)
		}
		if w.Death() != "" {
			return nil
		}
		// However many knock, each side has its next probe in its time.
		now, wait := w.sink.Now(), probeEvery
		if w.rtmp.closed() || w.silent > 0 {
			wait = min(wait, w.rtmp.next-now)
		}
		if w.play.closed() {
			wait = min(wait, w.play.next-now)
		}
		timer.Reset(max(0, wait))
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-timer.C:
		}
	}
}

// inTrouble reports whether a probe is due: a connection failed, or nothing has come for half the time after which a
// server may count as hung and no probe has got through since.
func (w *Watch) inTrouble() bool {
	if w.rtmp.closed() || w.silent > 0 {
		return true
	}
	return w.Quiet() >= hungAfter/2 && w.sink.Now()-w.looked >= hungAfter
}

// probeRTMP makes one probe and draws its conclusion.
func (w *Watch) probeRTMP(ctx context.Context) {
	began := w.sink.Now()
	result, err := probe(ctx, w.dial, w.rtmp.addr)
	quiet := w.Quiet()
	if ctx.Err() != nil || OwnLimit(err) != "" {
		return // it says nothing of the server
	}
	if result == hungUp {
		// A server that is full closes fresh connections and goes on serving the old ones; one of which nothing is left
		// but a proxy in front closes them and serves nobody.
		result = alive
		if quiet >= hungAfter {
			result = refusedAll
		}
	}
	w.sink.Record(history.Event{Actor: "run", What: history.Probe{
		Result: string(result), Took: w.sink.Now() - began, Quiet: quiet,
	}})
	switch result {
	case alive:
		w.refused, w.silent, w.looked = 0, 0, w.sink.Now()
		w.rtmp.open()
	case refusedAll:
		w.silent = 0
		if w.refused++; w.refused >= deadAfter {
			w.die(Refusing)
		}
	case saysNothing:
		w.refused = 0
		if w.silent++; w.silent >= deadAfter && quiet >= hungAfter {
			w.die(Silent)
		}
	}
}

func (w *Watch) die(how Death) {
	w.rtmp.shut()
	w.play.shut()
	w.death = how
	close(w.dead)
}

// probePlay looks whether the players' server takes connections.
func (w *Watch) probePlay(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	if nc, err := w.dial(ctx, "tcp", w.play.addr); err == nil {
		nc.Close()
		w.play.open()
	}
}

// knock wakes Run.
func (w *Watch) knock() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}
