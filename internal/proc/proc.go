// Package proc is the processes of this machine, as the system shows them: who runs below whom, and what each uses. What a
// system does not tell stays empty, and everything may have changed by the time it is read: a process is named by its
// number together with its beginning.
package proc

import (
	"cmp"
	"slices"
	"time"
)

// Reading is what the system says of one process.
type Reading struct {
	// Began is when it was started, on a clock of the system's own: with the number it names the process for good.
	Began   int64
	CPU     time.Duration // of itself, and where it is known of the children that it has waited for
	RSS     int64
	FDs     int // -1 where they can't be counted
	Threads int
	Virtual uint64 // bytes of address space; zero where it isn't known
}

// Kin is a process and its parent.
type Kin struct{ PID, Parent int }

// Children are the children of a process that live, the oldest first.
func Children(pid int) []int {
	var pids []int
	began := map[int]int64{}
	for _, k := range All() {
		if k.Parent != pid {
			continue
		}
		if r, err := Read(k.PID); err == nil {
			pids = append(pids, k.PID)
			began[k.PID] = r.Began
		}
	}
	slices.SortFunc(pids, func(a, b int) int { return cmp.Or(cmp.Compare(began[a], began[b]), cmp.Compare(a, b)) })
	return pids
}

// Tree are a process and all processes below it, parents before children.
func Tree(pid int) []int {
	children := map[int][]int{}
	for _, k := range All() {
		children[k.Parent] = append(children[k.Parent], k.PID)
	}
	pids := []int{pid}
	for i := 0; i < len(pids); i++ {
		for _, child := range children[pids[i]] {
			if !slices.Contains(pids, child) { // the table is no snapshot: numbers may have passed to others meanwhile
				pids = append(pids, child)
			}
		}
	}
	return pids
}
