package check

import (
	"slices"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// lookBack is how far behind the present players are judged: they tell of their media about every 500 ms.
	lookBack = 700 * time.Millisecond
	// judgeEvery is how often they are.
	judgeEvery = 250 * time.Millisecond
	// around is how long before and after a refusal a key must have been live for the refusal to be wrong.
	around = 100 * time.Millisecond
	// unsaid is how long media may flow before a player tells of it again.
	unsaid = 500 * time.Millisecond
)

// players looks for players who got no media, or only refusals, for longer than the grace of their key's live time: the
// time in which it had an accepted owner that had not left, added up over publishes. Time in which a player asks for
// nothing does not count: one that lingers on an ended connection is not starving. The time between two attempts of a
// player counts once both have failed, and failed wrongly. One that got no connection asks on: it waits for the port.
//
// A player of the crowd keeps silent about its media, so from its first frame on it has media until it says since when it has
// not. There may be tens of thousands: only those are looked at of whom there is something to judge. In a search for the load
// that a server carries, what players miss beyond that is no error.
type players struct {
	line   *timeline
	found  *found
	ruled  ruled
	grace  time.Duration
	byName map[string]*player
	order  []*player
	awake  []*player             // of order, those who have something queued, or wait for something
	woken  bool                  // some were added to awake at its end
	owners map[string][]*attempt // whose times still matter, of each key
	judged time.Duration         // when players were judged last
	until  time.Duration         // up to when
	search bool                  // of the load that the server carries
	load   bool                  // it is under steady load
}

// player is what is known of one player. What it did waits in queue until it is old enough to be judged.
type player struct {
	name, key string
	number    int // in the order of players
	awake     bool
	stalled   bool // it never reads
	content   bool // of the crowd: it reads nothing, or slowly, and misses nothing as long as it has a stream
	crowd     bool // it keeps silent while media flows
	queue     []deed
	session   session

	at    time.Duration // until when the following holds
	state state
	flows bool          // of the crowd: it has media, until it says that it hasn't
	lack  time.Duration // live time without media, since the last media; negative while some may have come untold
	doubt time.Duration // live time since a wrong answer, to be counted if the next is wrong too
	noes  int           // wrong refusals since the last media
	rules int           // of them, those by a rule or a limit of the server's
	class profile.Class // the class of the last of these
	given bool          // a stream was promised (status 200) since the last media
	text  string        // the last refusal
	shut  bool          // the last connection could not be made
	told  bool
	// since is when it last got media, or asked first; last the event that the latest thing it did came by. hunger is what is told
	// of it now, nil for nothing.
	since  time.Duration
	last   int64
	hunger *hunger
}

// state is what a player is doing.
type state int

const (
	idle     state = iota // by its own choice
	asking                // waiting for an answer or for media
	doubtful              // on its way to ask again, after a wrong answer
)

// deed is one thing that happened to a player.
type deed struct {
	at    time.Duration
	event int64
	kind  deedKind
	text  string
	class profile.Class // of a refusal by a rule or a limit of the server's
}

type deedKind int

const (
	asked deedKind = iota
	promised
	fed
	denied
	dried   // of the crowd: nothing came after this
	emptied // ended by the server without media
	shut    // no connection could be made; nothing more is heard of the player until one can
	done    // ended otherwise
)

func newPlayers(line *timeline, found *found, ruled ruled, grace time.Duration) *players {
	return &players{
		line: line, found: found, ruled: ruled, grace: grace, byName: map[string]*player{}, owners: map[string][]*attempt{},
	}
}

// Finish judges what there is. Media that came too late to be judged by still ended what a player was told to lack.
func (ps *players) Finish() {
	ps.judge(ps.line.last - lookBack)
	for _, q := range ps.order {
		if q.hunger != nil {
			q.hunger.back = slices.ContainsFunc(q.queue, func(d deed) bool { return d.kind == fed && d.at >= q.hunger.at })
		}
	}
}

