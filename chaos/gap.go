package chaos

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Gap is the time a publisher stays away, as --gap gives it: "50ms", a range "0..200ms" drawn evenly, or a sweep
// "sweep:0..500ms" that walks down a ladder of gaps to find the shortest safe one. It is a flag value.
type Gap struct {
	From, To time.Duration
	Sweep    bool
}

// MaxGap is the longest gap that can be asked for.
const MaxGap = time.Hour

// ParseGap reads the value of --gap.
func ParseGap(text string) (Gap, error) {
	var g Gap
	rest, sweep := strings.CutPrefix(text, "sweep:")
	from, to, ranged := strings.Cut(rest, "..")
	if sweep && !ranged {
		return g, phrase.Errorf(phrase.ChaosGapSyntax, text)
	}
	if !ranged {
		to = from
	}
	var err error
	if g.From, err = parseDuration(from); err != nil {
		return g, phrase.Errorf(phrase.ChaosGapSyntax, text)
	}
	if g.To, err = parseDuration(to); err != nil {
		return g, phrase.Errorf(phrase.ChaosGapSyntax, text)
	}
	if g.From > g.To {
		return g, phrase.Errorf(phrase.ChaosGapOrder, text)
	}
	if g.From < 0 || g.To > MaxGap {
		return g, phrase.Errorf(phrase.ChaosGapBounds, text, MaxGap)
	}
	g.Sweep = sweep
	return g, nil
}

// parseDuration is time.ParseDuration that refuses what a person would not call a duration: "+5s", "-0".
func parseDuration(text string) (time.Duration, error) {
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return 0, fmt.Errorf("%q has a sign", text)
	}
	return time.ParseDuration(text)
}

// Set reads a flag's value.
func (g *Gap) Set(text string) (err error) {
	*g, err = ParseGap(text)
	return err
}

// Type names the kind of value in the help.
func (g *Gap) Type() string { return "gap" }

// String is the gap as it would be given to --gap.
func (g *Gap) String() string {
	switch {
	case g.Sweep:
		return fmt.Sprintf("sweep:%v..%v", g.From, g.To)
	case g.From != g.To:
		return fmt.Sprintf("%v..%v", g.From, g.To)
	case g.From == 0:
		return "0"
	}
	return g.From.String()
}

// draw returns one gap of the range.
func (g Gap) draw(r *rand.Rand) time.Duration {
	if g.From == g.To {
		return g.From
	}
	return g.From + time.Duration(r.Int64N(int64(g.To-g.From)+1))
}

// ladder returns the gaps of a sweep from the longest to the shortest: the ends, and between them 1, 2 and 5 of every
// decade of milliseconds.
//
// Note: it walks down, not up. A key that a server has poisoned stays refused, so the first gap that fails must be the
// last that a key is asked to try; walking up would poison every key on the first rung and measure nothing.
func (g Gap) ladder() []time.Duration {
	rungs := []time.Duration{g.To}
	for unit := 1000 * time.Second; unit >= time.Millisecond; unit /= 10 {
		for _, m := range []time.Duration{5, 2, 1} {
			if rung := m * unit; rung > g.From && rung < g.To {
				rungs = append(rungs, rung)
			}
		}
	}
	if g.From < g.To {
		rungs = append(rungs, g.From)
	}
	return rungs
}
