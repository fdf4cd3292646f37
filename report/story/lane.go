package story

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// maxOpen bounds the attempts of a key that are under way or publish, maxClosing the gaps that wait for the judge's word, and
	// maxPast how many times without an owner are remembered. A key has hardly more than three.
	maxOpen, maxClosing, maxPast = 16, 16, 8
	// lateEnd is how much before the end of the storm is told a publisher may have left that did so because of it, in µs.
	lateEnd = 50_000
)

// leftAtEnd is the index in Leaves of who left because the load was over.
const leftAtEnd = 7

// lane is what is known of a key.
type lane struct {
	key   string
	bad   bool // something went wrong on it
	apart bool // it is of the chaos beside a load: its players are none of the load's, which the players' chart counts
	bars  []Bar
	ticks []Tick
	gaps  []Gap

	open []attempt // under way, or publishing
	// vacant is since when nobody has it who once had, negative while somebody does or nobody ever did. asked is when it was first
	// asked for since then, negative before; turned counts refusals.
	vacant, asked, turned int64
	// held is until when who left in silence counts as its owner: nobody can know before that it is gone. last is when it was refused
	// last since it is free.
	held, last int64
	heldBy     uint32
	over       bool // who had it left because the load was over
	closing    []closing
	past       []period // when nobody had it, the last times
	left       int      // the last departure
	unplanned  bool     // nothing was due when it left
	back       arrival

	players []*player
}

// attempt is one that is under way, or publishes.
type attempt struct {
	epoch      uint32
	role       int
	conn       int64
	sent, came int64
	live       bool
	gone, left int64 // it has left before its end was heard of; negative if not
	until      int64 // by when it must have been let go, of one that left in silence
}

// closing is a gap that is over, and of which the judge has not said yet how the return fared.
type closing struct {
	gap   Gap
	least int // its state by the refusals in it
	epoch uint32
	conn  int64
}

// period is from when to when something was.
type period struct{ from, to int64 }

// arrival is a return that was accepted, and the first frame of it that any player got.
type arrival struct {
	epoch uint32
	how   int // the departure before it, 0 for no return
	came  int64
	first int64 // negative as long as there is none
}

func newLane(key string) *lane { return &lane{key: key, vacant: -1, asked: -1} }

func (l *lane) items() int {
	n := len(l.bars) + len(l.ticks) + len(l.gaps)
	for _, p := range l.players {
		n += len(p.sessions) + len(p.dry)
	}
	return n
}

// find is the attempt of an event, -1 if it isn't known. An attempt without an epoch is known by its connection.
func (l *lane) find(epoch uint32, conn int64) int {
	return slices.IndexFunc(l.open, func(a attempt) bool { return a.epoch == epoch && (epoch != 0 || a.conn == conn) })
}

// begin notes an attempt and gives its place. The oldest must go if there are too many.
func (l *lane) begin(f *Fold, a attempt) int {
	if len(l.open) >= maxOpen {
		l.close(f, 0, f.end, undecided, 0)
	}
	l.open = append(l.open, a)
	return len(l.open) - 1
}

func (l *lane) sent(f *Fold, e history.Event, p history.PublishSent) {
	at := micros(e.At)
	l.begin(f, attempt{epoch: e.Epoch, conn: p.Conn, role: roleOf(p.Role), sent: at, gone: -1})
	l.tried(at)
}

// tried notes that somebody asks for the key.
func (l *lane) tried(at int64) {
	if l.vacant >= 0 && l.asked < 0 {
		l.asked = max(at, l.vacant, l.held)
	}
}

func (l *lane) accepted(f *Fold, e history.Event, p history.PublishAccepted) {
	came := micros(e.At)
	if p.Said > 0 && p.Said < e.At {
		came = micros(p.Said)
	}
	i := l.find(e.Epoch, p.Conn)
	if i < 0 {
		i = l.begin(f, attempt{epoch: e.Epoch, conn: p.Conn, sent: came, gone: -1})
	}
	a := &l.open[i]
	if a.live {
		return
	}
	a.live, a.came = true, came
	if a.role == owner {
		l.arrived(f)
		l.back = arrival{epoch: a.epoch, how: l.left, came: came, first: -1}
		l.left = 0
	}
	if l.vacant >= 0 {
		l.freed(min(max(a.sent, l.vacant), came)) // else it had not got in
		l.fill(f, l.vacant, came, a)
	}
	if a.gone >= 0 { // it was told to have left before
		l.close(f, i, a.gone, -1, int(a.left))
	}
}

// freed says that who left in silence is gone by then.
func (l *lane) freed(at int64) {
	if l.held > at {
		l.held, l.asked = at, min(l.asked, at)
	}
}

// free is since when nobody has the key.
func (l *lane) free() int64 { return max(l.vacant, l.held) }