func (ps *players) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.LoadStep:
		ps.load, ps.search = true, p.Why == searching
	case history.Tick:
		if ps.line.now-ps.judged >= judgeEvery {
			ps.judged = ps.line.now
			ps.judge(ps.line.settled() - lookBack)
		}
	case history.PublishAccepted:
		ps.owners[e.Key] = append(ps.owners[e.Key], ps.line.attempt)
	case history.PlayRequested:
		q := ps.player(e)
		q.stalled, q.crowd, q.session = p.Manner == "stalled", p.Crowd, session{}
		q.content = p.Crowd && !readsOn(p.Manner)
		ps.did(q, deed{at: e.At, event: e.Seq, kind: asked})
	case history.PlayResponse:
		if p.Status == 200 {
			q, kind := ps.player(e), promised
			if q.content {
				kind = fed
			}
			ps.did(q, deed{at: e.At, event: e.Seq, kind: kind})
		}
	case history.PlayFirst:
		if p.Of != "byte" {
			ps.did(ps.player(e), deed{at: e.At, event: e.Seq, kind: fed})
		}
	case history.PlayProgress:
		ps.progress(e, p)
	case history.PlayRefused:
		kind := denied
		switch {
		case p.Wire == history.WireOurs:
			kind = done
		case p.Wire == history.WireRefused, p.Wire == history.WireUnreachable, p.Wire == history.WireTimeout && p.Local == "":
			kind = shut
		}
		ps.did(ps.player(e), deed{at: e.At, event: e.Seq, kind: kind, text: answer(p), class: ruling(p.Status)})
	case history.PlayEnded:
		ps.ended(ps.player(e), e, p)
	}
}

// progress takes what a player tells of its media.
func (ps *players) progress(e history.Event, p history.PlayProgress) {
	q := ps.player(e)
	if p.Tags > 0 {
		add(&q.session.tags, p.Tags)
		if p.Tags > 1 && !q.crowd {
			ps.did(q, deed{at: p.Last - p.MaxGap, event: e.Seq, kind: fed}) // a frame came no earlier than this before the last
		}
		ps.did(q, deed{at: p.Last, event: e.Seq, kind: fed})
	}
	if q.crowd && !q.content && e.At-p.Last > unsaid {
		ps.did(q, deed{at: p.Last, event: e.Seq, kind: dried})
	}
}

// answer is what a player was told.
func answer(p history.PlayRefused) string {
	if p.Status != 0 {
		return strconv.Itoa(p.Status)
	}
	return string(p.Wire)
}

// ruling is the class of an answer by which the server says that it is a rule or a limit of its own to refuse, else empty:
// 401 and 403 (RFC 9110, sections 15.5.2 and 15.5.4) and 429 (RFC 6585, section 4).
func ruling(status int) profile.Class {
	switch status {
	case 401, 403:
		return profile.Denied
	case 429:
		return profile.Limit
	}
	return ""
}

func (ps *players) player(e history.Event) *player {
	q := ps.byName[e.Actor]
	if q == nil {
		q = &player{name: e.Actor, key: e.Key, number: len(ps.order), at: e.At, since: e.At}
		ps.byName[e.Actor] = q
		ps.order = append(ps.order, q)
	}
	return q
}

func (ps *players) ended(q *player, e history.Event, p history.PlayEnded) {
	kind := done
	switch {
	case p.Tags > q.session.tags: // media that no progress has told of
		ps.did(q, deed{at: e.At, event: e.Seq, kind: fed})
	case p.Tags == 0 && p.Wire != history.WireOurs && !q.content:
		kind = emptied
	}
	ps.did(q, deed{at: e.At, event: e.Seq, kind: kind})
}

// did puts d in its place; most come in order.
func (ps *players) did(q *player, d deed) {
	i := len(q.queue)
	for i > 0 && q.queue[i-1].at > d.at {
		i--
	}
	q.queue = slices.Insert(q.queue, i, d)
	if !q.awake {
		q.awake, ps.woken = true, true
		q.at = max(q.at, ps.until)
		ps.awake = append(ps.awake, q)
	}
}

// judge takes every player forward to until. What it finds is in the order of players, whoever woke first.
func (ps *players) judge(until time.Duration) {
	if ps.woken {
		slices.SortFunc(ps.awake, func(a, b *player) int { return a.number - b.number })
		ps.woken = false
	}
	still := ps.awake[:0]
	for _, q := range ps.awake {
		n := 0
		for n < len(q.queue) && q.queue[n].at <= until {
			ps.forward(q, q.queue[n].at)
			ps.take(q, q.queue[n])
			ps.look(q, q.queue[n].at)
			n++
		}
		q.queue = slices.Delete(q.queue, 0, n)
		ps.forward(q, until)
		ps.look(q, until)
		if q.awake = len(q.queue) > 0 || q.state != idle && !q.flows; q.awake {
			still = append(still, q)
		} else {
			q.queue = nil // of tens of thousands who have nothing to say
		}
	}
	clear(ps.awake[len(still):])
	ps.awake, ps.until = still, max(ps.until, until)
	for key, owners := range ps.owners {
		ps.owners[key] = slices.DeleteFunc(owners, func(a *attempt) bool { return left(a) < until-ps.line.scaled(around) })
	}
}

