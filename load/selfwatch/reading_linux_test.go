package selfwatch

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestParseStat(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"cpu  1 2 3 400 500 6 7 8 9 10\ncpu0 1":  270 * time.Millisecond, // without idle and iowait, and guests stand in user
		"cpu  1 2 3 400 500 6 7 8\n":             270 * time.Millisecond,
		"cpu  1 2 3 400 500 6 7 8":               -1, // the line may go on
		"cpu  1 2 3 4\n":                         -1,
		"cpu0 1 2 3 4 5 6 7 8 9\n":               -1,
		"cpu  1 2 x 4 5 6 7 8 9\n":               -1,
		"cpu  1 2 -3 4 5 6 7 8 9\n":              -1,
		"cpu  1 2 99999999999999999 4 5 6 7 8\n": -1,
		"":                                       -1,
	} {
		if got := parseStat([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if before := machineCPU(); before <= 0 {
		t.Errorf("this machine was busy for %v", before)
	}
}

func TestParseStatm(t *testing.T) {
	for text, want := range map[string]int64{"100 20 3\n": 20 * pageSize, "1": -1, "": -1, "1 x": -1} {
		if got := parseStatm([]byte(text)); got != want {
			t.Errorf("%q: %d bytes, want %d", text, got, want)
		}
	}
}

func TestOpenDescriptors(t *testing.T) {
	before := openDescriptors()
	for range 10 {
		f, err := os.Open("/dev/null")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	if after := openDescriptors(); after < before+8 || after > before+13 { // what else runs in this process may open some, or close them
		t.Errorf("%d descriptors, and ten more are %d", before, after)
	}
}

// connect makes n connections to a listener and keeps both ends open.
func connect(t testing.TB, addr string, n int) (to place, hangUp func()) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Skip(err)
	}
	var ends []net.Conn
	for range n {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		other, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, nc, other)
	}
	at := l.Addr().(*net.TCPAddr).AddrPort()
	return place{at.Addr().Unmap(), at.Port()}, func() {
		for _, nc := range ends {
			nc.(*net.TCPConn).SetLinger(0) // no port is left behind
			nc.Close()
		}
		l.Close()
	}
}

func TestCountPorts(t *testing.T) {
	if countPorts([]place{{port: 9}}) < 0 {
		t.Skip("sock_diag is not to be had here")
	}
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		to, hangUp := connect(t, addr, 20)
		other, hangUpToo := connect(t, addr, 5)
		for _, tt := range []struct {
			name string
			to   []place
			want int
		}{
			{"the place", []place{to}, 20},
			{"any address", []place{{port: to.port}}, 20},
			{"another address", []place{{netip.MustParseAddr("127.0.0.2"), to.port}}, 0},
			{"the fullest of two", []place{other, to}, 20},
			{"none", nil, 0},
		} {
			// Others on this machine may have the same port at another address.
			// And where they open and close sockets meanwhile, the kernel may pass over some, or tell them twice.
			right := func(got int) bool {
				return got == tt.want || tt.name == "any address" && got > tt.want && got <= 2*tt.want
			}
			got := countPorts(tt.to)
			for try := 0; try < 100 && !right(got); try++ {
				got = countPorts(tt.to)
			}
			if !right(got) {
				t.Errorf("%s, %s: %d ports, want %d", addr, tt.name, got, tt.want)
			}
		}
		hangUp()
		hangUpToo()
	}
}

// TestPortsInTimeWait: who closes first keeps the port for a while.
func TestPortsInTimeWait(t *testing.T) {
	if countPorts([]place{{port: 9}}) < 0 {
		t.Skip("sock_diag is not to be had here")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at := l.Addr().(*net.TCPAddr).AddrPort()
	for range 7 {
		nc, err := net.Dial("tcp", at.String())
		if err != nil {
			t.Fatal(err)
		}
		other, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		nc.Close()
		other.Read(make([]byte, 1))
		other.Close()
	}
	got := countPorts([]place{{at.Addr(), at.Port()}})
	for try := 0; try < 100 && got != 7; try++ { // see TestCountPorts
		got = countPorts([]place{{at.Addr(), at.Port()}})
	}
	if got != 7 {
		t.Errorf("%d ports are in TIME_WAIT, want 7", got)
	}
}

func message(kind uint16, family byte, port uint16, dst netip.Addr) []byte {
	b := make([]byte, unix.SizeofNlMsghdr+sizeDiag)
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], kind)
	m := b[unix.SizeofNlMsghdr:]
	m[0] = family
	binary.BigEndian.PutUint16(m[6:], port)
	copy(m[24:40], dst.AsSlice())
	return b
}

