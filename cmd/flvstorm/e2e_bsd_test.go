//go:build unix && !linux

package main

import "syscall"

// bound puts a process that a test starts at the head of a group of its own.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
