package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Millis is a time in milliseconds as the JSON has it, exact to a microsecond.
type Millis float64

// millis turns a duration into Millis.
func millis(d time.Duration) Millis {
	return Millis(math.Round(float64(d)/float64(time.Microsecond)) / 1000)
}

// Duration turns Millis back.
func (m Millis) Duration() time.Duration {
	ns := math.Round(float64(m) * float64(time.Millisecond))
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= -math.MaxInt64: // so that its negative is a time, too
		return -math.MaxInt64
	}
	return time.Duration(ns)
}

// count writes a number with its thousands apart: 1,640.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// took writes how long something took, to three significant digits: 180 µs, 3.14 ms, 512 ms, 3.60 s, 125 s.
func took(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + took(-max(d, -math.MaxInt64))
	case d == 0:
		return "0 s"
	case d < 999500*time.Nanosecond:
		return fmt.Sprintf("%.0f µs", float64(d)/1e3)
	case d < 999500*time.Microsecond:
		return significant(float64(d)/1e6) + " ms"
	default:
		return significant(float64(d)/1e9) + " s"
	}
}

// significant writes v with three significant digits, and all those before the point.
func significant(v float64) string {
	switch {
	case v < 9.995:
		return fmt.Sprintf("%.2f", v)
	case v < 99.95:
		return fmt.Sprintf("%.1f", v)
	default:
		return count(int64(math.Round(v)))
	}
}

// at writes a moment of the run, to the millisecond that it fell in: 0.512 s.
func at(d time.Duration) string {
	return fmt.Sprintf("%.3f s", d.Truncate(time.Millisecond).Seconds())
}

// stayedAway writes a gap that was asked for: 50 ms, 0 ms, 1500 ms.
func stayedAway(gap Millis) string {
	return strconv.FormatFloat(float64(gap), 'f', -1, 64) + " ms"
}

// setting writes a time that somebody chose: 1 s, 500 ms.
func setting(d time.Duration) string {
	if d < time.Second {
		return stayedAway(millis(d))
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// bits writes a rate in bits a second: 12.4 Mbit/s.
func bits(perSecond float64) string { return scaled(perSecond, "bit/s") }

// size writes a number of bytes: 169 kB.
func size(n int64) string { return scaled(float64(n), "B") }

// scaled writes v with the decimal prefix that leaves at most three digits before the point.
func scaled(v float64, unit string) string {
	prefixes := []string{"", "k", "M", "G", "T", "P"}
	i := 0
	for v >= 999.5 && i < len(prefixes)-1 {
		v /= 1000
		i++
	}
	if i == 0 {
		return fmt.Sprintf("%.0f %s", v, unit)
	}
	return significant(v) + " " + prefixes[i] + unit
}

// below writes an upper bound on a share as a percentage, rounded up to two significant digits: a bound that was rounded
// down would claim more than was shown.
func below(share float64) string {
	percent := share * 100
	if percent <= 0 {
		return "0 %"
	}
	if percent >= 10 {
		return fmt.Sprintf("%.0f %%", math.Ceil(math.Min(percent, 100)))
	}
	digits := 1 - int(math.Floor(math.Log10(percent)))
	scale := math.Pow(10, float64(digits))
	return fmt.Sprintf("%.*f %%", digits, math.Ceil(percent*scale-1e-9)/scale)
}
