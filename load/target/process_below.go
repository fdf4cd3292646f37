package target

import (
	"cmp"
	"slices"
)

// childrenOf are the children of a process that live, the oldest first.
func childrenOf(pid int) []int {
	var pids []int
	began := map[int]int64{}
	for _, k := range processes() {
		if k.parent != pid {
			continue
		}
		if r, err := readProcess(k.pid); err == nil {
			pids = append(pids, k.pid)
			began[k.pid] = r.began
		}
	}
	slices.SortFunc(pids, func(a, b int) int { return cmp.Or(cmp.Compare(began[a], began[b]), cmp.Compare(a, b)) })
	return pids
}

// withBelow are a process and all processes below it, parents before children.
func withBelow(pid int) []int {
	children := map[int][]int{}
	for _, k := range processes() {
		children[k.parent] = append(children[k.parent], k.pid)
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
