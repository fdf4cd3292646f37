package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// end is one end of the server, or a hang: what is known of it, and what becomes known later.
type end struct {
	outage *outage
	pid    int
	text   string
	log    string
	by     Tie
	crash  *history.Crash
	report *history.Sanitizer
	hung   bool
	trial  *trial        // of which it is a finding
	dying  bool          // of a hang: it was the time in which a process wrote its memory to disk, and no finding
	since  time.Duration // of a death: when such a time began, zero where there was none
}

// cores are the signals after which a process may write its memory to disk (signal(7)).
var cores = []string{"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGQUIT", "SIGSEGV", "SIGSYS", "SIGTRAP"}

// dumped is the death of a process by that signal, n, as part of what seemed to be a hang until then: the process was dead
// already, and the kernel keeps its sockets open while it writes the core. It reports false where nothing hung, where such
// a signal writes no core, or where the case is over in which it hung, which has been judged by that.
func (s *server) dumped(at time.Duration, signal string, n *end) bool {
	h := s.hang
	if h == nil || h.dying || h.trial.closed || !slices.Contains(cores, signal) {
		return false
	}
	h.dying, h.outage.code, h.outage.dying, h.outage.until = true, ServerCrashed, true, at
	n.since, n.trial = h.outage.from, h.trial
	n.text = phrase.English.Say(phrase.DiedSilent, n.text, rounded(at-n.since))
	return true
}

// keepEnds bounds how many ends, and dossiers of no known end, are kept for what may yet be told of them.
const keepEnds = 64

// tell adds to c what has become known.
func (n *end) tell(c *Case) {
	if n == nil {
		return
	}
	c.Text, c.Log, c.By, c.Crash, c.Report = n.text, n.log, n.by, n.crash, n.report
	if n.report != nil {
		c.Text = phrase.English.Say(phrase.DiedReported, n.text, titleOf(n.report))
		c.Frames = framesOf(n.report)
	}
	if n.crash != nil && len(n.crash.Frames) > 0 {
		c.Frames = n.crash.Frames
	}
	c.Frames = topOf(c.Frames)
}

func (s *server) remember(n *end) {
	s.ends = append(s.ends, n)
	if len(s.ends) > keepEnds {
		s.ends = slices.Delete(s.ends, 0, 1)
	}
}

// explain gives a dossier to the end that it is about, the last one of that process, or keeps it for one that is yet to be
// heard of. A dossier alone is no death.
func (s *server) explain(p history.Crash) {
	for _, n := range slices.Backward(s.ends) {
		if n.fits(p) {
			n.crash = &p
			return
		}
	}
	if s.orphan = append(s.orphan, p); len(s.orphan) > keepEnds {
		s.orphan = slices.Delete(s.orphan, 0, 1)
	}
}

// adopt gives n the dossier that came before it.
func (s *server) adopt(n *end) {
	i := slices.IndexFunc(s.orphan, n.fits)
	if i >= 0 {
		n.crash = &s.orphan[i]
		s.orphan = slices.Concat(s.orphan[:i], s.orphan[i+1:])
	}
}

func (n *end) fits(p history.Crash) bool {
	return n.crash == nil && p.Hung == n.hung && (p.PID == n.pid || p.PID == 0 || n.pid == 0)
}

// signals are the names of those that end a process, by their numbers on Linux.
var signals = map[int]string{
	1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
	11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
}

// endOf says how a process ended. A status of 128 and a signal's number is how a shell, or a container's init, hands on
// the end of the process below it.
func endOf(status int, signal string) string {
	switch name := signals[status-128]; {
	case signal != "":
		return signal
	case name != "":
		return phrase.English.Say(phrase.DiedSignalled, name, status)
	}
	return phrase.English.Say(phrase.DiedExit, status)
}
