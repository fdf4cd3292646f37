package selfwatch

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// heapObjects is what the heap holds, in bytes, of runtime/metrics: it is read without stopping anything.
const heapObjects = "/memory/classes/heap/objects:bytes"

// read reads what the system says of us, times since start.
func read(start time.Time) reading {
	r := reading{cores: cores()}
	r.at, r.clock = clocks(start)
	r.cpu, r.rss, r.descriptors = own()
	r.machine = machineCPU()
	r.descriptorLimit, _ = descriptorLimits()
	var gc debug.GCStats
	debug.ReadGCStats(&gc)
	r.gc = gc.PauseTotal
	sample := [1]metrics.Sample{{Name: heapObjects}}
	metrics.Read(sample[:])
	if sample[0].Value.Kind() == metrics.KindUint64 {
		r.heap = int64(sample[0].Value.Uint64())
	}
	return r
}

// clocks reads the time that has passed and the clock of the machine. We may be stopped between the two, which looks as if one had
// stepped: of three looks the one counts that took the shortest.
func clocks(start time.Time) (passed, clock time.Duration) {
	shortest := time.Duration(-1)
	for range 3 {
		before := time.Since(start)
		now := time.Now()
		took := time.Since(start) - before
		if shortest < 0 || took < shortest {
			shortest = took
			passed, clock = now.Sub(start), now.Round(0).Sub(start.Round(0)) // Round takes the monotonic reading off
		}
	}
	return passed, clock
}
