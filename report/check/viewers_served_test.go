package check

import (
	"fmt"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// TestViewersServed holds who counts as one that got the next publish, and as one that did not. Each script begins with a
// viewer of a publish that leaves at 510 ms.
func TestViewersServed(t *testing.T) {
	next := func(s *script, epoch uint32, said, leaves float64) {
		s.accept(k0, epoch, said-1, said)
		s.leave(epoch, leaves, leaves-1, "fin")
	}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"kept", func(s *script) {
			next(s, 2, 600, 900)
			s.sees(1, reelOf{epoch: 2, said: 600, first: 1, last: 7})
		}, "1 served, 0 not, froze 1: 99..99"},
		{"came again", func(s *script) {
			s.gone(511, 1, history.WireEOF)
			s.look(512, 2)
			next(s, 2, 600, 900)
			s.sees(2, reelOf{epoch: 2, said: 600, first: 1, last: 7, delay: 5})
		}, "1 served, 0 not, froze 1: 104..104"},
		{"refused tries are part of it", func(s *script) {
			s.gone(511, 1, history.WireEOF)
			s.look(512, 2)
			s.refuse(k0, 2, 513, 514, try{id: "a"})
			s.log(514.5, "busy", "a", k0)
			s.accept(k0, 3, 599, 600, try{try: 1})
			s.sees(2, reelOf{epoch: 3, said: 600, first: 1, last: 7})
			s.leave(3, 900, 899, "fin")
		}, "1 served, 0 not, froze 1: 99..99"},
		{"only the publish after the next one", func(s *script) {
			next(s, 2, 600, 900)
			next(s, 3, 1000, 3000)
			s.sees(1, reelOf{epoch: 3, said: 1000, first: 1, last: 7})
		}, "1 served, 0 not, froze 1: 499..499"},
		{"only after a long time", func(s *script) {
			next(s, 2, 600, 4000)
			s.sees(1, reelOf{epoch: 2, said: 600, first: 51, last: 60})
		}, "1 served, 0 not, froze 1: 2097..2099"}, // as exactly as is kept
		{"its connection stays, and nothing comes", func(s *script) {
			next(s, 2, 600, 1601)
		}, "0 served, 1 not, froze none"},
		{"for no longer than the grace", func(s *script) {
			next(s, 2, 600, 1600)
		}, "0 served, 0 not, froze none"},
		{"over several publishes", func(s *script) {
			next(s, 2, 600, 1200)
			next(s, 3, 1300, 1701)
		}, "0 served, 1 not, froze none"},
		{"came again, and nothing comes", func(s *script) {
			s.gone(511, 1, history.WireEOF)
			s.look(512, 2)
			next(s, 2, 600, 2000)
		}, "0 served, 1 not, froze none"},
		{"nobody publishes any more", func(s *script) {
			s.gone(511, 1, history.WireEOF)
			s.look(512, 2)
		}, "0 served, 0 not, froze none"},
		{"it went by itself while it watched", func(s *script) {
			s.gone(505, 1, history.WireOurs)
			next(s, 2, 600, 4000)
		}, "0 served, 0 not, froze none"},
		{"it went by itself before it had had the time", func(s *script) {
			next(s, 2, 600, 4000)
			s.gone(1600, 1, history.WireOurs)
		}, "0 served, 0 not, froze none"},
		{"and after that", func(s *script) {
			next(s, 2, 600, 4000)
			s.gone(1601, 1, history.WireOurs)
		}, "0 served, 1 not, froze none"},
		{"it went by itself, and came again", func(s *script) {
			next(s, 2, 600, 4000)
			s.gone(700, 1, history.WireOurs)
			s.look(701, 2)
		}, "0 served, 1 not, froze none"},
		{"it broke off while the publish was live", func(s *script) {
			s.gone(480, 1, history.WireReset)
			next(s, 2, 600, 4000)
		}, "0 served, 0 not, froze none"},
		{"the settling is no time to be served", func(s *script) {
			s.settling(1600)
			next(s, 2, 600, 4000)
		}, "0 served, 0 not, froze none"},
		{"served in the settling, having had its time before", func(s *script) {
			s.settling(1700)
			next(s, 2, 600, 1690)
			s.accept(k0, 3, 1800, 1801, try{role: history.Settling})
			s.sees(1, reelOf{epoch: 3, said: 1801, first: 1, last: 7})
			s.leave(3, 3000, 2999, "fin")
		}, "0 served, 1 not, froze none"},
		{"served in the settling, which is no figure", func(s *script) {
			s.settling(600)
			s.accept(k0, 2, 1800, 1801, try{role: history.Settling})
			s.sees(1, reelOf{epoch: 2, said: 1801, first: 1, last: 7})
			s.leave(2, 3000, 2999, "fin")
		}, "0 served, 0 not, froze none"},
		{"a server that dies", func(s *script) {
			next(s, 2, 600, 4000)
			s.add(2500, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
		}, "0 served, 0 not, froze none"}, // its connections may have broken a second before, at 1500
		{"a server that dies later", func(s *script) {
			next(s, 2, 600, 4000)
			s.add(2700, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
		}, "0 served, 1 not, froze none"},
		{"a time in which we stood still", func(s *script) {
			next(s, 2, 600, 1650)
			s.stalls = []span{{ms(900), ms(1300)}}
		}, "0 served, 0 not, froze none"},
		{"a publish that was cut off before its acceptance is none to be had", func(s *script) {
			s.undecided(k0, 2, 600, 3000)
		}, "0 served, 0 not, froze none"},
		{"a history that is cut", func(s *script) {
			s.accept(k0, 2, 599, 600)
			s.add(1700, k0, 0, "x", history.PlayProgress{Session: 9})
			s.noEnd = true
		}, "0 served, 1 not, froze none"},
		{"a history that is cut before that", func(s *script) {
			s.accept(k0, 2, 599, 600)
			s.add(1600, k0, 0, "x", history.PlayProgress{Session: 9})
			s.noEnd = true
		}, "0 served, 0 not, froze none"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11}) // the last at 501
			s.leave(1, 510, 501, "fin")
			tt.write(s)
			v := s.judge().Outcome.Viewers
			if got := fmt.Sprintf("%d served, %d not, froze %s", v.Served, v.Unserved, ranged(v.Frozen)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
