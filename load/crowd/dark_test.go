package crowd

import (
	"io"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// watching is a viewer whose buffer is full so long after the run began, and what was seen since.
type watching struct {
	*running
	buffer time.Duration
	sum    history.CrowdSample
}

// look adds a sample. From when pictures should have moved until it is taken, a viewer saw them or did not: no time is missing.
func (w *watching) look(t *testing.T) {
	t.Helper()
	before := w.notes.Now()
	samples := w.Sample()
	after := w.notes.Now()
	for _, s := range samples {
		if got := s.Connecting + s.Asking + s.Playing + s.Dry + s.Waiting; got != s.Wanted {
			t.Errorf("%d of %d stand somewhere: %+v", got, s.Wanted, s)
		}
		w.sum.Stalls += s.Stalls
		w.sum.Stalled += s.Stalled
		w.sum.Played += s.Played
		if s.Dark > s.Connecting+s.Asking+s.Waiting {
			t.Errorf("more are dark than have no stream: %+v", s)
		}
		w.sum.Dry, w.sum.Dark, w.sum.Playing, w.sum.Wanted = s.Dry, s.Dark, s.Playing, s.Wanted
	}
	for _, e := range w.notes.All() {
		if first, ok := e.What.(history.PlayFirst); ok && first.Session == 1 && first.Of == "media" && w.sum.Wanted > 0 {
			got := w.sum.Stalled + w.sum.Played
			if since := e.At + w.buffer; got < before-since || got > max(0, after-since) {
				t.Errorf("%v stalled and %v played are not the time since %v, which is %v to %v", w.sum.Stalled, w.sum.Played, since, before, after)
			}
			return
		}
	}
}

// TestDarkForGood: a server that ends a stream and refuses it from then on leaves its viewers before a dark picture, and that counts as
// it passes.
func TestDarkForGood(t *testing.T) {
	for _, engine := range engines() {
		for name, refuse := range map[string]script{
			"refused":   func(s *side, n int) { s.request(); s.say("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") },
			"reset":     func(s *side, n int) { s.reset() },
			"no answer": func(s *side, n int) { s.gone() },
			"no frame":  func(s *side, n int) { s.request(); s.say(head); s.gone() },
		} {
			t.Run(engine+"/"+name, func(t *testing.T) {
				w := &watching{running: run(t, Config{Engine: engine, Buffer: 100 * time.Millisecond}), buffer: 100 * time.Millisecond}
				w.Join(seatAt(listen(t, func(s *side, n int) {
					if n > 1 {
						refuse(s, n)
						return
					}
					s.play(10, 1)
				})))
				historytest.Eventually(t, "it is dark for a while", func() bool {
					w.look(t)
					return w.sum.Stalled > 400*time.Millisecond
				})
				if w.sum.Stalls != 1 || w.sum.Dry+w.sum.Dark != 1 || w.sum.Playing != 0 {
					t.Errorf("%+v", w.sum)
				}
			})
		}
	}
}

// TestSeenOverSessions: where the next session comes before the buffer is empty, the viewer does not notice.
func TestSeenOverSessions(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			const buffer = time.Second
			w := &watching{running: run(t, Config{Engine: engine, Buffer: buffer}), buffer: buffer}
			seat := seatAt(listen(t, func(s *side, n int) {
				s.play(3000, 1)
				if n == 3 {
					s.gone()
				}
			}))
			w.Join(seat)
			w.until(t, seat.Actor, "3 first keyframe")
			historytest.Eventually(t, "pictures move", func() bool {
				w.look(t)
				return w.sum.Played > 100*time.Millisecond
			})
			if w.sum.Stalls != 0 || w.sum.Dry+w.sum.Dark != 0 {
				t.Errorf("%+v", w.sum)
			}
		})
	}
}

// TestLeavingIsNoStall: whoever leaves of itself sees nothing from then on, and does not miss it.
func TestLeavingIsNoStall(t *testing.T) {
	for name, c := range map[string]struct {
		ends    func(*player)
		stalled time.Duration // up to 10 s, where pictures moved from 1 s to 1.04 s
	}{
		"the server ends it":  {func(p *player) { p.ended(io.EOF) }, 10*time.Second - 1040*time.Millisecond},
		"a churning one goes": {func(p *player) { p.left() }, 0},
		"it goes for good":    {func(p *player) { p.leaves() }, 0},
	} {
		crowd, err := New(Config{Sink: newNotes(), Engine: Goroutine})
		if err != nil {
			t.Fatal(err)
		}
		d := crowd.plain.desks()[0]
		p := &player{d: d, page: crowd.pages.of("http://127.0.0.1:1/"), manner: churn}
		d.seat(p)
		p.begin()
		p.opened = true
		p.stands(playing)
		p.playback.came(0, 0, time.Second, &p.counts().played)
		p.playback.came(0, 40, time.Second, &p.counts().played)
		d.now = 1020 * time.Millisecond
		c.ends(p)
		counts := &d.counts[churn]
		p.playback.settle(10*time.Second, &counts.played)
		if got := counts.played.stalled; got != c.stalled || p.playback.isDry(10*time.Second) != (c.stalled > 0) {
			t.Errorf("%s: stalled for %v, want %v", name, got, c.stalled)
		}
	}
}

// TestComing: somebody is on the way until he has got a first frame, and an idle one until it has asked; who then loses the stream was here.
func TestComing(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			serve := make(chan bool)
			r := run(t, Config{Engine: engine})
			addr := listen(t, func(s *side, n int) {
				s.request()
				s.say(head)
				s.Write(opening(s.clip))
				if <-serve {
					s.Write(frames(s.clip, 1, 1)[0])
				}
			})
			idle := seatAt(addr)
			idle.Manner, idle.Actor = load.Idle, "idle"
			r.Join(idle)
			historytest.Eventually(t, "the idle one has come", func() bool { return r.Coming() == 0 })
			r.Join(seatAt(addr))
			r.until(t, seatAt("").Actor, "answer 200")
			if n := r.Coming(); n != 1 {
				t.Errorf("%d are coming", n)
			}
			serve <- true // one of them
			serve <- true
			historytest.Eventually(t, "it has come", func() bool { return r.Coming() == 0 })
			close(serve)
			r.until(t, seatAt("").Actor, "2 answer 200")
			if n := r.Coming(); n != 0 {
				t.Errorf("%d are coming", n)
			}
			r.Leave(2)
			historytest.Eventually(t, "they have left", func() bool {
				s := r.Sample()
				return s[0].Wanted+s[1].Wanted == 0
			})
			r.Join(seatAt(addr))
			if n := r.Coming(); n != 1 {
				t.Errorf("%d are coming", n)
			}
		})
	}
}
