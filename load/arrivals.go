package load

import (
	"net"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// tlsWaits is how long a read over TLS takes at least that had to wait for the server.
const tlsWaits = time.Millisecond

// arrivals says of a witness's connection when what it reads came, and whether it had read all before.
type arrivals struct {
	sink history.Sink
	// tls says that reads end with a record, so that a short one does not say that nothing more is there.
	tls bool
	// at is when the last read returned, and clear when, up to then, all that had come was read: at, if that has been so all the time
	// since the read before.
	at, clear time.Duration

	empty time.Duration // when the socket was last found empty
	short bool          // the last read found it empty
}

// read reads from nc. A read that brings less than it has room for has emptied the socket. Two of these in a row show that
// all the time between them no more than a buffer was waiting, whenever this machine got round to reading it: the server felt
// nothing of us.
func (a *arrivals) read(nc net.Conn, p []byte) (int, error) {
	began := a.sink.Now()
	n, err := nc.Read(p)
	a.at = a.sink.Now()
	if a.tls {
		if a.at-began >= tlsWaits {
			a.empty = began
		}
		a.clear = a.empty
		return n, err
	}
	short := n < len(p)
	a.clear = a.empty
	if short {
		a.empty = a.at
		if a.short {
			a.clear = a.at
		}
	}
	a.short = short
	return n, err
}

// behind is for how long the player had not read all when the last bytes came.
func (a *arrivals) behind() time.Duration { return a.at - a.clear }

// lag says for how long a player had not had all that the server had for it, whoever was to blame. That its own socket is empty
// is not enough: on a path that is narrower than the stream it always is, and the server has to drop what does not fit.
// Such frames come late before they stop coming. A publisher and a player of one run share a clock.
type lag struct {
	asked time.Duration // when the GET was written: a frame that is older could not be had before

	any         bool
	least, late time.Duration // how old a stamped frame was: at least, so far, and the last one
	behind      time.Duration // of the last frame, of any kind
}

// frame takes the next frame, and returns for how long, at it or at the frame before, the player had not all. sent is when it
// was sent, if it is known to be one of ours. A server that holds back every frame for as long is as timely as any.
func (l *lag) frame(f *seen, ours bool, sent time.Duration) time.Duration {
	lag := max(f.behind, l.behind, l.late-l.least)
	l.behind = f.behind
	if ours {
		l.late = max(0, f.at-max(sent, l.asked))
		if !l.any || l.late < l.least {
			l.any, l.least = true, l.late
		}
		lag = max(lag, l.late-l.least)
	}
	return lag
}
