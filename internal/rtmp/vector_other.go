//go:build !linux

package rtmp

import (
	"errors"
	"net"
	"syscall"
)

// trial is a write that does not wait; here there is none.
type trial struct{}

func rawOf(net.Conn) syscall.RawConn { return nil }

func (*trial) write(syscall.RawConn, []piece) (int, error) { return 0, errors.ErrUnsupported }
