package check

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestStateOfTheFrames(t *testing.T) {
	gap := history.Oddity{What: history.Gap, Missing: 12, Drained: ms(20)}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"frames are missing", func(s *script) { s.oddly(800, 2, gap) }, "fail media-loss×12(live/s0)"},
		{"for a player that was behind", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Gap, Missing: 12, Drained: ms(501)})
		}, "pass"},
		{"for a player that was behind, of a slow server", func(s *script) {
			s.header.Judge.TimeScale = 3
			s.oddly(800, 2, history.Oddity{What: history.Gap, Missing: 12, Drained: ms(501)})
		}, "fail media-loss×12(live/s0)"},
		{"when we stood still", func(s *script) {
			s.stalls = append(s.stalls, span{ms(3000), ms(3900)})
			s.oddly(4500, 2, gap)
		}, "pass"},
		{"right before we stood still", func(s *script) {
			s.stalls = append(s.stalls, span{ms(3050), ms(3900)})
			s.oddly(3000, 2, gap)
		}, "pass"},
		{"long after we stood still", func(s *script) {
			s.stalls = append(s.stalls, span{ms(3000), ms(3900)})
			s.oddly(8500, 2, gap)
		}, "fail media-loss×12(live/s0)"},
		{"on a machine that was late with everything", func(s *script) {
			s.oddly(800, 2, gap)
			s.events = append(s.events, history.Event{At: ms(5000), Due: ms(1), Actor: "pub/x", Key: k1, Epoch: 1, What: history.Departed{}})
		}, "inconclusive media-loss×12(live/s0)"},
		{"damaged on a machine that was late with everything", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Altered})
			s.events = append(s.events, history.Event{At: ms(5000), Due: ms(1), Actor: "pub/x", Key: k1, Epoch: 1, What: history.Departed{}})
		}, "fail media-corrupt×1(live/s0)"},
		{"more are missing than were told", func(s *script) {
			s.oddly(800, 2, gap)
			s.oddly(900, 0, history.Oddity{What: history.Gap, More: 30})
		}, "fail media-loss×42(live/s0)"},
		{"more are missing, and those that were told don't count", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Gap, Missing: 12, Drained: ms(900)})
			s.oddly(900, 0, history.Oddity{What: history.Gap, More: 30})
		}, "pass"},
		{"twice the same", func(s *script) { s.oddly(800, 2, history.Oddity{What: history.Again}) }, "fail media-duplicate×1(live/s0)"},
		{"out of order", func(s *script) { s.oddly(800, 2, history.Oddity{What: history.Back}) }, "fail media-reorder×1(live/s0)"},
		{"corrupt in every way", func(s *script) {
			for i, what := range []history.What{history.Damaged, history.Altered, history.Sizes, history.Future} {
				s.oddly(800+float64(i), 2, history.Oddity{What: what})
			}
		}, "fail media-corrupt×4(live/s0)"},
		{"another key's", func(s *script) {
			s.oddly(800, 7, history.Oddity{What: history.Foreign})
			s.oddly(801, 7, history.Oddity{What: history.Foreign})
		}, "fail mixed-media×1(live/s0)"},
		{"another key's, and more than were told", func(s *script) {
			for range 20 {
				s.oddly(800, 7, history.Oddity{What: history.Foreign})
			}
			s.oddly(900, 0, history.Oddity{What: history.Foreign, More: 30})
		}, "fail mixed-media×1(live/s0)"},
		{"more than there can be", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Gap, Missing: math.MaxInt64})
			s.oddly(801, 2, history.Oddity{What: history.Gap, Missing: math.MaxInt64})
			s.oddly(802, 2, history.Oddity{What: history.Gap, Missing: -7})
			s.oddly(900, 0, history.Oddity{What: history.Gap, More: math.MaxInt64})
			s.oddly(901, 0, history.Oddity{What: history.Gap, More: math.MaxInt64})
		}, fmt.Sprintf("fail media-loss×%d(live/s0)", 4*int64(mostFrames)+1)},
		{"fewer than none", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Again, More: -5})
		}, "fail media-duplicate×1(live/s0)"},
		{"no FLV in every way", func(s *script) {
			for i, what := range []history.What{
				history.TimeBack, history.NoSequence, history.NoKeyframe, history.Unannounced, history.TooMuchScript,
				"of-a-newer-flvstorm", history.FileHeader, history.PreviousSize, history.TagHeader, history.SecondHeader,
			} {
				s.oddly(800+800*float64(i), 2, history.Oddity{What: what})
			}
		}, "fail flv-invalid×10(live/s0)"},
		{"a tag that is cut short is one fault", func(s *script) {
			s.oddly(800, 2, history.Oddity{What: history.Sizes})
			s.oddly(801, 2, history.Oddity{What: history.PreviousSize})
			s.oddly(802, 2, gap)
			s.oddly(840, 2, history.Oddity{What: history.Damaged})
		}, "fail flv-invalid×1(live/s0)"},
		{"what comes long after it is another", func(s *script) {
			s.oddly(801, 2, history.Oddity{What: history.PreviousSize})
			s.oddly(5000, 2, gap)
		}, "fail flv-invalid×1(live/s0) media-loss×12(live/s0)"},
		{"a switch says nothing by itself", func(s *script) { s.oddly(800, 2, history.Oddity{What: history.Switch, Missing: 1}) }, "pass"},
		{"an old picture that the new stream does not go on from", func(s *script) {
			s.eof(700, 1, 9)
			s.watch(701, 2)
			s.stretches(2, "1@702-703 2@710-1600")
			for _, what := range []history.What{history.Switch, history.NoKeyframe, history.TimeBack, history.Gap, history.Unannounced} {
				s.oddly(710, 2, history.Oddity{Session: 2, What: what, Missing: 1})
			}
		}, "fail stale-media×1(live/s0)"},
		{"an old picture does not excuse what is broken, nor what is long after", func(s *script) {
			s.eof(700, 1, 9)
			s.watch(701, 2)
			s.stretches(2, "1@702-703 2@710-1600")
			s.oddly(715, 2, history.Oddity{Session: 2, What: history.Altered})
			s.oddly(5000, 2, history.Oddity{Session: 2, What: history.TimeBack})
		}, "fail stale-media×1(live/s0) flv-invalid×1(live/s0) media-corrupt×1(live/s0)"},
		{"after its death", func(s *script) {
			s.add(790, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
			s.oddly(800, 2, gap)
		}, "fail server-crashed×1() media-loss<server-crashed×12(live/s0)"},
		{"while it hung", func(s *script) {
			s.add(3000, "", 0, "run", history.Probe{Result: "silent", Quiet: ms(2800)})
			s.add(3500, "", 0, "run", history.Probe{Result: "silent", Quiet: ms(3300)})
			s.add(4000, "", 0, "run", history.Probe{Result: "silent", Quiet: ms(3800)})
			s.oddly(4100, 2, gap)
		}, "fail server-hung×1() media-loss<server-hung×12(live/s0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.twice()
			s.watch(150, 1)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

// TestWhatAMediaCaseSays holds what a report is made from.
func TestWhatAMediaCaseSays(t *testing.T) {
	s := newScript(t)
	s.twice()
	s.watch(650, 1)
	s.stretches(1, "1@651-652 2@660-700")
	s.oddly(660, 2, history.Oddity{What: history.Switch, Missing: 1, File: "evidence/a.flv", Tags: []history.SeenTag{{Type: "video"}}})
	s.oddly(9000, 2, history.Oddity{What: history.TimeBack, File: "evidence/b.flv"})
	out := s.want("fail stale-media×1(live/s0) flv-invalid×1(live/s0)")
	c := out.Findings[0].Cases[0]
	if c.Key != k0 || c.Actor != p0 || c.Epoch != 1 || c.Other != 2 || c.How != Opened || c.At != ms(651) || c.For != ms(49) {
		t.Errorf("stale: %+v", c)
	}
	if c.Odd == nil || c.Odd.File != "evidence/a.flv" {
		t.Errorf("stale: the switch is not shown: %+v", c.Odd)
	}
	for i, want := range []string{"evidence/a.flv", "evidence/b.flv"} {
		if !slices.Contains(out.Findings[i].Evidence, Evidence{File: want}) {
			t.Errorf("%s rests on %+v, want %s", out.Findings[i].Code, out.Findings[i].Evidence, want)
		}
	}
}

// TestHowFramesCame holds what is said of frames that should not have come, beside their code.
func TestHowFramesCame(t *testing.T) {
	rival := try{role: history.Contender}
	for _, tt := range []struct {
		name  string
		write func(*script)
		code  Code
		how   How
		other uint32
	}{
		{"an old picture before the new one", func(s *script) {
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-1600")
		}, StaleMedia, Opened, 2},
		{"old pictures of two, of which the first was of no publish", func(s *script) {
			s.twice()
			s.depart(k0, 2, 1000)
			s.accept(k0, 3, 1000.1, 1001)
			s.watch(1050, 1)
			s.stretches(1, "2@1051-1052 1@1053-1054 3@1060-1600")
		}, StaleMedia, Opened, 3},
		{"an old frame among new ones", func(s *script) {
			s.twice()
			s.watch(150, 1)
			s.stretches(1, "1@151-600 2@650-700 1@701-702 2@740-1600")
		}, StaleMedia, After, 2},
		{"a live one's among another's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 330, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-320 1@340-900")
			s.depart(k0, 1, 900)
		}, MixedMedia, Together, 2},
		{"a refused one's among the owner's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-312 1@340-900")
			s.depart(k0, 1, 900)
		}, MixedMedia, Refused, 1},
		{"a refused one's, right before the owner leaves", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.watch(305, 1)
			s.stretches(1, "2@311-312 1@340-880 2@881-882")
			s.depart(k0, 1, 900)
		}, MixedMedia, Refused, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			f := s.want("fail " + string(tt.code) + "×1(live/s0)").Findings[0]
			if c := f.Cases[0]; c.How != tt.how || c.Other != tt.other {
				t.Errorf("%s, beside %d", c.How, c.Other)
			}
		})
	}
}
