package load

import "time"

const (
	// firstWait and longestWait bound how long a player waits after a session that brought no media.
	firstWait   = 20 * time.Millisecond
	longestWait = 250 * time.Millisecond
	// OwnWait is the wait after a limit of ours.
	OwnWait = 250 * time.Millisecond
)

// Backoff doubles the wait after a session that brought no media, from firstWait to longestWait.
type Backoff struct {
	last time.Duration
}

// Next is the wait from now on.
func (b *Backoff) Next() time.Duration {
	b.last = min(max(2*b.last, firstWait), longestWait)
	return b.last
}

// Reset begins anew.
func (b *Backoff) Reset() { b.last = 0 }
