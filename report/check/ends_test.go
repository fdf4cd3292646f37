package check

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// A process that writes its memory to disk keeps its sockets and says nothing: that was no hang, but its death. A server
// that hangs and is then killed has hung all the same.
func TestDumpingIsNoHang(t *testing.T) {
	for _, tt := range []struct{ signal, want string }{
		{"SIGSEGV", "fail server-crashed×1() duplicated-pattern×1(live/s1) player-starved<server-crashed×1(live/s0)"},
		{"SIGKILL", "fail server-crashed×1() server-hung×1() duplicated-pattern×1(live/s1) player-starved<server-hung×1(live/s0)"},
	} {
		t.Run(tt.signal, func(t *testing.T) {
			s := newScript(t)
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "prompt")
			s.ok(160, 1)
			s.media(200, 5000, 1)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 5400)
			s.refuse(k1, 2, 5500, 5501, try{id: "x"})
			s.log(5502, "duplicated", "x", k1)
			for i := range 3 {
				s.probe(6000+1000*float64(i), "silent", 1000+1000*float64(i))
			}
			s.add(9000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: tt.signal})
			s.add(9100, "", 0, "server", history.Crash{PID: 7, Signal: tt.signal, Folder: "evidence/crash"})
			out := s.want(tt.want)
			crash := out.Findings[0]
			if c := crash.Cases[0]; c.Crash == nil || !strings.HasPrefix(c.Text, tt.signal) || strings.Contains(c.Text, "%!") {
				t.Errorf("%+v", c)
			}
			for _, f := range out.Findings {
				if f.CausedBy != nil && *f.CausedBy == string(ServerCrashed) && f.FirstAt < crash.FirstAt {
					t.Errorf("%s is from %v, and its cause from %v", f.ID, f.FirstAt, crash.FirstAt)
				}
			}
		})
	}
}

// One that was judged to hang, in a case that is over, has hung.
func TestDumpingLongAfterTheCase(t *testing.T) {
	s := newSuite(t)
	s.begin(50, "a")
	s.cycles(caseKey("a"), 1, 100, 3)
	for i := range 3 {
		s.probe(3000+1000*float64(i), "silent", 1000+1000*float64(i))
	}
	s.done(5100, "a")
	s.add(9000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
	if got, want := briefly(s.judge()), "fail server-crashed×1() server-hung×1()\na ran fail server-hung×1()"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
