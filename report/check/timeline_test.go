package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// What is told late by its nature says nothing of how late other events may come: nobody waits any longer because of it.
func TestWhatIsToldLateIsNoDisorder(t *testing.T) {
	for _, tt := range []struct {
		name string
		what history.Payload
		want time.Duration
	}{
		{"an oddity", history.Oddity{What: history.Gap}, 0},
		{"a stall", history.Stall{}, 0},
		{"a stretch", history.Watched{}, 3 * time.Second},
		{"a publish", history.PublishSent{Conn: 1}, 3 * time.Second},
	} {
		line := newTimeline(&profile.Profile{}, history.Judge{})
		line.Step(history.Event{At: 5 * time.Second, What: history.Tick{}})
		line.Step(history.Event{At: 2 * time.Second, Key: "live/s0", What: tt.what})
		if line.disorder != tt.want {
			t.Errorf("%s of 3 s ago: disorder %v, want %v", tt.name, line.disorder, tt.want)
		}
	}
}
