//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// The tests in the files that begin with unix's build tag run the built program, as a user does: it has to find itself to
// start its server, signals go to a real process, and what it leaves behind is seen from outside.

// TestMain builds flvstorm once and puts it first on the PATH, with the race detector when the tests have it.
func TestMain(m *testing.M) {
	if how := os.Getenv(childHow); how != "" {
		os.Exit(child(how, os.Args[1:]))
	}
	os.Exit(withProgram(m.Run))
}

// raceLogs is where the race detector writes down what it finds in a process that we started: a server's standard error
// is read by flvstorm, and nobody would see it.
var raceLogs string

func withProgram(run func() int) int {
	dir, err := os.MkdirTemp("", "flvstorm-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	args := []string{"build", "-ldflags", "-X main.version=tested", "-o", filepath.Join(dir, "flvstorm")}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "-race" && s.Value == "true" {
				args = append(args, "-race")
			}
		}
	}
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	raceLogs = filepath.Join(dir, "race")
	os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	// A program with the race detector in it waits a second before it exits, unless it is told not to.
	os.Setenv("GORACE", "atexit_sleep_ms=0 log_path="+raceLogs)
	// The tests wait for runs more than they compute, so more of them go at once than there are processors.
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		parallel.Value.Set(strconv.Itoa(cap(atOnce)))
	}
	code := run()
	races, _ := filepath.Glob(raceLogs + ".*")
	for _, name := range races {
		text, _ := os.ReadFile(name)
		fmt.Fprintf(os.Stderr, "%s\n", text)
		code = 1
	}
	return code
}

// environment is what flvstorm gets to see: nothing of the user's, and all that it keeps goes below home.
func environment(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "GORACE=" + os.Getenv("GORACE"),
		"HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "TMPDIR=" + os.TempDir(),
	}
}

// atOnce bounds how many runs are made at the same time: each is a server, five publishers and fifteen players, who
// mostly wait.
var atOnce = make(chan struct{}, max(4, runtime.NumCPU()))

// patience bounds one command. It is there for a flvstorm that hangs, and far above what any takes.
const patience = 3 * time.Minute

// box is where a test runs flvstorm: a folder of its own to work in, and a home that is empty.
type box struct {
	t         testing.TB
	dir, home string
}

func newBox(t testing.TB) *box {
	t.Helper()
	// Not t.TempDir: that has the name of the test in it, and with it the bug's, which the run must not know.
	folder := func() string {
		dir, err := os.MkdirTemp("", "flvstorm-box-")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return &box{t: t, dir: folder(), home: folder()}
}

// path is a file of the box.
func (b *box) path(name string) string { return filepath.Join(b.dir, name) }

// read returns a file of the box, or of anywhere when name is absolute.
func (b *box) read(name string) string {
	b.t.Helper()
	if !filepath.IsAbs(name) {
		name = b.path(name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// files lists what stands in the working folder and in the home, at all depths.
func (b *box) files() []string {
	b.t.Helper()
	var names []string
	for _, root := range []string{b.dir, b.home} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if path != root && err == nil {
				rel, _ := filepath.Rel(root, path)
				names = append(names, rel)
			}
			return err
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	return names
}

// process is a flvstorm that was started.
type process struct {
	b              *box
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	done           chan struct{}
}

// start starts flvstorm with these arguments, at the head of a process group of its own. It is killed at the end of the
// test if it still runs.
func (b *box) start(args ...string) *process {
	b.t.Helper()
	return b.startProgram("flvstorm", args...)
}

// startProgram is start with a flvstorm of the caller's.
func (b *box) startProgram(flvstorm string, args ...string) *process {
	b.t.Helper()
	return b.startCommand(exec.Command(flvstorm, args...))
}

func (b *box) startCommand(cmd *exec.Cmd) *process {
	b.t.Helper()
	p := &process{b: b, cmd: cmd, done: make(chan struct{})}
	cmd.Dir, cmd.Env = b.dir, environment(b.home)
	if cmd.Stdout == nil {
		cmd.Stdout = &p.stdout
	}
	cmd.Stderr = &p.stderr
	cmd.SysProcAttr = bound()
	// What a killed process leaves behind may hold its output open; nobody waits for that.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		cmd.Wait()
	}()
	b.t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.done
	})
	return p
}

// interrupt does what Ctrl-C in a terminal does: the signal goes to the whole process group.
func (p *process) interrupt() { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGINT) }

// wait waits for the end and returns what came of it.
func (p *process) wait() outcome {
	p.b.t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		// It says where it hangs.
		p.cmd.Process.Signal(syscall.SIGQUIT)
		<-p.done
		p.b.t.Fatalf("%v: no end within %v\n%s", p.cmd.Args, patience, p.stderr.String())
	}
	return outcome{
		args: p.cmd.Args, code: p.cmd.ProcessState.ExitCode(), stdout: p.stdout.String(), stderr: p.stderr.String(), dir: p.b.dir,
	}
}

// outcome is what came of a command.
type outcome struct {
	args           []string
	code           int
	stdout, stderr string
	dir            string
}

func (o outcome) String() string {
	return fmt.Sprintf("%v\nexit %d\n%s%s", o.args, o.code, o.stdout, o.stderr)
}

// run runs flvstorm to its end.
func (b *box) run(args ...string) outcome {
	b.t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	return b.start(args...).wait()
}

