package ramp

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
)

// Arrivals is how fast players or publishers come, whatever becomes of those before. The zero value lets them in all at once.
type Arrivals struct {
	// Rate is how many come a second, in the mean.
	Rate float64
	// Even has them come at equal distances. Else it is a Poisson process, as people come who know nothing of each other.
	Even bool
}

// Bounds of a rate, a second: that of one an hour, and all that a machine may make in one second.
const (
	MinRate = 1.0 / 3600
	MaxRate = load.MaxActors
)

// ParseArrivals reads the value of --arrive: "50/s", "3000/m", "50/s:even", "50/s:poisson".
func ParseArrivals(text string) (Arrivals, error) {
	rate, manner, named := strings.Cut(text, ":")
	if named && manner != "even" && manner != "poisson" {
		return Arrivals{}, phrase.Errorf(phrase.RampArriveManner, text, manner)
	}
	count, unit, _ := strings.Cut(rate, "/")
	per := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	v, err := strconv.ParseFloat(count, 64)
	if per == 0 || err != nil && !math.IsInf(v, 0) {
		return Arrivals{}, phrase.Errorf(phrase.RampArriveSyntax, text)
	}
	if v /= per; !(v >= MinRate && v <= MaxRate) { // NaN is neither
		return Arrivals{}, phrase.Errorf(phrase.RampArriveBounds, text, MaxRate)
	}
	return Arrivals{Rate: v, Even: manner == "even"}, nil
}

// Next is when the next one is due after the one that was due at now.
func (a Arrivals) Next(rng *rand.Rand, now time.Duration) time.Duration {
	if a.Rate == 0 {
		return now
	}
	wait := 1 / a.Rate
	if !a.Even {
		wait *= rng.ExpFloat64()
	}
	return now + time.Duration(math.Round(wait*float64(time.Second)))
}

// Take is how long the coming of n should take.
func (a Arrivals) Take(n int) time.Duration {
	if a.Rate == 0 {
		return 0
	}
	return time.Duration(math.Ceil(float64(n) / a.Rate * float64(time.Second)))
}
