package story

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// gaps are those of the key, a line each.
func gaps(s Story) string {
	i := slices.IndexFunc(s.Lanes, func(l Lane) bool { return l.Key == key })
	return strings.TrimSpace((Lane{Gaps: s.Lanes[i].Gaps}).String())
}

// A key that was released on purpose at the end of its case, or of the run, has no gap: nobody was to come back.
func TestGapsEndWithTheirCase(t *testing.T) {
	begin := func(s *script, at float64, name string) {
		s.at(at, "", "run", 0, history.Case{Name: name, State: "begin"})
		s.at(at+1, "", "run", 0, history.Phase{Name: "storm"})
	}
	end := func(s *script, at float64, name string) {
		s.at(at-1, "", "run", 0, history.Phase{Name: "end"})
		s.at(at, "", "run", 0, history.Case{Name: name, State: "end"})
	}
	return1 := func(s *script, at float64) {
		s.accept(at+100, key, uint32(at)+1, history.Owner, 0)
		s.depart(at+1000, key, uint32(at)+1, "unpublish")
		s.accept(at+1040, key, uint32(at)+2, history.Owner, uint32(at)+1)
		s.depart(at+2000, key, uint32(at)+2, "unpublish")
	}
	tests := []struct {
		name string
		make func(*script)
		want string
	}{
		{"a case that ended", func(s *script) {
			begin(s, 10, "return-fin")
			return1(s, 10)
			end(s, 3000, "return-fin")
			begin(s, 3001, "return-cut")
			s.accept(4000, "live/s1", 1, history.Owner, 0)
			end(s, 19_000, "return-cut")
		}, "gap 1010+40 quick refused 0 ×1"},
		{"two rounds of a case", func(s *script) {
			begin(s, 10, "return-fin")
			return1(s, 10)
			end(s, 3000, "return-fin")
			begin(s, 9001, "return-fin")
			return1(s, 9001)
			end(s, 12_000, "return-fin")
		}, "gap 1010+40 quick refused 0 ×1\ngap 10001+40 quick refused 0 ×1"},
		{"refused until the case ended", func(s *script) {
			begin(s, 10, "return-fin")
			return1(s, 10)
			s.refuse(2500, key, 90, history.Owner, "busy")
			end(s, 3000, "return-fin")
			begin(s, 3001, "return-cut")
			end(s, 19_000, "return-cut")
		}, "gap 1010+40 quick refused 0 ×1\ngap 2010+990 open refused 1 ×1"},
		{"asked for, and cut off by the end of the case", func(s *script) {
			begin(s, 10, "return-fin")
			return1(s, 10)
			s.at(2500, key, "pub", 91, history.PublishSent{Role: history.Owner, Conn: 91, Players: -1})
			s.at(2990, key, "pub", 91, history.PublishUndecided{Conn: 91})
			end(s, 3000, "return-fin")
		}, "gap 1010+40 quick refused 0 ×1\ngap 2010+990 open refused 0 ×1"},
		{"a run that ended", func(s *script) {
			return1(s, 10)
			s.at(4000, "", "run", 0, history.Phase{Name: "settling"})
			s.at(5000, "", "run", 0, history.Phase{Name: "end"})
		}, "gap 1010+40 quick refused 0 ×1"},
		{"a run that was killed", func(s *script) { return1(s, 10) },
			"gap 1010+40 quick refused 0 ×1\ngap 2010+17890 open refused 0 ×1"},
		{"a case that was killed", func(s *script) {
			begin(s, 10, "return-fin")
			return1(s, 10)
		}, "gap 1010+40 quick refused 0 ×1\ngap 2010+17890 open refused 0 ×1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript()
			tt.make(s)
			events := s.ordered(ms(20_000))
			if strings.HasSuffix(tt.name, "killed") {
				events = slices.DeleteFunc(events, func(e history.Event) bool {
					p, ok := e.What.(history.Phase)
					return ok && (p.Name == "settling" || p.Name == "end")
				})
			}
			if diff := cmp.Diff(tt.want, gaps(fold(events))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A gap is stuck where the judge says so: by when somebody was refused last, not by when somebody got in.
func TestGapsAreStuckWhereTheJudgeSaysSo(t *testing.T) {
	for _, tt := range []struct {
		name    string
		refused float64
		back    float64
		state   string
		code    check.Code
	}{
		{"back in time", 1900, 1950, "quick", check.StreamBusy},
		{"refused last before stuck-after, back after it", 10_800, 11_200, "late", check.SlowRelease},
		{"refused at stuck-after", 11_000, 11_200, "stuck", check.StuckBusy},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript()
			s.accept(100, key, 1, history.Owner, 0)
			s.depart(1000, key, 1, "fin")
			s.refuse(1010, key, 2, history.Owner, "busy")
			s.refuse(tt.refused, key, 3, history.Owner, "busy")
			s.accept(tt.back, key, 4, history.Owner, 1)
			events := s.ordered(ms(20_000))
			f, j := attached()
			for _, e := range events {
				j.Step(e)
				f.Step(e)
			}
			judged := j.Finish()
			story := f.Finish(nil)
			if got := States[story.Lanes[0].Gaps[0].State]; got != tt.state {
				t.Errorf("a gap of the state %s, want %s", got, tt.state)
			}
			if !slices.ContainsFunc(judged.Findings, func(f check.Finding) bool { return f.Code == tt.code }) {
				t.Errorf("no %s in %v", tt.code, judged.Findings)
			}
		})
	}
}
