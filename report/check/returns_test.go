package check

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

// asked says of the return with this epoch what gap was asked for.
func (s *script) asked(key string, epoch uint32, gap float64) {
	for i, e := range s.events {
		if p, ok := e.What.(history.PublishSent); ok && e.Key == key && e.Epoch == epoch {
			p.AskedGap = ms(gap)
			s.events[i].What = p
		}
	}
}

// sweep is a run in which one key returns armed and one with full reconnects, down three gaps. The armed one is slow
// once, then refused but back in time, then duplicated and never back; the other is clean.
func sweep(s *script) {
	s.header.Plan = map[string]any{"sweep": true}
	for i, key := range []string{k0, k1} {
		armed := i == 0
		s.accept(key, 1, 100, 101)
		s.depart(key, 1, 600, "rst")
		if armed {
			s.accept(key, 2, 700, 2500, try{after: 1, armed: true}) // slow
		} else {
			s.accept(key, 2, 700, 701, try{after: 1})
		}
		s.asked(key, 2, 100)
		s.depart(key, 2, 3000, "fin")
		if armed {
			s.refuse(key, 3, 3050, 3051, try{after: 2, armed: true}) // back within the grace
			s.accept(key, 4, 3100, 3101, try{after: 2, try: 1})
		} else {
			s.accept(key, 4, 3050, 3051, try{after: 2})
		}
		s.asked(key, 3, 50)
		s.asked(key, 4, 50)
		s.depart(key, 4, 3600, "fin")
		if armed {
			s.refuse(key, 5, 3600, 3601, try{after: 4, armed: true, id: "d"})
			s.log(3602, "duplicated", "d", key)
			s.refuse(key, 6, 3620, 3621, try{after: 4, try: 1, id: "e"})
			s.log(3622, "busy", "e", key)
		} else {
			s.accept(key, 5, 3600, 3601, try{after: 4})
		}
	}
}

func TestGaps(t *testing.T) {
	s := newScript(t)
	sweep(s)
	got := s.judge().Outcome.Gaps
	want := []Gap{
		{100 * time.Millisecond, true, 1, 0, 1}, {100 * time.Millisecond, false, 1, 0, 0},
		{50 * time.Millisecond, true, 1, 1, 0}, {50 * time.Millisecond, false, 1, 0, 0},
		{0, true, 1, 1, 1}, {0, false, 1, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestGapsOfAnArmedLost holds that a return whose armed connection was lost is no figure for a gap.
func TestGapsOfAnArmedLost(t *testing.T) {
	s := newScript(t)
	s.header.Plan = map[string]any{"sweep": true}
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.add(600, k0, 0, "pub/"+k0, history.ArmedLost{Conn: 9})
	s.accept(k0, 2, 650, 651, try{after: 1})
	out := s.judge().Outcome
	if len(out.Gaps) != 0 || out.Returns.Returns != 1 {
		t.Errorf("gaps %v of %d returns", out.Gaps, out.Returns.Returns)
	}
}

// TestNoGapsWithoutASweep holds that a range of gaps, each drawn once, makes no table.
func TestNoGapsWithoutASweep(t *testing.T) {
	s := newScript(t)
	sweep(s)
	s.header.Plan["sweep"] = false
	if got := s.judge().Outcome.Gaps; got != nil {
		t.Errorf("gaps %v", got)
	}
}

func TestLeft(t *testing.T) {
	s := newScript(t)
	sweep(s)
	got := s.judge().Outcome.Left
	if len(got) != 2 || got[0].How != "fin" || got[1].How != "rst" {
		t.Fatalf("%+v", got)
	}
	fin, rst := got[0], got[1]
	if fin.Returns != 4 || fin.Refused != 2 || fin.Recovery.TotalCount() != 3 || rst.Returns != 2 || rst.Refused != 0 {
		t.Errorf("fin %d returns, %d refused, %d recovered; rst %d, %d", fin.Returns, fin.Refused, fin.Recovery.TotalCount(), rst.Returns, rst.Refused)
	}
	if worst := time.Duration(rst.Recovery.Max()) * time.Microsecond; worst < 1700*time.Millisecond || worst > 1702*time.Millisecond {
		t.Errorf("slowest after rst: %v", worst)
	}
}

// TestUnmatched holds that lines of the log that no rule knows are counted, and the first of them kept.
func TestUnmatched(t *testing.T) {
	s := newScript(t)
	s.log(100, "busy", "x", k0)
	for range 8 {
		s.add(200, "", 0, "server", history.LogLine{Line: "[WARN] what is this", Level: "WARN"})
	}
	got := s.judge().Outcome.Log
	if got.Lines != 9 || got.Unmatched != 8 || len(got.First) != maxFirst || got.First[0] != "[WARN] what is this" {
		t.Errorf("%+v", got)
	}
}
