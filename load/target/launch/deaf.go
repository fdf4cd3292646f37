package launch

import "github.com/flvstorm/flvstorm/internal/proc"

// Deaf reports whether a process is seen to listen nowhere, it and all that it started: whatever it is, it is not the
// server. What the system does not let us see counts as listening.
func Deaf(pid int) bool {
	for _, p := range append([]int{pid}, proc.Tree(pid)...) {
		if _, seen := glimpseOf(p); !seen || len(listenersOf(p)) > 0 {
			return false
		}
	}
	return true
}
