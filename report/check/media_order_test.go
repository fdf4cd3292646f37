package check

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// TestLongRunsForgetEpochs holds that a long run's publishes are forgotten, also for a viewer that is held all the time, and
// that a frame of one of them is old all the same.
func TestLongRunsForgetEpochs(t *testing.T) {
	for _, held := range []bool{true, false} {
		s := newScript(t)
		s.length = 10 * time.Minute
		s.watch(50, 1)
		at := 100.0
		for epoch := range uint32(1000) {
			s.cycles(k0, epoch+1, at, 1)
			if !held && epoch > 0 {
				s.eof(at-1, int(epoch), 9)
				s.watch(at+2, int(epoch)+1)
			}
			session := 1
			if !held {
				session = int(epoch) + 1
			}
			s.frames(session, epoch+1, at+10, at+490)
			at += 500.1
		}
		if held {
			s.frames(1, 3, at+1, at+2)
		} else {
			s.eof(at+1, 1000, 9)
			s.watch(at+2, 1001)
			s.frames(1001, 3, at+3, at+4)
		}
		j := New(s.header)
		most := 0
		for i, e := range s.ordered() {
			e.Seq = int64(i + 1)
			j.Step(e)
			for _, c := range j.trial.checkers {
				if m, ok := c.(*media); ok && m.keys[k0] != nil {
					most = max(most, len(m.keys[k0].attempts), len(m.keys[k0].open), len(m.waiting))
				}
			}
		}
		if most > 20 {
			t.Errorf("held %v: %d publishes or connections kept of 1,000", held, most)
		}
		if got := brief(j.Finish()); got != "fail stale-media×1(live/s0)" {
			t.Errorf("held %v: %s", held, got)
		}
	}
}

// TestMoreEpochsThanAreKept holds that of publishes which were forgotten only for their number nothing is said: it may have been
// their time.
func TestMoreEpochsThanAreKept(t *testing.T) {
	s := newScript(t)
	epoch, at := s.cycles(k0, 1, 100, 20) // the first are forgotten, for others came after them
	s.watch(at, 1)
	s.accept(k0, epoch, at+1, at+2)
	s.depart(k0, epoch, at+40)
	s.frames(1, epoch, at+10, at+40)
	for range maxEpochs + 100 {
		epoch, at = epoch+1, at+50
		s.accept(k0, epoch, at+1, at+2)
		s.depart(k0, epoch, at+40)
	}
	s.frames(1, 25, at+3000, at+3001)
	s.length = ms(at + 10000)
	s.want("pass")
}

// TestPublishesOfTheSameTime holds that two publishes that can't be told apart by their times are taken in the same order
// each time.
func TestPublishesOfTheSameTime(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	for epoch := range uint32(6) {
		s.accept(k0, epoch+2, 600.1, 601)
	}
	s.watch(650, 1)
	s.stretches(1, "1@651-652")
	for range 10 {
		for _, f := range s.judge().Findings {
			if f.Code == StaleMedia && f.Cases[0].Other != 2 {
				t.Fatalf("the publish before which it came is %d, want 2", f.Cases[0].Other)
			}
		}
		k := newEpochs(k0)
		k.attempts[1] = &attempt{epoch: 1, fate: accepted, sent: ms(100), came: ms(101), departed: true, departedAt: ms(600)}
		for epoch := range uint32(6) {
			k.attempts[epoch+2] = &attempt{epoch: epoch + 2, fate: accepted, sent: ms(596 + float64(epoch)), came: ms(610)}
		}
		New(s.header).trial.media.forget(k, ms(9000), maxEpochs)
		if k.attempts[1] != nil {
			t.Fatal("one that all of them came after was kept")
		}
	}
}

