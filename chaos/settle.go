package chaos

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// The pace of the settling.
const (
	// leaveAlone is how long a refused key is left alone, for retries can poison it again.
	leaveAlone = 2 * time.Second
	// settledFor is how long a publish of the settling lives.
	settledFor = 300 * time.Millisecond
	// settleWithin bounds one try with all that it waits for. The gate may stay closed for good: on a machine without a
	// descriptor left nobody finds out whether the server lives.
	settleWithin = 15 * time.Second
)

// settle asks whether a key that was refused last ever becomes usable again: one try with the players that stayed, one
// with none, and a last one no sooner than stuck-after and two seconds after its owner went.
func (k *key) settle(ctx context.Context) {
	if !k.refused || k.owner != nil && k.owner.refused {
		return // of two publishers of a key one asks
	}
	if k.owner != nil {
		k.goneAt = max(k.goneAt, k.owner.goneAt)
	}
	if k.waits {
		// Its silent owner counts as gone from when its socket was closed.
		k.goneAt = time.Duration(k.closedAt.Load())
	}
	stuck := k.goneAt + k.run.Plan.Spec.StuckAfter + leaveAlone
	due := k.refusedAt + leaveAlone
	for try := range 3 {
		if try == 1 {
			k.run.players.leave(k.plan.Key)
		}
		if try == 2 {
			due = max(due, stuck)
		}
		if !sleep(ctx, due-k.run.Sink.Now()) || k.settling(ctx, try) {
			return
		}
		due = k.run.Sink.Now() + leaveAlone
	}
}

// sleep waits for d, and reports whether ctx outlived it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// settling makes one full publish and reports whether the key is settled: accepted, or not to be tried again.
func (k *key) settling(ctx context.Context, try int) bool {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	actor := "set/" + k.plan.Key
	note := func(epoch uint32, at time.Duration, what history.Payload) {
		k.record(epoch, history.Event{At: at, Actor: actor, What: what})
	}
	s, f := k.run.Publishers.Connect(ctx, k.to, load.Who{Key: k.plan.Key, Actor: actor, Role: history.Settling}, load.Attempt{})
	if s == nil {
		if f.Ours || f.Wire == history.WireOurs {
			return true
		}
		note(k.epoch.Add(1), 0, refusal(history.Settling, 0, f))
		return false
	}
	defer s.Close()
	epoch := k.epoch.Add(1)
	sent, f := s.Publish(epoch)
	note(epoch, sent, history.PublishSent{
		Role: s.Role, Conn: s.Conn, Try: try, ServerID: s.ServerID, Token: s.Token, Players: k.run.players.on(k.plan.Key),
	})
	var said time.Duration
	if f == nil {
		said, f = s.Await(ctx)
	}
	if f != nil {
		if f.Wire == history.WireOurs {
			note(epoch, 0, history.PublishUndecided{Conn: s.Conn})
			return true
		}
		note(epoch, 0, refusal(history.Settling, sent, f))
		return false
	}
	r := s.Hold(ctx, load.Holding{Said: said, Live: settledFor, Accepted: func(at time.Duration) {
		note(epoch, at, history.PublishAccepted{Conn: s.Conn, Rule: k.run.Publishers.Profile.Accept, Said: said})
	}})
	switch {
	case r.Ended != nil && !r.Accepted:
		note(epoch, 0, refusal(history.Settling, sent, r.Ended))
		return false
	case !r.Accepted:
		note(epoch, 0, history.PublishUndecided{Conn: s.Conn})
		return true
	}
	leaveFIN(s)
	note(epoch, 0, departed(s, "fin"))
	return true
}
