package load

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLinger: the ended connection stays open for LingerFor while the next session runs, and no more than maxLingering do.
func TestLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var closed []time.Duration
		sink := newNotes()
		server := newPipes(t, func(s *side, n int) {
			s.request()
			s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			b := s.stream()
			for _, f := range s.video(2, uint32(n)) {
				b = append(b, f...)
			}
			s.say(fmt.Sprintf("%x\r\n%s\r\n", len(b), b))
			time.Sleep(200 * time.Millisecond)
			s.say("0\r\n\r\n")
			s.gone()
			mu.Lock()
			defer mu.Unlock()
			closed = append(closed, sink.Now().Round(time.Millisecond))
		})
		p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Manner: Linger, Sink: sink, Dial: server.dial}
		ctx, cancel := context.WithTimeout(t.Context(), 2100*time.Millisecond)
		defer cancel()
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
		server.sides.Wait()
		// Sessions end at 200, 400, 600 …; the fifth that ends pushes the first out, and so on. The last server is still
		// asleep when we leave.
		ms := time.Millisecond
		want := []time.Duration{1000 * ms, 1200 * ms, 1400 * ms, 1600 * ms, 1800 * ms, 2000 * ms, 2100 * ms, 2100 * ms, 2100 * ms, 2100 * ms, 2200 * ms}
		if diff := cmp.Diff(want, closed); diff != "" {
			t.Errorf("closed at (-want +got):\n%s", diff)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var closed time.Duration
		sink := newNotes()
		server := newPipes(t, func(s *side, n int) {
			s.request()
			if n > 1 {
				s.gone()
				return
			}
			b := append(s.stream(), s.video(1, 1)[0]...)
			s.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(b)))
			s.Write(b)
			s.gone()
			closed = sink.Now()
		})
		p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Manner: Linger, Sink: sink, Dial: server.dial}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		p.Run(ctx)
		server.sides.Wait()
		if closed != LingerFor {
			t.Errorf("closed after %v, want %v", closed, LingerFor)
		}
	})
}
