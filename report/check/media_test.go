package check

import (
	"fmt"
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
		{"a contender that was cut off early, among the owner's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 330, rival)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-320 1@340-900")
			s.depart(k0, 1, 900)
		}, "fail mixed-media×1(live/s0)"},
		{"a contender that was cut off early, before the owner's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 330, rival)
			s.watch(305, 1)
			s.stretches(1, "2@311-320 1@340-900")
			s.depart(k0, 1, 900)
		}, "fail mixed-media×1(live/s0)"},
		{"both gone, after a hand-over", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 349, rival)
			s.watch(150, 1)
			s.depart(k0, 1, 600)
			s.stretches(1, "1@151-310 2@311-320 1@700-701")
		}, "fail stale-media×1(live/s0)"},
		{"both gone, after as long at once as a hand-over may take", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 350, rival)
			s.watch(150, 1)
			s.depart(k0, 1, 600)
			s.stretches(1, "1@151-310 2@311-320 1@700-701")
		}, "fail mixed-media×1(live/s0)"},
		{"both gone, after longer at once", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 351, rival)
			s.watch(150, 1)
			s.depart(k0, 1, 600)
			s.stretches(1, "1@151-310 2@311-320 1@700-701")
		}, "fail mixed-media×1(live/s0)"},
		{"an old frame after those of one that came later and was refused", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 602)
			s.accept(k0, 3, 1000, 1001)
			s.watch(150, 1)
			s.stretches(1, "1@151-600 2@610-620 1@700-701")
		}, "fail stale-media×1(live/s0) stream-busy/info×1(live/s0)"},
		{"two let in at once, by a server that may yet refuse one", func(s *script) {
			s.use("node-media-server")
			s.accept(k0, 1, 100, 251, try{said: 101})
			s.accept(k0, 2, 300, 451, try{role: history.Contender, said: 301})
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-320 1@340-341 1@380-900")
			s.depart(k0, 2, 2900)
			s.depart(k0, 1, 3000)
		}, "fail double-publish×1(live/s0) mixed-media<double-publish×1(live/s0)"},
		{"one that is refused by a close, late, after its frames had come", func(s *script) {
			s.use("node-media-server")
			s.accept(k0, 1, 100, 251, try{said: 101})
			s.accept(k0, 2, 300, 451, try{role: history.Contender, said: 301})
			s.ended(k0, 2, 1700, false)
			s.watch(150, 1)
			s.stretches(1, "1@151-310 2@311-320 1@340-900")
			s.depart(k0, 1, 3000)
		}, "fail mixed-media×1(live/s0)"},
		{"a refused contender's frames, a minute later", func(s *script) {
			s.length = 80 * time.Second
			s.accept(k0, 1, 100, 101)
			for epoch := range uint32(12) {
				s.refuse(k0, epoch+2, 300+100*float64(epoch), 301+100*float64(epoch), rival)
			}
			for epoch := range uint32(60) {
				s.refuse(k0, epoch+20, 66000+10*float64(epoch), 66001+10*float64(epoch), rival)
			}
			s.watch(65000, 1)
			s.stretches(1, "1@65010-70000 2@70001-70002 1@70040-71000")
			s.depart(k0, 1, 79000)
		}, "fail mixed-media×1(live/s0)"},
		{"a refused contender's frames, when the next one publishes", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, rival)
			s.depart(k0, 1, 600)
			epoch, at := s.cycles(k0, 3, 600.1, 12)
			s.accept(k0, epoch, at, at+1)
			s.watch(at+10, 1)
			s.frames(1, epoch, at+20, at+1000)
			s.frames(1, 2, at+1001, at+1002)
			s.frames(1, epoch, at+1040, at+2000)
		}, "fail mixed-media×1(live/s0)"},
		{"of long ago, for a viewer that was held since", func(s *script) {
			s.watch(50, 1)
			s.stretches(1, "1@150-600")
			_, at := s.cycles(k0, 1, 100, 20)
			s.frames(1, 5, at+3000, at+3001)
			s.frames(1, 4, at+3010, at+3011)
		}, "fail stale-media×1(live/s0)"},
		{"of long ago, for a viewer that asked then, as is heard only now", func(s *script) {
			_, at := s.cycles(k0, 1, 100, 20)
			s.add(at+3000, k0, 0, p0, lateEvent{ms(700), history.PlayRequested{Session: 1, Manner: "stalled", Witness: true}})
			s.frames(1, 3, at+3001, at+3002)
		}, "pass"},
		{"of long ago, for a viewer of which nobody knows when it asked", func(s *script) {
			_, at := s.cycles(k0, 1, 100, 20)
			s.frames(1, 3, at+3001, at+3002)
		}, "pass"},
		{"of a publish that is heard of long after its frames", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-1000")
			s.add(6000, k0, 2, "pub/"+k0, lateEvent{ms(601), history.PublishSent{Conn: 77}})
			s.add(6000, k0, 2, "pub/"+k0, lateEvent{ms(602), history.PublishAccepted{Conn: 77}})
		}, "pass"},
		{"of a publish of another key, heard of late", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-1000")
			s.add(6000, k1, 2, "pub/"+k1, lateEvent{ms(601), history.PublishSent{Conn: 77}})
			s.add(6000, k1, 2, "pub/"+k1, lateEvent{ms(602), history.PublishAccepted{Conn: 77}})
		}, "fail media-corrupt×1(live/s0)"},
		{"of a publish that came only after them", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.watch(50, 1)
			s.stretches(1, "1@150-600 2@650-1000")
			s.accept(k0, 2, 6000, 6001)
		}, "fail media-corrupt×1(live/s0)"},
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
