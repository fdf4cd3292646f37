//go:build !linux

package firefox

import "syscall"

// bound would have a browser end with the tests that started it; only Linux knows how.
func bound() *syscall.SysProcAttr { return nil }
