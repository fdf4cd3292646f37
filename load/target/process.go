package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// Command is a server to start.
type Command struct {
	// Path and Args are the program and its arguments, Args without the program's name.
	Path string
	Args []string
	// Dir is where it runs; empty is where we run.
	Dir string
	// Env is added to our own environment, each K=V.
	Env []string
	// Output gets all that the process says on stdout and stderr, in its order: a file for the whole of it, a
	// LogFollower for the lines that matter. A writer that fails gets no more, and that is told as our own trouble. A
	// writer must not block: the process would wait for it.
	Output []io.Writer
	// Sink takes the history.Process events.
	Sink Sink
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
	// lastWords is how much of the end of its output is kept for the sentence that says how it failed.
	lastWords = 2048
)

// Process is a server that we started. It is the head of a process group of its own, so that a terminal's Ctrl-C does
// not reach it and nothing that it started survives it. Its stdin is a pipe that we hold: end of file there means that
// we died. On Linux the kernel kills it when we die, even by SIGKILL.
type Process struct {
	cmd    *exec.Cmd
	name   string
	sink   Sink
	within time.Duration
	stdin  *os.File
	gone   context.Context // done when the process has ended and its output is read
	ended  context.CancelFunc

	stopping atomic.Bool
	// mu guards reaped: as long as the process is not reaped, its number names it and its group and nothing else.
	mu     sync.Mutex
	reaped bool

	wordsMu sync.Mutex
	words   []byte
}

// Start starts the server. Stop ends it and waits for all that Start began; it has to be called, also after the process
// has ended by itself.
func Start(c Command) (*Process, error) {
	p := &Process{
		cmd: exec.Command(c.Path, c.Args...), sink: c.Sink, within: c.StopWithin,
		name: Mask(strings.Join(append([]string{filepath.Base(c.Path)}, c.Args...), " ")),
	}
	if p.within <= 0 {
		p.within = defaultStopWithin
	}
	p.gone, p.ended = context.WithCancel(context.Background())
	in, stdin, err := os.Pipe()
	if err != nil {
		return nil, phrase.Errorf(phrase.TargetNotStarted, p.name, err)
	}
	defer in.Close()
	out, stdout, err := os.Pipe()
	if err != nil {
		stdin.Close()
		return nil, phrase.Errorf(phrase.TargetNotStarted, p.name, err)
	}
	defer stdout.Close()
	p.stdin = stdin
	p.cmd.Dir = c.Dir
	p.cmd.Env = append(os.Environ(), c.Env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = in, stdout, stdout
	own(p.cmd)

	started := make(chan error)
	go p.run(started, out, c.Output)
	if err := <-started; err != nil {
		p.ended()
		stdin.Close()
		out.Close()
		return nil, phrase.Errorf(phrase.TargetNotStarted, p.name, err)
	}
	return p, nil
}

// PID is the number of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended, by itself or stopped, and its output has been passed on.
func (p *Process) Done() <-chan struct{} { return p.gone.Done() }

// Ready runs wait, which returns when the server can be used, and records that it is ready. When the process ends first,
// wait's context is cancelled and the error says how it ended.
func (p *Process) Ready(ctx context.Context, wait func(context.Context) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(p.gone, cancel)()
	err := wait(waiting)
	switch {
	case err == nil:
		p.record("ready", nil)
		return nil
	case p.gone.Err() != nil:
		return phrase.Errorf(phrase.TargetDied, p.name, p.cmd.ProcessState.String(), p.LastWords())
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return phrase.Errorf(phrase.TargetNotReady, p.name, p.LastWords(), err)
	default:
		return err
	}
}

// LastWords is the end of what the process said, at most a few lines, on one line.
func (p *Process) LastWords() string {
	p.wordsMu.Lock()
	defer p.wordsMu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(p.words)), "\n")
	if len(lines) > 3 {
		lines = lines[len(lines)-3:]
	}
	for i, l := range lines {
		lines[i] = Mask(clean([]byte(l)))
	}
	if said := strings.TrimSpace(strings.Join(lines, " | ")); said != "" {
		return said
	}
	return phrase.English.Say(phrase.TargetNoWords)
}

// Stop asks the process to end, kills it and all that it started when it doesn't within StopWithin or when ctx ends,
// and returns when it is gone.
func (p *Process) Stop(ctx context.Context) error {
	p.stopping.Store(true)
	defer p.stdin.Close()
	p.signal(terminate)
	patience := time.NewTimer(p.within)
	defer patience.Stop()
	select {
	case <-p.gone.Done():
		return nil
	case <-ctx.Done():
	case <-patience.C:
	}
	p.signal(kill)
	last := time.NewTimer(killWithin + drainWithin)
	defer last.Stop()
	select {
	case <-p.gone.Done():
		return nil
	case <-last.C:
		return fmt.Errorf("stop %s: process %d is still there %v after SIGKILL", p.name, p.PID(), killWithin)
	}
}

// signal sends to the process and its group, unless its number may be somebody else's by now.
func (p *Process) signal(send func(*Process)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		send(p)
	}
}

// run starts the process and waits for it. Linux binds the signal that a child gets at its parent's death to the
// *thread* that forked, so this goroutine keeps its thread for as long as the process lives.
func (p *Process) run(started chan<- error, out *os.File, to []io.Writer) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	p.record("started", nil)
	started <- nil
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		p.pass(out, to)
	}()

	state := "exited"
	if p.reap(); p.stopping.Load() {
		state = "stopped"
	}
	p.record(state, p.cmd.ProcessState)

	out.SetReadDeadline(time.Now().Add(drainWithin))
	<-copied
	out.Close()
	p.ended()
}

// pass copies the output to the writers until it ends.
func (p *Process) pass(out io.Reader, to []io.Writer) {
	to = append([]io.Writer(nil), to...)
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		p.keepWords(buf[:n])
		for i, w := range to {
			if w == nil {
				continue
			}
			if _, err := w.Write(buf[:n]); err != nil {
				to[i] = nil
				code := OwnLimit(err)
				if code == "" {
					code = "internal"
				}
				p.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{
					Code: code, Detail: phrase.English.Say(phrase.TargetLogNotKept, err),
				}})
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Process) keepWords(b []byte) {
	p.wordsMu.Lock()
	defer p.wordsMu.Unlock()
	p.words = append(p.words, b[max(0, len(b)-lastWords):]...)
	if extra := len(p.words) - lastWords; extra > 0 {
		p.words = append(p.words[:0], p.words[extra:]...)
	}
}

func (p *Process) record(state string, end *os.ProcessState) {
	e := history.Process{State: state, PID: p.PID()}
	if end != nil {
		e.Signal = signalOf(end)
		e.Exit = max(0, end.ExitCode()) // -1 after a signal, which is told beside it
	}
	p.sink.Record(history.Event{Actor: "server", What: e})
}
