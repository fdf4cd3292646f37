//go:build unix

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// endlessly is a run that ends only when it is told to.
var endlessly = []string{"chaos", "--out", "run", "--json", "result.json", "--duration", "2h", "--seed", "1"}

// under says that a run has gone on for a while: the server is up, publishers came back, and so much stands in the file.
func under(way time.Duration) func([]history.Event) bool {
	return func(events []history.Event) bool {
		returned := false
		for _, e := range events {
			if p, ok := e.What.(history.PublishSent); ok && p.After != 0 {
				returned = true
			}
		}
		return returned && events[len(events)-1].At >= way
	}
}

// gone wants a process to end: it is not there any more, or only its entry is, for who should have fetched it.
func gone(t testing.TB, pid int) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			return
		}
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
			// The state stands behind the name, which is in parentheses and may hold anything.
			if _, state, ok := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')'):]), " "); ok && state[0] == 'Z' {
				return
			}
		}
		select {
		case <-look.C:
		case <-enough.C:
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// TestInterrupt: Ctrl-C ends a run cleanly. The report is written, the run is kept, no process is left.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		signal func(*process)
	}{
		{"Ctrl-C", (*process).interrupt},
		{"SIGINT to it alone", func(p *process) { p.cmd.Process.Signal(syscall.SIGINT) }},
		{"SIGTERM", func(p *process) { p.cmd.Process.Signal(syscall.SIGTERM) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				b := newBox(t)
				p := b.start(join(endlessly, patient)...)
				p.until("run", under(time.Second))
				tt.signal(p)
				o := p.wait()
				if o.code != 130 || !strings.Contains(o.stdout, "INTERRUPTED") || strings.Contains(o.stderr, "flvstorm: ") {
					t.Errorf("want exit 130 and a report: %v", o)
				}
				d := b.document("result.json")
				if d.Verdict != "interrupted" || !d.reason("interrupted") || d.codes() != "" || d.Publish.Accepted == 0 {
					t.Errorf("verdict %q, findings %q, reasons %+v", d.Verdict, d.codes(), d.Reasons)
				}
				gone(t, b.serverOf("run"))
				again := b.run("report", "run", "--json", "again.json")
				if again.code != 130 || again.stdout != o.stdout || b.read("again.json") != b.read("result.json") {
					t.Errorf("%v\nand then %v", o, again)
				}
				if _, whole := b.events("run"); !whole {
					t.Error("the history is torn")
				}
			})
		})
	}
}

// TestInterruptAfterFinding: what is proven fails the run, also when it is interrupted.
func TestInterruptAfterFinding(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		p := b.start(append(endlessly, "--bug", "early-release")...)
		p.until("run", func(events []history.Event) bool {
			for _, e := range events {
				if r, ok := e.What.(history.PublishRefused); ok && r.Role == history.Owner {
					// A line of the log may come a second after the refusal that it explains.
					return events[len(events)-1].At > e.At+5*time.Second
				}
			}
			return false
		})
		p.interrupt()
		o := p.wait()
		d := b.document("result.json")
		if o.code != 1 || d.Verdict != "fail" || d.finding("duplicated-pattern") != 0 {
			t.Errorf("want exit 1: %v", o)
		}
		gone(t, b.serverOf("run"))
		if again := b.run("report", "run", "--quiet"); again.code != 1 {
			t.Errorf("%v", again)
		}
	})
}

// TestInterruptBeforeItBegins: a server that says nothing is waited for; nobody has to wait that long.
func TestInterruptBeforeItBegins(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		reached := make(chan struct{}, 10)
		addr := hostile(t, func(nc net.Conn) {
			reached <- struct{}{}
			silent(nc)
		})
		p := b.start("chaos", "--out", "run", "--json", "result.json", "--players", "0", "--publish-url", "rtmp://"+addr+"/live/{stream}")
		<-reached
		p.interrupt()
		o := p.wait()
		if o.code != 130 || o.stderr != "flvstorm: interrupted before the run began\n" || o.stdout != "" {
			t.Errorf("%v", o)
		}
		for _, name := range b.files() {
			if name == "run" || name == "result.json" {
				t.Errorf("%s is left", name)
			}
		}
	})
}

