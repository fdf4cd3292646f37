package target

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestRefusalsInARow holds that refusals with a connection between them are no death: a server that restarts, or is full for a moment.
func TestRefusalsInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &madeUp{rtmp: answers, play: answers, dials: map[string]int{}}
		sink := historytest.New()
		w := NewWatch(WatchConfig{Play: "play:80", Sink: sink, Dial: server.dial})
		ctx, cancel := context.WithCancel(t.Context())
		defer server.sides.Wait()
		defer cancel()
		go w.Run(ctx)
		time.Sleep(time.Minute)
		for n := deadAfter - 1; n <= 3*(deadAfter-1); n += deadAfter - 1 {
			server.set(answers, refuses)
			w.Players().Report(history.WireRefused)
			for end := sink.Now() + time.Minute; len(historytest.Of[history.Probe](sink)) < n && sink.Now() < end; {
				time.Sleep(time.Millisecond)
			}
			server.set(answers, answers)
			time.Sleep(time.Minute)
		}
		if n := len(historytest.Of[history.Probe](sink)); n != 3*(deadAfter-1) || w.Death() != "" {
			t.Errorf("%d refusals, %d in a row, and the server is %q", n, deadAfter-1, w.Death())
		}
	})
}
