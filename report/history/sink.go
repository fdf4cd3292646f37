package history

import "time"

// Sink takes the events of a run and owns its clock; *Recorder is one. Both methods may be called from any goroutine and
// never block.
type Sink interface {
	Record(Event)
	Now() time.Duration
}