// TestSecondInterrupt quits at once, whatever the first one is still waiting for: here a reader of the document, who
// never comes.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		if err := syscall.Mkfifo(b.path("pipe"), 0o644); err != nil {
			t.Fatal(err)
		}
		p := b.start(join([]string{"chaos", "--out", "run", "--json", "pipe", "--duration", "2h", "--quiet"}, patient)...)
		p.until("run", under(time.Second))
		p.interrupt()
		p.until("run", func(events []history.Event) bool {
			return slices.ContainsFunc(events, func(e history.Event) bool {
				end, ok := e.What.(history.Process)
				return ok && end.State == "stopped"
			})
		})
		// Two that come within one moment count as one; a person who presses again does so later.
		again := time.NewTicker(oneWish)
		defer again.Stop()
		for range 2 {
			<-again.C
			p.interrupt()
		}
		if o := p.wait(); o.code != 130 || o.stdout != "" {
			t.Errorf("%v", o)
		}
		gone(t, b.serverOf("run"))
	})
}

// TestKilled: after kill -9 the history can be read up to its last second, and no server is left.
func TestKilled(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		p := b.start(join(endlessly, patient)...)
		const least = 2 * time.Second
		p.until("run", under(least))
		server := b.serverOf("run")
		p.cmd.Process.Kill()
		if o := p.wait(); o.code != -1 || o.stdout != "" {
			t.Errorf("%v", o)
		}
		gone(t, server)
		o := b.run("report", "run", "--json", "again.json", "--quiet")
		d := b.document("again.json")
		if o.code != 3 || d.Verdict != "inconclusive" || !d.reason("cut") || d.Publish.Accepted == 0 || b.took(d) < least {
			t.Errorf("%v", o)
		}
		if _, err := os.Stat(b.path("result.json")); err == nil {
			t.Error("a document was written all the same")
		}
	})
}

// TestHangUp: the server that belongs to a run ends with it, also when the terminal goes away.
func TestHangUp(t *testing.T) {
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("who started the tests has SIGHUP ignored (nohup), and so do all that they start")
	}
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		p := b.start(join(endlessly, patient)...)
		p.until("run", under(time.Second))
		server := b.serverOf("run")
		p.cmd.Process.Signal(syscall.SIGHUP)
		p.wait()
		gone(t, server)
	})
}

// TestDemoInterrupted: Ctrl-C ends the demo, and not only the act that is on.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		b := newBox(t)
		p := b.start("demo", "--no-color")
		run := ""
		look := time.NewTicker(50 * time.Millisecond)
		defer look.Stop()
		for run == "" {
			if found, _ := filepath.Glob(filepath.Join(b.home, "cache", "flvstorm", "runs", "*")); len(found) > 0 {
				rel, err := filepath.Rel(b.dir, found[0])
				if err != nil {
					t.Fatal(err)
				}
				run = rel
			}
			select {
			case <-look.C:
			case <-p.done:
				t.Fatalf("ended before its time: %v", p.wait())
			}
		}
		p.until(run, under(time.Second))
		server := b.serverOf(run)
		p.interrupt()
		o := p.wait()
		// The act may have found something that is none on this machine; then that is its end, but never the next act.
		if o.code != 130 && o.code != exitCannotRun || strings.Contains(o.stdout, "2 of 2") || !strings.Contains(o.stdout, "1 of 2") {
			t.Errorf("%v", o)
		}
		gone(t, server)
	})
}

