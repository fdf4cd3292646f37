//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// A child is a server that behaves badly beside serving well: this test program started again, as --exec starts anything.
// CHILD says how it behaves, CHILD_FILE where it writes what the test has to know or where it reads what it has to say.
const (
	childHow  = "FLVSTORM_CHILD"
	childFile = "FLVSTORM_CHILD_FILE"
)

// child is what such a process does, with the arguments of serve. It returns its status.
func child(how string, args []string) int {
	file := os.Getenv(childFile)
	serve := func(ctx context.Context, stdout io.Writer) int {
		return run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), stdout, os.Stderr)
	}
	polite, stop := interrupts(context.Background())
	defer stop()
	switch how {
	case "stays": // whatever it is told
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		return serve(context.Background(), os.Stdout)
	case "floods":
		var all sync.WaitGroup
		all.Go(func() { flood(os.Stdout) })
		code := serve(polite, os.Stdout)
		all.Wait()
		return code
	case "forks":
		if err := fork("forked", file); err != nil {
			return 9
		}
		return serve(polite, os.Stdout)
	case "forked": // in a session of its own; what it starts outlives it
		if err := fork("forked twice", file); err != nil {
			return 9
		}
		return 0
	case "forked twice":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		if err := os.WriteFile(file, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			return 9
		}
		time.Sleep(2 * patience)
		return 0
	case "falls silent":
		os.Stdout.Close()
		os.Stderr.Close()
		return serve(polite, io.Discard)
	case "reports", "reports and aborts", "reports at its end":
		text, err := os.ReadFile(file)
		if err != nil {
			return 9
		}
		tell := func() { os.Stdout.Write(text) }
		switch how {
		case "reports":
			return serve(polite, &onPublish{to: os.Stdout, n: 5, do: tell})
		case "reports and aborts":
			return serve(polite, &onPublish{to: os.Stdout, n: 5, do: func() { tell(); os.Exit(1) }})
		}
		serve(polite, os.Stdout)
		tell()
		return 23
	case "leaves":
		return serve(polite, &onPublish{to: os.Stdout, n: 5, do: func() { os.Exit(0) }})
	}
	return 9
}

// The flood: so many bytes of a server that says too much, one line in a thousand of which is one that matters.
const (
	floodBytes = 100 << 20
	floodLine  = 1000
)

func flood(w io.Writer) {
	noise := append(bytes.Repeat([]byte("x"), floodLine-1), '\n')
	for n := range floodBytes / floodLine {
		line := noise
		if n%1000 == 0 {
			line = fmt.Appendf(nil, "[%s][WARN][1][flood][11] disk %d is nearly full\n", time.Now().Format("2006-01-02 15:04:05.000"), n)
		}
		if _, err := w.Write(line); err != nil {
			return
		}
	}
}

// onPublish passes a log on, and does something once when that speaks of the n-th publish.
type onPublish struct {
	to io.Writer
	n  int
	do func()
}

func (o *onPublish) Write(b []byte) (int, error) {
	n, err := o.to.Write(b)
	before := o.n
	if o.n -= bytes.Count(b, []byte("fmle-publish")); before > 0 && o.n <= 0 {
		o.do()
	}
	return n, err
}

// fork starts a child that behaves so, in a session of its own, and waits until it has written its file, or has ended.
func fork(how, file string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childHow+"="+how)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s did not come up", how)
}

// raise returns the flags of a run of the child that behaves so, and the address of its publishers.
func (b *box) raise(how, file string) (rtmp string, flags []string) {
	b.t.Helper()
	self, err := os.Executable()
	if err != nil {
		b.t.Fatal(err)
	}
	serve, rtmp, flags := ours(b.t)
	return rtmp, join(flags, patient, []string{
		"--profile", "embedded", "--exec", strings.Replace(serve, "flvstorm serve", "'"+self+"'", 1),
		"--exec-env", childHow + "=" + how, "--exec-env", childFile + "=" + file,
	})
}

