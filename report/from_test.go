package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// TestSwept holds from which gap on a way of returning is called safe: nothing went wrong there, nor with any longer gap.
func TestSwept(t *testing.T) {
	step := func(gap time.Duration, armed bool, wrong int64) check.Gap {
		return check.Gap{Asked: gap * ms, Armed: armed, Returns: 5, Refused: wrong, Wrong: wrong}
	}
	for _, c := range []struct {
		name string
		gaps []check.Gap
		want string
	}{
		{"none", nil, ""},
		{"both", []check.Gap{step(100, true, 0), step(100, false, 0), step(50, true, 0), step(50, false, 0), step(0, true, 3), step(0, false, 0)},
			"safe from 50 ms armed, from 0 ms with a full reconnect"},
		{"armed never", []check.Gap{step(100, true, 1), step(100, false, 0), step(0, true, 1), step(0, false, 0)},
			"not safe up to 100 ms armed, safe from 0 ms with a full reconnect"},
		{"neither", []check.Gap{step(100, true, 1), step(100, false, 1)},
			"not safe up to 100 ms armed, not safe up to 100 ms with a full reconnect"},
		{"one way", []check.Gap{step(100, true, 0), step(0, true, 0)}, "safe from 0 ms armed"},
		{"by luck at the shortest", []check.Gap{step(100, true, 0), step(50, true, 1), step(0, true, 0)}, "safe from 100 ms armed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if s := swept(c.gaps); s != nil {
				got = s.headline(phrase.English)
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSorted(t *testing.T) {
	times := func(n int) (out []time.Duration) {
		for i := range n {
			out = append(out, time.Duration(i+1)*ms)
		}
		return out
	}
	for _, c := range []struct {
		n    int
		want *Percentiles
	}{
		{0, nil},
		{1, &Percentiles{1, 1, 1, 1, 1}},
		{2, &Percentiles{1, 2, 2, 2, 2}},
		{100, &Percentiles{50, 90, 99, 100, 100}},
		{1000, &Percentiles{500, 900, 990, 1000, 1000}},
	} {
		if diff := cmp.Diff(c.want, sorted(times(c.n))); diff != "" {
			t.Errorf("of %d (-want +got)\n%s", c.n, diff)
		}
	}
}
