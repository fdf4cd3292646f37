//go:build unix

package main

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// ours are the flags for a server of ours that is started as anybody's: the embedded one, by its command line. How it
// is started is left to the caller.
func ours(t testing.TB) (serve, rtmp string, flags []string) {
	t.Helper()
	rtmp, http := "127.0.0.1:"+freePort(t), "127.0.0.1:"+freePort(t)
	return "flvstorm serve --rtmp " + rtmp + " --http " + http, rtmp, []string{
		"--publish-url", "rtmp://" + rtmp + "/live/{stream}", "--play-url", "http://" + http + "/live/{stream}.flv",
		"--duration", "1s", "--streams", "2",
	}
}

// refuses waits until nobody listens on an address any more.
func refuses(t testing.TB, addr string) {
	t.Helper()
	historytest.Eventually(t, "nobody listens on "+addr, func() bool { return !accepts(addr) })
}

// accepts reports whether somebody listens on an address.
func accepts(addr string) bool {
	nc, err := net.Dial("tcp", addr)
	if err == nil {
		nc.Close()
	}
	return err == nil
}

// TestExec: a server is started, tested and stopped, in the foreground, below a shell and in the background.
func TestExec(t *testing.T) {
	for name, wrap := range map[string]string{"plain": "%", "below a shell": "sh -c '%; exit $?'", "in the background": "sh -c '% & sleep 0.2'"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "in the background" && runtime.GOOS != "linux" {
				t.Skip("only Linux gives a detached process back to its guard")
			}
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				serve, rtmp, flags := ours(t)
				d := b.chaos(0, append(flags, "--exec", strings.Replace(wrap, "%", serve, 1))...)
				if d.Verdict != "pass" || d.Target.Embedded {
					t.Errorf("%+v", d)
				}
				if log := b.read("run/server.log"); !strings.Contains(log, "listen at tcp://"+rtmp) {
					t.Errorf("server.log:\n%s", log)
				}
				refuses(t, rtmp)
			})
		})
	}
}

// TestExecCrash: the death of a server of ours is a finding with a dossier.
func TestExecCrash(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		serve, rtmp, flags := ours(t)
		d := b.chaos(1, append(flags, "--duration", "30s", "--live", "200ms", "--exec", serve+" --bug crash")...)
		if i := d.finding("server-crashed"); i < 0 {
			t.Errorf("%+v", d.Findings)
		}
		for name, want := range map[string]string{"summary.txt": "ended: SIGSEGV", "last.log": "client identified"} {
			if got := b.read(filepath.Join("run", "evidence", "crash", name)); !strings.Contains(got, want) {
				t.Errorf("%s:\n%s", name, got)
			}
		}
		refuses(t, rtmp)
	})
}

// TestExecCannotStart: each way in which a server does not come up is one line that says what to do.
func TestExecCannotStart(t *testing.T) {
	serve, rtmp, flags := ours(t)
	elsewhere := "127.0.0.1:" + freePort(t)
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no such program", []string{"--exec", "./missing"}, 0, "there is no program .*missing"},
		{"no such folder", []string{"--exec", "sh", "--exec-dir", "missing"}, 0, "there is no such folder"},
		{"words for a shell", []string{"--exec", "a | b"}, exitUsage, `no shell reads this, .*sh -c`},
		{"an open quote", []string{"--exec", "a 'b"}, exitUsage, "has no end"},
		{"dies first", []string{"--exec", `sh -c "echo no such codec; exit 7"`}, exitCannotRun, `exit status 7\).*no such codec`},
		{"dies of a signal below a shell", []string{"--exec", `sh -c "echo at line 7; exit 139"`}, exitCannotRun, `SIGSEGV.*at line 7`},
		{"says nothing", []string{"--exec", "sleep 600", "--ready-timeout", "500ms"}, exitCannotRun, regexp.QuoteMeta(rtmp) + ".*"},
		{"listens elsewhere", []string{"--exec", strings.Replace(serve, rtmp, elsewhere, 1), "--ready-timeout", "5s"}, exitCannotRun,
			"listens on .*" + regexp.QuoteMeta(elsewhere) + ".* instead"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "listens elsewhere" && runtime.GOOS != "linux" {
				t.Skip("where a process listens is known on Linux only")
			}
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				o := b.run(append(append([]string{"chaos", "--quiet"}, flags...), tt.args...)...)
				if o.code != tt.code && (tt.code != 0 || o.code != exitUsage && o.code != exitCannotRun) {
					t.Errorf("exit %d: %v", o.code, o)
				}
				if !regexp.MustCompile(tt.want).MatchString(o.stderr) || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
					t.Errorf("%v", o)
				}
				if left := b.files(); len(left) != 0 {
					for _, name := range left {
						if !strings.HasPrefix(name, "cache") {
							t.Errorf("it left %q", left)
						}
					}
				}
			})
		})
	}
	refuses(t, elsewhere)
}

// TestExecKilled: after kill -9 neither the server nor what it started is left.
func TestExecKilled(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		serve, rtmp, flags := ours(t)
		stopped := b.path("stopped")
		p := b.start(append(append([]string{"chaos", "--quiet", "--out", "run"}, flags...),
			"--duration", "1m", "--exec", "sh -c '"+serve+"; exit $?'", "--exec-stop", "touch "+stopped)...)
		historytest.Eventually(t, "somebody listens", func() bool { return accepts(rtmp) })
		p.cmd.Process.Kill()
		<-p.done
		refuses(t, rtmp)
		historytest.Eventually(t, "the command for stopping is run", func() bool { _, err := os.Stat(stopped); return err == nil })
	})
}
