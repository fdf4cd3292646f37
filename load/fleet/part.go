package fleet

import (
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// end closes the connection of a publish that the server ended, and has it tried again. Before acceptance that is a refusal.
func (f *Fleet) end(p *publisher, failure *load.Failure) {
	s, at := p.session, f.sink.Now()
	s.Close()
	f.mu.Lock()
	accepted := p.accepted
	p.accepted = false
	if accepted {
		f.tally.ended++
	}
	f.mu.Unlock()
	if !accepted {
		f.refused(p, s.Epoch(), s.SentAt(), failure)
		return
	}
	frames, bytes, _ := s.Sent()
	p.record(s.Epoch(), at, history.PublishEnded{
		Conn: s.Conn, Wire: failure.Wire, Code: failure.Code, Text: failure.Text, Frames: frames, Bytes: bytes,
	})
	if failure.Wire != history.WireStatus {
		f.cfg.Publishers.Gate.Report(failure.Wire)
	}
	p.due = at + load.FirstRetry
	p.wanted, p.base, p.try, p.pace = p.due, at, 0, load.Retries{Slowest: slowest}
	f.free(p)
}

// depart lets a publisher leave that has a connection; f.mu is held.
func (f *Fleet) depart(p *publisher) {
	p.state = parting
	accepted := p.accepted
	p.accepted = false
	f.part.do(func(bool) {
		s := p.session
		s.HangUp()
		if at := f.sink.Now(); accepted {
			p.record(s.Epoch(), at, s.Departed("fin"))
		} else {
			p.record(s.Epoch(), at, history.PublishUndecided{Conn: s.Conn})
		}
		f.free(p)
	})
}
