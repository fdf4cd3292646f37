// Package launch starts the server under test where we start it (the embedded one is our own program, started again as
// `serve`), keeps it from outliving us, and tells of its life.
//
//  1. Split makes words of a command line, and Program finds the program that they name; FreePorts are for a server that
//     can be told where to listen.
//  2. Start starts it below a guard, a second flvstorm that runs Guard and does nothing else: nothing that the server
//     starts survives it, or us. What the server says goes to the writers of its Command.
//  3. Ready waits until the server can be used, or says why it can't: it died, it listens elsewhere, its last words.
//  4. Its start, its way into the background and its end are events. An end of its own brings a dossier, made by package
//     crash from what was seen of the server while it lived; Examine makes one of a server that hangs.
//  5. Stop asks, then kills, and returns when nothing is left and everything is recorded.
//
// How the server is reached is not known here: who waits for Ready brings the look along.
package launch

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// Command is a server to start.
type Command struct {
	// Path and Args are the program and its arguments, Args without the program's name. See Program for where it is
	// looked for.
	Path string
	Args []string
	// Dir is where it runs; empty is where we run.
	Dir string
	// Env is added to our own environment, each K=V.
	Env []string
	// Guard is the program, with its arguments, that runs Guard: ourselves. It becomes the server's parent. Empty starts
	// the server as our own child, which is enough for one that starts no others and ends with its stdin, a pipe that we
	// hold; a guarded one has an empty stdin. On Windows it is not needed.
	Guard []string
	// Stop is a command that ends what is not below the server's process, such as the container whose client we started.
	// The guard runs it, where the server would: before the server is asked to end, or after it ended by itself or with us. It
	// has 15 s, and its output goes where the server's does. Without a guard it can't be had, and is an error.
	Stop []string
	// Evidence is the folder of the run in which the dossier of a crash is made, as crash, crash-2 and so on; empty makes
	// none.
	Evidence string
	// Symbols is the binary for the debugger, where it isn't the one that is started; empty takes that.
	Symbols string
	// Output gets all that the process says on stdout and stderr, in its order: a file for the whole of it, a
	// serverlog.Follower for the lines that matter. A writer that fails gets no more, and that is told as our own trouble. A
	// writer must not block: the process would wait for it.
	Output []io.Writer
	// Sink takes the history.Process events, and history.Crash.
	Sink history.Sink
	// StopWithin is how long Stop waits after asking before it kills. Default 2 s.
	StopWithin time.Duration
}

const (
	defaultStopWithin = 2 * time.Second
	// drainWithin bounds how long the output of a dead process is waited for: a process that it left behind may hold the
	// pipe open for ever.
	drainWithin = time.Second
	// killWithin bounds the wait for a killed process, which the kernel may hold in a system call.
	killWithin = 5 * time.Second
	// dossierWithin bounds how long Stop waits for the dossier of a crash.
	dossierWithin = 30 * time.Second
)

// Process is a server that we started, with all that it starts. No terminal's Ctrl-C reaches it, and nothing of it
// survives us, not even if we are killed: see guard.go for how. Without a guard it is the head of a process group of its
// own, and its stdin is a pipe that we hold: end of file there means that we died.
type Process struct {
	held
	cmd     *exec.Cmd // the server, or its guard
	guarded bool
	name    string
	program string
	symbols string
	dir     string
	folder  string
	sink    history.Sink
	within  time.Duration
	stdin   *os.File // of cmd
	reports *os.File // from the guard
	said    tail
	began   time.Time

	pid    atomic.Int64    // of the server
	end    ending          // set before gone
	gone   context.Context // done when the server has ended and its output is read
	dead   context.CancelFunc
	left   context.Context // done when nothing that we started is left
	leave  context.CancelFunc
	told   chan struct{} // closed when the dossier, if there is one to make, is recorded
	giveUp context.CancelFunc
	tell   context.Context // of the dossier

	stopping atomic.Bool
	// mu guards reaped: as long as cmd is not reaped, its number names it and its group and nothing else.
	mu     sync.Mutex
	reaped bool

	readyMu sync.Mutex
	wait    func(context.Context) error // what Ready waited with; nil until the server was ready
	seen    glimpse                     // of the server while it lived
}

// ending is how a process ended.
type ending struct {
	exit   int
	signal string
	core   bool
	text   string // for a sentence: "exit status 3", "SIGKILL"
	asked  bool   // we had asked it to end
}

// Start starts the server. Stop ends it and waits for all that Start began; it has to be called, also after the process
// has ended by itself.
func Start(c Command) (*Process, error) {
	p := &Process{
		dir: c.Dir, symbols: c.Symbols, folder: c.Evidence, sink: c.Sink, within: c.StopWithin, began: time.Now(),
		told: make(chan struct{}),
		name: foreign.MaskCommand(foreign.Clean([]byte(strings.Join(append([]string{filepath.Base(c.Path)}, c.Args...), " ")))),
	}
	if p.within <= 0 {
		p.within = defaultStopWithin
	}
	if len(c.Stop) > 0 {
		p.within += stopCommandWithin
	}
	var err error
	if p.program, err = Program(c.Path, c.Dir); err != nil {
		return nil, err
	}
	if p.command(c); !p.guarded && len(c.Stop) > 0 {
		return nil, phrase.Errorf(phrase.ProcessNoStop)
	}
	p.gone, p.dead = context.WithCancel(context.Background())
	p.left, p.leave = context.WithCancel(context.Background())
	p.tell, p.giveUp = context.WithCancel(context.Background())
	if err := p.launch(c.Output); err != nil {
		p.dead()
		p.leave()
		p.giveUp()
		return nil, err
	}
	return p, nil
}

