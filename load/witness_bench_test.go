package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// streamForBench, in the environment, makes this test binary a server that sends every player one and the same stream at
// its own pace, so that what the players cost is measured in a process of its own.
const streamForBench = "FLVSTORM_STREAM_FOR_BENCH"

// benchStreamed is the part of the stream that players see in one measurement.
const benchStreamed = 4 * time.Second

func TestStreamForBench(t *testing.T) {
	if os.Getenv(streamForBench) == "" {
		t.Skip("only as the child of a benchmark")
	}
	clip, err := media.Synthetic(media.Spec{Bitrate: 2_000_000})
	if err != nil {
		t.Fatal(err)
	}
	// Each picture with the sound before it is one write, as most servers have it.
	var writes [][]byte
	first := (&side{clip: clip}).stream()
	var b []byte
	seq := uint32(0)
	for i := 0; ; i++ {
		f := clip.Frame(i)
		if f.DTS >= benchStreamed {
			break
		}
		body := append([]byte(nil), f.Body...)
		if f.StampAt >= 0 {
			seq++
			media.Stamp{
				Epoch: 1, Seq: seq, SentAt: time.Now().Add(f.DTS).UnixNano(), Source: media.SourceOf(7, "live/s0"), Sum: f.Sum, Config: clip.Config(),
			}.Put(body[f.StampAt:])
		}
		b = flv.AppendTag(b, f.Type, f.Timestamp(), body)
		if f.Type == flv.Video {
			writes = append(writes, b)
			b = nil
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("streaming", l.Addr())
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				bufio.NewReader(nc).ReadString('\n')
				io.WriteString(nc, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				chunks{nc}.Write(first)
				pace := time.NewTicker(40 * time.Millisecond)
				defer pace.Stop()
				for _, w := range writes {
					<-pace.C
					if fmt.Fprintf(nc, "%x\r\n%s\r\n", len(w), w); err != nil {
						return
					}
				}
			}()
		}
	}()
	io.Copy(io.Discard, os.Stdin)
}

// streamServer starts it and returns its address.
func streamServer(b *testing.B) (addr string) {
	b.Helper()
	peertest.Child(b, "TestStreamForBench", streamForBench, "streaming %s\n", &addr)
	return addr
}

// odd is a Sink that counts what should not be.
type odd struct {
	quiet
	mu       sync.Mutex
	oddities []history.Oddity
	bytes    int64
}

func (o *odd) Record(e history.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch w := e.What.(type) {
	case history.Oddity:
		o.oddities = append(o.oddities, w)
	case history.PlayEnded:
		o.bytes += w.Bytes
	}
}

// BenchmarkCrowdOf100 and BenchmarkWitnessesOf100 are 100 players at 2 Mbit/s, each on a socket of its own and fed by another process at
// the stream's pace: what they cost in CPU of this process for a gigabyte. The README claims the ratio of the two.
func BenchmarkCrowdOf100(b *testing.B) {
	b.ReportMetric(players(b, streamServer(b), false), "cpu-s/GB")
}
func BenchmarkWitnessesOf100(b *testing.B) {
	b.ReportMetric(players(b, streamServer(b), true), "cpu-s/GB")
}

// BenchmarkWitnessRatio is the ratio, of runs in turn.
func BenchmarkWitnessRatio(b *testing.B) {
	addr := streamServer(b)
	crowd := players(b, addr, false)
	witnesses := players(b, addr, true)
	b.ReportMetric(witnesses/crowd, "witness/crowd")
}

// players returns what 100 of them cost, in seconds of CPU for a gigabyte.
func players(b *testing.B, addr string, witness bool) float64 {
	var used time.Duration
	var bytes int64
	evidence := &Evidence{Dir: b.TempDir()}
	run := func() {
		sink := &odd{quiet: quiet{time.Now()}}
		var all sync.WaitGroup
		before := cpu()
		for range 100 {
			all.Go(func() {
				v, err := newViewer(Player{
					Key: "live/s0", URL: "http://" + addr + "/s.flv", Sink: sink, Witness: witness, Source: 7, Evidence: evidence,
				})
				if err != nil {
					b.Error(err)
					return
				}
				v.play(context.Background(), 0)
			})
		}
		all.Wait()
		used += cpu() - before
		bytes += sink.bytes
		for _, o := range sink.oddities {
			if o.What != history.Future {
				b.Error(errors.New(string(o.What)), o.Detail)
			}
		}
	}
	for range max(b.N, 1) {
		run()
	}
	return used.Seconds() / float64(bytes) * 1e9
}
