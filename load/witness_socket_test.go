package load

import (
	"fmt"
	"io"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"go.uber.org/goleak"
)

// chunks writes HTTP chunks.
type chunks struct{ w io.Writer }

func (c chunks) Write(b []byte) { fmt.Fprintf(c.w, "%x\r\n%s\r\n", len(b), b) }

// watched adds up what a witness told of each epoch.
func watched(sink *historytest.Notes) map[uint32]history.Watched {
	all := map[uint32]history.Watched{}
	for _, e := range sink.All() {
		if w, ok := e.What.(history.Watched); ok {
			sum, had := all[e.Epoch]
			if !had {
				sum.From = w.From
			}
			sum.To = w.To
			sum.Video += w.Video
			sum.Audio += w.Audio
			sum.Unstamped += w.Unstamped
			all[e.Epoch] = sum
		}
	}
	return all
}

// TestWitnessOfAnOrderlyStream lets witnesses pull orderly streams over real sockets, plain and in chunks: nothing is odd, and every
// frame is told.
func TestWitnessOfAnOrderlyStream(t *testing.T) {
	defer goleak.VerifyNone(t)
	const frames = 400
	tests := []struct {
		name   string
		server script
	}{
		{"plain", func(s *side, n int) {
			s.request()
			s.say(head)
			s.Write(s.stream())
			for _, f := range s.video(frames, uint32(n)) {
				s.Write(f)
			}
		}},
		{"in chunks", func(s *side, n int) {
			s.request()
			s.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			chunk := chunks{s.Conn}
			chunk.Write(s.stream())
			for _, f := range s.video(frames, uint32(n)) {
				chunk.Write(f)
			}
			s.say("0\r\n\r\n")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			addr := listen(t, tt.server)
			sink := historytest.New()
			v, err := newViewer(Player{Key: "live/s0", URL: "http://" + addr + "/live/s0.flv", Sink: sink, Source: 7, Witness: true,
				Evidence: &Evidence{Dir: t.TempDir()}})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				v.session++
				v.play(t.Context(), 0)
			}
			v.writing.Wait()
			for _, o := range historytest.Of[history.Oddity](sink) {
				t.Errorf("%+v", o)
			}
			all := watched(sink)
			for epoch := range uint32(2) {
				if w := all[epoch+1]; w.Video != frames || w.From != 1 || w.To != frames || w.Unstamped != 0 {
					t.Errorf("epoch %d: %+v", epoch+1, w)
				}
			}
		})
	}
}
