package target

import (
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Prelude is a Sink for what happens before there is a Recorder: a server has to be started, and asked what it is,
// before the header of its history can be written. It keeps the events and hands them over to the Sink it is attached to;
// from then on it only passes on.
type Prelude struct {
	mu   sync.Mutex
	kept []history.Event
	to   history.Sink
}

// maxKept bounds what is kept: a server that floods its log before it is ready does not fill our memory.
const maxKept = 10_000

// Record keeps or passes on an event.
func (p *Prelude) Record(e history.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.to != nil:
		p.to.Record(e)
	case len(p.kept) < maxKept:
		p.kept = append(p.kept, e)
	}
}

// Now is the clock of the Sink attached to, and zero before: what happens in the prelude is written down at the start.
func (p *Prelude) Now() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to == nil {
		return 0
	}
	return p.to.Now()
}

// Attach hands the kept events over to sink, and from then on passes everything on to it.
func (p *Prelude) Attach(sink history.Sink) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.kept {
		e.At = 0 // the recorder sets it
		sink.Record(e)
	}
	p.kept, p.to = nil, sink
}
