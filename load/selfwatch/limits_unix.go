//go:build unix

package selfwatch

import (
	"math"

	"golang.org/x/sys/unix"
)

// RaiseDescriptors raises how many descriptors this process may have to what the system lets it have at most, for it and for
// the processes that it starts from now on, and returns both limits. Negative ones aren't known.
//
// The runtime has raised our own already, but gives children what it found (syscall/rlimit.go, since Go 1.19), so that programs which
// use select(2) don't meet descriptors above 1023; it leaves off when the limit is set by the program. A server under load needs it,
// and one that uses select would end at 1024 connections either way.
func RaiseDescriptors() (limit, hard int, err error) {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil {
		return -1, -1, err
	}
	highest := l
	highest.Cur = l.Max
	if err = unix.Setrlimit(unix.RLIMIT_NOFILE, &highest); err != nil {
		// On macOS there may be no hard limit, and the kernel takes none above one of its own, which the runtime knows.
		err = unix.Setrlimit(unix.RLIMIT_NOFILE, &l)
	}
	limit, hard = descriptorLimits()
	return limit, hard, err
}

// descriptorLimits are the soft and the hard limit of descriptors.
func descriptorLimits() (limit, hard int) {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) != nil {
		return -1, -1
	}
	return int(min(uint64(l.Cur), math.MaxInt32)), int(min(uint64(l.Max), math.MaxInt32))
}
