package check

import (
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

func (s *script) probe(at float64, result string, quiet float64) {
	s.add(at, "", 0, "server", history.Probe{Result: result, Quiet: ms(quiet)})
}

func TestServer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		write func(*script)
		want  string
	}{
		{"a process that we stopped", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "started", PID: 7})
			s.add(10, "", 0, "server", history.Process{State: "ready", PID: 7})
			s.cycles(k0, 1, 100, 3)
			s.add(19000, "", 0, "server", history.Process{State: "stopped", PID: 7})
		}, "pass"},
		{"a process that died", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.add(5000, "", 0, "server", history.Process{State: "exited", PID: 7, Signal: "SIGSEGV"})
		}, "fail server-crashed×1()"},
		{"a port that is refused after it had answered", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "refused", 0)
		}, "fail server-crashed×1()"},
		{"a port that is refused twice", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "alive", 0)
			s.probe(7000, "refused", 0)
			s.probe(7250, "refused", 0)
		}, "pass"},
		{"what was refused since the first of the probes is the death's", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 601, 2001, try{wire: history.WireReset})
			s.probe(2000, "refused", 0)
			s.probe(2250, "refused", 0)
			s.probe(2500, "refused", 0)
		}, "fail server-crashed×1()"},
		{"a port that answered a probe", func(s *script) {
			s.probe(4000, "alive", 0)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "refused", 0)
		}, "fail server-crashed×1()"},
		{"a port that never answered", func(s *script) {
			s.refuse(k0, 1, 100, 101, try{stage: "tcp", wire: history.WireRefused, unsent: true})
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "refused", 0)
		}, "inconclusive"},
		{"a port that is refused for a moment, while its process lives", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "started"})
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "alive", 0)
			s.probe(5750, "refused", 0)
		}, "pass"},
		{"a port that stays refused, while its process lives", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "started"})
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "refused", 0)
		}, "fail server-crashed×1()"},
		{"a process that dies slowly dies once", func(s *script) {
			s.add(0, "", 0, "server", history.Process{State: "started"})
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "refused", 0)
			s.probe(5250, "refused", 0)
			s.probe(5500, "refused", 0)
			s.add(6000, "", 0, "server", history.Process{State: "exited", Signal: "SIGABRT"})
		}, "fail server-crashed×1()"},
		{"three silent probes", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "silent", 1000)
			s.probe(6000, "silent", 2000)
			s.probe(7000, "silent", 3000)
			s.probe(8000, "silent", 4000)
		}, "fail server-hung×1()"},
		{"three silent probes, but old connections speak", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "silent", 100)
			s.probe(6000, "silent", 100)
			s.probe(7000, "silent", 2999)
		}, "pass"},
		{"silent ones, but not in a row", func(s *script) {
			s.cycles(k0, 1, 100, 3)
			s.probe(5000, "silent", 5000)
			s.probe(6000, "silent", 5000)
			s.probe(7000, "alive", 5000)
			s.probe(8000, "silent", 5000)
			s.probe(9000, "silent", 5000)
		}, "pass"},
		{"a death takes connections with it: their refusals are no findings", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 2600, 2700)
			s.refuse(k0, 3, 2800, 3001, try{wire: history.WireReset})
			s.add(3000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
		}, "fail server-crashed×1()"},
		{"nor is the key one that was given up", func(s *script) {
			s.header.Judge.Allow = []string{"server-crashed"}
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 600.1, 2001)
			s.add(3000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
		}, "pass server-crashed×1()~"},
		{"a refusal long before the death has another cause", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 1600, 1700)
			s.add(3000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
		}, "fail server-crashed×1() unexplained-refusal×1(live/s0)"},
		{"but what came before is", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.refuseAgain(k0, e, 620.1, 900, "busy")
			s.add(1000, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
			s.refuse(k0, 90, 4000, 4001, try{stage: "tcp", wire: history.WireRefused, unsent: true})
		}, "fail server-crashed×1() duplicated-pattern×1(live/s0)"},
		{"what a dying server still says is the death's", func(s *script) {
			s.add(700, "", 0, "server", history.Process{State: "exited", Signal: "SIGSEGV"})
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			s.refuse(k0, 2, 690, 701, try{id: "x"})
			s.log(702, "duplicated", "x", k0)
			s.accept(k1, 1, 500, 501)
			s.depart(k1, 1, 600)
			s.refuse(k1, 2, 601, 602, try{id: "y"})
			s.log(603, "duplicated", "y", k1)
		}, "fail server-crashed×1() duplicated-pattern×1(live/s1) duplicated-pattern<server-crashed×1(live/s0)"},
		{"what a hang brings is its consequence", func(s *script) {
			s.accept(k0, 1, 100, 101)
			s.get(150, 1, "prompt")
			s.ok(160, 1)
			s.media(200, 5000, 1)
			s.accept(k1, 1, 100, 101)
			s.depart(k1, 1, 5100)
			s.refuse(k1, 2, 5101, 8101, try{wire: history.WireTimeout})
			s.probe(6000, "silent", 1000)
			s.probe(7000, "silent", 2000)
			s.probe(8000, "silent", 3000)
		}, "fail server-hung×1() unexplained-refusal<server-hung×1(live/s1) player-starved<server-hung×1(live/s0)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.write(s)
			s.want(tt.want)
		})
	}
}

