//go:build unix

package launch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// childMode is the variable by which this test program, started again, knows which process it is to play.
const childMode = "FLVSTORM_TEST_CHILD"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "guard" {
		if err := Guard(context.Background(), os.Args[2:], os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	if mode := os.Getenv(childMode); mode != "" {
		os.Exit(child(mode))
	}
	goleak.VerifyTestMain(m)
}

// child is the process that a test starts.
func child(mode string) int {
	switch mode {
	case "talk": // on both outputs, and ends with 3
		fmt.Println("one")
		fmt.Fprintln(os.Stderr, "two")
		fmt.Println("three")
		return 3
	case "serve": // until it is asked to end
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		fmt.Println("serving")
		<-asked
		fmt.Println("asked to end")
		return 0
	case "stubborn": // until it is killed
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		fmt.Println("pid", os.Getpid())
		for {
			time.Sleep(time.Hour)
		}
	case "abort":
		fmt.Println("aborting")
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		for {
			time.Sleep(time.Hour)
		}
	case "stdin": // until its stdin ends
		fmt.Println("reading")
		io.Copy(io.Discard, os.Stdin)
		fmt.Println("end of stdin")
		return 0
	case "leave": // leaves a process behind that holds its output open
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childMode+"=stubborn")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			return 1
		}
		return 0
	case "flood":
		block := []byte(strings.Repeat("a line that says nothing at all\n", 1000))
		for range 1000 {
			os.Stdout.Write(block)
		}
		return 0
	case "parent": // starts a stubborn one as flvstorm would, and waits to be killed
		p, err := Start(Command{Path: os.Args[0], Env: []string{childMode + "=stubborn"}, Output: []io.Writer{os.Stdout}, Sink: historytest.New()})
		if err != nil {
			return 1
		}
		<-p.Done()
		return 0
	case "guarded parent": // the same with a guard, of one that detaches another
		p, err := Start(Command{
			Path: os.Args[0], Env: []string{childMode + "=detach"}, Output: []io.Writer{os.Stdout}, Sink: historytest.New(),
			Guard: []string{os.Args[0], "guard"}, Stop: []string{"sh", "-c", "echo stopped >$STOPPED"},
		})
		if err != nil {
			return 1
		}
		<-p.Done()
		return 0
	case "detach": // starts a stubborn one in a session of its own, and stays
		if again("stubborn", true) != nil {
			return 1
		}
		fmt.Println("pid", os.Getpid())
		time.Sleep(time.Hour)
	case "detach and fail":
		again("stubborn", true)
		return 3
	case "daemon": // goes into the background as daemon(7) says: twice
		again("daemon, second", true)
		return 0
	case "daemon, second":
		again("listen", false)
		return 0
	case "listen": // answers RTMP handshakes on the address that it is given
		return listen(os.Getenv(childAddr))
	case "mute": // closes its output, and stays
		os.Stdout.Close()
		os.Stderr.Close()
		time.Sleep(time.Hour)
	}
	return 1
}

// childAddr is the variable that tells such a process where to listen.
const childAddr = "FLVSTORM_TEST_ADDR"

// again starts this program in another mode, in a session of its own if it is to be detached.
func again(mode string, detached bool) error {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: detached}
	return cmd.Start()
}

// listen answers every handshake of RTMP with an S0, S1 and S2 (RTMP 1.0 §5.2).
func listen(addr string) int {
	l, err := net.Listen("tcp4", addr)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("listens", os.Getpid())
	const version, sizeC1 = 3, 1536
	for {
		nc, err := l.Accept()
		if err != nil {
			return 1
		}
		go func() {
			hello := make([]byte, 1+2*sizeC1)
			hello[0] = version
			io.ReadFull(nc, hello[1:1+sizeC1])
			nc.Write(hello)
			io.Copy(io.Discard, nc)
			nc.Close()
		}()
	}
}

// start starts this program again in that mode. It is stopped at the end of the test at the latest.
func start(t *testing.T, mode string, output ...io.Writer) (*Process, *historytest.Notes) {
	t.Helper()
	sink := historytest.New()
	c := Command{
		Path: os.Args[0], Output: output, Sink: sink, StopWithin: 2 * time.Minute,
		Env: []string{childMode + "=" + mode, "GORACE=atexit_sleep_ms=0"},
	}
	if mode == "stubborn" {
		c.StopWithin = 200 * time.Millisecond
	}
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(context.Background()) })
	return p, sink
}

// text is a writer that a test can read at any time.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (w *text) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *text) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

