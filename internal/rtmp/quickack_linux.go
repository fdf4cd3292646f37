package rtmp

import (
	"io"
	"net"
	"syscall"
)

// quickReader acknowledges every segment at once.
//
// A server with Nagle's algorithm on holds its second answer back until the first is acknowledged, and we would hold the
// acknowledgement back for 40 ms in the hope of sending it along: a connect to publish took 132 ms on SRS, and takes
// 1.3 ms this way. The kernel falls back to delaying by itself (tcp(7)), so TCP_QUICKACK is set again around each read.
type quickReader struct {
	src io.Reader
	raw syscall.RawConn
	set func(fd uintptr)
}

// quick returns a reader of nc that acknowledges at once, or nc where it is no TCP connection.
func quick(nc net.Conn) io.Reader {
	inner := nc
	if wrapped, ok := nc.(interface{ NetConn() net.Conn }); ok { // tls.Conn
		inner = wrapped.NetConn()
	}
	tcp, ok := inner.(*net.TCPConn)
	if !ok {
		return nc
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nc
	}
	q := &quickReader{src: nc, raw: raw, set: func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) // slower without, not wrong
	}}
	_ = raw.Control(q.set) // fails on a closed connection, as the read will
	return q
}

// Read implements io.Reader.
func (q *quickReader) Read(p []byte) (int, error) {
	n, err := q.src.Read(p)
	if err == nil {
		_ = q.raw.Control(q.set)
	}
	return n, err
}
