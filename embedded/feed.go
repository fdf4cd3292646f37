package embedded

import (
	"net"
	"sync/atomic"
	"time"
)

// feed is a publisher's connection as its reader sees it. A read of the socket means that everything before has been
// worked off: so that is when what was added goes to the viewers, and when the wait for the publisher begins.
type feed struct {
	*net.TCPConn
	rules *rules
	mount *mount        // where to flush; nil while nothing is published
	idle  time.Duration // how long to wait for the next byte; 0 keeps the deadline as it is
	takes time.Duration // how long the peer may take to make room for what is written

	reading atomic.Bool // the reader waits for bytes; it has worked off all others
}

// Read implements io.Reader.
func (f *feed) Read(p []byte) (int, error) {
	if f.mount != nil {
		f.mount.flush()
	}
	if f.idle > 0 {
		f.SetReadDeadline(time.Now().Add(f.idle))
	}
	f.reading.Store(true)
	defer f.reading.Store(false)
	n, err := f.TCPConn.Read(p)
	f.rules.hangs()
	return n, err
}

// Write implements io.Writer. Writing is done by the reader too, and a publisher that has no end of things to ask and reads
// no answer would hold it up for good, and with it the key.
func (f *feed) Write(p []byte) (int, error) {
	f.SetWriteDeadline(time.Now().Add(f.takes))
	return f.TCPConn.Write(p)
}

// leaving says that the publisher has left or may have: the end of its connection, or bytes that may be its farewell, have
// come and are not worked off.
func (f *feed) leaving() bool { return !f.reading.Load() || mayLeave(f.TCPConn) }
