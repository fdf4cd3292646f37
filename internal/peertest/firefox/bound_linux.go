package firefox

import "syscall"

// bound has a browser end with the tests that started it, however they end.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
