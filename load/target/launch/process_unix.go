//go:build unix

package launch

import "syscall"

// terminate asks every process of the group to end.
func terminate(p *Process) { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) }

// kill ends every process of the group.
func kill(p *Process) { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
