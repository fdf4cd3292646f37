package chaos

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// key walks the cycles of one key. One goroutine runs it; contenders and sockets that linger have their own, which it
// waits for. A script's rival is a key of its own beside it.
type key struct {
	run    *Run
	plan   load.KeyPlan
	to     target.Endpoint
	cycles *Cycles

	epoch *atomic.Uint32 // number of the last attempt, shared with the contenders and the rival
	aside sync.WaitGroup

	// Of scripts alone.
	departures int                // so far
	awaited    bool               // by players that come into a gap
	over       chan time.Duration // tells the rival when this publisher has left for good; nil without one
	owner      *key               // of a rival: whose key it wants
	contends   bool               // of a rival: its turn has not come

	// What the settling needs to know: whether the last try was refused, when, and since when the key has no owner.
	refused   bool
	refusedAt time.Duration
	goneAt    time.Duration
	waits     bool         // a silent owner may still count as live
	closedAt  atomic.Int64 // when the run itself closed a silent owner's socket, 0 for never
}

// turn is a publish that has to be made: the first, a return, or a retry.
type turn struct {
	due   time.Duration // of the next try
	try   int
	pace  load.Retries
	base  time.Duration // since when the key has had no owner
	after uint32        // the epoch that departed, 0 for none
	left  time.Duration // return of the departing system call
	gap   time.Duration // as planned
	// gone tells when the server has let go of a silent owner, or a rival's owner has left. Nil where the departure told it.
	gone <-chan time.Duration
	// clip is what the publish sends, nil for what every publisher sends.
	clip *media.Clip
	// armed brings the connection made ahead, nil without one.
	armed <-chan *load.Session
	// note is the Departed event, recorded as soon as nothing waits for it.
	note *history.Event
}

// who is the publisher of the key. A rival is a contender until it has its turn.
func (k *key) who() load.Who {
	who := load.Who{Key: k.plan.Key, Actor: k.actor(), Role: history.Owner}
	if k.contends {
		who.Role = history.Contender
	}
	return who
}

func (k *key) actor() string {
	if k.owner != nil {
		return "con/" + k.plan.Key
	}
	return "pub/" + k.plan.Key
}

// hasTurn ends a rival's contending.
func (k *key) hasTurn() {
	if k.contends { // else the connection that is made ahead may be reading it
		k.contends = false
	}
}

func (k *key) record(epoch uint32, e history.Event) {
	e.Key, e.Epoch = k.plan.Key, epoch
	if e.Actor == "" {
		e.Actor = k.actor()
	}
	k.run.Sink.Record(e)
}

// walk walks the key through its cycles, and waits for all that it started on the way. Where a script is over before ctx is,
// what lingers has politeFor to come to its end.
func (k *key) walk(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k.storm(ctx)
	if k.over != nil {
		k.over <- k.goneAt
	}
	defer time.AfterFunc(politeFor, cancel).Stop()
	k.aside.Wait()
}

// storm publishes, departs and returns until ctx ends or there is no cycle left.
func (k *key) storm(ctx context.Context) {
	start := k.run.began + k.plan.StartAt
	cycle, more := k.cycles.Next()
	t := &turn{due: start, base: start, clip: k.run.Clips[cycle.Clip]}
	if k.owner != nil {
		t.gone = k.owner.over
	}
	for more {
		s, said := k.publish(ctx, t)
		if s == nil {
			return
		}
		next := k.hold(ctx, s, said, t, cycle)
		if next == nil {
			return
		}
		if next != t {
			// The same turn again is a publish that was started and then refused; its cycle is still to come.
			t = next
			cycle, more = k.cycles.Next()
		}
	}
	k.flush(t)
}

// publish makes tries until one is started by the server; it returns nil when ctx ended first.
func (k *key) publish(ctx context.Context, t *turn) (*load.Session, time.Duration) {
	defer k.abandon(t)
	for {
		if !k.await(ctx, t) {
			k.flush(t)
			return nil, 0
		}
		began := k.run.Sink.Now()
		s, armed, failure := k.connect(ctx, t)
		if s == nil && (failure.Ours || failure.Wire == history.WireOurs) {
			k.flush(t)
			if ctx.Err() != nil {
				k.unanswered(began, failure)
				return nil, 0
			}
			t.due = k.run.Sink.Now() + load.SlowRetry
			continue
		}
		epoch := k.epoch.Add(1)
		if s == nil {
			k.flush(t)
			k.refuse(epoch, t, 0, failure)
			continue
		}
		sent, failure := s.Publish(epoch)
		k.flush(t)
		k.sent(epoch, t, s, sent, armed)
		var said time.Duration
		if failure == nil {
			said, failure = s.Await(ctx)
		}
		if failure == nil {
			return s, said
		}
		s.Close()
		if failure.Wire == history.WireOurs {
			k.record(epoch, history.Event{What: history.PublishUndecided{Conn: s.Conn}})
			k.unanswered(began, failure)
			return nil, 0
		}
		k.refuse(epoch, t, sent, failure)
	}
}

