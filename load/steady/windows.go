package steady

import (
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// briefest is the shortest window: what is left of one goes to the next.
	briefest = 10 * time.Millisecond
	// shortest is the shortest one in which the generator is looked at. The processor's time is counted in hundredths of a second, and
	// over a few of them would say anything.
	shortest = 200 * time.Millisecond
)

// windows tells what publishers and players did, window by window, without holes: to each whole second of the run's clock, and to
// where a step begins, holds or ends, so that each window is of one of these.
type windows struct {
	run *Run
	// step is what the window that is open belongs to; the next one, between two steps.
	step int
	from time.Duration
	self time.Duration // where the generator's own window began
}

func newWindows(r *Run) windows {
	now := r.Sink.Now()
	return windows{run: r, from: now, self: now}
}

// next is when the window ends that is open now: with the second, or with the next one where that would be a brief one.
func (w *windows) next() time.Duration {
	return (w.from + briefest).Truncate(time.Second) + time.Second
}

// tick ends the window if it is time, and returns what time it is.
func (w *windows) tick() time.Duration {
	now := w.run.Sink.Now()
	if now >= w.next() {
		w.cut(now)
	}
	return now
}

// cut ends the window and begins another, unless it has only just begun.
func (w *windows) cut(now time.Duration) {
	if now-w.from >= briefest {
		w.take(now)
	}
}

// take ends the window and begins another.
func (w *windows) take(now time.Duration) {
	length := now - w.from
	if length <= 0 {
		return
	}
	w.from = now
	record := func(p history.Payload) {
		w.run.Sink.Record(history.Event{At: now, Actor: "run", What: p})
	}
	if w.run.Crowd != nil {
		for _, s := range w.run.Crowd.Sample() {
			s.Step, s.For = w.step, length
			record(s)
		}
	}
	if w.run.Fleet != nil {
		s := w.run.Fleet.Sample()
		s.Step, s.For = w.step, length
		record(s)
	}
	if w.run.Self != nil && now-w.self >= shortest {
		s := w.run.Self.Sample()
		s.Step, s.For = w.step, now-w.self
		record(s)
		w.self = now
	}
}
