package ramp

import (
	"slices"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWanted(t *testing.T) {
	up := Step{From: 10, To: 20, Over: 10 * s, Hold: 5 * s}
	down := Step{From: 20, To: 10, Over: 10 * s}
	jump := Step{From: 7, To: 7, Hold: s}
	for _, c := range []struct {
		step Step
		at   time.Duration
		want int
	}{
		{up, -s, 10}, {up, 0, 10}, {up, s - 1, 10}, {up, s, 11}, {up, 5*s + 1, 15}, {up, 10*s - 1, 19}, {up, 10 * s, 20}, {up, 99 * s, 20},
		{down, -s, 20}, {down, 0, 20}, {down, s - 1, 20}, {down, s, 19}, {down, 10*s - 1, 11}, {down, 10 * s, 10},
		{jump, -1, 7}, {jump, 0, 7}, {jump, s, 7},
		{Step{To: load.MaxActors, Over: load.MaxDuration}, load.MaxDuration / 2, load.MaxActors / 2},
	} {
		if got := c.step.Wanted(c.at); got != c.want {
			t.Errorf("%+v at %v: %d, want %d", c.step, c.at, got, c.want)
		}
	}
}

// someStep is any step.
var someStep = rapid.Custom(func(t *rapid.T) Step {
	return Step{
		From: rapid.IntRange(0, load.MaxActors).Draw(t, "from"),
		To:   rapid.IntRange(0, load.MaxActors).Draw(t, "to"),
		Over: time.Duration(rapid.Int64Range(0, int64(load.MaxDuration)).Draw(t, "over")),
		Hold: time.Duration(rapid.Int64Range(0, int64(load.MaxDuration)).Draw(t, "hold")),
	}
})

// TestWantedGoesOneWay: on the way up nobody leaves and on the way down nobody comes; the line begins at From and ends at To.
func TestWantedGoesOneWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := someStep.Draw(t, "step")
		at := rapid.SliceOfN(rapid.Int64Range(-1, int64(step.Length())+1), 1, 20).Draw(t, "at")
		slices.Sort(at)
		was := step.Wanted(-1)
		if was != step.From && step.Over > 0 {
			t.Errorf("begins with %d", was)
		}
		for _, d := range at {
			now := step.Wanted(time.Duration(d))
			if (now-was)*(step.To-step.From) < 0 || now < min(step.From, step.To) || now > max(step.From, step.To) {
				t.Fatalf("%d after %d", now, was)
			}
			was = now
		}
		if step.Wanted(step.Over) != step.To {
			t.Errorf("ends with %d", step.Wanted(step.Over))
		}
		if step.From == step.To {
			return
		}
		n := rapid.IntRange(min(step.From, step.To), max(step.From, step.To)).Draw(t, "n")
		d := step.gets(n)
		there := func(w int) bool { return step.To > step.From && w >= n || step.To < step.From && w <= n }
		if !there(step.Wanted(d)) || d > 0 && there(step.Wanted(d-1)) {
			t.Errorf("%d at %v: %d, just before %d", n, d, step.Wanted(d), step.Wanted(d-1))
		}
	})
}

// course is all of a course, up to some bound.
func course(step Step, here int, a Arrivals) []Change {
	c := step.Course(here, a, load.Rand(1, "arrive"))
	var all []Change
	for change, ok := c.Next(); ok && len(all) < 1000; change, ok = c.Next() {
		all = append(all, change)
	}
	return all
}

func TestCourse(t *testing.T) {
	even := Arrivals{Rate: 1, Even: true}
	for name, c := range map[string]struct {
		step Step
		here int
		a    Arrivals
		want []Change
	}{
		"up the line":             {Step{From: 1, To: 4, Over: 3 * s}, 1, Arrivals{}, []Change{{s, 1}, {2 * s, 1}, {3 * s, 1}}},
		"a jump, then the line":   {Step{From: 2, To: 3, Over: 3 * s}, 0, Arrivals{}, []Change{{0, 1}, {0, 1}, {3 * s, 1}}},
		"all at once":             {Step{From: 3, To: 3, Hold: s}, 0, Arrivals{}, []Change{{0, 1}, {0, 1}, {0, 1}}},
		"down the line":           {Step{From: 3, To: 1, Over: 4 * s}, 3, Arrivals{}, []Change{{2 * s, -1}, {4 * s, -1}}},
		"down in a jump":          {Step{From: 1, To: 0, Over: 4 * s}, 5, Arrivals{}, []Change{{0, -4}, {4 * s, -1}}},
		"too many for the way up": {Step{From: 1, To: 2, Over: 4 * s}, 5, Arrivals{}, []Change{{0, -4}, {4 * s, 1}}},
		"enough":                  {Step{From: 3, To: 3, Hold: s}, 3, even, nil},
		"at a rate":               {Step{From: 3, To: 3, Over: 3 * s}, 0, even, []Change{{s, 1}, {2 * s, 1}, {3 * s, 1}}},
		"slower than the line":    {Step{From: 1, To: 4, Over: s}, 1, even, []Change{{s, 1}, {2 * s, 1}, {3 * s, 1}}},
		"the line is slower":      {Step{From: 0, To: 2, Over: 6 * s}, 0, even, []Change{{3 * s, 1}, {6 * s, 1}}},
		"meets the line that falls": {Step{From: 6, To: 0, Over: 6 * s}, 0, even, []Change{
			{s, 1}, {2 * s, 1}, {3 * s, 1}, {4 * s, -1}, {5 * s, -1}, {6 * s, -1},
		}},
		"still coming at its end": {Step{From: 9, To: 3, Over: s}, 0, even, []Change{{s, 1}, {2 * s, 1}, {3 * s, 1}}},
	} {
		if diff := cmp.Diff(c.want, course(c.step, c.here, c.a)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestCourseKeepsToTheLine: whatever the step, the rate and who is there, changes come in order, nobody comes who is not wanted, without a rate
// there are always as many as wanted, and in the end there are as many as To.
func TestCourseKeepsToTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := Step{
			From: rapid.IntRange(0, 60).Draw(t, "from"), To: rapid.IntRange(0, 60).Draw(t, "to"),
			Over: time.Duration(rapid.Int64Range(0, int64(20*s)).Draw(t, "over")),
		}
		here := rapid.IntRange(0, 80).Draw(t, "here")
		var a Arrivals
		if rapid.Bool().Draw(t, "limited") {
			a = Arrivals{Rate: rapid.Float64Range(0.5, 50).Draw(t, "rate"), Even: rapid.Bool().Draw(t, "even")}
		}
		c, at := step.Course(here, a, load.Rand(rapid.Int64().Draw(t, "seed"), "arrive")), time.Duration(0)
		for change, ok := c.Next(); ok; change, ok = c.Next() {
			if change.At < at || change.By == 0 || change.By > 1 {
				t.Fatalf("%+v after %v", change, at)
			}
			if a.Rate == 0 && change.At > at && here != step.Wanted(change.At-1) {
				t.Fatalf("%d up to %v, want %d", here, change.At, step.Wanted(change.At-1))
			}
			at, here = change.At, here+change.By
			if wanted := step.Wanted(at); change.By > 0 && here > wanted || change.By < 0 && here < wanted {
				t.Fatalf("%+v makes %d, want %d", change, here, wanted)
			}
		}
		if here != step.To {
			t.Errorf("ends with %d of %d", here, step.To)
		}
	})
}