// chaos makes a run that is kept in the folder "run" of the box, and reads its document. It wants this status.
func (b *box) chaos(code int, args ...string) document {
	b.t.Helper()
	b.insist(code, append([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet"}, args...)...)
	return b.document("result.json")
}

// insist makes a run until it ends with this status, for a few times: on a machine that stands still publishers may miss their windows, or
// all their time. What the runs before left in the box is gone.
func (b *box) insist(code int, args ...string) outcome {
	b.t.Helper()
	for n := 1; ; n++ {
		o := b.run(args...)
		if o.code == code {
			return o
		}
		if n == runsAtMost {
			b.t.Fatalf("want exit %d, also at the %dth try: %v", code, n, o)
		}
		b.t.Logf("try %d, want exit %d: %v", n, code, o)
		for _, left := range []string{"run", "result.json"} {
			if err := os.RemoveAll(b.path(left)); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// document reads a JSON result.
func (b *box) document(name string) document {
	b.t.Helper()
	var d document
	b.into(name, &d)
	return d
}

// into reads a JSON file.
func (b *box) into(name string, to any) {
	b.t.Helper()
	if err := json.Unmarshal([]byte(b.read(name)), to); err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
}

// document is the JSON result as far as these tests look into it: written down here once more, as a stranger would who
// has read the documentation.
type document struct {
	Schema  string `json:"schema"`
	Verdict string `json:"verdict"`
	Seed    int64  `json:"seed"`
	Run     string `json:"run"`
	Stopped string `json:"stopped"`
	Reasons []struct {
		Code, Text string
	} `json:"reasons"`
	Target struct {
		Profile  string `json:"profile"`
		Embedded bool   `json:"embedded"`
	} `json:"target"`
	Findings []struct {
		ID       string  `json:"id"`
		Code     string  `json:"code"`
		Severity string  `json:"severity"`
		Root     bool    `json:"root"`
		CausedBy *string `json:"caused_by"`
		ForGood  bool    `json:"for_good"`
		Count    int64   `json:"count"`
		Keys     []string
		FirstAt  int64 `json:"first_at_ms"`
		Lateness *struct {
			P50   float64 `json:"p50"`
			Max   float64 `json:"max"`
			Count int64   `json:"count"`
		} `json:"lateness_ms"`
		Evidence []struct {
			Event     int64
			Log, File string
		} `json:"evidence"`
		Cases []struct {
			Key     string
			At      float64 `json:"at_ms"`
			Log     string
			Text    string
			How     string // of frames that should not have come
			ForGood bool   `json:"for_good"`
		} `json:"cases"`
	} `json:"findings"`
	Publish    tallyOf `json:"publish"`
	Contenders tallyOf `json:"contenders"`
	Settling   tallyOf `json:"settling"`
	Ended      int64   `json:"ended_by_server"`
	Returns    struct {
		Returns, Refused int64
	} `json:"returns"`
	Server struct {
		State string
		At    *float64 `json:"at_ms"`
		How   string
	} `json:"server"`
	Duration float64 `json:"duration_ms"`
}

type tallyOf struct {
	Attempts, Accepted, Undecided int64
	Refused                       map[string]int64
}

// finding returns the index of the finding of that code that is no information, -1 when there is none.
func (d document) finding(code string) int {
	for i, f := range d.Findings {
		if f.Code == code && f.Severity == "error" {
			return i
		}
	}
	return -1
}

// reason reports whether the verdict hangs on a reason of that code.
func (d document) reason(code string) bool {
	for _, r := range d.Reasons {
		if r.Code == code {
			return true
		}
	}
	return false
}

// codes are the codes of all findings that fail a run, for a message.
func (d document) codes() string {
	var out []string
	for _, f := range d.Findings {
		if f.Severity == "error" {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, " ")
}

// events reads the history of a run as far as it can be read, and reports whether it is whole.
func (b *box) events(run string) (events []history.Event, whole bool) {
	b.t.Helper()
	r, err := history.Open(b.path(run))
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Close()
	for {
		e, err := r.Next()
		if err != nil {
			var cut *history.CutError
			if !errors.Is(err, io.EOF) && !errors.As(err, &cut) {
				b.t.Fatal(err)
			}
			return events, errors.Is(err, io.EOF)
		}
		events = append(events, e)
	}
}

// until reads the history of a run that goes on, again and again, until seen says that it has what it wants. The recorder
// writes once a second.
func (p *process) until(run string, seen func([]history.Event) bool) {
	p.b.t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		if _, err := os.Stat(filepath.Join(p.b.path(run), history.FileName)); err == nil {
			if r, err := history.Open(p.b.path(run)); err == nil {
				r.Close()
				if events, _ := p.b.events(run); len(events) > 0 && seen(events) {
					return
				}
			}
		}
		select {
		case <-look.C:
		case <-p.done:
			p.b.t.Fatalf("ended before its time: %v", p.wait())
		case <-enough.C:
			p.b.t.Fatalf("nothing to be seen within %v", patience)
		}
	}
}

// stoodStill is the longest time for which the recorder of a run got no processor: it makes a tick every 100 ms. A machine
// that stands still stops the clock of no server, so what was judged by time then proves nothing.
func (b *box) stoodStill(run string) time.Duration {
	b.t.Helper()
	var last, longest time.Duration
	if _, err := os.Stat(filepath.Join(b.path(run), history.FileName)); err != nil {
		return 0
	}
	events, _ := b.events(run)
	for _, e := range events {
		if _, tick := e.What.(history.Tick); tick {
			longest = max(longest, e.At-last)
			last = e.At
		}
	}
	return longest
}
