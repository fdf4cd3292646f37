package compare

import (
	"math"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// Unit is what a figure is measured in.
type Unit string

const (
	Milliseconds Unit = "ms"
	Share        Unit = "share"   // between 0 and 1
	Bytes        Unit = "bytes"   //
	Number       Unit = "count"   //
	Percent      Unit = "percent" // of one processor
	Megabits     Unit = "mbit/s"
)

// kind is one figure that is compared.
type kind struct {
	name   string
	says   phrase.ID
	unit   Unit
	higher bool // higher is better
	// least is the least difference that matters to anybody, in the unit. Five percent of the baseline's median it has to be, too.
	least float64
	// whole says that it hangs on the length of the run, returned that it is only of returns that came back.
	whole, returned bool
	of              func(report.Result) (float64, bool)
}

// leastShare is the share of the baseline's median that a difference has to be of to matter.
const leastShare = 0.05

// leastTail is how many values there have to be for a p99: that of fewer is nothing but their maximum.
const leastTail = 20

// kinds are the figures that are compared, in the order in which they are told.
//
// Note: they are few on purpose. A chaos run has eleven of them, and with six runs a side eleven are as many as can be tested together so that
// sides still count as apart of which one run lies on the wrong side.
var kinds = []kind{
	{name: "returns_refused", says: phrase.CompareReturnsRefused, unit: Share, least: 0.005, of: returnsRefused},
	{name: "recovery_p50", says: phrase.CompareRecoveryP50, unit: Milliseconds, least: 1, returned: true, of: half("recovery")},
	{name: "recovery_p99", says: phrase.CompareRecoveryP99, unit: Milliseconds, least: 1, returned: true, of: tail("recovery")},
	{name: "accept_p50", says: phrase.CompareAcceptP50, unit: Milliseconds, least: 1, of: half("accept")},
	{name: "accept_p99", says: phrase.CompareAcceptP99, unit: Milliseconds, least: 1, of: tail("accept")},
	{name: "first_frame_p50", says: phrase.CompareFirstFrameP50, unit: Milliseconds, least: 1, of: half("first_frame")},
	{name: "first_frame_p99", says: phrase.CompareFirstFrameP99, unit: Milliseconds, least: 1, of: tail("first_frame")},
	{name: "stall_rate", says: phrase.CompareStallRate, unit: Share, least: 0.001, of: stallRate},
	{name: "served_rate", says: phrase.CompareServedRate, unit: Share, higher: true, least: 0.005, of: servedRate},
	{name: "limit", says: phrase.CompareLimit, unit: Number, higher: true, least: 1, whole: true, of: limit},
	{name: "mbit_in", says: phrase.CompareMbitIn, unit: Megabits, higher: true, least: 0.1, whole: true, of: mbitIn},
	{name: "server_cpu", says: phrase.CompareCPU, unit: Percent, least: 1, whole: true, of: serverCPU},
	{name: "server_memory", says: phrase.CompareMemory, unit: Bytes, least: 1 << 20, whole: true, of: serverMemory},
	{name: "descriptors_left", says: phrase.CompareDescriptors, unit: Number, least: 2, whole: true, of: descriptorsLeft},
}

// times is the distribution of a name, of all players where there were many.
func times(r report.Result, name string) *report.Percentiles {
	switch {
	case name == "first_frame" && r.Load != nil && r.Load.FirstFrame.Count > 0:
		return &r.Load.FirstFrame.Percentiles
	case name == "first_frame":
		return r.Latency["first_media"]
	case name == "accept" && r.Load != nil && r.Load.Publish.Count > 0:
		return &r.Load.Publish.Percentiles
	}
	return r.Latency[name]
}

func half(name string) func(report.Result) (float64, bool) {
	return func(r report.Result) (float64, bool) {
		t := times(r, name)
		if t == nil || t.Count == 0 {
			return 0, false
		}
		return float64(t.P50), true
	}
}

func tail(name string) func(report.Result) (float64, bool) {
	return func(r report.Result) (float64, bool) {
		t := times(r, name)
		if t == nil || t.Count < leastTail {
			return 0, false
		}
		return float64(t.P99), true
	}
}

func returnsRefused(r report.Result) (float64, bool) {
	n := r.Returns.Decided()
	if n <= 0 {
		return 0, false
	}
	return float64(r.Returns.Refused) / float64(n), true
}

func stallRate(r report.Result) (float64, bool) {
	if r.Load == nil || r.Load.Played+r.Load.Stalled <= 0 {
		return 0, false
	}
	return r.Load.StallRate, true
}

func servedRate(r report.Result) (float64, bool) {
	if r.Load != nil && r.Load.ServedRate != nil {
		return *r.Load.ServedRate, true
	}
	if v := r.Viewers; v != nil && v.Served+v.Unserved > 0 {
		return float64(v.Served) / float64(v.Served+v.Unserved), true
	}
	return 0, false
}

func limit(r report.Result) (float64, bool) {
	if r.Load == nil || r.Load.Limit == nil || r.Load.Limit.Ours {
		return 0, false
	}
	return float64(r.Load.Limit.Held), true
}

func mbitIn(r report.Result) (float64, bool) {
	if r.Load == nil || r.Load.Limit != nil || r.Load.MbitIn <= 0 {
		return 0, false
	}
	return r.Load.MbitIn, true
}

// leastSamples is how many looks at a process make a figure of it.
const leastSamples = 3

func serverCPU(r report.Result) (float64, bool) {
	if r.Usage == nil || r.Usage.Samples < leastSamples || r.Usage.CPU.Took <= 0 {
		return 0, false
	}
	return r.Usage.CPU.Mean, true
}

func serverMemory(r report.Result) (float64, bool) {
	if r.Usage == nil || r.Usage.Samples < leastSamples || r.Usage.Sanitizer || r.Usage.Memory.Max <= 0 {
		return 0, false
	}
	return float64(r.Usage.Memory.Max), true
}

func descriptorsLeft(r report.Result) (float64, bool) {
	if r.Usage == nil || r.Usage.Samples < leastSamples || r.Usage.FDs.First < 0 || r.Usage.FDs.Last < 0 {
		return 0, false
	}
	return float64(r.Usage.FDs.Last - r.Usage.FDs.First), true
}

// most is more than any figure is. What a stranger's file makes of one is left out, as is what is no number.
const most = 1e15

// figuresOf are the figures of a run.
func figuresOf(r report.Result) map[string]float64 {
	out := map[string]float64{}
	early := r.Stopped != "" || r.Server.State != "alive" || r.Server.Restarts > 0 || r.Verdict == check.Interrupted
	for _, k := range kinds {
		if v, ok := k.of(r); ok && !(k.whole && early) && math.Abs(v) <= most {
			out[k.name] = v
		}
	}
	return out
}

// survived is which share of the returns came back, -1 where there were none.
func survived(r report.Result) float64 {
	n, back := r.Returns.Decided(), r.Latency["recovery"]
	if n <= 0 {
		return -1
	}
	if back == nil {
		return 0
	}
	return min(1, float64(back.Count)/float64(n))
}

// Figure is one figure of both sides.
type Figure struct {
	Name string `json:"name"`
	Unit Unit   `json:"unit"`
	// HigherBetter says which way is better.
	HigherBetter bool `json:"higher_is_better"`
	// Mark is what came of it: "worse", "better", "same" (no difference shown), "untested".
	Mark string `json:"mark"`
	// Why says why it is untested: "few" runs, "plan" (or judgement), "machine", "survivors" (a recovery is only of returns that came
	// back, and on the sides not the same share did), "constant" (all values are one).
	Why   string `json:"why,omitempty"`
	Base  Sample `json:"baseline"`
	Other Sample `json:"other"`
	// Delta is by how much the other side lies above the baseline (Hodges and Lehmann's estimate), DeltaShare the same as a share of the
	// baseline's median, null where that is 0. Interval is where the true one lies with a confidence of 95 %, null for too few runs.
	Delta      *float64    `json:"delta"`
	DeltaShare *float64    `json:"delta_share"`
	Interval   *[2]float64 `json:"interval"`
	// P is that of the Mann–Whitney test, Adjusted with all that was tested of the pair, after Holm. Null where nothing was tested.
	P        *float64 `json:"p"`
	Adjusted *float64 `json:"p_adjusted"`

	kind   kind
	test   tested
	varies bool
	biased bool // the side that seems faster is the one of which fewer came back
}

// Sample is what the runs of one side came to.
type Sample struct {
	// Values are in the order of the runs, without those that have none.
	Values []float64 `json:"values"`
	// Median is null without values, Low and High are the ends of its interval with a confidence of 95 %, null below six values.
	Median *float64 `json:"median"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	Min    *float64 `json:"min"`
	Max    *float64 `json:"max"`
}

func sampleOf(runs []Run, name string) Sample {
	s := Sample{Values: []float64{}}
	for _, r := range runs {
		if v, ok := r.Figures[name]; ok && r.Counts {
			s.Values = append(s.Values, v)
		}
	}
	if len(s.Values) == 0 {
		return s
	}
	sorted := slices.Sorted(slices.Values(s.Values))
	mid := median(sorted)
	s.Median, s.Min, s.Max = &mid, &sorted[0], &sorted[len(sorted)-1]
	if low, high, ok := medianBounds(sorted); ok {
		s.Low, s.High = &low, &high
	}
	return s
}

// figures are those that either side has.
func figures(base, other []Run, barred bars) []Figure {
	out := []Figure{}
	for _, k := range kinds {
		f := Figure{Name: k.name, Unit: k.unit, HigherBetter: k.higher, kind: k, test: tested{1, 1}, Mark: "untested"}
		f.Base, f.Other = sampleOf(base, k.name), sampleOf(other, k.name)
		a, b := f.Base.Values, f.Other.Values
		if len(a)+len(b) == 0 {
			continue
		}
		out = append(out, f)
		last := &out[len(out)-1]
		if len(a) == 0 || len(b) == 0 {
			last.Why = "few"
			continue
		}
		by, low, high, bounded := shift(a, b)
		last.Delta = &by
		if share := by / math.Abs(*f.Base.Median); *f.Base.Median != 0 && !math.IsInf(share, 0) {
			last.DeltaShare = &share
		}
		last.varies = slices.Min(slices.Concat(a, b)) != slices.Max(slices.Concat(a, b))
		switch {
		case barred.figure(k.name):
			last.Why = "plan"
			continue
		case barred.machine: // also a share: whether a return comes too early is a race
			last.Why = "machine"
			continue
		case len(a) > 1 && len(b) > 1 && !last.varies:
			last.Why = "constant"
		}
		if bounded {
			last.Interval = &[2]float64{low, high}
		}
		last.test = rankTest(a, b)
		last.biased = k.returned && !outlives(base, other, by)
	}
	return out
}

// leastSurvived is the share of returns that have to come back on a side for its times of recovery to be those of all.
const leastSurvived = 0.95

// outlives says that a difference of recoveries can be believed. Those that came back are the quick ones: the true times of a side on which many
// didn't are longer, so that such a side can be shown to be slower, and never to be faster.
func outlives(base, other []Run, by float64) bool {
	wholeBase, wholeOther := allBack(base), allBack(other)
	return wholeBase && wholeOther || wholeBase && by > 0 || wholeOther && by < 0
}

// allBack says that nearly all of the returns came back.
func allBack(runs []Run) bool {
	var shares []float64
	for _, r := range runs {
		if r.Counts && r.survived >= 0 {
			shares = append(shares, r.survived)
		}
	}
	slices.Sort(shares)
	return len(shares) == 0 || median(shares) >= leastSurvived
}

// mark says what a figure comes to, by its p among all that was tested.
func (f *Figure) mark(adjusted float64) {
	if f.Why == "constant" {
		f.Mark = "same"
		return
	}
	if f.Why != "" {
		return
	}
	if f.test.least > Alpha {
		f.Why = "few"
		return
	}
	if f.biased {
		f.Why = "survivors"
		return
	}
	f.P, f.Adjusted = &f.test.p, &adjusted
	f.Mark = "same"
	if adjusted > Alpha || !f.matters(*f.Delta) {
		return
	}
	f.Mark = "worse"
	if *f.Delta > 0 == f.HigherBetter {
		f.Mark = "better"
	}
}

// matters says that a difference is one that somebody would care about.
func (f *Figure) matters(by float64) bool {
	by = math.Abs(by)
	return by >= f.kind.least && by >= leastShare*math.Abs(*f.Base.Median)
}
