package compare

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 5e-4 }

// TestRankTest holds p values that others have published, or that can be counted by hand.
func TestRankTest(t *testing.T) {
	for _, c := range []struct {
		name     string
		a, b     []float64
		p, least float64
	}{
		{"nothing", nil, nil, 1, 1},
		{"one and one", []float64{1}, []float64{2}, 1, 1},
		{"three apart from three", []float64{1, 2, 3}, []float64{4, 5, 6}, 0.1, 0.1},
		{"four apart from four", []float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}, 2.0 / 70, 2.0 / 70},
		{"six apart from six", []float64{1, 2, 3, 4, 5, 6}, []float64{7, 8, 9, 10, 11, 12}, 2.0 / 924, 2.0 / 924},
		{"one run on the wrong side", []float64{1, 2, 3, 4, 5, 7}, []float64{6, 8, 9, 10, 11, 12}, 4.0 / 924, 2.0 / 924},
		{"all one", []float64{3, 3, 3, 3}, []float64{3, 3, 3, 3}, 1, 1},
		{"nothing but one is different", []float64{0, 0, 0, 0, 0, 0}, []float64{0, 0, 0, 0, 0, 1}, 1, 1},
		// Hollander and Wolfe, Nonparametric Statistical Methods, table 4.1: permeability of membranes; one-sided p 0.1272.
		{"membranes", []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}, []float64{1.15, 0.88, 0.90, 0.74, 1.21}, 0.2544, 2.0 / 3003},
	} {
		got := rankTest(c.a, c.b)
		if !near(got.p, c.p) || !near(got.least, c.least) {
			t.Errorf("%s: p %.4f, at least %.4f, want %.4f and %.4f", c.name, got.p, got.least, c.p, c.least)
		}
		if back := rankTest(c.b, c.a); !near(back.p, got.p) {
			t.Errorf("%s: %.4f the other way round, %.4f this way", c.name, back.p, got.p)
		}
	}
}

// TestShift holds the estimate and its interval: of the membranes as Hollander and Wolfe have them, -0.305 and (-0.76, 0.15) at 96 %.
func TestShift(t *testing.T) {
	a := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	b := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	by, low, high, ok := shift(a, b)
	if !ok || !near(by, -0.305) || !near(low, -0.76) || !near(high, 0.15) {
		t.Errorf("%.3f in %.3f to %.3f, %v", by, low, high, ok)
	}
	if by, _, _, ok := shift([]float64{1, 2, 3}, []float64{4, 5, 6}); ok || by != 3 {
		t.Errorf("three runs a side: %v, bounded %v", by, ok)
	}
	if by, low, high, ok := shift([]float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}); !ok || by != 4 || low != 1 || high != 7 {
		t.Errorf("four runs a side: %v in %v to %v, %v", by, low, high, ok)
	}
	if _, _, _, ok := shift(nil, []float64{1}); ok {
		t.Error("an interval of nothing")
	}
}

// TestIntervalHolds holds that the interval of a shift has the true one in it as often as it says.
func TestIntervalHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{4, 6, 12, 60} {
		missed, times := 0, 1000
		if n > exactLimit {
			times = 150
		}
		for range times {
			a, b := make([]float64, n), make([]float64, n)
			for i := range n {
				a[i], b[i] = r.ExpFloat64(), 3+r.ExpFloat64()
			}
			if _, low, high, ok := shift(a, b); !ok || low > 3 || high < 3 {
				missed++
			}
		}
		if share := float64(missed) / float64(times); share > 0.05+2.5*math.Sqrt(0.05*0.95/float64(times)) {
			t.Errorf("%d runs a side: the true shift was outside in %.1f %%", n, 100*share)
		}
	}
}

// TestFisher holds p values that can be counted by hand.
func TestFisher(t *testing.T) {
	for _, c := range []struct {
		a, n, b, m int
		p, least   float64
	}{
		{0, 5, 5, 5, 2.0 / 252, 2.0 / 252},
		{5, 5, 0, 5, 2.0 / 252, 2.0 / 252},
		{0, 1, 1, 1, 1, 1},
		{3, 5, 3, 5, 1, 0.0476},
		{0, 5, 3, 5, 2.0 / 12, 2.0 / 12},
		{1, 6, 6, 6, 0.0152, 0.0152}, // 7 of 12
		{0, 0, 3, 5, 1, 1},
	} {
		if got := fisher(c.a, c.n, c.b, c.m); !near(got.p, c.p) || !near(got.least, c.least) {
			t.Errorf("%d of %d, %d of %d: p %.4f, at least %.4f, want %.4f and %.4f", c.a, c.n, c.b, c.m, got.p, got.least, c.p, c.least)
		}
	}
}

