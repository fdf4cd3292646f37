package load

import "time"

const (
	// firstWait and longestWait bound how long a player waits after a session that brought no media.
	firstWait   = 20 * time.Millisecond
	longestWait = 250 * time.Millisecond
	// quickFor is after how much waiting those of whom there are many wait longer.
	quickFor = time.Second
	// OwnWait is the wait after a limit of ours.
	OwnWait = 250 * time.Millisecond
)

// Backoff doubles the wait after a session that brought no media, from firstWait to longestWait.
type Backoff struct {
	// Slowest is how long a wait may be once quickFor has been waited. Default longestWait.
	Slowest time.Duration

	last, all time.Duration
}

// Next is the wait from now on.
func (b *Backoff) Next() time.Duration {
	most := longestWait
	if b.all >= quickFor {
		most = max(most, b.Slowest)
	}
	b.last = min(max(2*b.last, firstWait), most)
	b.all += b.last
	return b.last
}

// Reset begins anew.
func (b *Backoff) Reset() { b.last, b.all = 0, 0 }
