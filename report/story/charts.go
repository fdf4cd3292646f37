package story

import (
	"math"
	"slices"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// charts are the figures of a run over time. What the generator told in samples is taken from there; of a run that told of single
// events only, from those.
type charts struct {
	grid grid

	accepted *counted
	refused  []*counted // by class

	wanted, playing, dry *level
	in, out              *level
	crowdWanted          *gauge
	crowdPlaying         *gauge
	crowdDry             *gauge
	crowdOut, fleetIn    *level
	firstFrame           *spread
	crowdFirst           *spread
	recovery, lag        *spread
	serverCPU, ownCPU    *gauge
	machineCPU           *gauge
	serverRSS, ownRSS    *gauge
	serverFDs, ownFDs    *gauge
	clients, streams     *gauge
	listed               *gauge // streams that the API lists, whether somebody publishes them or not
	unpublished          bool   // it listed one that nobody published
	besideWanted         *level // players beside the crowd, which its samples don't count
	besidePlaying        *level

	crowd  crowd
	pid    int // of the last Usage, with its CPU time and when it was
	cpu    int64
	usedAt int64
	late   []Span
}

// crowd sums up the samples of one moment, one for each manner of player, as the tables of a Result do: who has run dry plays too.
type crowd struct {
	at, window           int64
	wanted, playing, dry float64
}

func newCharts() *charts {
	c := &charts{grid: grid{width: narrowest}, pid: -1}
	g := &c.grid
	c.accepted = add(g, &counted{})
	for range Classes {
		c.refused = append(c.refused, add(g, &counted{}))
	}
	for _, l := range []**level{&c.wanted, &c.playing, &c.dry, &c.in, &c.out, &c.crowdOut, &c.fleetIn, &c.besideWanted, &c.besidePlaying} {
		*l = add(g, &level{})
	}
	for _, l := range []**gauge{&c.serverCPU, &c.ownCPU, &c.machineCPU} {
		*l = add(g, &gauge{})
	}
	for _, l := range []**gauge{
		&c.crowdWanted, &c.crowdPlaying, &c.crowdDry, &c.serverRSS, &c.ownRSS, &c.serverFDs, &c.ownFDs, &c.clients, &c.streams, &c.listed,
	} {
		*l = add(g, &gauge{most: true})
	}
	for _, l := range []**spread{&c.firstFrame, &c.crowdFirst, &c.recovery, &c.lag} {
		*l = add(g, &spread{})
	}
	return c
}

// megabyte is what memory is told in, as the tables of a report do.
const megabyte = 1e6

func (c *charts) step(e history.Event, at int64) {
	g := &c.grid
	switch p := e.What.(type) {
	case history.CrowdSample:
		c.sampled(p, at)
	case history.FleetSample:
		c.fleetIn.spread(g, at-micros(p.For), at, p.Bytes)
	case history.SelfSample:
		c.ownCPU.known(g, at, p.CPU)
		c.machineCPU.known(g, at, p.Machine)
		c.ownRSS.known(g, at, float64(p.RSS)/megabyte)
		c.ownFDs.known(g, at, float64(p.Descriptors))
		c.lag.counts(g, at, p.Lag)
		if len(p.Late) > 0 {
			c.doubt(max(at-micros(p.For), 0), at)
		}
	case history.Usage:
		if cpu := p.CPU.Microseconds(); true {
			if p.PID == c.pid && at > c.usedAt && cpu >= c.cpu {
				c.serverCPU.add(g, at, float64(cpu-c.cpu)/float64(at-c.usedAt))
			}
			c.pid, c.cpu, c.usedAt = p.PID, cpu, at
		}
		c.serverRSS.known(g, at, float64(p.RSS)/megabyte)
		c.serverFDs.known(g, at, float64(p.FDs))
	case history.API:
		if p.Error == "" {
			c.clients.known(g, at, float64(p.Clients))
			active := 0
			for i := range p.Streams {
				if p.Streams[i].Active {
					active++
				}
			}
			c.streams.known(g, at, float64(active))
			c.listed.known(g, at, float64(len(p.Streams)))
			c.unpublished = c.unpublished || active < len(p.Streams)
		}
	}
}

// known adds a value; a negative one is none.
func (l *gauge) known(g *grid, at int64, v float64) {
	if v >= 0 && !math.IsInf(v, 1) {
		l.add(g, at, v)
	}
}

// spread adds bytes that flowed between two times, as Mbit/s.
func (l *level) spread(g *grid, from, to, bytes int64) {
	from = max(from, 0)
	if bytes <= 0 {
		return
	}
	if to-from < 1000 {
		from = max(to-1000, 0)
	}
	l.add(g, from, to, float64(bytes)*8/float64(to-from)) // bits in a µs are Mbit/s
}

// sent takes what a publisher had sent when it was over.
func (c *charts) sent(from, to, bytes int64, live bool) {
	if live {
		c.in.spread(&c.grid, from, to, bytes)
	}
}

// received takes what a player got.
func (c *charts) received(from, to, bytes int64) { c.out.spread(&c.grid, from, to, bytes) }

func (c *charts) sampled(p history.CrowdSample, at int64) {
	window := micros(p.For)
	if at-c.crowd.at > window/2 {
		c.flush()
		c.crowd = crowd{at: at, window: window}
	}
	c.crowd.window = max(c.crowd.window, window)
	c.crowd.wanted += float64(p.Wanted)
	c.crowd.playing += float64(p.Playing) + float64(p.Dry)
	if check.WellBehaved(p.Manner) { // others miss media by their own doing
		c.crowd.dry += float64(p.Dry) + float64(p.Dark)
	}
	c.crowdOut.spread(&c.grid, at-window, at, p.Bytes)
	if p.Manner != "slow" && !check.Unread(p.Manner) {
		c.crowdFirst.counts(&c.grid, at, p.FirstFrame)
	}
}

// flush takes the samples of a moment, now that they are all there.
func (c *charts) flush() {
	if c.crowd.window == 0 {
		return
	}
	c.crowdWanted.known(&c.grid, c.crowd.at, c.crowd.wanted)
	c.crowdPlaying.known(&c.grid, c.crowd.at, c.crowd.playing)
	c.crowdDry.known(&c.grid, c.crowd.at, c.crowd.dry)
	c.crowd = crowd{}
}

// maxLate bounds the spans in which the generator could not be trusted.
const maxLate = 300

// doubt notes a span in which the generator could not be trusted. If there are too many, those that are nearest become one.
func (c *charts) doubt(from, to int64) {
	if n := len(c.late); n > 0 {
		if last := &c.late[n-1]; from <= last.From+last.Len+1000 {
			last.Len = max(last.Len, to-last.From)
			return
		}
	}
	c.late = append(c.late, Span{Name: "late", From: from, Len: max(to-from, 0)})
	if len(c.late) <= maxLate {
		return
	}
	nearest, apart := 1, int64(math.MaxInt64)
	for i := 1; i < len(c.late); i++ {
		if d := c.late[i].From - c.late[i-1].From - c.late[i-1].Len; d < apart {
			nearest, apart = i, d
		}
	}
	a, b := &c.late[nearest-1], c.late[nearest]
	a.Len = max(a.Len, b.From+b.Len-a.From)
	c.late = slices.Delete(c.late, nearest, nearest+1)
}

// named is a line of a chart.
type named struct {
	name string
	line line
}

// told are the charts that have something to show.
func (c *charts) told(end int64) []Chart {
	c.flush()
	bins := c.grid.bin(end) + 1
	if bins > 1 && end%c.grid.width == 0 {
		bins-- // nothing is in it but the end itself
	}
	publish := []named{{"accepted", c.accepted}}
	for i, class := range Classes {
		publish = append(publish, named{class, c.refused[i]})
	}
	players := []named{{"wanted", c.wanted}, {"playing", c.playing}, {"dry", c.dry}}
	if c.crowdWanted.some {
		players = []named{{"wanted", &both{c.crowdWanted, c.besideWanted}}, {"playing", &both{c.crowdPlaying, c.besidePlaying}}, {"dry", c.crowdDry}}
	}
	rate := []named{{"in", c.in}, {"out", c.out}}
	if c.fleetIn.some {
		rate[0].line = c.fleetIn
	}
	if c.crowdOut.some {
		rate[1].line = c.crowdOut
	}
	connections := []named{{"clients", c.clients}, {"streams", c.streams}}
	if c.unpublished {
		connections = append(connections, named{"listed", c.listed})
	}
	first := c.firstFrame
	if c.crowdFirst.some {
		first = c.crowdFirst
	}
	charts := []Chart{
		c.drawn("publish", bins, end, publish),
		c.drawn("players", bins, end, players),
		c.drawn("bitrate", bins, end, rate),
		c.percentiles("first-frame", bins, end, first),
		c.percentiles("recovery", bins, end, c.recovery),
		c.drawn("cpu", bins, end, []named{{"server", c.serverCPU}, {"generator", c.ownCPU}, {"machine", c.machineCPU}}),
		c.drawn("memory", bins, end, []named{{"server", c.serverRSS}, {"generator", c.ownRSS}}),
		c.drawn("descriptors", bins, end, []named{{"server", c.serverFDs}, {"generator", c.ownFDs}}),
		c.drawn("connections", bins, end, connections),
		c.percentiles("lag", bins, end, c.lag),
	}
	charts = slices.DeleteFunc(charts, func(c Chart) bool { return len(c.Lines) == 0 })
	for i := range charts {
		charts[i].Late = c.late
	}
	return list(charts)
}

// second is the shortest window of a chart of how often something happened in a second.
const second = 1_000_000

// drawn is a chart of lines that have one value for a window.
func (c *charts) drawn(name string, bins int, end int64, lines []named) Chart {
	lines = slices.DeleteFunc(lines, func(n named) bool { return !known(n.line) })
	own := make([]line, 0, len(lines))
	for _, n := range lines {
		own = append(own, n.line)
	}
	least := int64(0)
	if name == "publish" {
		least = second // two in a quarter of a second are no eight in a second
	}
	own, bins, width := c.wide(own, bins, least)
	chart := Chart{Name: name}
	values := make([][]*float64, len(own))
	for i := range bins {
		from := int64(i) * width
		covered := float64(min(max(end-from, width/4, least), width))
		any := false
		row := make([]*float64, len(own))
		for k, l := range own {
			if v, ok := l.value(i, covered); ok {
				v = rounded(v)
				row[k], any = &v, true
			}
		}
		if !any {
			continue
		}
		chart.At = append(chart.At, min(from+width/2, end))
		for k := range own {
			values[k] = append(values[k], row[k])
		}
	}
	for k, n := range lines {
		chart.Lines = append(chart.Lines, Line{Name: n.name, Values: values[k]})
	}
	return chart
}

// percentiles is a chart of how a distribution moved.
func (c *charts) percentiles(name string, bins int, end int64, l *spread) Chart {
	chart := Chart{Name: name}
	if !l.some {
		return chart
	}
	own, bins, width := c.wide([]line{l}, bins, 0)
	l = own[0].(*spread)
	lines := []Line{{Name: "p50"}, {Name: "p90"}, {Name: "p99"}, {Name: "max"}}
	if name == "lag" {
		lines = lines[2:]
	}
	for i := range bins {
		t := l.of[i]
		if t == nil {
			continue
		}
		chart.At = append(chart.At, min(int64(i)*width+width/2, end))
		for k, us := range []int64{t.quantile(50), t.quantile(90), t.quantile(99), t.longest}[4-len(lines):] {
			v := rounded(float64(us) / 1000)
			lines[k].Values = append(lines[k].Values, &v)
		}
	}
	chart.Lines = lines
	return chart
}

// wide makes the windows of lines wider that are told of more seldom than once in a window, so that a line goes on where something
// is known all the time, and those that are shorter than the least.
func (c *charts) wide(lines []line, bins int, least int64) ([]line, int, int64) {
	width := c.grid.width
	out := make([]line, 0, len(lines))
	for _, l := range lines {
		out = append(out, l.copy())
	}
	for by := 1; width < least || by < coarser && bins > 8 && sparse(out, bins); by *= 2 {
		for _, l := range out {
			l.double()
		}
		width, bins = width*2, (bins+1)/2
	}
	return out, bins, width
}

// sparse reports whether a line has holes in more than a fifth of the windows between its first value and its last.
func sparse(lines []line, bins int) bool {
	for _, l := range lines {
		first, last, n := -1, -1, 0
		for i := range bins {
			if _, ok := l.value(i, 1); ok {
				if first < 0 {
					first = i
				}
				last = i
				n++
			}
		}
		if n > 0 && n*5 < (last-first+1)*4 {
			return true
		}
	}
	return false
}

func known(l line) bool {
	switch l := l.(type) {
	case *counted:
		return l.some
	case *level:
		return l.some
	case *gauge:
		return l.some
	case *both:
		return l.gauge.some
	}
	return false
}

// rounded is v to four digits: more of them no picture shows.
func rounded(v float64) float64 {
	if math.Abs(v) < 1e-6 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	if out := math.Round(v*scale) / scale; !math.IsNaN(out) && !math.IsInf(out, 0) {
		return out
	}
	return v
}
