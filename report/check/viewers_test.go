package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
)

// look begins a session of a witness, the first of k0 unless actors are named.
func (s *script) look(at float64, session int, actor ...string) {
	s.add(at, k0, 0, lookActor(actor), history.PlayRequested{Session: session, Manner: "prompt", Witness: true})
}

func lookActor(actor []string) string {
	if len(actor) > 0 {
		return actor[0]
	}
	return p0
}

// reelOf is what a witness gets of one epoch: the pictures first to last, which a publish that began at said sent 40 ms apart,
// each some time after it was sent. Times of FLV begin at base.
type reelOf struct {
	epoch       uint32
	said        float64
	first, last uint32
	delay       float64
	base        uint32
	noKey       bool
}

// sees tells of them in two stretches.
func (s *script) sees(session int, o reelOf, actor ...string) {
	sent := func(n uint32) time.Duration { return ms(o.said + 40*float64(n-1)) }
	tell := func(from, to uint32, key bool) {
		w := history.Watched{
			Session: session, From: from, To: to, Video: int64(to - from + 1), Audio: 2, Bytes: 1000,
			First: sent(from) + ms(o.delay), Last: sent(to) + ms(o.delay), FirstSent: sent(from), LastSent: sent(to),
			FirstTime: o.base + 40*(from-1), LastTime: o.base + 40*(to-1),
			Ages: []int64{int64(1000 * o.delay)},
		}
		if key {
			w.Key = w.First
		}
		s.events = append(s.events, history.Event{At: w.Last, Key: k0, Epoch: o.epoch, Actor: lookActor(actor), What: w})
	}
	if o.first == o.last {
		tell(o.first, o.last, !o.noKey)
		return
	}
	middle := (o.first + o.last) / 2
	tell(o.first, middle, !o.noKey)
	tell(middle+1, o.last, false)
}

func (s *script) gone(at float64, session int, wire history.Wire, actor ...string) {
	s.add(at, k0, 0, lookActor(actor), history.PlayEnded{Session: session, Wire: wire, Clean: true})
}

// leave is a departure whose last frame was sent some time before.
func (s *script) leave(epoch uint32, at, lastSent float64, how string) {
	s.add(at, k0, epoch, "pub/"+k0, history.Departed{How: how, LastSent: ms(lastSent)})
}

// ranged is a histogram as its count, least and most in ms.
func ranged(h *hdrhistogram.Histogram) string {
	if h.TotalCount() == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: %.0f..%.0f", h.TotalCount(), float64(h.Min())/1000, float64(h.Max())/1000)
}

func (v Viewers) brief() map[string]string {
	out := map[string]string{}
	for i, name := range strings.Fields("frozen end stayed.byte stayed.key stayed.frame back.byte back.key back.frame stall lost latency") {
		if text := ranged(*v.each()[i]); text != "none" {
			out[name] = text
		}
	}
	return out
}

