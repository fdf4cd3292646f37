package target

import (
	"fmt"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// notes is a Sink that keeps everything, on the clock of the test.
type notes struct {
	began  time.Time
	mu     sync.Mutex
	events []history.Event
	news   chan struct{} // closed at the next event, then a new one
}

func newNotes() *notes { return &notes{began: time.Now(), news: make(chan struct{})} }

func (n *notes) Now() time.Duration { return time.Since(n.began) }

func (n *notes) Record(e history.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if e.At == 0 {
		e.At = n.Now()
	}
	n.events = append(n.events, e)
	close(n.news)
	n.news = make(chan struct{})
}

func (n *notes) all() []history.Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]history.Event(nil), n.events...)
}

// wait returns whether what came to be true within a long time.
func (n *notes) wait(what func([]history.Event) bool) bool {
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for {
		n.mu.Lock()
		events, news := append([]history.Event(nil), n.events...), n.news
		n.mu.Unlock()
		if what(events) {
			return true
		}
		select {
		case <-news:
		case <-patience.C:
			return false
		}
	}
}

// saw returns a condition for wait: an event that is said so.
func saw(said string) func([]history.Event) bool {
	return func(events []history.Event) bool {
		for _, e := range events {
			if say(e) == said {
				return true
			}
		}
		return false
	}
}

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
