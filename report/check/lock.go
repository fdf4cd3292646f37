package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
)

// lockRules say how a server's locks work, and what of a doubt is given to it.
type lockRules struct {
	policy string            // as profiles name it: "exclusive", "takeover", "grace", "unknown"
	idle   profile.IdleBound // by when a silent holder is let go
	// together is how long two must have been live at once to be believed.
	together time.Duration
	// late is by when a server that refuses by a close has done so on a busy machine; zero where it says itself that it
	// accepted, and an acceptance is certain.
	late time.Duration
}

// together is how long two publishers must have been live at once to be believed. A server that lets the old one go
// when a new one comes is not at fault for the time that its FIN needs to reach us.
const together = 50 * time.Millisecond

// lateRefusals is how many times later than the profile's bound a server that refuses by a close may do so on a busy machine. A
// newcomer that it closes until then was refused, and no second publisher. Seen of node-media-server, whose one thread was
// kept from running.
const lateRefusals = 10

func newLockRules(p *profile.Profile, scale float64) *lockRules {
	return &lockRules{
		policy: p.Policy, idle: p.Idle, together: scaled(together, scale), late: min(lateRefusals*p.AcceptAfter(), maxScaled),
	}
}

// excludes reports whether a key has one holder at a time. Of a lost one that another may follow (grace) the server lets go
// at once, so with it as without it nobody is refused then.
func (r *lockRules) excludes() bool { return r.policy == "exclusive" || r.policy == "grace" }

// lock is the lock on one key. The server gives and takes it unseen; from outside each is known to lie between two times:
//
//   - An accepted attempt got it between its `publish` and the server's word, and lost it between its departure and the time
//     by which the server must have noticed. In between it had it for certain (surely).
//   - One that was cut off before the server's word may have got it, up to its departure, and then lost it like any other.
//   - A refused one met somebody who had it, between its `publish` and the refusal.
//
// What was seen can have happened if nobody's certain time meets another's (clash), and if each refusal meets a time in
// which somebody may have had it (refuses): then the server can have given and taken it so that all of this holds at once.
// It takes one look at the holders that are still in question, however long the run. A test holds it against porcupine.
type lock struct {
	rules    *lockRules
	attempts map[int64]*attempt // pending, and owners
	owners   []*attempt         // accepted and undecided ones, by came, as far back as anything may ask
}

// maxOwners bounds the holders of one key that are kept. No run comes near; a file may.
const maxOwners = 2048

// own puts a among those that have or may have the key.
func (l *lock) own(a *attempt) {
	if slices.Contains(l.owners, a) {
		return
	}
	i := len(l.owners)
	for i > 0 && l.owners[i-1].came > a.came {
		i--
	}
	l.owners = slices.Insert(l.owners, i, a)
	if a.fate == accepted {
		for _, o := range l.owners {
			o.follow(a)
		}
	}
	if len(l.owners) > maxOwners {
		l.drop(l.owners[0])
		l.owners = slices.Delete(l.owners, 0, 1)
	}
}

// depart notes what is already known of those who came after a, which has departed.
func (l *lock) depart(a *attempt) {
	for _, o := range l.owners {
		a.follow(o)
	}
}

// follow notes that o got the key after a had left: a silent one has lost it by then.
func (a *attempt) follow(o *attempt) {
	if o != a && o.fate == accepted && a.departed && o.came > a.departedAt {
		by := max(o.sent, a.departedAt)
		if a.followed {
			by = min(by, a.lostBy)
		}
		a.followed, a.lostBy = true, by
	}
}

// held reports whether a departed without the server being told, so that it may count as live for longer.
func (a *attempt) held() bool { return a.departed && a.how == "vanish" }

// gone is when a stopped to own its key, never if it has not. After a silent departure that is when the server closed
// the connection or accepted another publish, or we closed it ourselves; at the latest when the profile's bound has passed.
func (l *lock) gone(a *attempt) time.Duration {
	end := never
	if a.ended {
		end = a.endedAt
	}
	if !a.departed {
		return end
	}
	if !a.held() {
		return min(end, a.departedAt)
	}
	end = min(end, l.rules.idle.Until(a.acceptAt, a.lastSent))
	if a.followed {
		end = min(end, a.lostBy)
	}
	if a.proven {
		end = min(end, a.provenAt)
	}
	return max(end, a.departedAt)
}

// left is when a stopped to send, never if it has not.
func left(a *attempt) time.Duration {
	end := never
	if a.departed {
		end = a.departedAt
	}
	if a.ended {
		end = min(end, a.endedAt)
	}
	return end
}

