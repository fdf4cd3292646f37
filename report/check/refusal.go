package check

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// refusal is one refused attempt on its way to a judgement.
type refusal struct {
	*attempt
	at       time.Duration
	event    int64
	stage    string
	wire     history.Wire
	code     string
	text     string
	log      *logLine
	by       Tie
	judged   bool
	correct  bool      // a live owner stood in its way
	interval *interval // else
	shown    ghostliness
}

// class is what the server said when it refused: in its log, else on the wire. Explained is false where it said nothing.
func (r *refusal) class() (class profile.Class, explained bool) {
	if r.log != nil {
		return profile.Class(r.log.Class), true
	}
	switch r.wire {
	case history.WireRefused, history.WireUnreachable:
		return profile.Unreachable, true
	case history.WireTimeout:
		return profile.Timeout, false
	case history.WireStatus:
		switch {
		case r.code == "NetStream.Publish.BadName":
			return profile.BadName, true
		case strings.HasSuffix(r.code, ".Denied"), strings.HasSuffix(r.code, ".Unauthorized"), strings.HasSuffix(r.code, ".Rejected"):
			return profile.Denied, true
		}
		return profile.Closed, r.code != ""
	}
	return profile.Closed, false
}

// answered reports whether the server was alive enough to refuse: handshake and connect had worked, or it said no.
func (r *refusal) answered() bool {
	return r.wire == history.WireStatus || r.stage == "create" || r.stage == "publish" || r.stage == "survive"
}

// example is r as a case of a finding.
func (r *refusal) example() Case {
	class, _ := r.class()
	c := Case{Key: r.key.name, Actor: r.actor, Epoch: r.epoch, At: r.at, Event: r.event, Class: class}
	if r.log != nil {
		c.Log, c.By = r.log.Line, r.by
	} else if r.wire == history.WireStatus {
		c.Text = strings.TrimSpace(r.code + " " + r.text)
	}
	c.haunted(r.shown)
	return c
}

// refusals judges every refused attempt, in this order:
//
//  1. Somebody owned the key at some time while the attempt was under way: it was refused rightly, unless this server lets the
//     newest publisher take a key over.
//  2. Nobody did. All refusals of one ownerless time of a key are weighed together, in an interval.
//
// What happened is known only some time after: events come out of order, an attempt that is still under way may turn out
// to have been the owner, and lines of the log come late. So refusals and acceptances wait in a queue a key, and are
// taken from it in the order of their times.
type refusals struct {
	line        *timeline
	tied        *attribution
	ghosts      *ghosts
	found       *found
	figures     *figures
	hearing     *hearing
	grace       time.Duration
	stuckAfter  time.Duration
	settleAfter time.Duration // after which no line of the log is waited for

	queues   map[*keyLine][]event
	active   []*keyLine // those with a queue
	open     map[*keyLine]*interval
	closing  []*interval // back, but with refusals that a line may still explain
	settling []*refusal  // in the order in which they came

	// Keys of intervals that no judgement was possible of: refused last; by a rule or a limit of the server's; never ours.
	unresolved []refusedLast
	ruled      ruled
	strange    []refusedLast
}

// event is a refusal, or an acceptance, that waits to be judged.
type event struct {
	at      time.Duration
	refused *refusal // nil for an acceptance
	attempt *attempt
	fate    fate  // of the attempt, as the event said
	seq     int64 // of the event
}

// Defaults of the judgement, for headers that lack them.
const (
	defaultGrace      = time.Second
	defaultStuckAfter = 10 * time.Second
)

// graceOf is the grace of a run.
func graceOf(j history.Judge) time.Duration { return cmp.Or(j.Grace, defaultGrace) }

func newRefusals(line *timeline, tied *attribution, found *found, figures *figures, hearing *hearing, j history.Judge) *refusals {
	r := &refusals{
		line: line, tied: tied, ghosts: newGhosts(line.profile), found: found, figures: figures, hearing: hearing,
		grace: graceOf(j), stuckAfter: cmp.Or(j.StuckAfter, defaultStuckAfter),
		queues: map[*keyLine][]event{}, open: map[*keyLine]*interval{}, ruled: ruled{},
	}
	r.settleAfter = r.grace + line.scaled(time.Second)
	tied.keep = 2*r.settleAfter + line.scaled(guessWithin)
	tied.onPlay = r.playRefused
	return r
}

