package load

import (
	"slices"
	"testing"
	"time"
)

// TestBackoffPace: one player asks four times a second at most; of thousands each asks less often once the quick second is over.
func TestBackoffPace(t *testing.T) {
	const ms = time.Millisecond
	for slowest, want := range map[time.Duration][]time.Duration{
		0:               {20 * ms, 40 * ms, 80 * ms, 160 * ms, 250 * ms, 250 * ms, 250 * ms, 250 * ms, 250 * ms, 250 * ms, 250 * ms},
		2 * time.Second: {20 * ms, 40 * ms, 80 * ms, 160 * ms, 250 * ms, 250 * ms, 250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 2000 * ms},
	} {
		b := Backoff{Slowest: slowest}
		for range 2 {
			var got []time.Duration
			for range want {
				got = append(got, b.Next())
			}
			if !slices.Equal(got, want) {
				t.Errorf("slowest %v: %v, want %v", slowest, got, want)
			}
			b.Reset()
		}
	}
}
