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
	// probeWithin bounds one probe, of a server at its usual pace (see WatchConfig.Scale).
	probeWithin = time.Second
	// hungAfter is how long every old connection has to be silent before a silent server counts as hung, at that pace.
	hungAfter = 3 * time.Second
	// deadAfter is how many probes in a row have to fail.
	deadAfter = 3
)

// Watch sees whether the server lives. Publishers and players report how their connections went; while one has failed, the
// gate is closed to all and a single goroutine looks after the server with fresh connections, one at a time, until one
// gets through. Three that were refused in a row are a dead server, for it has lived: Check has passed before. Three that
// were met with silence, while every old connection is silent for three seconds, are a hung one.
//
// A proxy (docker's, a load balancer) takes connections for a dead server too, and then closes them or says nothing. So
// does one whose server is full, and that serves its old connections all the while. What flows over those tells the two
// apart: with all of them silent for three seconds a connection that is closed at once counts as refused.
//
// The Watch itself is the gate of the publishers; Players is that of the players, whose server may be another. The
// server's life is judged by RTMP alone, and at one address: where streams are published on several, the others'
// refusals speak for themselves. In a load of players alone there is only their address to judge by: three connections in a row
// that it refuses are a dead server, when nothing has come over the old ones for a second.
type Watch struct {
	sink  history.Sink
	dial  dialFunc
	rtmp  Door
	play  Door
	wake  chan struct{} // has room for one
	began time.Duration
	heard atomic.Int64 // when something last came from the server; negative until then
	dead  chan struct{}
	death Death

	probeWithin, hungAfter time.Duration
	standing               func() bool

	// Of Run's goroutine alone: probes in a row that failed, whether the last one is to be made again at once for it told
	// nothing, and when one last got through, zero until then.
	refused, silent int
	shutOut         int // the same of the players' address, where there is no other
	unsure          bool
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
	// RTMP and Play are host:port. One of them may be empty.
	RTMP, Play string
	// RTMPS and HTTPS say that TLS is spoken there.
	RTMPS, HTTPS bool
	Sink         history.Sink
	// Dial makes the connections of the probes. Default a Road of its own.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Scale is how many times slower than usual the server may answer. Default 1.
	Scale float64
	// Standing says whether old connections take what is sent, where nothing comes over them: publishers hear little. A server that is
	// gone takes them along, also behind a proxy, and one that hangs stops reading them; where they stand, one that does not let new ones
	// in is full. Nil is no.
	Standing func() bool
}

// Watch returns the addresses to look after: of listed streams those of the first.
func (u URLs) Watch() WatchConfig {
	e := u.Endpoint("s")
	return WatchConfig{RTMP: e.Addr, RTMPS: e.TLS, Play: u.PlayAddr(), HTTPS: u.PlayTLS()}
}

// NewWatch makes a Watch with both gates open.
func NewWatch(cfg WatchConfig) *Watch {
	w := &Watch{sink: cfg.Sink, dial: cfg.Dial, wake: make(chan struct{}, 1), dead: make(chan struct{})}
	if w.dial == nil {
		w.dial = new(Road).Dial
	}
	if cfg.Scale <= 0 {
		cfg.Scale = 1
	}
	w.probeWithin = time.Duration(cfg.Scale * float64(probeWithin))
	w.hungAfter = time.Duration(cfg.Scale * float64(hungAfter))
	w.standing = cfg.Standing
	w.began = w.sink.Now()
	w.heard.Store(-1)
	w.rtmp.init(w, place{cfg.RTMP, cfg.RTMPS})
	w.play.init(w, place{cfg.Play, cfg.HTTPS})
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
		if w.rtmp.closed() || w.failing() {
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
	if w.rtmp.addr == "" {
		return false
	}
	if w.rtmp.closed() || w.failing() {
		return true
	}
	return w.Quiet() >= w.hungAfter/2 && w.sink.Now()-w.looked >= w.hungAfter
}

// failing reports whether the last probe did not get through.
func (w *Watch) failing() bool { return w.refused > 0 || w.silent > 0 || w.unsure }

// probeRTMP makes one probe and draws its conclusion.
func (w *Watch) probeRTMP(ctx context.Context) {
	began := w.sink.Now()
	result, err := probe(ctx, w.dial, w.rtmp.place, w.probeWithin)
	quiet := w.Quiet()
	if ctx.Err() != nil || OwnLimit(err) != "" {
		return // it says nothing of the server
	}
	full := false
	if (result == hungUp || result == saysNothing) && w.standing != nil && w.standing() {
		result, full = alive, true
	}
	if w.unsure = false; result == hungUp {
		switch {
		case quiet < w.hungAfter/3:
			result, full = alive, true // it serves the old ones
		case quiet < w.hungAfter:
			w.unsure = true
			return
		case w.silent > 0:
			result = saysNothing // the same proxy, in another mood
		default:
			result = refusedAll // nothing is left but a proxy in front
		}
	}
	w.sink.Record(history.Event{Actor: "run", What: history.Probe{
		Result: string(result), Took: w.sink.Now() - began, Quiet: quiet,
	}})
	switch result {
	case alive:
		w.refused, w.silent = 0, 0
		if !full {
			w.looked = w.sink.Now()
		}
		w.rtmp.open()
	case refusedAll:
		w.silent = 0
		if w.refused++; w.refused >= deadAfter {
			w.die(Refusing)
		}
	case saysNothing:
		w.refused = 0
		if w.silent++; w.silent >= deadAfter && quiet >= w.hungAfter {
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
	ctx, cancel := context.WithTimeout(ctx, w.probeWithin)
	defer cancel()
	began := w.sink.Now()
	nc, err := w.dial(ctx, network(w.play.secure), w.play.addr)
	if err == nil {
		nc.Close()
		w.shutOut = 0
		w.play.open()
		return
	}
	quiet := w.Quiet()
	if w.rtmp.addr != "" || WireOf(err) != history.WireRefused || quiet < w.hungAfter/3 { // the last: it serves the old ones
		return
	}
	w.sink.Record(history.Event{Actor: "run", What: history.Probe{Result: string(refusedAll), Took: w.sink.Now() - began, Quiet: quiet}})
	if w.shutOut++; w.shutOut >= deadAfter {
		w.die(Refusing)
	}
}

// knock wakes Run.
func (w *Watch) knock() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}
