package compare

import (
	"math"
	"math/rand/v2"
	"testing"
)

// shapes are distributions of a figure over runs, as they come: with ties, with none at all, with two humps.
var shapes = []func(r *rand.Rand) float64{
	func(r *rand.Rand) float64 { return 100 + 30*r.NormFloat64() },
	func(r *rand.Rand) float64 { return 20 * math.Exp(r.NormFloat64()) },
	func(r *rand.Rand) float64 { return 50 * r.ExpFloat64() },
	func(r *rand.Rand) float64 { return float64(r.IntN(4)) * 10 },
	func(r *rand.Rand) float64 { return max(0, math.Round(100*(r.Float64()-0.6))) },
	func(r *rand.Rand) float64 { return 10 + 500*float64(r.IntN(2)) + r.Float64() },
	func(*rand.Rand) float64 { return 0 },
}

// noisy are runs of one build. Figures of one run go together as p50 and p99 do: every second one follows the one before it.
func noisy(r *rand.Rand, n, round int) []Run {
	var runs []Run
	for range n {
		run := Run{Verdict: "pass", Counts: true, Figures: map[string]float64{}, survived: 1}
		last := 0.0
		for i, k := range kinds[:11] {
			v := shapes[(round+i)%len(shapes)](r)
			if i%2 == 1 {
				v += last
			}
			run.Figures[k.name], last = v, v
		}
		runs = append(runs, run)
	}
	return runs
}

// TestNoiseIsNoRegression holds what the whole test is for: two sides of one build are called worse or better in at most 5 % of comparisons,
// over all figures together.
func TestNoiseIsNoRegression(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	const rounds = 500
	for _, n := range []int{4, 6, 7, 12} {
		wrong := 0
		for round := range rounds {
			c := Of([]Side{{Name: "a", Runs: noisy(r, n, round)}, {Name: "b", Runs: noisy(r, n, round)}})
			if c.Verdict != Same && c.Verdict != TooFew {
				wrong++
			}
		}
		if limit := rounds * (Alpha + 2*math.Sqrt(Alpha*(1-Alpha)/rounds)); float64(wrong) > limit {
			t.Errorf("%d runs a side: %d of %d comparisons of one build with itself were not the same", n, wrong, rounds)
		}
		t.Logf("%d runs a side: %d of %d", n, wrong, rounds)
	}
}

// TestWithoutCorrection holds that the test above could fail: without the correction for several figures it would.
func TestWithoutCorrection(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	wrong, rounds := 0, 300
	for round := range rounds {
		c := Of([]Side{{Name: "a", Runs: noisy(r, 12, round)}, {Name: "b", Runs: noisy(r, 12, round)}})
		for _, f := range c.Pairs[0].Figures {
			if f.P != nil && *f.P <= Alpha && f.matters(*f.Delta) {
				wrong++
				break
			}
		}
	}
	if float64(wrong) < 0.15*float64(rounds) {
		t.Errorf("only %d of %d: then what is the correction for?", wrong, rounds)
	}
}

// TestRealShift holds that half as much again is found with six runs a side, among ten figures that are noise.
func TestRealShift(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	const rounds = 300
	for _, c := range []struct {
		by   float64
		want Verdict
		mark string
	}{{1.5, Worse, "worse"}, {1 / 1.5, Better, "better"}} {
		found := 0
		for round := range rounds {
			sides := []Side{{Name: "a", Runs: noisy(r, 6, round)}, {Name: "b", Runs: noisy(r, 6, round)}}
			for s, by := range []float64{1, c.by} {
				for _, run := range sides[s].Runs {
					run.Figures["recovery_p50"] = 40 * by * math.Exp(0.1*r.NormFloat64())
				}
			}
			p := Of(sides).Pairs[0]
			for _, f := range p.Figures {
				if f.Name == "recovery_p50" && f.Mark == c.mark {
					found++
				}
			}
		}
		if share := float64(found) / rounds; share <= 0.95 {
			t.Errorf("×%.2f was found in %.1f %%", c.by, 100*share)
		}
	}
}

// TestWhatDoesNotMatter holds that a difference that nobody would care about is none, however sure it is.
func TestWhatDoesNotMatter(t *testing.T) {
	runs := func(name string, from, step float64) []Run {
		var out []Run
		for i := range 8 {
			out = append(out, Run{Verdict: "pass", Counts: true, survived: 1, Figures: map[string]float64{name: from + float64(i)*step}})
		}
		return out
	}
	for _, c := range []struct {
		name     string
		from, to float64
		want     Verdict
	}{
		{"recovery_p50", 100, 104, Same},  // not 5 %
		{"recovery_p50", 0.2, 0.9, Same},  // not 1 ms
		{"recovery_p50", 100, 110, Worse}, //
		{"recovery_p50", 110, 100, Better},
		{"returns_refused", 0, 0.004, Same},
		{"returns_refused", 0, 0.02, Worse},
		{"served_rate", 0.9, 0.8, Worse},
		{"served_rate", 0.8, 0.9, Better},
		{"server_memory", 100 << 20, 120 << 20, Worse},
	} {
		c0 := Of([]Side{{Name: "a", Runs: runs(c.name, c.from, 1e-5)}, {Name: "b", Runs: runs(c.name, c.to, 1e-5)}})
		if c0.Verdict != c.want {
			t.Errorf("%s from %v to %v is %s, want %s", c.name, c.from, c.to, c0.Verdict, c.want)
		}
	}
}
