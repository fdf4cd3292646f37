package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
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
	// deafFor is how long its API must have refused connections, while nobody gets through, for a server behind a proxy
	// that accepts everything to be dead.
	deafFor = 3 * time.Second
	// lastWords is how long before its end a server may have logged what it died of, lateWords how long after it that may
	// still come: the log is read behind the process.
	lastWords = 10 * time.Second
	lateWords = time.Second
)

// dying matches what a process says when it is about to die: a sanitizer's report, a signal, a panic.
var dying = regexp.MustCompile(`Sanitizer|\bSIG[A-Z]{2,}|(?i:\bpanic\b|\bfatal\b)`)

// server watches whether the server lives, over the whole run: by its process where there is one, else by its port, fresh
// handshakes, its API and its last words. What it finds it gives to the trial of that time.
type server struct {
	whole  *trial
	at     func(time.Duration) *trial // the case of that time, else whole
	now    func() *trial              // the case that is under way, else whole
	scale  float64
	grace  time.Duration
	ends   []*end // the last of them
	down   *end   // the last one, until the server is back
	hang   *end   // the same of a hang; only a new process ends it
	orphan []history.Crash
	again  restarts

	process bool          // we see the process itself
	reached bool          // it has answered once
	heard   time.Duration // when it last did
	media   time.Duration // when the crowd, which tells of it only in samples, last got media
	silent  int           // probes without an answer, in a row
	mute    time.Duration // when the first of these began
	refused int           // probes whose connection was refused, in a row
	since   history.Event // the first of these
	api     deafness

	lastLog string
	word    bool          // lastLog speaks of dying
	wordAt  time.Duration // when it was logged
	report  *history.Sanitizer
	saidAt  time.Duration                 // when report came
	diesBy  time.Duration                 // until when a death is that of the report
	reports map[string]*history.Sanitizer // the first of each that is told apart
}

// Finish finds a server whose process lives on while its port stays refused. It waits that long because a process that
// dies may first write its memory to disk, and refuses connections meanwhile.
func (s *server) Finish() {
	s.conclude()
	s.again.settle(s, never)
}

// conclude is what Finish does, at the end of one process.
func (s *server) conclude() {
	if s.refused >= refusedProbes && s.down == nil && s.hang == nil {
		s.refusing()
	}
}

func (s *server) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Tick:
		s.again.settle(s, e.At)
	case history.Connected:
		s.answered(e.At, e.At-p.Setup)
		s.again.connected(s, e, p)
	case history.PublishAccepted:
		s.answered(e.At, e.At)
	case history.PlayResponse:
		s.reached, s.heard = true, max(s.heard, e.At)
	case history.PlayProgress:
		if e.At-p.Last > unsaid && p.Last > 0 {
			s.api.alive(p.Last) // one of the crowd tells that nothing has come since
		} else {
			s.api.alive(e.At)
		}
	case history.CrowdSample:
		if p.Bytes > 0 { // at some time since then
			s.media = max(s.media, e.At-p.For)
			s.api.alive(e.At - p.For)
		}
	case history.PublishRefused:
		s.again.failed(s, e, p)
		if p.Stage == "tcp" || p.Stage == "handshake" || p.Stage == "connect" {
			s.api.fails(e.At)
		}
	case history.PublishEnded:
		if !p.Vanished {
			s.again.broke(e.At, p.Wire)
		}
	case history.ArmedLost:
		s.again.broke(e.At, p.Wire)
	case history.LogLine:
		s.logged(e, p)
	case history.Process:
		s.processed(e, p)
	case history.Probe:
		s.probe(e, p)
	case history.API:
		s.asked(e, p)
	case history.Crash:
		s.explain(p)
	case history.Sanitizer:
		s.reported(e, p)
	}
}

// answered takes an answer that no proxy can give, to something that was begun at that time.
func (s *server) answered(at, begun time.Duration) {
	s.reached, s.heard = true, max(s.heard, at)
	s.api.alive(at)
	if begun > s.since.At {
		s.refused = 0
	}
	if s.down != nil && begun > s.down.outage.from {
		s.back(s.down, at)
		s.down = nil
	}
}

