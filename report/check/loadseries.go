package check

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/history"
)

// LoadPoint is how it stood in the time from At on. Numbers of players and publishers are the most at once, counts those of that
// time, the rest is of the worst window in it; Began says that there were first frames at all.
type LoadPoint struct {
	At, For                  time.Duration
	Playing, Dry, Publishing int64
	MbitIn, MbitOut          float64
	Refused, Stalls          int64
	Began                    bool
	P50, P99                 time.Duration // of the time until the first frame
	CPU                      float64
	Lag                      time.Duration
	Late                     bool
}

// maxLoadPoints is how many points a series has at most: when there are more, two become one.
const maxLoadPoints = 600

// series is how a load went. All its points are equally long, and twice as long whenever there would be too many.
type series struct {
	every time.Duration // the length of a point
	all   []seriesPoint // from the beginning of the run
}

// seriesPoint is one of them; those in which nothing was sampled are empty.
type seriesPoint struct {
	LoadPoint
	any     bool
	in, out int64
	inFor   time.Duration
	outFor  time.Duration
}

// at is the point in which the middle of a window lies.
func (s *series) at(at, length time.Duration) *seriesPoint {
	if s.every == 0 {
		s.every = time.Second
	}
	middle := max(at-max(length, 0)/2, 0)
	for middle/s.every >= maxLoadPoints {
		s.halve()
	}
	i := int(middle / s.every)
	for len(s.all) <= i {
		s.all = append(s.all, seriesPoint{})
	}
	s.all[i].any = true
	return &s.all[i]
}

// halve makes one point of two.
func (s *series) halve() {
	s.every *= 2
	half := s.all[:0]
	for i := 0; i < len(s.all); i += 2 {
		p := s.all[i]
		if i+1 < len(s.all) {
			p.merge(&s.all[i+1])
		}
		half = append(half, p)
	}
	s.all = half
}

func (p *seriesPoint) merge(o *seriesPoint) {
	p.any, p.Late, p.Began = p.any || o.any, p.Late || o.Late, p.Began || o.Began
	most(&p.Playing, o.Playing)
	most(&p.Dry, o.Dry)
	most(&p.Publishing, o.Publishing)
	add(&p.in, o.in)
	add(&p.out, o.out)
	add(&p.inFor, o.inFor)
	add(&p.outFor, o.outFor)
	add(&p.Refused, o.Refused)
	add(&p.Stalls, o.Stalls)
	most(&p.CPU, o.CPU)
	p.P50, p.P99, p.Lag = max(p.P50, o.P50), max(p.P99, o.P99), max(p.Lag, o.Lag)
}

// crowd takes a sample; w is all that is known of its window, first that it is the first of that.
func (p *seriesPoint) crowd(s history.CrowdSample, w *crowdWindow, first bool) {
	most(&p.Playing, plus(w.playing, w.beside))
	most(&p.Dry, w.watchDry)
	add(&p.in, s.Bytes)
	if first {
		add(&p.inFor, s.For)
	}
	for _, n := range s.Refused {
		add(&p.Refused, n)
	}
	if WellBehaved(s.Manner) {
		add(&p.Stalls, s.Stalls)
	}
	if readsOn(s.Manner) && len(s.FirstFrame) > 0 {
		var h latency.Histogram
		h.AddCounts(s.FirstFrame)
		if h.Count() > 0 {
			p.Began, p.P50, p.P99 = true, max(p.P50, h.Quantile(50)), max(p.P99, h.Quantile(99))
		}
	}
}

// first takes the first frame of one player.
func (p *seriesPoint) first(after time.Duration) {
	p.any, p.Began, p.P50, p.P99 = true, true, max(p.P50, after), max(p.P99, after)
}

// witnesses takes how many play where no others do.
func (p *seriesPoint) witnesses(length time.Duration, playing int64) {
	most(&p.Playing, playing)
	add(&p.inFor, length)
}

func (p *seriesPoint) fleet(s history.FleetSample) {
	most(&p.Publishing, plus(max(int64(s.Publishing), 0), int64(s.Blocked)))
	add(&p.out, s.Bytes)
	add(&p.outFor, s.For)
	for _, n := range s.Refused {
		add(&p.Refused, n)
	}
}

func (p *seriesPoint) self(s history.SelfSample) {
	most(&p.CPU, bounded(s.CPU))
	if len(s.Lag) > 0 {
		var h latency.Histogram
		h.AddCounts(s.Lag)
		p.Lag = max(p.Lag, h.Quantile(99))
	}
	p.Late = p.Late || len(s.Late) > 0
}

// points are those in which something was sampled.
func (s *series) points() []LoadPoint {
	var out []LoadPoint
	for i := range s.all {
		p := &s.all[i]
		if !p.any {
			continue
		}
		point := p.LoadPoint
		point.At, point.For = time.Duration(i)*s.every, s.every
		point.MbitIn, point.MbitOut = mbit(p.in, p.inFor), mbit(p.out, p.outFor)
		out = append(out, point)
	}
	return out
}