func TestProcessTellsOfItsEnd(t *testing.T) {
	var out text
	p, sink := start(t, "talk", &out)
	<-p.Done()
	if diff := cmp.Diff([]string{"started 0 ", "exited 3 "}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if out.String() != "one\ntwo\nthree\n" {
		t.Errorf("said %q", out.String())
	}
	if p.LastWords() != "one | two | three" {
		t.Errorf("last words %q", p.LastWords())
	}
	p, sink = start(t, "abort")
	<-p.Done()
	if diff := cmp.Diff([]string{"started 0 ", "exited 0 SIGKILL"}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if err := p.Stop(context.Background()); err != nil {
		t.Errorf("stop after the end: %v", err)
	}
}

func TestStop(t *testing.T) {
	tests := []struct {
		mode, first, want string
	}{
		{"serve", "serving", "stopped 0 "},
		{"stubborn", "pid", "stopped 0 SIGKILL"},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			var out text
			p, sink := start(t, tt.mode, &out)
			historytest.Eventually(t, "its first words", func() bool { return strings.Contains(out.String(), tt.first) })
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"started 0 ", tt.want}, sink.Lines()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if tt.mode == "serve" && !strings.HasSuffix(out.String(), "asked to end\n") {
				t.Errorf("its last words were not passed on: %q", out.String())
			}
		})
	}
	t.Run("at once when the context has ended", func(t *testing.T) {
		p, _ := start(t, "stubborn")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p.within = time.Hour
		if err := p.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestReady(t *testing.T) {
	t.Run("ready", func(t *testing.T) {
		var out text
		p, sink := start(t, "serve", &out)
		err := p.Ready(t.Context(), func(ctx context.Context) error {
			historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
			return ctx.Err()
		})
		if err != nil || !sink.Saw("ready 0 ") {
			t.Errorf("%v, %v", err, sink.Lines())
		}
	})
	waitFor := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	t.Run("dead first", func(t *testing.T) {
		p, _ := start(t, "talk")
		err := p.Ready(t.Context(), waitFor)
		if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "one | two | three") {
			t.Errorf("%v", err)
		}
	})
	t.Run("not in time", func(t *testing.T) {
		var out text
		p, _ := start(t, "serve", &out)
		historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := p.Ready(ctx, waitFor)
		if err == nil || !strings.Contains(err.Error(), "not ready in time") || !strings.Contains(err.Error(), "serving") {
			t.Errorf("%v", err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		p, _ := start(t, "serve")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.Ready(ctx, waitFor); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestCannotStart(t *testing.T) {
	_, err := Start(Command{Path: filepath.Join(t.TempDir(), "missing"), Args: []string{"--key=hunter2", "rtmp://h/a/b?token=hunter2"}, Sink: historytest.New()})
	if err == nil || !strings.Contains(err.Error(), "cannot start the server missing") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err != nil && strings.Contains(err.Error(), "token=hunter2") {
		t.Errorf("%v", err)
	}
}

// TestNothingIsLeftBehind: when the server ends, so does what it started.
func TestNothingIsLeftBehind(t *testing.T) {
	var out text
	p, _ := start(t, "leave", &out)
	<-p.Done()
	group := p.PID()
	historytest.Eventually(t, "the end of its group", func() bool { return !aliveGroup(group) })
}

// TestKilledParent: when we are killed, the server goes with us, however stubborn it is.
func TestKilledParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux kills a child when its parent dies")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMode+"=parent")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	pid, notNumber := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(said, "pid ")))
	cmd.Process.Kill()
	cmd.Wait()
	if err != nil || notNumber != nil {
		t.Fatalf("said %q: %v", said, err)
	}
	historytest.Eventually(t, "the end of the child", func() bool { return !aliveProcess(pid) })
}

// TestEndOfStdin: on other systems the server learns from its stdin that we died. Here we close it as our death would.
func TestEndOfStdin(t *testing.T) {
	var out text
	p, sink := start(t, "stdin", &out)
	historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
	p.stdin.Close()
	<-p.Done()
	if !sink.Saw("exited 0 ") || !strings.HasSuffix(out.String(), "end of stdin\n") {
		t.Errorf("%v, %q", sink.Lines(), out.String())
	}
}

// failing takes a few bytes and then fails like a full disk.
type failing struct{ room int }

func (f *failing) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, &os.PathError{Op: "write", Path: "server.log", Err: syscall.ENOSPC}
	}
	return len(p), nil
}

// TestFullDisk: a log that can't be kept any more is told once, and stops neither the process nor the follower.
func TestFullDisk(t *testing.T) {
	var out text
	p, sink := start(t, "flood", &failing{room: 100_000}, &out)
	<-p.Done()
	if diff := cmp.Diff([]string{"started 0 ", "trouble disk 0", "exited 0 "}, sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got := len(out.String()); got != 32_000_000 {
		t.Errorf("%d bytes passed on", got)
	}
}

func aliveGroup(pgid int) bool {
	if runtime.GOOS != "linux" {
		return syscall.Kill(-pgid, 0) == nil
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if f := statFields(path); len(f) > 2 && f[2] == strconv.Itoa(pgid) && f[0] != "Z" {
			return true
		}
	}
	return false
}

func aliveProcess(pid int) bool {
	f := statFields(fmt.Sprintf("/proc/%d/stat", pid))
	return len(f) > 0 && f[0] != "Z" // a zombie waits for an init that does not look
}

// statFields are the fields of /proc/PID/stat from the state on, which come behind the name in brackets.
func statFields(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
}
