package check

import (
	"cmp"
	"slices"
	"time"
)

const (
	// clockPairs is how many pairs the offset is taken from: it does not change in a run.
	clockPairs = 1001
	// beforeRun is by how much a line has to be older than the run to count as such.
	beforeRun = 2 * time.Second
	// maxWall bounds a line's own time to what a time.Duration holds: the year 2200.
	maxWall = 7_258_118_400_000
)

// logClock relates the clock of the log to that of the run. The log of a container may be in another time zone than ours,
// its clock may be wrong, and its lines may come late or, from before the run, all at once. All this is told apart by lines
// that are known to be about something of ours: between the line's own time and our time of that lies the offset.
//
// Offsets are from the start of the run to the line's own time, in the log's clock.
type logClock struct {
	start time.Time
	// pairs are of refusals and the lines that explain them, rough ones of connections and the first line about them. Both
	// are sorted.
	pairs, rough []time.Duration
	from, vague  int64 // how many there were
	// guesses are what the offset may be as long as nothing shows it.
	guesses []guess
}

// guess is an offset that some lines speak for. No line comes before it is written, so the highest is the best: lines from
// before the run come in a heap at first, and then those of the run. But one line may have any time: a guess is given up
// when as many of the lines after its first speak against it, by being older than it allows, as speak for it.
type guess struct {
	ahead       time.Duration
	pro, contra int
}

// maxGuesses bounds how many are kept; the one with the least to say for it goes.
const maxGuesses = 8

// heard takes a line's own time and when it came.
func (c *logClock) heard(at time.Duration, wall int64) {
	ahead, ok := ahead(at, wall)
	if !ok || c.sure() {
		return
	}
	near := false
	for i := range c.guesses {
		g := &c.guesses[i]
		switch {
		case ahead < g.ahead-beforeRun:
			g.contra++
		case ahead <= g.ahead+beforeRun:
			near = true
			g.pro, g.ahead = g.pro+1, max(g.ahead, ahead)
		}
	}
	if near {
		return
	}
	c.guesses = append(c.guesses, guess{ahead: ahead, pro: 1})
	if len(c.guesses) > maxGuesses {
		worst := slices.MinFunc(c.guesses, guess.compare)
		c.guesses = slices.DeleteFunc(c.guesses, func(g guess) bool { return g == worst })
	}
}

// compare puts the better guess last: one that holds, and the higher of those; else the one that more speaks for.
func (g guess) compare(other guess) int {
	holds, others := g.contra < g.pro, other.contra < other.pro
	switch {
	case holds != others:
		return b2i(holds) - b2i(others)
	case holds:
		return cmp.Compare(g.ahead, other.ahead)
	}
	return cmp.Or(cmp.Compare(g.pro-g.contra, other.pro-other.contra), cmp.Compare(g.ahead, other.ahead))
}

// pair takes a line's own time and when what it is about happened.
func (c *logClock) pair(at time.Duration, wall int64) {
	if insert(&c.pairs, at, wall) {
		c.from++
	}
}

// connected is pair for a connection and the first line about it, which the server may have written somewhat earlier.
func (c *logClock) connected(at time.Duration, wall int64) {
	if insert(&c.rough, at, wall) {
		c.vague++
	}
}

func insert(pairs *[]time.Duration, at time.Duration, wall int64) bool {
	d, ok := ahead(at, wall)
	if ok && len(*pairs) < clockPairs {
		i, _ := slices.BinarySearch(*pairs, d)
		*pairs = slices.Insert(*pairs, i, d)
	}
	return ok
}

// ahead is the time of the run's start by the log's clock, if the line's time was at.
func ahead(at time.Duration, wall int64) (time.Duration, bool) {
	return time.Duration(wall)*time.Millisecond - at, wall > 0 && wall < maxWall
}

// sure reports whether something of ours has shown the offset.
func (c *logClock) sure() bool { return len(c.pairs)+len(c.rough) > 0 }

// begin is the time of the run's start by the log's clock, as well as it is known; false when no line had a time.
func (c *logClock) begin() (time.Duration, bool) {
	switch {
	case len(c.pairs) > 0:
		return c.pairs[len(c.pairs)/2], true
	case len(c.rough) > 0:
		return c.rough[len(c.rough)/2], true
	}
	if len(c.guesses) == 0 {
		return 0, false
	}
	return slices.MaxFunc(c.guesses, guess.compare).ahead, true
}

// when is the time of a line on the run's clock: by its own time where that can be, else by when it came.
func (c *logClock) when(at time.Duration, wall int64) time.Duration {
	begin, known := c.begin()
	if !known || wall <= 0 || wall >= maxWall {
		return at
	}
	return time.Duration(wall)*time.Millisecond - begin
}

// before reports whether a line was written before the run.
func (c *logClock) before(at time.Duration, wall int64) bool { return c.when(at, wall) < -beforeRun }

// offset is by how much the log's clock is ahead of ours, and how many pairs say so; nil where none does.
func (c *logClock) offset() (*time.Duration, int64) {
	if !c.sure() || c.start.IsZero() {
		return nil, 0
	}
	begin, _ := c.begin()
	offset := (begin - time.Duration(c.start.UnixNano())).Round(time.Millisecond)
	if len(c.pairs) > 0 {
		return &offset, c.from
	}
	return &offset, c.vague
}