// TestNoTicks holds that what a history without ticks tells of a connection is not kept without end, in whatever order it comes.
func TestNoTicks(t *testing.T) {
	s := newScript(t)
	s.twice()
	j := New(s.header)
	for _, e := range s.events {
		j.Step(e)
	}
	const n = 5 * maxUnjudged
	j.Step(history.Event{At: ms(50), Key: k0, Actor: p0, What: history.PlayRequested{Session: 1, Witness: true}})
	v := j.trial.media.players[p0]
	for i := range n {
		at := ms(2000) + time.Duration(n-i)*time.Microsecond
		j.Step(history.Event{At: at, Key: k0, Actor: p0, Epoch: 1 + uint32(i%2), What: history.Watched{Session: 1, Video: 1, First: at}})
		j.Step(history.Event{At: at, Key: k0, Actor: p0, Epoch: 1, What: history.Oddity{Session: 1, What: history.Altered}})
		if len(v.runs) > maxUnjudged || len(v.odds) > maxUnjudged {
			t.Fatalf("%d stretches and %d faults wait to be judged", len(v.runs), len(v.odds))
		}
	}
	if got, want := brief(j.Finish()), fmt.Sprintf("media-corrupt×%d(live/s0)", n); !strings.Contains(got, want) || !strings.Contains(got, "stale-media×1") {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestConnectionsThatNeverEnd holds that one of which there is nothing new is not looked at again and again.
func TestConnectionsThatNeverEnd(t *testing.T) {
	s := newScript(t)
	s.twice()
	j := New(s.header)
	for _, e := range s.ordered() {
		j.Step(e)
		if e.At != ms(600.1) {
			continue
		}
		for i := range 100 {
			actor := fmt.Sprint("play/", i)
			j.Step(history.Event{At: ms(50), Key: k0, Actor: actor, What: history.PlayRequested{Session: 1, Witness: true}})
			j.Step(history.Event{At: ms(500), Key: k0, Actor: actor, Epoch: 1, What: history.Watched{Session: 1, Video: 9, First: ms(150)}})
		}
	}
	m := j.trial.media
	if len(m.waiting) != 0 || len(m.keys[k0].open) != 100 {
		t.Errorf("%d of %d connections wait to be judged", len(m.waiting), len(m.keys[k0].open))
	}
	for _, v := range m.players {
		m.close(v.actor, 1)
	}
	if len(m.keys[k0].open)+len(m.players) != 0 {
		t.Errorf("%d connections are open after their end", len(m.keys[k0].open))
	}
}

// TestAnyOrderOfFrames tries stretches and faults in any order, with any fates, and holds that nothing breaks, that nothing
// is found where each connection has one publish after the other, and that it is judged the same again.
func TestAnyOrderOfFrames(t *testing.T) {
	whats := []history.What{history.Gap, history.Switch, history.Foreign, history.NoKeyframe, history.PreviousSize, "", history.Sizes}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		s := newScript(t).use([]string{"srs", "generic", "livego", "node-media-server"}[seed%4])
		s.header.Profile["viewers"] = "either" // some of them are ended
		wild := seed%2 == 0
		at := 100.0
		session := 1
		s.watch(60, session)
		for epoch := uint32(1); epoch < 12; epoch++ {
			live := 300 + float64(r.IntN(300))
			s.accept(k0, epoch, at, at+1+float64(r.IntN(20)))
			if r.IntN(3) == 0 {
				s.refuse(k0, epoch+100, at+100, at+101, try{role: history.Contender})
			}
			if r.IntN(4) == 0 {
				s.eof(at+20, session, 9)
				session++
				s.watch(at+21, session)
			}
			s.frames(session, epoch, at+30, at+live)
			if wild {
				for range r.IntN(6) {
					when := at + 25 + float64(r.IntN(int(live)))
					other := []uint32{r.Uint32N(14), epoch + 100, 0, 1 << 31}[r.IntN(4)]
					s.frames(session+r.IntN(3)-1, other, when, when+1)
					s.oddly(when, other, history.Oddity{Session: session, What: whats[r.IntN(len(whats))], More: int64(r.IntN(2)), Missing: -3})
				}
			}
			at += live
			s.depart(k0, epoch, at)
			at += float64(r.IntN(3))
		}
		first := brief(s.judge())
		if second := brief(judged(t, s.header, s.last)); second != first {
			t.Errorf("seed %d\n first %s\nsecond %s", seed, first, second)
		}
		if !wild && first != "pass" {
			t.Errorf("seed %d: one publish after the other: %s", seed, first)
		}
	}
}
