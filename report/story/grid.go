package story

import (
	"math"
	"math/bits"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// points is how many windows a chart has at most, narrowest the first width of one, in µs. The width doubles as the run goes on.
	points    = 600
	narrowest = 250_000
	// coarser bounds by how much wider than the rest the windows of a chart may become that is told of seldom.
	coarser = 16
)

// grid cuts the time of a run into windows of one width, for all lines of all charts.
type grid struct {
	width int64
	lines []line
}

// line is a figure over the windows of a grid.
type line interface {
	// double makes windows of two each.
	double()
	// value is what a window came to, false where nothing is known; windows are asked for in their order.
	value(i int, width float64) (float64, bool)
	copy() line
}

// bin is the window of a time, which makes all windows wider if it has to.
func (g *grid) bin(at int64) int {
	at = max(at, 0)
	for at/g.width >= points {
		g.width *= 2
		for _, l := range g.lines {
			l.double()
		}
	}
	return int(at / g.width)
}

func add[L line](g *grid, l L) L {
	g.lines = append(g.lines, l)
	return l
}

// counted is a line of how often something happened in a second.
type counted struct {
	n    [points]float64
	some bool
}

func (l *counted) add(g *grid, at int64, n float64) { l.n[g.bin(at)] += n; l.some = true }
func (l *counted) value(i int, width float64) (float64, bool) {
	return l.n[i] / (width / 1e6), l.some
}
func (l *counted) copy() line { c := *l; return &c }
func (l *counted) double() {
	for i := range points / 2 {
		l.n[i] = l.n[2*i] + l.n[2*i+1]
	}
	clear(l.n[points/2:])
}

// level is a line of how much of something there was, on the average of a window: each span adds to it as long as it lasts. To add a
// span takes two steps, however long it is.
type level struct {
	step [points + 1]float64 // what the level changes by from this window to the next ones
	part [points + 1]float64 // what a window has beside that, for spans begin and end within it
	some bool
	sum  float64 // of the steps up to the window that was asked for last
}

func (l *level) add(g *grid, from, to int64, much float64) {
	if to > from {
		l.change(g, to, -much) // the later one first: it may make the windows wider
		l.change(g, from, much)
	}
}

// change makes the level another from a time on.
func (l *level) change(g *grid, at int64, by float64) {
	i, at := g.bin(at), max(at, 0)
	l.part[i] += by * float64(int64(i+1)*g.width-at) / float64(g.width)
	l.step[i+1] += by
	l.some = true
}

func (l *level) value(i int, _ float64) (float64, bool) {
	if i == 0 {
		l.sum = 0
	}
	l.sum += l.step[i]
	return max(l.sum+l.part[i], 0), l.some
}
func (l *level) copy() line { c := *l; return &c }
func (l *level) double() {
	for i := range points / 2 {
		l.part[i] = (l.part[2*i] + l.part[2*i+1] + l.step[2*i+1]) / 2
	}
	for i := 1; i <= points/2; i++ {
		l.step[i] = l.step[2*i] + l.step[2*i-1]
	}
	clear(l.part[points/2:])
	clear(l.step[points/2+1:])
}

// gauge is a line of what was read off now and then: the mean of a window, or the most of it.
type gauge struct {
	v    [points]float64
	n    [points]float64
	most bool
	some bool
}

func (l *gauge) add(g *grid, at int64, v float64) {
	i := g.bin(at)
	switch {
	case l.most && l.n[i] > 0:
		l.v[i] = max(l.v[i], v)
	case l.most:
		l.v[i] = v
	default:
		l.v[i] += v
	}
	l.n[i]++
	l.some = true
}

