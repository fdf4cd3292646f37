package load

import (
	"context"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/google/go-cmp/cmp"
)

// countingGate closes after a failed dial and opens after a second.
type countingGate struct {
	until   time.Time
	reports []history.Wire
	touches int
}

func (g *countingGate) Wait(ctx context.Context) error {
	select {
	case <-time.After(time.Until(g.until)):
	case <-ctx.Done():
	}
	return ctx.Err()
}

func (g *countingGate) Report(w history.Wire) {
	g.reports = append(g.reports, w)
	if w != history.WireNone {
		g.until = time.Now().Add(time.Second)
	}
}

func (g *countingGate) Touch() { g.touches++ }

// TestGate: a player waits at the gate before each dial, which makes it no later than it is due, tells it how the dial went,
// and touches it when bytes come.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := &countingGate{}
		sink := newNotes()
		server := newPipes(t, func(s *side, n int) {
			s.request()
			s.say(head)
			s.Write(s.stream())
			s.gone()
		})
		p := Player{Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: sink, Gate: gate,
			Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if sink.Now() < 1500*time.Millisecond {
					return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
				}
				return server.dial(ctx, network, addr)
			},
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		p.Run(ctx)
		server.sides.Wait()
		want := []string{
			"   0 1 refused: refused", "1000 2 refused: refused",
			"2000 3 asks", "2000 3 answer 200", "2000 3 first byte", "3000 3 ended: ours, 0 frames",
		}
		if diff := cmp.Diff(want, sink.lines()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]history.Wire{history.WireRefused, history.WireRefused, history.WireNone}, gate.reports); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
		if gate.touches == 0 {
			t.Error("nothing touched the gate")
		}
	})
}