// sending is until when a was certainly live: its last frame, for a departure takes effect before we know that it has,
// and the next publisher may be accepted between.
func sending(a *attempt) time.Duration {
	end := left(a)
	if a.departed && a.lastSent > 0 {
		end = min(end, a.lastSent)
	}
	return end
}

// may is the time in which o may have had the key; it reports false if that can't be. An owner counts from when it wrote
// `publish`, for the server may have taken it for the owner from then on, but not before or while another had the key for
// certain. One that was cut off had it up to its departure if it ever had it.
func (l *lock) may(o *attempt) (from, to time.Duration, ok bool) {
	from, to = o.sent, l.gone(o)
	if !l.rules.excludes() || l.rules.late > 0 {
		return from, to, true
	}
	last := left(o)
	if o.fate == accepted {
		last = o.came // then it had the key, whatever else
	}
	before, _ := slices.BinarySearchFunc(l.owners, last-l.rules.together, func(o *attempt, at time.Duration) int { return cmp.Compare(o.came, at) })
	for _, other := range slices.Backward(l.owners[:before]) {
		if other != o && other.fate == accepted {
			end := sending(other)
			if end == never || end-l.rules.together > last {
				return from, to, o.fate == accepted // two owners at once are no matter of refusals
			}
			return max(from, end-l.rules.together), to, true
		}
	}
	return from, to, true
}

// owned reports whether somebody other than a owned or may have owned the key at some time between from and to.
func (l *lock) owned(a *attempt, from, to time.Duration) bool {
	return slices.ContainsFunc(l.owners, func(o *attempt) bool {
		if o == a || o.sent > to || l.gone(o) <= from {
			return false
		}
		begin, end, ok := l.may(o)
		return ok && begin <= to && end > from
	})
}

// waiting reports whether an attempt other than a was under way at time at and is still: it may turn out to have been the
// owner. Of one that was sent before hoped nothing more will be heard.
func (l *lock) waiting(a *attempt, at, hoped time.Duration) bool {
	for _, p := range l.attempts {
		if p == a || p.fate != pending || p.sent > at || p.sent <= hoped {
			continue
		}
		if from, _, ok := l.may(p); ok && from <= at {
			return true
		}
	}
	return false
}

// refuses reports whether the lock explains that a was refused at some time between from and to: by somebody who owned the
// key or, where nothing more is heard, by one of whom nobody knows. Where the newest publisher takes a key over, nobody stands
// in another's way.
func (l *lock) refuses(a *attempt, from, to, hoped time.Duration) bool {
	return l.rules.policy != "takeover" && (l.owned(a, from, to) || l.waiting(a, to, hoped))
}

// ownerless is since when nobody owned the key at time at: since its last owner went. It reports false if it never had
// one.
func (l *lock) ownerless(a *attempt, at time.Duration) (since time.Duration, had bool) {
	for _, o := range l.owners {
		if end := l.gone(o); o != a && end <= at {
			since, had = max(since, end), true
		}
	}
	return since, had
}

// clash reports whether a and b, both accepted, had the key for certain at the same time, and whether at time until that is
// known.
func (l *lock) clash(a, b *attempt, until time.Duration) (clash, known bool) {
	first, second := a, b
	if second.came < first.came {
		first, second = second, first
	}
	from := second.came
	switch late := l.rules.late; {
	case !l.rules.excludes():
		return false, true
	case until-from < l.rules.together:
		return false, false // too early to tell
	case second.ended && second.endedAt-from < late:
		return false, true
	case until-from < late && left(second) > until:
		return false, false // it may yet be refused
	}
	end := min(sending(first), left(second))
	if min(end, until)-from < l.rules.together {
		return false, end <= until
	}
	return true, true
}

// forget drops the owners that nothing can ask for any more: those gone before low and before anything that is under way, but
// for the last of them.
func (l *lock) forget(low, hoped time.Duration) {
	if len(l.owners) < 2 {
		return
	}
	for _, a := range l.attempts {
		if a.fate == pending && a.sent > hoped {
			low = min(low, a.sent)
		}
	}
	var newest *attempt
	for _, o := range l.owners {
		if end := l.gone(o); end < low && (newest == nil || end >= l.gone(newest)) {
			newest = o
		}
	}
	l.owners = slices.DeleteFunc(l.owners, func(o *attempt) bool {
		if o == newest || l.gone(o) >= low {
			return false
		}
		l.drop(o)
		return true
	})
}

func (l *lock) drop(o *attempt) { delete(l.attempts, attemptID(o.epoch, o.conn)) }
