package metrics

import (
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// state is what is shown, as of the last event.
type state struct {
	up   int // whether the server lives; negative while nobody knows
	load int // the step of the load, 0 before the first

	// As the newest samples have it, the players by their manner.
	crowd map[string]history.CrowdSample
	fleet *history.FleetSample
	self  *history.SelfSample

	// By actor: those who tell of each session and stand in no crowd, and all who publish until there are samples.
	players    map[string]*player
	publishers map[string]string
	playing    map[string]int // by state
	publishing map[string]int

	sessions, received, accepted, sent int64
	playRefused, publishRefused        reasons
	late                               reasons
	stalls                             map[string]int64
	stalled, played                    map[string]time.Duration
	firstFrame, lateness, lag          histogram
}

// player is one who tells of its sessions.
type player struct {
	state string
	bytes int64 // of its session, that have been counted
}

// The states of players and publishers, in the words of the samples.
const (
	connecting = "connecting"
	asking     = "asking"
	playing    = "playing"
	dry        = "dry"
	waiting    = "waiting"
	publishing = "publishing"
	blocked    = "blocked"
)

func newState() state {
	return state{
		up:         -1,
		crowd:      map[string]history.CrowdSample{},
		players:    map[string]*player{},
		publishers: map[string]string{},
		playing:    map[string]int{},
		publishing: map[string]int{},
		stalls:     map[string]int64{},
		stalled:    map[string]time.Duration{},
		played:     map[string]time.Duration{},
		firstFrame: newHistogram(0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 10),
		lateness:   newHistogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
		lag:        newHistogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
	}
}

func (s *state) step(e history.Event) {
	switch what := e.What.(type) {
	case history.LoadStep:
		s.load = what.Step
	case history.CrowdSample:
		s.takeCrowd(what)
	case history.FleetSample:
		what.Behind, what.Publish = nil, nil
		s.fleet = &what
		s.publishers, s.publishing = nil, nil
		add(&s.sent, what.Bytes)
		s.lateness.addCounts(what.Lateness)
	case history.SelfSample:
		s.self = &what
		s.lag.addCounts(what.Lag)
		for _, why := range what.Late {
			s.late.add(why, 1)
		}
	case history.Process:
		s.up = lives(what.State, s.up)
	case history.Probe:
		s.up = boolean(what.Result == "alive")
	default:
		s.stepSession(e)
	}
}

// stepSession takes note of what a publisher or a player tells of its session.
func (s *state) stepSession(e history.Event) {
	switch what := e.What.(type) {
	case history.Connected:
		s.up = 1
		s.publisher(e.Actor, connecting)
	case history.PublishSent:
		s.publisher(e.Actor, connecting)
	case history.PublishAccepted:
		s.up = 1
		s.accepted++
		s.publisher(e.Actor, publishing)
	case history.PublishRefused:
		s.publishRefused.add(reason(what.Wire, what.Code), 1)
		s.publisher(e.Actor, waiting)
	case history.Departed:
		s.departed(e.Actor, what.Bytes)
	case history.PublishEnded:
		if what.Vanished {
			return // its owner had departed before
		}
		s.departed(e.Actor, what.Bytes)
	case history.PlayRequested:
		s.sessions++
		if what.Crowd {
			return // its samples tell the rest
		}
		p := s.players[e.Actor]
		if p == nil {
			p = &player{}
			s.players[e.Actor] = p
		}
		p.bytes = 0
		s.moves(p, asking)
	case history.PlayResponse:
		s.up = 1
	case history.PlayFirst:
		if p := s.players[e.Actor]; p != nil {
			s.moves(p, playing)
			if what.Of == "media" {
				s.firstFrame.add(what.Since.Microseconds(), 1)
			}
		}
	case history.PlayProgress:
		s.receives(s.players[e.Actor], what.Bytes)
	case history.PlayEnded:
		if p := s.players[e.Actor]; p != nil {
			s.receives(p, what.Bytes-p.bytes) // Bytes is the whole session here
			s.moves(p, waiting)
		}
	case history.PlayRefused:
		var code string
		if what.Status != 0 {
			code = strconv.Itoa(what.Status)
		}
		s.playRefused.add(reason(what.Wire, code), 1)
		if p := s.players[e.Actor]; p != nil {
			s.moves(p, waiting)
		}
	}
}

// takeCrowd takes a sample of the players of one manner. Their sessions and refusals are told one by one as well, and counted there.
func (s *state) takeCrowd(c history.CrowdSample) {
	add(&s.received, c.Bytes)
	s.stalls[c.Manner] += max(c.Stalls, 0)
	s.stalled[c.Manner] += max(c.Stalled, 0)
	s.played[c.Manner] += max(c.Played, 0)
	s.firstFrame.addCounts(c.FirstFrame)
	c.Connect, c.FirstByte, c.FirstFrame, c.Late = nil, nil, nil, nil // the rest is all that is shown of the newest
	s.crowd[c.Manner] = c
}

// publisher moves a publisher to a state, unless samples say how many are in which: those know who has left for good.
func (s *state) publisher(actor, to string) {
	if s.fleet != nil {
		return
	}
	if was, ok := s.publishers[actor]; ok {
		s.publishing[was]--
	}
	s.publishers[actor] = to
	s.publishing[to]++
}

// departed takes note that a publish is over. What it sent is counted now, unless samples count it while it goes on.
func (s *state) departed(actor string, bytes int64) {
	s.publisher(actor, waiting)
	if s.fleet == nil {
		add(&s.sent, bytes)
	}
}

func (s *state) moves(p *player, to string) {
	if p.state != "" {
		s.playing[p.state]--
	}
	p.state = to
	s.playing[to]++
}

func (s *state) receives(p *player, bytes int64) {
	if p == nil {
		return // one of the crowd
	}
	p.bytes += max(bytes, 0)
	add(&s.received, bytes)
}

// add counts. A counter of Prometheus never goes back.
func add(to *int64, n int64) { *to += max(n, 0) }

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lives says what news of the server's process means for whether it is up.
func lives(news string, before int) int {
	switch news {
	case "ready":
		return 1
	case "exited", "stopped", "gone":
		return 0
	default:
		return before
	}
}