// back says that the server is there again after an end.
func (s *server) back(n *end, at time.Duration) {
	if n.outage.until == never {
		n.outage.until = max(at, n.outage.from) + s.grace
	}
}

func (s *server) processed(e history.Event, p history.Process) {
	switch p.State {
	case "exited":
		s.process = true
		if n := (end{pid: p.PID, text: endOf(p.Exit, p.Signal)}); s.dumped(e.At, p.Signal, &n) {
			s.diedIn(n.trial, e.At, e.Seq, n)
		} else {
			s.died(e.At, e.Seq, n)
		}
	case "gone":
		s.process = true
		s.died(e.At, e.Seq, end{pid: p.PID, text: phrase.English.Say(phrase.DiedGone)})
	case "stopped", "started", "ready":
		// Ours: of another process nothing is known yet.
		s.process = true
		s.conclude()
		if p.State != "stopped" {
			for _, n := range []*end{s.down, s.hang} {
				if n != nil {
					s.back(n, e.At)
				}
			}
			s.down, s.hang = nil, nil
		}
		if p.State != "ready" {
			s.silent, s.refused, s.api = 0, 0, deafness{}
			s.lastLog, s.word, s.report = "", false, nil
		}
		s.again.forget()
	default:
		s.process = true
	}
}

func (s *server) probe(e history.Event, p history.Probe) {
	switch p.Result {
	case "alive":
		s.reached, s.silent, s.refused, s.heard = true, 0, 0, max(s.heard, e.At)
	case "refused":
		s.silent = 0
		s.again.refused(s, e.At)
		s.api.fails(e.At)
		if !s.reached || s.down != nil {
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
		s.api.fails(e.At - p.Took)
		if s.silent == 1 {
			s.mute = e.At - p.Took
		}
		if s.silent >= silentProbes && p.Quiet >= scaled(silentFor, s.scale) && s.down == nil && s.hang == nil &&
			(s.media == 0 || e.At-s.media >= scaled(silentFor, s.scale)) {
			s.silence(e, p)
		}
	}
}

// silence takes a server that says nothing: it hangs, or it is dead and what accepts connections is a proxy in front.
func (s *server) silence(e history.Event, p history.Probe) {
	from := max(e.At-p.Quiet, 0)
	switch {
	case s.process:
	case s.api.since > 0:
		s.died(from, e.Seq, end{text: phrase.English.Say(phrase.DiedDeaf)})
		return
	case s.word && s.wordAt <= s.mute+scaled(lateWords, s.scale) && s.mute-s.wordAt <= scaled(lastWords, s.scale):
		s.died(max(from, s.wordAt), e.Seq, end{text: phrase.English.Say(phrase.DiedSaying)})
		return
	}
	log, by := s.lastWord()
	t := s.at(e.At)
	s.hang = &end{outage: &outage{code: ServerHung, from: from, until: never}, log: log, by: by, hung: true, trial: t}
	s.goesDown(t, s.hang.outage)
	s.remember(s.hang)
	t.found.add(part{code: ServerHung, count: 1, end: s.hang, example: Case{At: e.At, Event: e.Seq, For: p.Quiet}})
}

// deafness is an API that refuses connections while nothing else gets through either.
type deafness struct {
	reached bool          // it has answered once
	since   time.Duration // since when it has refused, zero while it doesn't
	failed  time.Duration // when something else first failed to reach the server, zero since it was last reached
}

// alive says that the server did something for somebody at that time.
func (d *deafness) alive(at time.Duration) {
	if at > d.failed {
		d.failed = 0
	}
	if at > d.since {
		d.since = 0
	}
}

func (d *deafness) fails(at time.Duration) {
	if d.failed == 0 {
		d.failed = at
	}
}

// asked takes what came of asking the API. One that refuses connections alone may only be switched off.
func (s *server) asked(e history.Event, p history.API) {
	d := &s.api
	switch {
	case p.Error == "":
		*d = deafness{reached: true}
	case p.Wire != history.WireRefused:
	case d.since == 0:
		if d.reached {
			d.since = e.At
		}
	case d.failed > 0 && e.At-d.since >= scaled(deafFor, s.scale) && s.down == nil && !s.process:
		s.died(min(d.since, d.failed), e.Seq, end{text: phrase.English.Say(phrase.DiedDeaf)})
	}
}

// speaksOfDying reports whether dying matches a line. Each line of the log is asked, and hardly one has even a word to look at.
func speaksOfDying(line string) bool {
	for i := range len(line) {
		var word bool
		switch rest := line[i:]; line[i] {
		case 'S':
			word = strings.HasPrefix(rest, "Sanitizer") || strings.HasPrefix(rest, "SIG")
		case 'p', 'P', 'f', 'F':
			word = len(rest) >= 5 && (strings.EqualFold(rest[:5], "panic") || strings.EqualFold(rest[:5], "fatal"))
		}
		if word {
			return dying.MatchString(line)
		}
	}
	return false
}

// logged keeps the line that may be the server's last word: the last one that speaks of dying, else the last error.
func (s *server) logged(e history.Event, p history.LogLine) {
	switch {
	case speaksOfDying(p.Line):
		s.lastLog, s.word, s.wordAt = p.Line, true, e.At
		if n := s.down; n != nil && n.by != ByNothing && e.At-n.outage.from <= scaled(lateWords, s.scale) {
			n.log, n.by = p.Line, ByNothing
		}
	case s.word && e.At-s.wordAt <= scaled(lastWords, s.scale):
	case p.Level != "" && p.Level != "INFO":
		s.lastLog, s.word = p.Line, false
	}
}

// refusing is the death of a server whose port nobody listens on any more, since the first probe that was refused. A case
// in which nothing answered did not see it die.
func (s *server) refusing() {
	t := s.at(s.since.At)
	if t.line.began > s.heard {
		t = s.whole
	}
	s.diedIn(t, s.since.At, s.since.Seq, end{text: phrase.English.Say(phrase.DiedRefusing)})
}

func (s *server) died(at time.Duration, event int64, n end) { s.diedIn(s.at(at), at, event, n) }

// diedIn notes a death. What follows it is its consequence. A death that is heard of again is still one; then what its
// process says is the better word.
func (s *server) diedIn(t *trial, at time.Duration, event int64, n end) {
	if s.down != nil {
		if n.pid != 0 && s.down.pid == 0 {
			s.down.pid, s.down.text = n.pid, n.text
			s.adopt(s.down)
		}
		return
	}
	n.outage = &outage{code: ServerCrashed, from: at, until: never}
	n.log, n.by = s.lastWord()
	if s.report != nil && at <= s.diesBy {
		n.report = s.report
		t = s.at(s.saidAt) // a sanitizer takes its time to report, and the process dies of that only then
	}
	s.down, s.report = &n, nil
	s.again.forget()
	s.goesDown(t, n.outage)
	s.remember(&n)
	s.adopt(&n)
	c := Case{At: at, Event: event}
	if n.since > 0 { // what it brought came before it was gone
		c.At, c.For = n.since, at-n.since
	}
	n.trial = t
	t.found.add(part{code: ServerCrashed, count: 1, end: &n, example: c})
}

// lastWord is the line that may say why the server ended, and how it belongs to that.
func (s *server) lastWord() (string, Tie) {
	if s.lastLog == "" || s.word {
		return s.lastLog, ByNothing
	}
	return s.lastLog, ByLast
}

// goesDown notes an outage that is a finding of t. What it brings may be seen in the case after that, too.
func (s *server) goesDown(t *trial, o *outage) {
	o.in = t.name
	trials := []*trial{t, s.now(), s.whole}
	for i, u := range trials {
		if !slices.Contains(trials[:i], u) {
			u.line.goesDown(o)
		}
	}
}

func (t *timeline) goesDown(o *outage) {
	t.outages = append(t.outages, o)
	slices.SortStableFunc(t.outages, func(a, b *outage) int { return cmp.Compare(a.from, b.from) })
}
