package ramp

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"pgregory.net/rapid"
)

func TestParseArrivals(t *testing.T) {
	for _, c := range []struct {
		text string
		want Arrivals
		says string
	}{
		{"50/s", Arrivals{50, false}, ""},
		{"50/s:poisson", Arrivals{50, false}, ""},
		{"50/s:even", Arrivals{50, true}, ""},
		{"3000/m", Arrivals{50, false}, ""},
		{"1/h", Arrivals{MinRate, false}, ""},
		{"0.5/s:even", Arrivals{0.5, true}, ""},
		{"100000/s", Arrivals{MaxRate, false}, ""},

		{"", Arrivals{}, "must be how many come"},
		{"50", Arrivals{}, "must be how many come"},
		{"/s", Arrivals{}, "must be how many come"},
		{"50/", Arrivals{}, "must be how many come"},
		{"50/d", Arrivals{}, "must be how many come"},
		{"50/s/s", Arrivals{}, "must be how many come"},
		{"x/s", Arrivals{}, "must be how many come"},
		{"50/s:odd", Arrivals{}, `even or poisson, not "odd"`},
		{"50/s:", Arrivals{}, `even or poisson, not ""`},
		{"0/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"-0/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"-5/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"NaN/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"Inf/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"-inf/m", Arrivals{}, "must be 1/h to 100000/s"},
		{"1e999/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"1e-999/s", Arrivals{}, "must be 1/h to 100000/s"},
		{"0.5/h", Arrivals{}, "must be 1/h to 100000/s"},
		{"100001/s", Arrivals{}, "leave it out to have all come at once"},
	} {
		got, err := ParseArrivals(c.text)
		if (c.says == "") != (err == nil) || got != c.want {
			t.Errorf("%q: %+v, %v; want %+v", c.text, got, err, c.want)
		}
		if err != nil && (!strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "as in --arrive 50/s")) {
			t.Errorf("%q: %v; want it to say %q", c.text, err, c.says)
		}
	}
}

// TestMeanRate: as many come as was asked for, and none before the one before him.
func TestMeanRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Arrivals{Rate: rapid.Float64Range(MinRate, MaxRate).Draw(t, "rate"), Even: rapid.Bool().Draw(t, "even")}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		const n = 4000
		var at time.Duration
		for range n {
			next := a.Next(rng, at)
			if next < at {
				t.Fatalf("%v after %v", next, at)
			}
			at = next
		}
		rate := n / at.Seconds()
		within := 0.5e-9*a.Rate + 1e-9 // each is rounded to 1 ns
		if !a.Even {
			within = 6 / math.Sqrt(n)
		}
		if math.Abs(rate/a.Rate-1) > within {
			t.Errorf("%v a second, want %v", rate, a.Rate)
		}
		if took := a.Take(n).Seconds(); math.Abs(took*a.Rate/n-1) > 1e-4 {
			t.Errorf("%d take %v s", n, took)
		}
	})
}

// TestPoissonIsNoClockwork: of a Poisson process the distances spread as far as their mean.
func TestPoissonIsNoClockwork(t *testing.T) {
	rng, a, n := load.Rand(1, "test"), Arrivals{Rate: 100}, 20_000
	var sum, squares float64
	for range n {
		d := a.Next(rng, 0).Seconds()
		sum += d
		squares += d * d
	}
	mean := sum / float64(n)
	if spread := math.Sqrt(squares/float64(n) - mean*mean); math.Abs(spread/mean-1) > 0.05 {
		t.Errorf("mean %v, spread %v", mean, spread)
	}
	if took := (Arrivals{Rate: 3}).Take(1); took != 333_333_334 {
		t.Errorf("the coming of one takes %d ns: he has to be there at its end", took)
	}
	if (Arrivals{}).Next(nil, s) != s || (Arrivals{}).Take(7) != 0 {
		t.Error("without a rate all come at once")
	}
}

// FuzzParseArrivals: what it takes is a rate that can be kept.
func FuzzParseArrivals(f *testing.F) {
	for _, text := range []string{"50/s", "3000/m:even", "0x1p4/h", "1e-400/s", "NaN/s", "Inf/h:poisson"} {
		f.Add(text)
	}
	rng := load.Rand(1, "fuzz")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseArrivals(text)
		if err != nil {
			if a != (Arrivals{}) || !strings.HasPrefix(err.Error(), "--arrive") || !strings.Contains(text, "%") && strings.Contains(err.Error(), "%!") {
				t.Errorf("%q: %+v, %v", text, a, err)
			}
			return
		}
		if next := a.Next(rng, s); !(a.Rate >= MinRate && a.Rate <= MaxRate) || next < s || next > s+100*time.Hour {
			t.Errorf("%q: %+v, next %v", text, a, next)
		}
	})
}
