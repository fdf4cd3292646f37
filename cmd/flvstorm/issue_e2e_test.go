//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// TestIssueScripts pastes the script of a report for a tracker into a shell: it sees what the report is about on a server that has it,
// however many rounds that takes, and does not on one that has not.
func TestIssueScripts(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "ffmpeg", "ffprobe", "curl"} {
		peertest.Program(t, program)
	}
	for _, tt := range []struct {
		bug  string
		args []string
		says string
		long bool // it takes its time to be met
	}{
		{"early-release", []string{"--stuck-after", "3s", "--duration", "5s"}, "refused, 1 s after everybody had left\nstill refused in the end\n", false},
		{"crash", []string{"--duration", "6s"}, "any more\n", false},
		{"stale-gop", join(patient, []string{"--duration", "3s"}), "pictures of the publisher before\n", true},
		{"double-accept", join(patient, []string{"--duration", "3s"}), "two publishers at once\n", false},
		{"no-sequence-header", join(patient, []string{"--duration", "3s"}), "nothing to decode them by\n", true},
	} {
		t.Run(tt.bug, func(t *testing.T) {
			if tt.long && os.Getenv("FLVSTORM_LONG") == "" {
				t.Skip("make storm has it")
			}
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				if o := b.run(join([]string{"chaos", "--bug", tt.bug, "--seed", "1", "--out", "run", "--quiet"}, tt.args)...); o.code != 1 {
					t.Fatal(o)
				}
				text := b.run("report", "run", "--format", "issue", "--lang", "en").stdout
				_, after, _ := strings.Cut(text, "```bash\n")
				script, _, found := strings.Cut(after, "\n```\n")
				if !found || !strings.Contains(text, "flvstorm serve --bug "+tt.bug+" --rtmp 127.0.0.1:") {
					t.Fatalf("no script, or not how to start the server:\n%s", text)
				}
				if code, said := paste(t, newBox(t).serve("--bug", tt.bug), script, "200"); code != 1 || !strings.HasPrefix(said, "seen in round ") || !strings.HasSuffix(said, tt.says) {
					t.Errorf("with the bug: %d, %s", code, said)
				}
				if code, said := paste(t, newBox(t).serve(), script, "2"); code != 0 || said != "not seen in 2 rounds\n" {
					t.Errorf("without it: %d, %s", code, said)
				}
			})
		})
	}
}

// paste runs a script as somebody would who pastes it, against a server.
func paste(t testing.TB, s *outsider, script, rounds string) (code int, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.WaitDelay = time.Minute // for what it has to clean up
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "ROUNDS="+rounds, "RTMP=rtmp://"+s.rtmp+"/live/s0", "HTTP=http://"+s.http+"/live/s0.flv")
	out, err := cmd.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestIssueScriptCannotTry holds that a script ends with another status where nobody can say anything, and leaves nothing behind.
func TestIssueScriptCannotTry(t *testing.T) {
	for _, program := range []string{"bash", "ffmpeg", "curl"} {
		peertest.Program(t, program)
	}
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		if o := b.run("chaos", "--bug", "early-release", "--seed", "1", "--out", "run", "--quiet", "--fail-fast"); o.code != 1 {
			t.Fatal(o)
		}
		_, after, _ := strings.Cut(b.run("report", "run", "--format", "issue", "--lang", "zh").stdout, "```bash\n")
		script, _, _ := strings.Cut(after, "\n```\n")
		gone := newBox(t).serve()
		gone.stop()
		if code, said := paste(t, gone, script, "2"); code != 125 || said != "无法向 rtmp://"+gone.rtmp+"/live/s0 推流：服务器在那里运行吗？\n" {
			t.Errorf("%d, %s", code, said)
		}
	})
}
