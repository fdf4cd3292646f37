package fleet

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// negotiate makes one attempt to publish. waited says that it had to wait for others who wait for the server: that is not our
// lateness.
func (f *Fleet) negotiate(run context.Context, p *publisher, waited bool) {
	ctx, cancel := context.WithCancel(run)
	defer cancel()
	f.mu.Lock()
	leaving := p.leaving
	p.cancel = cancel
	f.mu.Unlock()
	if leaving {
		f.free(p)
		return
	}
	attempt := load.Attempt{Due: p.due}
	if waited {
		attempt.Due = 0
	}
	pubs := f.cfg.Publishers
	s, failure := pubs.Connect(ctx, f.cfg.Endpoint(p.Stream), load.Who{Key: p.Key, Actor: p.Actor, Role: history.Owner}, attempt)
	if s == nil && (failure.Ours || failure.Wire == history.WireOurs) {
		// That is no answer of the server's.
		p.due = f.sink.Now() + slowest
		f.free(p)
		return
	}
	epoch := p.epoch.Add(1)
	if s == nil {
		f.refused(p, epoch, 0, failure)
		return
	}
	sent, failure := s.Publish(epoch)
	p.record(epoch, sent, history.PublishSent{
		Role: s.Role, Conn: s.Conn, Try: p.try, ServerID: s.ServerID, Token: s.Token, Players: -1,
	})
	if failure == nil {
		p.said, failure = s.Await(ctx)
	}
	if failure == nil && s.CanTry() {
		failure = s.Begin(ctx)
	}
	if failure == nil {
		f.adopt(run, p, s)
		return
	}
	s.Close()
	if ctx.Err() != nil {
		p.record(epoch, 0, history.PublishUndecided{Conn: s.Conn})
		f.free(p)
		return
	}
	f.refused(p, epoch, sent, failure)
}

// adopt takes over a publish that the server has started.
func (f *Fleet) adopt(ctx context.Context, p *publisher, s *load.Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.session, p.cancel = s, nil
	p.start, p.accept = phase(p.number, p.said, f.every), p.said+f.cfg.Publishers.Profile.AcceptAfter()
	p.accepted, p.freed, p.ended = false, 0, nil
	switch {
	case p.leaving:
		f.depart(p)
	case !s.CanTry():
		p.state, p.since = holding, 0
		var stop context.Context
		stop, p.cancel = context.WithCancel(ctx)
		f.aside.Go(func() { f.hold(stop, p) })
	default:
		s.Tell(func() { f.hear(p) })
		f.told = append(f.told, p) // what was said before we listened
		f.resume(p)
	}
}

// resume puts a publisher back into the hands of the pacing goroutine; f.mu is held.
func (f *Fleet) resume(p *publisher) {
	p.state, p.due = publishing, p.next()
	f.wheel.add(p)
	f.wake()
}

// took says that the rule of acceptance is met; f.mu is held.
func (f *Fleet) took(p *publisher) {
	p.accepted = true
	p.session.Accept()
	rule := f.cfg.Publishers.Profile.Accept
	p.record(p.session.Epoch(), p.accept, history.PublishAccepted{Conn: p.session.Conn, Rule: rule, Said: p.said})
	f.cfg.Publishers.Gate.Report(history.WireNone)
	f.tally.accepted++
	f.tally.publish.Record(p.accept - p.wanted)
}

// refused tells that an attempt failed, and sets when the next is due.
func (f *Fleet) refused(p *publisher, epoch uint32, sent time.Duration, failure *load.Failure) {
	now := f.sink.Now()
	p.record(epoch, now, history.PublishRefused{
		Role: history.Owner, Conn: failure.Conn, Sent: sent, Stage: failure.Stage, Wire: failure.Wire, Code: failure.Code,
		Text: failure.Text, ServerID: failure.ServerID, Token: failure.Token, Local: failure.Local, Try: p.try,
	})
	p.try++
	p.due = p.pace.Next(now, p.base, f.cfg.Grace)
	f.mu.Lock()
	f.tally.refuse(failure)
	f.mu.Unlock()
	f.free(p)
}

// free ends what somebody did with p: it waits until it is due, or is gone where it leaves.
func (f *Fleet) free(p *publisher) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.session, p.cancel = nil, nil
	if p.leaving {
		p.state = gone
		return
	}
	p.state = waiting
	f.wheel.add(p)
	f.wake()
}