func TestCountDump(t *testing.T) {
	to := place{netip.MustParseAddr("127.0.0.1"), 80}
	good := message(sockDiagByFamily, unix.AF_INET, 80, to.addr)
	done := message(unix.NLMSG_DONE, 0, 0, netip.Addr{})
	failed := message(unix.NLMSG_ERROR, 0, 0, netip.Addr{})
	join := func(parts ...[]byte) (b []byte) {
		for _, p := range parts {
			b = append(b, p...)
		}
		return b
	}
	mapped := message(sockDiagByFamily, unix.AF_INET6, 80, netip.MustParseAddr("::ffff:127.0.0.1"))
	for _, tt := range []struct {
		name string
		in   []byte
		n    int
		done bool
		ok   bool
	}{
		{"nothing", nil, 0, false, true},
		{"two", join(good, good), 2, false, true},
		{"behind one of a crooked length", join([]byte{17, 0, 0, 0, 1, 0, 19: 0}, good), 1, false, true},
		{"the end", join(good, done, good), 1, true, true},
		{"another port", message(sockDiagByFamily, unix.AF_INET, 81, to.addr), 0, false, true},
		{"another address", message(sockDiagByFamily, unix.AF_INET, 80, netip.MustParseAddr("127.0.0.2")), 0, false, true},
		{"IPv4 in IPv6", mapped, 1, false, true},
		{"an error", failed, 0, false, false},
		{"cut", good[:60], 0, false, false},
		{"cut in its head", good[:10], 0, false, false},
		{"a length of nothing", make([]byte, 16), 0, false, false},
	} {
		n, isDone, err := countDump(tt.in, to)
		if n != tt.n || isDone != tt.done || (err == nil) != tt.ok {
			t.Errorf("%s: %d, %v, %v", tt.name, n, isDone, err)
		}
	}
}

func FuzzCountDump(f *testing.F) {
	to := place{netip.MustParseAddr("127.0.0.1"), 80}
	f.Add(message(sockDiagByFamily, unix.AF_INET, 80, to.addr))
	f.Add(message(unix.NLMSG_DONE, 0, 0, netip.Addr{}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, _, _ := countDump(b, to); n > len(b)/sizeDiag {
			t.Errorf("%d sockets in %d bytes", n, len(b))
		}
	})
}

// What a sample costs with 10,000 sockets open, and the count of ports, beside other ways to have them.
func BenchmarkWith10000Sockets(b *testing.B) {
	to, hangUp := connect(b, "127.0.0.1:0", 4900)
	defer hangUp()
	b.Run("sample", func(b *testing.B) {
		w := New(Config{})
		for b.Loop() {
			w.Sample()
		}
	})
	b.Run("descriptors", func(b *testing.B) {
		for b.Loop() {
			openDescriptors()
		}
	})
	b.Run("descriptors listed", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Open("/proc/self/fd")
			if err != nil {
				b.Fatal(err)
			}
			f.Readdirnames(-1)
			f.Close()
		}
	})
	b.Run("ports", func(b *testing.B) {
		for b.Loop() {
			if n := countPorts([]place{to}); n != 4900 {
				b.Fatalf("%d ports", n)
			}
		}
	})
	b.Run("ports by proc", func(b *testing.B) {
		for b.Loop() {
			text, err := os.ReadFile("/proc/net/tcp")
			if err != nil || strings.Count(string(text), "\n") < 9800 {
				b.Fatal(err)
			}
		}
	})
}
