//go:build !linux

package embedded

import "os"

// die ends the process with the status that a shell shows after SIGSEGV, 128 + 11.
func die() { os.Exit(139) }
