package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

func sources(t *testing.T, texts ...string) Sources {
	t.Helper()
	s, err := ParseSources(texts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSources(t *testing.T) {
	for _, tt := range []struct {
		in          string
		n           int
		first, last string
	}{
		{"", 0, "", ""},
		{"127.0.0.5", 1, "127.0.0.5", "127.0.0.5"},
		{"::ffff:127.0.0.5", 1, "127.0.0.5", "127.0.0.5"},
		{"10.0.0.5-10.0.0.9", 5, "10.0.0.5", "10.0.0.9"},
		{"10.0.0.5-10.0.0.5", 1, "10.0.0.5", "10.0.0.5"},
		{"10.0.0.254-10.0.1.1", 4, "10.0.0.254", "10.0.1.1"},
		{"10.0.0.0/30", 2, "10.0.0.1", "10.0.0.2"},
		{"10.0.0.2/31", 2, "10.0.0.2", "10.0.0.3"},
		{"10.0.0.2/32", 1, "10.0.0.2", "10.0.0.2"},
		{"127.0.0.0/8", 4096, "127.0.0.1", "127.0.16.0"},
		{"fd00::/126", 3, "fd00::1", "fd00::3"},
		{"fd00::/64", 4096, "fd00::1", "fd00::1000"},
		{"fe80::1%eth0", 1, "fe80::1%eth0", "fe80::1%eth0"},
		{"10.0.0.1 10.0.0.1-10.0.0.3 10.0.0.2", 3, "10.0.0.1", "10.0.0.3"},
		{"fd00::1 10.0.0.1", 2, "10.0.0.1", "fd00::1"},
		{"127.0.0.0/8 10.0.0.0/8", 4096, "127.0.0.1", "127.0.16.0"},
	} {
		s := sources(t, strings.Fields(tt.in)...)
		if s.Len() != tt.n {
			t.Errorf("%q: %d addresses, want %d", tt.in, s.Len(), tt.n)
			continue
		}
		if tt.n == 0 {
			if s != (Sources{}) || s.Next().IsValid() {
				t.Errorf("none given makes %+v", s)
			}
			continue
		}
		all := s.all()
		if first, last := all[0].String(), all[len(all)-1].String(); first != tt.first || last != tt.last {
			t.Errorf("%q: from %s to %s, want %s to %s", tt.in, first, last, tt.first, tt.last)
		}
	}
}

func TestBadSources(t *testing.T) {
	for bad, hint := range map[string]string{
		"":                         "such as 127.0.0.0/8",
		"eth0":                     "is no address",
		"10.0.0":                   "is no address",
		"10.0.0.256":               "is no address",
		"10.0.0.1-":                "is no address",
		"10.0.0.1-9":               "is no address",
		"10.0.0.1-10.0.0.2-3":      "is no address",
		"10.0.0.0/33":              "is no address",
		"10.0.0.0/8-10.0.0.9":      "is no address",
		"10.0.0.0/":                "is no address",
		"::ffff:10.0.0.0/104":      "is no address",
		"10.0.0.9-10.0.0.5":        "from a lower to a higher",
		"10.0.0.9-fd00::1":         "of the same kind",
		"fe80::1%eth0-fe80::2":     "of the same kind",
		"10.0.0.5/24":              "give 10.0.0.0/24 for the whole network, or 10.0.0.5 for that address",
		"0.0.0.0":                  "no connection can come from",
		"::":                       "no connection can come from",
		"224.0.0.1":                "no connection can come from",
		"255.255.255.255":          "no connection can come from",
		"ff02::/16":                "no connection can come from",
		"0.0.0.0/0":                "no connection can come from",
		"10.0.0.1-255.255.255.255": "no connection can come from",
	} {
		s, err := ParseSources([]string{bad})
		if err == nil {
			t.Errorf("%q is taken for %d addresses", bad, s.Len())
		} else if !strings.Contains(err.Error(), hint) || !strings.HasPrefix(err.Error(), "--source-ip") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v; want one line with %q", bad, err, hint)
		}
	}
	if _, err := ParseSources([]string{"a", "127.0.0.1", "b"}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two problems are told as: %v", err)
	}
}

// FuzzSources: whatever is taken can be walked, and is bounded.
func FuzzSources(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "10.0.0.5-10.0.0.9", "127.0.0.0/8", "fd00::/64", "fe80::1%a-fe80::1%a", "::/0", "0.0.0.0/1", "ffff::-ffff::2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSources([]string{text})
		if err != nil {
			if strings.Contains(err.Error(), "%!") && !strings.Contains(text, "%!") {
				t.Errorf("%q", err)
			}
			return
		}
		if n := s.Len(); n < 1 || n > maxSources {
			t.Errorf("%q: %d addresses", text, n)
		}
		for _, a := range s.all() {
			if !a.IsValid() || a.IsUnspecified() || a.Is4In6() {
				t.Errorf("%q holds %v", text, a)
			}
		}
	})
}

