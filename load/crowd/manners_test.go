package crowd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestSlow: it reads no faster than its rate, and a prompt one beside it as fast as it comes.
func TestSlow(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine})
			addr := listen(t, func(s *side, n int) { s.play(3000, 1); s.gone() })
			began := time.Now()
			seat := seatAt(addr)
			seat.Manner, seat.Rate = load.Slow, 400_000
			r.Join(seat)
			seat.Manner, seat.Actor = load.Prompt, "play/live/s0/1"
			r.Join(seat)
			var slow, prompt total
			historytest.Eventually(t, "a second of it, and the prompt one is far ahead", func() bool {
				for _, s := range r.Sample() {
					sum := &prompt
					if s.Manner == string(load.Slow) {
						sum = &slow
					}
					sum.Bytes += s.Bytes
				}
				return slow.Bytes > 50_000 && prompt.Bytes >= 4*slow.Bytes
			})
			if most := int64(time.Since(began).Seconds() * 400_000 / 8); slow.Bytes > most {
				t.Errorf("%d bytes, of at most %d", slow.Bytes, most)
			}
		})
	}
}

// TestChurn: it leaves of itself and comes again at once.
func TestChurn(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			r := run(t, Config{Engine: engine, Seed: 3})
			seat := seatAt(listen(t, func(s *side, n int) { s.play(3, 1); s.gone() }))
			seat.Manner, seat.Stay = load.Churn, 30*time.Millisecond
			r.Join(seat)
			r.until(t, seat.Actor, "20 asks, churn")
			r.stop()
			var ended, since time.Duration
			for _, e := range r.notes.All() {
				switch w := e.What.(type) {
				case history.PlayRequested:
					if w.Session > 1 && e.Due != ended {
						t.Errorf("session %d was due at %v, and the one before ended at %v", w.Session, e.Due, ended)
					}
					since = e.At
				case history.PlayEnded:
					if ended = e.At; w.Wire != history.WireOurs || !w.Clean || e.At < since {
						t.Errorf("ended: %+v", w)
					}
				case history.PlayRefused:
					t.Errorf("refused: %+v", w)
				}
			}
			var sum total
			if r.total(&sum, load.Churn); sum.Ended != 0 {
				t.Errorf("%d were ended by the server", sum.Ended)
			}
		})
	}
}

// TestIdle: it reads nothing.
func TestIdle(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			blocked := make(chan bool, 1)
			r := run(t, Config{Engine: engine})
			seat := seatAt(listen(t, func(s *side, n int) {
				s.request()
				s.say(head)
				s.SetWriteDeadline(time.Now().Add(time.Second)) // which is enough to see that nobody reads, and no promise
				for wrote := 0; wrote < 64<<20; wrote += 1 << 16 {
					if _, err := s.Write(make([]byte, 1<<16)); err != nil {
						blocked <- true
						s.reset()
						return
					}
				}
				blocked <- false
			}))
			seat.Manner = load.Idle
			r.Join(seat)
			if !<-blocked {
				t.Error("somebody reads")
			}
			var sum total
			if r.total(&sum, load.Idle); sum.Bytes != 0 || sum.Opened != 0 || sum.Asked == 0 {
				t.Errorf("%+v", sum)
			}
			if engine == Epoll { // which sees a reset all the same
				r.until(t, seat.Actor, "2 asks, idle")
			}
		})
	}
}

// TestLeaving: those that came last leave first, each with a last event; so do all at the end of the run.
func TestLeaving(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Cleanup(func() { goleak.VerifyNone(t) })
			r := run(t, Config{Engine: engine})
			addr := listen(t, func(s *side, n int) { s.play(3, 1); s.gone() })
			actors := make([]string, 10)
			for i := range actors {
				seat := seatAt(addr)
				seat.Actor = fmt.Sprint(i)
				actors[i] = seat.Actor
				r.Join(seat)
				r.until(t, seat.Actor, "first keyframe")
			}
			var sum total
			historytest.Eventually(t, "all has come", func() bool { return r.total(&sum, load.Prompt).Tags == 30 })
			r.Leave(4)
			historytest.Eventually(t, "four have left", func() bool { return r.total(&sum, load.Prompt).Left == 4 })
			if sum.Wanted != 6 || sum.Joined != 10 || sum.Playing+sum.Dry != 6 {
				t.Errorf("%+v", sum)
			}
			for i, a := range actors {
				if ended := has(r.notes.lines(a), "1 ended: ours, 3 frames"); ended != (i >= 6) {
					t.Errorf("player %d: ended %v", i, ended)
				}
			}
			r.stop()
			for _, a := range actors {
				lines := r.notes.lines(a)
				if last := lines[len(lines)-1]; !strings.HasPrefix(last, "1 ended: ours, 3 frames") {
					t.Errorf("the last event of %s is %q", a, last)
				}
			}
			r.Leave(100)
			r.Join(seatAt(addr)) // too late, and no harm
		})
	}
}

