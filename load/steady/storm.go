package steady

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/report/history"
)

// ahead is how long before they are due players are handed over, so that this goroutine's waking is no part of how late they are.
const ahead = 10 * time.Millisecond

// never is later than any run.
const never = time.Duration(math.MaxInt64)

// storm is a Run at work.
type storm struct {
	*Run
	windows windows
	seats   seats
	rng     *rand.Rand
}

func newStorm(r *Run) *storm {
	return &storm{Run: r, windows: newWindows(r), seats: newSeats(r), rng: load.Rand(r.Seed, "arrive")}
}

// until waits until the run's clock shows at, or until early is closed, and ends the windows that end meanwhile. It reports whether the run
// goes on.
func (s *storm) until(ctx context.Context, at time.Duration, early <-chan struct{}) bool {
	for {
		now := s.windows.tick()
		if ctx.Err() != nil || now >= at {
			return ctx.Err() == nil
		}
		timer := time.NewTimer(min(at, s.windows.next()) - now)
		select {
		case <-timer.C:
		case <-early:
			at = now
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// publish has every stream published, where there are players to come, and waits for that as long as a server may take. What is
// missing then is told by the samples, and felt by the players.
func (s *storm) publish(ctx context.Context) bool {
	if s.Crowd == nil || s.Fleet == nil {
		return ctx.Err() == nil
	}
	a := ramp.Arrivals{Rate: publishersPace, Even: true}
	due, rng := s.Sink.Now(), load.Rand(s.Seed, "arrive/publishers")
	for i := range s.Streams {
		s.Fleet.Join(s.berth(i, due))
		due = a.Next(rng, due)
	}
	for latest := due + s.patience(); s.Fleet.Publishing() < len(s.Streams) && s.Sink.Now() < latest; {
		if !s.until(ctx, s.Sink.Now()+lookEvery, nil) {
			return false
		}
	}
	return ctx.Err() == nil
}

// patience is how long the server may take.
func (s *storm) patience() time.Duration {
	if s.Scale <= 0 {
		return patience
	}
	return time.Duration(s.Scale * float64(patience))
}

// walk goes through all steps. Each begins when the one before it was to end, however late we are.
func (s *storm) walk(ctx context.Context) {
	begin := s.Sink.Now()
	for {
		step, ok := s.Walk.Next()
		if !ok {
			return
		}
		s.enter(step, begin)
		end, goesOn := s.step(ctx, step, begin)
		if !goesOn {
			return
		}
		s.windows.cut(s.Sink.Now())
		s.windows.step = step.N + 1
		s.tell(history.LoadStepEnded{Step: step.N})
		begin = end
		if step.Measured {
			if !s.judge(ctx, step) {
				return
			}
			begin = s.Sink.Now()
		}
	}
}

func (s *storm) tell(p history.Payload) { s.Sink.Record(history.Event{Actor: "run", What: p}) }

// enter begins a step.
func (s *storm) enter(step ramp.Step, due time.Duration) {
	s.windows.cut(s.Sink.Now())
	s.windows.step = step.N
	of := "players"
	if s.Crowd == nil {
		of = "publishers"
	}
	s.Sink.Record(history.Event{Due: due, Actor: "run", What: history.LoadStep{
		Step: step.N, Of: of, Why: step.Why, From: step.From, To: step.To, Over: step.Over, Hold: step.Hold,
	}})
}

// step goes through one step that was to begin at begin, and returns when it was to end. It reports whether the run goes on.
func (s *storm) step(ctx context.Context, step ramp.Step, begin time.Duration) (time.Duration, bool) {
	course := step.Course(s.seats.here, s.Arrivals, s.rng)
	change, more := course.Next()
	holds, end := begin+step.Over, begin+step.Length()
	if step.Measured {
		end = never
	}
	for held, waited := false, false; ; {
		leaving := 0
		for ; more && begin+change.At <= end && ctx.Err() == nil; change, more = course.Next() {
			at, now := begin+change.At, s.windows.tick()
			if at > now+ahead || change.By < 0 && at > now || change.By > 0 && now > end {
				break
			}
			if change.By < 0 {
				leaving -= change.By
				continue
			}
			s.seats.leave(leaving) // who comes after others have left takes a seat of theirs
			leaving = 0
			s.seats.join(at)
			holds = max(holds, at)
		}
		s.seats.leave(leaving)

		now, wake := s.Sink.Now(), end
		switch at := begin + change.At; {
		case more && at > end: // the step is over before he comes
		case more && change.By > 0:
			wake = min(wake, at-ahead/2) // several at a time
		case more:
			wake = min(wake, max(at, now+ahead/2))
		case !held && now >= holds && now < holds+step.Grace && s.coming() > 0:
			waited = true
			wake = min(now+lookEvery, holds+step.Grace)
		case !held && now >= holds:
			if waited {
				s.Walk.Waited(now - holds)
				holds = now
			}
			s.windows.cut(now)
			s.tell(history.LoadHolds{Step: step.N})
			held = true
			if step.Measured {
				end = holds + step.Hold
			}
			wake = end
		case !held:
			wake = min(wake, holds)
		}
		if now >= end {
			return end, true
		}
		if !s.until(ctx, wake, nil) {
			return 0, false
		}
	}
}

// coming is how many have come and not got what they came for yet.
func (s *storm) coming() int {
	if s.Crowd == nil {
		return s.seats.here - s.Fleet.Publishing()
	}
	return s.Crowd.Coming()
}

// judge asks whether the load of a step held, and tells the walk. It reports whether the run goes on.
func (s *storm) judge(ctx context.Context, step ramp.Step) bool {
	asking, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	p, answered := history.LoadJudged{Step: step.N, Load: step.To}, make(chan struct{})
	go func() {
		defer close(answered)
		p.Held, p.Ours, p.Why = s.Judge(asking, step.N)
	}()
	goesOn := s.until(ctx, never, answered)
	cancel()
	<-answered
	if !goesOn {
		return false
	}
	s.tell(p)
	s.Walk.Judged(p.Held, p.Ours, p.Why)
	return true
}
