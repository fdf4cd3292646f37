package launch

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// A server that we start has a guard between us and it: our own program, started again as `flvstorm guard`. The kernel
// lets only a parent know how a process ended, and only a parent that lives can clean up after us when we are killed; so
// the parent is a process that does nothing else.
//
//	flvstorm ──orders on stdin──► guard ──parent of──► server ──► whatever the server starts
//	         ◄──reports on fd 3──
//
// On Linux the guard is the reaper of everything below it (prctl(2), PR_SET_CHILD_SUBREAPER): a process that detaches
// itself, in whichever session, becomes a child of the guard when its parent ends. So the guard can kill all there is by
// killing its own children until it has none, and as nobody else reaps those, their numbers can't have passed to others.
// Elsewhere it kills the server's process group, which a process that makes a session of its own escapes.

// Orders to a guard, one a line. The end of its stdin is the last: we are dead, and everything has to go.
const (
	orderTerminate = "terminate" // run the command for stopping, then ask the server to end
	orderKill      = "kill"      // kill whatever there is
)

// guardReport is a line from a guard to us.
type guardReport struct {
	// Event is "started" (PID runs), "failed" (it could not be started: Error, Errno), "stop-failed" (the command for stopping
	// could not be run: Error), "forked" (the server went into the background: it ended with 0, and PID, which it left
	// behind, is the server from now on), "exited" (PID ended) or "gone" (nothing is left).
	Event  string `json:"event"`
	PID    int    `json:"pid,omitempty"`
	Exit   int    `json:"exit,omitempty"`
	Signal int    `json:"signal,omitempty"`
	Core   bool   `json:"core,omitempty"`
	Error  string `json:"error,omitempty"`
	Errno  int    `json:"errno,omitempty"`
}

const (
	// guardFD is where a guard reports, the first descriptor after the standard ones.
	guardFD = 3
	// stopCommandWithin bounds the command for stopping: `docker stop` alone waits 10 s before it kills.
	stopCommandWithin = 15 * time.Second
	// sweepEvery is the time between two rounds of killing.
	sweepEvery = 10 * time.Millisecond
)

// guardTask is what a guard is started for, as JSON in its one argument: a command line is no place to tell our words from
// the server's.
type guardTask struct {
	Path string   `json:"path"`
	Args []string `json:"args,omitempty"`
	Stop []string `json:"stop,omitempty"`
}

func (t guardTask) arg() string {
	b, err := json.Marshal(t)
	if err != nil {
		panic(err) // strings only
	}
	return string(b)
}

// parseTask reads what arg wrote.
func parseTask(args []string) (guardTask, error) {
	var t guardTask
	if len(args) != 1 {
		return t, phrase.Errorf(phrase.ProcessGuardUse)
	}
	d := json.NewDecoder(strings.NewReader(args[0]))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || t.Path == "" {
		return t, phrase.Errorf(phrase.ProcessGuardUse)
	}
	return t, nil
}
