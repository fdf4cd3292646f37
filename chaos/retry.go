package chaos

import "time"

// The pace of retries after a refusal: quick while the server may still be forgiven, slow after, so that the tool never
// makes the trouble that it measures.
const (
	firstRetry = 15 * time.Millisecond
	maxRetry   = 250 * time.Millisecond
	slowRetry  = 500 * time.Millisecond
	maxSlow    = time.Second
)

// retries is the pace of one key that is being refused. The zero value is the pace before the first refusal.
type retries struct {
	quick, slow time.Duration
}

// next returns when to try again after a refusal at now, for a key whose owner went at base. One try falls exactly at
// the end of the grace, so that "back within grace" is seen and not guessed.
func (r *retries) next(now, base, grace time.Duration) time.Duration {
	end := base + grace
	if now < end {
		r.quick = min(max(2*r.quick, firstRetry), maxRetry)
		if due := now + r.quick; due < end {
			return due
		}
		return end
	}
	r.slow = min(max(2*r.slow, slowRetry), maxSlow)
	return now + r.slow
}
