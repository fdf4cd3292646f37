package crowd

import (
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// seatAt is a prompt player of live/s0 at an address.
func seatAt(addr string) Seat {
	return Seat{Key: "live/s0", Actor: "play/live/s0/0", URL: "http://" + addr + "/live/s0.flv"}
}

// TestSessions: what both engines make of what servers do, over real sockets.
func TestSessions(t *testing.T) {
	tests := []struct {
		name   string
		server script
		want   []string // in this order, as the first lines
	}{
		{"a stream that ends", func(s *side, n int) { s.play(10, 3) }, []string{
			"1 asks, prompt", "1 answer 200 video/x-flv test", "1 first media, epoch 3", "1 first keyframe, epoch 3",
			"1 progress, 10 frames, epoch 3", "1 ended: eof, 10 frames, epoch 3", "2 asks, prompt",
		}},
		{"no stream", func(s *side, n int) { s.request(); s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") }, []string{
			"1 asks, prompt", "1 answer 404  ", "1 refused: status 404 Not Found", "2 asks, prompt",
		}},
		{"an end before the answer", func(s *side, n int) { s.request() }, []string{
			"1 asks, prompt", "1 refused: eof unexpected EOF",
		}},
		{"a reset before the answer", func(s *side, n int) { s.request(); s.reset() }, []string{
			"1 asks, prompt", "1 refused: reset",
		}},
		{"an answer without a body", func(s *side, n int) { s.request(); s.say(head) }, []string{
			"1 asks, prompt", "1 answer 200 video/x-flv test", "1 ended: eof, 0 frames",
		}},
		{"a stream that is cut", func(s *side, n int) {
			s.play(3, 1)
			s.Write(frames(s.clip, 1, 1)[0][:500])
		}, []string{
			"1 asks, prompt", "1 answer 200 video/x-flv test", "1 first media, epoch 1", "1 first keyframe, epoch 1",
			"1 progress, 4 frames, epoch 1", "1 ended: eof, 4 frames, torn, epoch 1",
		}},
	}
	for _, engine := range engines() {
		for _, tt := range tests {
			t.Run(engine+"/"+tt.name, func(t *testing.T) {
				t.Cleanup(func() { goleak.VerifyNone(t) })
				r := run(t, Config{Engine: engine, Source: 7})
				seat := seatAt(listen(t, tt.server))
				r.Join(seat)
				r.until(t, seat.Actor, tt.want[len(tt.want)-1])
				got := r.notes.lines(seat.Actor)
				for i, want := range tt.want {
					if i >= len(got) || !strings.HasPrefix(got[i], want) {
						t.Fatalf("line %d is no %q:\n%s", i, want, strings.Join(got, "\n"))
					}
				}
			})
		}
	}
}
