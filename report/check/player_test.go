package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

const p0 = "play/live/s0/1"

func (s *script) get(at float64, session int, manner string) {
	s.add(at, k0, 0, p0, history.PlayRequested{Session: session, Manner: manner})
}

// shut is a connection that could not be made.
func (s *script) shut(at float64, wire history.Wire) {
	s.add(at, k0, 0, p0, history.PlayRefused{Session: 1, Wire: wire})
}

func (s *script) ok(at float64, session int) {
	s.add(at, k0, 0, p0, history.PlayResponse{Session: session, Status: 200})
}

func (s *script) no(at float64, session int, status int) {
	s.add(at, k0, 0, p0, history.PlayResponse{Session: session, Status: status})
	s.add(at, k0, 0, p0, history.PlayRefused{Session: session, Wire: history.WireStatus, Status: status})
}

// media is a player's frames from a time to another, told every 500 ms and at the end.
func (s *script) media(from, to float64, session int) {
	s.add(from, k0, 0, p0, history.PlayFirst{Session: session, Of: "byte", Since: ms(1)})
	s.add(from, k0, 0, p0, history.PlayFirst{Session: session, Of: "media", Since: ms(1)})
	for at := from; at < to; {
		at = min(at+500, to)
		s.add(at, k0, 0, p0, history.PlayProgress{Session: session, Tags: 20, Bytes: 1000, Last: ms(at), MaxGap: ms(40)})
	}
}

func (s *script) eof(at float64, session int, tags int64) {
	s.add(at, k0, 0, p0, history.PlayEnded{Session: session, Wire: history.WireEOF, Clean: true, Tags: tags})
}

