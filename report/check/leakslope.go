package check

import (
	"math"
	"slices"
	"time"
)

// slope is by how much one thing grows with another: the median of the slopes between all pairs of points (Theil and Sen),
// which a few wild points don't move, and a bound below which it is not, with the confidence asked for.
type slope struct{ low, mid float64 }

// maxPairs bounds the points that are paired: their pairs grow with the square.
const maxPairs = 200

// One-sided quantiles of the normal distribution.
const (
	confidence95 = 1.645
	confidence99 = 2.326
)

// theilSen is the slope of y over x. It reports false where x hardly changes. The bound is Kendall's: of n points, the
// number of pairs that rise more than fall has the variance n(n-1)(2n+5)/18 where y does not depend on x (Sen 1968, §6).
func theilSen(x, y []float64, quantile float64) (slope, bool) {
	x, y = spread(x), spread(y)
	n := len(x)
	var slopes []float64
	for i := range x {
		for j := range i {
			if dx := x[i] - x[j]; dx != 0 {
				slopes = append(slopes, (y[i]-y[j])/dx)
			}
		}
	}
	if n < 3 || len(slopes) < n*(n-1)/4 {
		return slope{}, false
	}
	slices.Sort(slopes)
	m := len(slopes)
	mid := (slopes[(m-1)/2] + slopes[m/2]) / 2
	wide := quantile * math.Sqrt(float64(n*(n-1)*(2*n+5))/18)
	low := int(math.Floor((float64(m)-wide)/2)) - 1
	if low < 0 {
		return slope{low: math.Inf(-1), mid: mid}, true
	}
	return slope{low: slopes[low], mid: mid}, true
}

// spread takes at most maxPairs values, evenly.
func spread(v []float64) []float64 {
	if len(v) <= maxPairs {
		return v
	}
	out := make([]float64, maxPairs)
	for i := range out {
		out[i] = v[i*(len(v)-1)/(maxPairs-1)]
	}
	return out
}

const (
	// minPoints and minReturns are how much is needed after the warm-up.
	minPoints  = 10
	minReturns = 30
	// unslowed is how much of the whole slope the second half must have: what fills up grows ever slower. (Of a logarithm,
	// after a third of it, the second half has 0.74, of a root 0.87.)
	unslowed = 0.9
	// minGrowth and minShare are the least growth of memory that is told, in bytes and as a part of what it was: below that
	// the slope of a run says little of a server that lives for weeks.
	minGrowth = 2 << 20
	minShare  = 0.05
)

// warmedUp is after how many of n points the warm-up is over, in which allocators, pools and caches fill: a third of them.
func warmedUp(n int) int { return (n + 2) / 3 }

// warm are the points after the warm-up.
func (u *usage) warm() []point {
	points := u.points
	points = points[warmedUp(len(points)):]
	if len(points) < minPoints || points[len(points)-1].returns-points[0].returns < minReturns {
		return nil
	}
	return points
}

// growth is the slope of memory, in bytes a return, after the warm-up.
func (u *usage) growth() (slope, bool) {
	points := u.warm()
	if points == nil {
		return slope{}, false
	}
	return memory(points, confidence99)
}

func memory(points []point, quantile float64) (slope, bool) {
	var x, y []float64
	for _, p := range points {
		x, y = append(x, float64(p.returns)), append(y, float64(p.rss))
	}
	return theilSen(x, y, quantile)
}

// leaking reports whether memory grows with the returns beyond doubt: over all of the time after the warm-up, and as fast in
// the second half of it.
func (u *usage) leaking() (slope, bool) {
	points := u.warm()
	all, ok := u.growth()
	if !ok || all.low <= 0 {
		return all, false
	}
	first, last := points[0], points[len(points)-1]
	grown := all.mid * float64(last.returns-first.returns)
	if grown < minGrowth || grown < minShare*float64(first.rss) {
		return all, false
	}
	half, ok := memory(points[len(points)/2:], confidence95)
	return all, ok && half.low > 0 && half.mid >= unslowed*all.mid
}

// costOfReturn is the processor time of one return: by how much more the server took in the times in which there were more
// of them. The media flow all the time.
func costOfReturn(points []point) time.Duration {
	var x, y []float64
	for i := 1; i < len(points); i++ {
		p := points[i]
		if p.span < minSpan {
			continue
		}
		s := p.span.Seconds()
		x = append(x, float64(p.returns-points[i-1].returns)/s)
		y = append(y, float64(p.cost)/s)
	}
	if len(x) < minPoints || points[len(points)-1].returns-points[0].returns < minReturns {
		return 0
	}
	s, ok := theilSen(x, y, confidence95)
	if !ok || s.low <= 0 {
		return 0
	}
	return time.Duration(s.mid)
}