// TestServeStopsBySignal: serve runs until it is told to stop, and that is a good end.
func TestServeStopsBySignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		b := newBox(t)
		s := b.serve()
		s.cmd.Process.Signal(signal)
		if o := s.wait(); o.code != 0 || o.stderr != "" {
			t.Errorf("%v: %v", signal, o)
		}
		if log := b.read(s.log); !strings.HasSuffix(log, "] stopped\n") {
			t.Errorf("the log of serve ends with %q", log[max(0, len(log)-200):])
		}
	}
}

// TestFullDisk: a disk that is full before the run, from its beginning, or in the middle of it. The disk is a small file
// system of our own, in a namespace of our own.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	enter := []string{"unshare", "--map-root-user", "--mount"}
	if out, err := exec.Command(enter[0], append(enter[1:], "mount", "-t", "tmpfs", "tmpfs", t.TempDir())...).CombinedOutput(); err != nil {
		t.Skipf("no file system of our own is to be had here: %v: %s", err, out)
	}
	for _, tt := range []struct {
		name, size string
		args       []string
		code       int
		check      func(testing.TB, *box, outcome)
	}{
		{"no room for a folder", "size=4k,nr_inodes=1", nil, 3, func(t testing.TB, b *box, o outcome) {
			clearLine(t, b, o, `--out disk/run: no space left on device; name a folder that can be written`)
		}},
		{"no room for the header", "size=4k", nil, 3, func(t testing.TB, b *box, o outcome) {
			clearLine(t, b, o, `cannot write the history disk/run/history\.jsonl\.zst: .*no space left on device; .*`)
		}},
		{"full in the middle", "size=32k", patient, 3, func(t testing.TB, b *box, o outcome) {
			d := b.document("result.json")
			if d.Verdict != "inconclusive" || !d.reason("disk") || d.codes() != "" {
				t.Errorf("verdict %q, findings %q, reasons %+v", d.Verdict, d.codes(), d.Reasons)
			}
			if !strings.Contains(o.stderr, "flvstorm: the run could not be written: ") {
				t.Errorf("it does not say so: %v", o)
			}
		}},
		{"full, and a finding", "size=32k", []string{"--bug", "double-accept"}, 1, func(t testing.TB, b *box, o outcome) {
			d := b.document("result.json")
			if d.Verdict != "fail" || d.finding("double-publish") < 0 || !d.reason("disk") {
				t.Errorf("verdict %q, findings %q, reasons %+v", d.Verdict, d.codes(), d.Reasons)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				var b *box
				var o outcome
				for n := 1; n <= runsAtMost; n++ { // a busy machine may need longer to fill it, and to find something
					b = newBox(t)
					if err := os.Mkdir(b.path("disk"), 0o755); err != nil {
						t.Fatal(err)
					}
					script := fmt.Sprintf(`mount -t tmpfs -o "$0" tmpfs disk && flvstorm chaos --out disk/run --json result.json --quiet --duration %ds "$@"
					status=$?
					ls disk/run > left 2>/dev/null
					flvstorm report disk/run --quiet > again 2>&1
					echo $? > again.status
					exit $status`, 4*n)
					args := append(append(enter[1:len(enter):len(enter)], "sh", "-c", script, tt.size), tt.args...)
					atOnce <- struct{}{}
					o = b.startCommand(exec.Command(enter[0], args...)).wait()
					<-atOnce
					if o.code == tt.code {
						break
					}
					t.Logf("try %d, want exit %d: %v", n, tt.code, o)
				}
				if o.code != tt.code {
					t.Fatalf("want exit %d: %v", tt.code, o)
				}
				tt.check(t, b, o)
				// What was written can be read, as far as it goes.
				again, left := strings.TrimSpace(b.read("again.status")), b.read("left")
				switch {
				case left == "" && again != "2":
					t.Errorf("nothing is left, and the report ends with %s: %s", again, b.read("again"))
				case left != "" && again != "3" && again != "1":
					t.Errorf("%q is left, and the report ends with %s: %s", left, again, b.read("again"))
				}
			})
		})
	}
}
