package check

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// What porcupine is told of a key, to be the referee of lock: the same attempts, as operations on a lock whose state it
// guesses. It tries every order, so histories must be small.

// act is one attempt of a small history. Times are whole units, no two of a history the same; a time of forever has not come.
type act struct {
	fate fate // pending: nothing was ever heard of it
	sent int64
	came int64 // accepted, refused: when that was known
	left int64 // accepted, undecided: when it departed
	gone int64 // accepted: by when the server had noticed
}

const forever = math.MaxInt64

func (a act) String() string {
	at := func(n int64) string {
		if n == forever {
			return "…"
		}
		return fmt.Sprint(n)
	}
	switch a.fate {
	case accepted:
		return fmt.Sprintf("accepted  %3d–%-3s left %s, gone by %s", a.sent, at(a.came), at(a.left), at(a.gone))
	case refused:
		return fmt.Sprintf("refused   %3d–%s", a.sent, at(a.came))
	case undecided:
		return fmt.Sprintf("cut off   %3d–%s", a.sent, at(a.left))
	}
	return fmt.Sprintf("no answer %3d–…", a.sent)
}

func told(acts []act) string {
	var b strings.Builder
	for i, a := range acts {
		fmt.Fprintf(&b, "\t%d %s\n", i+1, a)
	}
	return b.String()
}

// step is one operation of the model: what and who.
type step struct {
	what stepKind
	who  int8
}

type stepKind int

const (
	acquires   stepKind = iota // it was accepted
	mayAcquire                 // nobody knows whether it was
	releases
	isRefused
)

// locked is the state of the lock in the model: who has it (nobody is 0), whether that one is lost (policy "grace": the next
// may follow it), and which have given it back and don't take it any more.
type locked struct {
	holder int8
	lost   bool
	done   uint32
}

// referee is the model of one policy.
func referee(policy string) porcupine.Model {
	next := func(states ...any) []any { return states }
	m := porcupine.NondeterministicModel{
		Init: func() []any { return next(locked{}) },
		Step: func(state, input, _ any) []any {
			s, op := state.(locked), input.(step)
			bit := uint32(1) << op.who
			free := s.holder == 0 || s.lost || policy == "takeover"
			taken := locked{holder: op.who, done: s.done}
			switch op.what {
			case acquires:
				if s.done&bit != 0 || !free && policy != "unknown" {
					return nil
				}
				return next(taken)
			case mayAcquire:
				if s.done&bit != 0 || !free {
					return next(s)
				}
				return next(s, taken)
			case releases:
				s.done |= bit
				if s.holder == op.who && policy == "grace" {
					s.lost = true
				} else if s.holder == op.who {
					s.holder = 0
				}
				return next(s)
			}
			if policy == "unknown" || policy != "takeover" && s.holder != 0 && !s.lost {
				return next(s)
			}
			return nil
		},
	}
	return m.ToModel()
}

// legal is what porcupine says of acts. The server may notice a departure later by bound than it otherwise would.
func legal(policy string, acts []act, bound int64) bool {
	var ops []porcupine.Operation
	for i, a := range acts {
		add := func(what stepKind, from, to int64) {
			ops = append(ops, porcupine.Operation{ClientId: len(ops), Input: step{what, int8(i + 1)}, Call: from, Return: to})
		}
		switch a.fate {
		case accepted:
			add(acquires, a.sent, a.came)
		case refused:
			add(isRefused, a.sent, a.came)
			continue
		case undecided:
			add(mayAcquire, a.sent, a.left)
		case pending:
			add(mayAcquire, a.sent, forever) // either way, at any time
			continue
		}
		switch {
		case a.left == forever:
		case a.gone == forever:
			add(releases, a.left, forever)
		default:
			add(releases, a.left, a.gone+bound)
		}
	}
	return porcupine.CheckOperations(referee(policy), ops)
}

// someActs is a small random history. Its attempts are short beside all of it and often meet, as those of a busy key do.
func someActs(r *rand.Rand) []act {
	const span, atOnce = 40, 0
	acts := make([]act, 1+r.IntN(8))
	var times []*int64
	after := func(at int64, most int) int64 { return at + 1 + int64(r.IntN(most)) }
	for i := range acts {
		a := &acts[i]
		a.sent, a.came, a.left, a.gone = int64(r.IntN(span)), forever, forever, forever
		times = append(times, &a.sent)
		switch n := r.IntN(20); {
		case n < 10:
			a.fate = accepted
			a.came = after(a.sent, 4)
			times = append(times, &a.came)
			if r.IntN(12) == 0 {
				continue
			}
			a.left = after(a.came, 12)
			times = append(times, &a.left)
			if a.gone = atOnce; r.IntN(3) == 0 {
				a.gone = after(a.left, 15)
				times = append(times, &a.gone)
			}
		case n < 16:
			a.fate = refused
			a.came = after(a.sent, 4)
			times = append(times, &a.came)
		case n < 19:
			a.fate = undecided
			a.left = after(a.sent, 15)
			a.gone = atOnce
			times = append(times, &a.left)
		}
	}
	// No two times are the same: they keep their order, and those that were the same get one at random.
	r.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
	slices.SortStableFunc(times, func(a, b *int64) int { return int(*a - *b) })
	for i, t := range times {
		*t = int64(i + 1)
	}
	for i := range acts {
		if a := &acts[i]; a.gone == atOnce {
			a.gone = a.left
		}
	}
	return acts
}

// smallest leaves out of acts what is not needed for disagree to hold.
func smallest(acts []act, disagree func([]act) bool) []act {
	for i := 0; i < len(acts); {
		if less := slices.Delete(slices.Clone(acts), i, i+1); disagree(less) {
			acts, i = less, 0
		} else {
			i++
		}
	}
	return acts
}

// unit is a time of a small history as a run has it: long beside every tolerance, and a whole history is short beside what an
// attempt may be under way.
const unit = 800 * time.Millisecond

func units(n int64) time.Duration {
	if n == forever {
		return never
	}
	return time.Duration(n) * unit
}
