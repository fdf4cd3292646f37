package check

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// interval is a time in which nobody owned a key and at least one publish was refused, or the one that was accepted took
// too long. It begins when the last owner went and ends with the next acceptance.
type interval struct {
	key   *keyLine
	base  time.Duration // since when the key had no owner
	next  *attempt      // which ended it, accepted or undecided; nil while it lasts
	maybe time.Duration // when an undecided attempt ended by which a key that was stuck may have come back; it goes on as if not
	slow  bool          // next itself took longer than the grace
	gap   *Gap          // in a sweep, what the return counts for whose refusal or slowness this is

	waiting []*refusal // that a line of the log may still explain
	total   int64      // refusals, those waiting too
	last    time.Duration

	// Of the refusals that were weighed.
	sums    map[sumKey]*sum
	late    *Case // the first that arrived later than the grace
	stuck   *Case // the first that arrived after stuck-after
	settled int64 // settling tries
	silent  int64 // of them, those that the server did not answer
	through bool  // the settling came as far as its last try
	said    bool  // somebody gave a reason
	unsaid  bool  // nobody had, when a refusal arrived later than the grace
}

// sumKey is what refusals are told apart by: their class, and for those of no explained class that they have none.
type sumKey struct {
	class     profile.Class
	explained bool
}

// sum is the refusals of one kind.
type sum struct {
	count int64
	cases []Case // the first ones
}

func newInterval(k *keyLine, base time.Duration) *interval {
	return &interval{key: k, base: base, last: base, sums: map[sumKey]*sum{}}
}

func clone(sums map[sumKey]*sum) map[sumKey]*sum {
	out := make(map[sumKey]*sum, len(sums))
	for k, s := range sums {
		c := *s
		c.cases = slices.Clip(c.cases)
		out[k] = &c
	}
	return out
}

// lastSettling is the number of the settling's last try, which waits for stuck-after.
const lastSettling = 2

// weigh adds a refusal whose class is certain and that came so long after the key lost its owner.
func (iv *interval) weigh(r *refusal, after, grace, stuckAfter time.Duration) {
	class, explained := r.class()
	k := sumKey{class, explained}
	s := iv.sums[k]
	if s == nil {
		s = &sum{}
		iv.sums[k] = s
	}
	s.count++
	example := r.example()
	if len(s.cases) < maxCasesPerKey {
		s.cases = append(s.cases, example)
	}
	if after > grace && (iv.late == nil || r.at < iv.late.At) {
		iv.late = &example
	}
	if after >= stuckAfter && (iv.stuck == nil || r.at < iv.stuck.At) {
		iv.stuck = &example
	}
	if explained {
		iv.said = true
	} else if after > grace && !iv.said {
		iv.unsaid = true
	}
	if r.role == history.Settling {
		iv.settled++
		iv.through = iv.through || after >= stuckAfter || r.try == lastSettling
		if !r.answered() {
			iv.silent++
		}
	}
}

// back reports whether the key came back: that its end was an acceptance.
func (iv *interval) back() bool { return iv.next != nil && iv.next.fate == accepted }

// ruled are the classes by which the explained refusals went, if they were all by a rule or a limit of the server's: then it
// says nothing of how a key is released that it was refused for long.
func (iv *interval) ruled() []profile.Class {
	var out []profile.Class
	for k := range iv.sums {
		switch {
		case !k.explained:
		case k.class == profile.Denied || k.class == profile.Limit:
			out = append(out, k.class)
		default:
			return nil
		}
	}
	if iv.unsaid {
		return nil
	}
	slices.Sort(out)
	return out
}

// strange reports whether the key was never ours: a stranger may publish it, and then it was refused rightly. Only what
// the server says of its own teardown is held against it then.
func (iv *interval) strange() bool { return !iv.key.accepted }

// conclude says what the interval amounts to. A key that was back within the grace gives information, except for
// duplicated patterns. Else the class of each refusal decides, and beside it how long the key was refused: the first of
// these is the root, the others are its consequences. A key that was not back before the run ended was not slow, as far
// as anybody knows. Before the interval is over (final) only what can't change is said.
func (iv *interval) conclude(final, dead bool) []part {
	late := iv.late != nil || iv.slow
	back := iv.back()
	var parts []part
	add := func(code Code, info bool, s *sum) {
		for i, c := range s.cases {
			p := part{code: code, info: info, count: 1, example: c}
			if i == 0 {
				p.count = s.count - int64(len(s.cases)) + 1 // the first stands for those without a case
			}
			parts = append(parts, p)
		}
	}
	kinds := slices.SortedFunc(maps.Keys(iv.sums), func(a, b sumKey) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b2i(a.explained), b2i(b.explained)))
	})
	duplicated := false
	silent := !slices.ContainsFunc(kinds, func(k sumKey) bool { return k.explained })
	for _, k := range kinds {
		s := iv.sums[k]
		switch {
		case k.class == profile.Duplicated:
			add(DuplicatedPattern, false, s)
			duplicated = true
		case late && k.class == profile.Disposing:
			add(Disposing, false, s)
		case late && silent && !iv.strange():
			add(UnexplainedRefusal, false, s)
		}
	}
	ruled := len(iv.ruled()) > 0
	switch {
	case iv.stuck != nil && !ruled && !iv.strange():
		parts = append(parts, iv.stuckBusy(dead))
	case late && back && (iv.slow || !ruled):
		parts = append(parts, iv.slowRelease())
	case !late && (back || final && !duplicated):
		for _, k := range kinds {
			switch k.class {
			case profile.Duplicated:
			case profile.Disposing:
				add(Disposing, true, iv.sums[k])
			default:
				add(StreamBusy, true, iv.sums[k])
			}
		}
	}
	return rooted(parts)
}

// stuckBusy is the finding of a key that was refused for longer than stuck-after.
func (iv *interval) stuckBusy(dead bool) part {
	c := iv.length(*iv.stuck)
	c.ForGood = iv.next == nil && iv.last > iv.maybe && iv.through && iv.silent == 0 && !dead
	return part{code: StuckBusy, count: 1, example: c}
}

// slowRelease is the finding of a key that came back late.
func (iv *interval) slowRelease() part {
	c := Case{Key: iv.key.name}
	if iv.late != nil {
		c = *iv.late
	} else {
		c.Actor, c.Epoch, c.At, c.Event = iv.next.actor, iv.next.epoch, iv.next.came, iv.next.event
	}
	c = iv.length(c)
	return part{code: SlowRelease, count: 1, late: c.For, example: c}
}

// length adds to c how long the key was refused.
func (iv *interval) length(c Case) Case {
	c.Since, c.Refused, c.Settled = iv.base, iv.total, iv.settled
	end := iv.last
	if c.Back = iv.back(); c.Back && iv.next.role != history.Settling {
		// The settling leaves a key alone first; that time is ours, and all that is known is that the key was refused till then.
		end = iv.next.came
	}
	c.For = end - iv.base
	return c
}

// rooted makes the first error of parts the root and the errors of other codes its consequences. How long a key was
// refused follows from why it was, even where both were first seen in the same refusal.
func rooted(parts []part) []part {
	var root *part
	for i := range parts {
		if p := &parts[i]; !p.info && (root == nil || p.example.At < root.example.At) {
			root = p
		}
	}
	for i := range parts {
		if p := &parts[i]; !p.info && p.code != root.code {
			p.cause = root.code
		}
	}
	return parts
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
