package check

import "time"

// wait notes that the publish a left while w watched it, and when the last frame of it came.
func (w *witness) wait(a *attempt, last time.Duration) { w.waits, w.froze = a, last }

// served says that w has frames of another publish than the one it watched when that left.
func (v *viewers) served(w *witness, next *reel) {
	a := w.waits
	if a == nil || !newer(next.by, a) {
		return
	}
	w.waits = nil
	switch {
	case !v.alone(a):
	case next.by.sent < v.line.stormEnd && v.calm(a.departedAt, next.first):
		v.out.Served++
		record(v.out.Frozen, next.first-w.froze)
	case v.hadTime(a, next.first):
		v.out.Unserved++
	}
}

// unserved counts those that wait at the end, and had time enough to be served.
func (v *viewers) unserved() {
	for _, w := range v.order {
		until := never
		if w.left {
			until = w.leftAt
		}
		if w.waits != nil && v.hadTime(w.waits, until) {
			v.out.Unserved++
		}
	}
}

// hadTime reports whether up to until a viewer of a had later publishes to watch for longer than the grace, added up. The
// settling doesn't count, nor what comes with a server that was down, nor a time in which we stood still.
func (v *viewers) hadTime(a *attempt, until time.Duration) bool {
	until = min(until, v.line.stormEnd, v.line.last)
	for _, o := range v.line.outages {
		if o.until > a.departedAt {
			until = min(until, o.from-v.line.scaled(cutBefore))
		}
	}
	rest := v.grace
	for _, o := range v.tries[a.key.name] {
		if o.fate != accepted || !newer(o, a) {
			continue
		}
		if from, to := max(o.came, a.departedAt), min(left(o), until); to > from {
			if rest -= v.line.took(from, to); rest < 0 {
				return true
			}
		}
	}
	return false
}

// noticed is when the server knew that a had left. After a silent departure it reports false where nothing shows that.
func (a *attempt) noticed() (at time.Duration, ok bool) {
	return a.key.gone(a), !a.held() || a.proven || a.followed
}
