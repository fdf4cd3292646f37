package load

import (
	"net"
	"syscall"
)

// drain throws away what lies unread in the receive buffer, without waiting for more: with unread data there, close(2)
// would send RST in place of FIN (RFC 2525 §2.17).
func drain(nc net.Conn) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		var trash [4096]byte
		// A server that never stops talking must not keep us from leaving.
		for range 64 {
			n, _, err := syscall.Recvfrom(int(fd), trash[:], syscall.MSG_DONTWAIT)
			if n <= 0 || err != nil {
				return
			}
		}
	})
}
