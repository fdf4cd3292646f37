package embedded

import (
	"net"
	"time"
)

// feed is a publisher's connection as its reader sees it. A read of the socket means that everything before has been
// worked off: so that is when what was added goes to the viewers, and when the wait for the publisher begins.
type feed struct {
	*net.TCPConn
	mount *mount        // where to flush; nil while nothing is published
	idle  time.Duration // how long to wait for the next byte; 0 keeps the deadline as it is
}

// Read implements io.Reader.
func (f *feed) Read(p []byte) (int, error) {
	if f.mount != nil {
		f.mount.flush()
	}
	if f.idle > 0 {
		f.SetReadDeadline(time.Now().Add(f.idle))
	}
	return f.TCPConn.Read(p)
}
