package check

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// named is a connection whose reply names the server's process.
func (s *script) named(at float64, pid string) {
	s.conns++
	s.add(at, k1, 0, "pub/"+k1, history.Connected{Role: history.Owner, Conn: s.conns, Setup: ms(1), ServerPID: pid})
}

func (s *script) api(at float64, failed string) {
	a := history.API{Error: failed}
	if failed == noAPI {
		a.Wire = history.WireRefused
	}
	s.add(at, "", 0, "server", a)
}

const noAPI = "nobody listens there"

func TestRestart(t *testing.T) {
	// lost is a publish that the server ends at that time.
	lost := func(s *script, at float64) {
		s.accept(k0, 1, 100, 101)
		s.ended(k0, 1, at, false)
	}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"another process answers, after a publish was lost", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.named(3600, "12")
			s.accept(k0, 2, 3700, 3701)
		}, "fail server-restarted×1()"},
		{"twice", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.named(3600, "12")
			s.accept(k0, 2, 3700, 3701)
			s.ended(k0, 2, 7000, false)
			s.named(7600, "13")
			s.accept(k0, 3, 7700, 7701)
		}, "fail server-restarted×2()"},
		{"what it brings is its consequence", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.refuse(k0, 2, 3010, 3011, try{id: "x"})
			s.log(3012, "duplicated", "x", k0)
			s.named(3600, "12")
			s.accept(k0, 3, 3700, 3701)
		}, "fail server-restarted×1() duplicated-pattern<server-restarted×1(live/s0)"},
		{"what comes later is not", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.named(3600, "12")
			s.accept(k0, 2, 3700, 3701)
			s.depart(k0, 2, 5000)
			s.refuse(k0, 3, 5001, 5002, try{id: "x"})
			s.log(5003, "duplicated", "x", k0)
			s.accept(k0, 4, 5100, 5101)
		}, "fail server-restarted×1() duplicated-pattern×1(live/s0)"},
		{"another process, and nothing was lost", func(s *script) {
			s.named(90, "11")
			s.cycles(k0, 1, 100, 3)
			s.named(3600, "12")
		}, "pass"},
		{"another process long after something was lost", func(s *script) {
			s.named(90, "11")
			lost(s, 600)
			s.named(12_000, "12")
			s.accept(k0, 2, 12_100, 12_101)
		}, "pass"},
		{"several processes behind a load balancer", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.named(3600, "12")
			s.named(3700, "11")
			s.accept(k0, 2, 3700, 3701)
			s.named(8000, "13")
		}, "inconclusive"},
		{"the old process answered something that was asked before", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.named(3600, "12")
			s.add(3610, k1, 0, "pub/"+k1, history.Connected{Role: history.Owner, Conn: 1 << 20, Setup: ms(900), ServerPID: "11"})
			s.accept(k0, 2, 3700, 3701)
		}, "fail server-restarted×1()"},
		{"by us", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "ready", PID: 11})
			s.named(90, "11")
			lost(s, 3000)
			s.add(3000, "", 0, "server", history.Process{State: "stopped", PID: 11})
			s.add(3500, "", 0, "server", history.Process{State: "started", PID: 12})
			s.add(3550, "", 0, "server", history.Process{State: "ready", PID: 12})
			s.named(3600, "12")
			s.accept(k0, 2, 3700, 3701)
		}, "pass"},
		{"after a death that we know of", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.probe(3010, "refused", 0)
			s.probe(3260, "refused", 0)
			s.probe(3510, "refused", 0)
			s.named(3600, "12")
			s.accept(k0, 2, 3700, 3701)
		}, "fail server-crashed×1()"},
		{"the port refused, and answered again", func(s *script) {
			lost(s, 3000)
			s.probe(3010, "refused", 0)
			s.probe(3260, "refused", 0)
			s.accept(k0, 2, 3700, 3701)
		}, "fail server-restarted×1()"},
		{"a publisher was refused, and then not", func(s *script) {
			lost(s, 3000)
			s.refuse(k0, 2, 3001, 3002, try{stage: "tcp", wire: history.WireRefused, unsent: true})
			s.accept(k0, 3, 3700, 3701)
		}, "fail server-restarted×1()"},
		{"the port refused, but its process lives", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "ready", PID: 1})
			lost(s, 3000)
			s.probe(3010, "refused", 0)
			s.accept(k0, 2, 3700, 3701)
		}, "pass"},
		{"the port refused, but the same process answers", func(s *script) {
			s.named(90, "11")
			lost(s, 3000)
			s.probe(3010, "refused", 0)
			s.named(3600, "11")
			s.accept(k0, 2, 3700, 3701)
		}, "pass"},
		{"the port refused, and nothing was lost", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(3010, "refused", 0)
			s.cycles(k0, 4, 3700, 3)
		}, "pass"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			out := s.want(tt.want)
			for _, f := range out.Findings {
				if c := f.Cases[0]; f.Code == ServerRestarted && (!f.Root || c.Text == "" || strings.Contains(c.Text, "%!") || c.At != 3*time.Second) {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}

// Nobody starves while the server is down, nor while it gathers its publishers again.
func TestPlayersOfARestartedServer(t *testing.T) {
	s := newScript(t)
	s.header.Judge.Grace = 3 * time.Second
	s.named(90, "11")
	s.accept(k0, 1, 100, 101)
	s.get(110, 1, "prompt")
	s.ok(120, 1)
	s.media(150, 3000, 1)
	s.ended(k0, 1, 3000, false)
	s.eof(3001, 1, 100)
	s.get(3010, 2, "prompt")
	s.ok(3800, 2)
	s.named(3600, "12")
	s.accept(k0, 2, 3700, 3701)
	s.media(8500, 14_000, 2)
	s.depart(k0, 2, 14_000)
	s.want("fail server-restarted×1()")
}

func TestDeaths(t *testing.T) {
	died := func(state string) func(*script) {
		return func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(5000, "", 0, "server", history.Process{State: state, PID: 7})
		}
	}
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
		text  string // of the first case
	}{
		{"a process that ends by itself with status 0", died("exited"), "fail server-crashed×1()", "exit 0"},
		{"a process that is not ours and no longer there", died("gone"), "fail server-crashed×1()", "its process is no longer there"},
		{"a shell's word for a signal", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(5000, "", 0, "server", history.Process{State: "exited", Exit: 139})
		}, "fail server-crashed×1()", "SIGSEGV (exit 139)"},
		{"a status that only looks like one", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(5000, "", 0, "server", history.Process{State: "exited", Exit: 255})
		}, "fail server-crashed×1()", "exit 255"},
		{"two deaths, started again between", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(3000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.add(3100, "", 0, "server", history.Process{State: "started", PID: 8})
			s.add(3200, "", 0, "server", history.Process{State: "ready", PID: 8})
			s.cycles(k0, 4, 3300, 3)
			s.add(6000, "", 0, "server", history.Process{State: "exited", PID: 8, Signal: "SIGABRT"})
		}, "fail server-crashed×2()", "SIGSEGV"},
		{"what comes a grace after the server was there again is no consequence", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.add(3000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.ended(k0, 1, 3000, false)
			s.add(3200, "", 0, "server", history.Process{State: "ready", PID: 8})
			s.refuse(k0, 2, 3300, 3301, try{id: "x"})
			s.log(3302, "duplicated", "x", k0)
			s.accept(k0, 3, 3400, 3401)
			s.depart(k0, 3, 6000)
			s.refuse(k0, 4, 6001, 6002, try{id: "y"})
			s.log(6003, "duplicated", "y", k0)
			s.accept(k0, 5, 6100, 6101)
		}, "fail server-crashed×1() duplicated-pattern×1(live/s0) duplicated-pattern<server-crashed×1(live/s0)", "SIGSEGV"},
		{"a container that comes back by itself", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.ended(k0, 1, 3000, false)
			s.probe(3000, "refused", 0)
			s.probe(3250, "refused", 0)
			s.probe(3500, "refused", 0)
			s.cycles(k0, 2, 5000, 3)
			s.probe(8000, "refused", 0)
			s.probe(8250, "refused", 0)
			s.probe(8500, "refused", 0)
		}, "fail server-crashed×2()", phrase.English.Say(phrase.DiedRefusing)},
		{"behind a proxy, by its API", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.api(1000, "")
			s.ended(k0, 1, 3000, false)
			s.refuse(k0, 2, 3001, 3002, try{stage: "handshake", unsent: true})
			for i := range 5 {
				s.api(3100+1000*float64(i), noAPI)
			}
			s.refuse(k0, 3, 4001, 4002, try{stage: "handshake", unsent: true})
		}, "fail server-crashed×1() unexplained-refusal<server-crashed×2(live/s0)", phrase.English.Say(phrase.DiedDeaf)},
		{"an API that was switched off", func(s *script) {
			s.api(1000, "")
			s.refuse(k0, 1, 2900, 2901, try{stage: "handshake", unsent: true})
			for i := range 5 {
				s.api(3100+1000*float64(i), noAPI)
			}
			s.cycles(k0, 2, 3000, 20)
		}, "pass stream-busy/info×1(live/s0)", ""},
		{"an API that refuses, and players who go on", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(110, 1, "prompt")
			s.ok(120, 1)
			s.media(150, 14_000, 1)
			s.api(1000, "")
			for i := range 5 {
				s.api(3100+1000*float64(i), noAPI)
			}
			s.refuse(k0, 3, 4001, 4002, try{role: history.Contender, stage: "handshake", unsent: true})
			s.depart(k0, 1, 14_000)
		}, "pass", ""},
		{"an API that was never there", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			for i := range 5 {
				s.api(3100+1000*float64(i), noAPI)
			}
			s.refuse(k0, 9, 4001, 4002, try{role: history.Contender, stage: "handshake", unsent: true})
		}, "pass", ""},
		{"an API that fails in another way", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.api(1000, "")
			s.refuse(k1, 1, 3001, 3002, try{stage: "tcp", wire: history.WireUnreachable, unsent: true})
			for i := range 5 {
				s.api(3100+1000*float64(i), "401 Unauthorized: connection refused")
			}
		}, "pass", ""},
		{"behind a proxy that says nothing, by its API", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.api(1000, "")
			s.api(5500, noAPI)
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(8000, "silent", 3000)
		}, "fail server-crashed×1()", phrase.English.Say(phrase.DiedDeaf)},
		{"behind a proxy that says nothing, by its last words", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(4900, "", 0, "server", history.LogLine{Line: "panic: runtime error: index out of range"})
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(8000, "silent", 3000)
		}, "fail server-crashed×1()", phrase.English.Say(phrase.DiedSaying)},
		{"a panic that it outlived, and a hang long after", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(500, "", 0, "server", history.LogLine{Line: "panic: recovered"})
			s.probe(14_000, "silent", 1000)
			s.probe(15_000, "silent", 2000)
			s.probe(16_000, "silent", 3000)
		}, "fail server-hung×1()", ""},
		{"a process that says it panics, and hangs", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "ready", PID: 7})
			s.cycles(k0, 1, 100, 3)
			s.add(4900, "", 0, "server", history.LogLine{Line: "panic: runtime error"})
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(8000, "silent", 3000)
		}, "fail server-hung×1()", ""},
		{"a slow server has longer to answer", func(s *script) {
			s.header.Judge.TimeScale = 3
			s.cycles(k0, 1, 100, 3)
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(9000, "silent", 8999)
		}, "pass", ""},
		{"but not for ever", func(s *script) {
			s.header.Judge.TimeScale = 3
			s.cycles(k0, 1, 100, 3)
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(9000, "silent", 9000)
		}, "fail server-hung×1()", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			out := s.want(tt.want)
			if tt.text != "" && out.Findings[0].Cases[0].Text != tt.text {
				t.Errorf("text %q", out.Findings[0].Cases[0].Text)
			}
		})
	}
}

