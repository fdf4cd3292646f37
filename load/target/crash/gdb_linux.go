package crash

import (
	"os/exec"
	"syscall"
)

// own keeps a Ctrl-C in our terminal from gdb: what a server hangs of is to be known also when the run is interrupted. Should
// we be killed, so is gdb.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
