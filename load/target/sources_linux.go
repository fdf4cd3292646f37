package target

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// bindAtConnect leaves the choice of a port to connect(2), which knows where to: then one port serves connections to several
// places, and no more than are really in use are taken (IP_BIND_ADDRESS_NO_PORT, ip(7), since Linux 4.2; for IPv6 too). Without it
// bind(2) would take a port for the connection alone. A kernel that does not know it does so, which is no error.
func bindAtConnect(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	})
}
