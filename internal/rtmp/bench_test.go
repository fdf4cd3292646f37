package rtmp

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	gortmp "github.com/yutopp/go-rtmp"
	"github.com/yutopp/go-rtmp/message"
	"go.uber.org/goleak"
)

// benchBody is the size of the message of the chunk benchmarks: a frame of 2 Mbit/s.
const benchBody = 10 << 10

func BenchmarkChunkRead(b *testing.B) {
	for _, size := range []int{128, 4096, 65536} {
		wire := AppendMessage(nil, Message{Type: TypeVideo, StreamID: 1, Payload: make([]byte, benchBody)}, size)
		head := AppendMessage(nil, setChunkSize(size), initialChunkSize)
		b.Run(fmt.Sprintf("ours/chunk=%d", size), func(b *testing.B) {
			b.SetBytes(benchBody)
			b.ReportAllocs()
			src := &endless{head: head, wire: wire}
			r := NewChunkReader(src, Limits{ReadBuffer: defaultServerBuffer})
			for b.Loop() {
				if _, err := r.Next(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("go-rtmp/chunk=%d", size), func(b *testing.B) {
			b.SetBytes(benchBody)
			b.ReportAllocs()
			src := bufio.NewReaderSize(&endless{wire: wire}, defaultServerBuffer)
			newReader := func() *gortmp.ChunkStreamer {
				return gortmp.NewChunkStreamer(src, bufio.NewWriter(io.Discard), goRTMPConfig(size))
			}
			r := newReader()
			defer func() {
				r.Close()
				<-r.Done()
			}()
			var m gortmp.ChunkMessage
			sink := make([]byte, benchBody)
			for n := 1; b.Loop(); n++ {
				if n%50000 == 0 {
					// After 1 GiB it wants to acknowledge, and panics outside of its own connection.
					r.Close()
					<-r.Done()
					r = newReader()
				}
				if _, _, err := r.Read(&m); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(m.Message.(*message.VideoMessage).Payload, sink); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkChunkWrite(b *testing.B) {
	body := make([]byte, benchBody)
	for _, size := range []int{128, 4096, 65536} {
		b.Run(fmt.Sprintf("append/chunk=%d", size), func(b *testing.B) {
			b.SetBytes(benchBody)
			b.ReportAllocs()
			var buf []byte
			for n := uint32(0); b.Loop(); n++ {
				buf = AppendMessage(buf[:0], Message{Type: TypeVideo, StreamID: 1, Timestamp: n, Payload: body}, size)
			}
		})
		b.Run(fmt.Sprintf("writer/chunk=%d", size), func(b *testing.B) {
			b.SetBytes(benchBody)
			b.ReportAllocs()
			w := NewChunkWriter(io.Discard)
			if err := w.SetChunkSize(size); err != nil {
				b.Fatal(err)
			}
			for n := uint32(0); b.Loop(); n++ {
				if err := w.WriteMessage(Message{Type: TypeVideo, StreamID: 1, Timestamp: n, Payload: body}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("go-rtmp/chunk=%d", size), func(b *testing.B) {
			b.SetBytes(benchBody)
			b.ReportAllocs()
			w := gortmp.NewChunkStreamer(new(bytes.Reader), bufio.NewWriter(io.Discard), goRTMPConfig(size))
			defer func() {
				w.Close()
				<-w.Done()
			}()
			for n := uint32(0); b.Loop(); n++ {
				m := gortmp.ChunkMessage{StreamID: 1, Message: &message.VideoMessage{Payload: bytes.NewReader(body)}}
				if err := w.Write(context.Background(), 6, n, &m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// goRTMPConfig makes go-rtmp use chunks of size bytes.
func goRTMPConfig(size int) *gortmp.StreamControlStateConfig {
	return &gortmp.StreamControlStateConfig{DefaultChunkSize: uint32(size), MaxChunkSize: 1 << 24, MaxChunkStreams: 64,
		DefaultAckWindowSize: math.MaxInt32, MaxAckWindowSize: math.MaxInt32, MaxMessageSize: 1 << 24, MaxMessageStreams: 64}
}

// endless reads head once and then wire again and again.
type endless struct{ head, wire, rest []byte }

func (e *endless) Read(p []byte) (int, error) {
	if len(e.head) > 0 {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if len(e.rest) == 0 {
		e.rest = e.wire
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// BenchmarkCycle is one publish from the dial to the reset: connect, open, publish, Start, ten frames, RST, both ends in
// this process, two at a time.
func BenchmarkCycle(b *testing.B) {
	addr := serve(b)
	frame := AppendMessage(nil, Message{Type: TypeVideo, StreamID: publishStream, Payload: make([]byte, 1000)}, defaultChunkSize)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, err := publishTo(b.Context(), addr, "s0")
			if err != nil {
				b.Error(err)
				return
			}
			if err := awaitStart(b.Context(), c); err != nil {
				b.Error(err)
			}
			for range 10 {
				if _, err := c.WriteMedia(frame); err != nil {
					b.Error(err)
				}
			}
			_ = c.NetConn().(*net.TCPConn).SetLinger(0)
			c.NetConn().Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cycles/s")
}

// BenchmarkNagle is a connect to Publish.Start against a server that has Nagle's algorithm on and answers in small writes,
// as SRS does, with and without immediate acknowledgements.
func BenchmarkNagle(b *testing.B) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var all sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	all.Go(func() { acceptAll(ctx, nagle{ln}, &all) })
	b.Cleanup(func() {
		cancel()
		ln.Close()
		all.Wait()
	})
	for _, quick := range []bool{true, false} {
		b.Run(fmt.Sprintf("quickack=%v", quick), func(b *testing.B) {
			for b.Loop() {
				nc, err := net.Dial("tcp", ln.Addr().String())
				if err != nil {
					b.Fatal(err)
				}
				if !quick {
					nc = struct{ net.Conn }{nc}
				}
				c, err := publishOn(b.Context(), nc, "s0")
				if err == nil {
					err = awaitStart(b.Context(), c)
				}
				if err != nil {
					b.Fatal(err)
				}
				nc.Close()
			}
		})
	}
}

// nagle is a listener whose connections delay and dribble.
type nagle struct{ net.Listener }

func (l nagle) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return dribble{nc}, nc.(*net.TCPConn).SetNoDelay(false)
}

// dribble writes in two pieces.
type dribble struct{ net.Conn }

func (d dribble) Write(p []byte) (int, error) {
	n, err := d.Conn.Write(p[:len(p)/2])
	if err != nil {
		return n, err
	}
	m, err := d.Conn.Write(p[n:])
	return n + m, err
}

// publishTo connects and asks to publish.
func publishTo(ctx context.Context, addr, stream string) (*Client, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return publishOn(ctx, nc, stream)
}

func publishOn(ctx context.Context, nc net.Conn, stream string) (*Client, error) {
	c, err := NewClient(ctx, nc, ClientConfig{App: "live", TCURL: "rtmp://127.0.0.1/live"})
	if err == nil {
		err = c.Open(ctx, stream)
	}
	if err == nil {
		err = c.WritePublish(stream)
	}
	if err != nil {
		nc.Close()
	}
	return c, err
}

// awaitStart waits for the onStatus that accepts a publish.
func awaitStart(ctx context.Context, c *Client) error {
	for {
		s, err := c.Status(ctx)
		if err != nil || s.Command == "onStatus" {
			return err
		}
	}
}

// serve accepts every publish until the test ends.
func serve(t testing.TB) (addr string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { acceptAll(ctx, ln, &all) })
	t.Cleanup(func() {
		cancel()
		ln.Close()
		all.Wait()
	})
	return ln.Addr().String()
}

func acceptAll(ctx context.Context, ln net.Listener, all *sync.WaitGroup) {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		all.Go(func() {
			defer nc.Close()
			stop := context.AfterFunc(ctx, func() { nc.Close() })
			defer stop()
			s, err := NewServerConn(ctx, nc, ServerConfig{ReplyProperties: map[string]any{"srs_id": "x1", "srs_pid": 7}})
			for err == nil {
				var req Request
				if req, err = s.Next(); err == nil && req.Kind == Publish {
					err = s.Accept()
				}
			}
		})
	}
}

// The test binary, started again with this set, serves until its stdin ends: the server of BenchmarkIdle must not count.
const serveEnv = "FLVSTORM_RTMP_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(serveEnv) == "" {
		goleak.VerifyTestMain(m)
		return
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(ln.Addr())
	go acceptAll(context.Background(), ln, new(sync.WaitGroup))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// BenchmarkIdle measures what a publisher that is accepted and silent holds: the connection, the Client, and the stacks
// of the goroutine that negotiated, and waits to write, and of another that waits in Status.
func BenchmarkIdle(b *testing.B) {
	const publishers = 1000
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		stdin.Close()
		_ = cmd.Wait()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	addr := strings.TrimSpace(line)

	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		var all, ready sync.WaitGroup
		before := memoryInUse()
		for range publishers {
			ready.Add(1)
			all.Go(func() {
				c, err := publishTo(ctx, addr, "s0")
				if err != nil {
					ready.Done()
					b.Error(err)
					return
				}
				defer c.NetConn().Close()
				all.Go(func() {
					if err := awaitStart(ctx, c); err != nil {
						b.Error(err)
					}
					ready.Done()
					_, _ = c.Status(ctx)
				})
				<-ctx.Done()
			})
		}
		ready.Wait()
		after := memoryInUse()
		cancel()
		all.Wait()
		b.ReportMetric(float64(after-before)/publishers, "B/publisher")
	}
}

// memoryInUse is the heap and the stacks after a collection. Two collections empty the pools, and stacks shrink in them.
func memoryInUse() uint64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
