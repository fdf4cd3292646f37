// Package selfwatch watches the generator of a load itself: what it measures can be trusted only while it keeps up.
//
//  1. RaiseDescriptors, Shortage and ShortageOfPorts look before the start whether this machine has enough for the run.
//  2. A Watch wakes every ten milliseconds and keeps how late it woke, as any goroutine of the run would have.
//  3. Sample takes what the system says of us once a second, and judges the window since the sample before by the limits below.
//
// Nothing here knows what the load is; what a late window means for the figures of a run is for the judgement.
package selfwatch

import (
	"context"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/proc"
	"github.com/flvstorm/flvstorm/report/history"
)

// From where on a window is late, and why there.
const (
	// maxLag is how late one timer of a hundred may wake. A frame is due every 40 ms at 25 frames a second, and a publisher that is
	// half of that late sends in bunches, which is another load than was asked for.
	maxLag = 20 * time.Millisecond
	// maxLagEver is how late any may. It is a tenth of the default buffer of a player: more of it and a stall could be ours.
	maxLagEver = 100 * time.Millisecond
	// maxCPU is which part of our cores we may use: above it what waits for a core waits longer and longer.
	maxCPU = 0.90
	// maxGC is for how long the collector may stop us in one window. Each stop adds to the latency of all that falls into it, and a
	// twentieth of a second of them is 5 % of what is measured.
	maxGC = 50 * time.Millisecond
	// maxDescriptors is which part of the descriptors may be open: the rest goes to connections that come and go at once.
	maxDescriptors = 0.95
	// maxPorts is which part of the local ports may be taken: the kernel tries ports one by one, and finds the last ones late.
	maxPorts = 0.90
	// maxStep is how far the clock of the machine may move against the time that passes. A clock that is slewed, at most by 500 ppm
	// (adjtimex(2)), moves both.
	maxStep = 50 * time.Millisecond
)

const (
	// period is how often the Watch wakes: a hundred times in a sample, so that one wake-up may be late by more than maxLag. That costs
	// a hundredth of a core where nothing else wakes the process.
	period = 10 * time.Millisecond
	// maxMissed bounds how many wake-ups that were missed are counted one by one, where a machine slept.
	maxMissed = 1000
	// portsEvery is how often ports are counted, which costs about two microseconds a connection; where that makes it dear, counting
	// is idle for portsIdle times as long as it took.
	portsEvery = 5 * time.Second
	portsIdle  = 500
)

// Config is what a Watch has to know of the run.
type Config struct {
	// To is where connections lead, host:port each. Of a host that is no address any address counts.
	To []string
	// Sources is how many local addresses they come from, 0 where the system chooses.
	Sources int
}

// Watch watches this process. Sample may be called from any goroutine while Run runs.
type Watch struct {
	to        []place
	portLimit int
	system    system

	mu    sync.Mutex
	lag   latency.Histogram // since the last sample
	beat  beat
	last  reading
	ports int // as counted last
}

// place is where connections lead. The zero Addr stands for any.
type place struct {
	addr netip.Addr
	port uint16
}

// system is where readings come from.
type system struct {
	now   func() time.Duration // since any one moment, never stepping
	read  func() reading
	ports func([]place) int
}

// reading is what the system says of us at one moment. What only grows is the sum since we were started.
type reading struct {
	at      time.Duration
	clock   time.Duration // of the machine, since any one moment
	cpu     time.Duration
	machine time.Duration // of all cores; negative where unknown
	cores   int
	gc      time.Duration
	heap    int64
	rss     int64

	descriptors, descriptorLimit int // negative where unknown
}

// New returns a Watch of a run.
func New(cfg Config) *Watch {
	w := &Watch{portLimit: proc.EphemeralPorts() * max(cfg.Sources, 1), ports: -1}
	for _, to := range cfg.To {
		host, service, err := net.SplitHostPort(to)
		if err != nil {
			continue
		}
		port, err := strconv.ParseUint(service, 10, 16)
		if err != nil {
			continue
		}
		addr, _ := netip.ParseAddr(host)
		w.to = append(w.to, place{addr.Unmap(), uint16(port)})
	}
	start := time.Now()
	w.system = system{
		now:   func() time.Duration { return time.Since(start) },
		read:  func() reading { return read(start) },
		ports: countPorts,
	}
	return w
}

