package latency

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestQuantiles(t *testing.T) {
	var h Histogram
	if h.Quantile(99) != 0 || h.Longest() != 0 || h.Counts() != nil {
		t.Error("an empty distribution has times")
	}
	for i := 1; i <= 1000; i++ {
		h.Record(time.Duration(i) * time.Millisecond)
	}
	for percent, want := range map[float64]time.Duration{50: 500 * time.Millisecond, 99: 990 * time.Millisecond, 100: time.Second} {
		if got := h.Quantile(percent); math.Abs(float64(got-want)) > 0.02*float64(want) {
			t.Errorf("p%v is %v, want %v to within 2 %%", percent, got, want)
		}
	}
	h.Record(-time.Second)
	h.Record(24 * time.Hour)
	if got := h.Count(); got != 1002 {
		t.Errorf("%d of 1002 were counted", got)
	}
	if got := h.Longest(); got < Max*99/100 || got > Max*101/100 {
		t.Errorf("a day is kept as %v, want the maximum", got)
	}
}

func TestCountsAddUp(t *testing.T) {
	var one, two, sum Histogram
	for i := range 500 {
		one.Record(time.Duration(i*i) * time.Microsecond)
		two.Record(time.Duration(i) * time.Second)
	}
	sum.AddCounts(one.Counts())
	sum.AddCounts(two.Counts())
	one.Add(&two)
	if diff := cmp.Diff(one.Counts(), sum.Counts()); diff != "" {
		t.Errorf("added up from counts (-merged +added):\n%s", diff)
	}
	if got := sum.Counts(); got == nil {
		t.Error("nothing was counted")
	}
	one.Reset()
	if one.Count() != 0 || one.Counts() != nil {
		t.Error("it has something after it was emptied")
	}
}

// What a file says may be anything.
func TestHostileCounts(t *testing.T) {
	var h Histogram
	h.AddCounts(history.Counts{{-5, 1}, {math.MaxInt64, 2}, {7, -3}, {9, 0}, {math.MinInt64, math.MaxInt64}, {1, math.MaxInt64}})
	if want := int64(1 + 2 + 2*maxCount); h.Count() != want {
		t.Errorf("%d were counted, want %d: no sum may go round", h.Count(), want)
	}
	if p99, longest := h.Quantile(99), h.Longest(); p99 < 0 || p99 > longest || longest > Max*101/100 {
		t.Errorf("p99 is %v, the longest %v", p99, longest)
	}
}
