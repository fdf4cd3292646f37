//go:build linux

package launch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// guarded starts c with a guard. It is stopped at the end of the test at the latest.
func guarded(t *testing.T, c Command) (*Process, *historytest.Notes, *text) {
	t.Helper()
	sink, out := historytest.New(), new(text)
	c.Guard, c.Sink = []string{os.Args[0], "guard"}, sink
	c.Output = append([]io.Writer{out}, c.Output...)
	if c.StopWithin == 0 {
		c.StopWithin = 2 * time.Minute
	}
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p, sink, out
}

// playing is this program in a mode.
func playing(mode string, env ...string) Command {
	return Command{Path: os.Args[0], Env: append(env, childMode+"="+mode, "GORACE=atexit_sleep_ms=0")}
}

// pids are the numbers that stand behind a word in what a process said, one a line.
func pids(out *text, word string) []int {
	var found []int
	for line := range strings.Lines(out.String()) {
		if pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, word+" "))); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

func awaitEnd(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		historytest.Eventually(t, fmt.Sprintf("the end of process %d", pid), func() bool { return !aliveProcess(pid) })
	}
}

func TestGuardTellsOfTheEnd(t *testing.T) {
	shell := func(script string) Command { return Command{Path: "sh", Args: []string{"-c", script}} }
	tests := []struct {
		name string
		c    Command
		want string
	}{
		{"a status", playing("talk"), "exited 3 "},
		{"a signal", playing("abort"), "exited 0 SIGKILL"},
		{"a signal that a shell tells of", shell(`sh -c 'kill -TERM $$'; exit $?`), "exited 143 SIGTERM"},
		{"a status above all signals", shell("exit 255"), "exited 255 "},
		{"ends well", shell("exit 0"), "exited 0 "},
		{"leaves a detached one behind", playing("detach and fail"), "exited 3 "},
		{"closes its output first", shell("exec >&- 2>&-; exit 4"), "exited 4 "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, sink, out := guarded(t, tt.c)
			<-p.Done()
			if diff := cmp.Diff([]string{"started 0 ", tt.want}, sink.Lines()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			for _, pid := range append(pids(out, "pid"), p.cmd.Process.Pid, p.PID()) {
				if aliveProcess(pid) {
					t.Errorf("process %d is left", pid)
				}
			}
		})
	}
}

func TestGuardedStop(t *testing.T) {
	tests := []struct {
		mode, first, want string
		within            time.Duration
	}{
		{"serve", "serving", "stopped 0 ", 2 * time.Minute},
		{"stubborn", "pid", "stopped 0 SIGKILL", 100 * time.Millisecond},
		{"detach", "pid", "stopped 0 SIGTERM", 100 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			c := playing(tt.mode)
			c.StopWithin = tt.within
			var p *Process
			var sink *historytest.Notes
			var out *text
			for ; ; c.StopWithin *= 10 {
				p, sink, out = guarded(t, c)
				historytest.Eventually(t, "its first words", func() bool {
					return strings.Contains(out.String(), tt.first) && (tt.mode != "detach" || len(pids(out, "pid")) == 2)
				})
				if err := p.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				if sink.Saw(tt.want) || c.StopWithin >= 10*time.Second {
					break // it had time enough to end as it is asked to
				}
			}
			if diff := cmp.Diff([]string{"started 0 ", tt.want}, sink.Lines()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			for _, pid := range append(pids(out, "pid"), p.cmd.Process.Pid, p.PID()) {
				if aliveProcess(pid) {
					t.Errorf("process %d is left", pid)
				}
			}
		})
	}
}

