package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// An outage that the user excused, by --allow or a baseline, still ends runs early and leaves keys refused. That is no
// reason to say that nothing can be said: then every run of a server with a known crash would be inconclusive. What the
// outage kept from being tested is told beside the verdict instead. With --fail-only it stays a reason: the run may have
// ended before the one thing that it looks for.

// excuses reports whether the user excused outages like o.
func (r *rules) excuses(o *outage) bool {
	if len(r.only) > 0 {
		return false
	}
	return r.allow[string(o.code)] || r.baseline && r.old(o.in, string(o.code))
}

// excusedAt is the excused outage in which the server was at that time, nil for none.
func (t *trial) excusedAt(at time.Duration) *outage {
	for _, o := range t.line.outages {
		if at < o.until && at >= o.from-t.line.scaled(cutBefore) && t.rules.excuses(o) {
			return o
		}
	}
	return nil
}

// cutShort is the excused outage that ended the trial before its time, nil for none.
func (t *trial) cutShort() *outage {
	switch {
	case t.line.stopped == serverDead:
		return t.excusedAt(t.line.stoppedAt)
	case t.own.brief:
		return t.excusedAt(t.line.stormEnd)
	}
	return nil
}

// Why a run ended itself: it had no server any more, or its first error.
const (
	serverDead = "server-dead"
	failFast   = "fail-fast"
)

// stoppedBy says why a run ended itself. What a newer tool wrote stands as it is.
func stoppedBy(why string) any {
	switch why {
	case serverDead:
		return phrase.WhyServerDead
	case failFast:
		return phrase.WhyFailFast
	}
	return why
}

// refusedLast is a key that was refused last, and until when.
type refusedLast struct {
	key  string
	last time.Duration
}

// without parts the keys that an excused outage kept from coming back from the others, and is the first such outage.
func (t *trial) without(keys []refusedLast) (rest, lost []string, by *outage) {
	cut := t.cutShort()
	for _, k := range keys {
		o := t.excusedAt(k.last)
		if o == nil && cut != nil && cut.until > k.last {
			o = cut // it was refused, and then there was nobody any more who could have let it in
		}
		if o == nil {
			rest = append(rest, k.key)
			continue
		}
		lost = append(lost, k.key)
		if by == nil {
			by = o
		}
	}
	return rest, lost, by
}

// excuse reports whether r says what an excused outage kept from being tested.
func (r Reason) excuse() bool { return r.Code == codeExcused }

const codeExcused = "excused"

// untried says what excused outages kept from being tested, for a run that passes all the same.
type untried []Reason

func (u *untried) add(by *outage, says phrase.ID, args ...any) {
	*u = append(*u, Reason{Code: codeExcused, Says: says, Args: slices.Concat([]any{string(by.code)}, args)})
}
