package check

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/google/go-cmp/cmp"
)

const head = "[2026-11-22 08:03:12.561]"

func TestShapes(t *testing.T) {
	p, _ := profile.Lookup("srs")
	s := newShapes(p)
	for _, tt := range []struct{ name, line, want string }{
		{"head", head + "[ERROR][30976][e47393p7][11] the disk is slow", "the disk is slow"},
		{"no head", "the disk is slow", "the disk is slow"},
		{"an error's number stays", head + "[ERROR][1][a][11] serve error code=3079(HttpStatus)(Invalid HTTP status) : service cycle",
			"serve error code=3079(HttpStatus)(Invalid HTTP status) : service cycle"},
		{"more of them", "x ret=1007, errno: 11, status 404 and Code=5", "x ret=1007, errno: 11, status 404 and Code=5"},
		{"numbers", "drop 15 of 1200ms, 3.5%", "drop … of …, …%"},
		{"hex and ids", "object 0x55de8cfbd2c6 of e47393p7", "object … of …"},
		{"addresses", "from 127.0.0.1:57254 and [::1]:80, 10.0.0.7", "from … and …, …"},
		{"quotes", `can't open "a b" or 'c d' for you`, `can't open … or … for you`},
		{"URLs", "play http://h:8080/live/s0.flv?x=1, rtmp://h/live/s", "play …, …"},
		{"keys", "stream /live/s0 and live/show is gone", "stream … and … is gone"},
		{"names", "vhost=__defaultVhost__ stream=fs-7k2m-0", "vhost=__defaultVhost__ stream=…"},
		{"places", "at srs_app_rtmp_conn.cpp:289", "at srs_app_rtmp_conn.cpp:…"},
		{"other languages", "流 17 已存在", "流 … 已存在"},
		{"long", strings.Repeat("x", 1000), strings.Repeat("x", maxShape) + "…"},
		{"nothing", "", ""},
	} {
		if got := s.shape(history.LogLine{Line: tt.line}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// FuzzShape: a shape is bounded.
func FuzzShape(f *testing.F) {
	f.Add(head + "[ERROR][1][a][11] code=1 'x' \"y\" http://z/ 1.2.3.4:5 [::1] a/b 流")
	p, _ := profile.Lookup("srs")
	s := newShapes(p)
	f.Fuzz(func(t *testing.T, line string) {
		if got := s.shape(history.LogLine{Line: line}); len(got) > maxShape+len(blank) {
			t.Errorf("%d bytes", len(got))
		}
	})
}

// Lines that no rule knows are counted by shape, the most frequent first, however many shapes there are.
func TestShapesAreCounted(t *testing.T) {
	s := newScript(t)
	warn := func(n int, text string) {
		for i := range n {
			s.add(200+float64(i)/1000, "", 0, "server", history.LogLine{Line: fmt.Sprintf(text, i), Level: "WARN"})
		}
	}
	warn(17, "serve error code=3079 at %d")
	warn(30, "the disk is %d ms slow")
	for i := range 2 * trackedShapes {
		s.add(300, "", 0, "server", history.LogLine{Line: "odd " + strings.Repeat("x", i%300) + string(rune('a'+i/300)), Level: "ERROR"})
	}
	s.add(400, "", 0, "server", history.LogLine{Line: "(5 more lines)", Level: "WARN", More: 5})
	s.add(400, "", 0, "server", history.LogLine{Line: "==1==ERROR: AddressSanitizer", Level: "FATAL", Rule: "sanitizer"})
	got := s.judge().Outcome.Log
	want := []Shape{
		{"the disk is … ms slow", "WARN", 30, "the disk is 0 ms slow"},
		{"serve error code=3079 at …", "WARN", 17, "serve error code=3079 at 0"},
	}
	if diff := cmp.Diff(want, got.Shapes[:2]); diff != "" {
		t.Errorf("shapes (-want +got):\n%s", diff)
	}
	const all = 17 + 30 + 2*trackedShapes + 5
	if len(got.Shapes) != maxShapes || got.Unmatched != all || got.Lines != all+1 || got.OtherShapes != all-47-(maxShapes-2) {
		t.Errorf("%d shapes, %d unmatched of %d, %d in other shapes", len(got.Shapes), got.Unmatched, got.Lines, got.OtherShapes)
	}
}

// What a program prints of the log from before the run is neither counted nor tied to anything.
func TestLinesFromBeforeTheRun(t *testing.T) {
	for _, tt := range []struct {
		name string
		live func(*script)
	}{
		{"the clock known by a refusal", func(s *script) {
			s.refuse(k0, 90, 700, 705, try{id: "c"})
			s.add(706, "", 0, "server", history.LogLine{Line: "why", Level: "ERROR", ID: "c", Rule: "publish-busy", Class: "busy", Key: k0, Wall: wallAt(ms(704))})
		}},
		{"by a connection", func(s *script) {
			s.accept(k1, 1, 700, 701, try{id: "c", local: "127.0.0.1:5"})
			s.add(701, "", 0, "server", history.LogLine{Line: "who", Rule: "rtmp-client", ID: "c", Peer: "127.0.0.1:5", Wall: wallAt(ms(699))})
		}},
		{"by nothing but that time goes on", func(s *script) {
			s.add(701, "", 0, "server", history.LogLine{Line: "who", Rule: "rtmp-client", ID: "c", Peer: "127.0.0.1:5", Wall: wallAt(ms(699))})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.header.StartedAt = stormBegan
			old := wallAt(-10 * time.Minute)
			for i := range 100 {
				id := fmt.Sprintf("old%d", i)
				s.add(600, "", 0, "server", history.LogLine{Line: "who", Rule: "rtmp-client", ID: id, Peer: "127.0.0.1:7777", Wall: old})
				s.add(600, "", 0, "server", history.LogLine{Line: "old", Level: "ERROR", ID: id, Rule: "publish-busy", Class: "busy", Key: k0, Wall: old})
				s.add(600, "", 0, "server", history.LogLine{Line: "the disk is slow", Level: "WARN", Wall: old})
			}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600.1, 605, try{local: "127.0.0.1:7777"})
			tt.live(s)
			s.accept(k0, 91, 1100, 1101)
			log := s.judge().Outcome.Log
			if log.Lines != 1 || log.Unmatched != 0 || len(log.Shapes) != 0 {
				t.Errorf("%d lines, %d unmatched, %v", log.Lines, log.Unmatched, log.Shapes)
			}
			if log.Tied[ByNothing] != 1 || log.Tied[ByTime]+log.Tied[ByPeer] != 0 {
				t.Errorf("tied %v", log.Tied)
			}
		})
	}
}

// Lines that say the same time at the end as at the beginning are not from before the run: there is no such thing as a
// replay where nothing shows one.
func TestALogWithoutTimes(t *testing.T) {
	s := newScript(t)
	for i := range 20 {
		s.add(float64(i)*500, "", 0, "server", history.LogLine{Line: "the disk is slow", Level: "WARN"})
	}
	s.add(700, "", 0, "server", history.LogLine{Line: "from the future", Level: "WARN", Wall: math.MaxInt64})
	s.add(700, "", 0, "server", history.LogLine{Line: "from the past", Level: "WARN", Wall: math.MinInt64})
	if log := s.judge().Outcome.Log; log.Lines != 22 || log.Offset != nil {
		t.Errorf("%+v", log)
	}
}

// One line may have any time: it makes no other line older than the run.
func TestALineFromTheFuture(t *testing.T) {
	const lines = 20
	for _, odd := range []struct {
		name string
		at   int // which one of the lines it comes before
		by   time.Duration
	}{
		{"first", 0, 1000 * time.Hour}, {"later", 7, 1000 * time.Hour}, {"by a minute", 3, time.Minute},
		{"long past", 5, -1000 * time.Hour}, {"last", lines - 1, 1000 * time.Hour},
	} {
		t.Run(odd.name, func(t *testing.T) {
			s := newScript(t)
			s.header.StartedAt = stormBegan
			for i := range lines {
				at := 500 * float64(i+1)
				if i == odd.at {
					s.add(at-100, "", 0, "server", history.LogLine{Line: "odd", Level: "WARN", Wall: wallAt(ms(at) + odd.by)})
				}
				s.add(at, "", 0, "server", history.LogLine{Line: "the disk is slow", Level: "WARN", Wall: wallAt(ms(at))})
			}
			want := int64(lines + 1)
			if odd.by < 0 {
				want = lines
			}
			// A line in the last place has but one against it.
			if log := s.judge().Outcome.Log; log.Lines != want {
				t.Errorf("%d lines, want %d", log.Lines, want)
			}
		})
	}
	t.Run("one after another", func(t *testing.T) {
		c := &logClock{}
		for i := range 1000 {
			c.heard(time.Duration(i)*time.Second, int64(i)*1_000_000)
		}
		if len(c.guesses) > maxGuesses {
			t.Errorf("%d guesses", len(c.guesses))
		}
	})
}

func TestOffset(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  time.Duration
		from  int64
	}{
		{"one line is much too late", func(s *script) {
			for i, wall := range []float64{1000, 1100, 1200, 1300, 9000} {
				id := fmt.Sprintf("c%d", i)
				s.refuse(k0, uint32(2+i), 999+float64(i)*100, 1000+float64(i)*100, try{id: id, try: i})
				s.add(1500, "", 0, "server", history.LogLine{Line: "x", Rule: "publish-busy", Class: "busy", ID: id, Wall: wallAt(ms(wall))})
			}
		}, zone, 5},
		{"no refusal, but connections", func(s *script) {
			s.accept(k0, 2, 1000, 1001, try{id: "c", local: "127.0.0.1:5"})
			s.add(1003, "", 0, "server", history.LogLine{Rule: "rtmp-client", ID: "c", Peer: "127.0.0.1:5", Wall: wallAt(ms(999.8))})
		}, zone, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.header.StartedAt = stormBegan
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			tt.write(s)
			log := s.judge().Outcome.Log
			if log.Offset == nil || (*log.Offset-tt.want).Abs() > time.Millisecond || log.OffsetFrom != tt.from {
				t.Errorf("%v of %d, want %v of %d", log.Offset, log.OffsetFrom, tt.want, tt.from)
			}
			s.header.StartedAt = time.Time{}
			if log := s.judge().Outcome.Log; log.Offset != nil {
				t.Errorf("%v without a beginning", log.Offset)
			}
		})
	}
}