func TestDossiers(t *testing.T) {
	long := []string{"f1", "f2", "f3", "f4", "f5", "f6", "f7"}
	hang := func(s *script) {
		for i := range 3 {
			s.probe(6000+1000*float64(i), "silent", 1000+1000*float64(i))
		}
	}
	for _, tt := range []struct {
		name   string
		write  func(*script)
		code   Code
		frames []string
		folder string
	}{
		{"of a death", func(s *script) {
			s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.add(9000, "", 0, "server", history.Crash{PID: 7, Frames: long, Folder: "evidence/crash", Core: "/core.7"})
		}, ServerCrashed, long[:5], "evidence/crash"},
		{"after the run's end", func(s *script) {
			s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.add(25_000, "", 0, "server", history.Crash{PID: 7, Frames: long[:2], Folder: "evidence/crash"})
		}, ServerCrashed, long[:2], "evidence/crash"},
		{"that came first", func(s *script) {
			s.add(4999, "", 0, "server", history.Crash{PID: 7, Frames: long[:2], Folder: "evidence/crash"})
			s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
		}, ServerCrashed, long[:2], "evidence/crash"},
		{"of another process", func(s *script) {
			s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
			s.add(9000, "", 0, "server", history.Crash{PID: 8, Frames: long, Folder: "evidence/crash"})
		}, ServerCrashed, nil, ""},
		{"of a death that was only seen from outside", func(s *script) {
			for i := range 3 {
				s.probe(6000+250*float64(i), "refused", 0)
			}
			s.add(9000, "", 0, "server", history.Crash{PID: 7, Frames: long, Folder: "evidence/crash"})
		}, ServerCrashed, long[:5], "evidence/crash"},
		{"of a hang", func(s *script) {
			hang(s)
			s.add(9000, "", 0, "server", history.Crash{PID: 7, Hung: true, Frames: long, Folder: "evidence/hang"})
		}, ServerHung, long[:5], "evidence/hang"},
		{"of a death is none of a hang", func(s *script) {
			hang(s)
			s.add(9000, "", 0, "server", history.Crash{PID: 7, Frames: long, Folder: "evidence/crash"})
		}, ServerHung, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.cycles(k0, 1, 100, 3)
			tt.write(s)
			out := s.judge()
			f := out.Findings[0]
			c := f.Cases[0]
			folder := ""
			if c.Crash != nil {
				folder = c.Crash.Folder
			}
			if len(out.Findings) != 1 || f.Code != tt.code || !slices.Equal(c.Frames, tt.frames) || folder != tt.folder {
				t.Errorf("%s: %+v", brief(out), c)
			}
		})
	}
}

