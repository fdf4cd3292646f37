package load

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRetriesPace(t *testing.T) {
	const ms = time.Millisecond
	var r Retries
	now, base, grace := 100*ms, 100*ms, 1000*ms
	var at []time.Duration
	for range 10 {
		now = r.Next(now, base, grace)
		at = append(at, now-base)
	}
	want := []time.Duration{15 * ms, 45 * ms, 105 * ms, 225 * ms, 465 * ms, 715 * ms, 965 * ms, 1000 * ms, 1500 * ms, 2500 * ms}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Errorf("pace of retries (-want +got):\n%s", diff)
	}
}

func TestRetriesSlowDown(t *testing.T) {
	r := Retries{Slowest: 2 * time.Second}
	var now time.Duration
	var waits []time.Duration
	for range 4 {
		next := r.Next(now, -time.Hour, 0)
		waits, now = append(waits, next-now), next
	}
	if want := []time.Duration{SlowRetry, 2 * SlowRetry, 4 * SlowRetry, 4 * SlowRetry}; !slices.Equal(waits, want) {
		t.Errorf("after the grace it waits %v, want %v", waits, want)
	}
}
