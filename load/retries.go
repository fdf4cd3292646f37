package load

import "time"

// The pace of retries after a refusal: quick while the server may still be forgiven, slow after, so that the tool never
// makes the trouble that it measures.
const (
	// FirstRetry is how long after a first refusal the key is tried again, and after a publish that the server ended.
	FirstRetry = 15 * time.Millisecond
	// SlowRetry is the wait after the first refusal that comes when the grace is over.
	SlowRetry = 500 * time.Millisecond

	maxRetry = 250 * time.Millisecond
	maxSlow  = time.Second
)

// Retries is the pace of one key that is being refused. The zero value is the pace before the first refusal.
type Retries struct {
	// Slowest is the longest wait after the grace; default 1 s.
	Slowest time.Duration

	quick, slow time.Duration
}

// Next returns when to try again after a refusal at now, for a key whose owner went at base. One try falls exactly at
// the end of the grace, so that "back within grace" is seen and not guessed.
func (r *Retries) Next(now, base, grace time.Duration) time.Duration {
	end := base + grace
	if now < end {
		r.quick = min(max(2*r.quick, FirstRetry), maxRetry)
		if due := now + r.quick; due < end {
			return due
		}
		return end
	}
	r.slow = min(max(2*r.slow, SlowRetry), max(r.Slowest, maxSlow))
	return now + r.slow
}
