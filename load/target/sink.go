package target

import (
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Sink takes the events of a run and owns its clock; *history.Recorder is one. Both methods may be called from any
// goroutine and never block.
type Sink interface {
	Record(history.Event)
	Now() time.Duration
}
