package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// Says is the sentence that names the figure.
func (f Figure) Says() phrase.ID { return f.kind.says }

// number writes how many.
func number(n int) string { return strconv.Itoa(n) }

// runs is a number of runs, to be said in any language.
func runs(n int) Reason {
	if n == 1 {
		return Reason{says: phrase.CompareOneRun}
	}
	return Reason{says: phrase.CompareManyRuns, args: []any{number(n)}}
}

// noBreak is a blank at which no line is broken.
const noBreak = "\u00a0"

// together keeps the words of a text on one line.
func together(s string) string { return strings.ReplaceAll(s, " ", noBreak) }

// Write writes a value of the figure, with its unit.
func (u Unit) Write(v float64) string {
	switch u {
	case Milliseconds:
		return strings.ReplaceAll(report.Took(report.Millis(math.Round(v*1000)/1000).Duration()), noBreak, " ")
	case Share:
		return percent(v)
	case Bytes:
		return report.Size(v)
	case Percent:
		return digits(v) + " %"
	case Megabits:
		return digits(v) + " Mbit/s"
	}
	return digits(v)
}

// digits writes a number with three significant digits at most, and none behind the point that say nothing.
func digits(v float64) string {
	size := math.Abs(v)
	places := 2
	switch {
	case size >= 100:
		places = 0
	case size >= 10:
		places = 1
	}
	scale := math.Pow(10, float64(places))
	text := strconv.FormatFloat(math.Round(size*scale)/scale, 'f', -1, 64)
	if v < 0 && text != "0" {
		return "−" + text
	}
	return text
}

// percent writes a share.
func percent(v float64) string {
	v *= 100
	size := math.Abs(v)
	switch {
	case size >= 10 || size == 0:
		return fmt.Sprintf("%.0f %%", v)
	case size >= 1:
		return fmt.Sprintf("%.1f %%", v)
	}
	return fmt.Sprintf("%.2f %%", v)
}

// signed puts a sign before what is more than nothing.
func signed(v float64, write func(float64) string) string {
	if v > 0 {
		return "+" + write(v)
	}
	if v < 0 {
		return "−" + write(-v)
	}
	return write(0)
}

// relative says by how much in percent of the baseline's median, or in the unit where that is zero or by far smaller.
func (f Figure) relative(by float64) string {
	if f.inUnit(by) {
		return signed(by, f.write)
	}
	return signed(by/math.Abs(*f.Base.Median), percent)
}

// write writes a difference in the unit of the figure: of shares in points, for a percentage of a percentage is read as either.
func (f Figure) write(by float64) string {
	if f.Unit == Share {
		return strings.TrimSuffix(percent(by), "%") + "pp"
	}
	return f.Unit.Write(by)
}

// inUnit says that a difference tells nothing as a share of the baseline's median.
func (f Figure) inUnit(by float64) bool {
	return f.Unit == Share || f.Base.Median == nil || math.Abs(by) >= 10*math.Abs(*f.Base.Median)
}

// amount is an amount without a sign, for a sentence.
func (f Figure) amount(by float64) string {
	return together(strings.TrimLeft(f.relative(math.Abs(by)), "+"))
}

// change is by how much the other side lies above the baseline.
func (f Figure) change() string {
	if f.Delta == nil {
		return ""
	}
	return together(f.relative(*f.Delta))
}

// Change is by how much the other side lies above the baseline, as a table says it.
func (f Figure) Change() string { return strings.ReplaceAll(f.change(), noBreak, " ") }

// Range is the interval of the change with a confidence of 95 %; empty where there are too few runs.
func (f Figure) Range() string {
	if f.Interval == nil {
		return ""
	}
	low, high := f.Interval[0], f.Interval[1]
	if f.inUnit(low) || f.inUnit(high) {
		return signed(low, f.write) + " … " + signed(high, f.write)
	}
	return strings.TrimSuffix(f.relative(low), " %") + " … " + f.relative(high)
}

// Chance is p among all that was tested; empty where nothing was.
func (f Figure) Chance() string {
	if f.Adjusted == nil {
		return ""
	}
	return writeP(*f.Adjusted)
}

func writeP(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// pText is p for a sentence.
func (f Figure) pText() string {
	if f.Adjusted == nil {
		return ""
	}
	if p := writeP(*f.Adjusted); strings.HasPrefix(p, "<") {
		return together("p < " + p[1:])
	}
	return together("p = " + writeP(*f.Adjusted))
}

// Text is the median of a side, and how far it may be off: of its interval with a confidence of 95 %, or of all values where
// there are too few for that.
func (f Figure) Text(s Sample) string {
	if s.Median == nil {
		return "–"
	}
	text := f.Unit.Write(*s.Median)
	if len(s.Values) < 2 {
		return text
	}
	low, high := *s.Min, *s.Max
	if s.Low != nil {
		low, high = *s.Low, *s.High
	}
	off := max(high-*s.Median, *s.Median-low)
	switch {
	case off == 0:
		return text
	case *s.Median == 0 || off/math.Abs(*s.Median) >= 10:
		return text + " ±" + f.Unit.Write(off)
	}
	return fmt.Sprintf("%s ±%.0f %%", text, 100*off/math.Abs(*s.Median))
}

// oneIn is a probability as one in so many.
func oneIn(p float64) string {
	if p <= 0 || 1/p > 1e6 {
		return "1000000"
	}
	return strconv.FormatFloat(math.Max(1, math.Round(1/p)), 'f', 0, 64)
}
