package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

func TestWhatACaseSays(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	e := s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
	e = s.refuseAgain(k0, e, 620.1, 15000, "busy")
	s.settling(15000)
	s.refuse(k0, e, 17000, 17001, try{role: history.Settling, id: "x"})
	s.log(17002, "busy", "x", k0)
	out := s.judge()
	dup, stuck := out.Findings[0], out.Findings[1]
	c := dup.Cases[0]
	if c.Key != k0 || c.At != ms(601.1) || c.Log != "[ERROR][lives0-2] duplicated" || c.By != ByID || c.Class != profile.Duplicated || c.Epoch != 2 {
		t.Errorf("duplicated: %+v", c)
	}
	if refused, ok := s.last[c.Event-1].What.(history.PublishRefused); !ok || refused.ServerID != "lives0-2" {
		t.Errorf("its event is %+v", s.last[c.Event-1])
	}
	if len(dup.Evidence) != 2 || dup.Evidence[0].Event != c.Event || dup.Evidence[1].Log != c.Log {
		t.Errorf("its evidence is %+v", dup.Evidence)
	}
	if dup.FirstAt != c.At || !dup.Root || dup.CausedBy != nil || dup.Severity != Error {
		t.Errorf("duplicated: %+v", dup)
	}
	c = stuck.Cases[0]
	if c.Since != ms(600) || c.For != ms(17001-600) || c.Back || !c.ForGood || c.Settled != 1 || c.At < ms(10600) || c.Log == "" {
		t.Errorf("stuck: %+v", c)
	}
	if c.Refused != out.Outcome.Publish.Refused["busy"]+out.Outcome.Publish.Refused["duplicated"]+1 {
		t.Errorf("%d refused, counted were %v", c.Refused, out.Outcome.Publish.Refused)
	}
	if stuck.Root || stuck.CausedBy == nil || *stuck.CausedBy != "duplicated-pattern" {
		t.Errorf("stuck: %+v", stuck)
	}
}

func TestSlowReleaseHasADistribution(t *testing.T) {
	s := newScript(t)
	at, epoch := 100.0, uint32(1)
	for _, late := range []float64{1500, 1200, 1900} {
		s.accept(k0, epoch, at, at+1)
		s.depart(k0, epoch, at+500)
		s.refuseAgain(k0, epoch+1, at+500.1, at+500+late-50, "busy")
		at, epoch = at+500+late, epoch+100
	}
	s.accept(k0, epoch, at, at+1)
	out := s.want("fail slow-release×3(live/s0)")
	f := out.Findings[0]
	want := []time.Duration{ms(1201), ms(1501), ms(1901)}
	if len(f.Lateness) != 3 || f.Lateness[0] != want[0] || f.Lateness[1] != want[1] || f.Lateness[2] != want[2] {
		t.Errorf("lateness %v, want %v", f.Lateness, want)
	}
	for _, c := range f.Cases {
		if !c.Back || c.For == 0 {
			t.Errorf("case %+v", c)
		}
	}
}

// A run with --fail-fast ends as soon as something is proven; that must be soon.
func TestProvenSoon(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
	s.refuseAgain(k0, 3, 620.1, 5000, "busy")
	j := New(s.header)
	for i, e := range s.ordered() {
		e.Seq = int64(i + 1)
		j.Step(e)
		if j.Proven() {
			if e.At > ms(1000) {
				t.Errorf("proven only at %v", e.At)
			}
			return
		}
	}
	t.Error("never proven")
}

func TestNothingIsProvenOfAKeyThatMayComeBack(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.refuseAgain(k0, 2, 600.1, 1500, "disposing")
	j := New(s.header)
	for i, e := range s.ordered() {
		e.Seq = int64(i + 1)
		if j.Step(e); e.At < ms(1600) && j.Proven() {
			t.Fatalf("proven at %v", e.At)
		}
	}
}

// A late tick says that we stood still. What seemed to take long meanwhile is not held against the server.
func TestOurOwnStallsAreNotTheServers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"accepted late", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "fail slow-release×1(live/s0)"},
		{"accepted late by a server that is slow with everything", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.add(1500, k1, 0, "pub/"+k1, history.Connected{Conn: 900, Setup: ms(800)})
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "pass"},
		{"accepted late, and connections were slow only long before", func(s *script) {
			s.add(900, k1, 0, "pub/"+k1, history.Connected{Conn: 900, Setup: ms(800)})
			s.accept(k0, 1, 3000, 3001)
			s.depart(k0, 1, 3600)
			s.accept(k0, 2, 3600.1, 4900)
		}, "fail slow-release×1(live/s0)"},
		{"accepted late, while we stood still", func(s *script) {
			s.stalls = []span{{ms(1100), ms(1800)}}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "pass"},
		{"accepted late, and we stood still only for a moment of it", func(s *script) {
			s.stalls = []span{{ms(1100), ms(1400)}} // 200 ms more than a tick should take
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "fail slow-release×1(live/s0)"},
		{"accepted late, and we stood still before", func(s *script) {
			s.stalls = []span{{ms(100), ms(600)}}
			s.accept(k0, 1, 10, 11)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1900)
		}, "fail slow-release×1(live/s0)"},
		{"refused late, while we stood still", func(s *script) {
			s.stalls = []span{{ms(1000), ms(1700)}}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600.1, 1700)
			s.accept(k0, 3, 1720, 1721)
		}, "pass stream-busy/info×1(live/s0)"},
		{"starving, while we stood still", func(s *script) {
			s.stalls = []span{{ms(1000), ms(1700)}}
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 600, 601)
			s.depart(k0, 1, 2000)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}
