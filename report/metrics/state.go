package metrics

import (
	"cmp"
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

	received, accepted, sent int64
	// By manner.
	sessions, ended             map[string]int64
	playRefused, publishRefused reasons
	late                        reasons
	stalls                      map[string]int64
	stalled, played             map[string]time.Duration
	firstFrame                  map[string]*histogram
	lateness, lag               histogram
}

// player is one who tells of its sessions.
type player struct {
	state  string
	manner string
	bytes  int64 // of its session, that have been counted
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
	s := state{
		up:         -1,
		crowd:      map[string]history.CrowdSample{},
		players:    map[string]*player{},
		publishers: map[string]string{},
		playing:    map[string]int{},
		publishing: map[string]int{},
		stalls:     map[string]int64{},
		stalled:    map[string]time.Duration{},
		played:     map[string]time.Duration{},
		sessions:   map[string]int64{usual: 0},
		ended:      map[string]int64{usual: 0},
		firstFrame: map[string]*histogram{},

		playRefused: newReasons(wires...), publishRefused: newReasons(wires...),
		late: newReasons("lag", "cpu", "gc", "descriptors", "ports", "clock"),

		lateness: newHistogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
		lag:      newHistogram(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
	}
	s.firstFrames(usual)
	return s
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
		s.sessions[mannerly(what.Manner)]++
		if what.Crowd {
			return // its samples tell the rest
		}
		p := s.players[e.Actor]
		if p == nil {
			p = &player{}
			s.players[e.Actor] = p
		}
		p.bytes, p.manner = 0, mannerly(what.Manner)
		s.moves(p, asking)
	case history.PlayResponse:
		s.up = 1
	case history.PlayFirst:
		if p := s.players[e.Actor]; p != nil {
			s.moves(p, playing)
			if what.Of == "media" {
				s.firstFrames(p.manner).add(what.Since.Microseconds(), 1)
			}
		}
	case history.PlayProgress:
		s.receives(s.players[e.Actor], what.Bytes)
	case history.PlayEnded:
		if p := s.players[e.Actor]; p != nil {
			s.receives(p, what.Bytes-p.bytes) // Bytes is the whole session here
			s.moves(p, waiting)
			if what.Wire != history.WireOurs {
				s.ended[p.manner]++
			}
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
	s.firstFrames(c.Manner).addCounts(c.FirstFrame)
	s.ended[c.Manner] += max(c.Ended, 0)
	s.sessions[c.Manner] += 0                                         // so that it is there from the beginning
	c.Connect, c.FirstByte, c.FirstFrame, c.Late = nil, nil, nil, nil // the rest is all that is shown of the newest
	s.crowd[c.Manner] = c
}

// usual is the manner of who reads what comes.
const usual = "prompt"

// mannerly is a manner as a label.
func mannerly(m string) string { return cmp.Or(m, usual) }

// firstFrames are the times until players of that manner had their first frame.
func (s *state) firstFrames(manner string) *histogram {
	h := s.firstFrame[manner]
	if h == nil {
		one := newHistogram(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
		h = &one
		s.firstFrame[manner] = h
	}
	return h
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
