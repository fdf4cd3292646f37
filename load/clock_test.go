package load

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"github.com/google/go-cmp/cmp"
)

func TestSteadyClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := SteadyClock()
		if now := time.Now().UnixNano(); clock() != now {
			t.Errorf("%d, want %d", clock(), now)
		}
		time.Sleep(time.Hour)
		if now := time.Now().UnixNano(); clock() != now {
			t.Errorf("an hour later: %d, want %d", clock(), now)
		}
	})
	clock := SteadyClock()
	if n := testing.AllocsPerRun(100, func() { clock() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestSharedClock: what a publisher stamps and a witness reads is what their clock says, not the machine's, which somebody may set.
func TestSharedClock(t *testing.T) {
	to, saw := serveOne(t, (*rtmp.ServerConn).Accept)
	p, _ := publishers(t, profile.Profile{Accept: "onstatus"})
	p.Clock = func() int64 { return 12345 }
	s, failure := p.Connect(t.Context(), to, someone, Attempt{})
	if failure != nil {
		t.Fatal(failure)
	}
	if _, failure = s.Publish(7); failure != nil {
		t.Fatal(failure)
	}
	said, failure := s.Await(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	s.Hold(t.Context(), Holding{Said: said, Live: 50 * time.Millisecond, Accepted: func(time.Duration) {}})
	s.Close()
	got := <-saw
	if len(got.stamps) == 0 || got.stamps[0].SentAt != 12345 {
		t.Errorf("stamps %+v", got.stamps)
	}

	const ahead = 10 * time.Second
	sink := lapse(t, func(p *projector) {
		p.begin()
		time.Sleep(time.Second)
		b := p.body(1, 1, func(s *media.Stamp) { s.SentAt += int64(ahead) })
		time.Sleep(7 * time.Millisecond)
		p.tag(flv.Video, 0, b)
	}, func(p *Player) {
		steady := SteadyClock()
		p.Clock = func() int64 { return steady() + int64(ahead) }
	})
	if odd := sayOdd(sink.Notes); odd != nil {
		t.Error(odd)
	}
	var ages []int64
	for _, w := range historytest.Of[history.Watched](sink.Notes) {
		ages = append(ages, w.Ages...)
	}
	if diff := cmp.Diff([]int64{7000}, ages); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
