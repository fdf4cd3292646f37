package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// A leak is what a server keeps that had the time to let go of it, and the life.
func TestWhenALeakMayBeJudged(t *testing.T) {
	const end = 30_306 // of watched's run
	looks := func(s *script, fds ...int) {
		for i, n := range fds {
			s.add(end+10+250*float64(i), "", 0, "server", history.Usage{PID: serverPID, FDs: n})
		}
	}
	stopped := func(s *script) { s.add(end-1, "", 0, "run", history.Stopped{Why: "fail-fast"}) }
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  bool
	}{
		{"it stays", func(s *script) { looks(s, 90, 90, 90, 90) }, true},
		{"it fell, and stays", func(s *script) { looks(s, 143, 120, 90, 90, 90) }, true},
		{"one look", func(s *script) { looks(s, 90) }, false},
		{"looks in a hurry", func(s *script) { looks(s, 90, 90) }, false},
		{"still falling", func(s *script) { looks(s, 143, 130, 120, 110, 100, 90) }, false},
		{"the server died after it", func(s *script) {
			looks(s, 90, 90, 90, 90)
			s.add(end+2000, "", 0, "server", history.Process{State: "exited", PID: serverPID, Signal: "SIGSEGV"})
		}, false},
		{"we stopped it after it", func(s *script) {
			looks(s, 90, 90, 90, 90)
			s.add(end+2000, "", 0, "server", history.Process{State: "stopped", PID: serverPID})
		}, true},
		{"the server hung", func(s *script) {
			for i := range 3 {
				s.probe(end-3000+1000*float64(i), "silent", 1000*float64(i+1))
			}
			looks(s, 90, 90, 90, 90)
		}, false},
		{"stopped early, and nobody knows whether it answers", func(s *script) {
			stopped(s)
			looks(s, 90, 90, 90, 90)
		}, false},
		{"stopped early, and its API answers", func(s *script) {
			stopped(s)
			looks(s, 90, 90, 90, 90)
			s.shows(end + 700)
		}, true},
		{"stopped early, and its API had answered", func(s *script) {
			stopped(s)
			s.shows(end - 700)
			looks(s, 90, 90, 90, 90)
		}, false},
		{"interrupted", func(s *script) {
			s.add(end-1, "", 0, "run", history.Interrupted{})
			looks(s, 90, 90, 90, 90)
		}, false},
		{"its API answers no more", func(s *script) {
			s.shows(end - 700)
			looks(s, 90, 90, 90, 90)
			s.api(end+700, noAPI)
		}, false},
		{"it answers no more after one answer", func(s *script) {
			looks(s, 90, 90, 90, 90)
			s.shows(end + 200)
			s.api(end+700, noAPI)
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := watched(t, 30).showing()
			i := slices.IndexFunc(s.events, func(e history.Event) bool { return e.What == history.Payload(history.Phase{Name: "end"}) })
			s.events[i].At = ms(end)
			s.uses(30, with(func(_, returns int) int { return returns }))
			tt.write(s)
			if out := s.judge(); strings.Contains(brief(out), "leak") != tt.want {
				t.Errorf("%s", brief(out))
			}
		})
	}
}

// What the API shows has to stay, too.
func TestWhenAStreamIsKept(t *testing.T) {
	stream := func(clients int) history.APIStream { return history.APIStream{Key: k0, Clients: clients} }
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  bool
	}{
		{"it stays", func(s *script) { s.shows(6000, stream(4)); s.shows(6600, stream(4)) }, true},
		{"one look", func(s *script) { s.shows(6000, stream(4)) }, false},
		{"still falling", func(s *script) { s.shows(6000, stream(4)); s.shows(6600, stream(3)) }, false},
		{"no answer between", func(s *script) { s.shows(6000, stream(4)); s.api(6300, noAPI); s.shows(6600, stream(4)) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := watched(t, 4).showing()
			s.shows(1)
			tt.write(s)
			if out := s.judge(); strings.Contains(brief(out), "leak") != tt.want {
				t.Errorf("%s", brief(out))
			}
		})
	}
}
