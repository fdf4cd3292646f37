package chaos

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// deaf is a Sink that has a clock and nothing else.
type deaf struct{ start time.Time }

func (d deaf) Record(history.Event) {}
func (d deaf) Now() time.Duration   { return time.Since(d.start) }

const serveForBench = "FLVSTORM_BENCH_SERVE"

// TestServeForBench is the server of BenchmarkRecorderCost, in a process of its own. It ends when its standard input does.
func TestServeForBench(t *testing.T) {
	if os.Getenv(serveForBench) == "" {
		t.Skip("only for benchmarks")
	}
	s, err := embedded.New(embedded.Config{RTMP: "127.0.0.1:0", HTTP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	fmt.Println("serving", s.RTMPAddr(), s.HTTPAddr())
	if err := s.Run(ctx); err != nil && ctx.Err() == nil {
		t.Error(err)
	}
}

// BenchmarkRecorderCost is what it costs a chaos run to be recorded to disk and judged while it goes on: the same run again and
// again, by turns with a Recorder and a Judge and with nothing, against a server in another process. "cpu-ratio" is the CPU time
// of this process with them to that without, the geometric mean of the pairs, "low" and "high" its interval of 95 % (Student's t
// over the logarithms).
func BenchmarkRecorderCost(b *testing.B) {
	const pairs = 10
	urls := benchServer(b)
	for b.Loop() {
		chaosCPU(b, urls, false) // the first run is that of cold caches
		var logs []float64
		var events int64
		for i := range pairs {
			var cpu [2]time.Duration
			for j := range 2 {
				on := (i+j)%2 == 0
				took, n := chaosCPU(b, urls, on)
				if events += n; on {
					cpu[1] = took
				} else {
					cpu[0] = took
				}
			}
			b.Logf("pair %d: %v without, %v with", i+1, cpu[0], cpu[1])
			logs = append(logs, math.Log(float64(cpu[1])/float64(cpu[0])))
		}
		mean, half := interval(logs)
		b.ReportMetric(math.Exp(mean), "cpu-ratio")
		b.ReportMetric(math.Exp(mean-half), "low")
		b.ReportMetric(math.Exp(mean+half), "high")
		b.ReportMetric(float64(events)/pairs/benchFor.Seconds(), "events/s")
		b.ReportMetric(0, "ns/op")
	}
}

// benchFor is the length of a run.
const benchFor = 4 * time.Second

// chaosCPU makes one run and returns the CPU time that it took us, and how many events there were if it was recorded.
func chaosCPU(b *testing.B, urls target.URLs, recorded bool) (time.Duration, int64) {
	b.Helper()
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		b.Fatal(err)
	}
	known, _ := profile.Lookup("embedded")
	spec := DefaultSpec()
	spec.Load.Streams, spec.Load.Duration = 60, benchFor
	plan := NewPlan(spec, func(i int) string { return fmt.Sprint("bench", i) }, urls.Key)
	plan.Unsettled = true

	runtime.GC()
	before := cpuTime(b)
	var sink history.Sink = deaf{time.Now()}
	var events int64
	finish := func() {}
	if recorded {
		asMap, err := known.Map()
		if err != nil {
			b.Fatal(err)
		}
		header := history.Header{
			StartedAt: time.Now(), Profile: asMap, Plan: plan.Print(), Judge: history.Judge{Grace: spec.Grace, StuckAfter: spec.StuckAfter},
		}
		judge := check.New(header)
		ticks := 0
		recorder, err := history.NewRecorder(history.RecorderConfig{Dir: b.TempDir(), Header: header, Listener: func(e history.Event) {
			events++
			judge.Step(e)
			if _, tick := e.What.(history.Tick); tick {
				if ticks++; ticks%5 == 0 { // as for the live line
					judge.Findings()
				}
			}
		}})
		if err != nil {
			b.Fatal(err)
		}
		sink = recorder
		finish = func() {
			if err := recorder.Close(); err != nil {
				b.Fatal(err)
			}
			if out := judge.Finish().Outcome; out.Publish.Accepted == 0 || out.Play.Tags == 0 {
				b.Fatalf("nothing happened: %+v", out.Publish)
			}
		}
	}
	road := new(target.Road)
	clock := load.SteadyClock()
	run := Run{
		Plan: plan, Sink: sink, Gate: open{}, Endpoint: urls.Endpoint, PlayURL: urls.PlayURL, Epochs: new(Epochs),
		Publishers: &load.Publishers{Sink: sink, Gate: open{}, Clip: clip, Profile: known, Dial: road.Dial, Source: 1, Clock: clock},
		Player: func() *load.Player {
			return &load.Player{Sink: sink, Gate: open{}, Dial: road.Dial, Source: 1, Clock: clock}
		},
	}
	run.Run(b.Context())
	finish()
	return cpuTime(b) - before, events
}

// benchServer starts the embedded server in a process of its own.
func benchServer(b *testing.B) target.URLs {
	b.Helper()
	var rtmp, http string
	peertest.Child(b, "TestServeForBench", serveForBench, "serving %s %s\n", &rtmp, &http)
	return target.URLs{Publish: "rtmp://" + rtmp + "/live/{stream}", Play: "http://" + http + "/live/{stream}.flv"}
}

// cpuTime is the CPU time of this process so far, in the kernel and outside.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// interval is the mean of x and half of its interval of 95 %.
func interval(x []float64) (mean, half float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	var variance float64
	for _, v := range x {
		variance += (v - mean) * (v - mean) / (n - 1)
	}
	const student = 2.262 // of nine degrees of freedom, as ten pairs have
	return mean, student * math.Sqrt(variance/n)
}
