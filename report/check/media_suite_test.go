package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// What was published in a case is known in the next one of the same key, whether or not that one begins before the first is
// judged.
func TestFramesOfACaseBefore(t *testing.T) {
	for _, gap := range []struct {
		name string
		by   float64
	}{{"at once", 100}, {"when the first is closed", 30_000}} {
		first := func(s *script, rivals int) float64 {
			s.begin(50, "a")
			s.accept(k0, 1, 100, 101)
			for i := range rivals {
				s.refuse(k0, uint32(i+100), 150+float64(i), 151+float64(i), try{role: history.Contender})
			}
			s.depart(k0, 1, 600)
			s.done(700, "a")
			at := 700 + gap.by
			s.begin(at, "b")
			s.length = ms(at + 9000)
			return at
		}
		second := func(s *script, at float64) float64 {
			s.accept(k0, 2, at, at+1)
			s.frames(1, 2, at+50, at+500)
			return at
		}
		last := func(s *script, at float64) {
			s.depart(k0, 2, at)
			s.done(at+100, "b")
		}
		t.Run(gap.name, func(t *testing.T) {
			suites{
				{"a picture that is held until the next publish, much later", func(s *script) {
					at := first(s, 0)
					s.watch(at+10, 1)
					s.frames(1, 1, at+20, at+30)
					at = second(s, at+3000)
					last(s, at+1000)
				}, "pass\na ran pass\nb ran pass"},
				{"an old frame among the new ones", func(s *script) {
					at := first(s, 0)
					s.watch(at+10, 1)
					at = second(s, at+20)
					s.frames(1, 1, at+510, at+511)
					last(s, at+1000)
				}, "fail stale-media×1(live/s0)\na ran pass\nb ran fail stale-media×1(live/s0)"},
				{"an old frame of a publish that many contended with", func(s *script) {
					at := first(s, 20)
					s.watch(at+10, 1)
					at = second(s, at+20)
					s.frames(1, 1, at+510, at+511)
					last(s, at+1000)
				}, "fail stale-media×1(live/s0)\na ran pass\nb ran fail stale-media×1(live/s0)"},
				{"an old picture for who comes after the new publish", func(s *script) {
					at := first(s, 0)
					at = second(s, at+20)
					s.watch(at+510, 2)
					s.frames(2, 1, at+520, at+521)
					last(s, at+1000)
				}, "fail stale-media×1(live/s0)\na ran pass\nb ran fail stale-media×1(live/s0)"},
				{"a case later", func(s *script) {
					at := first(s, 0)
					at = second(s, at+20)
					last(s, at+600)
					at += 700 + gap.by
					s.begin(at, "c")
					s.watch(at+10, 2)
					s.accept(k0, 3, at+20, at+21)
					s.frames(2, 3, at+50, at+500)
					s.frames(2, 1, at+510, at+511)
					s.depart(k0, 3, at+600)
					s.done(at+700, "c")
					s.length = ms(at + 9000)
				}, "fail stale-media×1(live/s0)\na ran pass\nb ran pass\nc ran fail stale-media×1(live/s0)"},
				{"a case later, with one between that published nothing", func(s *script) {
					at := first(s, 0)
					at = second(s, at+20)
					last(s, at+600)
					at += 700 + gap.by
					s.begin(at, "c")
					s.watch(at+10, 2)
					s.done(at+700, "c")
					at += 700 + gap.by
					s.begin(at, "d")
					s.accept(k0, 3, at+20, at+21)
					s.watch(at+30, 3)
					s.frames(3, 1, at+50, at+51)
					s.depart(k0, 3, at+600)
					s.done(at+700, "d")
					s.length = ms(at + 9000)
				}, "fail stale-media×1(live/s0) (cases)\na ran pass\nb ran pass\nc ran inconclusive (nothing)\nd ran fail stale-media×1(live/s0)"},
				{"before any case", func(s *script) {
					s.accept(k0, 50, 10, 11)
					s.depart(k0, 50, 40)
					at := first(s, 0)
					s.watch(at+10, 1)
					at = second(s, at+20)
					s.frames(1, 50, at+510, at+511)
					last(s, at+1000)
				}, "fail stale-media×1(live/s0)\na ran pass\nb ran fail stale-media×1(live/s0)"},
				{"an epoch that nobody published in any case", func(s *script) {
					at := first(s, 0)
					s.watch(at+10, 1)
					at = second(s, at+20)
					s.frames(1, 200, at+510, at+511)
					last(s, at+1000)
				}, "fail media-corrupt×1(live/s0)\na ran pass\nb ran fail media-corrupt×1(live/s0)"},
			}.judged(t)
		})
	}
}
