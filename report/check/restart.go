package check

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// brokenBefore is how long before a new process answers the connections of the old one may have broken, brokenAfter how
	// much later that may be heard.
	brokenBefore = 10 * time.Second
	brokenAfter  = time.Second
	// knownPIDs bounds how many processes of a server are remembered.
	knownPIDs = 64
)

// restarts notices a server that went down and came back though nobody saw its end: another process answers, or its port
// refused connections for a moment. Neither proves it alone. Behind a load balancer several processes answer in turn, and
// a busy port may refuse; so a publisher's connection must have broken about then, and the old process must not answer
// again.
type restarts struct {
	pid     string // that answered last
	first   time.Duration
	known   map[string]bool // all that ever answered
	several bool            // more than one lives: their names say nothing

	broken  time.Duration // when a connection of ours was last ended by the server
	refuses time.Duration // when the port first refused, since something answered; zero if it didn't

	suspect *suspect
}

// severalServers are two processes that answer at one address, both alive.
type severalServers struct{ one, other string }

// answer says that both of these processes answer.
func (t *timeline) answer(one, other string) {
	if t.several == nil {
		t.several = &severalServers{one, other}
	}
}

// reasons say why nothing that several servers do proves that one of them is right.
func (s *severalServers) reasons() []Reason {
	if s == nil {
		return nil
	}
	return []Reason{{Code: "several", Says: phrase.WhySeveral, Args: []any{s.one, s.other}}}
}

// suspect is a restart that is not certain yet.
type suspect struct {
	from, back time.Duration // since when, and when the new one answered
	event      int64
	text       string
}

// broke says that the server ended a connection.
func (r *restarts) broke(at time.Duration, wire history.Wire) {
	if wire == history.WireEOF || wire == history.WireReset {
		r.broken = max(r.broken, at)
	}
}

// refused says that the port refused a connection at that time.
func (r *restarts) refused(s *server, at time.Duration) {
	if s.reached && s.down == nil && r.refuses == 0 {
		r.refuses = at
	}
}

func (r *restarts) failed(s *server, e history.Event, p history.PublishRefused) {
	if p.Wire == history.WireRefused {
		r.refused(s, e.At)
	}
}

// connected takes an answer to connect.
func (r *restarts) connected(s *server, e history.Event, p history.Connected) {
	begun := e.At - p.Setup
	if p.ServerPID != "" {
		r.named(s, e, p.ServerPID, begun)
	} else if r.refuses > 0 && begun > r.refuses && !s.process && r.pid == "" && r.suspect == nil {
		r.suspect = &suspect{from: r.refuses, back: e.At, event: e.Seq,
			text: phrase.English.Say(phrase.RestartedRefusing, rounded(e.At-r.refuses))}
	}
	if begun > r.refuses {
		r.refuses = 0
	}
}

// named takes an answer that names the process.
func (r *restarts) named(s *server, e history.Event, pid string, begun time.Duration) {
	switch {
	case pid == r.pid || r.several:
	case r.pid == "":
		r.pid, r.first = pid, begun
	case r.known[pid]:
		if begun <= r.first {
			return // it was asked before the new one was there
		}
		r.several, r.suspect = true, nil
		s.whole.line.answer(r.pid, pid)
		s.now().line.answer(r.pid, pid)
	default:
		r.suspect = &suspect{from: begun, back: e.At, event: e.Seq,
			text: phrase.English.Say(phrase.RestartedProcess, r.pid, pid)}
		r.pid, r.first = pid, begun
	}
	if r.known == nil {
		r.known = map[string]bool{}
	}
	if len(r.known) < knownPIDs {
		r.known[pid] = true
	} else if !r.known[pid] {
		r.several, r.suspect = true, nil // nothing restarts so often
	}
}

// forget drops what was known of a process that ended with our knowledge.
func (r *restarts) forget() { *r = restarts{broken: r.broken} }

// settle finds a restart when nothing can take it back any more.
func (r *restarts) settle(s *server, now time.Duration) {
	c := r.suspect
	if c == nil || now < c.back+scaled(brokenAfter, s.scale) {
		return
	}
	r.suspect = nil
	if r.broken < c.from-scaled(brokenBefore, s.scale) || r.broken > c.back+scaled(brokenAfter, s.scale) || r.broken == 0 {
		return
	}
	c.from = min(c.from, r.broken)
	o := &outage{code: ServerRestarted, from: c.from, until: max(c.back, c.from) + s.grace}
	t := s.at(c.from)
	s.goesDown(t, o)
	log, by := s.lastWord()
	t.found.add(part{code: ServerRestarted, count: 1, example: Case{
		At: c.from, Event: c.event, For: c.back - c.from, Text: c.text, Log: log, By: by,
	}})
}

// rounded is a time as a sentence has it.
func rounded(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }
