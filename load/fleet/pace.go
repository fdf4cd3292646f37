package fleet

import (
	"context"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// written is what became of one write.
type written struct {
	p      *publisher
	at     time.Duration
	due    []time.Duration // of the pictures in it; a part of the pacer's memory
	frames int
	bytes  int
	rest   [][]byte
	err    error
}

// pacer is the memory of the pacing goroutine.
type pacer struct {
	batch  []*publisher
	writes []written
	hands  [2]hand
}

// hand is the memory of one goroutine that writes.
type hand struct {
	due  load.Due
	dues []time.Duration
}

// many is how many writes are too many for one goroutine: they are those of more than a tick, so it is behind.
const many = 128

// pace writes the frames of all publishers when they are due, and begins what else is, until ctx ends.
func (f *Fleet) pace(ctx context.Context) {
	var w pacer
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		f.take(ctx, &w)
		w.write(f.sink)
		again, any := f.settle(ctx, &w)
		if any {
			timer.Reset(max(0, again-f.sink.Now()))
		} else {
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-f.woken:
		case <-ctx.Done():
		}
	}
}

// take takes those in hand that are due.
func (f *Fleet) take(ctx context.Context, w *pacer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.sink.Now()
	f.listen(now)
	w.batch = f.wheel.expire(now, w.batch[:0])
	w.writes = w.writes[:0]
	for _, p := range w.batch {
		switch p.state {
		case waiting:
			p.state = connecting
			f.talk.do(func(waited bool) { f.negotiate(ctx, p, waited) })
		case publishing:
			if !p.accepted && now >= p.accept {
				f.took(p)
			}
			p.state = writing
			w.writes = append(w.writes, written{p: p})
		}
	}
	clear(w.batch)
}

// write writes what is due of those in hand. Where that is much, a second goroutine takes half of it.
func (w *pacer) write(sink history.Sink) {
	first := len(w.writes)
	if first >= many {
		first /= 2
		var aside sync.WaitGroup
		aside.Go(func() { w.hands[1].write(w.writes[first:], sink) })
		defer aside.Wait()
	}
	w.hands[0].write(w.writes[:first], sink)
}

// write writes what is due of each, without waiting.
func (h *hand) write(all []written, sink history.Sink) {
	h.dues = h.dues[:0]
	for i := range all {
		o := &all[i]
		o.at = sink.Now()
		o.rest, o.err = o.p.session.TryDue(&h.due, o.p.start, o.at)
		o.frames, o.bytes = h.due.Frames, h.due.Bytes
		from := len(h.dues)
		h.dues = append(h.dues, h.due.Pictures...)
		o.due = h.dues[from:len(h.dues):len(h.dues)]
	}
}

// settle counts what was written, and puts everybody where it goes next. It returns when the pacing goroutine is needed again.
func (f *Fleet) settle(ctx context.Context, w *pacer) (again time.Duration, any bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range w.writes {
		f.settleOne(ctx, &w.writes[i])
	}
	clear(w.writes)
	return f.wheel.wake()
}

func (f *Fleet) settleOne(ctx context.Context, o *written) {
	p, rest, err := o.p, o.rest, o.err // o itself is used for the next round's writes
	if err != nil {
		p.state = parting
		f.part.do(func(bool) { f.end(p, p.session.Broken(err)) })
		return
	}
	f.count(o)
	switch {
	case rest != nil:
		p.state, p.since = blocked, o.at
		f.tally.blocks++
		var stop context.Context
		stop, p.cancel = context.WithCancel(ctx)
		f.aside.Go(func() { f.finish(stop, p, rest) })
	case p.leaving:
		f.depart(p)
	default:
		p.state, p.due = publishing, p.next()
		if p.freed > 0 && p.due <= o.at {
			p.freed = o.at // it has not caught up yet
		}
		f.wheel.add(p)
	}
}

// count counts what was handed to the socket. What was due before the server took all that was before it, is late by the server.
func (f *Fleet) count(o *written) {
	f.tally.frames += int64(o.frames)
	f.tally.bytes += int64(o.bytes)
	for _, due := range o.due {
		if due < o.p.freed {
			f.tally.behind.Record(o.at - due)
		} else {
			f.tally.lateness.Record(o.at - due)
		}
	}
}

// finish writes what the server did not take at once.
func (f *Fleet) finish(ctx context.Context, p *publisher, rest [][]byte) {
	err := p.session.Finish(ctx, rest)
	f.mu.Lock()
	defer f.mu.Unlock()
	stop := ctx.Err() != nil // it leaves, or all do
	p.cancel()
	p.cancel = nil
	now := f.sink.Now()
	f.tally.blockedFor += now - p.since
	switch ended := p.ended; {
	case ended != nil:
		p.state = parting
		f.part.do(func(bool) { f.end(p, ended) })
	case stop:
		f.depart(p)
	case err != nil:
		p.state = parting
		f.part.do(func(bool) { f.end(p, p.session.Broken(err)) })
	default:
		p.freed = now
		f.resume(p)
	}
}

// hear notes that the server has told p something.
func (f *Fleet) hear(p *publisher) {
	f.mu.Lock()
	f.told = append(f.told, p)
	f.mu.Unlock()
	f.wake()
}

// listen looks after those whom the server has told something; f.mu is held.
func (f *Fleet) listen(now time.Duration) {
	for _, p := range f.told {
		if p.state != publishing && p.state != blocked {
			continue
		}
		if !p.accepted && now >= p.accept {
			f.took(p)
		}
		failure := p.session.Ended()
		switch {
		case failure == nil:
		case p.state == blocked:
			p.ended = failure
			p.cancel()
		default:
			f.wheel.remove(p)
			p.state = parting
			f.part.do(func(bool) { f.end(p, failure) })
		}
	}
	clear(f.told)
	f.told = f.told[:0]
}
