package embedded

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// States of a TCP connection, <netinet/tcp.h>.
const (
	tcpClose     = 7 // reset
	tcpCloseWait = 8 // the peer sent FIN
)

// peerGone says that the peer of the connection has closed or reset it, even if unread data lies before that end. A
// connection that we closed ourselves is none of the peer's doing.
func peerGone(nc syscall.Conn) bool {
	raw, err := nc.SyscallConn()
	if err != nil {
		return false
	}
	gone := false
	raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		gone = err == nil && (info.State == tcpClose || info.State == tcpCloseWait)
	})
	return gone
}
