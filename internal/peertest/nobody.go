package peertest

import (
	"net"
	"testing"
)

// Nobody returns an address of this machine where nobody listens, and where nobody begins to before the test ends: its port is the near end of
// a connection. A port that was found free and given back may be somebody else's by the time it is used.
func Nobody(tb testing.TB) string {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ln.Close() })
	// Bound by name, it is no port that the system picks for connections.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}
	nc, err := d.Dial("tcp", ln.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { nc.Close() })
	return nc.LocalAddr().String()
}
