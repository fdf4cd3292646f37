//go:build unix && !linux

package launch

import (
	"os/exec"
	"syscall"
)

// own makes the process the head of a group of its own. That we died it learns from the end of its stdin, or its guard
// does.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// reap waits for the end of the process, and kills what it left behind in its group. Between the two the number of the
// group could pass to others only once the whole group is gone and all the numbers have been used.
func (p *Process) reap() {
	p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	kill(p)
	p.reaped = true
}
