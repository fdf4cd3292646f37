package story

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Who leaves in silence holds the key until the server can know: who is refused meanwhile is refused rightly, and the gap begins
// behind it.
func TestSilentDepartures(t *testing.T) {
	vanished := func(s *script, at float64, wire history.Wire) {
		s.at(at, key, "pub", 1, history.PublishEnded{Conn: 1, Wire: wire, Vanished: true})
	}
	tests := []struct {
		name string
		make func(s *script)
		want string
	}{
		{"let go by the server", func(s *script) {
			s.refuse(1100, key, 2, history.Owner, "busy")
			s.refuse(5000, key, 3, history.Owner, "busy")
			vanished(s, 5500, history.WireEOF)
			s.accept(5600, key, 4, history.Owner, 1)
		}, "gap 5500+100 quick refused 0 ×1"},
		{"let go unseen", func(s *script) {
			s.refuse(1100, key, 2, history.Owner, "busy")
			s.accept(5600, key, 3, history.Owner, 1)
		}, "gap 5599+1 quick refused 0 ×1"},
		{"kept beyond the bound", func(s *script) {
			s.refuse(1100, key, 2, history.Owner, "busy")
			s.refuse(7000, key, 3, history.Owner, "busy")
			s.refuse(9500, key, 4, history.Owner, "busy")
			s.accept(10_000, key, 5, history.Owner, 1)
		}, "gap 6100+3900 late refused 2 ×1"},
		{"kept to the end of the run, within the bound", func(s *script) {
			s.refuse(1100, key, 2, history.Owner, "busy")
			s.at(5000, "", "run", 0, history.Phase{Name: "settling"})
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript()
			s.accept(100, key, 1, history.Owner, 0)
			s.at(1000, key, "pub", 1, history.Departed{Conn: 1, How: "vanish", LastSent: ms(990)})
			s.after = 1
			tt.make(s)
			h := header()
			h.Profile["idle"] = map[string]any{"first_within_ns": time.Minute, "first_ns": 6 * time.Second, "later_ns": 6 * time.Second}
			f, j := NewFold(), check.New(h)
			f.Attach(h, j)
			end := 12 * time.Second
			if tt.want == "" {
				end = 5500 * time.Millisecond
			}
			for _, e := range s.ordered(end) {
				j.Step(e)
				f.Step(e)
			}
			j.Finish()
			lane := f.Finish(nil).Lanes[0].String()
			_, got, _ := strings.Cut(lane, "gap ")
			if got = strings.TrimSpace(got); got != "" {
				got = "gap " + got
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s%s", diff, lane)
			}
		})
	}
}

// A key that is refused when it comes back after a long gap is late for the judge, who counts from when it was free. So it is here.
func TestGapsAreLateWhereTheJudgeSaysSo(t *testing.T) {
	s := newScript()
	s.accept(100, key, 1, history.Owner, 0)
	s.depart(1000, key, 1, "fin")
	s.refuse(2600, key, 2, history.Owner, "busy")
	s.accept(2700, key, 3, history.Owner, 1)
	f, j := attached()
	for _, e := range s.ordered(20 * time.Second) {
		j.Step(e)
		f.Step(e)
	}
	found := j.Finish().Findings
	if len(found) == 0 || found[0].Code != check.SlowRelease {
		t.Fatalf("found %v", found)
	}
	if gaps := f.Finish(nil).Lanes[0].Gaps; len(gaps) != 1 || gaps[0].State != late {
		t.Errorf("%v", gaps)
	}
}

// Each step of a load is a span of its own, if there are several.
func TestStepsOfALoadAreSpans(t *testing.T) {
	for _, steps := range []int{1, 3} {
		s := newScript()
		s.at(0, "", "run", 0, history.Phase{Name: "storm"})
		for i := range steps {
			s.at(float64(1000*i+1), "", "run", 0, history.LoadStep{Step: i + 1, Of: "players", To: 100 * (i + 1)})
		}
		s.at(4000, "", "run", 0, history.Phase{Name: "settling"})
		f, _ := attached()
		for _, e := range s.events {
			f.Step(e)
		}
		var got []string
		for _, span := range f.Finish(nil).Phases {
			got = append(got, span.Name)
		}
		want := "storm settling"
		if steps == 3 {
			want = "#1: 100 #2: 200 #3: 300 settling"
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q, want %s", got, want)
		}
	}
}
