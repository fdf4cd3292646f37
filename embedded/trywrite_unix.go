//go:build linux || darwin || openbsd

package embedded

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// tryWrite writes to a socket what it takes at once.
type tryWrite struct {
	once  func(fd uintptr) bool // made once, for it would escape at each write
	parts [][]byte
	n     int
	err   error
}

// maxParts is the most that one writev(2) takes (IOV_MAX).
const maxParts = 1024

// write writes parts without waiting and returns how many bytes were taken.
func (w *tryWrite) write(raw syscall.RawConn, parts [][]byte) (int, error) {
	if w.once == nil {
		w.once = w.writev
	}
	w.parts = parts[:min(len(parts), maxParts)]
	err := raw.Write(w.once)
	w.parts = nil
	if err != nil {
		return 0, err
	}
	return w.n, w.err
}

// writev always says that it is done, so that RawConn.Write never waits for the socket.
func (w *tryWrite) writev(fd uintptr) bool {
	for {
		w.n, w.err = unix.Writev(int(fd), w.parts)
		switch w.err {
		case nil:
			return true
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			w.n, w.err = 0, nil
			return true
		}
		w.n = 0
		return true
	}
}
