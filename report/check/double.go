package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// together is how long two publishers must have been live at once to be believed. A server that lets the old one go
// when a new one comes is not at fault for the time that its FIN needs to reach us.
const together = 50 * time.Millisecond

// lateRefusals is how many times later than the profile's bound a server that refuses by a close may do so on a busy machine. A
// newcomer that it closes until then was refused, and no second publisher. Seen of node-media-server, whose one thread was
// kept from running.
const lateRefusals = 10

// double finds keys with two accepted publishers at once. A publish that was written before the owner left, and
// accepted after, is not such a case: at the server the order may come out reversed.
type double struct {
	line      *timeline
	found     *found
	exclusive bool
	survive   time.Duration // by which a publish that is not closed counts as accepted; zero where the server says so itself
	pairs     []pair
}

// pair is two accepted publishes of one key that may have been live at once.
type pair struct{ a, b *attempt }

func (d *double) Step(e history.Event) {
	switch e.What.(type) {
	case history.PublishAccepted:
		if a := d.line.attempt; d.exclusive && a != nil {
			for _, o := range a.key.owners {
				if o != a && o.fate == accepted {
					d.pairs = append(d.pairs, pair{o, a})
				}
			}
		}
	case history.Tick:
		d.judge(d.line.settled())
	}
}

func (d *double) Finish() { d.judge(d.line.last) }

// judge looks at the pairs as they stood at time until.
func (d *double) judge(until time.Duration) {
	together := d.line.scaled(together)
	d.pairs = slices.DeleteFunc(d.pairs, func(p pair) bool {
		from := max(p.a.came, p.b.came)
		if until-from < together {
			return false // too early to tell
		}
		first, second := p.a, p.b
		if second.came < first.came {
			first, second = second, first
		}
		if late := lateRefusals * d.survive; second.ended && second.endedAt-second.came < late {
			return true
		} else if until-from < late && left(second) > until {
			return false // it may yet be
		}
		end := min(sending(first), left(second))
		if min(end, until)-from < together {
			return end <= until
		}
		if first.pid != second.pid && first.pid != "" && second.pid != "" {
			d.line.answer(first.pid, second.pid) // each server has a publisher of its own
			return true
		}
		d.found.add(part{code: DoublePublish, count: 1, example: Case{
			Key: p.b.key.name, Actor: p.b.actor, Epoch: p.b.epoch, At: p.b.came, Event: p.b.event, Since: p.a.came,
		}})
		return true
	})
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