// forward adds the live time between q.at and to.
func (ps *players) forward(q *player, to time.Duration) {
	if to <= q.at {
		return
	}
	if q.state != idle && !q.flows {
		d := ps.liveTime(q.key, q.at, to)
		if q.state == asking {
			q.lack += d
		} else {
			q.doubt += d
		}
	}
	q.at = to
}

// take changes q's state by d.
func (ps *players) take(q *player, d deed) {
	q.last = d.event
	q.flows = q.flows && d.kind == promised
	switch d.kind {
	case asked:
		q.state, q.lack, q.shut = asking, max(q.lack, 0), false
	case dried:
		if q.state == asking { // its session may be over by now
			q.lack, q.since = max(q.lack, 0)+ps.liveTime(q.key, d.at, q.at), max(q.since, d.at) // q may be taken beyond that time
		}
	case shut:
		q.state, q.lack, q.doubt, q.shut, q.text = asking, max(q.lack, 0)+q.doubt, 0, true, d.text
	case promised:
		q.given = true
	case fed:
		if q.crowd {
			q.flows, d.at = true, max(d.at, q.at) // it has had media ever since
		}
		if q.hunger.before(q, d.at) {
			return
		}
		lack := -unsaid
		if q.state == asking && d.at < q.at { // told of late: q has been taken beyond that time, in which it had nothing
			lack += ps.liveTime(q.key, d.at, q.at)
		}
		q.lack, q.doubt, q.noes, q.rules, q.given, q.told = lack, 0, 0, 0, false, false
		q.since, q.hunger = d.at, nil
	case done:
		q.state, q.doubt = idle, 0
	case denied, emptied:
		// Where the key was not live, a refusal may be right; but a rule of the server's has nothing to do with that.
		if d.class == "" && !ps.live(q.key, d.at) {
			q.state, q.doubt = idle, 0
			return
		}
		q.state = doubtful
		q.lack, q.doubt = q.lack+q.doubt, 0
		if d.kind == denied {
			q.noes++
			q.text = d.text
			if d.class != "" {
				q.rules++
				q.class = d.class
			}
		}
	}
}

// look finds what q lacks.
func (ps *players) look(q *player, at time.Duration) {
	q.hunger.grow(q)
	if q.lack <= ps.grace || q.told || q.stalled {
		return
	}
	refused := (q.noes >= 2 || q.shut) && !q.given
	if q.content && !refused {
		return // by its own choice
	}
	q.told = true
	p := part{code: PlayerStarved, count: 1, info: ps.search, example: Case{Key: q.key, Actor: q.name, At: at, Event: q.last}}
	p.hunger = &hunger{at: at}
	if refused {
		p.code, p.hunger.refused = PlayerRefused, true
		if q.rules > 0 && q.rules == q.noes && !q.shut {
			ps.ruled.note(rule{class: q.class, play: true}, q.key)
			return
		}
	}
	q.hunger = p.hunger
	q.hunger.grow(q)
	ps.found.add(p)
}

// liveTime is for how long, between from and to, the key had an owner while the load was on and the server there. Two
// owners at once count once.
func (ps *players) liveTime(key string, from, to time.Duration) time.Duration {
	from = max(from, ps.line.stormAt)
	to = min(to, ps.line.stormEnd)
	var sum time.Duration
	for _, a := range ps.owners[key] {
		begin, end := max(a.came, from), min(left(a), to)
		if end > begin {
			sum += ps.line.took(begin, end) - ps.line.downFor(begin, end)
			from = end // what came before is counted
		}
	}
	return sum
}

// live reports whether the key was live around at.
func (ps *players) live(key string, at time.Duration) bool {
	around := ps.line.scaled(around)
	return slices.ContainsFunc(ps.owners[key], func(a *attempt) bool {
		return a.came <= at-around && left(a) >= at+around
	})
}
