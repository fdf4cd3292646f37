// Package historytest is what tests of sources of events need: a history.Sink that keeps everything, and patience for
// what no event tells of.
package historytest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Notes is a Sink that keeps everything, on the clock of the test.
type Notes struct {
	Began  time.Time // of the clock
	mu     sync.Mutex
	events []history.Event
}

// New makes Notes whose clock begins now.
func New() *Notes { return &Notes{Began: time.Now()} }

// Now is the time on the clock of the test.
func (n *Notes) Now() time.Duration { return time.Since(n.Began) }

// Record keeps an event.
func (n *Notes) Record(e history.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if e.At == 0 {
		e.At = n.Now()
	}
	n.events = append(n.events, e)
}

// All are the events up to now.
func (n *Notes) All() []history.Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.events)
}

// Of are the payloads of one kind.
func Of[T history.Payload](n *Notes) []T {
	var found []T
	for _, e := range n.All() {
		if p, ok := e.What.(T); ok {
			found = append(found, p)
		}
	}
	return found
}

// Lines says all events in short.
func (n *Notes) Lines() []string {
	var lines []string
	for _, e := range n.All() {
		lines = append(lines, say(e))
	}
	return lines
}

// Saw reports whether there is an event that is said so.
func (n *Notes) Saw(said string) bool { return slices.Contains(n.Lines(), said) }

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

// Eventually waits until something holds of which nothing tells. It fails the test when that does not come in a minute.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