func TestPlayers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"one that is served", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "prompt")
			s.ok(110, 1)
			s.media(150, 10000, 1)
			s.depart(k0, 1, 10000)
			s.eof(10010, 1, 400)
		}, "pass"},
		{"one that waits while nobody publishes", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 8000, 8001)
			s.media(8300, 9000, 1)
			s.depart(k0, 1, 9000)
		}, "pass"},
		{"no media after the return", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "prompt")
			s.ok(110, 1)
			s.media(150, 600, 1)
			s.depart(k0, 1, 600)
			s.eof(610, 1, 20)
			s.get(611, 2, "prompt")
			s.ok(612, 2)
			s.accept(k0, 2, 700, 701)
			s.depart(k0, 2, 5000)
		}, "fail player-starved×1(live/s0)"},
		{"not even a status", func(s *script) {
			s.get(611, 1, "prompt")
			s.accept(k0, 1, 700, 701)
			s.depart(k0, 1, 5000)
		}, "fail player-starved×1(live/s0)"},
		{"no media for just the grace", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 1101)
		}, "pass"},
		{"and a little more", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 1102)
		}, "fail player-starved×1(live/s0)"},
		{"added up over publishes, the gaps left out", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			for i := range 3 {
				at := 100 + 3000*float64(i)
				s.accept(k0, uint32(i+1), at, at+1)
				s.depart(k0, uint32(i+1), at+400)
			}
		}, "fail player-starved×1(live/s0)"},
		{"not enough of them", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			for i := range 2 {
				at := 100 + 3000*float64(i)
				s.accept(k0, uint32(i+1), at, at+1)
				s.depart(k0, uint32(i+1), at+400)
			}
		}, "pass"},
		{"media between them starts the count again", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			for i := range 3 {
				at := 100 + 3000*float64(i)
				s.accept(k0, uint32(i+1), at, at+1)
				s.depart(k0, uint32(i+1), at+400)
			}
			s.media(3200, 3210, 1)
		}, "pass"},
		{"a frame that no progress told of", func(s *script) {
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 100, 101)
			s.eof(1050, 1, 3)
			s.get(1051, 2, "prompt")
			s.ok(1052, 2)
			s.media(1900, 3000, 2)
			s.depart(k0, 1, 3000)
		}, "pass"},
		{"a linger is the player's own choice", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "linger")
			s.ok(110, 1)
			s.media(150, 600, 1)
			s.depart(k0, 1, 600)
			s.eof(610, 1, 20)
			s.accept(k0, 2, 601, 602)
			s.get(2110, 2, "linger")
			s.ok(2111, 2)
			s.media(2200, 4000, 2)
			s.depart(k0, 2, 4000)
		}, "pass"},
		{"one that never reads", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "stalled")
			s.ok(160, 1)
			s.depart(k0, 1, 9000)
		}, "pass"},
		{"no media in the settling, when players are sent away", func(s *script) {
			s.cycles(k1, 1, 10, 1)
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.settling(200)
			s.accept(k0, 1, 300, 301, try{role: history.Settling})
			s.depart(k0, 1, 5000)
		}, "pass"},
		{"empty answers, again and again", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for i := range 20 {
				at := 300 + 250*float64(i)
				s.get(at, i, "prompt")
				s.ok(at+1, i)
				s.eof(at+2, i, 0)
			}
			s.depart(k0, 1, 9000)
		}, "fail player-starved×1(live/s0)"},
		{"one empty answer, then a pause of its own", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(300, 1, "prompt")
			s.ok(301, 1)
			s.eof(302, 1, 0)
			s.get(4000, 2, "prompt")
			s.ok(4001, 2)
			s.media(4100, 5000, 2)
			s.depart(k0, 1, 5000)
		}, "pass"},
		{"refused again and again", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for i := range 20 {
				at := 300 + 250*float64(i)
				s.get(at, i, "prompt")
				s.no(at+1, i, 404)
			}
			s.depart(k0, 1, 9000)
		}, "fail player-refused×1(live/s0)"},
		{"refused, but not for long", func(s *script) {
			s.accept(k0, 1, 100, 101)
			for i := range 4 {
				at := 300 + 250*float64(i)
				s.get(at, i, "prompt")
				s.no(at+1, i, 404)
			}
			s.get(1300, 9, "prompt")
			s.ok(1301, 9)
			s.media(1310, 3000, 9)
			s.depart(k0, 1, 3000)
		}, "pass"},
		{"refused while nobody publishes, which is right", func(s *script) {
			for i := range 30 {
				at := 300 + 250*float64(i)
				s.get(at, i, "prompt")
				s.no(at+1, i, 404)
			}
			s.accept(k0, 1, 9000, 9001)
			s.depart(k0, 1, 9500)
		}, "pass"},
		{"refused in two gaps, waiting of its own accord between", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 1000)
			s.get(1010, 1, "prompt")
			s.no(1011, 1, 404)
			s.accept(k0, 2, 1100, 1101)
			s.depart(k0, 2, 3000)
			s.get(3010, 2, "prompt")
			s.no(3011, 2, 404)
			s.accept(k0, 3, 3100, 3101)
			s.depart(k0, 3, 3500)
		}, "pass"},
		{"served, then refused", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "prompt")
			s.ok(110, 1)
			s.media(150, 2000, 1)
			s.eof(2001, 1, 80)
			for i := range 20 {
				at := 2010 + 250*float64(i)
				s.get(at, i, "prompt")
				s.no(at+1, i, 404)
			}
			s.depart(k0, 1, 9000)
		}, "fail player-refused×1(live/s0)"},
		{"served and let go, a long pause of its own, then refused", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "linger")
			s.ok(160, 1)
			s.media(200, 1000, 1)
			s.eof(1001, 1, 40)
			s.get(4000, 2, "linger")
			s.no(4001, 2, 404)
			s.get(4100, 3, "linger")
			s.no(4101, 3, 404)
			s.depart(k0, 1, 4300)
		}, "pass"},
		{"refused, then promised a stream that does not come", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(250, 1, "prompt")
			s.no(251, 1, 404)
			s.get(300, 2, "prompt")
			s.no(301, 2, 404)
			s.get(400, 3, "prompt")
			s.ok(401, 3)
			s.depart(k0, 1, 9000)
		}, "fail player-starved×1(live/s0)"},
		{"found once, until media comes again", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "prompt")
			s.ok(151, 1)
			s.media(5000, 5500, 1)
			s.depart(k0, 1, 9000)
		}, "fail player-starved×2(live/s0)"},
		{"the port of the players dies", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "prompt")
			s.ok(110, 1)
			s.media(150, 2000, 1)
			s.eof(2001, 1, 80)
			s.shut(2002, history.WireRefused)
			s.depart(k0, 1, 9000)
		}, "fail player-refused×1(live/s0)"},
		{"the port of the players says nothing", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.shut(2002, history.WireTimeout)
			s.depart(k0, 1, 9000)
		}, "fail player-refused×1(live/s0)"},
		{"the port of the players dies for a moment", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.shut(2000, history.WireRefused)
			s.shut(2250, history.WireRefused)
			s.get(2900, 1, "prompt")
			s.ok(2901, 1)
			s.media(2950, 9000, 1)
			s.depart(k0, 1, 9000)
		}, "pass"},
		{"the port of the players dies, and nobody publishes", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 1000)
			s.shut(2000, history.WireUnreachable)
			s.accept(k0, 2, 9000, 9001)
			s.depart(k0, 2, 9900)
		}, "pass"},
		{"the port of the players dies, and we take them away", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.shut(2000, history.WireRefused)
			s.add(2900, k0, 0, p0, history.PlayEnded{Session: 1, Wire: history.WireOurs, Clean: true})
			s.depart(k0, 1, 9000)
		}, "pass"},
		{"the port of the players dies with the server", func(s *script) {
			s.header.Judge.Allow = []string{"server-crashed"}
			s.accept(k0, 1, 100, 101)
			s.shut(2000, history.WireRefused)
			for i := range 3 {
				s.probe(2100+250*float64(i), "refused", 0)
			}
			s.depart(k0, 1, 9000)
		}, "pass server-crashed×1()~"},
		{"after the server's death nobody starves", func(s *script) {
			s.header.Judge.Allow = []string{"server-crashed"}
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "prompt")
			s.ok(151, 1)
			s.add(900, "", 0, "server", history.Process{State: "exited", Exit: 2})
		}, "pass server-crashed×1()~"},
		{"two owners at once make no double time", func(s *script) {
			s.use("generic")
			s.get(50, 1, "prompt")
			s.ok(60, 1)
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 100, 101, try{role: history.Contender})
			s.depart(k0, 1, 900)
			s.depart(k0, 2, 900)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

func TestWhatAPlayerWasTold(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	for i := range 20 {
		at := 300 + 250*float64(i)
		s.get(at, i, "prompt")
		s.no(at+1, i, 404)
	}
	c := s.judge().Findings[0].Cases[0]
	if c.Actor != p0 || c.Text != "404" || c.For <= ms(1000) || c.Refused < 2 || c.Event == 0 {
		t.Errorf("case %+v", c)
	}
}

// TestHowLongAPlayerLacked holds that what is told at once goes on to be known: until media comes again, or to the end.
func TestHowLongAPlayerLacked(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.get(50, 1, "prompt")
	s.ok(110, 1)
	s.media(150, 600, 1)
	s.media(5000, 5500, 1)
	s.depart(k0, 1, 9000)
	cases := s.judge().Findings[0].Cases
	if len(cases) != 2 {
		t.Fatalf("%d cases: %+v", len(cases), cases)
	}
	// Half a second after media may have had some that was not told.
	first, last := cases[0], cases[1]
	if first.Since != ms(600) || first.For != ms(3900) || !first.Back || first.At > ms(2300) || first.Event == 0 {
		t.Errorf("until media came: %+v", first)
	}
	if last.Since != ms(5500) || last.For != ms(3000) || last.Back || last.Event == 0 {
		t.Errorf("to the end: %+v", last)
	}
}

// TestARefusalGoesOn holds that the refusals after the first that were too many are counted too.
func TestARefusalGoesOn(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	for i := range 20 {
		at := 300 + 250*float64(i)
		s.get(at, i, "prompt")
		s.no(at+1, i, 404)
	}
	s.depart(k0, 1, 9000)
	if c := s.judge().Findings[0].Cases[0]; c.Refused != 20 || c.Since != ms(300) || c.Back || c.For < ms(4000) {
		t.Errorf("case %+v", c)
	}
}

// TestMediaAtTheVeryEnd holds that media that comes too late to be judged by is told all the same.
func TestMediaAtTheVeryEnd(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.get(50, 1, "prompt")
	s.ok(110, 1)
	s.depart(k0, 1, 9000)
	s.media(float64(s.length/ms(1))-100, float64(s.length/ms(1))-50, 1)
	if c := s.judge().Findings[0].Cases[0]; !c.Back || c.Since != ms(50) {
		t.Errorf("case %+v", c)
	}
}

// TestMediaToldOfLate holds that the last frames that a player got, and tells of only when it is taken away, neither end what
// it lacks nor make it lack something twice.
func TestMediaToldOfLate(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.get(50, 1, "prompt")
	s.ok(110, 1)
	s.media(150, 600, 1)
	s.add(7000, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 20, Bytes: 1000, Last: ms(1000), MaxGap: ms(40)})
	s.depart(k0, 1, 9000)
	found := s.judge().Findings
	if len(found) != 1 || found[0].Count != 1 {
		t.Fatalf("findings %+v", found)
	}
	if c := found[0].Cases[0]; c.Since != ms(1000) || c.For != ms(7900) || c.Back {
		t.Errorf("case %+v", c)
	}
}

// TestMediaToldOfLateIsNoMeal holds that what came before, told of late, takes nothing from what a player has lacked since.
func TestMediaToldOfLateIsNoMeal(t *testing.T) {
	for name, told := range map[string]float64{"at once": 600, "when it had nearly starved": 2000} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.accept(k0, 1, 100, 101)
			s.get(50, 1, "prompt")
			s.ok(110, 1)
			s.media(150, 600, 1)
			s.add(told, k0, 0, p0, history.PlayProgress{Session: 1, Tags: 1, Bytes: 1000, Last: ms(600)})
			s.depart(k0, 1, 2400)
			found := s.judge().Findings
			if len(found) != 1 || found[0].Code != PlayerStarved {
				t.Fatalf("findings %+v", found)
			}
			if c := found[0].Cases[0]; c.Since != ms(600) || c.For != ms(1300) || c.Back {
				t.Errorf("case %+v", c)
			}
		})
	}
}
