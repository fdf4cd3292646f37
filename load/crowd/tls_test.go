package crowd

import (
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestOverTLS: players by TLS play beside others, whatever the engine of those: they see the end of a stream, ask again, and leave with the
// others.
func TestOverTLS(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			plain := listen(t, func(s *side, n int) {
				s.play(10, uint32(n))
				if n > 1 {
					s.gone()
				}
			})
			front := peertest.Terminate(t, &tls.Config{Certificates: []tls.Certificate{peertest.NewAuthority(t).Good()}}, plain)
			road, err := target.NewRoad(target.RoadConfig{Insecure: true})
			if err != nil {
				t.Fatal(err)
			}
			r := run(t, Config{Engine: engine, Road: road, Source: 7})
			secure := seatAt(front)
			secure.URL = strings.Replace(secure.URL, "http:", "https:", 1)
			r.Join(secure)
			r.until(t, secure.Actor, "2 first keyframe, epoch 2")
			if lines := r.notes.lines(secure.Actor); !has(lines, "1 ended: eof, 10 frames, epoch 1") {
				t.Error("the end of the first is not told")
			}
			other := seatAt(plain)
			other.Actor = "play/live/s0/1"
			r.Join(other)
			r.until(t, other.Actor, "1 first keyframe")
			churning := secure
			churning.Actor, churning.Manner, churning.Stay = "play/live/s0/2", load.Churn, 30*time.Millisecond
			r.Join(churning)
			r.until(t, churning.Actor, "3 asks, churn")
			r.Leave(2)
			r.until(t, other.Actor, "1 ended: ours, 10 frames")
			var sum total
			historytest.Eventually(t, "the one that came first is left", func() bool {
				r.total(&sum, load.Prompt)
				return sum.Wanted == 1 && sum.Left == 1 && sum.Playing+sum.Dry == 1
			})
			r.stop()
			lines := r.notes.lines(secure.Actor)
			if last := lines[len(lines)-1]; !strings.HasPrefix(last, "2 ended: ours, 10 frames") {
				t.Errorf("the last event is %q", last)
			}
		})
	}
}

// TestNoTLSThere: who gets no TLS from a server is refused, and asks again.
func TestNoTLSThere(t *testing.T) {
	r := run(t, Config{})
	seat := seatAt(listen(t, func(s *side, n int) { s.say("HTTP/1.1 400 Bad Request\r\n\r\n") }))
	seat.URL = strings.Replace(seat.URL, "http:", "https:", 1)
	r.Join(seat)
	historytest.Eventually(t, "it is refused, and asks again", func() bool {
		n := 0
		for _, l := range r.notes.lines(seat.Actor) {
			if strings.Contains(l, "refused: ") {
				n++
			}
		}
		return n >= 2
	})
}
