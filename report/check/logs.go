package check

import (
	"cmp"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Log is what there was of the server's log, over the whole run. Lines from before the run, which a program that prints a
// log may begin with, are not counted.
type Log struct {
	Lines int64 // that a rule of the profile knows, or at WARN or above
	// Unmatched counts those that no rule knows, First are the first of them.
	Unmatched int64
	First     []string
	// Shapes are those that no rule knows by what they say, the most frequent first; OtherShapes counts the lines whose shape
	// is not among them.
	Shapes      []Shape
	OtherShapes int64
	// Offset is by how much the log's clock, read as if it showed UTC, is ahead of ours; nil where nothing shows it. It is the
	// median over OffsetFrom lines that are known to be about something of ours.
	Offset     *time.Duration
	OffsetFrom int64
	// Tied counts refusals by how their line was tied to them, ByNothing for those without one whose publish was sent.
	Tied map[Tie]int64
	// Proxy says that the server sees other addresses than ours. Unverified then names what was tried in the run and may
	// not have come through: departures by their names, and "gap 0" for returns without a gap.
	Proxy      *Proxy
	Unverified []string
}

// maxFirst is how many lines of the log are kept that no rule knows.
const maxFirst = 5

// logs reads the server's log for the whole run: who is behind an id, what clock it goes by, whether a proxy stands
// between, and what it complains of. It is stepped before everything that ties lines to refusals.
type logs struct {
	clock *logClock
	names *names
	proxy *proxy
	out   Log
	// shapes are of the lines that no rule knows. Until the clock is known, and one can say which are from before the run,
	// lines wait: as many as fit.
	shapes  *shapes
	waiting []history.Event
}

// maxWaiting bounds the lines that wait for the clock.
const maxWaiting = 10_000

func newLogs(h history.Header, p *profile.Profile) *logs {
	clock := &logClock{start: h.StartedAt}
	names := newNames()
	return &logs{
		clock: clock, names: names, proxy: newProxy(clock, names), shapes: newShapes(p),
		out: Log{Tied: map[Tie]int64{}},
	}
}

func (l *logs) Step(e history.Event) {
	if p, ok := e.What.(history.LogLine); ok {
		l.clock.heard(e.At, p.Wall)
		l.names.identify(e, p)
		if l.clock.sure() || len(l.waiting) >= maxWaiting {
			l.release()
			l.count(e, p)
		} else {
			l.waiting = append(l.waiting, e)
		}
	}
	l.proxy.Step(e)
	if _, tick := e.What.(history.Tick); tick {
		l.names.forget(e.At)
	}
}

func (l *logs) Finish() {
	l.proxy.Finish()
	l.release()
}

// release counts the lines that waited.
func (l *logs) release() {
	for _, e := range l.waiting {
		l.count(e, e.What.(history.LogLine))
	}
	l.waiting = nil
}

// count counts a line of the log.
func (l *logs) count(e history.Event, p history.LogLine) {
	if l.clock.before(e.At, p.Wall) {
		return
	}
	n := max(p.More, 1)
	l.out.Lines += n
	if p.Rule != "" {
		return
	}
	l.out.Unmatched += n
	if p.More > 0 {
		l.shapes.other += n
		return
	}
	if len(l.out.First) < maxFirst {
		l.out.First = append(l.out.First, p.Line)
	}
	l.shapes.add(p)
}

// tied notes how a refusal's line was tied to it.
func (l *logs) tied(r *refusal) {
	if r.log != nil || r.wrote {
		l.out.Tied[r.by]++
	}
}

// outcome is what was counted.
func (l *logs) outcome() Log {
	out := l.out
	out.Shapes, out.OtherShapes = l.shapes.first(maxShapes)
	out.Offset, out.OffsetFrom = l.clock.offset()
	out.Proxy = l.proxy.outcome()
	if out.Proxy != nil {
		out.Unverified = l.proxy.unverified()
	}
	return out
}

// names is who is behind the ids of the log.
type names struct {
	by  map[string]*name
	age []since
}

// name is what is known of a connection by the log's id of it.
type name struct {
	at, began        time.Duration // when it was heard of last, and first
	wall             int64         // of the first line
	key, peer, token string
	explained        bool // a refusal of it has its line
}

const (
	// keepNames is how long it is remembered who is behind an id of the log: a publisher is refused soon after it connected.
	keepNames = 2 * time.Minute
	// maxNames bounds how many are remembered.
	maxNames = 100_000
)

func newNames() *names { return &names{by: map[string]*name{}} }

// of is the name of an id, made if there is none.
func (n *names) of(id string, at time.Duration) *name {
	c := n.by[id]
	if c == nil {
		c = &name{began: at}
		n.by[id] = c
		n.age = append(n.age, since{id, at})
	}
	c.at = at
	return c
}

// identify remembers what a line tells of its connection.
func (n *names) identify(e history.Event, p history.LogLine) {
	if p.ID == "" || p.Key == "" && p.Peer == "" && p.Token == "" {
		return
	}
	c := n.of(p.ID, e.At)
	if p.Peer != "" && c.peer != "" && p.Peer != c.peer {
		*c = name{at: e.At, began: e.At} // a new connection under an old id
	}
	if c.wall == 0 {
		c.wall, c.began = p.Wall, e.At
	}
	c.key, c.peer, c.token = cmp.Or(p.Key, c.key), cmp.Or(p.Peer, c.peer), cmp.Or(p.Token, c.token)
}

// forget drops what was not heard of for long, and what is too much.
func (n *names) forget(now time.Duration) {
	for _, id := range expired(&n.age, now-keepNames, func(id string) time.Duration { return n.by[id].at }) {
		delete(n.by, id)
	}
	for len(n.age) > maxNames {
		delete(n.by, n.age[0].what)
		n.age = n.age[1:]
	}
}