// TestByChance holds the chance that something is not seen again: after one of one run, one in two is no surprise.
func TestByChance(t *testing.T) {
	for _, c := range []struct {
		a, n, m int
		want    string
	}{{1, 1, 1, "3"}, {5, 5, 5, "462"}, {3, 5, 5, "22"}, {1, 6, 6, "4"}, {6, 6, 6, "1716"}} {
		if got := oneIn(byChance(c.a, c.n, c.m)); got != c.want {
			t.Errorf("%d of %d, then none of %d: 1 in %s, want %s", c.a, c.n, c.m, got, c.want)
		}
	}
}

func TestHolm(t *testing.T) {
	got := holm([]tested{{0.01, 0.001}, {0.04, 0.001}, {0.03, 0.001}, {0.5, 0.5}})
	if fmt.Sprintf("%.2f", got) != "[0.03 0.06 0.06 0.50]" {
		t.Errorf("%.3f", got)
	}
}

func TestNeeded(t *testing.T) {
	for tests, want := range map[int]int{0: 4, 1: 4, 2: 5, 6: 5, 7: 6, 11: 6, 23: 6, 24: 7} {
		if got := needed(tests); got != want {
			t.Errorf("%d tests need %d runs a side, want %d", tests, got, want)
		}
	}
}

// TestRankTestIsExact holds the test against all ways to deal the values out, with ties and without, of sides of any size.
func TestRankTestIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n, m, kinds := 1+r.IntN(6), 1+r.IntN(6), 1+r.IntN(8)
		all := make([]float64, n+m)
		for i := range all {
			all[i] = float64(r.IntN(kinds) * r.IntN(kinds))
		}
		above := func(isA func(int) bool) (u float64) { // pairs of which that of a is more, ties by half
			for i, x := range all {
				for j, y := range all {
					switch {
					case !isA(i) || isA(j) || x < y:
					case x == y:
						u += 0.5
					default:
						u++
					}
				}
			}
			return u
		}
		is := above(func(i int) bool { return i < n })
		ways, less, more := 0.0, 0.0, 0.0
		for set := range 1 << (n + m) {
			if bits.OnesCount(uint(set)) != n {
				continue
			}
			u := above(func(i int) bool { return set>>i&1 == 1 })
			ways++
			if u <= is {
				less++
			}
			if u >= is {
				more++
			}
		}
		want := min(1, 2*min(less, more)/ways)
		if got := rankTest(all[:n], all[n:]); math.Abs(got.p-want) > 1e-12 || got.least > got.p {
			t.Errorf("%v against %v: p %.6f, at least %.6f, want %.6f", all[:n], all[n:], got.p, got.least, want)
		}
	}
	// What a library that takes the distribution to be symmetric calls 0.67.
	if got := rankTest([]float64{2}, []float64{1, 2}); got.p != 1 {
		t.Errorf("one of three: %v", got.p)
	}
}

// TestRankTestOfMany holds that sides of many runs are tested in no time, and that the two ways to reckon agree where they meet.
func TestRankTestOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	sample := func(n int, by float64) (out []float64) {
		for range n {
			out = append(out, math.Round(10*(r.NormFloat64()+by)))
		}
		return out
	}
	a, b := sample(50, 0), sample(50, 0.4)
	if exact, normal := rankTest(a, b).p, byNormal(a, b, slices.Sorted(slices.Values(slices.Concat(a, b)))).p; math.Abs(exact-normal) > 0.1*exact {
		t.Errorf("exact %.5f, normal %.5f", exact, normal)
	}
	for _, n := range []int{1, 2, 4, 100} {
		got := rankTest(sample(n, 9), sample(200-n, 0))
		want := 2 * math.Exp(-lchoose(200, n))
		if n == 100 && got.p > 1e-20 || n < 100 && math.Abs(got.p-want) > 1e-9 {
			t.Errorf("%d runs apart from %d: %v, want %v", n, 200-n, got.p, want)
		}
	}
}
