//go:build !linux

package load

import (
	"net"
	"time"
)

// drain throws away what lies unread in the receive buffer: with unread data there, close would send RST in place of
// FIN (RFC 2525 §2.17).
func drain(nc net.Conn) {
	nc.SetReadDeadline(time.Now().Add(drainWithin))
	var trash [4096]byte
	for {
		if _, err := nc.Read(trash[:]); err != nil {
			return
		}
	}
}

// drainWithin bounds how long a departure looks for unread data.
const drainWithin = time.Millisecond