// observed is the document with what it says of the log, the process and the API.
type observed struct {
	document
	Log struct {
		Shapes []struct {
			Shape, Level string
			Count        int64
		}
		Tied  map[string]int64
		Proxy *struct {
			Ours, Seen string
			Count      int64
		}
		Unverified []string
	}
	Usage *struct {
		Samples     int64
		Memory      level `json:"memory_bytes"`
		Descriptors level
		Threads     level
	}
	API *struct {
		Samples, Failed  int64
		Error            string
		Clients, Streams level
	}
}

type level struct{ First, Max, Last int64 }

// watched makes a run of chaos as chaos does, and reads all of its document.
func (b *box) watched(code int, args ...string) (d observed) {
	b.t.Helper()
	b.chaos(code, args...)
	b.into("result.json", &d)
	return d
}

// TestChildStays: a server that ignores SIGTERM is killed, and that is no finding.
func TestChildStays(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		rtmp, flags := b.raise("stays", "")
		d := b.chaos(0, flags...)
		if d.Verdict != "pass" || d.codes() != "" || d.Publish.Accepted == 0 {
			t.Errorf("verdict %q, findings %q", d.Verdict, d.codes())
		}
		events, _ := b.events("run")
		last := history.Process{}
		for _, e := range events {
			if p, ok := e.What.(history.Process); ok {
				last = p
			}
		}
		if last.State != "stopped" || last.Signal != "SIGKILL" {
			t.Errorf("it ended as %+v", last)
		}
		refuses(t, rtmp)
	})
}

// TestChildFloods: a log of 100 MB at once is kept whole, at no cost in memory, and proves nothing against the server. Where
// it came faster than it could be read, that is said, and what it may have explained is open. A server that is stopped by a
// command has the time to say all of it, on a slow machine too.
func TestChildFloods(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		_, flags := b.raise("floods", "")
		atOnce <- struct{}{}
		p := b.start(join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet"}, flags, []string{"--duration", "6s", "--exec-stop", "true"})...)
		o := p.wait()
		<-atOnce
		var d observed
		b.into("result.json", &d)
		if d.codes() != "" || d.Contenders.Attempts == 0 || d.Publish.Accepted < 4 {
			t.Errorf("findings %q, %d contenders: %v", d.codes(), d.Contenders.Attempts, o)
		}
		said := false
		for _, r := range d.Reasons {
			said = said || strings.Contains(r.Text, "the server's log came faster than it could be read")
		}
		switch {
		case o.code == 3 && said && len(d.Reasons) == 1:
		case o.code == 0 && d.Log.Tied["id"] > 0 && d.Log.Tied["none"] == 0 && d.Log.Tied["time"] == 0:
		default:
			t.Errorf("refusals tied by %v, reasons %+v: %v", d.Log.Tied, d.Reasons, o)
		}
		events, _ := b.events("run")
		killed := slices.ContainsFunc(events, func(e history.Event) bool { // a busy machine may take longer than there is time for the rest
			end, ok := e.What.(history.Process)
			return ok && end.Signal == "SIGKILL"
		})
		if log, err := os.Stat(b.path("run/server.log")); err != nil || log.Size() < floodBytes*99/100 && !killed {
			t.Errorf("the log that is kept: %v, %v", log, err)
		}
		if len(d.Log.Shapes) != 1 || !strings.Contains(d.Log.Shapes[0].Shape, "is nearly full") {
			t.Errorf("shapes %+v", d.Log.Shapes)
		}
		// In kB on Linux, where the race detector takes its share; elsewhere in bytes.
		if use, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" && use.Maxrss > 700_000 {
			t.Errorf("flvstorm took %d kB of memory", use.Maxrss)
		}
	})
}

