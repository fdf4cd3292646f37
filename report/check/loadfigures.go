package check

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/report/history"
)

// Load is what a run under steady load came to.
type Load struct {
	// Of is what there were to be so many of: "players" or "publishers". Why is what the steps were: "hold", "stage" or "search".
	Of, Why string
	Figures LoadFigures
	Manners map[string]Plays // by manner
	Steps   []LoadStep
	Limit   *LoadLimit // nil of a run that searched for nothing
	Series  []LoadPoint
}

// LoadFigures are those of the whole run, or of one step: of a search, those since all that it wanted had come.
type LoadFigures struct {
	Measured  time.Duration // from the first sample to the last
	Plays     Plays
	Publishes Publishes
	Generator Generator
}

// LoadStep is one step, and what came of it.
type LoadStep struct {
	Step     int
	Why      string
	From, To int64
	// Judged says that a search came to an answer: Held, or not for these Reasons, or Ours, which leaves it open.
	Judged, Held, Ours bool
	Reasons            []string
	Figures            LoadFigures
}

// LoadLimit is the largest load that held and the smallest above it that did not; zero for none.
type LoadLimit struct {
	Held, Failed int64
	Why          []string
	Ours         bool // it is not known what the server would have made of the latter
}

// Plays is what players did and saw. Times and stalls are of those that read as fast as it comes, see readsOn and WellBehaved.
type Plays struct {
	Wanted, Playing                      int64 // the most at once
	Waiting                              int64 // who had no stream at the end and was to have one; those that come and go are not meant
	Sessions, Opened, Limited            int64
	Refused                              map[string]int64
	Stalls                               int64
	Stalled, Played                      time.Duration
	DryMax                               int64
	Had, Due                             time.Duration // by all who read: for how long they had the stream, of how long they wanted it
	Ended, Torn, Bad, Tags, Bytes        int64
	Mbit                                 float64
	Connect, FirstByte, FirstFrame, Late Times
}

// Publishes is what publishers did.
type Publishes struct {
	Wanted, Publishing           int64 // the most at once
	Accepted                     int64
	Refused                      map[string]int64
	Ended, Frames, Bytes, Blocks int64
	Blocked                      time.Duration // altogether
	Published                    time.Duration // by all of them together
	Mbit                         float64
	Publish, Lateness, Behind    Times
}

// Generator is how we kept up. What is not known is -1.
type Generator struct {
	Windows, LateWindows                                int64
	Late                                                map[string]int64 // by what was late
	LateAt                                              []LateSpan       // the first of them
	CPU, Machine                                        float64          // the most, in cores
	Cores                                               int64
	Lag                                                 Times
	GC                                                  time.Duration
	Descriptors, DescriptorLimit, Ports, PortLimit, RSS int64
}

// LateSpan is a time in which we were late, and by what.
type LateSpan struct {
	From, To time.Duration
	Why      []string
}

// Times is a distribution.
type Times struct {
	P50, P90, P95, P99, P999, Max time.Duration
	Count                         int64
}

func timesOf(h *latency.Histogram) Times {
	return Times{
		P50: h.Quantile(50), P90: h.Quantile(90), P95: h.Quantile(95), P99: h.Quantile(99), P999: h.Quantile(99.9), Max: h.Longest(),
		Count: max(h.Count(), 0),
	}
}

// RefusedRate is the share of refused sessions among those that came to an answer.
func (p Plays) RefusedRate() float64 { return share(totalOf(p.Refused), p.Opened) }

// StallRate is the share of time that players stalled.
func (p Plays) StallRate() float64 { return share(int64(p.Stalled), int64(p.Played)) }

// ServedRate is the share of the time in which players had the stream of that in which they wanted it. It reports false where nobody did.
func (p Plays) ServedRate() (float64, bool) {
	if p.Due <= 0 {
		return 0, false
	}
	return min(float64(p.Had)/float64(p.Due), 1), true
}

// BlockedRate is the share of time that publishers waited for the server to take what they sent.
func (p Publishes) BlockedRate() float64 {
	if p.Published <= 0 {
		return 0
	}
	return min(float64(p.Blocked)/float64(p.Published), 1)
}

