package load

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// quiet is a Sink that keeps nothing.
type quiet struct{ start time.Time }

func (q quiet) Now() time.Duration   { return time.Since(q.start) }
func (q quiet) Record(history.Event) {}

// serveForBench, in the environment, makes this test binary a server: the two ends of a benchmark are two processes, as
// they are in a run, and what is measured of one is not mixed with the other.
const serveForBench = "FLVSTORM_SERVE_FOR_BENCH"

func TestServeForBench(t *testing.T) {
	if os.Getenv(serveForBench) == "" {
		t.Skip("only as the child of a benchmark")
	}
	server, err := embedded.New(embedded.Config{RTMP: "127.0.0.1:0", HTTP: "127.0.0.1:0", PublisherIdle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	fmt.Println("serving", server.RTMPAddr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the benchmark, however that ends
		cancel()
	}()
	if err := server.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

// benchServer starts the embedded server and returns publishers for it.
func benchServer(b *testing.B) (*Publishers, func(stream string) target.Endpoint) {
	b.Helper()
	var addr string
	peertest.Child(b, "TestServeForBench", serveForBench, "serving %s\n", &addr)
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		b.Fatal(err)
	}
	known, _ := profile.Lookup("embedded")
	urls := target.URLs{Publish: "rtmp://" + addr + "/live/{stream}"}
	return &Publishers{
		Sink: quiet{time.Now()}, Gate: openGate{}, Clip: clip, Profile: known, Dial: new(target.Road).Dial,
	}, urls.Endpoint
}

// BenchmarkPublishCycle is connect, handshake, publish, ten frames, reset; "cycles/s" is the figure that the README
// claims, client and server together on the cores of this machine.
func BenchmarkPublishCycle(b *testing.B) {
	p, endpoint := benchServer(b)
	var workers sync.WaitGroup
	const actors = 16
	b.ResetTimer()
	for w := range actors {
		workers.Go(func() {
			who, to := Who{Role: history.Owner}, endpoint(fmt.Sprint("b", w))
			for n := w; n < b.N; n += actors {
				s, failure := p.Connect(b.Context(), to, who, Attempt{})
				if failure != nil {
					b.Errorf("connect: %+v", failure)
					return
				}
				s.Publish(uint32(n + 1))
				if _, failure := s.Await(b.Context()); failure != nil {
					b.Errorf("publish: %+v", failure)
					s.Close()
					return
				}
				s.sendHeaders()
				// Ten pictures in one write each, as a publisher sends them, without waiting for their time.
				for range 10 {
					s.sendDue(-s.nextWrite(), 0)
				}
				s.Wire().(*net.TCPConn).SetLinger(0)
				s.Close()
			}
		})
	}
	workers.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cycles/s")
}

// BenchmarkIdlePublishers is what each of a thousand publishers costs that publishes and sends nothing: heap and stacks.
func BenchmarkIdlePublishers(b *testing.B) {
	const publishers = 1000
	p, endpoint := benchServer(b)
	for b.Loop() {
		before := memory()
		sessions := make([]*Session, publishers)
		for i := range sessions {
			s, failure := p.Connect(b.Context(), endpoint(fmt.Sprint("idle", i)), Who{Role: history.Owner}, Attempt{})
			if failure != nil {
				b.Fatalf("connect: %+v", failure)
			}
			s.Publish(1)
			if _, failure := s.Await(b.Context()); failure != nil {
				b.Fatalf("publish: %+v", failure)
			}
			sessions[i] = s
		}
		b.ReportMetric(float64(memory()-before)/publishers, "B/publisher")
		for _, s := range sessions {
			s.Close()
		}
	}
}

// memory is what the process holds in heap and stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}