// TestStopCommand: what is not below the server's process is ended by a command, before the server is asked, and also
// when it has ended by itself; and the command's words are in the log.
func TestStopCommand(t *testing.T) {
	t.Run("asked", func(t *testing.T) {
		c := playing("serve")
		c.Stop = []string{"sh", "-c", "echo stopping the container"}
		p, sink, out := guarded(t, c)
		historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff("serving\nstopping the container\nasked to end\n", out.String()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
		if !sink.Saw("stopped 0 ") {
			t.Errorf("%v", sink.Lines())
		}
	})
	t.Run("ended by itself", func(t *testing.T) {
		c := playing("talk")
		c.Stop = []string{"sh", "-c", "echo stopping the container"}
		p, _, out := guarded(t, c)
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if !strings.Contains(out.String(), "stopping the container\n") {
			t.Errorf("%q", out.String())
		}
	})
	t.Run("can't be run", func(t *testing.T) {
		c := playing("serve")
		c.Stop = []string{filepath.Join(t.TempDir(), "missing")}
		p, sink, out := guarded(t, c)
		historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"started 0 ", "trouble internal 0", "stopped 0 "}, sink.Lines()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// TestGuardOutlivesUs: when we are killed, the server goes, and what it detached, and what the command for stopping ends.
func TestGuardOutlivesUs(t *testing.T) {
	stopped := filepath.Join(t.TempDir(), "stopped")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"=guarded parent", "STOPPED="+stopped)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said text
	for lines := bufio.NewScanner(stdout); len(pids(&said, "pid")) < 2 && lines.Scan(); {
		said.Write([]byte(lines.Text() + "\n"))
	}
	cmd.Process.Kill()
	cmd.Wait()
	left := pids(&said, "pid")
	if len(left) != 2 {
		t.Fatalf("said %q", said.String())
	}
	awaitEnd(t, left...)
	historytest.Eventually(t, "the command for stopping", func() bool { b, _ := os.ReadFile(stopped); return string(b) == "stopped\n" })
}

// TestKilledGuard: when the guard itself is killed the server is, and that is told.
func TestKilledGuard(t *testing.T) {
	p, sink, out := guarded(t, playing("stubborn"))
	historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
	p.cmd.Process.Kill()
	<-p.Done()
	awaitEnd(t, pids(out, "pid")...)
	if diff := cmp.Diff([]string{"started 0 ", "exited 0 SIGKILL"}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// address is a free one of this machine.
func address(t *testing.T) string {
	t.Helper()
	ports, err := FreePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", ports[0])
}

// TestDaemon: a server that goes into the background is no dead one; its end is that of what it left behind.
func TestDaemon(t *testing.T) {
	addr := address(t)
	p, sink, out := guarded(t, playing("daemon", childAddr+"="+addr))
	err := p.Ready(t.Context(), func(ctx context.Context) error {
		return target.WaitReady(ctx, new(target.Road), target.URLs{Publish: "rtmp://" + addr + "/live/{stream}"})
	})
	if err != nil {
		t.Fatal(err)
	}
	listens := pids(out, "listens")[0]
	historytest.Eventually(t, "the news that it is in the background", func() bool { return p.PID() == listens })
	syscall.Kill(listens, syscall.SIGSEGV)
	<-p.Done()
	lines := slices.DeleteFunc(sink.Lines(), func(l string) bool { return l == "ready 0 " || l == "forked 0 " })
	if diff := cmp.Diff([]string{"started 0 ", "exited 2 "}, lines); diff != "" { // Go's own answer to SIGSEGV from outside
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if !sink.Saw("forked 0 ") {
		t.Errorf("%v", sink.Lines())
	}
}

// TestWellEnded: a server that was ready, ends well and leaves behind what does not answer, is dead.
func TestWellEnded(t *testing.T) {
	p, sink, out := guarded(t, Command{Path: "sh", Args: []string{"-c", "sleep 1000 & echo up; read x < " + fifo(t)}})
	gone := errors.New("nobody answers")
	up := true
	if err := p.Ready(t.Context(), func(context.Context) error {
		if !up {
			return gone
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	up = false
	historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
	if err := os.WriteFile(fifo(t), []byte("x\n"), 0); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"started 0 ", "ready 0 ", "exited 0 "}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// fifo is a pipe with a name, the same for the whole of a test.
func fifo(t *testing.T) string {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("flvstorm-fifo-%d", os.Getpid()))
	if err := syscall.Mkfifo(path, 0o600); err == nil {
		t.Cleanup(func() { os.Remove(path) })
	}
	return path
}

// TestGuardedFlood: 100 MB of log go through, and the tail that is kept stays small.
func TestGuardedFlood(t *testing.T) {
	var taken counter
	c := Command{Path: "sh", Args: []string{"-c", "yes a line that says nothing at all | head -c 100000000; echo done; exit 5"}, Output: []io.Writer{&taken}}
	sink := historytest.New()
	c.Guard, c.Sink = []string{os.Args[0], "guard"}, sink
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if taken != 100_000_005 || len(p.said.end) > 2*tailBytes || !strings.HasSuffix(p.LastWords(), "done") {
		t.Errorf("%d bytes, %d kept, last words %q", taken, len(p.said.end), p.LastWords())
	}
	if !sink.Saw("exited 5 ") {
		t.Errorf("%v", sink.Lines())
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// TestMute: a closed output is no end.
func TestMute(t *testing.T) {
	p, sink, _ := guarded(t, playing("mute"))
	historytest.Eventually(t, "the end of its output", func() bool {
		at, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/1", p.PID()))
		return err != nil || !strings.HasPrefix(at, "pipe:")
	})
	select {
	case <-p.Done():
		t.Errorf("taken for dead: %v", sink.Lines())
	default:
	}
	if err := p.Stop(t.Context()); err != nil || !sink.Saw("stopped 0 SIGTERM") {
		t.Errorf("%v, %v", err, sink.Lines())
	}
}

func TestGuardCannotStart(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("echo no interpreter\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "wrong"), []byte("#!/no/such/interpreter\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		guard []string
		path  string
		want  string
	}{
		{"no interpreter", []string{os.Args[0], "guard"}, script, "this machine can't execute it"},
		{"an interpreter that isn't there", []string{os.Args[0], "guard"}, filepath.Join(dir, "wrong"), "this machine can't execute it"},
		{"no guard", []string{filepath.Join(dir, "missing")}, "/bin/sh", "its guard, a second flvstorm, failed (no such file"},
		{"a guard that is none", []string{"sh", "-c", "exit 1"}, "/bin/sh", "its guard, a second flvstorm, failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Start(Command{Path: tt.path, Guard: tt.guard, Sink: historytest.New()})
			if err == nil {
				p.Stop(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestGuardIsNotForPeople(t *testing.T) {
	for _, args := range [][]string{nil, {"a", "b"}, {"{}"}, {"{"}, {`{"path":"sh","more":1}`}} {
		if _, err := parseTask(args); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
	task := guardTask{Path: "/bin/sh", Args: []string{"-c", "--", `"'`}, Stop: []string{"x"}}
	got, err := parseTask([]string{task.arg()})
	if diff := cmp.Diff(task, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestImpatientStop: the command for stopping is not waited for when who stops has no time.
func TestImpatientStop(t *testing.T) {
	c := playing("stubborn")
	c.Stop = []string{"sh", "-c", "echo stopping; sleep 1000"}
	p, sink, out := guarded(t, c)
	historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- p.Stop(ctx) }()
	historytest.Eventually(t, "the command", func() bool { return strings.Contains(out.String(), "stopping") })
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if !sink.Saw("stopped 0 SIGKILL") {
		t.Errorf("%v", sink.Lines())
	}
	if _, err := Start(Command{Path: "sh", Stop: c.Stop, Sink: sink}); err == nil || !strings.Contains(err.Error(), "--exec-stop") {
		t.Errorf("without a guard: %v", err)
	}
}
