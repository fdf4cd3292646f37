//go:build unix

package main

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// narrow is a path to addr that lets so many bytes through to whoever connects, every so often, until the test ends. It returns
// where to connect.
func narrow(t testing.TB, addr string, bytes int, every time.Duration) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	gone := make(chan struct{})
	t.Cleanup(func() { close(gone); l.Close(); all.Wait() })
	all.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", addr)
			if err != nil {
				near.Close()
				continue
			}
			over := sync.OnceFunc(func() { near.Close(); far.Close() })
			all.Go(func() { defer over(); io.Copy(far, near) })
			all.Go(func() { defer over(); trickle(near, far, bytes, every, gone) })
		}
	})
	return l.Addr().String()
}

// trickle copies at that pace.
func trickle(to io.Writer, from io.Reader, bytes int, every time.Duration, gone <-chan struct{}) {
	pace := time.NewTicker(every)
	defer pace.Stop()
	b := make([]byte, bytes)
	for {
		select {
		case <-pace.C:
		case <-gone:
			return
		}
		n, err := from.Read(b)
		if _, failed := to.Write(b[:n]); err != nil || failed != nil {
			return
		}
	}
}

// TestNarrowPath: a good server drops what a path is too narrow for, as it should, and is not to blame for that, though the
// player reads all that comes as soon as it does. What a bad one drops on a path that is wide enough is still found.
func TestNarrowPath(t *testing.T) {
	t.Parallel()
	args := []string{
		"--streams", "1", "--players", "1", "--contenders", "0", "--bitrate", "16M", "--gop", "1s", "--live", "11s", "--duration", "12s",
	}
	t.Run("a good server", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			for try := 1; ; try++ {
				b := newBox(t)
				s := b.serve()
				through := narrow(t, s.http, 10_000, 10*time.Millisecond)
				flags := s.flags()
				for i, f := range flags {
					flags[i] = strings.Replace(f, "http://"+s.http, "http://"+through, 1)
				}
				d := b.chaos(0, join(args, patient, flags)...)
				if d.codes() != "" {
					t.Errorf("findings %q", d.codes())
				}
				s.stop()
				if b.missed("run") {
					return
				}
				// A machine that is too busy to publish 16 Mbit/s needs no wider path.
				if try == 3 {
					t.Fatal("the path was not too narrow: nothing was missing")
				}
			}
		})
	})
	t.Run("one that drops frames", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			s := b.serve("--bug", "drop-frames")
			through := narrow(t, s.http, 1_000_000, 350*time.Millisecond) // as SRS gathers what it sends
			flags := s.flags()
			for i, f := range flags {
				flags[i] = strings.Replace(f, "http://"+s.http, "http://"+through, 1)
			}
			d := b.chaos(1, join([]string{"--streams", "1", "--players", "1", "--contenders", "0", "--bitrate", "4M", "--live", "2s", "--duration", "3s"}, patient, flags)...)
			if d.codes() != "media-loss" {
				t.Errorf("findings %q", d.codes())
			}
			s.stop()
		})
	})
}

// missed reports whether a witness of a run told that frames were missing.
func (b *box) missed(run string) bool {
	b.t.Helper()
	events, _ := b.events(run)
	for _, e := range events {
		if o, ok := e.What.(history.Oddity); ok && o.What == history.Gap && o.Missing > 0 {
			return true
		}
	}
	return false
}
