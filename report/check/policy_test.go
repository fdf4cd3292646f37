package check

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// watching is a script of one key and one witness whose viewers are treated in one way or another. Each publish lives a
// second, with a picture every 40 ms.
type watching struct {
	*script
	epoch   uint32
	at      float64 // when the last publish began
	session int
	base    uint32 // where its timestamps began
}

// audience begins with a first publish and its viewer.
func (s *script) audience() *watching {
	w := &watching{script: s, at: 100, session: 1}
	s.look(50, 1)
	w.publish(0)
	return w
}

// publish is the next one, some time after the last departed, which the viewer gets.
func (w *watching) publish(gap float64, opts ...try) {
	if w.epoch > 0 {
		w.at += 1000 + gap
	}
	w.epoch++
	o := one(opts)
	o.after = w.epoch - 1
	w.accept(k0, w.epoch, w.at, w.at+1, o)
}

func (w *watching) frames() {
	for _, at := range []float64{w.at + 60, w.at + 500, w.at + 930} {
		w.add(at, k0, 0, p0, history.PlayProgress{Session: w.session, Tags: 8, Bytes: 1000, Last: ms(at)})
	}
	w.sees(w.session, reelOf{epoch: w.epoch, said: w.at + 1, first: 1, last: 24, delay: 1, base: w.base})
}

// ends is a return whose viewer is ended some time after the departure, and comes again.
func (w *watching) ends(how string, late, gap float64, opts ...try) {
	w.frames()
	left := w.at + 1000
	w.leave(w.epoch, left, left-70, how)
	w.gone(left+late, w.session, history.WireEOF)
	w.session++
	w.look(left+late+1, w.session)
	w.publish(gap, opts...)
}

// holds is a return over which the viewer is kept; its timestamps begin again at base.
func (w *watching) holds(how string, gap float64, base uint32, opts ...try) {
	w.frames()
	w.leave(w.epoch, w.at+1000, w.at+930, how)
	w.base = base
	w.publish(gap, opts...)
}

// finish lets the viewer see the last publish, and that one leave.
func (w *watching) finish() {
	w.frames()
	w.depart(k0, w.epoch, w.at+1000)
}

// times does f n times.
func times(n int, f func()) {
	for range n {
		f()
	}
}

const found1 = "fail play-policy×1(live/s0)"

func TestPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, profile string
		write         func(*watching)
		want          string
	}{
		{"ended, as the profile says", "embedded", func(w *watching) {
			times(3, func() { w.ends("fin", 5, 0.1) })
		}, "pass"},
		{"one that is kept where others are ended", "embedded", func(w *watching) {
			w.ends("fin", 5, 0.1)
			w.holds("fin", 0.1, 0)
			w.ends("fin", 5, 0.1)
		}, found1},
		{"kept, as the profile says", "lal", func(w *watching) {
			times(3, func() { w.holds("rst", 200, 0) })
		}, "pass"},
		{"one that is ended where others are kept", "lal", func(w *watching) {
			w.holds("fin", 200, 0)
			w.ends("fin", 5, 200)
			w.holds("fin", 200, 0)
		}, found1},
		{"one that the server ends much later has met a timeout", "lal", func(w *watching) {
			w.holds("fin", 200, 0)
			w.ends("fin", 2500, 3000)
		}, "pass"},
		{"timestamps that go on where they should start over", "lal", func(w *watching) {
			w.holds("fin", 200, 0)
			w.holds("fin", 200, 2400)
		}, found1},
		{"timestamps that start over where they should go on", "node-media-server", func(w *watching) {
			w.holds("fin", 200, 1200)
			w.holds("fin", 200, 2400)
			w.holds("fin", 200, 0)
		}, found1},
		{"timestamps of which nobody can tell", "node-media-server", func(w *watching) {
			w.base = 0
			w.holds("fin", 200, 960) // the last was 920
		}, "pass"},
		{"when the grace is over, all begins anew", "node-media-server", func(w *watching) {
			w.length = 1000 * 1000 * 1000 * 60
			w.holds("fin", 200, 1200)
			w.holds("fin", 31000, 0)
		}, "pass"},
		{"ended when the grace is over", "node-media-server", func(w *watching) {
			w.length = 1000 * 1000 * 1000 * 60
			w.ends("fin", 30005, 30500)
		}, "pass"},
		{"either is right", "srs", func(w *watching) {
			w.holds("fin", 0.1, 0)
			w.ends("fin", 5, 0.1)
			w.holds("unpublish", 3000, 5000)
			w.ends("rst", 5, 3000)
			times(3, func() { w.holds("fin", 200, 0) })
			w.holds("fin", 200, 5000)
		}, "pass"},
		{"a publish that takes over before the old one's end is noticed", "livego", func(w *watching) {
			w.ends("fin", 5, 300)
			w.holds("fin", 0.1, 0)
		}, "pass"},
		{"after a grace a departure of another policy", "zlmediakit", func(w *watching) {
			w.holds("fin", 200, 0)
			w.ends("unpublish", 5, 200)
			w.holds("rst", 200, 0)
		}, "pass"},
		{"and one that is kept all the same", "zlmediakit", func(w *watching) {
			w.holds("unpublish", 200, 0)
		}, found1},
		{"a silent publisher's viewers are ended when the server finds out", "embedded", func(w *watching) {
			w.ends("vanish", 5010, 5020)
			w.ends("halfclose", 5, 10)
		}, "pass"},
		{"nobody was served", "embedded", func(w *watching) {
			w.at = -500
			w.leave(1, 500, 430, "fin")
			w.publish(0.1)
		}, "pass"},
		{"a viewer that left by itself", "lal", func(w *watching) {
			w.frames()
			w.leave(1, 1100, 1030, "fin")
			w.gone(1101, 1, history.WireOurs)
			w.publish(0.1)
			w.look(1102, 2)
			w.session = 2
		}, "pass"},
		{"a viewer whose connection broke while the publish was live", "lal", func(w *watching) {
			w.frames()
			w.gone(1020, 1, history.WireReset)
			w.leave(1, 1100, 1050, "fin")
			w.session = 2
			w.look(1021, 2)
			w.publish(0.1)
		}, "pass"},
		{"one that was to be ended, and the next publish came first", "embedded", func(w *watching) {
			w.frames()
			w.leave(1, 1100, 1030, "fin")
			w.publish(0.1)
			w.sees(1, reelOf{epoch: 2, said: w.at + 1, first: 1, last: 3, delay: 1})
			w.gone(w.at+150, 1, history.WireEOF)
			w.look(w.at+151, 2)
			w.session = 2
		}, "pass"},
		{"remains that a viewer got after the departure", "embedded", func(w *watching) {
			w.at = -500
			w.leave(1, 500, 430, "fin")
			w.sees(1, reelOf{epoch: 1, said: 101, first: 1, last: 8, delay: 1001})
			w.publish(1200)
		}, "pass"},
		{"a second publisher beside the first", "embedded", func(w *watching) {
			w.accept(k0, 2, 300, 301, try{role: history.Contender})
			w.sees(1, reelOf{epoch: 2, said: 301, first: 1, last: 5})
			w.frames()
			w.epoch = 2
			w.depart(k0, 2, 501)
			w.leave(1, 1100, 1090, "fin")
			w.publish(0.1)
		}, "fail double-publish×1(live/s0) mixed-media<double-publish×1(live/s0)"},
		{"a server that died", "lal", func(w *watching) {
			w.frames()
			w.leave(1, 1100, 1030, "fin")
			w.add(1101, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			w.gone(1101, 1, history.WireReset)
		}, "fail server-crashed×1()"},

		{"learned: ended", "generic", func(w *watching) {
			times(3, func() { w.ends("fin", 5, 1500) })
			w.holds("fin", 1500, 0)
		}, found1},
		{"learned: kept", "generic", func(w *watching) {
			times(3, func() { w.holds("fin", 1500, 0) })
			w.ends("fin", 5, 1500)
		}, found1},
		{"learned: timestamps", "generic", func(w *watching) {
			times(3, func() { w.holds("fin", 1500, 0) })
			w.holds("fin", 1500, 2400)
		}, found1},
		{"too little to learn from", "generic", func(w *watching) {
			times(2, func() { w.ends("fin", 5, 1500) })
			w.holds("fin", 1500, 0)
			w.ends("fin", 5, 1500)
		}, "pass"},
		{"refused at first, so nothing is learned", "generic", func(w *watching) {
			times(4, func() { w.ends("fin", 5, 1500, try{try: 1}) })
			w.holds("fin", 1500, 0)
		}, "pass"},
		{"returns so quick that either is right", "generic", func(w *watching) {
			times(4, func() { w.ends("fin", 5, 0.1) })
			w.holds("fin", 0.1, 0)
		}, "pass"},
		{"each departure for itself", "generic", func(w *watching) {
			times(3, func() { w.ends("fin", 5, 1500) })
			w.holds("rst", 1500, 0)
			w.ends("fin", 5, 1500)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t).use(tt.profile)
			w := s.audience()
			tt.write(w)
			w.finish()
			if got := brief(s.judge()); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPolicyIsCounted(t *testing.T) {
	for _, tt := range []struct {
		name, profile string
		write         func(*watching)
		want          []Treatment
	}{
		{"by the profile", "embedded", func(w *watching) {
			w.ends("fin", 5, 0.1)
			w.holds("fin", 0.1, 0)
			w.ends("rst", 5, 0.1)
			w.ends("sideways", 5, 0.1)
		}, []Treatment{
			{Leave: "fin", Viewers: "end", From: "profile", Seen: 2, Other: 1},
			{Leave: "other", Viewers: "end", From: "profile", Seen: 1},
			{Leave: "rst", Viewers: "end", From: "profile", Seen: 1},
		}},
		{"nobody whose treatment says anything", "livego", func(w *watching) {
			w.ends("fin", 5, 0.1)
		}, nil},
		{"learned", "generic", func(w *watching) {
			times(4, func() { w.holds("fin", 1500, 0) })
			w.ends("rst", 5, 1500)
		}, []Treatment{
			{Leave: "fin", Viewers: "hold", Timestamps: "restart", From: "learned", Seen: 4},
			{Leave: "rst", Seen: 1},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t).use(tt.profile)
			w := s.audience()
			tt.write(w)
			w.finish()
			if diff := cmp.Diff(tt.want, s.judge().Outcome.Viewers.Policy); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPolicySaysWhat(t *testing.T) {
	for _, tt := range []struct {
		profile string
		write   func(*watching)
		want    string
	}{
		{"embedded", func(w *watching) { w.holds("fin", 0.1, 0) },
			"play/live/s0/1 was kept after fin, and got the next publish; by the profile viewers are ended"},
		{"lal", func(w *watching) { w.ends("fin", 5, 200) },
			"play/live/s0/1 was ended after fin; by the profile viewers are kept for the next publish"},
		{"lal", func(w *watching) { w.holds("rst", 200, 2400) },
			"play/live/s0/1 was kept after rst, and timestamps went on; by the profile they start over"},
		{"node-media-server", func(w *watching) { w.holds("fin", 200, 0) },
			"play/live/s0/1 was kept after fin, and timestamps started over; by the profile they go on"},
		{"node-media-server", func(w *watching) { w.holds("fin", 200, 0, try{try: 1}) },
			"play/live/s0/1 was kept after fin, and timestamps started over; by the profile they go on (next publish: after a refused try)"},
		{"generic", func(w *watching) {
			times(3, func() { w.ends("fin", 5, 1500) })
			w.holds("fin", 1500, 0)
		}, "play/live/s0/1 was kept after fin, and got the next publish; viewers so far were ended"},
		{"generic", func(w *watching) {
			times(3, func() { w.holds("fin", 1500, 0) })
			w.ends("fin", 5, 1500)
		}, "play/live/s0/1 was ended after fin; viewers so far were kept for the next publish"},
		{"generic", func(w *watching) {
			times(3, func() { w.holds("fin", 1500, 0) })
			w.holds("fin", 1500, 2400)
		}, "play/live/s0/1 was kept after fin, and timestamps went on; for viewers so far they started over"},
		{"generic", func(w *watching) {
			times(4, func() { w.holds("fin", 1500, w.base+1001) })
			w.holds("fin", 1500, 0)
		}, "play/live/s0/1 was kept after fin, and timestamps started over; for viewers so far they went on"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			s := newScript(t).use(tt.profile)
			w := s.audience()
			tt.write(w)
			w.finish()
			findings := s.judge().Findings
			if len(findings) != 1 || len(findings[0].Cases) != 1 {
				t.Fatalf("%+v", findings)
			}
			if got := findings[0].Cases[0].Text; got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A case of a viewer that was kept shows how the next publish came, where its witness kept that; one of a viewer that was
// ended has nothing to show.
func TestPolicyShows(t *testing.T) {
	change := func(w *watching, session int, epoch uint32, what history.What) {
		w.add(w.at+2, k0, epoch, p0, history.Oddity{Session: session, What: what, File: "evidence/1.flv"})
	}
	for _, tt := range []struct {
		name, profile string
		write         func(*watching)
		want          bool
	}{
		{"kept", "embedded", func(w *watching) { w.holds("fin", 0.1, 0); change(w, 1, 2, history.Switch) }, true},
		{"another epoch's", "embedded", func(w *watching) { w.holds("fin", 0.1, 0); change(w, 1, 1, history.Switch) }, false},
		{"another session's", "embedded", func(w *watching) { w.holds("fin", 0.1, 0); change(w, 2, 2, history.Switch) }, false},
		{"ended", "lal", func(w *watching) { w.ends("fin", 5, 200); change(w, 2, 2, history.Switch) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t).use(tt.profile)
			w := s.audience()
			tt.write(w)
			w.finish()
			f := s.judge().Findings[0]
			c := f.Cases[0]
			if c.Key != k0 || c.Actor != p0 || c.Epoch != 1 || c.Since != ms(1100) || (c.Odd != nil) != tt.want {
				t.Errorf("%+v", c)
			}
			if tt.want != (len(f.Evidence) == 2) {
				t.Errorf("%+v", f.Evidence)
			}
			kind, epoch := "watched", uint32(2)
			if tt.profile == "lal" {
				kind, epoch = "play-ended", 0
			}
			if e := s.last[c.Event-1]; e.What.Kind() != kind || e.Epoch != epoch {
				t.Errorf("event %d is %+v", c.Event, e)
			}
		})
	}
}

// A deviation is proven while the run goes on.
func TestPolicyIsProvenWhileItLasts(t *testing.T) {
	s := newScript(t).use("embedded")
	w := s.audience()
	w.holds("fin", 0.1, 0)
	w.finish()
	j := New(s.header)
	for _, e := range s.ordered() {
		if j.Step(e); j.Proven() {
			if e.At > ms(6000) {
				t.Errorf("proven only at %v", e.At)
			}
			return
		}
	}
	t.Error("never proven")
}

func TestTimestamps(t *testing.T) {
	for _, tt := range []struct {
		old, next, from uint32
		want            string
	}{
		{5000, 0, 1, "restart"},
		{5000, 5040, 1, "continue"},
		{5000, 4960, 1, "continue"},
		{5000, 4000, 1, "restart"},
		{500, 540, 1, ""},            // it may be both
		{500, 2000, 51, ""},          // a restart seen from its 51st picture
		{5000, 2000, 51, "restart"},  //
		{5000, 9000, 51, "continue"}, // held, and some of it not got
		{1<<32 - 40, 0, 1, ""},       // it wraps, or begins anew
		{1<<32 - 40, 5000, 1, "continue"},
	} {
		t.Run(fmt.Sprint(tt.old, tt.next, tt.from), func(t *testing.T) {
			next := &reel{firstTime: tt.next, from: tt.from, to: tt.from + 10, firstSent: 0, lastSent: ms(400)}
			if got := timestamps(&reel{lastTime: tt.old}, next); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestResumeOfADeparture(t *testing.T) {
	p, _ := profile.Lookup("zlmediakit")
	if p.Resumes("fin") == 0 || p.Resumes("unpublish") != 0 {
		t.Error("what the tests above rest on is not so any more")
	}
}
