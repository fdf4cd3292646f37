package target

import (
	"os"
	"os/exec"
	"syscall"
)

// own keeps a Ctrl-C in our console from the process. That we died it learns from the end of its stdin.
func own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminate ends the process's stdin, which is how a service started by pipe is asked to end here.
func terminate(p *Process) { p.stdin.Close() }

// kill ends the process.
func kill(p *Process) { p.cmd.Process.Kill() }

// signalOf is always "": there are no signals here.
func signalOf(*os.ProcessState) string { return "" }