// TestChildForks: what a server leaves behind in another session goes with it, whether flvstorm ends or is killed.
func TestChildForks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux gives a detached process back to its guard")
	}
	below := func(b *box, file string) int {
		pid, err := strconv.Atoi(b.read(file))
		if err != nil {
			b.t.Fatal(err)
		}
		return pid
	}
	t.Run("to the end", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			file := b.path("pid")
			rtmp, flags := b.raise("forks", file)
			if d := b.chaos(0, flags...); d.Verdict != "pass" {
				t.Errorf("verdict %q, findings %q", d.Verdict, d.codes())
			}
			gone(t, below(b, file))
			refuses(t, rtmp)
		})
	})
	t.Run("killed", func(t *testing.T) {
		t.Parallel()
		insistently(t, func(t testing.TB) {
			b := newBox(t)
			file := b.path("pid")
			rtmp, flags := b.raise("forks", file)
			p := b.start(join([]string{"chaos", "--out", "run", "--quiet"}, flags, []string{"--duration", "2h"})...)
			p.until("run", under(time.Second))
			p.cmd.Process.Kill()
			p.wait()
			gone(t, below(b, file))
			refuses(t, rtmp)
		})
	})
}

// TestChildFallsSilent: a server that closes its output is not dead.
func TestChildFallsSilent(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		rtmp, flags := b.raise("falls silent", "")
		d := b.chaos(0, flags...)
		if d.Verdict != "pass" || d.codes() != "" || d.Server.State != "alive" {
			t.Errorf("verdict %q, findings %q, server %+v", d.Verdict, d.codes(), d.Server)
		}
		refuses(t, rtmp)
	})
}

// TestChildReports: what AddressSanitizer says in the log is a finding, whole, whether the server goes on, dies of it, or
// says it at its end.
func TestChildReports(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		how, file, says string
		died            bool
	}{
		{"reports", "sanitizer-uaf.txt", "heap-use-after-free", false},
		{"reports and aborts", "sanitizer-uaf.txt", "heap-use-after-free", true},
		{"reports at its end", "sanitizer-leak.txt", "LeakSanitizer", false},
	} {
		t.Run(tt.how, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				text, err := filepath.Abs(filepath.Join("..", "..", "load", "target", "serverlog", "testdata", tt.file))
				if err != nil {
					t.Fatal(err)
				}
				report := b.read(text)
				_, flags := b.raise(tt.how, text)
				d := b.chaos(1, append(flags, "--duration", "3s", "--leave", "fin")...)
				i := d.finding("sanitizer")
				if i < 0 || !d.Findings[i].Root || d.Findings[i].Count != 1 {
					t.Fatalf("findings %q: %+v", d.codes(), d.Findings)
				}
				if died := d.finding("server-crashed") >= 0; died != tt.died {
					t.Errorf("findings %q", d.codes())
				}
				if out := b.run("report", "run", "--no-color"); out.code != 1 || !strings.Contains(out.stdout, tt.says) {
					t.Errorf("the report says nothing of %q: %v", tt.says, out)
				}
				kept, _ := filepath.Glob(b.path("run/evidence/sanitizer*"))
				whole := ""
				for _, name := range kept {
					whole += b.read(name)
				}
				// Whole, but for the rule above it and blanks at the ends of lines.
				for line := range strings.Lines(report) {
					if line = strings.TrimSpace(line); !strings.HasPrefix(line, "====") && !strings.Contains(whole, line) {
						t.Errorf("%q lacks %q:\n%s", kept, line, whole)
					}
				}
			})
		})
	}
}

// TestChildLeaves: a server that ends in the middle has crashed for those who use it, with whatever status.
func TestChildLeaves(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		_, flags := b.raise("leaves", "")
		d := b.chaos(1, append(flags, "--duration", "1m", "--leave", "fin")...)
		died(t, b, d)
		if d.Server.How != "exit 0" {
			t.Errorf("it ended by %q", d.Server.How)
		}
	})
}
