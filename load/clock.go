package load

import "time"

// SteadyClock returns the clock that the Publishers and the players of one run share: Unix time in ns that goes on from now at
// its own pace, whatever is done to the clock of the machine meanwhile.
func SteadyClock() func() int64 {
	start := time.Now()
	unix := start.UnixNano()
	return func() int64 { return unix + int64(time.Since(start)) }
}
