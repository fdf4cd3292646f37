package check

import (
	"regexp"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// silentProbes in a row, with all old connections silent for silentFor, make a hung server.
	silentProbes = 3
	silentFor    = 3 * time.Second
	// refusedProbes in a row make a dead one: a busy port may refuse a single connection.
	refusedProbes = 3
	// lastWords is how long before its end a server may have logged what it died of.
	lastWords = 10 * time.Second
)

// dying matches what a process says when it is about to die: a sanitizer's report, a signal, a panic.
var dying = regexp.MustCompile(`Sanitizer|\bSIG[A-Z]{2,}|(?i:\bpanic\b|\bfatal\b)`)

// server watches whether the server lives: its process where there is one, else its port and fresh handshakes.
type server struct {
	line    *timeline
	found   *found
	process bool          // we see the process itself
	reached bool          // it has answered once
	silent  int           // probes without an answer, in a row
	refused int           // probes whose connection was refused, in a row
	since   history.Event // the first of these
	lastLog string
	word    bool          // lastLog speaks of dying
	wordAt  time.Duration // when it was logged
}

// Finish finds a server whose process lives on while its port stays refused. It waits that long because a process that
// dies may first write its memory to disk, and refuses connections meanwhile.
func (s *server) Finish() {
	if s.refused >= refusedProbes && !s.line.dead && !s.line.hung {
		s.refusing()
	}
}

func (s *server) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Connected, history.PublishAccepted, history.PlayResponse:
		s.reached = true
	case history.LogLine:
		s.logged(e, p)
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
		s.reached, s.silent, s.refused = true, 0, 0
	case "refused":
		s.silent = 0
		if !s.reached || s.line.dead {
			return
		}
		if s.refused == 0 {
			s.since = e
		}
		s.refused++
		if s.refused >= refusedProbes && !s.process {
			s.refusing()
		}
	case "silent":
		s.silent, s.refused = s.silent+1, 0
		if s.silent >= silentProbes && p.Quiet >= silentFor && !s.line.dead && !s.line.hung {
			s.line.hung, s.line.hungSince = true, max(e.At-p.Quiet, 0)
			s.found.add(part{code: ServerHung, count: 1, example: Case{
				At: e.At, Event: e.Seq, For: p.Quiet, Log: s.lastLog, By: s.tie(),
			}})
		}
	}
}

// logged keeps the line that may be the server's last word: the last one that speaks of dying, else the last error.
func (s *server) logged(e history.Event, p history.LogLine) {
	switch {
	case dying.MatchString(p.Line):
		s.lastLog, s.word, s.wordAt = p.Line, true, e.At
	case s.word && e.At-s.wordAt <= lastWords:
	case p.Level != "" && p.Level != "INFO":
		s.lastLog, s.word = p.Line, false
	}
}

// refusing is the death of a server whose port nobody listens on any more, since the first probe that was refused.
func (s *server) refusing() { s.died(s.since, phrase.English.Say(phrase.DiedRefusing)) }

// died notes a death. What follows it is its consequence.
func (s *server) died(e history.Event, of string) {
	if !s.line.dead {
		s.line.dead, s.line.deadAt = true, e.At
	}
	s.found.add(part{code: ServerCrashed, count: 1, example: Case{
		At: e.At, Event: e.Seq, Text: of, Log: s.lastLog, By: s.tie(),
	}})
}

// tie says how the last line belongs to the server's end.
func (s *server) tie() Tie {
	if s.lastLog == "" || s.word {
		return ByNothing
	}
	return ByLast
}
