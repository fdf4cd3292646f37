//go:build unix

package launch

import (
	"encoding/json"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// guardFD is where a guard reports, the first descriptor after the standard ones.
const guardFD = 3

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
