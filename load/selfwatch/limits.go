package selfwatch

import (
	"math/bits"
	"runtime"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/proc"
)

// leastRaised is the least limit of descriptors that is recommended: what most systems take without a thought.
const leastRaised = 65536

// Shortage returns an error with the command that mends it where a run needs more descriptors than a process may have,
// after RaiseDescriptors. Need counts a descriptor for each connection, and for the files of the run. A server that we start has the
// same limit, and needs a descriptor for each connection too.
func Shortage(need int) error {
	limit, hard := descriptorLimits()
	return shortage(need, limit, hard, runtime.GOOS)
}

func shortage(need, limit, hard int, system string) error {
	if limit < 0 || need <= limit {
		return nil
	}
	to := leastRaised
	if need > to {
		to = 1 << bits.Len(uint(need))
	}
	switch {
	case hard >= need:
		return phrase.Errorf(phrase.SelfwatchDescriptorsSoft, need, limit, min(to, hard))
	case system == "darwin":
		return phrase.Errorf(phrase.SelfwatchDescriptorsDarwin, need, limit, to, to, to)
	case system == "linux":
		return phrase.Errorf(phrase.SelfwatchDescriptors, need, limit, to, to, to)
	default:
		return phrase.Errorf(phrase.SelfwatchDescriptorsOther, need, limit, to)
	}
}

// ShortageOfPorts returns an error with what mends it where a run makes more connections to one place, those in TIME_WAIT among them, than
// there are local ports. Sources is how many addresses they come from, 0 where the system chooses one.
func ShortageOfPorts(need, sources int) error {
	return shortageOfPorts(need, max(sources, 1), proc.EphemeralPorts(), runtime.GOOS)
}

func shortageOfPorts(need, sources, ports int, system string) error {
	if need <= sources*ports {
		return nil
	}
	addresses := (need + ports - 1) / ports
	if system == "linux" {
		return phrase.Errorf(phrase.SelfwatchPortsLinux, need, ports, sources, addresses)
	}
	return phrase.Errorf(phrase.SelfwatchPorts, need, ports, sources, addresses)
}
