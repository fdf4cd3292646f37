package check

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// watch is a GET of a witness. It says that it is stalled, so that nobody asks whether it starves.
func (s *script) watch(at float64, session int) {
	s.add(at, k0, 0, p0, history.PlayRequested{Session: session, Manner: "stalled", Witness: true})
}

// frames are a stretch of frames of an epoch that a witness received from a time to another.
func (s *script) frames(session int, epoch uint32, from, to float64) {
	n := int64((to-from)/40) + 1
	s.add(to, k0, epoch, p0, history.Watched{Session: session, To: uint32(n - 1), Video: n, Bytes: 1000 * n, First: ms(from), Last: ms(to)})
}

// stretches are several, told as "1@150-600 2@610-900".
func (s *script) stretches(session int, told string) {
	for _, word := range strings.Fields(told) {
		var epoch uint32
		var from, to float64
		if _, err := fmt.Sscanf(word, "%d@%f-%f", &epoch, &from, &to); err != nil {
			s.t.Fatal(word, err)
		}
		s.frames(session, epoch, from, to)
	}
}

// oddly is something odd that a witness saw.
func (s *script) oddly(at float64, epoch uint32, o history.Oddity) {
	o.Session = max(o.Session, 1)
	s.add(at, k0, epoch, p0, o)
}

// twice is a key that is published from 101 to 600 and again from 601 on.
func (s *script) twice(how ...string) {
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600, how...)
	s.accept(k0, 2, 600.1, 601)
}