// TestSilence: a player tells once that nothing comes, and that something comes again.
func TestSilence(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine, Buffer: 100 * time.Millisecond})
			goOn := make(chan bool)
			defer close(goOn)
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(10, 1)
				<-goOn
				s.Write(frames(s.clip, 11, 2)[10])
				s.gone()
			}))
			r.Join(seat)
			r.until(t, seat.Actor, "silent")
			var sum total
			historytest.Eventually(t, "it is dry", func() bool { return r.total(&sum, load.Prompt).Dry == 1 })
			goOn <- true
			r.until(t, seat.Actor, "1 progress, 1 frames, epoch 1")
			var told []string
			for _, l := range r.notes.lines(seat.Actor) {
				if strings.Contains(l, "progress") {
					told = append(told, l)
				}
			}
			// By now it may be silent again.
			if told[0] != "1 progress, 10 frames, silent, epoch 1" || !strings.HasPrefix(told[1], "1 progress, 1 frames") {
				t.Errorf("told:\n%s", strings.Join(told, "\n"))
			}
		})
	}
}

// TestSilenceBetweenFrames: a stream of a frame now and then is told as what it is: after each one nothing comes.
func TestSilenceBetweenFrames(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine})
			goOn := make(chan bool)
			defer close(goOn)
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(10, 1)
				<-goOn
				s.Write(frames(s.clip, 11, 2)[10])
				s.gone()
			}))
			r.Join(seat)
			r.until(t, seat.Actor, "silent")
			goOn <- true
			r.until(t, seat.Actor, "1 progress, 1 frames, epoch 1")
			r.until(t, seat.Actor, "1 progress, 0 frames, silent, epoch 1")
		})
	}
}

// TestEpochs: the epoch of a stream that changes on an open connection is told, and what came before as the old one's.
func TestEpochs(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine, Source: 7})
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(5, 1)
				for _, f := range frames(s.clip, 5, 2) {
					s.Write(f)
				}
				s.gone()
			}))
			r.Join(seat)
			r.until(t, seat.Actor, "epoch 2")
			lines := r.notes.lines(seat.Actor)
			for _, want := range []string{"1 progress, 5 frames, epoch 1", "1 progress, 1 frames, epoch 2"} {
				if !has(lines, want) {
					t.Errorf("no %q in:\n%s", want, strings.Join(lines, "\n"))
				}
			}
			if got := has(lines, "epoch 3"); got {
				t.Error("epochs are made up")
			}
		})
	}
}

// TestDue: latency counts from when a session was due, and a session that is not due yet waits.
func TestDue(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			r := run(t, Config{Engine: engine})
			seat := seatAt(listen(t, func(s *side, n int) { s.play(3, 1); s.gone() }))
			seat.Due = r.notes.Now() + 300*time.Millisecond
			r.Join(seat)
			r.until(t, seat.Actor, "first media")
			for _, e := range r.notes.All() {
				if w, ok := e.What.(history.PlayRequested); ok && (e.At < seat.Due || e.Due != seat.Due) {
					t.Errorf("%+v at %v, due %v", w, e.At, e.Due)
				}
			}
			s := r.Sample()[0]
			if len(s.Connect) != 1 || len(s.FirstByte) != 1 || len(s.FirstFrame) != 1 || len(s.Late) != 1 || s.Connect[0][0] > s.FirstFrame[0][0] {
				t.Errorf("%+v", s)
			}
			if r.Sample()[0].FirstFrame != nil {
				t.Error("it is told twice")
			}
		})
	}
}
