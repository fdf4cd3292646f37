package target

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/flvstorm/flvstorm/report/history"
)

// WireOf says how a connection failed or ended, from the error that a dial, a read or a write returned. An error that is
// no network error is a complaint about what was read, so it counts as malformed.
//
// io.ErrUnexpectedEOF is the server's FIN like io.EOF: it came in the middle of something, which is for the reader of
// that something to tell.
//
// Under TLS a close_notify is an EOF, and so is a FIN without one, as crypto/tls has it: few servers say goodbye. An alert
// ends a connection as rudely as an RST, so it counts as one. What is wrong with a certificate, or with what TLS reads, is
// malformed.
func WireOf(err error) history.Wire {
	var dns *net.DNSError
	var addr *net.AddrError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return history.WireNone
	case errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return history.WireOurs
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return history.WireEOF
	case errors.As(err, &dns), errors.As(err, &addr), isErrno(err, unreachable):
		return history.WireUnreachable
	case isErrno(err, refused):
		return history.WireRefused
	case isErrno(err, reset), errors.Is(err, io.ErrClosedPipe), isAlert(err):
		return history.WireReset
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return history.WireTimeout
	default:
		return history.WireMalformed
	}
}

// limitPorts is what OwnLimit calls a lack of local ports.
const limitPorts = "ports"

// OwnLimit tells a limit of this machine from trouble with the server: it returns the code of history.OwnTrouble for
// errors that say that *we* ran out of something, and "" for all others.
func OwnLimit(err error) string {
	switch {
	case err == nil:
		return ""
	case isErrno(err, noDescriptors):
		return "descriptors"
	case isErrno(err, noPorts):
		return limitPorts
	case isErrno(err, noMemory):
		return "memory"
	case isErrno(err, noSpace):
		return "disk"
	default:
		return ""
	}
}

func isErrno(err error, list []syscall.Errno) bool {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return false
	}
	for _, e := range list {
		if errno == e {
			return true
		}
	}
	return false
}
