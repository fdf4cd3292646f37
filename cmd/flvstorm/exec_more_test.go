//go:build unix

package main

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestExecTaken: where another server has the ports, that is not taken for the one that --exec starts.
func TestExecTaken(t *testing.T) {
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		serve, rtmp, flags := ours(t)
		p := b.start(strings.Fields(serve)[1:]...)
		defer func() {
			p.cmd.Process.Kill()
			<-p.done
		}()
		historytest.Eventually(t, "somebody listens", func() bool { return accepts(rtmp) })
		o := b.run(append(append([]string{"chaos", "--quiet"}, flags...), "--exec", serve)...)
		if o.code != exitCannotRun || !strings.Contains(o.stderr, " answers already, before --exec was started") {
			t.Errorf("%v", o)
		}
	})
}

// TestExecLog: a server of ours that says to a file what matters is followed there, beside what it says to us.
func TestExecLog(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"--log", "--log-cmd"} {
		t.Run(by, func(t *testing.T) {
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				serve, _, flags := ours(t)
				said, log := b.path("server.txt"), b.path("server.txt")
				if by == "--log-cmd" {
					log = "tail -n +1 -F " + said
				}
				d := b.chaos(1, append(flags, "--stuck-after", "1s", "--exec", "sh -c 'exec "+serve+" --bug early-release >"+said+"'", by, log)...)
				i := d.finding("duplicated-pattern")
				if i < 0 || len(d.Findings[i].Cases) == 0 || !strings.Contains(d.Findings[i].Cases[0].Log, "code=4001") {
					t.Errorf("%+v", d.Findings)
				}
				if got := b.read("run/server.log"); got != "" {
					t.Errorf("it said to us: %s", got)
				}
			})
		})
	}
}
