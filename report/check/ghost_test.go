package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// stuck is a run in which the owner of a key leaves at two seconds, and returns are refused for good.
func stuck(t *testing.T, class string) *script {
	s := newScript(t).showing()
	s.accept(k0, 1, 100, 101, try{id: "own1"})
	s.depart(k0, 1, 2000)
	s.refuseAgain(k0, 2, 2000.1, 14_000, class)
	s.settling(15_000)
	return s
}

// shown are the ghosts and holders of a finding's cases.
func shownIn(out Judgement, code Code) (ghosts int, holders []string) {
	for _, f := range out.Findings {
		if f.Code != code {
			continue
		}
		for _, c := range f.Cases {
			ghosts += b2i(c.Ghost)
			if c.Holder != "" {
				holders = append(holders, c.Holder)
			}
		}
	}
	return ghosts, holders
}

func TestGhosts(t *testing.T) {
	active := func(publisher string) history.APIStream {
		return history.APIStream{Key: k0, Active: true, Publisher: publisher, Clients: 2}
	}
	idle := history.APIStream{Key: k0}
	for _, tt := range []struct {
		name    string
		class   string
		code    Code
		shows   func(s *script)
		ghost   bool
		holder  string
		profile string
	}{
		{"the API is not asked", "busy", StuckBusy, func(*script) {}, false, "", ""},
		{"nobody, as the API has it", "busy", StuckBusy, func(s *script) { s.shows(3000, idle) }, true, "", ""},
		{"the API doesn't list it", "busy", StuckBusy, func(s *script) { s.shows(3000) }, true, "", ""},
		{"refused without a word", "", UnexplainedRefusal, func(s *script) { s.shows(2500) }, true, "", ""},
		{"the one that left", "busy", StuckBusy, func(s *script) { s.shows(3000, active("own1")) }, false, "own1", ""},
		{"one of those that were refused", "busy", StuckBusy, func(s *script) { s.shows(3000, active("lives0-3")) }, false, "lives0-3", ""},
		{"a stranger", "busy", StuckBusy, func(s *script) { s.shows(3000, active("x")) }, false, "", ""},
		{"the last look counts", "busy", StuckBusy, func(s *script) { s.shows(3000, active("own1")); s.shows(11_000, idle) }, true, "", ""},
		{"asked before the departure", "busy", StuckBusy, func(s *script) { s.shows(2001, idle) }, false, "", ""},
		{"asked when all was over", "busy", StuckBusy, func(s *script) { s.shows(14_900, idle) }, false, "", ""},
		{"the API can't be asked", "busy", StuckBusy, func(s *script) {
			s.add(3000, "", 0, "server", history.API{Error: "no", Clients: -1})
		}, false, "", ""},
		{"an API that shows no streams", "busy", StuckBusy, func(s *script) { s.use("generic").header.Profile["accept"] = "onstatus"; s.shows(3000) }, false, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := stuck(t, tt.class)
			tt.shows(s)
			out := s.judge()
			ghosts, holders := shownIn(out, tt.code)
			if (ghosts > 0) != tt.ghost || (len(holders) > 0) != (tt.holder != "") || len(holders) > 0 && holders[0] != tt.holder {
				t.Errorf("%d ghosts, holders %v in %s", ghosts, holders, brief(out))
			}
		})
	}
}

// What the server says of its own teardown is no ghost, whatever the API shows.
func TestNoGhostBesideAnExplanation(t *testing.T) {
	s := stuck(t, "duplicated")
	s.shows(3000)
	out := s.judge()
	if ghosts, holders := shownIn(out, DuplicatedPattern); ghosts > 0 || len(holders) > 0 {
		t.Errorf("%d ghosts, holders %v in %s", ghosts, holders, brief(out))
	}
}

func TestGhostsAreForgotten(t *testing.T) {
	s := newScript(t).showing()
	s.judge()
	g := newGhosts(New(s.header).profile)
	for i := range 10 * keepIDs {
		g.Step(history.Event{At: ms(float64(i)), Key: k0, What: history.Connected{ServerID: string(rune('a' + i))}})
		g.Step(history.Event{At: ms(float64(i)), What: history.API{}})
	}
	if k := g.keys[k0]; len(k.ids) > keepIDs || len(k.seen) > keepGlimpses {
		t.Errorf("%d ids and %d looks are kept", len(k.ids), len(k.seen))
	}
	if !g.at(k0, ms(10*keepIDs-10), ms(10*keepIDs)).ghost {
		t.Error("the last look is forgotten")
	}
	g.Step(history.Event{What: history.Process{State: "started"}})
	if g.at(k0, 0, never) != (ghostliness{}) {
		t.Error("what another process showed is held against this one")
	}
}
