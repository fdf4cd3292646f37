package metrics

import (
	"slices"

	"github.com/flvstorm/flvstorm/report/history"
)

// histogram is a distribution in the buckets of Prometheus, in seconds. Those of client_golang take one observation at a time, and a
// sample brings thousands.
type histogram struct {
	bounds []float64 // upper ones, growing
	counts []uint64  // within each bound and above the one before; the last is above all
	sum    int64     // in µs, so that it does not hang on the order in which it was added up
}

func newHistogram(bounds ...float64) histogram {
	return histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
}

// add takes a time in µs, n times.
func (h *histogram) add(us, n int64) {
	if n <= 0 {
		return
	}
	us = max(us, 0)
	i, _ := slices.BinarySearch(h.bounds, float64(us)/1e6)
	h.counts[i] += uint64(n)
	h.sum += us * n
}

func (h *histogram) addCounts(c history.Counts) {
	for _, pair := range c {
		h.add(pair[0], pair[1])
	}
}

// buckets are the counts as Prometheus has them: within each bound, from the shortest on, and how many there are altogether.
func (h *histogram) buckets() (within map[float64]uint64, count uint64) {
	within = make(map[float64]uint64, len(h.bounds))
	for i, n := range h.counts {
		count += n
		if i < len(h.bounds) {
			within[h.bounds[i]] = count
		}
	}
	return within, count
}
