package target

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// bindsAtConnect holds that the port of a connection was chosen when it was connected.
func bindsAtConnect(t *testing.T, nc net.Conn) {
	t.Helper()
	raw, err := nc.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		if on, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT); err != nil || on == 0 {
			t.Errorf("IP_BIND_ADDRESS_NO_PORT is %d, %v", on, err)
		}
	})
}

func TestBindAtConnectOverIPv6(t *testing.T) {
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	r := road(t, RoadConfig{Sources: sources(t, "::1")})
	nc, err := r.Dial(t.Context(), TCP, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	bindsAtConnect(t, nc)
}
