package load

import (
	"errors"

	"github.com/flvstorm/flvstorm/report/history"
)

// Reasons to end a run before its time, given as the cause of its context's cancellation.
var (
	ErrInterrupted = errors.New("interrupted")
	ErrFailFast    = errors.New("fail-fast")
	ErrServerDead  = errors.New("server-dead")
)

// Over tells that a run is over, and why if it was before its time: nil, or one of the reasons above.
func Over(cause error, sink history.Sink) {
	switch {
	case errors.Is(cause, ErrInterrupted):
		sink.Record(history.Event{Actor: "run", What: history.Interrupted{}})
	case cause != nil:
		sink.Record(history.Event{Actor: "run", What: history.Stopped{Why: cause.Error()}})
	}
	sink.Record(history.Event{Actor: "run", What: history.Phase{Name: "end"}})
}