// A server that dies again and again, and dossiers of processes that nobody knows, are counted, not kept.
func TestEndlessDeaths(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	for i := range 2 * keepEnds {
		at := 2000 + 20*float64(i)
		s.add(at, "", 0, "server", history.Process{State: "exited", PID: i + 1})
		s.add(at+1, "", 0, "server", history.Crash{PID: 10_000 + i})
		s.add(at+2, "", 0, "server", history.Process{State: "ready", PID: i + 2})
		s.named(at+3, strings.Repeat("1", i+1))
	}
	s.want("fail server-crashed×128()")
}

// A dossier alone, of a process that we stopped, is no death.
func TestADossierOfNoDeath(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	s.add(19_000, "", 0, "server", history.Process{State: "stopped", PID: 7})
	s.add(19_500, "", 0, "server", history.Crash{PID: 7, Signal: "SIGKILL"})
	s.want("pass")
}

// The last words of a server are read behind its process.
func TestLastWordsThatComeLate(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	s.add(4000, "", 0, "server", history.LogLine{Level: "ERROR", Line: "something else"})
	s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Exit: 2})
	s.add(5300, "", 0, "server", history.LogLine{Line: "panic: send on closed channel"})
	c := s.judge().Findings[0].Cases[0]
	if c.Log != "panic: send on closed channel" || c.By != ByNothing {
		t.Errorf("%+v", c)
	}
}

