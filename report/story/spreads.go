package story

import (
	"maps"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/check"
)

// spreads are distributions of times by the departure before them.
type spreads map[[2]string]*latency.Histogram

func newSpreads() spreads { return spreads{} }

// record adds a time in µs to all, and to those after a departure of that kind if it is one of ours.
func (s spreads) record(name, by string, us int64) {
	s.add(name, "", us)
	if by != "" && (by == "other" || slices.Contains(Leaves, by)) {
		s.add(name, by, us)
	}
}

func (s spreads) add(name, by string, us int64) {
	h := s[[2]string{name, by}]
	if h == nil {
		h = &latency.Histogram{}
		s[[2]string{name, by}] = h
	}
	h.Record(time.Duration(min(max(us, 0), latency.Max.Microseconds())) * time.Microsecond)
}

// Quantiles are the times within which so many of a hundred were, reckoned as a Result does it, to a hundredth.
func (s Spread) Quantiles(percents ...float64) []time.Duration {
	var h latency.Histogram
	h.AddCounts(s.Counts)
	out := make([]time.Duration, 0, len(percents))
	for _, percent := range percents {
		out = append(out, h.Quantile(percent))
	}
	return out
}

// told are the distributions that are not empty: by departure first, then what the judge measured.
func (s spreads) told(j *check.Judge) []Spread {
	out := []Spread{}
	for _, of := range slices.SortedFunc(maps.Keys(s), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, Spread{Name: of[0], By: of[1], Counts: s[of].Counts()})
	}
	if j == nil {
		return out
	}
	for _, named := range j.Latency().Named() {
		if named.Name == "recovery" || named.Histogram == nil || named.TotalCount() == 0 {
			continue
		}
		var h latency.Histogram
		for _, bar := range named.Distribution() {
			if bar.Count > 0 {
				h.AddCounts([][2]int64{{bar.From, bar.Count}})
			}
		}
		out = append(out, Spread{Name: named.Name, Counts: h.Counts()})
	}
	return out
}