// unanswered notes that the storm ended before a try had its answer. One that had waited for longer than the grace is as good as
// refused: the settling asks what is the matter.
func (k *key) unanswered(began time.Duration, f *load.Failure) {
	if now := k.run.Sink.Now(); !f.Ours && now-began > k.run.Plan.Spec.Grace {
		k.refused, k.refusedAt = true, now
	}
}

// await waits until the try is due. When news comes that a silent owner is gone, the try is due at once.
func (k *key) await(ctx context.Context, t *turn) bool {
	wait := t.due - k.run.Sink.Now()
	if wait <= 0 {
		return ctx.Err() == nil
	}
	k.flush(t)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case at := <-t.gone:
		// The key is free from here on: grace starts, and so does the pace of the retries.
		t.gone, t.base, t.pace = nil, at, load.Retries{}
		k.goneAt, k.waits = at, false
		k.hasTurn()
		if t.try > 0 {
			t.due = min(t.due, at+load.FirstRetry)
		}
		return k.await(ctx, t)
	}
}

// connect returns the armed connection for a planned return, and else a full one. armed says that the connection was
// ready before the departure; one that came later is as good as a full one and counts as such.
func (k *key) connect(ctx context.Context, t *turn) (s *load.Session, armed bool, f *load.Failure) {
	if t.armed != nil && t.try == 0 {
		ready := true
		select {
		case s = <-t.armed:
		default:
			ready = false
			s = <-t.armed
		}
		t.armed = nil
		if s != nil {
			wire, why, lost := s.Lost()
			if !lost {
				return s, ready, nil
			}
			s.Close()
			k.record(0, history.Event{What: history.ArmedLost{Conn: s.Conn, Wire: wire, Why: why}})
		}
	}
	s, f = k.run.Publishers.Connect(ctx, k.to, k.who(), load.Attempt{Due: t.due, Clip: t.clip})
	return s, false, f
}

// abandon closes an armed connection that nobody will use any more, as soon as it has been made.
func (k *key) abandon(t *turn) {
	armed := t.armed
	if armed == nil {
		return
	}
	t.armed = nil
	k.aside.Go(func() {
		if s := <-armed; s != nil {
			s.Close()
		}
	})
}

// flush records the departure that the turn carries. It waits until the return has been written, for nothing may stand
// between the two when the gap is zero.
func (k *key) flush(t *turn) {
	if t.note != nil {
		k.record(t.note.Epoch, *t.note)
		t.note = nil
	}
}

// sent records a publish that has been written.
func (k *key) sent(epoch uint32, t *turn, s *load.Session, at time.Duration, armed bool) {
	p := history.PublishSent{
		Role: s.Role, Conn: s.Conn, Armed: armed, Try: t.try, ServerID: s.ServerID, Token: s.Token, After: t.after, Players: -1,
	}
	if t.try == 0 && t.after != 0 {
		p.Gap, p.AskedGap = at-t.left, t.gap
	}
	e := history.Event{At: at, Actor: s.Actor, What: p}
	if armed {
		// A full connection is late by as long as the server takes to negotiate; only an armed one tells of us.
		e.Due = t.due
	}
	k.record(epoch, e)
}

// refuse records a refusal and sets when the next try is due.
func (k *key) refuse(epoch uint32, t *turn, sent time.Duration, f *load.Failure) {
	now := k.run.Sink.Now()
	what := refusal(k.who().Role, sent, f)
	what.Try, what.After, what.AskedGap = t.try, t.after, t.gap
	k.record(epoch, history.Event{At: now, What: what})
	k.refused, k.refusedAt = true, now
	t.try++
	t.due = t.pace.Next(now, t.base, k.run.Plan.Spec.Grace)
}

// refusal is the event of a failed attempt.
func refusal(role history.Role, sent time.Duration, f *load.Failure) history.PublishRefused {
	return history.PublishRefused{
		Role: role, Conn: f.Conn, Sent: sent, Stage: f.Stage, Wire: f.Wire, Code: f.Code, Text: f.Text,
		ServerID: f.ServerID, Token: f.Token, Local: f.Local,
	}
}
