package fleet

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestWheel runs publishers through a wheel by made-up time, and compares with a list that is looked through: nobody comes early,
// and nobody later than the first look after the tick in which he was due, or put in.
func TestWheel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 50 {
		var w wheel
		var list []*publisher
		now := time.Duration(random.IntN(3)) * time.Hour
		for step := range 2000 {
			switch random.IntN(5) {
			case 0, 1:
				p := &publisher{number: step, wanted: now, due: now + time.Duration(random.Int64N(int64(2*time.Second))) - ms(20)}
				if random.IntN(20) == 0 {
					p.due = now + time.Duration(random.Int64N(int64(20*time.Second)))
				}
				w.add(p)
				list = append(list, p)
			case 2:
				if len(list) > 0 {
					i := random.IntN(len(list))
					w.remove(list[i])
					w.remove(list[i]) // again does nothing
					list = slices.Delete(list, i, i+1)
				}
			default:
				before := now
				now += time.Duration(random.Int64N(int64(30 * time.Millisecond)))
				if random.IntN(100) == 0 {
					now += time.Duration(random.Int64N(int64(10 * time.Second)))
				}
				at, any := w.wake()
				if any != (len(list) > 0) {
					t.Fatalf("round %d: it holds %d and says %v", round, len(list), any)
				}
				for _, p := range w.expire(now, nil) {
					i := slices.Index(list, p)
					if i < 0 || p.due > now {
						t.Fatalf("round %d: publisher %d comes at %v, due at %v (it is in: %v)", round, p.number, now, p.due, i >= 0)
					}
					list = slices.Delete(list, i, i+1)
				}
				for _, p := range list {
					if max(p.due, p.wanted) <= now-tick {
						t.Fatalf("round %d: publisher %d was due at %v, and has not come at %v", round, p.number, p.due, now)
					}
					// Who waits at the far end is the only reason to wake up for nobody.
					if any && p.due > before && at > max(p.due, p.wanted)+tick {
						t.Fatalf("round %d: it wakes at %v with somebody due at %v", round, at, p.due)
					}
				}
				if w.held != len(list) {
					t.Fatalf("round %d: it says that it holds %d, not %d", round, w.held, len(list))
				}
			}
		}
	}
}

// TestWheelKeepsOrder has those come first that were due first, by the tick.
func TestWheelKeepsOrder(t *testing.T) {
	var w wheel
	for _, n := range []int{30, 10, 20, 5000, 40} {
		w.add(&publisher{number: n, due: ms(n)})
	}
	var came []int
	for _, p := range w.expire(ms(100), nil) {
		came = append(came, p.number)
	}
	if !slices.Equal(came, []int{10, 20, 30, 40}) {
		t.Errorf("they come as %v", came)
	}
	if at, any := w.wake(); !any || at > ms(5000) {
		t.Errorf("it wakes at %v (%v) for the last at 5s", at, any)
	}
}

// TestPhases spreads the pictures of many evenly, whenever they were told to start.
func TestPhases(t *testing.T) {
	const every, bins = 40 * time.Millisecond, 40
	for _, n := range []int{bins, 100, 2500} {
		random := rand.New(rand.NewPCG(3, 4))
		var in [bins]int
		for i := range n {
			said := time.Duration(random.Int64N(int64(time.Minute)))
			start := phase(i, said, every)
			if start < said || start >= said+every {
				t.Fatalf("told at %v it starts at %v", said, start)
			}
			in[start%every/(every/bins)]++
		}
		least, most := slices.Min(in[:]), slices.Max(in[:])
		if least < n/bins-2 || most > n/bins+3 {
			t.Errorf("%d publishers: %d to %d start in the same ms, want about %d", n, least, most, n/bins)
		}
	}
}
