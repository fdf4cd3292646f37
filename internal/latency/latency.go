// Package latency measures distributions of times that several can add to and that add up: histograms of a bounded size in which
// every time is exact to about a hundredth, after Gil Tene's HdrHistogram.
package latency

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// Max is the longest time that is told from longer ones.
	Max = time.Hour
	// digits is how exact a time is kept: to two significant digits, in some 25 KB.
	digits = 2
)

// Histogram is a distribution of times between a microsecond and Max. The zero value is empty and takes no memory until something
// is recorded. Not for use by several goroutines at once.
type Histogram struct {
	h *hdrhistogram.Histogram
}

// Record takes one time. A negative one counts as none at all: nothing is earlier than it was due.
func (h *Histogram) Record(d time.Duration) { h.add(d.Microseconds(), 1) }

func (h *Histogram) add(us, n int64) {
	if n <= 0 {
		return
	}
	if h.h == nil {
		h.h = hdrhistogram.New(1, Max.Microseconds(), digits)
	}
	h.h.RecordValues(min(max(us, 0), Max.Microseconds()), n)
}

// Add takes all that other has.
func (h *Histogram) Add(other *Histogram) {
	if other.h == nil {
		return
	}
	if h.h == nil {
		h.h = hdrhistogram.New(1, Max.Microseconds(), digits)
	}
	h.h.Merge(other.h)
}

// AddCounts takes what a history has of such a distribution. What can't be a count or a time is left out, whoever wrote it.
func (h *Histogram) AddCounts(c history.Counts) {
	for _, pair := range c {
		h.add(pair[0], min(pair[1], maxCount))
	}
}

// maxCount bounds a count that stands in a file, so that no sum of them goes round.
const maxCount = 1 << 40

// Counts is the distribution as a history has it; nil of an empty one.
func (h *Histogram) Counts() history.Counts {
	if h.h == nil || h.h.TotalCount() == 0 {
		return nil
	}
	var c history.Counts
	for _, bar := range h.h.Distribution() {
		if bar.Count > 0 {
			c = append(c, [2]int64{bar.From, bar.Count})
		}
	}
	return c
}

// Reset empties h, and keeps its memory.
func (h *Histogram) Reset() {
	if h.h != nil {
		h.h.Reset()
	}
}

// Count is how many times were recorded.
func (h *Histogram) Count() int64 {
	if h.h == nil {
		return 0
	}
	return h.h.TotalCount()
}

// Quantile is the time within which so many of a hundred were, 0 of an empty distribution.
func (h *Histogram) Quantile(percent float64) time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.h.ValueAtQuantile(percent)) * time.Microsecond
}

// Longest is the longest time, 0 of an empty distribution.
func (h *Histogram) Longest() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return time.Duration(h.h.Max()) * time.Microsecond
}