func TestHowTheServerDied(t *testing.T) {
	s := newScript(t)
	s.cycles(k0, 1, 100, 3)
	s.add(4990, "", 0, "server", history.LogLine{Level: "ERROR", Line: "assert failed"})
	s.add(4991, "", 0, "server", history.LogLine{Level: "INFO", Line: "RTMP client ip=", Rule: "rtmp-client"})
	s.add(4992, "", 0, "server", history.LogLine{Line: "no level"})
	s.add(5000, "", 0, "server", history.Process{State: "exited", Exit: 134})
	f := s.judge().Findings[0]
	if c := f.Cases[0]; c.Text != "SIGABRT (exit 134)" || c.Log != "assert failed" || c.At != 5*time.Second {
		t.Errorf("case %+v", c)
	}
	if f.Cases[0].By != ByLast {
		t.Errorf("a line that may be about anything is tied by %q", f.Cases[0].By)
	}
	if !f.Root || f.CausedBy != nil {
		t.Errorf("a death is a root: %+v", f)
	}
}

func TestTheLastWordsOfAServer(t *testing.T) {
	asan := "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1"
	for _, tt := range []struct {
		name  string
		write func(*script)
		log   string
		by    Tie
	}{
		{"none", func(*script) {}, "", ByNothing},
		{"an error of any kind", func(s *script) {
			s.add(4000, "", 0, "server", history.LogLine{Level: "ERROR", Line: "stream live/x is busy"})
		}, "stream live/x is busy", ByLast},
		{"a sanitizer's, with errors after it", func(s *script) {
			s.add(4000, "", 0, "server", history.LogLine{Line: asan})
			s.add(4001, "", 0, "server", history.LogLine{Level: "ERROR", Line: "stream live/x is busy"})
		}, asan, ByNothing},
		{"a fatal error that it outlived", func(s *script) {
			s.add(100, "", 0, "server", history.LogLine{Level: "ERROR", Line: "fatal: no such file"})
			s.add(15000, "", 0, "server", history.LogLine{Level: "WARN", Line: "slow disk"})
		}, "slow disk", ByLast},
		{"a signal", func(s *script) {
			s.add(100, "", 0, "server", history.LogLine{Level: "ERROR", Line: "got SIGABRT"})
		}, "got SIGABRT", ByNothing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			s.cycles(k0, 1, 100, 3)
			tt.write(s)
			for i := range 3 {
				s.probe(16000+250*float64(i), "refused", 0)
			}
			c := s.judge().Findings[0].Cases[0]
			if c.Log != tt.log || c.By != tt.by || c.At != 16*time.Second || c.Text != phrase.English.Say(phrase.DiedRefusing) {
				t.Errorf("%+v", c)
			}
		})
	}
}

// The quick look at a line must not lose a word of dying.
func TestWordsOfDying(t *testing.T) {
	for _, line := range []string{
		"==31872==ERROR: AddressSanitizer: heap-use-after-free", "UndefinedBehaviorSanitizer", "Program received signal SIGSEGV", "SIG SIGABRT",
		"panic: runtime error", "PANIC", "a Fatal error", "fatal", "[FATAL] no memory", "pan fat panic", "not panicking, but fatal",
		"", "S", "p", "fata", "panics", "fatality", "SIGs", "SSIGX", "RESIGNED", "serve error code=1028", "Sanitize", "xSanitizerx",
	} {
		if got, want := speaksOfDying(line), dying.MatchString(line); got != want {
			t.Errorf("%q speaks of dying: %v, want %v", line, got, want)
		}
	}
}
