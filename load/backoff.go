package load

import "time"

const (
	// firstWait and longestWait bound how long a player waits after a session that brought no media.
	firstWait   = 20 * time.Millisecond
	longestWait = 250 * time.Millisecond
	// ownWait is the wait after a limit of ours.
	ownWait = 250 * time.Millisecond
)

// backoff doubles a wait from firstWait to longestWait.
type backoff struct {
	last time.Duration
}

func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, firstWait), longestWait)
	return b.last
}

func (b *backoff) reset() { b.last = 0 }