// fill ends the time without an owner that began at from, or when who had left in silence was let go.
func (l *lane) fill(f *Fold, from, came int64, a *attempt) {
	base := min(max(from, l.held), max(came, from))
	g := Gap{From: base, Len: max(came-base, 0), Refused: l.turned, N: 1}
	if l.held > 0 && f.over(base) {
		l.over = true
	}
	least := f.refusedFor(l.last - base)
	if l.asked >= 0 {
		base = min(l.asked, came)
	}
	g.State = max(least, f.returned(came-base))
	if !l.over || g.Refused > 0 {
		l.closing = append(l.closing, closing{g, least, a.epoch, a.conn})
		if len(l.closing) > maxClosing {
			l.settle(f, 0)
		}
	}
	l.past = append(l.past, period{from, came})
	if len(l.past) > maxPast {
		l.past = slices.Delete(l.past, 0, 1)
	}
	l.vacant, l.asked, l.turned, l.over = -1, -1, 0, false
	l.held, l.last = 0, 0
}

// returned is the state of a gap whose return took so long: however long that was, the judge calls it slow.
func (f *Fold) returned(took int64) int {
	if took <= f.grace {
		return quick
	}
	return late
}

// refusedFor is the state of a gap in which so long after its beginning somebody was still refused: as for the judge, it is that which
// makes a key stuck.
func (f *Fold) refusedFor(after int64) int {
	if after >= f.stuckAfter {
		return stuck
	}
	return f.returned(after)
}

// fate takes the judge's word about an attempt that was accepted.
func (l *lane) fate(f *Fold, t check.Fate) {
	i := slices.IndexFunc(l.closing, func(c closing) bool { return c.epoch == t.Epoch && (t.Epoch != 0 || c.conn == t.Conn) })
	if i < 0 {
		return
	}
	if t.Back {
		l.closing[i].gap.State = max(l.closing[i].least, f.returned(t.Recovery.Microseconds()))
	}
	l.settle(f, i)
}

// settle takes a gap as it is.
func (l *lane) settle(f *Fold, i int) {
	g := l.closing[i].gap
	l.bad = l.bad || g.State != quick
	l.gaps = append(l.gaps, g)
	f.items++
	l.closing = slices.Delete(l.closing, i, i+1)
}

func (l *lane) refused(f *Fold, e history.Event, p history.PublishRefused) {
	at := micros(e.At)
	if i := l.find(e.Epoch, p.Conn); i >= 0 && !l.open[i].live {
		l.open = slices.Delete(l.open, i, i+1)
	}
	if l.vacant < 0 || p.Role == history.Contender || at < l.vacant {
		return
	}
	sent := at
	if p.Sent > 0 {
		sent = micros(p.Sent)
	}
	l.tried(sent)
	if sent >= l.free() { // else somebody had it when it was asked for
		l.turned++
		if p.Wire != history.WireRefused && p.Wire != history.WireUnreachable { // else it was not the key that kept it out
			l.last = max(l.last, at)
		}
	}
}

func (l *lane) undecided(f *Fold, e history.Event, p history.PublishUndecided) {
	at := micros(e.At)
	i := l.find(e.Epoch, p.Conn)
	if i < 0 {
		i = l.begin(f, attempt{epoch: e.Epoch, conn: p.Conn, sent: at, gone: -1})
	}
	a := l.open[i]
	if a.live {
		return
	}
	left := 0
	if a.gone >= 0 {
		at, left = a.gone, int(a.left)
	}
	l.close(f, i, at, undecided, left)
}

func (l *lane) departed(f *Fold, e history.Event, p history.Departed) {
	at := micros(e.At)
	left := max(slices.Index(Leaves, p.How), 0)
	i := l.find(e.Epoch, p.Conn)
	if i < 0 {
		return
	}
	a := &l.open[i]
	l.unplanned = e.Due == 0 && a.role == owner
	if l.unplanned && f.over(at) {
		left = leftAtEnd
	}
	f.charts.sent(a.came, at, p.Bytes, a.live)
	if p.How == "vanish" {
		a.until = max(micros(f.idle.Until(time.Duration(a.came)*time.Microsecond, p.LastSent)), at)
	}
	if !a.live {
		a.gone, a.left = at, int64(left)
		return
	}
	l.close(f, i, at, -1, left)
}

func (l *lane) ended(f *Fold, e history.Event, p history.PublishEnded) {
	at := micros(e.At)
	if p.Vanished {
		if l.vacant >= 0 && l.heldBy == e.Epoch {
			l.freed(max(at, l.vacant))
		}
		return
	}
	i := l.find(e.Epoch, p.Conn)
	if i < 0 || !l.open[i].live {
		return
	}
	f.charts.sent(l.open[i].came, at, p.Bytes, true)
	outcome := -1
	if l.open[i].role == owner {
		outcome, l.bad = endedByServer, true
	}
	l.close(f, i, at, outcome, 0)
}