// share is that of n in n and the rest.
func share(n, rest int64) float64 {
	if n <= 0 {
		return 0
	}
	return float64(n) / (float64(n) + float64(rest))
}

func totalOf(counts map[string]int64) (all int64) {
	for _, n := range counts {
		all = plus(all, n)
	}
	return all
}

// plus adds what may come from a file: what is negative counts as none, and no sum goes round.
func plus[N ~int64](a, b N) N {
	if b <= 0 {
		return a
	}
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// add adds n to *to.
func add[N ~int64](to *N, n N) { *to = plus(*to, n) }

// most takes n for *of, if it is more.
func most[N int64 | float64](of *N, n N) { *of = max(*of, n) }

// maxLoadNames bounds how many things are counted apart; the rest are counted as one.
const maxLoadNames = 32

// tally adds n under a name.
func tally(counts *map[string]int64, name string, n int64) {
	if n <= 0 {
		return
	}
	if *counts == nil {
		*counts = map[string]int64{}
	}
	if _, known := (*counts)[name]; !known && len(*counts) >= maxLoadNames {
		name = otherName
	}
	(*counts)[name] = plus((*counts)[name], n)
}

// otherName is under what those stand that are too many to be told apart.
const otherName = "other"

// WellBehaved reports whether players of a manner watch as anybody would: what they miss counts.
func WellBehaved(manner string) bool { return readsOn(manner) && manner != "churn" }

// readsOn reports whether they read as fast as it comes, for as long as they stay.
func readsOn(manner string) bool { return manner != "slow" && !Unread(manner) }

// Unread reports whether they read nothing of their stream.
func Unread(manner string) bool { return manner == "stalled" || manner == "idle" }

// playSums sums up samples of players.
type playSums struct {
	out                                  Plays
	connect, firstByte, firstFrame, late latency.Histogram

	lacked  time.Duration // by all who read: for how long they had no stream, but for the last windows
	lacking map[string]lacking
}

// began adds what a sample tells of how sessions began; the times of it count where the players read on.
func (p *playSums) began(s history.CrowdSample, times bool) {
	o := &p.out
	for what, n := range s.Refused {
		tally(&o.Refused, what, n)
	}
	add(&o.Sessions, s.Asked)
	add(&o.Opened, s.Opened)
	add(&o.Limited, s.Limited)
	p.connect.AddCounts(s.Connect)
	p.late.AddCounts(s.Late)
	if times {
		p.firstByte.AddCounts(s.FirstByte)
		p.firstFrame.AddCounts(s.FirstFrame)
	}
}

// flowed adds what it tells of sessions that had begun; the stalls of it count where the players watch as anybody would.
func (p *playSums) flowed(s history.CrowdSample, stalls bool) {
	o := &p.out
	for _, c := range []struct {
		to *int64
		n  int64
	}{{&o.Ended, s.Ended}, {&o.Torn, s.Torn}, {&o.Bad, s.Bad}, {&o.Tags, s.Tags}, {&o.Bytes, s.Bytes}} {
		add(c.to, c.n)
	}
	if stalls {
		add(&o.Stalls, s.Stalls)
		add(&o.Stalled, s.Stalled)
		add(&o.Played, s.Played)
	}
}

// figures are what they came to in so much time.
func (p *playSums) figures(over time.Duration) Plays {
	out := p.out
	out.Refused = maps.Clone(out.Refused)
	out.Sessions = max(out.Sessions, plus(out.Opened, totalOf(out.Refused))) // some were refused before they had asked
	out.Had = p.hadOf()
	out.Mbit = mbit(out.Bytes, over)
	out.Connect, out.FirstByte = timesOf(&p.connect), timesOf(&p.firstByte)
	out.FirstFrame, out.Late = timesOf(&p.firstFrame), timesOf(&p.late)
	return out
}

// mbit is a mean rate in Mbit/s.
func mbit(bytes int64, over time.Duration) float64 {
	if over <= 0 {
		return 0
	}
	return float64(bytes) * 8 / 1e6 / over.Seconds()
}

// publishing sums up samples of publishers.
type publishing struct {
	out                       Publishes
	publish, lateness, behind latency.Histogram
}

// began adds what a sample tells of how publishes began.
func (p *publishing) began(s history.FleetSample) {
	for what, n := range s.Refused {
		tally(&p.out.Refused, what, n)
	}
	add(&p.out.Accepted, s.Accepted)
	p.publish.AddCounts(s.Publish)
}

// flowed adds what it tells of those that had begun.
func (p *publishing) flowed(s history.FleetSample) {
	o := &p.out
	for _, c := range []struct {
		to *int64
		n  int64
	}{{&o.Ended, s.Ended}, {&o.Frames, s.Frames}, {&o.Bytes, s.Bytes}, {&o.Blocks, s.Blocks}} {
		add(c.to, c.n)
	}
	most(&o.Wanted, int64(s.Wanted))
	most(&o.Publishing, int64(s.Publishing)+int64(s.Blocked))
	add(&o.Blocked, s.BlockedFor)
	add(&o.Published, product(s.For, plus(max(int64(s.Publishing), 0), int64(s.Blocked))))
	p.lateness.AddCounts(s.Lateness)
	p.behind.AddCounts(s.Behind)
}

// product is d n times, bounded.
func product(d time.Duration, n int64) time.Duration {
	if d <= 0 || n <= 0 {
		return 0
	}
	if int64(d) > math.MaxInt64/n {
		return math.MaxInt64
	}
	return d * time.Duration(n)
}

func (p *publishing) figures(over time.Duration) Publishes {
	out := p.out
	out.Refused = maps.Clone(out.Refused)
	out.Mbit = mbit(out.Bytes, over)
	out.Publish, out.Lateness, out.Behind = timesOf(&p.publish), timesOf(&p.lateness), timesOf(&p.behind)
	return out
}

// maxLateSpans bounds how many times are told in which we were late.
const maxLateSpans = 20

// generating sums up samples of the generator itself.
type generating struct {
	out Generator
	lag latency.Histogram
}

func newGenerating() generating {
	return generating{out: Generator{CPU: -1, Machine: -1, Descriptors: -1, DescriptorLimit: -1, Ports: -1, PortLimit: -1, RSS: -1}}
}

func (g *generating) take(at time.Duration, s history.SelfSample) {
	o := &g.out
	o.Windows++
	most(&o.CPU, bounded(s.CPU))
	most(&o.Machine, bounded(s.Machine))
	most(&o.Cores, int64(s.Cores))
	most(&o.Descriptors, int64(s.Descriptors))
	most(&o.DescriptorLimit, int64(s.DescriptorLimit))
	most(&o.Ports, int64(s.Ports))
	most(&o.PortLimit, int64(s.PortLimit))
	most(&o.RSS, s.RSS)
	add(&o.GC, s.GC)
	g.lag.AddCounts(s.Lag)
	if len(s.Late) == 0 {
		return
	}
	o.LateWindows++
	why := s.Late[:min(len(s.Late), maxLoadNames)]
	for _, what := range why {
		tally(&o.Late, what, 1)
	}
	from := at - min(max(s.For, 0), max(at, 0))
	if n := len(o.LateAt); n > 0 && from-o.LateAt[n-1].To <= sampleJitter {
		last := &o.LateAt[n-1]
		last.To = max(last.To, at)
		for _, what := range why {
			if !slices.Contains(last.Why, what) && len(last.Why) < maxLoadNames {
				last.Why = append(last.Why, what)
			}
		}
		return
	}
	if len(o.LateAt) < maxLateSpans {
		o.LateAt = append(o.LateAt, LateSpan{From: from, To: at, Why: slices.Clone(why)})
	}
}

// sampleJitter is by how much two windows may stand apart that follow each other.
const sampleJitter = 100 * time.Millisecond

// bounded is a number of cores, whatever a file says.
func bounded(cores float64) float64 {
	if math.IsNaN(cores) || cores < 0 {
		return -1
	}
	return min(cores, 1e6)
}

func (g *generating) figures() Generator {
	out := g.out
	out.Late = maps.Clone(out.Late)
	out.LateAt = slices.Clone(out.LateAt)
	for i := range out.LateAt {
		out.LateAt[i].Why = slices.Clone(out.LateAt[i].Why)
	}
	out.Lag = timesOf(&g.lag)
	return out
}
