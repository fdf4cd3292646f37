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

// mayLeave says that the peer of the connection has closed or reset it, or has sent what nobody has read yet, which may
// be its farewell. A connection that we closed ourselves is none of the peer's doing.
func mayLeave(nc syscall.Conn) bool {
	raw, err := nc.SyscallConn()
	if err != nil {
		return false
	}
	leaving := false
	raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err == nil && (info.State == tcpClose || info.State == tcpCloseWait) {
			leaving = true
			return
		}
		unread, err := unix.IoctlGetInt(int(fd), unix.SIOCINQ)
		leaving = err == nil && unread > 0
	})
	return leaving
}
