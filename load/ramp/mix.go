package ramp

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
)

// Share is a part of the players that behaves in some manner.
type Share struct {
	Manner load.Manner
	Part   float64       // of all players, up to 1
	Rate   int           // of slow ones: bit/s that each reads
	Stay   time.Duration // of churning ones: how long each stays at a time
}

// Bounds of what shares say.
const (
	minRate, maxRate = 1000, 1_000_000_000 // bit/s
	minStay          = 100 * time.Millisecond
)

// ParseShare reads the value of --slow ("5%@200k"), --churn ("10%@5s") or --idle ("2%"), as the manner says.
func ParseShare(manner load.Manner, text string) (Share, error) {
	flag := "--" + string(manner)
	example := map[load.Manner]string{load.Slow: "5%@200k", load.Churn: "10%@5s", load.Idle: "2%"}[manner]
	percent, how, has := strings.Cut(text, "@")
	percent, is := strings.CutSuffix(percent, "%")
	v, err := strconv.ParseFloat(percent, 64)
	if !is || err != nil && !math.IsInf(v, 0) || has != (manner != load.Idle) {
		return Share{}, phrase.Errorf(phrase.RampShareSyntax, flag, text, example)
	}
	if !(v > 0 && v <= 100) { // NaN is neither
		return Share{}, phrase.Errorf(phrase.RampSharePart, flag, text, example)
	}
	s := Share{Manner: manner, Part: v / 100}
	switch manner {
	case load.Slow:
		if s.Rate, err = parseRate(how); err != nil {
			return Share{}, phrase.Errorf(phrase.RampShareSyntax, flag, text, example)
		}
		if s.Rate < minRate || s.Rate > maxRate {
			return Share{}, phrase.Errorf(phrase.RampShareRate, flag, text, example)
		}
	case load.Churn:
		if s.Stay, err = time.ParseDuration(how); err != nil {
			return Share{}, phrase.Errorf(phrase.RampShareSyntax, flag, text, example)
		}
		if s.Stay < minStay || s.Stay > load.MaxDuration {
			return Share{}, phrase.Errorf(phrase.RampShareStay, flag, text, minStay, load.MaxDuration, example)
		}
	}
	return s, nil
}

// parseRate reads bit/s, with k, M or G.
func parseRate(text string) (int, error) {
	factor := uint64(1)
	for suffix, by := range map[string]uint64{"k": 1000, "M": 1_000_000, "G": 1_000_000_000} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, factor = rest, by
			break
		}
	}
	v, err := strconv.ParseUint(text, 10, 31)
	return int(min(v*factor, maxRate+1)), err
}

// Mix says who behaves how. In the zero value everybody is prompt.
type Mix struct {
	shares []Share
	offset float64
}

// NewMix makes a mix of shares, which must not be more than all; the rest is prompt.
func NewMix(seed int64, shares ...Share) (Mix, error) {
	sum := 0.0
	for _, s := range shares {
		sum += s.Part
	}
	if sum > 1+1e-9 {
		return Mix{}, phrase.Errorf(phrase.RampShareSum, math.Round(sum*1e4)/100)
	}
	return Mix{shares: shares, offset: load.Rand(seed, "mix").Float64()}, nil
}

// Seat is how the player on a seat behaves. That hangs on the seed and the number of the seat alone, so players more change
// nobody else's manner. Steps of the golden ratio fall evenly on the circle however many they are: of any number of seats, and
// of every key's, each manner has its share to within a few, where draws would leave twenty players at 5 % without any slow one a
// third of the time.
func (m Mix) Seat(n int) Share {
	_, u := math.Modf(m.offset + float64(n)*(math.Phi-1))
	for _, s := range m.shares {
		if u -= s.Part; u < 0 {
			return s
		}
	}
	return Share{Manner: load.Prompt}
}