func TestViewersCost(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  map[string]string
	}{
		{"ended, and back before the next publish", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 2}) // the last was sent at 501
			s.leave(1, 600, 581, "fin")                                          // two more after it, at 541 and 581
			s.gone(605, 1, history.WireEOF)
			s.look(606, 2)
			s.accept(k0, 2, 700, 701)
			s.add(703, k0, 0, p0, history.PlayFirst{Session: 2, Of: "byte", Since: ms(97)})
			s.sees(2, reelOf{epoch: 2, said: 701, first: 1, last: 11, delay: 4})
			s.depart(k0, 2, 1200)
		}, map[string]string{
			"frozen": "1: 202..202", "end": "1: 5..5", "back.byte": "1: 3..3", "back.key": "1: 5..5", "back.frame": "1: 5..5", "lost": "1: 80..80",
			"latency": "4: 2..4",
		}},
		{"back only after the next publish, and behind its first second", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "rst")
			s.gone(512, 1, history.WireReset)
			s.accept(k0, 2, 520, 521)
			s.look(1000, 2)
			s.add(1001, k0, 0, p0, history.PlayFirst{Session: 2, Of: "byte", Since: ms(1)})
			s.sees(2, reelOf{epoch: 2, said: 521, first: 26, last: 40}) // the first at 1521
			s.depart(k0, 2, 2200)
		}, map[string]string{
			"frozen": "1: 1020..1020", "end": "1: 2..2", "back.byte": "1: 1..1", "back.key": "1: 521..521", "back.frame": "1: 521..521", "lost": "1: 1000..1000",
			"latency": "4: 0..0",
		}},
		{"kept, and its body began long before", func(s *script) {
			s.use("lal")
			s.look(50, 1)
			s.add(51, k0, 0, p0, history.PlayFirst{Session: 1, Of: "byte", Since: ms(1)})
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 112}) // the last frame comes at 613
			s.leave(1, 600, 510, "fin")
			s.accept(k0, 2, 700, 701)
			s.sees(1, reelOf{epoch: 2, said: 701, first: 1, last: 31, delay: 9})
			s.depart(k0, 2, 2000)
		}, map[string]string{
			"frozen": "1: 97..97", "end": "1: 13..13", "stayed.byte": "1: 10..10", "stayed.key": "1: 10..10", "stayed.frame": "1: 10..10", "lost": "1: 0..0",
			"latency": "4: 9..112",
		}},
		{"a publish of which nothing came", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "fin")
			s.gone(512, 1, history.WireEOF)
			s.accept(k0, 2, 520, 521)
			s.leave(2, 830, 821, "fin")
			s.accept(k0, 3, 900, 901)
			s.look(901, 2)
			s.sees(2, reelOf{epoch: 3, said: 901, first: 1, last: 11, delay: 1})
			s.depart(k0, 3, 2200)
		}, map[string]string{
			"frozen": "1: 401..401", "end": "1: 2..2", "back.byte": "1: 1..1", "back.key": "1: 1..1", "back.frame": "1: 1..1", "lost": "1: 300..300",
			"latency": "4: 0..1",
		}},
		{"a viewer that left by itself, and one that broke in mid-live", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.gone(505, 1, history.WireOurs)
			s.look(506, 2)
			s.sees(2, reelOf{epoch: 1, said: 101, first: 12, last: 21})
			s.gone(905, 2, history.WireReset)
			s.leave(1, 1510, 1501, "fin")
			s.accept(k0, 2, 1520, 1521)
			s.look(1530, 3)
			s.sees(3, reelOf{epoch: 2, said: 1521, first: 1, last: 31, delay: 10})
			s.depart(k0, 2, 2800)
		}, map[string]string{
			"back.byte": "1: 1..1", "back.key": "1: 1..1", "back.frame": "1: 1..1", "latency": "6: 0..10",
		}},
		{"remains of a publish that ended are no viewer that stayed", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "fin")
			s.gone(512, 1, history.WireEOF)
			s.look(513, 2)
			s.sees(2, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 420}) // the cache
			s.accept(k0, 2, 1000, 1001)
			s.sees(2, reelOf{epoch: 2, said: 1001, first: 1, last: 31, delay: 3})
			s.depart(k0, 2, 2800)
		}, map[string]string{
			"frozen": "1: 503..503", "end": "1: 2..2", "back.byte": "1: 4..4", "back.key": "1: 4..4", "back.frame": "1: 4..4", "lost": "1: 0..0",
			"latency": "6: 0..420",
		}},
		{"nor are they the end of one", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "fin")
			s.gone(512, 1, history.WireEOF)
			s.look(513, 2)
			s.sees(2, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 420})
			s.gone(980, 2, history.WireEOF)
		}, map[string]string{"end": "1: 2..2", "latency": "4: 0..420"}},
		{"contenders that were refused are no publish", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.refuse(k0, 2, 300, 301, try{role: history.Contender, id: "c"})
			s.log(302, "busy", "c", k0)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 6})
			s.sees(1, reelOf{epoch: 2, said: 301, first: 1, last: 2})
			s.sees(1, reelOf{epoch: 1, said: 101, first: 7, last: 11})
			s.leave(1, 510, 501, "fin")
			s.gone(511, 1, history.WireEOF)
		}, map[string]string{"end": "1: 1..1", "latency": "6: 0..0"}},
		{"no keyframe", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "fin")
			s.gone(511, 1, history.WireEOF)
			s.look(512, 2)
			s.accept(k0, 2, 520, 521)
			s.sees(2, reelOf{epoch: 2, said: 521, first: 1, last: 11, noKey: true})
		}, map[string]string{
			"frozen": "1: 20..20", "end": "1: 1..1", "back.byte": "1: 1..1", "back.frame": "1: 1..1", "lost": "1: 0..0", "latency": "4: 0..0",
		}},
		{"stalls", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.add(3000, k0, 1, p0, history.Stall{Session: 1, Gap: ms(900), Explained: ms(40)})
			s.add(4000, k0, 1, "play/live/s0/7", history.Stall{Session: 1, Gap: ms(900), Explained: ms(40)}) // no witness
			s.stalls = []span{{ms(5200), ms(5900)}}                                                          // our own
			s.add(6000, k0, 1, p0, history.Stall{Session: 1, Gap: ms(800), Explained: ms(240)})
			s.add(7000, k0, 1, p0, history.Stall{Session: 1, Gap: ms(540), Explained: ms(40)})
			s.add(8000, k0, 1, p0, history.Stall{Session: 1, Gap: ms(539), Explained: ms(40)})
		}, map[string]string{"stall": "2: 540..900"}},
		{"frames that are told of only when the storm is over", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.settling(5000)
			s.add(5500, k0, 1, p0, history.Watched{Session: 1, From: 1, To: 1, Video: 1, First: ms(104), Last: ms(104), Ages: []int64{3000}})
		}, map[string]string{"latency": "1: 3..3"}},
		{"a silent departure counts from when the server let the publisher go", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "vanish")
			s.ended(k0, 1, 5500, true)
			s.gone(5504, 1, history.WireEOF)
		}, map[string]string{"end": "1: 4..4", "latency": "2: 0..0"}},
		{"or took another one", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "vanish")
			s.accept(k0, 2, 5500, 5502)
			s.gone(5507, 1, history.WireEOF)
		}, map[string]string{"end": "1: 7..7", "latency": "2: 0..0"}},
		{"or else from nowhere", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "vanish")
			s.gone(5507, 1, history.WireEOF)
		}, map[string]string{"latency": "2: 0..0"}},
		{"nor is one that is kept after it ever at its end", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
			s.leave(1, 510, 501, "vanish")
			s.accept(k0, 2, 1500, 1502)
			s.sees(1, reelOf{epoch: 2, said: 1502, first: 1, last: 31, delay: 1})
			s.depart(k0, 2, 3000)
		}, map[string]string{
			"frozen": "1: 1002..1002", "stayed.byte": "1: 3..3", "stayed.key": "1: 3..3", "stayed.frame": "1: 3..3", "lost": "1: 0..0",
			"latency": "4: 0..1",
		}},
		{"the settling is no part of it", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 1})
			s.settling(520)
			s.leave(1, 530, 501, "fin")
			s.gone(531, 1, history.WireEOF)
			s.look(532, 2)
			s.accept(k0, 2, 3000, 3001, try{role: history.Settling})
			s.sees(2, reelOf{epoch: 2, said: 3001, first: 1, last: 11})
			s.add(3600, k0, 2, p0, history.Stall{Session: 2, Gap: ms(900)})
		}, map[string]string{"latency": "2: 1..1"}},
		{"nor is what a dead server does", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11, delay: 1})
			s.leave(1, 3500, 3490, "fin")
			s.add(3510, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.gone(3511, 1, history.WireReset)
		}, map[string]string{"latency": "2: 1..1"}},
		{"two publishers at once are no return", func(s *script) {
			s.look(50, 1)
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, try{role: history.Contender})
			s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 21})
			s.sees(1, reelOf{epoch: 2, said: 301, first: 1, last: 6})
			s.leave(2, 510, 501, "fin")
			s.leave(1, 910, 901, "fin")
			s.gone(911, 1, history.WireEOF)
		}, map[string]string{"latency": "4: 0..0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			v := s.judge().Outcome.Viewers
			if diff := cmp.Diff(tt.want, v.brief()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestViewersCounts(t *testing.T) {
	s := newScript(t)
	s.look(50, 1)
	s.look(50, 1, "play/live/s0/2")
	s.get(50, 1, "prompt") // of the crowd, if it weren't the same player
	s.add(60, k0, 0, "play/live/s0/3", history.PlayRequested{Session: 1})
	s.accept(k0, 1, 100, 101)
	s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 11})
	s.add(600, k0, 0, "play/live/s0/2", history.Watched{Session: 1, Unstamped: 7, Audio: 3, Bytes: 100})
	s.add(600, k0, 0, "play/live/s0/3", history.Watched{Session: 1, Unstamped: 9})
	v := s.judge().Outcome.Viewers
	if v.Witnesses != 2 || v.Frames != 11 || v.Unstamped != 7 || v.Audio != 7 {
		t.Errorf("%+v", v)
	}
}

