package selfwatch

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/history"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ms = time.Millisecond

func TestBeat(t *testing.T) {
	for _, tt := range []struct {
		name     string
		due, now time.Duration
		late     []time.Duration
		next     time.Duration
	}{
		{"too early", 10 * ms, 9 * ms, nil, 10 * ms},
		{"in time", 10 * ms, 10 * ms, []time.Duration{0}, 20 * ms},
		{"late", 10 * ms, 13 * ms, []time.Duration{3 * ms}, 20 * ms},
		{"a whole one late", 10 * ms, 20 * ms, []time.Duration{10 * ms, 0}, 30 * ms},
		{"very late", 10 * ms, 45 * ms, []time.Duration{35 * ms, 25 * ms, 15 * ms, 5 * ms}, 50 * ms},
	} {
		b := beat{due: tt.due}
		var got []time.Duration
		b.woke(tt.now, func(d time.Duration) { got = append(got, d) })
		if diff := cmp.Diff(tt.late, got); diff != "" || b.due != tt.next {
			t.Errorf("%s: next at %v, want %v; lateness (-want +got):\n%s", tt.name, b.due, tt.next, diff)
		}
	}
	b, n := beat{due: 10 * ms}, 0
	b.woke(8*time.Hour+3*ms, func(time.Duration) { n++ })
	if n != maxMissed || b.due != 8*time.Hour+10*ms {
		t.Errorf("a machine that slept: %d moments, the next at %v", n, b.due)
	}
}

// usual is how we are when nothing is wrong, a second after zero.
func usual() reading {
	return reading{
		at: time.Second, clock: time.Second, cpu: 500 * ms, machine: 900 * ms, cores: 2, gc: ms, heap: 1 << 20, rss: 1 << 24,
		descriptors: 100, descriptorLimit: 1000,
	}
}

