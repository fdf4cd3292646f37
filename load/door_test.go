package load

import (
	"context"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestPlayersDoor: the players' port refuses for a while, and a Watch looks after it. Each player tells once that it is
// shut out, also one that was only held back because another had been; both are back as soon as the door opens.
func TestPlayersDoor(t *testing.T) {
	tests := []struct {
		name       string
		up, span   time.Duration // the port takes connections from then on; how long the players run
		one, other []string
	}{
		{
			"it comes back", 3100 * time.Millisecond, 4 * time.Second,
			[]string{"   0 1 refused: refused", "3250 2 asks", "3250 2 answer 200", "3250 2 first byte", "4000 2 ended: ours, 0 frames"},
			[]string{"1100 1 refused: refused", "3250 2 asks", "3250 2 answer 200", "3250 2 first byte", "4000 2 ended: ours, 0 frames"},
		},
		{
			"before the other has looked", 600 * time.Millisecond, 2 * time.Second,
			[]string{"   0 1 refused: refused", " 750 2 asks", " 750 2 answer 200", " 750 2 first byte", "2000 2 ended: ours, 0 frames"},
			[]string{" 750 1 asks", " 750 1 answer 200", " 750 1 first byte", "2000 1 ended: ours, 0 frames"},
		},
		{
			"it never does", time.Hour, time.Minute,
			[]string{"   0 1 refused: refused", "60000 1 ended: ours, 0 frames"},
			[]string{"1100 1 refused: refused", "60000 1 ended: ours, 0 frames"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newPipes(t, func(s *side, n int) {
					s.request()
					s.say(head)
					s.Write(s.stream())
					s.gone()
				})
				clock := newNotes()
				dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
					if clock.Now() < tt.up {
						return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
					}
					return server.dial(ctx, network, addr)
				}
				var probes atomic.Int32
				watch := target.NewWatch(target.WatchConfig{RTMP: "rtmp:1935", Play: "play:80", Sink: clock,
					Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
						if addr == "play:80" {
							probes.Add(1)
						}
						return dial(ctx, network, addr)
					},
				})
				ctx, cancel := context.WithTimeout(t.Context(), tt.span)
				defer cancel()
				said := make([][]string, 2)
				done := make(chan struct{})
				go func() {
					defer close(done)
					// The publishers' port is another's matter: traffic flows there.
					for ctx.Err() == nil {
						watch.Touch()
						time.Sleep(100 * time.Millisecond)
					}
				}()
				looking := make(chan error, 1)
				go func() { looking <- watch.Run(ctx) }()
				players := make(chan struct{}, 2)
				for i := range said {
					sink := &notes{&historytest.Notes{Began: clock.Began}}
					p := Player{Key: "live/s0", URL: "http://play/live/s0.flv", Sink: sink, Gate: watch.Players(), Dial: dial}
					go func() {
						time.Sleep(time.Duration(i) * 100 * time.Millisecond)
						p.Run(ctx)
						said[i] = sink.lines()
						players <- struct{}{}
					}()
				}
				<-players
				<-players
				<-done
				if err := <-looking; err != nil {
					t.Error(err)
				}
				server.sides.Wait()
				if diff := cmp.Diff([][]string{tt.one, tt.other}, said); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
				if probes.Load() == 0 || watch.Death() != "" {
					t.Errorf("%d probes, death %q", probes.Load(), watch.Death())
				}
				for _, e := range clock.All() {
					if e.What.Kind() == (history.Probe{}).Kind() {
						t.Errorf("a probe of the players' port is told: %+v", e)
					}
				}
			})
		})
	}
}
