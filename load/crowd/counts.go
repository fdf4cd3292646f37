package crowd

import (
	"strconv"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// standing is how far a player is.
type standing uint8

const (
	gone       standing = iota // it has left, or has not joined yet
	waiting                    // for its time, for the gate
	connecting                 // has no connection yet
	asking                     // has asked and got no answer yet
	playing                    // gets the stream
	standings
)

// manners are those of a crowd. A player knows its own by the place in here.
var manners = [...]load.Manner{load.Prompt, load.Slow, load.Churn, load.Idle}

// manner is a place in manners.
type manner uint8

const (
	prompt manner = iota
	slow
	churn
	idle
)

func mannerOf(m load.Manner) manner {
	for i, known := range manners {
		if m == known {
			return manner(i)
		}
	}
	return prompt
}

// counts are what the players of one manner and one desk did since they were counted last.
type counts struct {
	used   bool // there has been such a player
	wanted int
	came   int            // how many have got a stream
	at     [standings]int // how many stand where

	joined, left, asked, opened, began, ended, torn, bad, limited int64

	refused map[string]int64
	tags    int64
	bytes   int64
	played  played

	connect, firstByte, firstFrame, late latency.Histogram
}

// add adds what other has of a window.
func (c *counts) add(other *counts) {
	c.used = c.used || other.used
	c.wanted += other.wanted
	c.came += other.came
	for i, n := range other.at {
		c.at[i] += n
	}
	c.joined += other.joined
	c.left += other.left
	c.asked += other.asked
	c.opened += other.opened
	c.began += other.began
	c.ended += other.ended
	c.torn += other.torn
	c.bad += other.bad
	c.limited += other.limited
	for by, n := range other.refused {
		c.refuse(by, n)
	}
	c.tags += other.tags
	c.bytes += other.bytes
	c.played.stalls += other.played.stalls
	c.played.stalled += other.played.stalled
	c.played.shown += other.played.shown
	c.connect.Add(&other.connect)
	c.firstByte.Add(&other.firstByte)
	c.firstFrame.Add(&other.firstFrame)
	c.late.Add(&other.late)
}

// begin begins a new window.
func (c *counts) begin() {
	h := [...]latency.Histogram{c.connect, c.firstByte, c.firstFrame, c.late}
	for i := range h {
		h[i].Reset()
	}
	*c = counts{
		used: c.used, wanted: c.wanted, came: c.came, at: c.at, refused: c.refused,
		connect: h[0], firstByte: h[1], firstFrame: h[2], late: h[3],
	}
	clear(c.refused)
}

// maxReasons bounds what a hostile server can make of the names of its refusals: there are 500 statuses that are three digits.
const maxReasons = 32

// refuse counts sessions that got no stream.
func (c *counts) refuse(by string, n int64) {
	if c.refused == nil {
		c.refused = map[string]int64{}
	}
	if _, known := c.refused[by]; !known && len(c.refused) >= maxReasons {
		by = string(history.WireStatus)
	}
	c.refused[by] += n
}

// refusedBy is under what a refusal is counted.
func refusedBy(r history.PlayRefused) string {
	if r.Wire == history.WireStatus {
		return strconv.Itoa(r.Status)
	}
	return string(r.Wire)
}

// sample is what the counts say. Dry are those whose viewers see nothing, by where they stand: there they are counted, too.
func (c *counts) sample(m manner, dry [standings]int) history.CrowdSample {
	return history.CrowdSample{
		Manner: string(manners[m]), Wanted: c.wanted,
		Connecting: c.at[connecting], Asking: c.at[asking], Playing: c.at[playing] - dry[playing], Dry: dry[playing], Waiting: c.at[waiting],
		Dark:   dry[connecting] + dry[asking] + dry[waiting],
		Joined: c.joined, Left: c.left, Asked: c.asked, Opened: c.opened, Began: c.began, Ended: c.ended, Torn: c.torn, Bad: c.bad,
		Refused: c.refused, Limited: c.limited,
		Tags: c.tags, Bytes: c.bytes, Stalls: c.played.stalls, Stalled: c.played.stalled, Played: c.played.shown,
		Connect: c.connect.Counts(), FirstByte: c.firstByte.Counts(), FirstFrame: c.firstFrame.Counts(), Late: c.late.Counts(),
	}
}

// desk is what the players of one loop share: their counts, and the time at which the present one of them is dealt with. Whoever
// deals with one of its players holds mu.
type desk struct {
	cfg   *Config
	pages *pages
	own   *load.Trouble // of the crowd

	mu      sync.Mutex
	now     time.Duration
	counts  [len(manners)]counts
	players []*player // a place for each, nil where one has left
	free    []int32
}

// seat gives a player its place.
func (d *desk) seat(p *player) {
	if n := len(d.free); n > 0 {
		p.slot = d.free[n-1]
		d.free = d.free[:n-1]
		d.players[p.slot] = p
	} else {
		p.slot = int32(len(d.players))
		d.players = append(d.players, p)
	}
	c := p.counts()
	c.used = true
	c.wanted++
	c.joined++
	p.stands(waiting)
}

// unseat takes a player's place.
func (d *desk) unseat(p *player) {
	d.players[p.slot] = nil
	d.free = append(d.free, p.slot)
	c := p.counts()
	c.wanted--
	if p.came {
		c.came--
	}
	c.left++
	p.stands(gone)
}

const (
	// sweepEvery is how often all players are looked at for what no event tells.
	sweepEvery = 200 * time.Millisecond
	// gateEvery is how often the gate is looked at while players wait there.
	gateEvery = 20 * time.Millisecond
	// sipEvery is how often a slow player reads.
	sipEvery = 100 * time.Millisecond
)

// silentAfter is how long nothing has to come before a player of the crowd says so.
const silentAfter = 500 * time.Millisecond

// sweep looks at all players for those to whom nothing has come for a while, but for those of whom it is said that they have only not
// read it.
func (d *desk) sweep(unread func(*player) bool) {
	for _, p := range d.players {
		if p != nil && p.silence() && !unread(p) {
			p.tells()
			p.silent = true
		}
	}
}

// take adds what has happened to sums, and begins a new window.
func (d *desk) take(sums *[len(manners)]counts, dry *[len(manners)][standings]int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.cfg.Sink.Now()
	for _, p := range d.players {
		if p == nil {
			continue
		}
		p.playback.settle(now, &p.counts().played)
		if p.playback.isDry(now) {
			dry[p.manner][p.standing]++
		}
	}
	for m := range d.counts {
		sums[m].add(&d.counts[m])
		d.counts[m].begin()
	}
}
