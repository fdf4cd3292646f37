package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// mediaWait is how long whose frames came is left alone: until then it may not be known who was accepted when.
	mediaWait = time.Second
	// maxSeen bounds the epochs of a connection that are remembered; keepOdd is how many switches, faults of its structure
	// and intrusions are.
	maxSeen = 8
	keepOdd = 16
	// maxUnjudged bounds the stretches and faults of a connection that wait to be judged. A run without ticks may have more.
	maxUnjudged = 4096
	// maxUnheard bounds the findings that wait for the end.
	maxUnheard = 200
)

// media judges what the witnesses received: whose frames (mixed-media, stale-media), and which of them in what state
// (media_odd.go). Whose frames they are is judged by the stretches of one epoch that a connection had, and by the order
// in which the publishes were accepted (media_order.go), for that alone tells old from new.
type media struct {
	line    *timeline
	found   *found
	profile *profile.Profile
	wait    time.Duration // after which it is certain who was accepted
	keys    map[string]*epochs
	players map[string]*viewing // the last connection of each
	waiting []*viewing          // those with something to be judged
	unheard []part              // of epochs that nobody published, as far as was heard; certain at the end
	dropped bool                // events were lost
	judged  time.Duration
}

// viewing is one connection of a witness.
type viewing struct {
	actor  string
	key    *epochs
	number int
	get    time.Duration // when its GET was sent; never where that is not known
	closed bool
	waits  bool      // to be judged
	runs   []stretch // to be judged
	sorted bool      // they are in the order in which they began
	odds   []odd

	last     uint32          // the epoch that was judged last
	head     *attempt        // the newest publish that it has come to
	seen     []uint32        // the epochs that it had lately
	switches []odd           // they are only shown
	broken   []time.Duration // when its structure was broken
	strange  []span          // in which frames came that should not have
	told     map[tale]int64
}

// stretch is the beginning of a stretch of frames of one epoch.
type stretch struct {
	at    time.Duration // when it was told
	first time.Duration // when its first frame arrived
	event int64
	epoch uint32
}

// tale is what is told once a connection.
type tale struct {
	code Code
	how  How
}

func newMedia(line *timeline, found *found, p *profile.Profile) *media {
	return &media{
		line: line, found: found, profile: p,
		// Whether two were accepted at once is certain only when the second one can't be refused any more.
		wait: line.scaled(mediaWait) + line.rules.late,
		keys: map[string]*epochs{}, players: map[string]*viewing{},
	}
}

func (m *media) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Tick:
		if m.line.now-m.judged >= judgeEvery {
			m.judged = m.line.now
			m.judge(m.line.settled())
		}
	case history.PublishSent, history.PublishAccepted, history.PublishUndecided, history.PublishRefused:
		if a := m.line.attempt; a != nil && e.Epoch != 0 {
			m.add(m.key(e.Key), a)
		}
	case history.PlayRequested:
		if p.Witness {
			m.begin(e, p.Session, e.At)
		}
	case history.Watched:
		if v := m.viewing(e, p.Session); p.Video > 0 && e.Epoch != 0 {
			v.watched(e, p.First)
			m.await(v)
		}
	case history.Oddity:
		m.odd(e, p)
	case history.PlayEnded:
		m.close(e.Actor, p.Session)
	case history.PlayRefused:
		m.close(e.Actor, p.Session)
	case history.OwnTrouble:
		m.dropped = m.dropped || p.Code == "dropped-events"
	}
}

func (m *media) Finish() {
	m.judge(never)
	for _, p := range m.unheard {
		// Where events were lost, the publish may be among them; of a key that we only play, somebody else's run may well be the publisher.
		if !m.dropped && m.key(p.example.Key).highest > 0 {
			m.found.add(p)
		}
	}
}

func (m *media) key(name string) *epochs {
	k := m.keys[name]
	if k == nil {
		k = newEpochs(name)
		m.keys[name] = k
	}
	return k
}

// begin is a new connection of a witness; it has one at a time.
func (m *media) begin(e history.Event, session int, get time.Duration) *viewing {
	if v := m.players[e.Actor]; v != nil {
		v.close()
	}
	v := &viewing{actor: e.Actor, key: m.key(e.Key), number: session, get: get, told: map[tale]int64{}}
	m.players[e.Actor] = v
	v.key.open[v] = true
	return v
}

// viewing is the connection that an event of a witness is about.
func (m *media) viewing(e history.Event, session int) *viewing {
	if v := m.players[e.Actor]; v != nil && v.number == session {
		return v
	}
	return m.begin(e, session, never)
}

func (m *media) close(actor string, session int) {
	if v := m.players[actor]; v != nil && v.number == session {
		v.close()
		delete(m.players, actor)
	}
}

// close says that nothing more will be told of v.
func (v *viewing) close() {
	if v.closed = true; !v.waits {
		delete(v.key.open, v)
	}
}

// watched takes a stretch.
func (v *viewing) watched(e history.Event, first time.Duration) {
	if first <= 0 || first > e.At {
		first = e.At
	}
	n := len(v.runs)
	v.sorted = n == 0 || v.sorted && v.runs[n-1].first <= first
	v.runs = append(v.runs, stretch{at: e.At, first: first, event: e.Seq, epoch: e.Epoch})
}

// sort puts the stretches in order: of two that end together, the one that began first may be told last.
func (v *viewing) sort() {
	if !v.sorted {
		slices.SortStableFunc(v.runs, func(a, b stretch) int { return cmp.Compare(a.first, b.first) })
		v.sorted = true
	}
}

// await notes that v has something to be judged. Of too much the older half is judged at once.
func (m *media) await(v *viewing) {
	if !v.waits {
		v.waits = true
		m.waiting = append(m.waiting, v)
	}
	if len(v.runs) > maxUnjudged || len(v.odds) > maxUnjudged {
		m.forward(v, never, len(v.runs)/2, len(v.odds)/2)
	}
}

