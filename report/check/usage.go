package check

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Use is what the server's process used, with all that it started. A server that was started again in between counts as
// one: its levels are those of the processes one after the other.
type Use struct {
	Samples int64
	// CPU is how much processor time it took from the first sample to the last, Mean and Peak what share of one processor
	// that was, in percent: over all that time, and from one sample to the next at most.
	CPU        time.Duration
	Mean, Peak float64
	// PerReturn is the processor time of one return; zero where the returns were too few, or too even, to tell it from
	// that of the media.
	PerReturn time.Duration
	// RSS is in bytes. FDs are -1 where the system doesn't let us count them.
	RSS, FDs, Threads Level
	// Sanitizer says that a sanitizer was in the process: its memory proves nothing.
	Sanitizer bool
}

// APIUse is what the server's API showed, and how often it could not be asked.
type APIUse struct {
	Samples    int64
	Errors     int64
	FirstError string
	// Clients are connections, Streams those that somebody published. Clients are -1 where the API doesn't say.
	Clients, Streams Level
	Took             *hdrhistogram.Histogram // microseconds
}

// Level is one figure over a run.
type Level struct {
	First, Max, Last int64
	// PerReturn is by how much it grew with each return of a publisher after the warm-up, nil where that can't be told.
	PerReturn *float64
}
