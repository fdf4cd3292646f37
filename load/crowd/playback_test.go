package crowd

import (
	"testing"
	"time"
)

// TestPlayback: what a viewer behind a buffer of a second sees. Times are in ms.
func TestPlayback(t *testing.T) {
	type frame struct{ at, stamp int }
	const over = -1 // for a stamp: the session is
	flow := func(from, to, stamp int) (f []frame) {
		for at := from; at <= to; at += 40 {
			f = append(f, frame{at, stamp + at - from})
		}
		return f
	}
	join := func(parts ...[]frame) (all []frame) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	tests := []struct {
		name           string
		frames         []frame
		until          int
		stalls         int64
		stalled, shown int
		dry            bool
	}{
		{"nothing", nil, 5000, 0, 0, 0, false},
		{"before it is shown", flow(0, 400, 0), 900, 0, 0, 0, false},
		{"a stream in time", flow(0, 10_000, 0), 10_000, 0, 0, 9000, false},
		{"a gap within the buffer", join(flow(0, 2000, 0), flow(2960, 6000, 2040)), 6000, 0, 0, 5000, false},
		// The newest of 2000 is shown at 3000; the next comes at 4000.
		{"a gap of which the buffer covers half", join(flow(0, 2000, 0), flow(4000, 8000, 2040)), 8000, 1, 1000, 6000, false},
		{"an end", flow(0, 2000, 0), 5000, 1, 2000, 2000, true},
		{"a burst at first", append([]frame{{0, 0}, {0, 1000}, {0, 2000}}, flow(1000, 5000, 2000)...), 5000, 0, 0, 4000, false},
		{"too slow by half", []frame{{0, 0}, {1000, 500}, {2000, 1000}, {3000, 1500}, {4000, 2000}}, 4000, 3, 1500, 1500, false},
		{"sound behind the pictures", join(flow(0, 3000, 500), []frame{{3000, 2600}}, flow(3040, 6000, 3540)), 6000, 0, 0, 5000, false},
		{"stamps that start over", join(flow(0, 3000, 100_000), flow(3040, 6000, 0)), 6000, 0, 0, 5000, false},
		{"stamps that jump ahead", join(flow(0, 3000, 0), flow(3040, 6000, 60_000)), 6000, 0, 0, 5000, false},
		// Each jump is worth a frame: from the first on there is little more to show than what the buffer had, to 3120.
		{"stamps that jump to and fro", join(flow(0, 2000, 0), []frame{{2040, 1 << 20}, {2500, 0}, {3000, 1 << 20}, {3500, 0}}), 3500, 1, 380, 2120, false},
		// The next session begins with what the server has kept.
		{"a session that follows at once", join(flow(0, 2000, 500), []frame{{2000, over}}, flow(2040, 6000, 0)), 6000, 0, 0, 5000, false},
		{"a session that follows within the buffer", join(flow(0, 2000, 0), []frame{{2000, over}}, flow(2900, 6000, 70_000)), 6000, 0, 0, 5000, false},
		// The newest of 2000 is shown at 3000, and the first of the next at 5000.
		{"a session that follows later", join(flow(0, 2000, 0), []frame{{2000, over}}, flow(5000, 8000, 0)), 8000, 1, 2000, 5000, false},
		{"no session that follows", join(flow(0, 2000, 0), []frame{{2000, over}}), 9000, 1, 6000, 2000, true},
		{"sessions in vain", join(flow(0, 2000, 0), []frame{{2000, over}, {2500, over}, {4000, over}}), 9000, 1, 6000, 2000, true},
		{"one that ends before it is shown", []frame{{0, 0}, {40, 40}, {50, over}}, 2000, 1, 960, 40, true},
		{"one without a frame", []frame{{100, over}}, 5000, 0, 0, 0, false},
		{"one without a frame before", join([]frame{{0, over}}, flow(1000, 5000, 0)), 5000, 0, 0, 3000, false},
		// Of the 5 s that are left at 2500 a viewer keeps one, and gets another 5 s.
		{"bursts", []frame{{0, 0}, {0, 6000}, {2500, over}, {2500, 0}, {2500, 5000}}, 9000, 1, 460, 7540, true},
		{"stamps that go round", flow(0, 4000, 1<<32-2000), 4000, 0, 0, 3000, false},
		{"no time that goes on", []frame{{0, 7}, {500, 7}, {900, 7}, {1500, 7}}, 2000, 1, 1000, 0, true},
	}
	for _, tt := range tests {
		// Whoever looks in between changes nothing.
		for _, look := range []int{0, 250, 7} {
			var p playback
			var sum played
			looked := 0
			for _, f := range tt.frames {
				for ; look > 0 && looked+look < f.at; looked += look {
					p.settle(time.Duration(looked+look)*time.Millisecond, &sum)
				}
				if f.stamp == over {
					p.ended()
					continue
				}
				p.came(time.Duration(f.at)*time.Millisecond, uint32(f.stamp), time.Second, &sum)
			}
			until := time.Duration(tt.until) * time.Millisecond
			p.settle(until, &sum)
			p.settle(until, &sum)
			want := played{tt.stalls, time.Duration(tt.stalled) * time.Millisecond, time.Duration(tt.shown) * time.Millisecond}
			if sum != want || p.isDry(until) != tt.dry {
				t.Errorf("%s, looked at every %d ms: %+v, dry %v; want %+v, %v", tt.name, look, sum, p.isDry(until), want, tt.dry)
			}
		}
	}
}
