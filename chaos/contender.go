package chaos

import (
	"context"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// shoutFor bounds how long a refused contender goes on sending.
const shoutFor = 500 * time.Millisecond

// intrudeFor is how long a contender stays that was let in beside the owner: long enough to be seen.
const intrudeFor = 100 * time.Millisecond

// contendFor is how much longer than its life a publish waits for its contenders to get their answers.
const contendFor = time.Second

// contend sends the cycle's contenders at the key, all at once, and closes answered when each has its answer. The owner
// departs only then: a contender that still waited would be a rival of the return and not of the owner, and could be the
// one whom a broken server lets spoil the key.
func (k *key) contend(ctx context.Context, c Cycle, answered chan<- struct{}) {
	until := k.run.Sink.Now() + c.Live - c.Live/2 + contendFor
	var asking sync.WaitGroup
	for range c.Contenders {
		asking.Add(1)
		answer := sync.OnceFunc(asking.Done)
		k.aside.Go(func() {
			defer answer()
			ctx, cancel := context.WithTimeout(ctx, until-k.run.Sink.Now())
			defer cancel()
			k.contender(ctx, answer)
		})
	}
	k.aside.Go(func() {
		asking.Wait()
		close(answered)
	})
}

// contender tries the key once while its owner is live. It calls answered when it knows that it was refused.
func (k *key) contender(ctx context.Context, answered func()) {
	s, f := k.run.Publishers.Connect(ctx, k.to, load.Who{Key: k.plan.Key, Actor: "con/" + k.plan.Key, Role: history.Contender}, load.Attempt{})
	if s == nil {
		if !f.Ours && f.Wire != history.WireOurs {
			k.rival(k.epoch.Add(1), 0, refusal(history.Contender, 0, f))
		}
		return
	}
	defer s.Close()
	epoch := k.epoch.Add(1)
	sent, f := s.Publish(epoch)
	k.rival(epoch, sent, history.PublishSent{Role: s.Role, Conn: s.Conn, ServerID: s.ServerID, Token: s.Token, Players: -1})
	var said time.Duration
	if f == nil {
		said, f = s.Await(ctx)
	}
	switch {
	case f == nil:
		k.intrude(ctx, epoch, s, said, sent)
	case f.Wire == history.WireOurs:
		k.rival(epoch, 0, history.PublishUndecided{Conn: s.Conn})
	default:
		k.rival(epoch, 0, refusal(history.Contender, sent, f))
		answered()
		shout, cancel := context.WithTimeout(ctx, shoutFor)
		defer cancel()
		s.Shout(shout)
	}
}

// intrude publishes beside the owner for a moment, where the server let it in, and leaves.
func (k *key) intrude(ctx context.Context, epoch uint32, s *load.Session, said, sent time.Duration) {
	r := s.Hold(ctx, load.Holding{Said: said, Live: intrudeFor, Accepted: func(at time.Duration) {
		k.rival(epoch, at, history.PublishAccepted{Conn: s.Conn, Rule: k.run.Publishers.Profile.Accept, Said: said})
	}})
	switch {
	case r.Ended != nil && !r.Accepted:
		k.rival(epoch, 0, refusal(history.Contender, sent, r.Ended))
	case !r.Accepted:
		k.rival(epoch, 0, history.PublishUndecided{Conn: s.Conn})
	case r.Ended != nil:
		frames, bytes, _ := s.Sent()
		k.rival(epoch, r.At, history.PublishEnded{Conn: s.Conn, Wire: r.Ended.Wire, Frames: frames, Bytes: bytes})
	default:
		leaveFIN(s)
		k.rival(epoch, 0, departed(s, "fin"))
	}
}

// rival records what a contender did.
func (k *key) rival(epoch uint32, at time.Duration, what history.Payload) {
	k.record(epoch, history.Event{At: at, Actor: "con/" + k.plan.Key, What: what})
}
