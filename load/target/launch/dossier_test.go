//go:build linux

package launch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// server compiles the program of package crash that dies or hangs as it is told.
func server(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "server")
	if out, err := exec.Command(peertest.Program(t, "gcc"), "-g", "-O0", "-o", program, "../crash/testdata/server.c").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	return program
}

// TestDossier: a server that dies leaves a dossier, told by the time that Stop returns; also when it dies below a shell.
func TestDossier(t *testing.T) {
	peertest.Program(t, "gdb")
	program := server(t)
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil {
		t.Fatal(err)
	}
	filed := !strings.HasPrefix(string(pattern), "|") && !strings.HasPrefix(string(pattern), "@")
	evidence := filepath.Join(t.TempDir(), "evidence")
	tests := []struct {
		name   string
		c      Command
		end    string
		folder string
	}{
		{"itself", Command{Path: program, Args: []string{"segfault"}}, "exited 0 SIGSEGV", "evidence/crash"},
		{"below a shell", Command{Path: "sh", Args: []string{"-c", program + " segfault; exit $?"}, Symbols: program}, "exited 139 SIGSEGV", "evidence/crash-2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.Dir, tt.c.Evidence = t.TempDir(), evidence
			p, sink, _ := guarded(t, tt.c)
			<-p.Done()
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"started 0 ", tt.end, "crash"}, sink.Lines()); diff != "" {
				t.Fatalf("events (-want +got):\n%s", diff)
			}
			c := historytest.Of[history.Crash](sink)[0]
			if c.Folder != tt.folder || c.Signal != "SIGSEGV" || c.Hung {
				t.Errorf("%+v", c)
			}
			if filed && (len(c.Frames) == 0 || !strings.HasPrefix(c.Frames[0], "mount_stream (") || c.Core == "") {
				t.Errorf("%+v", c)
			}
			if b, err := os.ReadFile(filepath.Join(filepath.Dir(evidence), c.Folder, "summary.txt")); err != nil || !strings.Contains(string(b), "SIGSEGV") {
				t.Errorf("%v: %s", err, b)
			}
		})
	}
}

// TestDeathWhileStopped: a server that obeys gets no dossier, one that dies of a mistake on the way does.
func TestDeathWhileStopped(t *testing.T) {
	for script, want := range map[string][]string{
		`trap 'kill -ABRT $$' TERM; echo up; while :; do sleep 0.01; done`: {"started 0 ", "stopped 0 SIGABRT", "crash"},
		`trap 'exit 3' TERM; echo up; while :; do sleep 0.01; done`:        {"started 0 ", "stopped 3 "},
	} {
		p, sink, out := guarded(t, Command{Path: "sh", Args: []string{"-c", script}, Dir: t.TempDir(), Evidence: t.TempDir()})
		historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, sink.Lines()); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	}
}

// TestExamine: the stacks of a server that hangs are taken while it hangs; it is not our program's to end it.
func TestExamine(t *testing.T) {
	peertest.Program(t, "gdb")
	program := server(t)
	c := Command{Path: program, Args: []string{"hang"}, Evidence: filepath.Join(t.TempDir(), "evidence"), StopWithin: 10 * time.Millisecond}
	p, sink, out := guarded(t, c)
	historytest.Eventually(t, "its first words", func() bool { return out.String() != "" })
	found := p.Examine(t.Context())
	if !found.Hung || found.PID != p.PID() || found.Folder != "evidence/crash" {
		t.Errorf("%+v", found)
	}
	if len(found.Notes) == 0 && !strings.Contains(strings.Join(found.Frames, "\n"), "mount_stream (") {
		t.Errorf("%+v", found)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]history.Crash{found}, historytest.Of[history.Crash](sink)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if found := p.Examine(t.Context()); len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "no longer there") {
		t.Errorf("%+v", found)
	}
}

// TestManyDossiers: a server that dies again and again does not fill the disk.
func TestManyDossiers(t *testing.T) {
	p := &Process{folder: filepath.Join(t.TempDir(), "evidence"), sink: historytest.New()}
	for i := range maxDossiers + 2 {
		want := fmt.Sprintf("evidence/crash-%d", i+1)
		switch {
		case i == 0:
			want = "evidence/crash"
		case i >= maxDossiers:
			want = ""
		}
		if _, below := p.newFolder(); below != want {
			t.Errorf("%d: %q, want %q", i, below, want)
		}
	}
}

func TestTail(t *testing.T) {
	var said tail
	for i := range 20_000 {
		said.keep(fmt.Appendf(nil, "line %d of a \x1b[31mserver\x1b[0m rtmp://h/a?token=hunter2\n", i))
	}
	got := said.lines(2)
	want := []string{"line 19998 of a server rtmp://h/a?token=***", "line 19999 of a server rtmp://h/a?token=***"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(said.lines(1 << 20)); n != tailLines || cap(said.end) > 4*tailBytes {
		t.Errorf("%d lines, %d bytes", n, cap(said.end))
	}
	if got := new(tail).lines(3); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
