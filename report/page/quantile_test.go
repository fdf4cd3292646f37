package page

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// A time stands once on the page: what the result has is taken from there, what it hasn't from the story.
func TestQuantilesComeFromTheResult(t *testing.T) {
	r := Report{English: report.Result{
		Latency: map[string]*report.Percentiles{"recovery": {P50: 5.791, P90: 6, P99: 7, Max: 8, Count: 4}, "accept": {}},
		Left:    map[string]report.Left{"fin": {Recovery: &report.Percentiles{P50: 3, Count: 2}}},
	}}
	counts := history.Counts{{5760, 4}}
	for _, c := range []struct {
		name, by string
		want     time.Duration
	}{
		{"recovery", "", 5791 * time.Microsecond},
		{"recovery", "fin", 3 * time.Millisecond},
		{"recovery", "rst", 5791 * time.Microsecond},
		{"first-frame", "fin", 5791 * time.Microsecond},
		{"accept", "", 5791 * time.Microsecond},
	} {
		if got := r.quantiles(story.Spread{Name: c.name, By: c.by, Counts: counts})[0]; got != c.want {
			t.Errorf("%s %s: %v, want %v", c.name, c.by, got, c.want)
		}
	}
}