// What is guessed by time is guessed with more room of a slow server.
func TestASlowServer(t *testing.T) {
	guessed := func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.depart(k0, 1, 600)
		s.refuse(k0, 2, 600.1, 601)
		s.log(1100, "duplicated", "", k0)
		s.accept(k0, 3, 1400, 1401)
	}
	twice := func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.accept(k0, 2, 300, 301, try{role: history.Contender})
		s.depart(k0, 2, 401)
		s.depart(k0, 1, 600)
	}
	before := func(s *script) {
		s.accept(k0, 1, 100, 101)
		s.depart(k0, 1, 600)
		s.refuse(k0, 2, 1700, 1701)
		s.add(4000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
	}
	for _, tt := range []struct {
		name        string
		write       func(*script)
		usual, slow string
	}{
		{"a line half a second after", guessed, "pass stream-busy/info×1(live/s0)", "fail duplicated-pattern×1(live/s0)"},
		{"two publishers for 100 ms", twice, "fail double-publish×1(live/s0)", "pass"},
		{"a refusal 2.3 s before a death", before,
			"fail server-crashed×1() unexplained-refusal×1(live/s0)", "fail server-crashed×1()"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.usual)
			s.header.Judge.TimeScale = 3
			s.want(tt.slow)
		})
	}
}
