package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a clean run", func(s *script) {
			s.cycles(k0, 1, 100, 10)
			s.cycles(k1, 1, 100, 10)
		}, "pass"},

		// 1. A live owner.
		{"a contender of a live owner", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, try{role: history.Contender, id: "c"})
			s.log(302, "busy", "c", k0)
			s.depart(k0, 1, 600)
			s.accept(k0, 3, 600.1, 601)
		}, "pass"},
		{"one that was refused after the owner left, but sent before", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 590, 2500, try{role: history.Contender})
			s.depart(k0, 1, 600)
			s.accept(k0, 3, 2600, 2601)
		}, "pass"},
		{"even with a duplicated pattern, for the order is: live owner first", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, try{role: history.Contender, id: "c"})
			s.log(302, "duplicated", "c", k0)
		}, "pass"},
		{"one that was sent at the very moment the owner left", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600, 601, try{id: "c"})
			s.log(602, "duplicated", "c", k0)
			s.accept(k0, 3, 620, 621)
		}, "fail duplicated-pattern×1(live/s0)"},
		{"an owner whose acceptance is heard of after the refusal", func(s *script) {
			s.accept(k0, 1, 100, 3000)
			s.refuse(k0, 2, 200, 201, try{role: history.Contender})
			s.depart(k0, 1, 4000)
		}, "fail slow-release×1(live/s0)"},
		{"an owner that was never decided may have been one", func(s *script) {
			s.undecided(k0, 1, 100, 2000)
			s.refuse(k0, 2, 1900, 1901, try{role: history.Contender})
			s.accept(k0, 3, 2001, 2002)
		}, "pass"},
		{"a departure that is heard of only after the refusal", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 600.1, 601, try{id: "c"})
			s.log(602, "duplicated", "c", k0)
			s.depart(k0, 1, 600)
			s.accept(k0, 3, 620, 621)
			// Heard 3 ms after it happened.
			for i, e := range s.events {
				if d, ok := e.What.(history.Departed); ok && e.Epoch == 1 {
					s.events = append(s.events[:i], s.events[i+1:]...)
					late := e
					s.events = append(s.events, history.Event{At: ms(603), What: lateEvent{late.At, d}, Key: e.Key, Epoch: 1})
					break
				}
			}
		}, "fail duplicated-pattern×1(live/s0)"},

		// 2. Back within the grace.
		{"busy, and back", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 700, "busy")
			s.accept(k0, 20, 700, 701)
		}, "pass stream-busy/info×3(live/s0)"},
		{"closed without a word, and back: nothing is held against a good server", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 700, "")
			s.accept(k0, 20, 700, 701)
		}, "pass stream-busy/info×3(live/s0)"},
		{"disposing, and back", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "disposing")
			s.accept(k0, 20, 700, 701)
		}, "pass disposing/info×1(live/s0)"},
		{"duplicated, and back: always the bug", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.refuseAgain(k0, 3, 620.1, 630, "busy")
			s.accept(k0, 20, 700, 701)
		}, "fail duplicated-pattern×1(live/s0) stream-busy/info×1(live/s0)"},
		{"a refusal exactly at the end of the grace is within it", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 1599, 1600, try{id: "c"})
			s.log(1601, "busy", "c", k0)
			s.accept(k0, 3, 1700, 1701)
		}, "pass stream-busy/info×1(live/s0)"},
		{"a refusal just after it is not", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 1599, 1600.1, try{id: "c"})
			s.log(1601, "busy", "c", k0)
			s.accept(k0, 3, 1700, 1701)
		}, "fail slow-release×1(live/s0)"},
		{"a late return that is accepted at once", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 5600, 5601)
		}, "pass"},
		{"refused early, tried again only much later, accepted", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "busy")
			s.settling(700)
			s.accept(k0, 20, 2700, 2701, try{role: history.Settling})
			s.depart(k0, 20, 3000)
		}, "pass stream-busy/info×1(live/s0)"},

		// 3. Not back within the grace: the class decides.
		{"busy, back later than the grace", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 2000, "busy")
			s.accept(k0, 40, 2100, 2101)
		}, "fail slow-release×1(live/s0)"},
		{"accepted, but only after the grace", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1700)
		}, "fail slow-release×1(live/s0)"},
		{"accepted just within the grace", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 600.1, 1600)
		}, "pass"},
		{"a slow first publish", func(s *script) {
			s.accept(k0, 1, 100, 1200)
		}, "fail slow-release×1(live/s0)"},
		{"a slow publish that was sent late counts from when it was sent", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 3600, 4500)
		}, "pass"},
		{"survival is waited for, and not held against the server", func(s *script) {
			s.use("generic")
			s.header.Judge.Grace = 100 * time.Millisecond
			s.accept(k0, 1, 100, 360, try{said: 110})
		}, "pass"},
		{"busy for good", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 15000, "busy")
			s.settling(15000)
			s.refuse(k0, e, 17000, 17001, try{role: history.Settling, id: "x"})
			s.log(17002, "busy", "x", k0)
			s.refuse(k0, e+1, 19000, 19001, try{role: history.Settling, id: "y"})
			s.log(19002, "busy", "y", k0)
		}, "fail stuck-busy×1(live/s0)!"},
		{"busy for good, with a try that the settling cut off", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 12000, "busy")
			s.undecided(k0, e, 12000, 12100)
			s.settling(12100)
			for i, at := range []float64{13000, 15000, 23000} {
				id := string(rune('x' + i))
				s.refuse(k0, e+1+uint32(i), at, at+1, try{role: history.Settling, id: id, try: i})
				s.log(at+2, "busy", id, k0)
			}
			s.length = 30 * time.Second
		}, "fail stuck-busy×1(live/s0)!"},
		{"busy for good, as far as the last try was decided", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 14000, "busy")
			s.settling(14000)
			s.refuse(k0, e, 15000, 15001, try{role: history.Settling, id: "x"})
			s.log(15002, "busy", "x", k0)
			s.undecided(k0, e+1, 17000, 17100, try{role: history.Settling, try: 1})
		}, "fail stuck-busy×1(live/s0)"},
		{"busy for long, cut off, and then free", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 12000, "busy")
			s.undecided(k0, e, 12000, 12100)
			s.accept(k0, e+1, 13000, 13001, try{role: history.Settling})
			s.depart(k0, e+1, 13300)
			s.refuse(k0, e+2, 13301, 13302, try{role: history.Settling, id: "x"})
			s.log(13303, "busy", "x", k0)
			s.accept(k0, e+3, 13400, 13401, try{role: history.Settling})
		}, "fail stuck-busy×1(live/s0) stream-busy/info×1(live/s0)"},
		{"busy for long, and the settling interrupted after its first try", func(s *script) {
			s.header.Judge.StuckAfter = 2 * time.Second
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 13500)
			e := s.refuseAgain(k0, 2, 13500.1, 13900, "busy")
			s.settling(14000)
			s.refuse(k0, e, 15400, 15401, try{role: history.Settling, id: "x"})
			s.log(15402, "busy", "x", k0)
			s.refuse(k0, e+1, 15600, 15601, try{id: "y"})
			s.log(15602, "busy", "y", k0)
		}, "fail stuck-busy×1(live/s0)"},
		{"busy for long, and the settling came to its last try", func(s *script) {
			s.header.Judge.StuckAfter = 30 * time.Second
			s.length = 60 * time.Second
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 15000, "busy")
			s.settling(15000)
			for i, at := range []float64{17000, 19000, 32600} {
				id := string(rune('x' + i))
				s.refuse(k0, e+uint32(i), at, at+1, try{role: history.Settling, id: id, try: i})
				s.log(at+2, "busy", id, k0)
			}
		}, "fail stuck-busy×1(live/s0)!"},
		{"busy for long, and got back by a settling try", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 15000, "busy")
			s.settling(15000)
			s.refuse(k0, e, 17000, 17001, try{role: history.Settling, id: "x"})
			s.log(17002, "busy", "x", k0)
			s.accept(k0, e+1, 19000, 19001, try{role: history.Settling})
			s.depart(k0, e+1, 19300)
		}, "fail stuck-busy×1(live/s0)"},
		{"busy for long, and no settling try", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 15000, "busy")
		}, "fail stuck-busy×1(live/s0)"},
		{"busy for long, and the settling try found the server mute", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 15000, "busy")
			s.settling(15000)
			s.refuse(k0, e, 17000, 17001, try{role: history.Settling, stage: "handshake", wire: history.WireTimeout, unsent: true})
		}, "fail stuck-busy×1(live/s0)"},
		{"refused just before stuck-after, and no more", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 10598, 10599, try{id: "x"})
			s.log(10600, "busy", "x", k0)
			s.accept(k0, 3, 10700, 10701)
		}, "fail slow-release×1(live/s0)"},
		{"refused at stuck-after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 10599, 10600, try{id: "x"})
			s.log(10601, "busy", "x", k0)
			s.accept(k0, 3, 10700, 10701)
		}, "fail stuck-busy×1(live/s0)"},
		{"not back when the run ended, before stuck-after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 8000, "busy")
		}, "inconclusive"},
		{"disposing, and not back when the run ended, before stuck-after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 602, try{id: "x"})
			s.log(603, "disposing", "x", k0)
			s.refuse(k0, 3, 2000, 2001, try{id: "y"})
			s.log(2002, "disposing", "y", k0)
		}, "fail disposing×2(live/s0)"},
		{"nobody says why, and not back when the run ended, before stuck-after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 2000, 2001)
		}, "fail unexplained-refusal×1(live/s0)"},
		{"the bug: duplicated, then busy for good", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			e = s.refuseAgain(k0, e, 620.1, 15000, "busy")
			s.settling(15000)
			s.refuse(k0, e, 17000, 17001, try{role: history.Settling, id: "x"})
			s.log(17002, "busy", "x", k0)
		}, "fail duplicated-pattern×1(live/s0) stuck-busy<duplicated-pattern×1(live/s0)!"},
		{"the same on two keys", func(s *script) {
			for _, k := range []string{k0, k1} {
				s.accept(k, 1, 100, 101)
				s.depart(k, 1, 600)
				e := s.refuseAgain(k, 2, 600.1, 610, "duplicated")
				s.refuseAgain(k, e, 620.1, 15000, "busy")
			}
		}, "fail duplicated-pattern×2(live/s0,live/s1) stuck-busy<duplicated-pattern×2(live/s0,live/s1)"},
		{"disposing, then busy for good", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "disposing")
			s.refuseAgain(k0, e, 620.1, 15000, "busy")
		}, "fail disposing×1(live/s0) stuck-busy<disposing×1(live/s0)"},
		{"duplicated and disposing: the first is the root", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "disposing")
			e = s.refuseAgain(k0, e, 620.1, 630, "duplicated")
			s.refuseAgain(k0, e, 640.1, 3000, "busy")
			s.accept(k0, 90, 3000, 3001)
		}, "fail disposing×1(live/s0) duplicated-pattern<disposing×1(live/s0) slow-release<disposing×1(live/s0)"},
		{"bad name, which the wire says", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			for i, at := range []float64{601, 1000, 1700} {
				s.refuse(k0, uint32(2+i), at, at+1, try{wire: history.WireStatus, code: "NetStream.Publish.BadName", text: "Already publishing"})
			}
			s.accept(k0, 9, 2000, 2001)
		}, "fail slow-release×1(live/s0)"},
		{"nobody says why", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 1700, "")
			s.accept(k0, 40, 1800, 1801)
		}, "fail unexplained-refusal×8(live/s0) slow-release<unexplained-refusal×1(live/s0)"},
		{"nobody says why, for good", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 900, "")
			s.refuse(k0, e, 14000, 14001)
		}, "fail unexplained-refusal×5(live/s0) stuck-busy<unexplained-refusal×1(live/s0)"},
		{"one line says why", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 602)
			s.refuse(k0, 3, 1700, 1701, try{id: "x"})
			s.log(1702, "busy", "x", k0)
			s.accept(k0, 9, 2000, 2001)
		}, "fail slow-release×1(live/s0)"},
		{"no answer at all", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 3601, try{wire: history.WireTimeout})
			s.accept(k0, 3, 3700, 3701)
		}, "fail unexplained-refusal×1(live/s0) slow-release<unexplained-refusal×1(live/s0)"},
		{"never owned, refused from the start", func(s *script) {
			s.accept(k1, 1, 100, 101)
			s.refuseAgain(k0, 1, 100, 13000, "busy")
		}, "inconclusive"},
		{"never owned, closed from the start", func(s *script) {
			s.accept(k1, 1, 100, 101)
			s.refuseAgain(k0, 1, 100, 13000, "")
		}, "inconclusive"},
		{"never owned, and still the server's own teardown in the way", func(s *script) {
			s.accept(k1, 1, 100, 101)
			e := s.refuseAgain(k0, 1, 100, 110, "duplicated")
			s.refuseAgain(k0, e, 120, 13000, "busy")
		}, "fail duplicated-pattern×1(live/s0)"},
		{"never owned, refused from the start and got in the end", func(s *script) {
			s.refuseAgain(k0, 1, 100, 13000, "busy")
			s.accept(k0, 900, 13100, 13101)
		}, "fail stuck-busy×1(live/s0)"},
		{"denied for good", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 13000, "denied")
		}, "inconclusive"},
		{"too many connections, and back later than the grace", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "")
			s.refuseAgain(k0, e, 620.1, 3000, "limit")
			s.accept(k0, 90, 3100, 3101)
		}, "inconclusive"},
		{"denied, and then accepted too slowly", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "denied")
			s.accept(k0, 3, 620, 1800)
		}, "fail slow-release×1(live/s0)"},
		{"denied at last, but refused for long before without a word", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 12000, "")
			s.refuseAgain(k0, e, 13000, 13010, "denied")
		}, "fail stuck-busy×1(live/s0)"},
		{"denied, and busy too", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "denied")
			s.refuseAgain(k0, e, 620.1, 13000, "busy")
		}, "fail stuck-busy×1(live/s0)"},
		{"never owned, refused once", func(s *script) {
			s.refuseAgain(k0, 1, 100, 110, "busy")
			s.accept(k0, 9, 200, 201)
		}, "pass stream-busy/info×1(live/s0)"},
		{"each ownerless time is judged by itself", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.accept(k0, 20, 700, 701)
			s.depart(k0, 20, 1200)
			s.refuseAgain(k0, 21, 1200.1, 1210, "busy")
			s.accept(k0, 40, 1300, 1301)
			s.depart(k0, 40, 1800)
			s.refuseAgain(k0, 41, 1800.1, 3200, "busy")
			s.accept(k0, 80, 3300, 3301)
		}, "fail duplicated-pattern×1(live/s0) slow-release×1(live/s0) stream-busy/info×1(live/s0)"},
		{"an owner that the server ended", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.ended(k0, 1, 600, false)
			s.refuseAgain(k0, 2, 620, 2000, "busy")
			s.accept(k0, 40, 2100, 2101)
		}, "fail slow-release×1(live/s0)"},
		{"a connection that was refused is the server's own matter", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 602, try{stage: "tcp", wire: history.WireRefused, unsent: true})
			s.refuse(k0, 3, 3000, 3001, try{stage: "tcp", wire: history.WireUnreachable, unsent: true})
			s.accept(k0, 4, 3100, 3101)
		}, "pass"},
		{"a contender that was never able to ask", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 4000, try{role: history.Contender, stage: "handshake", wire: history.WireTimeout, unsent: true})
			s.accept(k0, 3, 4100, 4101)
		}, "pass"},
		{"closed in the handshake", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 602, try{stage: "handshake", unsent: true})
			s.refuse(k0, 3, 3000, 3001, try{stage: "handshake", unsent: true})
			s.accept(k0, 4, 3100, 3101)
		}, "fail unexplained-refusal×2(live/s0) slow-release<unexplained-refusal×1(live/s0)"},
		{"ended while a try was under way: nothing says that the key was back", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.refuseAgain(k0, 3, 620.1, 630, "busy")
			s.undecided(k0, 4, 640, 700)
		}, "fail duplicated-pattern×1(live/s0)"},
		{"a try that was never decided, and the key refused for long before it", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 3000, "busy")
			s.undecided(k0, 90, 3000, 3100)
		}, "inconclusive"},
		{"refused last, and not tried again", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuseAgain(k0, 2, 600.1, 610, "busy")
		}, "inconclusive stream-busy/info×1(live/s0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}
