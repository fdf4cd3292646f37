//go:build unix

package launch

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/proc"
)

// sweepEvery is the time between two rounds of killing.
const sweepEvery = 10 * time.Millisecond

// guard is the state of a guard. One goroutine owns it.
type guard struct {
	task    guardTask
	reports *json.Encoder
	output  *os.File // of the command for stopping

	server  int  // the process whose end is the server's; 0 once that has been reported
	group   int  // the server's process group, led by the process that was started; 0 once that has been reaped
	asked   bool // to end
	killing bool
	stop    int // the command for stopping, while it runs
	stopped bool
	bound   *time.Timer // of the command for stopping
}

// Guard is the whole life of a guard: it starts the server that args tell of, obeys the orders on stdin, and returns when
// nothing that it started is left. When stdin or ctx ends, all of it is killed.
func Guard(ctx context.Context, args []string, stdin io.Reader) error {
	task, err := parseTask(args)
	if err != nil {
		return err
	}
	reports := os.NewFile(guardFD, "reports")
	if info, err := reports.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return phrase.Errorf(phrase.ProcessGuardUse) // a person tries it by hand
	}
	defer reports.Close()
	unix.CloseOnExec(guardFD)

	// The signal that a child gets at its parent's death is bound to the thread that forked it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	becomeReaper()
	raiseCoreLimit()
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)
	defer signal.Stop(children)

	g := &guard{task: task, reports: json.NewEncoder(reports), output: os.Stdout, bound: time.NewTimer(0)}
	<-g.bound.C
	if !g.start() {
		return nil
	}
	// Nobody waits for this goroutine: a read of standard input can't be ended, and the process ends with Guard.
	orders := make(chan string)
	go func() {
		defer close(orders)
		for lines := bufio.NewScanner(stdin); lines.Scan(); {
			orders <- lines.Text()
		}
	}()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	over := ctx.Done()
	for g.tend() {
		var again <-chan time.Time
		if g.killing {
			again = sweep.C
		}
		select {
		case order, alive := <-orders:
			g.obey(order, alive)
			if !alive {
				orders = nil
			}
		case <-over:
			over = nil
			g.killing = true
		case <-children:
		case <-again:
		case <-g.bound.C:
			g.killStop()
		}
	}
	g.report(guardReport{Event: "gone"})
	return nil
}

// start starts the server, in a group of its own.
func (g *guard) start() bool {
	cmd := exec.Command(g.task.Path, g.task.Args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	own(cmd)
	if err := cmd.Start(); err != nil {
		r := guardReport{Event: "failed", Error: cause(err).Error()}
		var errno syscall.Errno
		if errors.As(err, &errno) {
			r.Errno = int(errno)
		}
		g.report(r)
		return false
	}
	g.server, g.group = cmd.Process.Pid, cmd.Process.Pid
	cmd.Process.Release() // reap waits for all there are
	g.report(guardReport{Event: "started", PID: g.server})
	return true
}

// report tells us. Where nobody listens any more stdin has ended too, and that is acted upon.
func (g *guard) report(r guardReport) { g.reports.Encode(r) }

func (g *guard) obey(order string, alive bool) {
	switch {
	case !alive:
		// Who read our output is gone. The command for stopping must not die of that.
		if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
			g.output = null
		}
		g.killing = true
	case order == orderKill:
		g.killing = true
		g.killStop()
	case order == orderTerminate && !g.asked:
		g.asked = true
		if !g.runStop() {
			g.terminate()
		}
	}
}

// tend reaps, kills what has to go, and reports whether there is anything left to look after.
func (g *guard) tend() bool {
	left := g.reap()
	if !left && g.runStop() { // what a client of a container leaves behind is no child of ours
		return true
	}
	if left && g.killing {
		g.killChildren()
	}
	return left
}

// terminate asks the server to end, with all of its group, and what has left the group.
func (g *guard) terminate() {
	if g.group != 0 {
		unix.Kill(-g.group, unix.SIGTERM)
	}
	for _, pid := range g.children() {
		if got, err := unix.Getpgid(pid); err == nil && got != g.group {
			unix.Kill(pid, unix.SIGTERM)
		}
	}
}

// killChildren kills all children, and all of the server's group. What they leave behind are our children in the next round.
func (g *guard) killChildren() {
	if g.group != 0 {
		unix.Kill(-g.group, unix.SIGKILL)
	}
	for _, pid := range g.children() {
		unix.Kill(pid, unix.SIGKILL)
	}
}

// children are the children that live, without the command for stopping.
func (g *guard) children() []int {
	var pids []int
	for _, pid := range proc.Children(os.Getpid()) {
		if pid != g.stop {
			pids = append(pids, pid)
		}
	}
	return pids
}

// heirs are those that a server left behind which has ended. The table of processes is no snapshot: who gets another parent while it is
// read may be missed, so where it shows nobody after a good end it is read again.
func (g *guard) heirs(status unix.WaitStatus) (pids []int) {
	for range 5 {
		if pids = g.children(); len(pids) > 0 || !status.Exited() || status.ExitStatus() != 0 {
			break
		}
	}
	return pids
}

// reap collects the dead, and reports whether any child is left.
func (g *guard) reap() bool {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil: // ECHILD
			return false
		case pid == 0:
			return true
		}
		g.ended(pid, status)
	}
}

// ended acts upon the end of a child.
func (g *guard) ended(pid int, status unix.WaitStatus) {
	if pid == g.group {
		if !reapsAll { // what is left of the group can't be found later
			unix.Kill(-g.group, unix.SIGKILL)
		}
		g.group = 0
	}
	switch pid {
	case g.stop:
		g.stop = 0
		g.bound.Stop()
		if g.asked && !g.killing {
			g.terminate()
		}
	case g.server:
		heirs := g.heirs(status)
		if status.Exited() && status.ExitStatus() == 0 && len(heirs) > 0 && !g.asked && !g.killing {
			g.server = heirs[0]
			g.report(guardReport{Event: "forked", PID: g.server})
			return
		}
		g.server = 0
		r := guardReport{Event: "exited", PID: pid, Core: status.CoreDump()}
		if status.Signaled() {
			r.Signal = int(status.Signal())
		} else {
			r.Exit = status.ExitStatus()
		}
		g.report(r)
		if g.asked {
			g.terminate() // those that are left: asked as it was, and killed if they don't obey in time
		} else {
			g.killing = true
		}
	}
}

// runStop starts the command for stopping, once, and reports whether it runs now.
func (g *guard) runStop() bool {
	if g.stopped || len(g.task.Stop) == 0 {
		return false
	}
	g.stopped = true
	cmd := exec.Command(g.task.Stop[0], g.task.Stop[1:]...)
	cmd.Stdout, cmd.Stderr = g.output, g.output
	own(cmd)
	if err := cmd.Start(); err != nil {
		g.report(guardReport{Event: "stop-failed", Error: err.Error()})
		return false
	}
	g.stop = cmd.Process.Pid
	cmd.Process.Release()
	g.bound.Reset(stopCommandWithin)
	return true
}

// killStop ends the command for stopping, if it runs.
func (g *guard) killStop() {
	if g.stop != 0 {
		unix.Kill(-g.stop, unix.SIGKILL)
	}
}

// raiseCoreLimit lets the server leave a core file as large as this user may have.
func raiseCoreLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_CORE, &limit) == nil && limit.Cur != limit.Max {
		limit.Cur = limit.Max
		unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	}
}
