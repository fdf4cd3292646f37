//go:build unix

package serverlog

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// running is a follower that runs; end ends it and returns when Run has returned.
func running(t *testing.T, f *Follower) (end func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("does not end")
		}
	}
}

// A pipe is read until the run ends, which it does not hold up; what the server logged last is still read.
func TestReadAPipe(t *testing.T) {
	for try := 1; ; try++ { // what comes last is waited for a moment, in which a busy machine may not come to read it
		in, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		defer out.Close()
		sink := historytest.New()
		f := follower(t, sink)
		f.Read("--log -", in)
		end := running(t, f)
		io.WriteString(out, everyOne)
		historytest.Eventually(t, "its lines", func() bool { return len(sink.All()) == 3 })
		io.WriteString(out, strings.TrimSuffix(srsTaken, "\n"))
		end()
		diff := cmp.Diff(append(saidEvery[:3:3], saidTaken), sink.Lines())
		if diff == "" {
			return
		}
		if try == 5 {
			t.Fatalf("events (-want +got):\n%s", diff)
		}
	}
}

// A read that can't be interrupted does not hold up the run's end either.
func TestReadWhatCannotBeInterrupted(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close() // ends the read that was left behind
	f := follower(t, historytest.New())
	f.Read("--log -", in)
	running(t, f)()
}

// A log that ends before the run is our own trouble, and the rest of the run goes on.
func TestAPipeThatEnds(t *testing.T) {
	for _, tt := range []struct {
		with error
		want string
	}{{io.EOF, "(end of file)"}, {io.ErrNoProgress, "(" + io.ErrNoProgress.Error() + ")"}} {
		in, out := io.Pipe()
		sink := historytest.New()
		f := follower(t, sink)
		f.Read("--log -", in)
		end := running(t, f)
		io.WriteString(out, strings.TrimSuffix(srsTaken, "\n"))
		out.CloseWithError(tt.with)
		historytest.Eventually(t, "its end", func() bool { return len(sink.All()) == 2 })
		end()
		if diff := cmp.Diff([]string{saidTaken, "trouble log-ended 0"}, sink.Lines()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if said := sink.All()[1].What.(history.OwnTrouble).Detail; !strings.HasPrefix(said, "--log -:") || !strings.Contains(said, tt.want) {
			t.Errorf("said %q", said)
		}
	}
}

// A program's two outputs are read, and at the end of the run it is gone with all that it started.
func TestCommandIsFollowed(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "srs.log")
	if err := os.WriteFile(log, []byte(everyOne), 0o600); err != nil {
		t.Fatal(err)
	}
	sink := historytest.New()
	f := follower(t, sink)
	pids := filepath.Join(dir, "pids")
	script := `cat "$0"; cat "$0" >&2; sleep 1000 & echo $$ $! >"$1"; wait`
	if err := f.Command([]string{"sh", "-c", script, log, pids}); err != nil {
		t.Fatal(err)
	}
	end := running(t, f)
	historytest.Eventually(t, "its lines", func() bool { return len(sink.All()) == 6 })
	historytest.Eventually(t, "its children", func() bool { b, _ := os.ReadFile(pids); return strings.HasSuffix(string(b), "\n") })
	end()
	b, _ := os.ReadFile(pids)
	for _, word := range strings.Fields(string(b)) {
		pid, _ := strconv.Atoi(word)
		historytest.Eventually(t, "the end of "+word, func() bool { return syscall.Kill(pid, 0) != nil || zombie(pid) })
	}
	if diff := cmp.Diff(append(saidEvery[:3:3], saidEvery...), sink.Lines()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// zombie reports whether a process has ended and only its parent has not looked yet; that parent is not us.
func zombie(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(b), ") Z ")
}

func TestCommandThatEnds(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		want         []string
	}{
		{"by itself", "echo no such container: srs >&2; exit 3", []string{"--log-cmd sh -c", "exit status 3", "no such container: srs"}},
		{"by a signal", "echo bye; kill -9 $$", []string{"signal SIGKILL", "bye"}},
		{"with its output closed", "exec >&- 2>&-; exit 0", []string{"exit status 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sink := historytest.New()
			f := follower(t, sink)
			if err := f.Command([]string{"sh", "-c", tt.script}); err != nil {
				t.Fatal(err)
			}
			end := running(t, f)
			historytest.Eventually(t, "its end", func() bool { return len(sink.All()) > 0 })
			end()
			if diff := cmp.Diff([]string{"trouble log-ended 0"}, sink.Lines()); diff != "" {
				t.Fatalf("events (-want +got):\n%s", diff)
			}
			said := sink.All()[0].What.(history.OwnTrouble).Detail
			for _, want := range tt.want {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, want %q", said, want)
				}
			}
		})
	}
}

func TestCommandThatCannotStart(t *testing.T) {
	for _, words := range [][]string{nil, {""}, {"/no/such/program", "logs"}, {t.TempDir()}} {
		err := follower(t, historytest.New()).Command(words)
		if err == nil || !strings.HasPrefix(err.Error(), "--log-cmd") || strings.ContainsRune(err.Error(), '\n') {
			t.Errorf("%q: %v", words, err)
		}
	}
}

// A program that prints a long log at once is waited for, not the other way round: nothing of it is left out, and its end
// with the run's is no trouble.
func TestCommandIsReadWhole(t *testing.T) {
	const blocks = 500
	log := filepath.Join(t.TempDir(), "srs.log")
	if err := os.WriteFile(log, []byte(strings.Repeat(strings.Repeat(srsKnown, 100)+srsTaken, blocks)), 0o600); err != nil {
		t.Fatal(err)
	}
	sink := historytest.New()
	sink.Began = time.Now().Add(-time.Hour)
	f := follower(t, sink)
	f.refused.each = blocks
	if err := f.Command([]string{"sh", "-c", `cat "$0"; exec sleep 1000`, log}); err != nil {
		t.Fatal(err)
	}
	end := running(t, f)
	historytest.Eventually(t, "its lines", func() bool { return len(sink.All()) >= blocks })
	end()
	if n := len(sink.All()); n != blocks {
		t.Errorf("%d lines of %d", n, blocks)
	}
}
