package sample

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/proc"
	"github.com/flvstorm/flvstorm/report/history"
)

// tableEvery is how often all processes of the machine are looked through for children of ours. In between only those
// known are looked at: on a machine with many processes the look through costs a hundred times as much.
const tableEvery = 10 * time.Second

// family is a process and all that it started, as far as it still runs. Memory that its members share counts in each.
type family struct {
	head      int
	began     map[int]int64 // the members, and when each began
	cpu       time.Duration // the most that was seen: what a dead member used is not given back
	sanitizer bool
	looked    time.Time // when the table was last looked through
}

// newFamily is the family of a process that must be there.
func newFamily(pid int) (*family, error) {
	r, err := proc.Read(pid)
	if err != nil {
		return nil, err
	}
	f := &family{head: pid, began: map[int]int64{}}
	f.add(pid, r)
	return f, nil
}

// add makes a process a member. A sanitizer in one of them spoils the memory of all.
func (f *family) add(pid int, r proc.Reading) {
	f.began[pid] = r.Began
	f.sanitizer = f.sanitizer || proc.UnderSanitizer(pid, r)
}

// use is what the family uses now, and false when its head is gone. All of the system's processes are looked through for
// new members when that was long ago, or when fully says so.
func (f *family) use(now time.Time, fully bool) (history.Usage, bool) {
	if fully || now.Sub(f.looked) >= tableEvery {
		f.looked = now
		f.grow(proc.All())
	}
	sum := history.Usage{PID: f.head}
	for pid, began := range f.began {
		r, err := proc.Read(pid)
		if err != nil || r.Began != began {
			if pid == f.head {
				return history.Usage{}, false
			}
			delete(f.began, pid)
			continue
		}
		sum.CPU += r.CPU
		sum.RSS += r.RSS
		sum.Threads += r.Threads
		if r.FDs < 0 || sum.FDs < 0 {
			sum.FDs = -1
		} else {
			sum.FDs += r.FDs
		}
	}
	f.cpu = max(f.cpu, sum.CPU)
	sum.CPU, sum.Sanitizer = f.cpu, f.sanitizer
	return sum, true
}

// maxFamily bounds how many processes are looked at.
const maxFamily = 1000

// grow adds the children of members, and theirs. One whose parent has died keeps its place.
func (f *family) grow(table []proc.Kin) {
	children := map[int][]int{}
	for _, k := range table {
		children[k.Parent] = append(children[k.Parent], k.PID)
	}
	var next []int
	for pid := range f.began {
		next = append(next, pid)
	}
	slices.Sort(next)
	for len(next) > 0 && len(f.began) < maxFamily {
		pid := next[0]
		next = append(next[1:], f.adopt(children[pid])...)
	}
}

// adopt adds those processes that are no members yet.
func (f *family) adopt(pids []int) (added []int) {
	for _, pid := range pids {
		if _, known := f.began[pid]; known || len(f.began) >= maxFamily {
			continue
		}
		if r, err := proc.Read(pid); err == nil {
			f.add(pid, r)
			added = append(added, pid)
		}
	}
	return added
}
