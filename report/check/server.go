package check

import (
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// silentProbes in a row, with all old connections silent for silentFor, make a hung server.
	silentProbes = 3
	silentFor    = 3 * time.Second
	// refusedProbes in a row make a dead one although its process lives.
	refusedProbes = 3
)

// server watches whether the server lives: its process where there is one, else its port and fresh handshakes.
type server struct {
	line    *timeline
	found   *found
	process bool            // we see the process itself
	reached bool            // it has answered once
	silent  int             // probes without an answer, in a row
	refused []history.Event // probes whose connection was refused, in a row, while we saw a process that lived
	lastLog string
}

// Finish finds a server whose process lives on while its port stays refused. It waits that long because a process that
// dies may first write its memory to disk, and refuses connections meanwhile.
func (s *server) Finish() {
	if len(s.refused) >= refusedProbes && !s.line.dead && !s.line.hung {
		s.died(s.refused[0], "ECONNREFUSED")
	}
}

func (s *server) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Connected, history.PublishAccepted, history.PlayResponse:
		s.reached = true
	case history.LogLine:
		if p.Level != "" && p.Level != "INFO" {
			s.lastLog = p.Line
		}
	case history.Process:
		s.process = true
		if p.State == "exited" {
			text := p.Signal
			if text == "" {
				text = "exit " + strconv.Itoa(p.Exit)
			}
			s.died(e, text)
		}
	case history.Probe:
		s.probe(e, p)
	}
}

func (s *server) probe(e history.Event, p history.Probe) {
	switch p.Result {
	case "alive":
		s.reached, s.silent, s.refused = true, 0, nil
	case "refused":
		s.silent = 0
		switch {
		case !s.reached || s.line.dead:
		case s.process:
			s.refused = append(s.refused, e)
		default:
			s.died(e, "ECONNREFUSED")
		}
	case "silent":
		s.silent, s.refused = s.silent+1, nil
		if s.silent >= silentProbes && p.Quiet >= silentFor && !s.line.dead && !s.line.hung {
			s.line.hung, s.line.hungSince = true, max(e.At-p.Quiet, 0)
			s.found.add(part{code: ServerHung, count: 1, example: Case{At: e.At, Event: e.Seq, For: p.Quiet, Log: s.lastLog}})
		}
	}
}

// died notes a death. What follows it is its consequence.
func (s *server) died(e history.Event, of string) {
	if !s.line.dead {
		s.line.dead, s.line.deadAt = true, e.At
	}
	s.found.add(part{code: ServerCrashed, count: 1, example: Case{At: e.At, Event: e.Seq, Text: of, Log: s.lastLog}})
}
