//go:build !unix

package load

import "time"

// cpu is not told here: benchmarks that ask for it measure nothing.
func cpu() time.Duration { return 0 }
