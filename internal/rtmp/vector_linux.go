package rtmp

import (
	"net"
	"syscall"
	"unsafe"
)

// maxPieces is how many pieces go into one system call: UIO_MAXIOV of writev(2).
const maxPieces = 1024

// trial is one write that does not wait. It keeps what the system call needs, so that a write allocates nothing.
type trial struct {
	pieces []piece
	iov    []syscall.Iovec
	do     func(fd uintptr) bool
	n      int
	err    error
}

// rawOf is the descriptor of nc, nil where it has none of its own that takes bytes as they are.
func rawOf(nc net.Conn) syscall.RawConn {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// write writes what the socket takes of pieces. That it takes nothing now is no error.
func (t *trial) write(raw syscall.RawConn, pieces []piece) (int, error) {
	if t.do == nil {
		t.do = t.once
	}
	t.pieces, t.n, t.err = pieces[:min(len(pieces), maxPieces)], 0, nil
	err := raw.Write(t.do)
	t.pieces = nil
	if t.err != nil {
		err = t.err
	}
	return t.n, err
}

// once does the system call. It says that it is done whatever came of it: the runtime must not wait for the socket.
func (t *trial) once(fd uintptr) bool {
	for {
		t.n, t.err = t.call(fd)
		switch t.err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			t.n, t.err = 0, nil
		}
		return true
	}
}

func (t *trial) call(fd uintptr) (int, error) {
	if len(t.pieces) == 1 {
		n, err := syscall.Write(int(fd), t.pieces[0].b)
		return max(n, 0), err
	}
	t.iov = t.iov[:0]
	for _, p := range t.pieces {
		v := syscall.Iovec{Base: unsafe.SliceData(p.b)}
		v.SetLen(len(p.b))
		t.iov = append(t.iov, v)
	}
	if len(t.iov) == 0 {
		return 0, nil
	}
	n, _, errno := syscall.Syscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.iov))), uintptr(len(t.iov)))
	clear(t.iov) // or they would keep the memory
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