func TestWhoseFramesCame(t *testing.T) {
	rival := try{role: history.Contender}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"one publish after the other, the viewer held", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-1100 2@1140-1600")
		}, "pass"},
		{"one publish after the other, told side by side at the end", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.add(1000, k0, 2, p0, history.Watched{Session: 1, Video: 9, First: ms(650), Last: ms(1000)})
			s.add(1000, k0, 1, p0, history.Watched{Session: 1, Video: 9, First: ms(150), Last: ms(600)})
			s.eof(1001, 1, 18)
		}, "pass"},
		{"an old frame among the new ones", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-700 1@701-702 2@740-1600")
		}, "fail stale-media×1(live/s0)"},
		{"again and again, on one connection", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-700 1@701-702 2@740-1600 1@1601-1602 2@1640-2000")
		}, "fail stale-media×1(live/s0)"},
		{"an old picture for who comes after the return", func(s *script) {
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-1600")
		}, "fail stale-media×1(live/s0)"},
		{"and again for the next one", func(s *script) {
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-800")
			s.eof(801, 1, 9)
			s.watch(802, 2)
			s.stretches(2, "1@803-804 2@810-1000")
		}, "fail stale-media×2(live/s0)"},
		{"an old frame of a publish that this connection never had", func(s *script) {
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "2@660-800 1@801-802 2@840-1600")
		}, "fail stale-media×1(live/s0)"},
		{"pictures of two old publishes are one old picture", func(s *script) {
			s.twice()
			s.depart(k0, 2, 1000)
			s.accept(k0, 3, 1000.1, 1001)
			s.watch(1050, 1)
			s.stretches(1, "1@1051-1052 2@1053-1054 3@1060-1600")
		}, "fail stale-media×1(live/s0)"},
		{"an old picture, and then nothing", func(s *script) {
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "1@651-652")
		}, "fail stale-media×1(live/s0)"},
		{"an old picture for who came before the return was accepted", func(s *script) {
			s.twice()
			s.watch(600.9, 1)
			s.stretches(1, "1@601.5-602 2@660-1600")
		}, "pass"},
		{"a publish is new from the server's word on", func(s *script) {
			s.use("generic")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 851, try{said: 601})
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-1600")
		}, "fail stale-media×1(live/s0)"},
		{"a server that goes on with a lost publisher's stream", func(s *script) {
			s.use("node-media-server")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 851, try{said: 601})
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-1600")
		}, "pass"},
		{"not even that mixes them", func(s *script) {
			s.use("node-media-server")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 851, try{said: 601})
			s.watch(150, 1)
			s.stretches(1, "1@151-600 2@660-700 1@701-702 2@740-1600")
		}, "fail stale-media×1(live/s0)"},
		{"a refused contender's frames among the owner's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-312 1@320-321 2@330-331 1@340-900")
			s.depart(k0, 1, 900)
		}, "fail mixed-media×1(live/s0)"},
		{"a refused contender's frame, and the viewer leaves", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-312")
			s.depart(k0, 1, 900)
		}, "fail mixed-media×1(live/s0)"},
		{"a refused contender whose frames never come", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-880")
			s.depart(k0, 1, 900)
		}, "pass"},
		{"one that was let in although our answer was lost", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600.1, 700, try{wire: history.WireReset})
			s.accept(k0, 3, 720, 721)
			s.watch(150, 1)
			s.stretches(1, "1@151-600 2@610-690 3@730-1000")
		}, "pass stream-busy/info×1(live/s0)"},
		{"two let in at once", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-312 1@320-321 2@330-331 1@340-500")
			s.depart(k0, 2, 500)
			s.depart(k0, 1, 600)
		}, "fail double-publish×1(live/s0) mixed-media<double-publish×1(live/s0)"},
		{"two that raced, let in at once", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 100, 101, rival)
			s.watch(150, 1)
			s.stretches(1, "2@151-310 1@311-312 2@320-321 1@330-500")
			s.depart(k0, 2, 500)
			s.depart(k0, 1, 600)
		}, "fail double-publish×1(live/s0) mixed-media<double-publish×1(live/s0)"},
		{"a picture of both for who comes later", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.depart(k0, 1, 600)
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@653-900")
			s.depart(k0, 2, 900)
		}, "fail double-publish×1(live/s0) mixed-media<double-publish×1(live/s0)"},
		{"two let in at once, and one is passed on", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.watch(350, 1)
			s.stretches(1, "1@351-500")
			s.depart(k0, 2, 500)
			s.depart(k0, 1, 600)
		}, "fail double-publish×1(live/s0)"},
		{"a take-over", func(s *script) {
			s.use("livego")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.accept(k0, 2, 400, 651, try{role: history.Contender, said: 401})
			s.ended(k0, 1, 402, false)
			s.watch(150, 1)
			s.stretches(1, "1@151-400 2@410-1000")
		}, "pass"},
		{"a take-over of one that sends on unheard", func(s *script) {
			s.use("generic")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.accept(k0, 2, 400, 651, try{role: history.Contender, said: 401})
			s.watch(150, 1)
			s.stretches(1, "1@151-400 2@410-1000")
			s.depart(k0, 1, 1000)
		}, "pass"},
		{"a take-over that is none", func(s *script) {
			s.use("generic")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.accept(k0, 2, 400, 651, try{role: history.Contender, said: 401})
			s.watch(150, 1)
			s.stretches(1, "1@151-400 2@410-450 1@451-452 2@490-1000")
			s.depart(k0, 1, 1000)
		}, "fail mixed-media×1(live/s0)"},
		{"an old one, taken over", func(s *script) {
			s.use("livego")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.accept(k0, 2, 400, 651, try{role: history.Contender, said: 401})
			s.ended(k0, 1, 402, false)
			s.watch(500, 1)
			s.stretches(1, "1@501-502 2@510-1000")
		}, "fail stale-media×1(live/s0)"},
		{"one that left before it was decided, and came late", func(s *script) {
			s.use("generic")
			s.accept(k0, 1, 100, 351, try{said: 101})
			s.depart(k0, 1, 600)
			s.undecided(k0, 2, 601, 605)
			s.accept(k0, 3, 605.1, 860, try{said: 607})
			s.depart(k0, 3, 1000)
			s.watch(150, 1)
			s.stretches(1, "1@151-600 3@610-1000 2@1001-1002")
		}, "pass"},
		{"but not that late", func(s *script) {
			s.use("generic")
			s.undecided(k0, 1, 601, 605)
			s.accept(k0, 2, 4000, 4251, try{said: 4001})
			s.watch(4100, 1)
			s.stretches(1, "1@4101-4102 2@4110-5000")
		}, "fail stale-media×1(live/s0)"},
		{"accepted late, so that there is no order", func(s *script) {
			s.accept(k0, 1, 100, 700)
			s.depart(k0, 1, 690)
			s.accept(k0, 2, 690.1, 701)
			s.watch(50, 1)
			s.stretches(1, "2@750-900 1@901-910")
		}, "pass"},
		{"heard of late", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			conn := s.sent(k0, 2, 600.1, try{})
			s.add(1500, k0, 2, "pub/"+k0, lateEvent{ms(601), history.PublishAccepted{Conn: conn, Said: ms(601)}})
			s.watch(602, 1)
			s.stretches(1, "1@603-604 2@650-1600")
		}, "fail stale-media×1(live/s0)"},
		{"of a publish that is answered long after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 4000)
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-700 1@701-702 2@740-1600")
		}, "fail slow-release×1(live/s0) stale-media×1(live/s0)"},
		{"of an epoch that nobody published", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 77@601-602 2@650-700 77@701-702 2@740-1600")
		}, "fail media-corrupt×1(live/s0)"},
		{"of an epoch that nobody published, as far as is known", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 77@601-602 2@650-700")
			s.add(3000, "", 0, "run", history.OwnTrouble{Code: "dropped-events"})
		}, "inconclusive"},
		{"two servers, each with its own", func(s *script) {
			s.accept(k0, 1, 100, 101, try{pid: "1"})
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 601, try{pid: "2"})
			s.watch(650, 1)
			s.stretches(1, "1@651-652")
		}, "pass"},
		{"after its death nothing has another cause", func(s *script) {
			s.twice()
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-700")
			s.add(700, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
			s.stretches(1, "1@701-702")
		}, "fail server-crashed×1() stale-media<server-crashed×1(live/s0)"},
		{"excused", func(s *script) {
			s.header.Judge.Allow = []string{"stale-media"}
			s.twice()
			s.watch(650, 1)
			s.stretches(1, "1@651-652 2@660-1600")
		}, "pass stale-media×1(live/s0)~"},
		{"a player that is no witness", func(s *script) {
			s.twice()
			s.get(650, 1, "prompt")
			s.media(660, 20000, 1)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

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
					most = max(most, len(m.keys[k0].attempts), len(m.open))
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
