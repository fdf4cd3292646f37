package beside

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What the figures rest on: the kernel's word on bytes and on CPU, and the arithmetic.

func TestReceivedIsWhatCame(t *testing.T) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	server := l.Addr().(*net.TCPAddr).AddrPort()
	want := map[uint16]uint64{}
	for _, size := range []int{0, 1, 100_000} {
		nc, err := net.Dial("tcp", server.String())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		served, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer served.Close()
		if _, err := served.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(nc, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		want[nc.LocalAddr().(*net.TCPAddr).AddrPort().Port()] = uint64(size)
	}
	got, err := received(server)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%d sockets, want %d", len(got), len(want))
	}
	for port, n := range want {
		if got[port] != n {
			t.Errorf("port %d: %d bytes, want %d", port, got[port], n)
		}
	}
}

// Both are the kernel's sum over all threads, and the one that is of a process by its number is read between two readings of the
// other.
func TestCPUIsThatOfTheProcess(t *testing.T) {
	own := func() time.Duration {
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now); err != nil {
			t.Fatal(err)
		}
		return time.Duration(now.Nano())
	}
	before := own()
	got, err := cpuOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if after := own(); got < before || got > after {
		t.Errorf("%v, which is not from %v to %v", got, before, after)
	}
	if now, peak, err := memoryOf(os.Getpid()); err != nil || now < 1<<20 || peak < now {
		t.Errorf("memory of %d, at most %d: %v", now, peak, err)
	}
}

func TestRatiosAreOfOneRound(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 8}, 3}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median of %v is %g, want %g", c.values, got, c.want)
		}
	}
	// The machine became three times as slow; the ratio stayed what it is.
	ours, theirs := []float64{1, 3, 1}, []float64{2, 6, 2}
	if got, want := spread(over(ours, theirs), 2), "0.50 (0.50 – 0.50)"; got != want {
		t.Errorf("ratio %s, want %s", got, want)
	}
}
