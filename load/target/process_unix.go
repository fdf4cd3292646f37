//go:build unix

package target

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// terminate asks every process of the group to end.
func terminate(p *Process) { syscall.Kill(-p.PID(), syscall.SIGTERM) }

// kill ends every process of the group.
func kill(p *Process) { syscall.Kill(-p.PID(), syscall.SIGKILL) }

// signalOf names the signal that ended a process, "" when it exited.
func signalOf(s *os.ProcessState) string {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return unix.SignalName(status.Signal())
	}
	return ""
}