func (r *refusals) Step(e history.Event) {
	r.ghosts.Step(e)
	switch p := e.What.(type) {
	case history.PublishRefused:
		a := r.line.attempt
		ref := &refusal{
			attempt: a, at: e.At, event: e.Seq, stage: p.Stage, wire: p.Wire, code: p.Code, text: p.Text,
		}
		r.tied.refused(ref)
		r.settling = append(r.settling, ref)
		r.enqueue(event{at: e.At, refused: ref, attempt: a})
	case history.PublishAccepted, history.PublishUndecided:
		a := r.line.attempt
		r.enqueue(event{at: a.came, attempt: a, fate: a.fate, seq: e.Seq})
	case history.Tick:
		r.judge(r.line.settled(), false)
		r.settle(r.line.now-r.settleAfter, false)
		r.close(false)
	}
}

func (r *refusals) Finish() {
	r.judge(never, true)
	r.settle(never, true)
	r.closing = append(r.closing, r.lasting()...)
	clear(r.open)
	r.close(true)
	r.hearing.tellOpen(r.line.keys)
}

// enqueue puts ev in its place; most come in order.
func (r *refusals) enqueue(ev event) {
	q := r.queues[ev.attempt.key]
	if len(q) == 0 {
		r.active = append(r.active, ev.attempt.key)
	}
	i := len(q)
	for i > 0 && q[i-1].at > ev.at {
		i--
	}
	r.queues[ev.attempt.key] = slices.Insert(q, i, ev)
}

// judge takes from the queues what happened before horizon, unless something under way may still change it.
func (r *refusals) judge(horizon time.Duration, final bool) {
	r.active = slices.DeleteFunc(r.active, func(k *keyLine) bool {
		q := r.queues[k]
		for len(q) > 0 && q[0].at <= horizon && (final || !k.waiting(q[0].attempt, q[0].at, r.line.hoped())) {
			if ev := q[0]; ev.refused != nil {
				r.refuse(ev.refused)
			} else {
				r.hearing.tellGot(ev, r.accept(ev.attempt))
			}
			q = q[1:]
		}
		low := horizon
		for _, ev := range q {
			low = min(low, ev.attempt.sent)
		}
		r.line.forget(k, low)
		if len(q) == 0 {
			delete(r.queues, k)
			return true
		}
		r.queues[k] = q
		return false
	})
}

// refuse judges one refused attempt: rightly, or one more of an ownerless time.
func (r *refusals) refuse(ref *refusal) {
	ref.judged = true
	from := min(ref.sent, ref.at)
	if ref.key.refuses(ref.attempt, from, ref.at, r.line.hoped()) {
		ref.correct = true
		return
	}
	if ref.role == history.Contender && !ref.wrote {
		return // it never named the key, and nobody waits for it
	}
	if class, _ := ref.class(); class == profile.Unreachable {
		r.figures.ownerlessRefusal(ref)
		return // else it is the server's own matter
	}
	base, had := ref.key.ownerless(ref.attempt, from)
	iv := r.open[ref.key]
	switch {
	case ref.key.owned(ref.attempt, from, ref.at): // and was no reason: the key could have been had at once
		if base = from; iv != nil {
			base = iv.base
		}
	case !had:
		base = ref.key.firstTry
	}
	if iv == nil || base > max(iv.base, iv.maybe) {
		if iv != nil {
			r.closing = append(r.closing, iv)
		}
		iv = newInterval(ref.key, base)
		r.open[ref.key] = iv
	}
	ref.interval = iv
	if ref.gap != nil {
		iv.gap = ref.gap
	}
	iv.waiting = append(iv.waiting, ref)
	iv.total++
	iv.last = max(iv.last, ref.at)
	r.figures.ownerlessRefusal(ref)
}

// accept judges an acceptance: it ends the ownerless time of its key, in time or late. Of a return it gives the recovery.
func (r *refusals) accept(a *attempt) (back recovery) {
	iv := r.open[a.key]
	base, had := a.key.ownerless(a, a.came)
	switch {
	case iv != nil && a.fate != accepted && r.line.took(iv.base, iv.last) >= r.stuckAfter:
		// The end of the storm cuts off a try of a key that is stuck. It would be strange if that one had got in.
		iv.maybe = max(iv.maybe, a.key.gone(a))
		return back
	case iv != nil:
		base = max(base, iv.base)
		delete(r.open, a.key)
		r.closing = append(r.closing, iv)
		iv.next = a
	case !had:
		base = a.sent
	}
	if a.fate != accepted {
		return back // it may have been the owner, and nothing more is known of it
	}
	back = r.figures.recovered(a, base)
	from := max(base, a.sent)
	took := r.line.took(from, a.came)
	if took <= r.grace || a.key.owned(a, from, a.came) || took-r.line.setupAround(from, a.came) <= r.grace {
		return back
	}
	if iv == nil {
		iv = newInterval(a.key, base)
		iv.next = a
		r.closing = append(r.closing, iv)
	}
	if a.gap != nil {
		iv.gap = a.gap
	}
	iv.slow = true
	return back
}

