package target

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// notes is a Sink that keeps everything, on the clock of the test.
type notes struct {
	began  time.Time
	mu     sync.Mutex
	events []history.Event
}

func newNotes() *notes { return &notes{began: time.Now()} }

func (n *notes) Now() time.Duration { return time.Since(n.began) }

func (n *notes) Record(e history.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if e.At == 0 {
		e.At = n.Now()
	}
	n.events = append(n.events, e)
}

func (n *notes) all() []history.Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]history.Event(nil), n.events...)
}

// saw reports whether there is an event that is said so.
func (n *notes) saw(said string) bool { return slices.Contains(n.lines(), said) }

// say says an event in short.
func say(e history.Event) string {
	switch w := e.What.(type) {
	case history.LogLine:
		if w.Rule == "" {
			return w.Level + " " + w.Line
		}
		return fmt.Sprintf("%s %s id=%s key=%s peer=%s", w.Level, w.Rule, w.ID, w.Key, w.Peer)
	case history.OwnTrouble:
		return fmt.Sprintf("trouble %s %d", w.Code, w.Count)
	case history.Process:
		return fmt.Sprintf("%s %d %s", w.State, w.Exit, w.Signal)
	case history.Sanitizer:
		if w.Again > 0 {
			return fmt.Sprintf("%s: %s, %d times more", w.Tool, w.What, w.Again)
		}
		return w.Tool + ": " + w.What
	case history.Probe:
		return w.Result
	}
	return e.What.Kind()
}

// lines says all events in short.
func (n *notes) lines() []string {
	var lines []string
	for _, e := range n.all() {
		lines = append(lines, say(e))
	}
	return lines
}
