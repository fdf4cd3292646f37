//go:build !unix

package selfwatch

// RaiseDescriptors has nothing to raise where the system has no such limit.
func RaiseDescriptors() (limit, hard int, err error) { return -1, -1, nil }

func descriptorLimits() (limit, hard int) { return -1, -1 }
