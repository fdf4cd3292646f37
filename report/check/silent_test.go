package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// Of a silent departure the server is not told; its owner counts as live until somebody proves otherwise.
func TestSilentDepartures(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a silent owner counts as live until the bound", func(s *script) {
			s.length = 30 * time.Second
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.refuseAgain(k0, 2, 600.1, 20000, "busy")
			s.accept(k0, 200, 25500, 25501)
		}, "pass"},
		{"our own close told the server that it had gone, and the key was released", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.refuseAgain(k0, 2, 600.1, 4000, "busy")
			s.settling(5000)
			s.add(5000, k0, 1, "pub/"+k0, history.PublishEnded{Wire: history.WireOurs, Vanished: true})
			s.accept(k0, 90, 7000, 7001, try{role: history.Settling})
			s.depart(k0, 90, 7300)
		}, "pass"},
		{"our own close told the server that it had gone, and it kept the key", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			e := s.refuseAgain(k0, 2, 600.1, 4000, "busy")
			s.settling(5000)
			s.add(5000, k0, 1, "pub/"+k0, history.PublishEnded{Wire: history.WireOurs, Vanished: true})
			for i, at := range []float64{7000, 9000, 17000} {
				id := string(rune('x' + i))
				s.refuse(k0, e+uint32(i), at, at+1, try{role: history.Settling, id: id, try: i})
				s.log(at+2, "busy", id, k0)
			}
		}, "fail stuck-busy×1(live/s0)!"},
		{"and no longer", func(s *script) {
			s.length = 40 * time.Second
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.refuseAgain(k0, 2, 600.1, 27000, "busy")
			s.accept(k0, 200, 27500, 27501)
		}, "fail slow-release×1(live/s0)"},
		{"the server lets go of it before the bound, and is held to that", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.ended(k0, 1, 3000, true)
			s.refuseAgain(k0, 2, 600.1, 5000, "busy")
			s.accept(k0, 200, 5500, 5501)
		}, "fail slow-release×1(live/s0)"},
		{"the server lets go of it, and the key is back", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.ended(k0, 1, 3000, true)
			s.refuseAgain(k0, 2, 600.1, 3200, "busy")
			s.accept(k0, 200, 3300, 3301)
		}, "pass stream-busy/info×1(live/s0)"},
		{"another publish ends a silent owner", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.accept(k0, 2, 2000, 2001)
			s.depart(k0, 2, 2500)
			s.refuseAgain(k0, 3, 2500.1, 2510, "duplicated")
			s.accept(k0, 9, 2600, 2601)
		}, "fail duplicated-pattern×1(live/s0)"},
		{"halfclose is no silence", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "halfclose")
			s.ended(k0, 1, 3000, true)
			s.refuseAgain(k0, 2, 600.1, 2000, "busy")
			s.accept(k0, 200, 3300, 3301)
		}, "fail slow-release×1(live/s0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}
