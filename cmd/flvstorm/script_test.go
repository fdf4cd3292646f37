//go:build unix

package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// TestScripts runs testdata/script. Beside the commands of testscript they know
//
//	bad PATTERN ARGS…      flvstorm ARGS is bad usage: status 2, one line that matches, nothing on stdout, nothing left
//	status N ARGS…         flvstorm ARGS ends with status N; a run may have to be made again for it, as insist says
//	untouched              no file has come, neither here nor in the home, since the last time
//	clip FILE [BYTES]      makes an FLV file of one second, cut after so many bytes
//
// and $REFUSED, an address of this machine where nobody listens.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, ".home")
			if err := os.Mkdir(home, 0o755); err != nil {
				return err
			}
			for _, v := range append(environment(home), "REFUSED="+refusing(t)) {
				name, value, _ := strings.Cut(v, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"bad": bad, "status": status, "untouched": untouched, "clip": clip,
		},
	})
}

// refusing is an address whose port is taken but not listened on.
func refusing(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(at.(*syscall.SockaddrInet4).Port))
}

// execute runs flvstorm and returns its status.
func execute(ts *testscript.TestScript, args []string) int {
	err := ts.Exec("flvstorm", args...)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("flvstorm: %v", err)
	return -1
}

func status(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil {
		ts.Fatalf("usage: status N ARGS…")
	}
	before := tree(ts)
	for n := 1; ; n++ {
		got := execute(ts, args[1:])
		if got == want {
			return
		}
		if n == runsAtMost || args[1] != "chaos" {
			ts.Fatalf("status %d, want %d", got, want)
		}
		ts.Logf("try %d: status %d, want %d", n, got, want)
		for _, path := range tree(ts) {
			if !slices.Contains(before, path) {
				ts.Check(os.RemoveAll(path))
			}
		}
	}
}

func bad(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: bad PATTERN ARGS…")
	}
	before := tree(ts)
	if got := execute(ts, args[1:]); got != exitUsage {
		ts.Fatalf("status %d, want %d", got, exitUsage)
	}
	said := ts.ReadFile("stderr")
	if !regexp.MustCompile(`^flvstorm: (?:` + args[0] + `)\n$`).MatchString(said) {
		ts.Fatalf("stderr is not one line that matches %q: %q", args[0], said)
	}
	// In our words, not in those of the libraries that found it out.
	if regexp.MustCompile(`strconv\.|time: |parsing|syntax|goroutine|pflag|%!`).MatchString(said) {
		ts.Fatalf("a line for programmers: %q", said)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("stdout: %q", out)
	}
	if after := tree(ts); !slices.Equal(before, after) {
		ts.Fatalf("it left something: before %q, after %q", before, after)
	}
}

// untouched keeps the list that it saw in the script's environment.
func untouched(ts *testscript.TestScript, neg bool, args []string) {
	const name = "FILES"
	now := strings.Join(tree(ts), "\n")
	if was := ts.Getenv(name); was != "" && was != now {
		ts.Fatalf("before:\n%s\nnow:\n%s", was, now)
	}
	ts.Setenv(name, now)
}

// tree lists everything in the work folder of the script, its home among it.
func tree(ts *testscript.TestScript) []string {
	var names []string
	filepath.WalkDir(ts.Getenv("WORK"), func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	return names
}

func clip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: clip FILE [BYTES]")
	}
	c, err := media.Synthetic(media.DefaultSpec())
	ts.Check(err)
	file := flv.AppendHeader(nil, true, true)
	add := func(f media.Frame) { file = flv.AppendTag(file, flv.TagType(f.Type), f.Timestamp(), f.Body) }
	for _, f := range c.Headers() {
		add(f)
	}
	for i := range c.Len() {
		add(c.Frame(i))
	}
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		file = file[:min(n, len(file))]
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file, 0o644))
}