// launch gives the process its pipes and starts the goroutine that lives as long as it does.
func (p *Process) launch(output []io.Writer) (err error) {
	var pipes []*os.File
	pipe := func() (r, w *os.File) {
		if err == nil {
			if r, w, err = os.Pipe(); err == nil {
				pipes = append(pipes, r, w)
			}
		}
		return r, w
	}
	in, stdin := pipe()
	out, stdout := pipe()
	theirs := []*os.File{in, stdout}
	if p.guarded {
		reports, report := pipe()
		p.reports, p.cmd.ExtraFiles = reports, []*os.File{report} // guardFD
		theirs = append(theirs, report)
	}
	if err != nil {
		closeAll(pipes)
		return p.notStarted(err)
	}
	p.stdin = stdin
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = in, stdout, stdout
	started := make(chan error)
	go p.run(started, theirs, out, output)
	if err := <-started; err != nil {
		closeAll(pipes) // once more, most of them
		return p.notStarted(err)
	}
	return nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// PID is the number of the server's process, not of its guard. It changes once when the server goes into the background.
func (p *Process) PID() int { return int(p.pid.Load()) }

// Done is closed when the server has ended, by itself or stopped, and its output has been passed on. What is recorded of
// its end may come later; see Stop.
func (p *Process) Done() <-chan struct{} { return p.gone.Done() }

// LastWords is the end of what the process said, at most a few lines, on one line.
func (p *Process) LastWords() string {
	if words := p.words(); words != "" {
		return words
	}
	return phrase.English.Say(phrase.TargetNoWords)
}

// lastWords are those for a sentence, in whose language it says that there are none.
func (p *Process) lastWords() any {
	if words := p.words(); words != "" {
		return words
	}
	return phrase.TargetNoWords
}

// words are the last words, empty if there are none.
func (p *Process) words() string {
	var last []string
	for _, line := range p.said.lines(3) {
		if line != "" {
			last = append(last, line)
		}
	}
	return strings.Join(last, " | ")
}

// Stop asks the server to end, kills it and all that it started when it doesn't within StopWithin or when ctx ends, and
// returns when it is gone, and the dossier of its end is made if there is one to make, and recorded.
func (p *Process) Stop(ctx context.Context) error {
	p.stopping.Store(true)
	defer p.stdin.Close()
	defer p.giveUp()
	p.order(orderTerminate)
	if !within(ctx, p.within, p.left.Done()) {
		p.order(orderKill)
		if !within(context.Background(), killWithin+drainWithin, p.left.Done()) {
			return phrase.Errorf(phrase.ProcessSurvives, p.name, p.PID(), killWithin)
		}
	}
	if !within(ctx, dossierWithin, p.told) {
		p.giveUp()
		<-p.told
	}
	return nil
}

// within waits for done, at most so long, and reports whether it came.
func within(ctx context.Context, d time.Duration, done <-chan struct{}) bool {
	patience := time.NewTimer(d)
	defer patience.Stop()
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-patience.C:
	}
	return false
}

// order has the guard do it, or does it where there is no guard.
func (p *Process) order(what string) {
	if p.guarded {
		p.stdin.WriteString(what + "\n")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.reaped: // its number may be somebody else's by now
	case what == orderKill:
		kill(p)
	default:
		terminate(p)
	}
}

// run starts the process and waits for it. Linux binds the signal that a child gets at its parent's death to the
// *thread* that forked, so this goroutine keeps its thread for as long as the process lives.
func (p *Process) run(started chan<- error, theirs []*os.File, out *os.File, to []io.Writer) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	closeAll(theirs)
	switch {
	case err == nil && !p.guarded:
		err = p.hold(p.cmd)
	case err != nil && p.guarded:
		err = phrase.Errorf(phrase.ProcessNoGuard, p.name, cause(err))
	}
	if err != nil {
		started <- err
		return
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		p.pass(out, to)
	}()
	if p.guarded {
		err = p.heed(started, copied)
	} else {
		p.attend(started)
	}
	out.SetReadDeadline(time.Now().Add(drainWithin))
	<-copied
	out.Close()
	if err != nil {
		started <- err
		return
	}
	p.dead()
	p.leave()
	p.tellOfDeath()
	close(p.told)
}

// attend waits for a server that is our own child.
func (p *Process) attend(started chan<- error) {
	p.pid.Store(int64(p.cmd.Process.Pid))
	p.record("started", ending{})
	started <- nil
	p.reap()
	p.ended(endingOf(p.cmd.ProcessState))
}

// ended notes and records the end of the server.
func (p *Process) ended(end ending) {
	p.end, p.end.asked = end, p.stopping.Load()
	state := "exited"
	if p.end.asked {
		state = "stopped"
	}
	p.record(state, end)
}

func (p *Process) record(state string, end ending) {
	p.sink.Record(history.Event{Actor: "server", What: history.Process{
		State: state, PID: p.PID(), Exit: end.exit, Signal: end.signal,
	}})
}

func (p *Process) notStarted(err error) error {
	var sentence *phrase.Error
	switch {
	case errors.As(err, &sentence):
		return err
	case wrongForm(err):
		return phrase.Errorf(phrase.ProcessWrongForm, p.name, cause(err))
	}
	return phrase.Errorf(phrase.TargetNotStarted, p.name, cause(err))
}

// pass copies the output to the writers until it ends.
func (p *Process) pass(out io.Reader, to []io.Writer) {
	to = append([]io.Writer(nil), to...)
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		p.said.keep(buf[:n])
		for i, w := range to {
			if w == nil {
				continue
			}
			if _, err := w.Write(buf[:n]); err != nil {
				to[i] = nil
				p.trouble(err)
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Process) trouble(err error) {
	p.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{
		Code: cmp.Or(target.OwnLimit(err), "internal"), Detail: phrase.English.Say(phrase.TargetLogNotKept, err),
	}})
}
