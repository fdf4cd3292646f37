//go:build !linux

package target

import "syscall"

// bindAtConnect has nothing to set where bind always takes a port.
func bindAtConnect(_, _ string, _ syscall.RawConn) error { return nil }
