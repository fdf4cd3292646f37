//go:build unix && !linux

package target

import (
	"os/exec"
	"syscall"
)

// own makes the process the head of a group of its own. That we died it learns from the end of its stdin.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
