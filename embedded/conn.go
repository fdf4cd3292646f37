package embedded

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// client is what log and API know of a connection.
type client struct {
	cid      string
	addr     netip.AddrPort
	since    time.Time
	received meter // bytes of media from it
	sent     meter // bytes of media to it
}

func newClient(nc *net.TCPConn) client {
	addr := nc.RemoteAddr().(*net.TCPAddr).AddrPort()
	return client{cid: newCID(), addr: netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), since: time.Now()}
}

// descriptor is the number of a socket, for the log.
func descriptor(sc any) int {
	fd := -1
	if sc, ok := sc.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			raw.Control(func(n uintptr) { fd = int(n) })
		}
	}
	return fd
}

// errnoOf is the number of the system's error in err, 0 where there is none.
func errnoOf(err error) int {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return int(errno)
	}
	return 0
}

// farewell is how long a refused peer may take to close, before we do.
const farewell = time.Second

// finish closes our half of the connection and reads what the peer still sends, until it closes too. Closing with unread
// data in the receive buffer would send RST in place of FIN (RFC 2525 §2.17), and a peer that is refused by a FIN would
// see a reset.
func finish(nc *net.TCPConn, farewell time.Duration) {
	nc.CloseWrite()
	nc.SetReadDeadline(time.Now().Add(farewell))
	io.Copy(io.Discard, nc)
	nc.Close()
}