// settle ends the wait for lines about refusals older than until.
func (r *refusals) settle(until time.Duration, final bool) {
	n := 0
	for _, ref := range r.settling {
		if !final && (ref.at > until || !ref.judged) {
			break
		}
		n++
		r.tied.settle(ref)
		class, explained := ref.class()
		r.figures.refused(ref, class)
		r.hearing.tellRefused(ref, class)
		if iv := ref.interval; iv != nil {
			iv.waiting = slices.DeleteFunc(iv.waiting, func(w *refusal) bool { return w == ref })
			if explained || !r.cut(ref) {
				ref.shown = r.ghosts.at(ref.key.name, iv.base, ref.at)
				iv.weigh(ref, r.line.took(iv.base, ref.at), r.grace, r.stuckAfter)
			} else {
				iv.total--
			}
		}
	}
	r.settling = slices.Delete(r.settling, 0, n)
}

// cut reports whether ref was only the server's death, as it looked to one connection.
func (r *refusals) cut(ref *refusal) bool {
	return r.line.brokeAt(ref.at)
}

// close hands over the intervals that are over and settled.
func (r *refusals) close(final bool) {
	r.closing = slices.DeleteFunc(r.closing, func(iv *interval) bool {
		if !final && len(iv.waiting) > 0 {
			return false
		}
		parts := iv.conclude(true, r.line.dead())
		for _, p := range parts {
			r.found.add(p)
		}
		if !slices.ContainsFunc(parts, func(p part) bool { return !p.info }) {
			r.unjudged(iv)
		} else if iv.gap != nil {
			iv.gap.Wrong++
		}
		return true
	})
}

// unjudged notes an interval that gave no error, if that proves nothing.
func (r *refusals) unjudged(iv *interval) {
	late := iv.late != nil || iv.slow
	if iv.total == 0 || iv.next != nil && !late {
		return
	}
	note := func(keys *[]refusedLast) {
		i := slices.IndexFunc(*keys, func(k refusedLast) bool { return k.key == iv.key.name })
		if i < 0 {
			i, *keys = len(*keys), append(*keys, refusedLast{key: iv.key.name})
		}
		(*keys)[i].last = max((*keys)[i].last, iv.last)
	}
	if ruled := iv.ruled(); len(ruled) > 0 {
		for _, class := range ruled {
			r.ruled.note(rule{class: class}, iv.key.name)
		}
		return
	}
	if iv.strange() {
		note(&r.strange)
		return
	}
	note(&r.unresolved)
}

// lasting are the intervals that no acceptance has ended, in the order in which they began.
func (r *refusals) lasting() []*interval {
	return slices.SortedFunc(maps.Values(r.open), func(a, b *interval) int {
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.key.name, b.key.name))
	})
}

// undecided are the errors in intervals that are not over or not settled, as far as they are certain already.
func (r *refusals) undecided() []part {
	var out []part
	look := func(iv *interval) {
		certain := *iv
		certain.sums = clone(iv.sums)
		for _, ref := range iv.waiting {
			if _, explained := ref.class(); explained {
				ref.shown = r.ghosts.at(ref.key.name, iv.base, ref.at)
				certain.weigh(ref, r.line.took(iv.base, ref.at), r.grace, r.stuckAfter)
			}
		}
		for _, p := range certain.conclude(false, r.line.dead()) {
			if !p.info {
				out = append(out, p)
			}
		}
	}
	for _, iv := range r.closing {
		look(iv)
	}
	for _, iv := range r.lasting() {
		look(iv)
	}
	return out
}

// playRefused takes a line which says that a player was refused. The line is proof enough; whether the player was ours
// shows in the key.
func (r *refusals) playRefused(e history.Event, l *logLine) {
	if r.line.keys[l.key] == nil {
		return
	}
	p := part{count: 1, example: Case{Key: l.key, At: e.At, Event: e.Seq, Class: profile.Class(l.Class), Log: l.Line, By: r.tied.viewer(l)}}
	switch p.example.Class {
	case profile.Duplicated:
		p.code = DuplicatedPattern
	case profile.Disposing:
		p.code, p.info = Disposing, true
	default:
		return
	}
	r.found.add(p)
}
