package check

import (
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// missing is media that a viewer did not get, where that is known.
type missing struct {
	known bool
	time.Duration
}

// turned says that the session s of w got frames of a newer publish than before.
func (v *viewers) turned(w *witness, s *visit, next *reel) {
	old, a := s.at, next.by
	before, lost := w.seen, w.missed
	cost := &v.out.Back
	if old != nil {
		before = old.by
		if old.first < left(before) { // else what it had were remains, given out when that publish had ended
			cost, lost = &v.out.Stayed, old.after(next)
			v.held(w, s, next)
			w.wait(before, old.last)
		}
	}
	if before != nil && newer(a, before) && v.alone(before) {
		base := max(a.sent, s.asked)
		if v.calm(base, next.first) {
			byteAt := next.first
			if s.byteAt >= base && s.byteAt < byteAt {
				byteAt = s.byteAt
			}
			record(cost.Byte, byteAt-base)
			record(cost.Frame, next.first-base)
			if next.key > 0 {
				record(cost.Keyframe, next.key-base)
			}
			if lost.known {
				record(v.out.Lost, lost.Duration+v.between(w.key, before, a)+next.before())
			}
		}
	}
	v.served(w, next)
	if w.seen == nil || newer(a, w.seen) {
		w.seen, w.missed = a, missing{}
	}
}

// held tells of a viewer that was kept: old's publish left, and frames of the next came on the same connection.
func (v *viewers) held(w *witness, s *visit, next *reel) {
	old, a := s.at, s.at.by
	if !v.alone(a) || !v.calm(a.departedAt, next.first) {
		return
	}
	if !a.held() {
		record(v.out.End, old.last-a.departedAt)
	}
	if s.over && !s.ours && s.overAt < min(left(next.by), next.by.came+v.line.scaled(lateEnd)) {
		return // it was to be ended, and the next publish came first
	}
	v.treated = append(v.treated, treated{
		key: w.key, actor: w.actor, left: a, next: next.by, viewers: "hold", timestamps: timestamps(old, next),
		at: next.first, event: next.event, odd: s.switched(next),
	})
}

// switched is what the witness kept of the change to r, nil where that was nothing odd.
func (s *visit) switched(r *reel) *history.Oddity {
	for _, o := range s.switches {
		if o.epoch == r.epoch {
			return o.what
		}
	}
	return nil
}

// closed says that the session s of w is over, or that the run is.
func (v *viewers) closed(w *witness, s *visit) {
	if s.at == nil || s.at.by != w.seen {
		return
	}
	a, kept := s.at.by, !s.over || s.ours
	switch {
	case s.at.first >= left(a) || !v.alone(a):
		return
	case kept && s.over && s.overAt < left(a), !kept && s.overAt < sending(a):
		return // it did not watch it to the end
	}
	w.wait(a, s.at.last)
	if kept {
		return
	}
	w.missed = s.at.after(nil)
	if !v.calm(a.departedAt, s.overAt) {
		return
	}
	if since, ok := a.noticed(); ok {
		record(v.out.End, s.overAt-since)
	}
	v.treated = append(v.treated, treated{
		key: w.key, actor: w.actor, left: a, next: v.after(w.key, a), viewers: "end", at: s.overAt, event: s.overEvent,
	})
}

// alone reports whether a left of its own, and no other publisher was live on its key then.
func (v *viewers) alone(a *attempt) bool {
	if !a.departed || a.how == "" || a.ended && a.endedAt < a.departedAt {
		return false
	}
	end := sending(a)
	for _, o := range v.tries[a.key.name] {
		if o != a && (o.fate == accepted || o.fate == undecided) && o.came < end && left(o) > end {
			return false
		}
	}
	return true
}

// after is the first publish that came after a, nil for none so far.
func (v *viewers) after(key string, a *attempt) (next *attempt) {
	for _, o := range v.tries[key] {
		if (o.fate == accepted || o.fate == undecided) && newer(o, a) && (next == nil || newer(next, o)) {
			next = o
		}
	}
	return next
}

// after is how much was sent after its last frame, as far as its own rate of pictures or the next one's tells. A picture goes out with the sound that is due by then, so
// less than the time between two is none.
func (r *reel) after(next *reel) missing {
	if r.by.lastSent == 0 {
		return missing{}
	}
	interval := r.interval()
	if interval == 0 && next != nil {
		interval = next.interval()
	}
	if interval == 0 {
		return missing{}
	}
	return missing{true, max(r.by.lastSent-r.lastSent, 0) / interval * interval}
}

// before is how much was sent before its first frame: publishers number their pictures from 1.
func (r *reel) before() time.Duration {
	return time.Duration(max(int64(r.from), 1)-1) * r.interval()
}

// between is how long the publishes between two lasted, of which the viewer had nothing.
func (v *viewers) between(key string, a, b *attempt) (sum time.Duration) {
	for _, o := range v.tries[key] {
		if (o.fate == accepted || o.fate == undecided) && newer(o, a) && newer(b, o) {
			sum += max(o.lastSent-o.came, 0)
		}
	}
	return sum
}

const (
	// overlap is how far timestamps that go on may step back: pictures and sound are put in order anew.
	overlap = 100 // ms
	// nearStart is how far from where it would be if it began at zero the first timestamp of a publish may be.
	nearStart = 1000 // ms
)

// timestamps is how they went on from one publish to the next: "continue" or "restart", empty where it can't be told. After
// a short publish, one that goes on and one that begins anew look alike.
func timestamps(old, next *reel) string {
	step := int64(int32(next.firstTime - old.lastTime)) // they may wrap
	begun := next.before().Milliseconds()
	switch near := int64(next.firstTime) - begun; {
	case step < -overlap:
		return "restart"
	case near > nearStart:
		return "continue"
	}
	return ""
}
