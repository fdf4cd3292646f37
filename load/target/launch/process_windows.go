package launch

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// command makes the command that starts the server. No guard is needed: hold does what it would.
func (p *Process) command(c Command) {
	p.cmd = exec.Command(p.program, c.Args...)
	p.cmd.Dir, p.cmd.Env = c.Dir, append(os.Environ(), c.Env...)
	own(p.cmd)
}

// own keeps a Ctrl-C in our console from the process. That we died it learns from the end of its stdin.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// held keeps a process, and what it starts, from outliving us: a job that ends when its last handle is closed, as the
// kernel does when we die.
type held struct {
	job windows.Handle
}

// hold puts a process that has just been started into a job; whatever it starts from then on is in it too.
func (h *held) hold(cmd *exec.Cmd) (err error) {
	defer func() {
		if err != nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	}()
	if h.job, err = windows.CreateJobObject(nil, nil); err != nil {
		return err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(h.job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err == nil {
		unknown := cmd.Process.WithHandle(func(process uintptr) {
			err = windows.AssignProcessToJobObject(h.job, windows.Handle(process))
		})
		err = errors.Join(unknown, err)
	}
	if err != nil {
		windows.CloseHandle(h.job)
	}
	return err
}

// heed is for guards, of which there are none here.
func (p *Process) heed(chan<- error, <-chan struct{}) error { return nil }

// terminate ends the process's stdin, which is how a service started by pipe is asked to end here.
func terminate(p *Process) { p.stdin.Close() }

// kill ends the process and all that it started.
func kill(p *Process) { windows.TerminateJobObject(p.job, 1) }

// reap waits for the end of the process, and ends what it left behind.
func (p *Process) reap() {
	p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	windows.CloseHandle(p.job)
	p.reaped = true
}

// endingOf is how the process ended. There are no signals here.
func endingOf(s *os.ProcessState) ending {
	e := ending{exit: s.ExitCode()}
	e.text = statusText(e)
	return e
}

// wrongForm reports whether a program was found and is none (ERROR_BAD_EXE_FORMAT).
func wrongForm(err error) bool { return errors.Is(err, windows.ERROR_BAD_EXE_FORMAT) }
