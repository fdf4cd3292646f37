package chaos

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// armAhead returns how long before a departure the next connection is negotiated: at most a second, for a server may treat
// a waiting connection in its own way, and otherwise as early as the life of the publish allows, for a loaded one may
// take its time.
func armAhead(live time.Duration) time.Duration {
	return min(time.Second, live*4/5)
}

// hold keeps an accepted publish alive for its cycle, lets it depart, and returns the turn that follows; nil when ctx
// ended. What happens in mid-live (contenders, the next connection) hangs on marks of the hold.
func (k *key) hold(ctx context.Context, s *load.Session, said time.Duration, t *turn, c Cycle) *turn {
	epoch := s.Epoch()
	if c.Until > 0 {
		c.Live = max(c.Live, k.run.began+c.Until-said-k.run.Publishers.Profile.AcceptAfter())
	}
	var armed chan *load.Session
	h := load.Holding{
		Said: said, Live: c.Live,
		Accepted: func(at time.Duration) {
			k.refused, k.waits = false, false
			k.hasTurn()
			k.record(epoch, history.Event{At: at, What: history.PublishAccepted{
				Conn: s.Conn, Rule: k.run.Publishers.Profile.Accept, Said: said,
			}})
			k.run.Gate.Report(history.WireNone)
		},
	}
	if c.Contenders > 0 {
		answered := make(chan struct{})
		h.Before, h.Patience = answered, contendFor
		h.Marks = append(h.Marks, load.Mark{After: c.Live / 2, Do: func() { k.contend(ctx, c, answered) }})
	}
	if c.Armed {
		h.Marks = append(h.Marks, load.Mark{After: c.Live - armAhead(c.Live), Do: func() {
			armed = make(chan *load.Session, 1)
			k.aside.Go(func() { armed <- k.arm(ctx, k.run.Clips[c.then]) })
		}})
	}
	slices.SortFunc(h.Marks, func(a, b load.Mark) int { return cmp.Compare(a.After, b.After) })
	r := s.Hold(ctx, h)
	next := &turn{after: epoch, gap: c.Gap, armed: armed, clip: k.run.Clips[c.then]}
	switch {
	case r.Ended != nil && !r.Accepted:
		k.abandon(next)
		s.Close()
		k.refuse(epoch, t, s.SentAt(), r.Ended)
		return t
	case r.Ended != nil:
		s.Close()
		k.ended(epoch, s, r)
		next.base, next.due, next.after, next.gap = r.At, r.At+load.FirstRetry, 0, 0
		k.goneAt = r.At
		k.vacant(r.At)
		return next
	case r.Due == 0:
		k.abandon(next)
		if !r.Accepted {
			s.Close()
			k.record(epoch, history.Event{What: history.PublishUndecided{Conn: s.Conn}})
			return nil
		}
		k.last(epoch, s)
		return nil
	}
	k.depart(ctx, epoch, s, r.Due, c, next)
	return next
}

// arm negotiates the next connection ahead of the departure. It returns nil when that failed; the return then makes a
// full connection, and the failure stands in the history.
func (k *key) arm(ctx context.Context, clip *media.Clip) *load.Session {
	s, f := k.run.Publishers.Connect(ctx, k.to, k.who(), load.Attempt{Armed: true, Clip: clip})
	if f != nil && f.Wire != history.WireOurs && !f.Ours {
		k.record(0, history.Event{What: history.ArmedLost{Conn: f.Conn, Wire: f.Wire, Why: f.Stage + ": " + f.Text}})
	}
	return s
}

// depart leaves as the cycle says and fills in the turn that follows. It records nothing itself: the note goes along,
// because a return without a gap is written before anything else happens.
func (k *key) depart(ctx context.Context, epoch uint32, s *load.Session, due time.Duration, c Cycle, next *turn) {
	d := c.departure
	err := d.Leave(s)
	at := k.run.Sink.Now()
	next.left, next.base, next.due = at, at, at+c.Gap
	next.note = &history.Event{At: at, Due: due, Epoch: epoch, What: departed(s, d.Name)}
	k.goneAt, k.waits = at, d.Silent
	k.vacant(at)
	if !d.Stays || err != nil {
		// A departure that found the socket broken already has left all the same.
		k.aside.Go(s.Close)
		return
	}
	var gone chan time.Duration
	if d.Silent {
		gone = make(chan time.Duration, 1)
		next.gone = gone
	}
	k.aside.Go(func() { k.linger(ctx, epoch, s, d, gone) })
}

// vacant counts a departure, and lets the players in that have waited for it.
func (k *key) vacant(at time.Duration) {
	k.departures++
	if k.awaited {
		k.run.players.call(k.plan.Key, k.departures, at)
	}
}

// politeFor bounds how long a publisher that has said goodbye waits for the server to close.
const politeFor = time.Second

// linger reads on after a departure that leaves the socket open, until the server ends it or the run does. The end of a
// silent publisher's connection proves that the server has let go of it.
func (k *key) linger(ctx context.Context, epoch uint32, s *load.Session, d Departure, gone chan<- time.Duration) {
	defer s.Close()
	if d.Name == "unpublish" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, politeFor)
		defer cancel()
	}
	wire, at, ok := s.Linger(ctx)
	switch {
	case d.Name == "unpublish":
		return
	case !ok && !d.Silent:
		return
	case !ok:
		// The run is over, and closing the socket tells the server what it had not found out by itself.
		s.Close()
		wire, at = history.WireOurs, k.run.Sink.Now()
		k.closedAt.Store(int64(at))
	}
	frames, bytes, _ := s.Sent()
	k.record(epoch, history.Event{At: at, What: history.PublishEnded{
		Conn: s.Conn, Wire: wire, Vanished: true, Frames: frames, Bytes: bytes,
	}})
	if gone != nil {
		gone <- at
	}
}

// ended records that the server ended an accepted publish.
func (k *key) ended(epoch uint32, s *load.Session, r load.Release) {
	frames, bytes, _ := s.Sent()
	k.record(epoch, history.Event{At: r.At, What: history.PublishEnded{
		Conn: s.Conn, Wire: r.Ended.Wire, Code: r.Ended.Code, Text: r.Ended.Text, Frames: frames, Bytes: bytes,
	}})
	if r.Ended.Wire != history.WireStatus {
		k.run.Gate.Report(r.Ended.Wire)
	}
}

// last lets the owner leave at the end of the storm; nobody returns.
func (k *key) last(epoch uint32, s *load.Session) {
	leaveFIN(s)
	k.goneAt = k.run.Sink.Now()
	k.record(epoch, history.Event{At: k.goneAt, What: departed(s, "fin")})
	s.Close()
}

// departed is the payload of a departure that has just been made.
func departed(s *load.Session, how string) history.Departed {
	frames, bytes, last := s.Sent()
	return history.Departed{Conn: s.Conn, How: how, Frames: frames, Bytes: bytes, LastSent: last}
}
