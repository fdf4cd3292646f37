package history

import (
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	// queueSize is how many events may wait for the writer. At 15,000 events a second it rides out a disk that stands
	// still for four seconds.
	queueSize = 1 << 16
	// gatherFor is how long events may wait for more: to wake the writer for each alone costs as much as to write and judge it.
	gatherFor = 10 * time.Millisecond
	// flushEvery is how much of a killed run may be lost.
	flushEvery = time.Second
)

// RecorderConfig says where a run is recorded.
type RecorderConfig struct {
	// Dir is the run's folder, made when it is missing; the history is the file FileName in it, which must not be there
	// yet. Empty keeps no file.
	Dir string
	// Header becomes the first line. Schema is set by the Recorder. The clock of the run begins at StartedAt, which has to be
	// of this process, or now when it is zero: who judges the run while it goes on needs it before.
	Header Header
	// Listener, if any, is called with each event, in the order of Seq, from one goroutine.
	Listener func(Event)
}

// Recorder puts the events of a run in one order. Record may be called from any goroutine.
type Recorder struct {
	start    time.Time
	listener func(Event)
	stop     chan struct{}
	stopOnce sync.Once
	done     chan struct{}

	mu      sync.Mutex
	queue   []Event
	dropped int64 // not told yet
	closed  bool

	// Of the writer's goroutine alone, until done is closed.
	taken   []Event // taken from the queue last; its memory is the next queue's
	seq     int64
	file    *file // nil without one, or after a write failed
	failure error
}

// NewRecorder starts the clock of a run and the one goroutine that writes it; Close ends both. The header stands on
// disk when it returns, so that a folder which can't be written is known before anything is attempted.
func NewRecorder(cfg RecorderConfig) (*Recorder, error) {
	r := &Recorder{
		start:    cfg.Header.StartedAt,
		listener: cfg.Listener,
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
	}
	if r.start.IsZero() {
		r.start = time.Now()
	}
	if cfg.Dir != "" {
		header := cfg.Header
		header.Schema = Schema
		header.StartedAt = r.start
		f, err := createFile(cfg.Dir, header)
		if err != nil {
			return nil, err
		}
		r.file = f
	}
	go r.run()
	return r, nil
}

// Now is the offset on the run's clock.
func (r *Recorder) Now() time.Duration { return time.Since(r.start) }

// Start is the wall clock, and the monotonic one, at offset zero.
func (r *Recorder) Start() time.Time { return r.start }

// Record takes e into the history; At is set to now when it is zero, Seq always. It never blocks: when the queue is
// full the event is lost, counted, and told by OwnTrouble "dropped-events". After Close it does nothing.
func (r *Recorder) Record(e Event) {
	if e.At == 0 {
		e.At = r.Now()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return
	case len(r.queue) >= queueSize:
		r.dropped++
		return
	}
	r.queue = append(r.queue, e)
}

// Close writes what is queued, ends the file and returns the first error of writing it. It may be called again.
func (r *Recorder) Close() error {
	r.stopOnce.Do(func() {
		r.mu.Lock()
		r.closed = true
		r.mu.Unlock()
		close(r.stop)
	})
	<-r.done
	return r.failure
}

func (r *Recorder) run() {
	defer close(r.done)
	tick := time.NewTicker(TickEvery)
	defer tick.Stop()
	gathered := time.NewTicker(gatherFor)
	defer gathered.Stop()
	lastFlush := r.start
	for {
		select {
		case <-gathered.C:
			r.drain()
		case <-tick.C:
			// The tick says that everything before now has been heard, so what is queued goes first.
			now := r.Now()
			r.drain()
			r.deliver(Event{At: now, Actor: "run", What: Tick{}})
			if time.Since(lastFlush) >= flushEvery {
				r.write((*file).flush)
				lastFlush = time.Now()
			}
		case <-r.stop:
			r.drain()
			r.write((*file).close)
			return
		}
	}
}

// drain delivers what is in the queue now, and tells what fell out of it.
func (r *Recorder) drain() {
	r.mu.Lock()
	r.queue, r.taken = r.taken[:0], r.queue
	dropped := r.dropped
	r.dropped = 0
	r.mu.Unlock()
	for _, e := range r.taken {
		r.deliver(e)
	}
	clear(r.taken)
	if dropped > 0 {
		r.deliver(Event{At: r.Now(), Actor: "run", What: OwnTrouble{
			Code: "dropped-events", Detail: phrase.English.Say(phrase.HistoryQueueFull), Count: dropped,
		}})
	}
}

// deliver gives e its number, writes it and passes it on.
func (r *Recorder) deliver(e Event) {
	r.seq++
	e.Seq = r.seq
	r.write(func(f *file) error { return f.event(e) })
	if r.listener != nil {
		r.listener(e)
	}
}

// write does one thing to the file. The first failure is kept and told, and ends the file; the run goes on without.
func (r *Recorder) write(do func(*file) error) {
	if r.file == nil {
		return
	}
	err := do(r.file)
	if err == nil {
		return
	}
	r.failure = err
	r.file.abandon()
	r.file = nil
	r.deliver(Event{At: r.Now(), Actor: "run", What: OwnTrouble{Code: "disk", Detail: err.Error(), Count: 1}})
}
