package check

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/profile"
)

// Outcome is a run in figures.
type Outcome struct {
	// Publish counts the planned publishers and their retries, Contenders and Settling those that are counted apart.
	Publish    Tally
	Contenders Tally
	Settling   Tally
	// Ended counts accepted publishes that the server ended, ArmedLost armed connections lost before they were used,
	// Departures those that left as planned.
	Ended      int64
	ArmedLost  int64
	Departures int64
	Play       Play
	Returns    Returns
	Latency    Latency
	// Keys are what came of each key, the worst first.
	Keys []Key
	// Gaps are what came of returns by their gap, the longest first; only of a sweep.
	Gaps []Gap
	// Left are what came of returns by the departure before them, by name.
	Left []Left
	Log  Log
	// Viewers is what the witnesses saw, and what a return cost them.
	Viewers Viewers
	// Usage is what the server's process used, API what its API showed; nil where nobody looked.
	Usage *Use
	API   *APIUse
}

// Gap is what came of the returns after one gap of a sweep.
type Gap struct {
	Asked   time.Duration
	Armed   bool
	Returns int64
	// Refused is how many first tries were refused although nobody owned the key, Wrong how many returns an error came of.
	Refused int64
	Wrong   int64
}

// Left is what came of the returns after one kind of departure.
type Left struct {
	How      string
	Returns  int64
	Refused  int64                   // first tries refused although nobody owned the key
	Recovery *hdrhistogram.Histogram // as in Latency
}

// Tally counts attempts: Attempts = Accepted + Undecided + the sum of Refused.
type Tally struct {
	Attempts  int64 `json:"attempts"`
	Accepted  int64 `json:"accepted"`
	Undecided int64 `json:"undecided"`
	// Refused counts by class; "duplicated" and "busy" are always there.
	Refused map[profile.Class]int64 `json:"refused"`
	// Correct is how many of the refused met a live owner.
	Correct int64 `json:"refused_correctly"`
}

// Play is what the players saw.
type Play struct {
	Players  int64 `json:"players"`
	Sessions int64 `json:"sessions"`
	Refused  int64 `json:"refused"`
	Ended    int64 `json:"ended"` // sessions that the server ended
	Cut      int64 `json:"cut"`   // of those, in the middle of a tag
	Bytes    int64 `json:"bytes"`
	Tags     int64 `json:"tags"`
}

// Returns says how publishers fared that came back after a departure, by their first try; and with that what a pass is
// worth.
type Returns struct {
	Returns int64 `json:"returns"`
	// Refused is how many first tries were refused although nobody owned the key, whether or not that was an error.
	Refused int64 `json:"refused"`
	// Undecided is how many had no answer when the run, or their publisher's stay, was over. They show nothing.
	Undecided int64 `json:"undecided"`
	// Below is an upper bound on the probability that a return is refused, with 95 % confidence. It is 1, saying nothing,
	// when some were refused or there were none.
	Below float64 `json:"below"`
}

// Decided is how many returns came to an answer.
func (r Returns) Decided() int64 { return r.Returns - r.Undecided }

// power is the bound p such that none of n returns being refused would have had a probability of at most 5 %, were each
// refused with probability p: (1-p)^n = 0.05.
func power(n int64) float64 {
	if n <= 0 {
		return 1
	}
	return 1 - math.Pow(0.05, 1/float64(n))
}

// Latency is how long things took, in microseconds, counted from when they were due.
type Latency struct {
	Connect       *hdrhistogram.Histogram // of a publisher, dial to connect reply
	Accept        *hdrhistogram.Histogram // publish written to accepted
	GapArmed      *hdrhistogram.Histogram // departing system call to publish written, on an armed connection
	GapFull       *hdrhistogram.Histogram // the same with a full connect between
	Recovery      *hdrhistogram.Histogram // return due to accepted, retries included
	FirstByte     *hdrhistogram.Histogram // of a player: GET, or later the publish, to the first byte of the body
	FirstMedia    *hdrhistogram.Histogram // … to the first audio or video frame
	FirstKeyframe *hdrhistogram.Histogram // … to the first keyframe
	TagGap        *hdrhistogram.Histogram // longest time between two frames, one value a player and half-second
}

// Named are the histograms by the names that they have in the JSON result, in the order of a table.
func (l Latency) Named() []NamedHistogram {
	return []NamedHistogram{
		{"connect", l.Connect}, {"accept", l.Accept}, {"gap_armed", l.GapArmed}, {"gap_full", l.GapFull},
		{"recovery", l.Recovery}, {"first_byte", l.FirstByte}, {"first_media", l.FirstMedia},
		{"first_keyframe", l.FirstKeyframe}, {"tag_gap", l.TagGap},
	}
}

// NamedHistogram is a histogram and its name in the JSON result.
type NamedHistogram struct {
	Name string
	*hdrhistogram.Histogram
}

// longest is the longest time that a histogram holds; what took longer counts as that.
const longest = time.Hour

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest.Microseconds(), 3) }

func newLatency() Latency {
	h := newHistogram
	return Latency{h(), h(), h(), h(), h(), h(), h(), h(), h()}
}

// record adds d. A negative one, of events some microseconds out of order, counts as none.
func record(h *hdrhistogram.Histogram, d time.Duration) {
	d = min(max(d, 0), longest)
	_ = h.RecordValue(d.Microseconds()) // within the bounds, so it can't fail
}

// Key is what came of one key.
type Key struct {
	Key       string        `json:"key"`
	Attempts  int64         `json:"attempts"`
	Accepted  int64         `json:"accepted"`
	Refused   int64         `json:"refused"` // not counting those that met a live owner
	Ownerless time.Duration `json:"-"`       // longest time from a departure to the acceptance after it
	Worst     time.Duration `json:"-"`       // longest recovery
	Errors    int64         `json:"errors"`  // times that an error was found on it
}

// worstFirst orders keys by what matters: errors, refusals, slow recovery.
func worstFirst(keys []Key) {
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(
			cmp.Compare(b.Errors, a.Errors),
			cmp.Compare(b.Refused, a.Refused),
			cmp.Compare(b.Worst, a.Worst),
			cmp.Compare(a.Key, b.Key),
		)
	})
}
