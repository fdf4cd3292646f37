package check

import (
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

func TestDoublePublish(t *testing.T) {
	rival := try{role: history.Contender}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a contender beside a live owner", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.depart(k0, 2, 401)
			s.depart(k0, 1, 600)
		}, "fail double-publish×1(live/s0)"},
		{"where the lost one's stream may be taken on, a live one's may not", func(s *script) {
			s.use("node-media-server")
			s.accept(k0, 1, 100, 300)
			s.accept(k0, 2, 1000, 1200, rival)
			s.depart(k0, 2, 3200)
			s.depart(k0, 1, 3500)
		}, "fail double-publish×1(live/s0)"},
		{"two at the same moment, both live to the end", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 100, 101.2, rival)
		}, "fail double-publish×1(live/s0)"},
		{"written before the owner left, accepted after", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.accept(k0, 2, 599.9, 601)
		}, "pass"},
		{"accepted before the departure came back from the kernel", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 760) // the last frame was sent at 750
			s.accept(k0, 2, 740, 745, rival)
			s.depart(k0, 2, 1300)
		}, "pass"},
		{"the old one is let go when the new one comes", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.ended(k0, 1, 310, false)
			s.depart(k0, 2, 800)
		}, "pass"},
		{"but not that late", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.ended(k0, 1, 360, false)
			s.depart(k0, 2, 800)
		}, "fail double-publish×1(live/s0)"},
		{"the old one had fallen silent", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600, "vanish")
			s.accept(k0, 2, 2000, 2001)
			s.depart(k0, 2, 3000)
		}, "pass"},
		{"one that was never decided is no second owner", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.undecided(k0, 2, 300, 500, rival)
			s.depart(k0, 1, 600)
		}, "pass"},
		{"two keys", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.accept(k1, 1, 300, 301)
		}, "pass"},
		{"a newcomer that is closed, but later than the profile says", func(s *script) {
			s.use("lal")
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.ended(k0, 2, 900, false)
			s.depart(k0, 1, 2000)
		}, "pass"},
		{"one that is never closed", func(s *script) {
			s.use("lal")
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.depart(k0, 2, 900)
			s.depart(k0, 1, 2000)
		}, "fail double-publish×1(live/s0)"},
		{"one that is closed long after", func(s *script) {
			s.use("lal")
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
			s.ended(k0, 2, 8000, false)
			s.depart(k0, 1, 9000)
		}, "fail double-publish×1(live/s0)"},
		{"each on a server of its own", func(s *script) {
			s.accept(k0, 1, 100, 101, try{pid: "11"})
			s.accept(k0, 2, 300, 301, try{role: history.Contender, pid: "12"})
			s.depart(k0, 2, 401)
			s.depart(k0, 1, 600)
		}, "inconclusive"},
		{"both on one of two servers", func(s *script) {
			s.accept(k1, 1, 90, 91, try{pid: "12"})
			s.accept(k0, 1, 100, 101, try{pid: "11"})
			s.accept(k1, 2, 200, 201, try{role: history.Contender, pid: "11"})
			s.accept(k0, 2, 300, 301, try{role: history.Contender, pid: "11"})
			s.depart(k0, 2, 401)
			s.depart(k0, 1, 600)
		}, "fail double-publish×1(live/s0)"},
		{"where the policy allows it", func(s *script) {
			s.use("generic")
			s.accept(k0, 1, 100, 101)
			s.accept(k0, 2, 300, 301, rival)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

func TestDoublePublishSaysBoth(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.accept(k0, 2, 300, 301, try{role: history.Contender})
	s.depart(k0, 2, 401)
	s.depart(k0, 1, 600)
	out := s.judge()
	c := out.Findings[0].Cases[0]
	if c.Since != ms(101) || c.At != ms(301) || c.Actor != "con/"+k0 || c.Epoch != 2 {
		t.Errorf("case %+v", c)
	}
}

func TestDoublePublishIsProvenWhileItLasts(t *testing.T) {
	s := newScript(t)
	s.accept(k0, 1, 100, 101)
	s.accept(k0, 2, 300, 301, try{role: history.Contender})
	j := New(s.header)
	for _, e := range s.ordered() {
		if j.Step(e); j.Proven() {
			if e.At > ms(1000) {
				t.Errorf("proven only at %v", e.At)
			}
			return
		}
	}
	t.Error("never proven")
}

// Of several servers at one address nothing is proven, in no case.
func TestSeveralServers(t *testing.T) {
	s := newSuite(t)
	for i, pids := range [][2]string{{"11", "12"}, {"11", "11"}} {
		name, at := string(rune('a'+i)), 100+2000*float64(i)
		s.begin(at-50, name)
		s.accept(caseKey(name), 1, at, at+1, try{pid: pids[0]})
		s.accept(caseKey(name), 2, at+200, at+201, try{role: history.Contender, pid: pids[1]})
		s.depart(caseKey(name), 2, at+210)
		s.depart(caseKey(name), 1, at+500)
		s.done(at+600, name)
	}
	s.begin(4050, "c")
	s.accept(caseKey("c"), 1, 4100, 4101, try{pid: "11"})
	s.accept(caseKey("c"), 2, 4300, 4301, try{role: history.Contender, pid: "12"})
	s.depart(caseKey("c"), 2, 4500)
	s.depart(caseKey("c"), 1, 4500)
	s.done(4600, "c")
	out := s.judge()
	want := "inconclusive (several)\na ran inconclusive (several)\nb ran inconclusive (several)\nc ran inconclusive (several)"
	if got := briefly(out); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	checkWords(t, out.Reasons, "processes 12 and 11")
}
