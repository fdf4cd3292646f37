package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// double finds keys with two accepted publishers at once. A publish that was written before the owner left, and
// accepted after, is not such a case: at the server the order may come out reversed.
type double struct {
	line  *timeline
	found *found
	pairs []pair
}

// maxRivals bounds with how many others a newcomer makes a pair; more of them prove no more.
const maxRivals = 16

// pair is two accepted publishes of one key that may have been live at once.
type pair struct{ a, b *attempt }

func (d *double) Step(e history.Event) {
	switch e.What.(type) {
	case history.PublishAccepted:
		if a := d.line.attempt; a != nil && d.line.rules.excludes() {
			n := 0
			for _, o := range slices.Backward(a.key.owners) {
				if o != a && o.fate == accepted && left(o) > a.sent && n < maxRivals {
					d.pairs = append(d.pairs, pair{o, a})
					n++
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
	d.pairs = slices.DeleteFunc(d.pairs, func(p pair) bool {
		clash, known := p.b.key.clash(p.a, p.b, until)
		if !clash {
			return known
		}
		if p.a.pid != p.b.pid && p.a.pid != "" && p.b.pid != "" {
			d.line.answer(p.a.pid, p.b.pid) // each server has a publisher of its own
			return true
		}
		d.found.add(part{code: DoublePublish, count: 1, example: Case{
			Key: p.b.key.name, Actor: p.b.actor, Epoch: p.b.epoch, At: p.b.came, Event: p.b.event, Since: p.a.came,
		}})
		return true
	})
}
