package check

import (
	"slices"

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
	dying  bool // of a hang: it was the time in which a process wrote its memory to disk, and then it was gone
}

// cores are the signals after which a process may write its memory to disk (signal(7)).
var cores = []string{"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGQUIT", "SIGSEGV", "SIGSYS", "SIGTRAP"}

// dumped takes the signal that ended a process. One that seemed to hang until then was dead already: the kernel keeps its
// sockets open while it writes the core.
func (s *server) dumped(signal string) {
	if s.hang != nil && slices.Contains(cores, signal) {
		s.hang.dying, s.hang.outage.code = true, ServerCrashed
	}
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
	return n.crash == nil && p.Hung == (n.outage.code == ServerHung) && (p.PID == n.pid || p.PID == 0 || n.pid == 0)
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
