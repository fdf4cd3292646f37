package crowd

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestDueBefore holds that a session that was due before its player joined is late by that, and what it waits counts from then.
func TestDueBefore(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			addr := listen(t, func(s *side, n int) {
				s.play(3, 1)
				s.gone()
			})
			r := run(t, Config{Engine: engine})
			const late = time.Hour
			due := r.notes.Now() - late
			r.Join(Seat{Key: "live/s0", Actor: "play/live/s0/0", URL: "http://" + addr + "/live/s0.flv", Due: due})
			r.until(t, "play/live/s0/0", "first keyframe")
			for _, e := range r.notes.All() {
				if _, ok := e.What.(history.PlayRequested); ok && e.Due != due {
					t.Errorf("it says that it was due at %v and not at %v", e.Due, due)
				}
			}
			s := r.Sample()[0]
			for name, counts := range map[string]history.Counts{"late": s.Late, "connect": s.Connect, "first frame": s.FirstFrame} {
				var h latency.Histogram
				h.AddCounts(counts)
				if h.Count() != 1 || h.Longest() < late*98/100 {
					t.Errorf("%s: %d times, at most %v", name, h.Count(), h.Longest())
				}
			}
		})
	}
}
