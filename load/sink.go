package load

import "github.com/flvstorm/flvstorm/load/target"

// Sink takes the events of a run and owns its clock; *history.Recorder is one. Both methods may be called from any
// goroutine and never block.
type Sink = target.Sink
