package target

import (
	"fmt"
	"net"
	"syscall"
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

// TestPortsEnd: what the kernel says when the ports of a source are really taken is a limit of ours. A socket may be kept to a range
// of ports of its own since Linux 6.3 (IP_LOCAL_PORT_RANGE, ip(7)), so two are enough to see it.
func TestPortsEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for first := 39_000; ; first += 2 { // a port that somebody listens on, at whatever address, is not to be had
		var problem error
		var old error
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 77)}, Control: func(network, addr string, c syscall.RawConn) error {
			c.Control(func(fd uintptr) {
				old = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, localPortRange, (first+1)<<16|first)
			})
			return bindAtConnect(network, addr, c)
		}}
		for i := range 3 {
			nc, err := d.DialContext(t.Context(), TCP, l.Addr().String())
			if old != nil {
				t.Skip(old)
			}
			if nc != nil {
				defer func() {
					nc.(*net.TCPConn).SetLinger(0) // no port is left behind
					nc.Close()
				}()
			}
			if full := i == 2; problem == nil && full != (OwnLimit(err) == limitPorts) {
				problem = fmt.Errorf("connection %d from two ports: %w", i, err)
			}
		}
		if problem == nil {
			return
		}
		if first > 39_100 {
			t.Fatal(problem)
		}
	}
}

// localPortRange is IP_LOCAL_PORT_RANGE of linux/in.h.
const localPortRange = 51