// Run watches until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	w.mu.Lock()
	w.last = w.system.read()
	w.beat = beat{due: w.system.now() + period}
	w.mu.Unlock()
	var wg sync.WaitGroup
	wg.Go(func() { w.count(ctx) })
	w.wake(ctx)
	wg.Wait()
}

// wake wakes again and again, and keeps how late that was.
func (w *Watch) wake(ctx context.Context) {
	timer := time.NewTimer(period)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		w.mu.Lock()
		now := w.system.now()
		w.beat.woke(now, w.lag.Record)
		wait := w.beat.due - now
		w.mu.Unlock()
		timer.Reset(wait)
	}
}

// count counts ports every now and then.
func (w *Watch) count(ctx context.Context) {
	timer := time.NewTimer(portsEvery)
	defer timer.Stop()
	for {
		began := w.system.now()
		n := w.system.ports(w.to)
		took := w.system.now() - began
		w.mu.Lock()
		w.ports = n
		w.mu.Unlock()
		if n < 0 {
			return // nor will it be known later
		}
		timer.Reset(max(portsEvery, portsIdle*took))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// beat is a row of moments, a period apart, at which something was due.
type beat struct{ due time.Duration }

// woke tells how late each moment was that has passed by now, and moves on to the next one. What would have been due while nothing
// woke was late too.
func (b *beat) woke(now time.Duration, late func(time.Duration)) {
	for n := 0; b.due <= now; n++ {
		if n == maxMissed {
			b.due += (now - b.due).Truncate(period) + period
			return
		}
		late(now - b.due)
		b.due += period
	}
}

// Sample says how we were since the sample before, or since Run began. Step is for the caller to fill in.
func (w *Watch) Sample() history.SelfSample {
	next := w.system.read()
	w.mu.Lock()
	defer w.mu.Unlock()
	last := w.last
	w.last = next
	if last == (reading{}) {
		last = next
	}
	s := history.SelfSample{
		For: next.at - last.at, Cores: next.cores, Machine: -1, Lag: w.lag.Counts(), GC: next.gc - last.gc, Heap: next.heap, RSS: next.rss,
		Descriptors: next.descriptors, DescriptorLimit: next.descriptorLimit, Ports: w.ports, PortLimit: w.portLimit,
	}
	if s.For > 0 {
		s.CPU = float64(next.cpu-last.cpu) / float64(s.For)
		if next.machine >= 0 && last.machine >= 0 {
			s.Machine = float64(next.machine-last.machine) / float64(s.For)
		}
	}
	longest := w.lag.Longest()
	if w.beat != (beat{}) {
		longest = max(longest, w.system.now()-w.beat.due) // it ought to have woken by now
	}
	s.Late = late(s, w.lag.Quantile(99), longest, (next.clock-last.clock)-(next.at-last.at))
	w.lag.Reset()
	return s
}

// late says why a window can't be trusted, nil where it can.
func late(s history.SelfSample, lag, longest, step time.Duration) []string {
	var why []string
	for _, limit := range []struct {
		why  string
		over bool
	}{
		{"lag", lag > maxLag || longest > maxLagEver},
		{"cpu", s.CPU > maxCPU*float64(s.Cores)},
		{"gc", s.GC > maxGC},
		{"descriptors", s.DescriptorLimit > 0 && float64(s.Descriptors) > maxDescriptors*float64(s.DescriptorLimit)},
		{"ports", s.PortLimit > 0 && float64(s.Ports) > maxPorts*float64(s.PortLimit)},
		{"clock", step.Abs() > maxStep},
	} {
		if limit.over {
			why = append(why, limit.why)
		}
	}
	return why
}

// cores is how many cores we may use. The runtime knows of the quota of a cgroup since Go 1.25.
func cores() int { return runtime.GOMAXPROCS(0) }