// over reports whether the load was over at a time, as far as is known.
func (f *Fold) over(at int64) bool { return f.stormEnd >= 0 && at >= f.stormEnd-lateEnd }

// close makes a bar of an attempt. With a negative outcome it is that of one who was accepted, by the role.
func (l *lane) close(f *Fold, i int, at int64, outcome, left int) {
	a := l.open[i]
	l.open = slices.Delete(l.open, i, i+1)
	from := a.sent
	if a.live {
		from = a.came
		if outcome < 0 || outcome == undecided {
			outcome = [...]int{owner: accepted, contender: byContender, settling: bySettling}[a.role]
		}
	}
	l.bars = append(l.bars, Bar{From: from, Len: max(at-from, 0), Epoch: a.epoch, Outcome: outcome, Left: left, N: 1})
	f.items++
	if !a.live {
		return
	}
	if a.role == owner {
		l.arrived(f)
		l.left = left
	}
	first, others := int64(0), 0
	for _, o := range l.open {
		if o.live {
			if others == 0 || o.came < first {
				first = o.came
			}
			others++
		}
	}
	switch {
	case others == 0:
		l.vacant, l.asked, l.turned = max(at, from), -1, 0
		l.held, l.heldBy, l.last = a.until, a.epoch, 0
		l.over = left == leftAtEnd || a.role == settling
		for _, o := range l.open { // somebody asks already
			if o.role != contender {
				l.tried(o.sent)
			}
		}
	case first >= at: // who came next was heard of before
		i := slices.IndexFunc(l.open, func(o attempt) bool { return o.live && o.came == first })
		l.fill(f, at, first, &l.open[i])
	}
}

// live reports whether somebody publishes now, and since when.
func (l *lane) live() (since int64, ok bool) {
	since = -1
	for _, a := range l.open {
		if a.live {
			since = max(since, a.came)
		}
	}
	return since, since >= 0
}

// seen takes the time at which a player got a frame, which is of an epoch if that is not zero.
func (l *lane) seen(at int64, epoch uint32) {
	b := &l.back
	if b.how == 0 || at < b.came || epoch != 0 && epoch != b.epoch || b.first >= 0 && b.first <= at {
		return
	}
	b.first = at
}

// arrived takes note of how long the players waited for the last return.
func (l *lane) arrived(f *Fold) {
	if b := &l.back; b.how != 0 && b.first >= 0 {
		f.spreads.record("first-frame", Leaves[b.how], b.first-b.came)
	}
	l.back = arrival{}
}

// finish tells what was under way when the run ended.
func (l *lane) finish(f *Fold) {
	for _, p := range l.players {
		p.finish(f)
	}
	for len(l.open) > 0 {
		a := l.open[0]
		left, at := 0, f.end
		if a.gone >= 0 {
			at, left = a.gone, int(a.left)
		} else if a.live {
			left = leftAtEnd
		}
		l.close(f, 0, at, undecided, left)
	}
	for len(l.closing) > 0 {
		l.settle(f, 0)
	}
	l.arrived(f)
	if n := len(l.bars); n > 0 && l.unplanned && l.vacant >= 0 && f.over(l.vacant) { // that it was over was told after the departure
		if last := &l.bars[n-1]; last.N == 1 && last.Outcome == accepted && last.From+last.Len == l.vacant {
			last.Left = leftAtEnd
		}
		l.over = true
	}
	l.rest(f, f.end, f.stormEnd >= 0)
}

// rest ends the time without an owner with the case, or with the run. Where that came to its end as planned and nobody asked for the
// key since it is free, nobody was to come back any more.
func (l *lane) rest(f *Fold, at int64, planned bool) {
	if l.vacant < 0 {
		return
	}
	free := l.free()
	if l.held > 0 && f.over(free) {
		l.over = true
	}
	if at > free && (l.turned > 0 || !l.over && !(planned && l.asked < 0)) {
		g := Gap{From: free, Len: at - free, State: open, Refused: l.turned, N: 1}
		if l.last > 0 && f.refusedFor(l.last-free) == stuck {
			g.State = stuck
		}
		l.gaps = append(l.gaps, g)
		l.bad = l.bad || l.turned > 0
		f.items++
	}
	l.past = append(l.past, period{l.vacant, at})
	if len(l.past) > maxPast {
		l.past = slices.Delete(l.past, 0, 1)
	}
	l.vacant, l.asked, l.turned, l.over = -1, -1, 0, false
	l.held, l.last = 0, 0
}

// told is the lane as it stands in the story.
func (l *lane) told(name string) Lane {
	return Lane{
		Key: name, Bars: list(l.bars), Ticks: list(l.ticks), Gaps: list(l.gaps), Players: shown(l.players),
	}
}

// list is a list that is not nil.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
