package compare

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// Alpha is the probability that noise alone makes anything of a pair of sides worse or better: over all its figures and findings
// together, not each.
const Alpha = 0.05

// exactLimit is the largest sample of which the interval is reckoned exactly.
const exactLimit = 50

// tested is what a test of two samples came to.
type tested struct {
	p     float64
	least float64 // the least p that values such as these could have come to, however they fell: above Alpha nothing can be shown
}

// exactWork is how many additions a test may take to be reckoned exactly: two sides of 50 runs with ties take half of it, some
// hundredths of a second. Larger ones are close to normal.
const exactWork = 5e7

// rankTest is the two-sided test of Mann and Whitney: p is the probability that sides that differ in nothing come to lie at least
// as far apart. Of an empty sample, or where all values are one, it shows nothing.
//
// It is exact, ties reckoned with: of all ways to deal the values out to two sides of these sizes it counts those whose ranks lie as
// far to the same end, and doubles that. Note: stats.MannWhitneyUTest takes the distribution to be symmetric, which it is not where
// values tie and one side has more runs than the other: it called one of {1, 2, 2} against the rest less likely than it is.
func rankTest(a, b []float64) tested {
	if len(a) == 0 || len(b) == 0 {
		return tested{1, 1}
	}
	few := a
	if len(b) < len(a) {
		few = b
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	if all[0] == all[len(all)-1] {
		return tested{1, 1}
	}
	ranks := make([]int, len(all)) // doubled, for those that tie share the middle one
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to] == all[from] {
			to++
		}
		for i := from; i < to; i++ {
			ranks[i] = from + to - 1
		}
		from = to
	}
	sum := 0
	for _, v := range few {
		at, _ := slices.BinarySearch(all, v)
		sum += ranks[at]
	}
	low, high := 0, 0 // the farthest that these values could lie apart is with the lowest, or the highest, on one side
	for i := range few {
		low, high = low+ranks[i], high+ranks[len(all)-1-i]
	}
	if float64(len(all))*float64(len(few))*float64(high-low+1) > exactWork {
		return byNormal(a, b, all)
	}
	below := dealt(ranks, len(few), low, high)
	p := func(sum int) float64 {
		at, whole := sum-low, below[len(below)-1]
		more := whole
		if at > 0 {
			more -= below[at-1]
		}
		return min(1, 2*min(below[at], more)/whole)
	}
	return tested{p(sum), min(p(low), p(high))}
}

// dealt counts the ways to take so many of the ranks, which ascend, whose sum is low, low+1 and so on up to high, or less.
func dealt(ranks []int, take, low, high int) []float64 {
	// ways[n][s] are those of n ranks whose sum is s above the least that n ranks come to; no way to low..high leaves those bounds.
	ways := make([][]float64, take+1)
	least := make([]int, take+1)
	for n := range ways {
		ways[n] = make([]float64, high-low+1)
		if n > 0 {
			least[n] = least[n-1] + ranks[n-1]
		}
	}
	ways[0][0] = 1
	for i, rank := range ranks {
		for n := min(take, i+1); n > 0; n-- {
			// A sum s of n ranks that ends with this one has s-rank of n-1 others.
			up := rank - (least[n] - least[n-1])
			for s := high - low; s >= up; s-- {
				ways[n][s] += ways[n-1][s-up]
			}
		}
	}
	for s := 1; s < len(ways[take]); s++ {
		ways[take][s] += ways[take][s-1]
	}
	return ways[take]
}

// byNormal is the test of sides too large to be reckoned exactly.
func byNormal(a, b, sorted []float64) tested {
	p := func(a, b []float64) float64 {
		r, err := stats.MannWhitneyUTest(a, b, stats.LocationDiffers)
		if err != nil || math.IsNaN(r.P) {
			return 1
		}
		return min(r.P, 1)
	}
	n, m := len(a), len(b)
	is := p(a, b)
	return tested{is, min(is, p(sorted[:n], sorted[n:]), p(sorted[m:], sorted[:m]))}
}