func TestLateWindows(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(r *reading, w *Watch)
		want   []string
	}{
		{"nothing wrong", func(*reading, *Watch) {}, nil},
		{"all at its limit", func(r *reading, w *Watch) {
			r.cpu, r.gc, r.descriptors, w.ports, r.clock = 1800*ms, 50*ms, 950, 900, 1050*ms
			for range 100 {
				w.lag.Record(19 * ms)
			}
			w.lag.Record(99 * ms)
		}, nil},
		{"cpu", func(r *reading, _ *Watch) { r.cpu = 1801 * ms }, []string{"cpu"}},
		{"more than all cores", func(r *reading, _ *Watch) { r.cpu = 3 * time.Second }, []string{"cpu"}},
		{"gc", func(r *reading, _ *Watch) { r.gc = 51 * ms }, []string{"gc"}},
		{"descriptors", func(r *reading, _ *Watch) { r.descriptors = 951 }, []string{"descriptors"}},
		{"ports", func(_ *reading, w *Watch) { w.ports = 901 }, []string{"ports"}},
		{"a clock that goes on", func(r *reading, _ *Watch) { r.clock = 1051 * ms }, []string{"clock"}},
		{"a clock that goes back", func(r *reading, _ *Watch) { r.clock = -time.Hour }, []string{"clock"}},
		{"one of a hundred wakes late", func(_ *reading, w *Watch) {
			for range 98 {
				w.lag.Record(0)
			}
			w.lag.Record(22 * ms)
			w.lag.Record(22 * ms)
		}, []string{"lag"}},
		{"one wakes very late", func(_ *reading, w *Watch) {
			for range 1000 {
				w.lag.Record(0)
			}
			w.lag.Record(110 * ms)
		}, []string{"lag"}},
		{"it has not woken yet", func(_ *reading, w *Watch) { w.beat.due = time.Second - 101*ms }, []string{"lag"}},
		{"what is not known", func(r *reading, w *Watch) { r.descriptors, r.descriptorLimit, r.machine, w.ports = -1, -1, -1, -1 }, nil},
		{"everything", func(r *reading, w *Watch) {
			r.cpu, r.gc, r.descriptors, w.ports, r.clock = 2*time.Second, time.Second, 1000, 1000, 0
			w.lag.Record(time.Second)
		}, []string{"lag", "cpu", "gc", "descriptors", "ports", "clock"}},
	} {
		r := usual()
		w := &Watch{portLimit: 1000, last: reading{cores: 2}, beat: beat{due: 1010 * ms}}
		tt.change(&r, w)
		w.system = system{now: func() time.Duration { return time.Second }, read: func() reading { return r }}
		s := w.Sample()
		if diff := cmp.Diff(tt.want, s.Late); diff != "" {
			t.Errorf("%s: late for (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestSample(t *testing.T) {
	r := usual()
	w := &Watch{portLimit: 28_000, ports: 17}
	w.system = system{now: func() time.Duration { return r.at }, read: func() reading { return r }}
	if s := w.Sample(); s.For != 0 || s.CPU != 0 || s.Late != nil {
		t.Errorf("before anything was seen: %+v", s)
	}
	r.at, r.clock, r.cpu, r.machine, r.gc, r.heap = 3*time.Second, 3*time.Second, 1500*ms, 3900*ms, 5*ms, 7
	w.lag.Record(2 * ms)
	want := history.SelfSample{
		For: 2 * time.Second, CPU: 0.5, Machine: 1.5, Cores: 2, GC: 4 * ms, Heap: 7, RSS: 1 << 24,
		Descriptors: 100, DescriptorLimit: 1000, Ports: 17, PortLimit: 28_000, Lag: history.Counts{{2000, 1}},
	}
	got := w.Sample()
	var lag latency.Histogram
	lag.AddCounts(got.Lag)
	if d := lag.Quantile(50); d < 1980*time.Microsecond || d > 2020*time.Microsecond {
		t.Errorf("a lag of 2 ms is kept as %v", d)
	}
	got.Lag = want.Lag
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := w.Sample(); s.Lag != nil {
		t.Errorf("the lag of the window before is told again: %v", s.Lag)
	}
	r.at, r.machine = 4*time.Second, -1
	if s := w.Sample(); s.Machine != -1 {
		t.Errorf("nobody knows of the machine, and it uses %v cores", s.Machine)
	}
	r.at, r.machine = 5*time.Second, 4*time.Second
	if s := w.Sample(); s.Machine != -1 {
		t.Errorf("nobody knew of the machine before, and it uses %v cores", s.Machine)
	}
}

// TestRunSeesLag: time goes by unnoticed, as it does when nobody is let run; the next to wake tells.
func TestRunSeesLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var lost atomic.Int64
		var counted atomic.Int64
		w := New(Config{To: []string{"127.0.0.1:1935"}, Sources: 2})
		w.system = system{
			now:   func() time.Duration { return time.Since(start) + time.Duration(lost.Load()) },
			read:  func() reading { d := time.Since(start); return reading{at: d + 1, clock: d, cores: 1} },
			ports: func(to []place) int { return int(counted.Add(1)) },
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		time.Sleep(time.Second + ms)
		s := w.Sample()
		var lag latency.Histogram
		lag.AddCounts(s.Lag)
		if lag.Count() != 100 || lag.Longest() != 0 || s.Late != nil || s.Ports != 1 {
			t.Errorf("a second without trouble: %+v", s)
		}
		lost.Add(int64(300 * ms))
		time.Sleep(100 * ms)
		s = w.Sample()
		lag = latency.Histogram{}
		lag.AddCounts(s.Lag)
		if !slices.Equal(s.Late, []string{"lag"}) || lag.Count() != 40 || lag.Longest() < 290*ms {
			t.Errorf("300 ms were lost: %d moments, the longest %v, late for %v", lag.Count(), lag.Longest(), s.Late)
		}
		time.Sleep(10 * time.Second)
		if s := w.Sample(); s.Late != nil || s.Ports != 3 {
			t.Errorf("later: late for %v, %d ports", s.Late, s.Ports)
		}
		cancel()
		<-done
	})
}

func TestRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := New(Config{To: []string{"127.0.0.1:1935", "example.test:80", "no port", "a:b"}})
	if want := 2; len(w.to) != want {
		t.Errorf("%d places, want %d: %v", len(w.to), want, w.to)
	}
	cancel()
	w.Run(ctx)
	s := w.Sample()
	if one := New(Config{}); w.portLimit != one.portLimit || New(Config{Sources: 3}).portLimit != 3*one.portLimit {
		t.Error("the limit of ports does not go by the sources")
	}
	if s.Cores < 1 || s.Heap <= 0 || s.PortLimit < 1 {
		t.Errorf("%+v", s)
	}
	if runtime.GOOS == "linux" && (s.RSS <= 0 || s.Machine < 0 || s.Descriptors < 3 || s.Descriptors > s.DescriptorLimit) {
		t.Errorf("%+v", s)
	}
}

func TestClocks(t *testing.T) {
	start := time.Now()
	for range 100 {
		passed, clock := clocks(start)
		if step := (clock - passed).Abs(); step > maxStep {
			t.Errorf("the clock stepped by %v", step)
		}
	}
	stepped := start.Add(time.Hour) // both readings move
	if passed, clock := clocks(stepped); passed > 0 || clock > 0 {
		t.Errorf("an hour before: %v, %v", passed, clock)
	}
}