func (l *gauge) value(i int, _ float64) (float64, bool) {
	if l.n[i] == 0 {
		return 0, false
	}
	if l.most {
		return l.v[i], true
	}
	return l.v[i] / l.n[i], true
}
func (l *gauge) copy() line { c := *l; return &c }
func (l *gauge) double() {
	for i := range points / 2 {
		a, b := 2*i, 2*i+1
		v := l.v[a] + l.v[b]
		if l.most {
			switch {
			case l.n[a] == 0:
				v = l.v[b]
			case l.n[b] == 0:
				v = l.v[a]
			default:
				v = max(l.v[a], l.v[b])
			}
		}
		l.v[i], l.n[i] = v, l.n[a]+l.n[b]
	}
	clear(l.v[points/2:])
	clear(l.n[points/2:])
}

// both is a gauge and the level of those whom it doesn't count.
type both struct {
	gauge *gauge
	level *level
}

func (l *both) value(i int, width float64) (float64, bool) {
	beside, _ := l.level.value(i, width) // asked for in order, whether or not it is needed
	v, ok := l.gauge.value(i, width)
	return v + math.Round(beside), ok
}
func (l *both) copy() line { return &both{l.gauge.copy().(*gauge), l.level.copy().(*level)} }
func (l *both) double()    { l.gauge.double(); l.level.double() }

// spread is the distribution of times of each window, from which four lines are drawn.
type spread struct {
	of   [points]*times
	some bool
}

// times is a distribution of times in µs, to a twentieth.
type times struct {
	n       [buckets]uint32
	count   int64
	longest int64
}

const (
	fine    = 4 // bits of a time that are kept
	buckets = (33 - fine) << fine
)

// bucket is where a time of less than 2³² µs is counted.
func bucket(us int64) int {
	us = min(max(us, 0), math.MaxUint32)
	if us < 1<<fine {
		return int(us)
	}
	shift := bits.Len64(uint64(us)) - fine - 1
	return (shift+1)<<fine + int(us>>shift) - 1<<fine
}

// of is a time that is counted in a bucket, in the middle of those that are.
func middle(b int) int64 {
	if b < 1<<fine {
		return int64(b)
	}
	shift := b>>fine - 1
	low := int64(b&(1<<fine-1)+1<<fine) << shift
	return low + int64(1)<<shift/2
}

func (l *spread) add(g *grid, at, us, n int64) {
	if n <= 0 {
		return
	}
	i := g.bin(at)
	if l.of[i] == nil {
		l.of[i] = &times{}
	}
	t := l.of[i]
	n = min(n, math.MaxUint32/2)
	b := &t.n[bucket(us)]
	*b = uint32(min(int64(*b)+n, math.MaxUint32))
	t.count += n
	t.longest = max(t.longest, us)
	l.some = true
}

func (l *spread) counts(g *grid, at int64, c history.Counts) {
	for _, pair := range c {
		l.add(g, at, highest(pair[0]), pair[1])
	}
}

// highest is the longest of the times that a history counts with one: what a Result says of them.
func highest(us int64) int64 {
	const exact = 8 // bits of a time that a latency.Histogram keeps
	us = min(max(us, 0), math.MaxUint32)
	shift := max(bits.Len64(uint64(us))-exact, 0)
	return (us>>shift+1)<<shift - 1
}

func (t *times) quantile(percent float64) int64 {
	rank := int64(math.Ceil(float64(t.count) * percent / 100))
	if rank >= t.count {
		return t.longest
	}
	for b, n := range t.n {
		if rank -= int64(n); n > 0 && rank <= 0 {
			return min(middle(b), t.longest)
		}
	}
	return t.longest
}

func (l *spread) value(i int, _ float64) (float64, bool) { return 0, l.of[i] != nil }
func (l *spread) copy() line {
	c := &spread{some: l.some}
	for i, t := range l.of {
		if t != nil {
			own := *t
			c.of[i] = &own
		}
	}
	return c
}
func (l *spread) double() {
	for i := range points / 2 {
		a, b := l.of[2*i], l.of[2*i+1]
		switch {
		case a == nil:
			a = b
		case b != nil:
			for k, n := range b.n {
				a.n[k] = uint32(min(uint64(a.n[k])+uint64(n), math.MaxUint32))
			}
			a.count += b.count
			a.longest = max(a.longest, b.longest)
		}
		l.of[i] = a
	}
	clear(l.of[points/2:])
}