// shift is by how much b lies above a (the median of all differences of two, by Hodges and Lehmann), and the interval in which the
// true shift lies with a confidence of 95 %; bounded is false where the runs are too few for that: three against three say nothing.
func shift(a, b []float64) (by, low, high float64, bounded bool) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0, 0, false
	}
	apart := make([]float64, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			apart = append(apart, y-x)
		}
	}
	slices.Sort(apart)
	by = median(apart)
	// The interval is what the test would not reject: it leaves out as many differences at both ends as U may be and still
	// be as rare as that.
	out := rarest(len(a), len(b))
	if out == 0 {
		return by, 0, 0, false
	}
	return by, apart[out-1], apart[len(apart)-out], true
}

// rarest is how many differences lie outside of the interval at each end, and one: the largest c such that U < c has a probability of at most
// Alpha/2; 0 where there is none.
func rarest(n, m int) int {
	var below func(u float64) float64
	if n <= exactLimit && m <= exactLimit {
		below = stats.UDist{N1: n, N2: m}.CDF
	} else {
		mean, sigma := float64(n*m)/2, math.Sqrt(float64(n*m*(n+m+1))/12)
		below = func(u float64) float64 { return stats.StdNormal.CDF((u + 0.5 - mean) / sigma) }
	}
	low, high := 0, n*m/2+1 // below(low-1) is rare enough, below(high-1) is not
	for high-low > 1 {
		if mid := (low + high) / 2; below(float64(mid-1)) <= Alpha/2 {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// median of values in ascending order.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	// Half of each, for the sum of two may be more than a number can be.
	return sorted[(n-1)/2]/2 + sorted[n/2]/2
}

// medianBounds is the interval in which the true median lies with a confidence of 95 %, by order statistics; false where there
// are too few values: below six, not even all of them hold it that surely.
func medianBounds(sorted []float64) (low, high float64, ok bool) {
	ci := stats.QuantileCI(len(sorted), 0.5, 1-Alpha)
	if len(sorted) == 0 || ci.LoOrder < 1 || ci.HiOrder > len(sorted) {
		return 0, 0, false
	}
	return sorted[ci.LoOrder-1], sorted[ci.HiOrder-1], true
}

// fisher is Fisher's exact test, two-sided, of something seen in a of n runs on one side and in b of m on the other.
func fisher(a, n, b, m int) tested {
	if n <= 0 || m <= 0 {
		return tested{1, 1}
	}
	d := stats.HypergeometicDist{N: n + m, K: a + b, Draws: m}
	p := func(b int) float64 {
		fewer, more := d.CDF(float64(b)), 1-d.CDF(float64(b-1))
		return min(1, 2*min(fewer, more))
	}
	low, high := max(0, a+b-n), min(a+b, m)
	return tested{p(b), min(p(low), p(high))}
}

// byChance is the probability that something seen in a of n runs is not seen in any of m further ones although nothing has
// changed. How often it happens is itself only known from n runs: every rate counts as much as it could have come to what was
// seen (a uniform prior, Laplace's).
func byChance(a, n, m int) float64 {
	lbeta := func(x, y float64) float64 {
		lx, _ := math.Lgamma(x)
		ly, _ := math.Lgamma(y)
		lxy, _ := math.Lgamma(x + y)
		return lx + ly - lxy
	}
	hit, miss := float64(a)+1, float64(n-a)+1
	return math.Exp(lbeta(hit, miss+float64(m)) - lbeta(hit, miss))
}

// holm adjusts the p of several tests so that the probability that any of them is below Alpha by chance is at most Alpha (Holm,
// 1979). Tests that could not have shown anything, whatever the sides, take nothing from the others (Tarone, 1990); their
// p stays as it is.
func holm(tests []tested) []float64 {
	out := make([]float64, len(tests))
	var order []int
	for i, t := range tests {
		out[i] = t.p
		if t.least <= Alpha {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case tests[i].p < tests[j].p:
			return -1
		case tests[i].p > tests[j].p:
			return 1
		}
		return 0
	})
	last := 0.0
	for rank, i := range order {
		last = max(last, min(1, tests[i].p*float64(len(order)-rank)))
		out[i] = last
	}
	return out
}

// needed is how many runs a side have to be there for one of so many figures to be told from noise: two sides that don't overlap
// at all have a p of 2/C(2n,n).
func needed(tests int) int {
	p := 1.0
	for n := 1; ; n++ {
		if p = 2 * math.Exp(-lchoose(2*n, n)); p*float64(max(tests, 1)) <= Alpha {
			return n
		}
	}
}

func lchoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
