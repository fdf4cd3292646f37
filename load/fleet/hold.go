package fleet

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/load"
)

// blocksFrom is how long a write takes that counts as blocked where writes wait. Less may be the machine's doing.
const blocksFrom = 5 * time.Millisecond

// hold publishes in a goroutine of its own, with writes that wait.
func (f *Fleet) hold(ctx context.Context, p *publisher) {
	r := p.session.Hold(ctx, load.Holding{
		Said: p.said, Phase: p.start - p.said, Live: forever,
		Accepted: func(time.Duration) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.took(p)
		},
		Writing: func(at time.Duration) {
			f.mu.Lock()
			defer f.mu.Unlock()
			p.since = at
		},
		Wrote: func(w load.Written) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.wrote(p, w)
		},
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	p.cancel()
	p.cancel = nil
	if r.Ended == nil {
		f.depart(p)
		return
	}
	p.state = parting
	f.part.do(func(bool) { f.end(p, r.Ended) })
}

// wrote counts a write that waited as long as it had to; f.mu is held.
func (f *Fleet) wrote(p *publisher, w load.Written) {
	since := p.since
	p.since, p.stuck = 0, false
	f.count(&written{p: p, at: w.At, due: w.Pictures, frames: w.Frames, bytes: w.Bytes})
	if took := w.Until - w.At; took > blocksFrom {
		f.tally.blocks++
		f.tally.blockedFor += max(0, w.Until-since) // what a sample has not told yet
		p.freed = w.Until
	} else if p.freed > 0 && p.start+p.session.NextWrite() <= w.At {
		p.freed = w.At
	}
}

// forever is longer than any run.
const forever = 1 << 60
