//go:build linux

package crowd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// serveForBench, in the environment, makes this test binary a server: what is measured is what this end of the connections costs, and
// not the other.
const serveForBench = "FLVSTORM_SERVE_CROWD"

// benchURL, in the environment, is a stream of some other server's to measure with.
const benchURL = "FLVSTORM_BENCH_URL"

// TestServeCrowd serves streams at /BITRATE/MS/CHUNKED: media of so many bit/s, gathered for so many ms (0 for a write a tag), in a chunk
// for each write if CHUNKED is 1.
func TestServeCrowd(t *testing.T) {
	if os.Getenv(serveForBench) == "" {
		t.Skip("only as the child of a benchmark")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("serving", l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the benchmark, however that ends
		l.Close()
	}()
	streams := map[string]*fan{}
	for {
		nc, err := l.Accept()
		if err != nil {
			return
		}
		req, err := http.ReadRequest(bufio.NewReader(nc))
		if err != nil {
			nc.Close()
			continue
		}
		f := streams[req.URL.Path]
		if f == nil {
			f = newFan(t, req.URL.Path)
			streams[req.URL.Path] = f
			go f.run()
		}
		f.join(nc)
	}
}

// fan sends one stream to many.
type fan struct {
	clip    *media.Clip
	every   time.Duration
	chunked bool
	mu      sync.Mutex
	conns   []net.Conn
}

func newFan(t *testing.T, path string) *fan {
	parts := strings.Split(path, "/")
	bitrate, _ := strconv.Atoi(parts[1])
	ms, _ := strconv.Atoi(parts[2])
	clip, err := media.Synthetic(media.Spec{Bitrate: bitrate})
	if err != nil {
		t.Fatal(err)
	}
	return &fan{clip: clip, every: time.Duration(ms) * time.Millisecond, chunked: parts[3] == "1"}
}

func (f *fan) join(nc net.Conn) {
	b := opening(f.clip)
	head := head
	if f.chunked {
		head = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nTransfer-Encoding: chunked\r\n\r\n"
		b = chunk(b)
	}
	nc.Write(append([]byte(head), b...))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conns = append(f.conns, nc)
}

func chunk(b []byte) []byte {
	return append(append(fmt.Appendf(nil, "%X\r\n", len(b)), b...), "\r\n"...)
}

// run sends for ever.
func (f *fan) run() {
	began := time.Now()
	var gathered []byte
	for i := 0; ; i++ {
		frame := f.clip.Frame(i % f.clip.Len())
		at := f.clip.Duration()*time.Duration(i/f.clip.Len()) + time.Duration(frame.Timestamp())*time.Millisecond
		gathered = flv.AppendTag(gathered, frame.Type, uint32(at/time.Millisecond), frame.Body)
		if at < f.every*time.Duration(1+time.Since(began)/max(f.every, 1)) && f.every > 0 {
			continue
		}
		time.Sleep(time.Until(began.Add(at)))
		if f.chunked {
			gathered = chunk(gathered)
		}
		f.mu.Lock()
		for _, nc := range f.conns {
			nc.Write(gathered)
		}
		f.mu.Unlock()
		gathered = gathered[:0]
	}
}

// benchServer starts that server and returns its address.
func benchServer(b *testing.B) (addr string) {
	b.Helper()
	peertest.Child(b, "TestServeCrowd", serveForBench, "serving %s\n", &addr)
	return addr
}

// quiet is a Sink that keeps nothing.
type quiet struct{ start time.Time }

func (q quiet) Now() time.Duration   { return time.Since(q.start) }
func (q quiet) Record(history.Event) {}

// reader is one way to receive a stream many times over. It returns when so many get it, with what has been received so far.
type reader func(b *testing.B, ctx context.Context, url string, players int) (received func() int64)

// crowdReader is a crowd on an engine.
func crowdReader(engine string) reader {
	return func(b *testing.B, ctx context.Context, url string, players int) func() int64 {
		c, err := New(Config{Sink: quiet{time.Now()}, Engine: engine})
		if err != nil {
			b.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			c.Run(ctx)
			close(done)
		}()
		b.Cleanup(func() { <-done })
		var bytes int64
		sample := func() (playing int) {
			for _, s := range c.Sample() {
				bytes += s.Bytes
				playing += s.Playing + s.Dry
				if s.Bad > 0 || len(s.Refused) > 0 || s.Ended > 0 {
					b.Errorf("%d bad, %d ended, refused %v", s.Bad, s.Ended, s.Refused)
				}
			}
			return playing
		}
		for i := range players {
			c.Join(Seat{Key: "live/s0", Actor: "play/live/s0/" + strconv.Itoa(i), URL: url})
			if i%200 == 199 { // a backlog is finite
				for sample() < i {
					time.Sleep(time.Millisecond)
				}
			}
		}
		for sample() < players {
			time.Sleep(10 * time.Millisecond)
		}
		return func() int64 {
			sample()
			return bytes
		}
	}
}

// dialAll makes the connections of a reader that is no crowd, and has take read each of them on a goroutine.
func dialAll(b *testing.B, ctx context.Context, raw string, players int, take func(nc net.Conn)) {
	u, err := url.Parse(raw)
	if err != nil {
		b.Fatal(err)
	}
	var reading sync.WaitGroup
	for range players {
		nc, err := net.Dial("tcp", u.Host)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(nc, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", u.Path, u.Host)
		reading.Go(func() {
			defer context.AfterFunc(ctx, func() { nc.Close() })()
			defer nc.Close()
			take(nc)
		})
	}
	b.Cleanup(reading.Wait)
}

// BenchmarkCPU is what a GB received costs this process, user and system, in each way: "ms/GB" is the figure.
func BenchmarkCPU(b *testing.B) {
	type stream struct {
		name, path string
		players    int
	}
	streams := []stream{
		{"64k merged", "/64000/350/1", 1500},
		{"64k by tag", "/64000/0/0", 500},
		{"2M merged", "/2000000/350/1", 300},
		{"2M by tag", "/2000000/0/0", 300},
		{"8M merged", "/8000000/350/0", 80},
	}
	readers := []struct {
		name string
		read reader
	}{
		{"epoll", crowdReader(Epoll)},
		{"goroutine", crowdReader(Goroutine)},
		{"nethttp", netHTTP},
		{"drop", dropAll},
	}
	other := os.Getenv(benchURL)
	addr := ""
	if other == "" {
		addr = benchServer(b)
	} else {
		streams = []stream{{"other", "", 300}}
	}
	for _, s := range streams {
		for _, r := range readers {
			where := "http://" + addr + s.path
			if other != "" {
				where = other
			}
			b.Run(s.name+"/"+r.name, func(b *testing.B) {
				for b.Loop() {
					ctx, cancel := context.WithCancel(b.Context())
					received := r.read(b, ctx, where, s.players)
					time.Sleep(2 * time.Second) // what a server sends at first comes in a burst
					bytes, cpu := received(), cpuTime()
					time.Sleep(3 * time.Second)
					cpu, bytes = cpuTime()-cpu, received()-bytes
					b.ReportMetric(float64(cpu.Milliseconds())/(float64(bytes)/1e9), "ms/GB")
					b.ReportMetric(float64(bytes)*8/3e6, "Mbit/s")
					cancel()
				}
			})
		}
	}
}

// BenchmarkMemory is what a player costs that plays: heap and stacks, and what the process grew by.
func BenchmarkMemory(b *testing.B) {
	addr := benchServer(b)
	for _, engine := range engines() {
		b.Run(engine, func(b *testing.B) {
			const players = 5000
			for b.Loop() {
				runtime.GC()
				before, rss := memoryInUse(), residentSize()
				ctx, cancel := context.WithCancel(b.Context())
				crowdReader(engine)(b, ctx, "http://"+addr+"/64000/350/1", players)
				time.Sleep(2 * time.Second)
				b.ReportMetric(float64(residentSize()-rss)/players, "RSS/player")
				b.ReportMetric(float64(memoryInUse()-before)/players, "B/player")
				cancel()
			}
		})
	}
}

// memoryInUse is what the process holds in heap and stacks.
func memoryInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
