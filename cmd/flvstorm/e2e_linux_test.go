package main

import "syscall"

// bound has a process that a test starts die with the test, however that ends: a run of two hours would else outlive a
// test that is killed. The kernel binds it to the thread that forks, and threads of a test live as long as it does.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
