//go:build linux

package fleet

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// BenchmarkFleet is a fleet at full sail for some seconds, against a sink in another process: how late it writes, how many cores
// it takes (the kernel's work for its writes included, which over loopback is that of both ends), and what memory.
func BenchmarkFleet(b *testing.B) {
	for _, size := range []struct{ publishers, fps, bitrate int }{
		{2500, 25, 50_000}, {5000, 10, 50_000}, {500, 25, 2_000_000},
	} {
		b.Run(fmt.Sprintf("%dx%dfps-%dkbit", size.publishers, size.fps, size.bitrate/1000), func(b *testing.B) {
			clip, err := media.Synthetic(media.Spec{Bitrate: size.bitrate, FPS: size.fps})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				benchFleet(b, clip, size.publishers)
			}
		})
	}
}

// benchFor is how long a fleet is watched.
const benchFor = 5 * time.Second

func benchFleet(b *testing.B, clip *media.Clip, publishers int) {
	addr := benchSink(b)
	known, _ := profile.Lookup("embedded")
	before := memory()
	f := New(Config{
		Publishers: &load.Publishers{
			Sink: quiet{time.Now()}, Gate: open{}, Clip: clip, Profile: known, Dial: new(target.Road).Dial,
		},
		Endpoint: target.URLs{Publish: "rtmp://" + addr + "/live/{stream}"}.Endpoint,
	})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	for i := range publishers {
		f.Join(Berth{Key: fmt.Sprint("live/s", i), Stream: fmt.Sprint("s", i), Actor: "pub", Due: time.Duration(i) * time.Millisecond})
	}
	soon(b, "all publish", func() bool { return f.Publishing() == publishers })
	f.Sample()
	size := memory() - before
	cpu, began := cores(), time.Now()
	<-time.After(benchFor)
	used, took := cores()-cpu, time.Since(began)
	s := f.Sample()
	var late latency.Histogram
	late.AddCounts(s.Lateness)
	b.ReportMetric(float64(late.Quantile(50).Microseconds())/1e3, "p50-ms")
	b.ReportMetric(float64(late.Quantile(99).Microseconds())/1e3, "p99-ms")
	b.ReportMetric(used.Seconds()/took.Seconds(), "cores")
	b.ReportMetric(float64(late.Count())/took.Seconds(), "writes/s")
	b.ReportMetric(float64(used.Microseconds())/float64(late.Count()), "µs/write")
	b.ReportMetric(float64(size)/float64(publishers), "B/publisher")
	b.ReportMetric(float64(s.Blocks), "blocks")
	cancel()
	if err := <-done; err != nil {
		b.Error(err)
	}
}

// quiet is a Sink that keeps nothing.
type quiet struct{ start time.Time }

func (q quiet) Now() time.Duration   { return time.Since(q.start) }
func (q quiet) Record(history.Event) {}

// cores is the CPU time of this process, its own and that of the kernel for it.
func cores() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// memory is what the process holds in heap and stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// benchSink starts a sink for as long as the benchmark takes.
func benchSink(b *testing.B) (addr string) {
	b.Helper()
	peertest.Child(b, "TestSinkForBench", sinkForBench, "sinking %s\n", &addr)
	return addr
}
