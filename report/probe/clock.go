package probe

import (
	"math"
	"slices"
	"time"
)

const (
	// burstFor is how long after the first frame what comes counts as the burst at the start.
	burstFor = 300 * time.Millisecond
	// cacheFrom is how much more media than time a burst must hold to be called a cache: a server that gathers frames before
	// it writes sends as much without having one.
	cacheFrom = 500 * time.Millisecond
	// unexplained is how much longer than its timestamps a silence has to be for a stall.
	unexplained = 500 * time.Millisecond
	// maxStalls and maxSamples bound what is kept.
	maxStalls  = 10
	maxSamples = 1 << 18
	// caughtUp is how far behind the earliest frame one may come when a player has caught up with the burst.
	caughtUp = 100 * time.Millisecond
	// driftFrom is how long the media must be for a drift to say something.
	driftFrom = 5 * time.Second
)

// moment is a frame's arrival, and its timestamp on one line with those before.
type moment struct{ at, time time.Duration }

// late is how late the frame came, against a clock nobody knows.
func (m moment) late() time.Duration { return m.at - m.time }

// clock compares when frames come with what their timestamps say.
type clock struct {
	began    bool
	first    time.Duration // arrival
	last     moment
	base     uint32 // the timestamp at which the moments of this stretch begin
	moments  []moment
	jitter   []time.Duration // of stretches that are over
	samples  int
	start    Start
	earliest time.Duration
	latest   time.Duration
	drift    *float64      // of the longest stretch
	driftFor time.Duration // and how long that was

	maxGap     time.Duration
	stalls     []Stall
	stalled    int64
	stalledFor time.Duration
}

// frame takes a frame that arrived. anew says that its timestamp has nothing to do with those before.
func (c *clock) frame(at time.Duration, timestamp uint32, size int, anew bool) (stall *Stall) {
	if !c.began {
		c.began, c.first, c.base = true, at, timestamp
		c.last = moment{at: at}
	}
	explained := time.Duration(0)
	if anew {
		c.flush()
		c.base = timestamp
	} else {
		explained = c.on(timestamp) - c.last.time
	}
	now := moment{at, c.on(timestamp)}
	if gap := at - c.last.at; gap > c.maxGap {
		c.maxGap = gap
	}
	if gap := at - c.last.at; gap-max(explained, 0) >= unexplained {
		stall = c.stall(at, gap, max(explained, 0))
		c.flush() // what comes now is late by the stall, and tells nothing else
	}
	if at-c.first <= burstFor {
		if c.start.Bytes == 0 || anew {
			c.earliest, c.latest = now.time, now.time
		}
		c.earliest, c.latest = min(c.earliest, now.time), max(c.latest, now.time)
		c.start.Bytes += int64(size)
		c.start.Media = ms(c.latest - c.earliest)
	}
	if c.samples < maxSamples {
		c.samples++
		c.moments = append(c.moments, now)
	}
	c.last = moment{at, max(now.time, c.last.time)}
	if anew {
		c.last = now
	}
	return stall
}

// on is a timestamp on the line of this stretch; 32 bits of milliseconds go round every 50 days.
func (c *clock) on(timestamp uint32) time.Duration {
	return time.Duration(int32(timestamp-c.base)) * time.Millisecond
}

func (c *clock) stall(at, gap, explained time.Duration) *Stall {
	s := Stall{At: ms(at), Gap: ms(gap), Explained: ms(explained)}
	c.stalled++
	c.stalledFor += gap - explained
	if len(c.stalls) < maxStalls {
		c.stalls = append(c.stalls, s)
	}
	return &s
}

// flush turns the moments of a stretch into jitter: up to a stall, or to timestamps that begin anew. Those before the player had caught up with what a cache held are left
// out, at most half of them.
func (c *clock) flush() {
	all := c.moments
	c.moments = nil
	if len(all) == 0 || all[len(all)-1].at-all[0].at < 2*burstFor {
		return // nothing but a burst
	}
	least := all[0].late()
	for _, m := range all {
		least = min(least, m.late())
	}
	began := all[0].at
	for half := len(all) / 2; len(all) > half && (all[0].late() > least+caughtUp || all[0].at-began < burstFor); {
		all = all[1:]
	}
	for _, m := range all {
		c.jitter = append(c.jitter, m.late()-least)
	}
	if drift, ok := slope(all); ok && all[len(all)-1].at-all[0].at > c.driftFor {
		c.drift, c.driftFor = &drift, all[len(all)-1].at-all[0].at
	}
}

// slope is by how many percent timestamps run faster than arrivals: the line of least squares through them.
func slope(all []moment) (percent float64, ok bool) {
	n := float64(len(all))
	if n < 2 || all[len(all)-1].at-all[0].at < driftFrom {
		return 0, false
	}
	var sx, sy, sxx, sxy float64
	for _, m := range all {
		x, y := (m.at - all[0].at).Seconds(), (m.time - all[0].time).Seconds()
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	under := n*sxx - sx*sx
	if under <= 0 {
		return 0, false
	}
	return math.Round(((n*sxy-sx*sy)/under-1)*1e5) / 1e3, true
}

// delivery is what the clock found, once all has come.
func (c *clock) delivery() *Delivery {
	c.flush()
	return &Delivery{
		Jitter: quantiles(c.jitter), MaxGap: ms(c.maxGap), Stalls: c.stalls, Stalled: c.stalled, StalledFor: ms(c.stalledFor),
	}
}

// quantiles sorts the times; nil where there is none.
func quantiles(all []time.Duration) *Quantiles {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	at := func(share float64) MS { return ms(all[int(math.Ceil(share*float64(len(all))))-1]) }
	return &Quantiles{P50: at(0.50), P99: at(0.99), Max: ms(all[len(all)-1])}
}

// near reports whether a timestamp belongs to the line that the clock is on.
func (c *clock) near(timestamp uint32) bool {
	apart := c.on(timestamp) - c.last.time
	return c.began && apart > -jumpFrom && apart < jumpFrom
}