// What a suite says of its viewers is what its cases saw together.
func TestViewersOfASuite(t *testing.T) {
	s := newSuite(t)
	for i, name := range []string{"a", "b"} {
		at, key, actor := 100+2000*float64(i), caseKey(name), "play/"+caseKey(name)+"/0"
		s.begin(at-50, name)
		s.add(at-40, key, 0, actor, history.PlayRequested{Session: 1, Witness: true})
		s.accept(key, 1, at, at+1)
		s.add(at+401, key, 1, actor, history.Watched{
			Session: 1, From: 1, To: 11, Video: 11, First: ms(at + 1), Last: ms(at + 401), FirstSent: ms(at + 1), LastSent: ms(at + 401),
			Key: ms(at + 1), Ages: []int64{int64(1000 * (i + 1))},
		})
		s.depart(key, 1, at+410)
		s.add(at+415+float64(i), key, 0, actor, history.PlayEnded{Session: 1, Wire: history.WireEOF, Clean: true})
		s.done(at+1800, name)
	}
	out := s.judge().Outcome.Viewers
	want := map[string]string{"end": "2: 5..6", "latency": "2: 1..2"}
	if diff := cmp.Diff(want, out.brief()); diff != "" || out.Witnesses != 2 || out.Frames != 22 {
		t.Errorf("%d witnesses, %d frames (-want +got):\n%s", out.Witnesses, out.Frames, diff)
	}
	if diff := cmp.Diff([]Treatment{{Leave: "fin", Viewers: "either", From: "profile", Seen: 2}}, out.Policy); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever a file says of times and numbers, it is judged.
func TestViewersOfAWildHistory(t *testing.T) {
	for _, w := range []history.Watched{
		{Session: 1, Video: -5, Unstamped: -7, Audio: -1},
		{Session: 1, Video: 1, From: 9, To: 3, First: -never, Last: never, FirstSent: never, LastSent: -never, Ages: []int64{-1 << 63, 1<<63 - 1}},
		{Session: 1, Video: 1 << 40, From: 0, To: 1<<32 - 1, First: never, Last: -1, LastSent: never, FirstTime: 1<<32 - 1, Key: -5},
		{Session: 99, Video: 1},
	} {
		s := newScript(t)
		s.look(50, 1)
		s.accept(k0, 1, 100, 101)
		for epoch := range uint32(200) {
			s.add(200+float64(epoch), k0, epoch, p0, w)
		}
		s.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 2})
		s.depart(k0, 1, 500)
		s.accept(k0, 2, 600, 601)
		s.sees(1, reelOf{epoch: 2, said: 601, first: 1, last: 2})
		s.add(900, k0, 1, p0, history.Stall{Session: 1, Gap: never, Explained: -never})
		for session := range 200 {
			s.look(1000+float64(session), session+2)
		}
		if v := s.judge().Outcome.Viewers; v.Witnesses != 1 || v.Frames < 0 || v.Unstamped < 0 {
			t.Errorf("%+v: %+v", w, v)
		}
	}
}
