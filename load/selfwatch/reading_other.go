//go:build !linux

package selfwatch

import (
	"os"
	"time"

	"github.com/flvstorm/flvstorm/internal/proc"
)

// own is for how long our threads ran, what we hold in memory, in bytes, and how many descriptors are open.
func own() (cpu time.Duration, rss int64, descriptors int) {
	r, err := proc.Read(os.Getpid())
	if err != nil {
		return 0, -1, -1
	}
	return r.CPU, r.RSS, r.FDs
}

func machineCPU() time.Duration { return -1 }

// countPorts counts nothing: this system does not tell cheaply.
func countPorts([]place) int { return -1 }
