//go:build unix

package launch

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// answersWithin bounds the look at a server whose first process has ended well: has it gone into the background?
const answersWithin = time.Second

// command makes the command that starts the server, or its guard.
func (p *Process) command(c Command) {
	if p.guarded = len(c.Guard) > 0; p.guarded {
		task := guardTask{Path: p.program, Args: c.Args, Stop: c.Stop}
		p.cmd = exec.Command(c.Guard[0], append(c.Guard[1:len(c.Guard):len(c.Guard)], task.arg())...)
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	} else {
		p.cmd = exec.Command(p.program, c.Args...)
		own(p.cmd)
	}
	p.cmd.Dir, p.cmd.Env = c.Dir, append(os.Environ(), c.Env...)
}

// held has nothing to add to the process group here.
type held struct{}

func (held) hold(*exec.Cmd) error { return nil }

// heed listens to the guard until that has left. The error says that it could not start the server.
func (p *Process) heed(started chan<- error, copied <-chan struct{}) (err error) {
	defer p.reapGuard()
	lives := false
	reports := json.NewDecoder(p.reports)
	for {
		var r guardReport
		if reports.Decode(&r) != nil {
			break
		}
		switch r.Event {
		case "started":
			p.pid.Store(int64(r.PID))
			lives = true
			p.record("started", ending{})
			started <- nil
		case "failed":
			err = errors.New(r.Error)
			if r.Errno != 0 {
				err = syscall.Errno(r.Errno)
			}
			return err
		case "stop-failed":
			p.sink.Record(history.Event{Actor: "server", What: history.OwnTrouble{
				Code: "internal", Detail: phrase.English.Say(phrase.ProcessStopFailed, foreign.MaskCommand(r.Error)),
			}})
		case "forked":
			if !lives || !p.goneAside(r.PID) {
				continue
			}
			p.ended(ending{text: statusText(ending{})})
			lives = false
			p.order(orderKill)
			p.mourn(copied)
		case "exited":
			if lives {
				p.ended(endingFrom(r))
				p.mourn(copied)
			}
			lives = false
		}
	}
	switch {
	case p.PID() == 0:
		return phrase.Errorf(phrase.ProcessNoGuard, p.name, p.lastWords())
	case lives: // somebody killed the guard, and so the kernel the server; what else there is of its group goes now
		syscall.Kill(-p.PID(), syscall.SIGKILL)
		p.ended(endingFrom(guardReport{Signal: int(syscall.SIGKILL)}))
	}
	return nil
}

// goneAside takes pid for the server when the process that was started has ended with 0 and left pid behind: it has gone
// into the background, unless it had been ready and what it left behind does not answer. It reports whether the server
// is dead.
func (p *Process) goneAside(pid int) bool {
	p.readyMu.Lock()
	wait := p.wait
	p.readyMu.Unlock()
	if wait != nil {
		ctx, cancel := context.WithTimeout(p.tell, answersWithin)
		defer cancel()
		if wait(ctx) != nil {
			return true
		}
	}
	p.pid.Store(int64(pid))
	p.record("forked", ending{})
	return false
}

// mourn waits for the output of the dead server, but not for what it left behind, which may hold it open.
func (p *Process) mourn(copied <-chan struct{}) {
	within(context.Background(), drainWithin, copied)
	p.dead()
}

// reapGuard waits for the end of the guard.
func (p *Process) reapGuard() {
	p.reports.Close()
	p.cmd.Wait()
}

// endingFrom is how the guard says that the server ended.
func endingFrom(r guardReport) ending {
	e := ending{exit: r.Exit, core: r.Core}
	if r.Signal != 0 {
		e.signal = unix.SignalName(syscall.Signal(r.Signal))
	}
	return e.explained()
}

// endingOf is how a child of ours ended.
func endingOf(s *os.ProcessState) ending {
	var e ending
	switch status, ok := s.Sys().(syscall.WaitStatus); {
	case ok && status.Signaled():
		e.signal, e.core = unix.SignalName(status.Signal()), status.CoreDump()
	default:
		e.exit = s.ExitCode()
	}
	return e.explained()
}

// explained reads a status above 128 as a shell writes it, and `docker run` and others after it: 128+n is the signal n of
// the last command (POSIX.1-2024, Shell Command Language §2.8.2).
func (e ending) explained() ending {
	if e.signal == "" && e.exit > 128 {
		e.signal = unix.SignalName(syscall.Signal(e.exit - 128))
	}
	e.text = statusText(e)
	return e
}

// wrongForm reports whether a program was found and could not be executed: ENOEXEC, or an interpreter or loader that
// isn't there (execve(2)).
func wrongForm(err error) bool {
	return errors.Is(err, unix.ENOEXEC) || errors.Is(err, unix.ENOENT)
}
