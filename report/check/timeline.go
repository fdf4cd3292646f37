package check

import (
	"cmp"
	"math"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// never is the end of what has not ended.
const never = time.Duration(math.MaxInt64)

// fate is what became of an attempt.
type fate int

const (
	pending fate = iota
	accepted
	refused
	undecided
)

// attempt is one try to publish a key.
type attempt struct {
	key      *keyLine
	actor    string
	epoch    uint32
	conn     int64
	role     history.Role
	try      int
	after    uint32
	serverID string
	pid      string // of the server's process
	token    string
	local    string
	gap      *Gap          // of a first try after a departure, in a sweep
	left     *Left         // of the same, in any run
	wrote    bool          // `publish` was written
	sent     time.Duration // when; else when the attempt failed
	fate     fate
	event    int64         // the number of the event that decided it
	came     time.Duration // accepted: when the server said so
	acceptAt time.Duration // accepted: when the profile's rule was met

	departed   bool
	departedAt time.Duration
	how        string
	lastSent   time.Duration
	ended      bool // by the server
	endedAt    time.Duration
	proven     bool // after a silent departure: the server closed the connection, or we did, which told it
	provenAt   time.Duration
	followed   bool // after a silent departure: another publish was accepted
	lostBy     time.Duration
}

// keyLine is what is known of one key: its pending attempts, and its owners as far back as anything may still ask.
type keyLine struct {
	lock     // who has it, and had
	name     string
	firstTry time.Duration // the first that was ever tried
	accepted bool          // one of them was accepted
}

// timeline keeps who published which key from when to when, the phases of the run, and what became of the server. The
// other checkers read it; it is stepped first.
type timeline struct {
	profile *profile.Profile
	rules   *lockRules
	keys    map[string]*keyLine
	conns   map[int64]connection
	oldest  []int64 // connections by age

	now         time.Duration // of the last tick
	setups      []setup       // recent connections that took their time
	disorder    time.Duration // by how much events have come out of order so far
	stalls      []span        // when we ourselves stood still
	last        time.Duration // latest time of any event
	stormAt     time.Duration // never before the storm began
	stormEnd    time.Duration // never before it ended
	ended       bool          // the run came to its end
	interrupted bool
	stopped     string
	stoppedAt   time.Duration
	unknown     int64
	serverName  string
	several     *severalServers // nil as long as one server answers, as far as is known

	began   time.Duration // of a case, when it began
	scale   float64       // by how much slower than usual the server may be
	outages []*outage     // by their beginning

	// Of the event that was stepped last: the attempt it belongs to, nil for others.
	attempt *attempt
}

// setup is how long a connection took to be made, up to the reply to connect: nobody contends for anything yet.
type setup struct{ at, took time.Duration }

const (
	// slowSetup is the time from which a setup is remembered, keepSetups for how long.
	slowSetup  = 50 * time.Millisecond
	keepSetups = 30 * time.Second
	// aroundSetup is how near in time a setup says how busy server and machine were.
	aroundSetup = time.Second
)

// setupAround is the longest that a connection took to be made about that time. A server, or a machine, that is slow with
// everything is not slow to release a key: what it needs for a connection is not held against its answer to publish.
func (t *timeline) setupAround(from, to time.Duration) (longest time.Duration) {
	for _, s := range t.setups {
		if s.at >= from-aroundSetup && s.at-s.took <= to+aroundSetup {
			longest = max(longest, s.took)
		}
	}
	return longest
}

// connection is what Connected told of a connection that may yet be used.
type connection struct {
	at                          time.Duration
	serverID, pid, token, local string
}

// keepConnections is how long a connection is remembered that has not been used: armed ones wait a second.
const keepConnections = time.Minute

func newTimeline(p *profile.Profile, j history.Judge) *timeline {
	scale := scaleOf(j)
	return &timeline{
		profile: p, rules: newLockRules(p, scale), keys: map[string]*keyLine{}, conns: map[int64]connection{}, stormAt: never,
		stormEnd: never, scale: scale,
	}
}

func (t *timeline) Finish() {}

func (t *timeline) Step(e history.Event) {
	t.attempt = nil
	if !laterTold(e) {
		t.disorder = min(max(t.disorder, t.last-e.At), maxDisorder)
	}
	t.last = max(t.last, e.At)
	switch p := e.What.(type) {
	case history.Tick:
		t.ticked(e.At)
		t.forgetConnections()
	case history.Phase:
		t.phase(p.Name, e.At)
	case history.Interrupted:
		t.interrupted = true
	case history.Stopped:
		t.stopped, t.stoppedAt = p.Why, e.At
	case history.Unknown:
		t.unknown++
	case history.Connected:
		if p.Setup >= slowSetup {
			t.setups = append(t.setups, setup{e.At, p.Setup})
		}
		if p.Server != "" {
			t.serverName = p.Server
		}
		t.conns[p.Conn] = connection{at: e.At, serverID: p.ServerID, pid: p.ServerPID, token: p.Token, local: p.Local}
		t.oldest = append(t.oldest, p.Conn)
	case history.PublishSent:
		a := t.find(e, p.Conn, true)
		a.role, a.try, a.after, a.sent, a.wrote = p.Role, p.Try, p.After, e.At, true
		a.serverID, a.token = cmp.Or(p.ServerID, a.serverID), cmp.Or(p.Token, a.token)
	case history.PublishAccepted:
		a := t.find(e, p.Conn, true)
		a.fate, a.event, a.acceptAt, a.came = accepted, e.Seq, e.At, e.At
		if p.Said > 0 && p.Said < e.At {
			a.came = p.Said
		}
		a.key.accepted = true
		a.key.own(a)
	case history.PublishUndecided:
		a := t.find(e, p.Conn, true)
		a.fate, a.event, a.came = undecided, e.Seq, a.sent
		if !a.departed {
			a.departed, a.departedAt = true, e.At
		}
		a.key.own(a)
	case history.PublishRefused:
		a := t.find(e, p.Conn, true)
		a.fate, a.event, a.role = refused, e.Seq, p.Role
		if !a.wrote {
			a.sent, a.wrote, a.try, a.after = e.At, p.Sent > 0, p.Try, p.After
			if a.wrote {
				a.sent = p.Sent
			}
		}
		a.serverID, a.token = cmp.Or(p.ServerID, a.serverID), cmp.Or(p.Token, a.token)
		if p.Local != "" {
			a.local = p.Local
		}
		delete(a.key.attempts, attemptID(e.Epoch, p.Conn))
	case history.Departed:
		if a := t.find(e, p.Conn, false); a != nil {
			a.departed, a.departedAt, a.how, a.lastSent = true, e.At, p.How, p.LastSent
			a.key.depart(a)
		}
	case history.PublishEnded:
		if a := t.find(e, p.Conn, false); a != nil {
			if p.Vanished {
				a.proven, a.provenAt = true, e.At
			} else {
				a.ended, a.endedAt = true, e.At
			}
		}
	}
}

// laterTold reports whether e may be told long after it happened, and in due order all the same: a witness is sure of what is
// odd only when more has come. Nothing waits for these to be in the order of their times.
func laterTold(e history.Event) bool {
	switch e.What.(type) {
	case history.Oddity, history.Stall:
		return true
	}
	return false
}

func (t *timeline) phase(name string, at time.Duration) {
	switch name {
	case "storm":
		t.stormAt = at
	case "settling":
		t.stormEnd = min(t.stormEnd, at)
	case "end":
		t.stormEnd = min(t.stormEnd, at)
		t.ended = true
	}
}

// attemptID names an attempt within its key. An attempt without an epoch is named by its connection.
func attemptID(epoch uint32, conn int64) int64 {
	if epoch == 0 {
		return -1 - conn
	}
	return int64(epoch)
}

// open makes the line of a key that was first tried at that time.
func (t *timeline) open(key string, at time.Duration) *keyLine {
	k := &keyLine{lock: lock{rules: t.rules, attempts: map[int64]*attempt{}}, name: key, firstTry: at}
	t.keys[key] = k
	return k
}

// find is the attempt that e belongs to, made if it isn't known and make says so; and t.attempt from then on.
func (t *timeline) find(e history.Event, conn int64, make bool) *attempt {
	k := t.keys[e.Key]
	if k == nil {
		if !make {
			return nil
		}
		k = t.open(e.Key, e.At)
	}
	id := attemptID(e.Epoch, conn)
	a := k.attempts[id]
	if a == nil && make {
		c := t.conns[conn]
		delete(t.conns, conn)
		a = &attempt{key: k, actor: e.Actor, epoch: e.Epoch, conn: conn, sent: e.At, serverID: c.serverID, pid: c.pid, token: c.token, local: c.local}
		k.attempts[id] = a
		k.firstTry = min(k.firstTry, e.At)
	}
	t.attempt = a
	return a
}

const (
	// outOfOrder is by how much the times of events may be out of order without that being seen first. It grows with what
	// is seen, up to maxDisorder: on a machine without a CPU to spare, a part may wait long between the clock and Record.
	outOfOrder  = 300 * time.Millisecond
	maxDisorder = 5 * time.Second
	// stallFrom is the time without a tick from which we stood still.
	stallFrom = 250 * time.Millisecond
	// keepStalls is for how long that is remembered.
	keepStalls = 10 * time.Minute
)

// span is a stretch of time.
type span struct{ from, to time.Duration }

// ticked takes a tick. One that comes late says that we had no CPU meanwhile: what seemed to take the server long may
// have been our own time, and is not held against it.
func (t *timeline) ticked(at time.Duration) {
	if t.now > 0 && at-t.now > stallFrom {
		t.stalls = append(t.stalls, span{t.now + history.TickEvery, at})
	}
	t.now = max(t.now, at)
	for len(t.setups) > 0 && t.now-t.setups[0].at > keepSetups {
		t.setups = t.setups[1:]
	}
	for len(t.stalls) > 0 && t.now-t.stalls[0].to > keepStalls {
		t.stalls = t.stalls[1:]
	}
}

// took is how long it was between two times, without those in which we stood still.
func (t *timeline) took(from, to time.Duration) time.Duration {
	d := to - from
	for i := len(t.stalls) - 1; i >= 0 && t.stalls[i].to > from; i-- {
		d -= max(min(t.stalls[i].to, to)-max(t.stalls[i].from, from), 0)
	}
	return d
}

// settled is the time before which, as far as can be known, every event has been heard.
func (t *timeline) settled() time.Duration { return t.now - outOfOrder - t.disorder }

func (t *timeline) forgetConnections() {
	for len(t.oldest) > 0 {
		c, ok := t.conns[t.oldest[0]]
		if ok && t.now-c.at < keepConnections {
			return
		}
		delete(t.conns, t.oldest[0])
		t.oldest = t.oldest[1:]
	}
}

// lost is how long an attempt may be under way; after that its end will not be heard of any more.
const lost = time.Minute

// hoped is since when an attempt must have been sent for its end to be yet heard of.
func (t *timeline) hoped() time.Duration { return t.now - lost }

// forget drops the owners of k that nothing can ask for any more: those gone before low, and before anything under way.
func (t *timeline) forget(k *keyLine, low time.Duration) { k.lock.forget(low, t.hoped()) }
