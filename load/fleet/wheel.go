package fleet

import "time"

const (
	// tick is how exactly publishers are paced. The timers of the runtime are no finer.
	tick = time.Millisecond
	// span is how many ticks the wheel has: what is due later waits at its far end and is put in anew from there.
	span = 4096
)

// wheel holds publishers by when they are due, to the tick. Nothing comes out of it early. Putting in and taking out take
// constant time, whatever their number. It knows no clock: expire and next are told what time it is.
type wheel struct {
	slots [span]*publisher
	next  int64 // the first tick that has not expired
	held  int   // how many publishers there are
}

// add puts p in, due at p.due. What was due before now comes out at the next expire.
func (w *wheel) add(p *publisher) {
	at := int64((p.due + tick - 1) / tick)
	at = min(max(at, w.next), w.next+span-1)
	p.slot = int32(at % span)
	head := &w.slots[p.slot]
	if p.after = *head; p.after != nil {
		p.after.before = p
	}
	*head = p
	p.held = true
	w.held++
}

// remove takes p out, if it is in.
func (w *wheel) remove(p *publisher) {
	if !p.held {
		return
	}
	if p.before != nil {
		p.before.after = p.after
	} else {
		w.slots[p.slot] = p.after
	}
	if p.after != nil {
		p.after.before = p.before
	}
	p.before, p.after, p.held = nil, nil, false
	w.held--
}

// expire takes out those that are due at now, and appends them to out in the order of their ticks.
func (w *wheel) expire(now time.Duration, out []*publisher) []*publisher {
	last := int64(now / tick)
	begin, due := w.next, len(out)
	w.next = max(w.next, last+1)
	// After a round everybody has come by, however long nobody looked.
	for at := begin; at <= min(last, begin+span-1) && w.held > 0; at++ {
		for p := w.slots[at%span]; p != nil; p = w.slots[at%span] {
			w.remove(p)
			out = append(out, p)
		}
	}
	// Those that stood at the far end have some way to go yet.
	ripe := out[:due]
	for _, p := range out[due:] {
		if p.due > now {
			w.add(p)
			continue
		}
		ripe = append(ripe, p)
	}
	return ripe
}

// wake returns when to look again; ok is false while there is nobody to wait for.
func (w *wheel) wake() (at time.Duration, ok bool) {
	if w.held == 0 {
		return 0, false
	}
	for i := range int64(span) {
		if w.slots[(w.next+i)%span] != nil {
			return time.Duration(w.next+i) * tick, true
		}
	}
	return 0, false
}