// forward judges what v has up to until, all but the last so many stretches and faults; never means whatever there is.
func (m *media) forward(v *viewing, until time.Duration, runs, odds int) {
	v.sort()
	for len(v.runs) > runs && (until == never || v.runs[0].at <= until-m.wait && !m.pending(v.key.attempts[v.runs[0].epoch])) {
		if v.runs[0].epoch != v.last {
			v.last = v.runs[0].epoch
			m.run(v, v.runs[0])
		}
		v.runs = v.runs[1:]
	}
	// What else was odd is judged after whose frames came then.
	for len(v.odds) > odds && (until == never || v.odds[0].at <= until-m.wait-lookBack &&
		(len(v.runs) == 0 || v.runs[0].at > v.odds[0].at+lookBack)) {
		m.fault(v, v.odds[0])
		v.odds = v.odds[1:]
	}
}

// judge takes every connection forward to until.
func (m *media) judge(until time.Duration) {
	m.waiting = slices.DeleteFunc(m.waiting, func(v *viewing) bool {
		m.forward(v, until, 0, 0)
		if len(v.runs)+len(v.odds) > 0 {
			return false
		}
		if v.waits = false; v.closed {
			delete(v.key.open, v)
		}
		return true
	})
}

// run judges a stretch of frames: whether they may come here, and now.
func (m *media) run(v *viewing, r stretch) {
	if n := len(v.strange); n > 0 && v.strange[n-1].to == never {
		v.strange[n-1].to = r.first
	}
	e, h := v.key.attempts[r.epoch], v.head
	if e == nil {
		m.unknown(v, r)
		return
	}
	had := slices.Contains(v.seen, r.epoch)
	if !had {
		if v.seen = append(v.seen, r.epoch); len(v.seen) > maxSeen {
			v.seen = slices.Delete(v.seen, 0, 1)
		}
	}
	switch {
	case e == h:
	case h == nil:
		v.head = e
		if y := m.successor(v, e); y != nil {
			v.head = y
			m.intrude(v, r, e, y, Opened, v.get-y.came)
		}
	case m.older(e, h) && !slices.Contains(v.seen, h.epoch):
		m.intrude(v, r, e, h, Opened, v.get-h.came)
	case m.older(e, h):
		m.intrude(v, r, e, h, After, r.first-left(e))
	case e.fate == refused && m.line.rules.excludes() && m.through(h, e, r.first):
		m.intrude(v, r, e, h, Refused, 0)
	case !had || m.older(h, e):
		v.head = e
	default:
		m.intrude(v, r, e, h, After, r.first-left(e))
	}
}

// intrude finds frames of e that should not have come, for those of other came before, or should have. Where both were
// live at once, or e still is, they are mixed, and if the server had let both in, that is why. Else they are old.
func (m *media) intrude(v *viewing, r stretch, e, other *attempt, how How, by time.Duration) {
	v.strange = lately(append(v.strange, span{r.first, never}))
	p := part{code: StaleMedia, count: 1}
	switch {
	case m.letIn(e, other):
		p.code, p.cause, how = MixedMedia, DoublePublish, Together
	case how == Refused:
		p.code = MixedMedia
	case how == After && (left(e) > r.first || m.atOnce(e, other)):
		p.code, how = MixedMedia, Together
		if e.fate == refused {
			how = Refused
		}
	}
	c := v.example(r.first, r.event, r.epoch)
	c.Other, c.How, c.Odd = other.epoch, how, v.shown(r)
	if p.code == StaleMedia {
		c.For = min(max(by, 0), longest)
	}
	p.example = c
	m.tell(v, p)
}

// unknown finds frames of an epoch of which no publish is known: one of long ago, or one that nobody ever sent.
func (m *media) unknown(v *viewing, r stretch) {
	p := part{code: StaleMedia, count: 1, example: v.example(r.first, r.event, r.epoch)}
	p.example.How, p.example.Odd = LongAgo, v.shown(r)
	over := v.get != never && v.get >= v.key.forgot || v.head != nil && v.head.sent >= v.key.forgot
	switch {
	case r.epoch > v.key.highest:
		p.code, p.example.How = MediaCorrupt, NeverSent
	case v.key.forgot == 0 || !over:
		return // it may have been its time
	}
	v.strange = lately(append(v.strange, span{r.first, never}))
	t := tale{p.code, p.example.How}
	if v.told[t]++; v.told[t] == 1 && len(m.unheard) < maxUnheard {
		m.unheard = append(m.unheard, p)
	}
}

// tell adds p, once a connection.
func (m *media) tell(v *viewing, p part) {
	t := tale{p.code, p.example.How}
	if v.told[t]++; v.told[t] == 1 {
		m.found.add(p)
	}
}

// example is a case of what came to v.
func (v *viewing) example(at time.Duration, event int64, epoch uint32) Case {
	return Case{Key: v.key.name, Actor: v.actor, Epoch: epoch, At: at, Event: event}
}

// shown is what the witness kept of the switch to or from a run, nil where it kept nothing.
func (v *viewing) shown(r stretch) *history.Oddity {
	var best *history.Oddity
	for _, o := range v.switches {
		switch {
		case o.epoch == r.epoch && o.at >= r.first-time.Millisecond && o.at <= r.at:
			return o.what
		case (o.epoch == r.epoch || o.what.Missing == int64(r.epoch)) && best == nil:
			best = o.what
		}
	}
	return best
}

// lately keeps the last of a list that would else grow.
func lately[T any](list []T) []T {
	if len(list) > keepOdd {
		return slices.Delete(list, 0, 1)
	}
	return list
}
