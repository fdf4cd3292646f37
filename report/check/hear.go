package check

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Fate is what became of an attempt to publish. Each attempt that a Judge counts has one, told when nothing later in the run
// changes it: that is some seconds after it, once its line of the log must have come.
type Fate struct {
	Key   string
	Actor string
	Epoch uint32
	Conn  int64
	Role  history.Role
	Try   int
	// End is how it ended. At is when the server accepted or refused it, Event the number of the event that says so; of one that is
	// undecided At is no later than Sent. Sent is when `publish` was written, or else when it failed.
	End   End
	At    time.Duration
	Sent  time.Duration
	Event int64
	// Class is what the server said when it refused, Rightly that a live owner stood in the way. Log is the line of the log that
	// says it, By how that was tied to the refusal.
	Class   profile.Class
	Rightly bool
	Log     string
	By      Tie
	// Back says, of one that was accepted, that it is a return which Latency.Recovery counts, with this Recovery; Left is the kind
	// of departure before it, as in Outcome.Left, empty where none is known.
	Back     bool
	Recovery time.Duration
	Left     string
}

// End is how an attempt ended.
type End int

const (
	EndUndecided End = iota // nobody knows: it was cut short, or its end was never heard of
	EndAccepted
	EndRefused
)

// Hear has f told the fate of each attempt, in cases of a suite too. It comes before the first event; the last fates are told by
// Finish. They come in the order in which they are settled, which is not quite that of their times.
func (j *Judge) Hear(f func(Fate)) { j.refusals.hearing.hear = f }

// hearing is who hears of fates: the same for all trials of a judge.
type hearing struct{ hear func(Fate) }

// told is a as its fate goes, so far.
func (a *attempt) told(end End, at time.Duration, event int64) Fate {
	return Fate{
		Key: a.key.name, Actor: a.actor, Epoch: a.epoch, Conn: a.conn, Role: a.role, Try: a.try, End: end, At: at, Sent: a.sent, Event: event,
	}
}

// tellRefused tells of a refusal that waits for no line any more.
func (h *hearing) tellRefused(r *refusal, class profile.Class) {
	if h.hear == nil {
		return
	}
	f := r.told(EndRefused, r.at, r.event)
	f.Class, f.Rightly = class, r.correct
	if r.log != nil {
		f.Log, f.By = r.log.Line, r.by
	}
	h.hear(f)
}

// tellGot tells of an attempt that was accepted, or cut short. As a return it has a recovery.
func (h *hearing) tellGot(ev event, back recovery) {
	if h.hear == nil {
		return
	}
	a := ev.attempt
	if ev.fate != accepted {
		h.hear(a.told(EndUndecided, ev.at, ev.seq))
		return
	}
	f := a.told(EndAccepted, ev.at, ev.seq)
	f.Back, f.Recovery, f.Left = back.counts, back.took, back.left
	h.hear(f)
}

// tellOpen tells of the attempts whose end was never heard of.
func (h *hearing) tellOpen(keys map[string]*keyLine) {
	if h.hear == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		open := slices.DeleteFunc(slices.Collect(maps.Values(keys[name].attempts)), func(a *attempt) bool { return a.fate != pending })
		slices.SortFunc(open, func(a, b *attempt) int {
			return cmp.Or(cmp.Compare(a.sent, b.sent), cmp.Compare(a.epoch, b.epoch), cmp.Compare(a.conn, b.conn))
		})
		for _, a := range open {
			h.hear(a.told(EndUndecided, 0, 0))
		}
	}
}

// recovery is how a return that was accepted fared; the zero value is that of one that was none.
type recovery struct {
	counts bool
	took   time.Duration
	left   string
}

// Latency are the times that were measured, of a suite those of all its cases; after Finish.
func (j *Judge) Latency() Latency { return j.figures.out.Latency }