// A log of a million connections, and of as many lines that nothing is known of, takes no more memory than a short one.
func TestLogsAreBounded(t *testing.T) {
	s := newScript(t)
	l := newLogs(s.header, &profile.Profile{})
	const connections, complaints = 110_000, 15_000
	for i := range connections {
		at := time.Duration(i) * time.Microsecond
		l.Step(history.Event{At: at, What: history.LogLine{Rule: "who", ID: fmt.Sprint(i), Peer: "1.2.3.4:5", Key: "k"}})
		if i < complaints {
			l.Step(history.Event{At: at, What: history.LogLine{Line: "odd " + strings.Repeat("x", i%300) + string(rune('a'+i/300)), Level: "WARN"}})
		}
		l.Step(history.Event{At: at, What: history.API{Peers: map[string]string{fmt.Sprint(i): "1.2.3.4:5"}}})
		if i%1000 == 0 {
			l.Step(history.Event{At: at, What: history.Tick{}})
		}
	}
	if len(l.names.by) > maxNames+1000 || len(l.waiting) > maxWaiting || len(l.shapes.by) > trackedShapes || len(l.proxy.waiting) > maxSightings {
		t.Errorf("%d names, %d waiting, %d shapes, %d sightings", len(l.names.by), len(l.waiting), len(l.shapes.by), len(l.proxy.waiting))
	}
	l.Finish()
	if l.out.Lines != connections+complaints {
		t.Errorf("%d lines", l.out.Lines)
	}
}