func TestSourcesOfTheServersFamily(t *testing.T) {
	s := sources(t, "10.0.0.1", "fd00::1", "10.0.0.2")
	four, six := netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("[2001:db8::1]:80")
	var got []string
	for _, server := range []netip.AddrPort{four, six, netip.MustParseAddrPort("[::ffff:192.0.2.1]:80"), four} {
		got = append(got, s.toward(server.Addr()).Next().String())
	}
	if diff := cmp.Diff([]string{"10.0.0.1", "fd00::1", "10.0.0.2", "10.0.0.1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	only := sources(t, "10.0.0.1")
	if only.fits(six.Addr()) || !only.fits(four.Addr()) || !(Sources{}).fits(six.Addr()) {
		t.Error("who fits whom is wrong")
	}
	if got := only.toward(six.Addr()); got != only {
		t.Errorf("what does not fit lets the system choose: %v", got)
	}
}

func TestSourcesAroundLocalhost(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("127.0.0.0/8 is this machine on Linux alone")
	}
	for _, tt := range []struct {
		server      string
		connections int
		want        int
	}{
		{"127.0.0.1", 0, 0},
		{"127.0.0.1", 22_400, 0},
		{"127.0.0.1", 22_401, 2},
		{"127.9.9.9", 28_000, 3},
		{"::ffff:127.0.0.1", 28_000, 3},
		{"127.0.0.1", 140_000, 11},
		{"127.0.0.1", 1 << 40, maxSources},
		{"::1", 100_000, 0},
		{"192.0.2.1", 100_000, 0},
	} {
		s := around(netip.MustParseAddr(tt.server), tt.connections, 28_000)
		if s.Len() != tt.want {
			t.Errorf("%s, %d connections: from %d addresses, want %d", tt.server, tt.connections, s.Len(), tt.want)
		}
		if s.Len() > 0 && s.Next() != localhost {
			t.Errorf("%s, %d connections: the first is another than 127.0.0.1", tt.server, tt.connections)
		}
	}
	if s := around(localhost, 100, 1); s.Len() != 101 {
		t.Errorf("a range of one port: %d addresses", s.Len())
	}
}

func TestSourcesAreUsedEvenly(t *testing.T) {
	s := sources(t, "127.0.0.1", "127.0.0.2", "127.0.0.3")
	var mu sync.Mutex
	count := map[netip.Addr]int{}
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			for range 100 {
				a := s.Next()
				mu.Lock()
				count[a]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for a, n := range count {
		if n != 1000 || len(count) != 3 {
			t.Errorf("%v: %d times of 3000, among %d addresses", a, n, len(count))
		}
	}
}

// seen takes connections and counts where they come from.
func seen(t *testing.T) (addr string, from func() map[string]int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			count[nc.RemoteAddr().(*net.TCPAddr).IP.String()]++
			nc.Close()
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String(), func() map[string]int { l.Close(); wg.Wait(); return count }
}

func TestRoadConnectsFromItsSources(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("127.0.0.0/8 is this machine on Linux alone")
	}
	for name, tt := range map[string]struct {
		cfg  RoadConfig
		want map[string]int
	}{
		"named":       {RoadConfig{Sources: sources(t, "127.0.0.7-127.0.0.9")}, map[string]int{"127.0.0.7": 3, "127.0.0.8": 3, "127.0.0.9": 3}},
		"many wanted": {RoadConfig{Connections: 28_232 * 9 / 10}, map[string]int{"127.0.0.1": 5, "127.0.0.2": 4}},
		"few wanted":  {RoadConfig{Connections: 10}, map[string]int{"127.0.0.1": 9}},
	} {
		t.Run(name, func(t *testing.T) {
			addr, from := seen(t)
			r := road(t, tt.cfg)
			if name == "many wanted" {
				r.around = around(localhost, tt.cfg.Connections, 28_232) // whatever this machine has
			}
			_, port, _ := net.SplitHostPort(addr)
			for i := range 9 {
				to := addr
				if i%2 == 1 {
					to = "localhost:" + port
				}
				nc, err := r.Dial(t.Context(), TCP, to)
				if err != nil {
					t.Fatal(err)
				}
				if tt.cfg.Sources != (Sources{}) {
					bindsAtConnect(t, nc)
				}
				nc.Read(make([]byte, 1)) // until it was counted
				nc.Close()
			}
			if diff := cmp.Diff(tt.want, from()); diff != "" {
				t.Errorf("connections came from (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRoadWithoutASourceThatFits(t *testing.T) {
	r := road(t, RoadConfig{Sources: sources(t, "127.0.0.7")})
	_, err := r.Dial(t.Context(), TCP, "[::1]:9")
	if WireOf(err) != history.WireUnreachable || !strings.Contains(fmt.Sprint(err), "--source-ip") {
		t.Errorf("an IPv6 server from an IPv4 address: %v (%s)", err, WireOf(err))
	}
	if _, err := r.Resolve(t.Context(), "[::1]:9"); err == nil {
		t.Error("it resolves to what can't be reached")
	}
	// 203.0.113.0/24 is for documentation (RFC 5737): nobody has it.
	r = road(t, RoadConfig{Sources: sources(t, "203.0.113.7")})
	if _, err := r.Dial(t.Context(), TCP, "127.0.0.1:9"); OwnLimit(err) != limitPorts {
		t.Errorf("from an address of nobody: %v", err)
	}
}

// TestFullSource: where all ports of a source are taken, the next one serves. An address of nobody fails as a full one does.
func TestFullSource(t *testing.T) {
	addr, from := seen(t)
	r := road(t, RoadConfig{Sources: sources(t, "203.0.113.7", "203.0.113.8", "127.0.0.1")})
	for range 3 {
		nc, err := r.Dial(t.Context(), TCP, addr)
		if err != nil {
			t.Fatal(err)
		}
		nc.Read(make([]byte, 1))
		nc.Close()
	}
	if n := from()["127.0.0.1"]; n != 3 {
		t.Errorf("%d of 3 connections came through", n)
	}
	r = road(t, RoadConfig{Sources: sources(t, "203.0.113.1-203.0.113.200")})
	if _, err := r.Dial(t.Context(), TCP, addr); OwnLimit(err) != limitPorts {
		t.Errorf("all are full: %v", err)
	}
	if n := r.sources.v4.next.Load(); n != turnsOnFull {
		t.Errorf("%d sources were tried for one connection, want %d", n, turnsOnFull)
	}
}

func TestSourcesAreChecked(t *testing.T) {
	if err := (Sources{}).Check(t.Context()); err != nil {
		t.Errorf("none: %v", err)
	}
	if err := sources(t, "127.0.0.1").Check(t.Context()); err != nil {
		t.Errorf("localhost: %v", err)
	}
	for given, want := range map[string]string{
		"127.0.0.1 203.0.113.7": "--source-ip 203.0.113.7: this machine has no such address; give another, or add it first, on Linux with: ip address add 203.0.113.7/32 dev lo",
		"203.0.113.0/29":        "--source-ip 203.0.113.1: this machine has no such address, nor 5 more of those given",
	} {
		err := sources(t, strings.Fields(given)...).Check(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Errorf("%s: %v; want %q", given, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sources(t, "127.0.0.1").Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestResolve(t *testing.T) {
	r := road(t, RoadConfig{ConnectTo: []string{"a.test:80:b.test:8080"}})
	r.names = map[string][]string{"b.test": {"192.0.2.1", "::1"}}
	for addr, want := range map[string]string{
		"127.0.0.1:80": "[127.0.0.1:80]", "[::1]:80": "[[::1]:80]", "b.test:9": "[192.0.2.1:9 [::1]:9]", "a.test:80": "[192.0.2.1:8080 [::1]:8080]",
	} {
		got, err := r.Resolve(t.Context(), addr)
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v; want %s", addr, got, err, want)
		}
	}
	for _, bad := range []string{"", "b.test", "b.test:x", "b.test:65536", "b.test:-1"} {
		if got, err := r.Resolve(t.Context(), bad); WireOf(err) != history.WireUnreachable {
			t.Errorf("%q: %v, %v", bad, got, err)
		}
	}
}

// TestUnknownName: the resolver is asked once for all who want to know, and not again for a while.
func TestUnknownName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		fails := true
		r := &Road{resolver: func(ctx context.Context, host string) ([]string, error) {
			asked.Add(1)
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if fails {
				return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
			}
			return []string{"127.0.0.1"}, nil
		}}
		all := func(ctx context.Context) (failed int) {
			var wg sync.WaitGroup
			var n atomic.Int64
			for range 1000 {
				wg.Go(func() {
					if _, err := r.Resolve(ctx, "nowhere.test:80"); err != nil {
						if WireOf(err) != history.WireUnreachable && ctx.Err() == nil {
							t.Errorf("%v is told as %s", err, WireOf(err))
						}
						n.Add(1)
					}
				})
			}
			wg.Wait()
			return int(n.Load())
		}
		if failed := all(t.Context()); failed != 1000 || asked.Load() != 1 {
			t.Errorf("%d of 1000 failed, by %d questions", failed, asked.Load())
		}
		began := time.Now()
		if all(t.Context()); asked.Load() != 1 || time.Since(began) > 0 {
			t.Errorf("asked %d times, which took %v", asked.Load(), time.Since(began))
		}
		time.Sleep(unknownFor)
		fails = false
		if failed := all(t.Context()); failed != 0 || asked.Load() != 2 {
			t.Errorf("after a while %d of 1000 failed, by %d questions", failed, asked.Load())
		}
		all(t.Context())
		if asked.Load() != 2 {
			t.Errorf("what is known was asked for again")
		}
	})
}

// TestWhoAsksGivesUp: that one has no time for the answer is not the answer of the others.
func TestWhoAsksGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Road{resolver: func(ctx context.Context, host string) ([]string, error) {
			select {
			case <-time.After(time.Second):
				return []string{"127.0.0.1"}, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}}
		hasty, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := r.Resolve(hasty, "a.test:80"); !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if _, err := r.Resolve(t.Context(), "a.test:80"); err != nil {
				t.Errorf("who waited got %v", err)
			}
		})
		synctest.Wait()
		cancel()
		wg.Wait()
	})
}

// TestSilentResolver: a resolver that never answers costs what a dial may take, once, and then nothing for a while.
func TestSilentResolver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Road{resolver: func(ctx context.Context, host string) ([]string, error) {
			<-ctx.Done()
			return nil, &net.DNSError{UnwrapErr: ctx.Err(), Err: "i/o timeout", Name: host, IsTimeout: true}
		}}
		began := time.Now()
		for i, want := range []time.Duration{dialWithin, dialWithin} {
			_, err := r.Dial(t.Context(), TCP, "slow.test:80")
			if took := time.Since(began); took != want || WireOf(err) != history.WireUnreachable {
				t.Errorf("dial %d: %v after %v, want an error after %v", i, err, took, want)
			}
		}
	})
}

func BenchmarkNextSource(b *testing.B) {
	s, err := ParseSources([]string{"127.0.0.0/24"})
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.Next()
		}
	})
}
