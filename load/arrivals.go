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
