//go:build !linux

package proc

import (
	"errors"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// Read reads what the system says of a process. What the system doesn't tell of it stays empty.
func Read(pid int) (Reading, error) {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return Reading{}, err
	}
	var r Reading
	if r.Began, err = p.CreateTime(); err != nil {
		return Reading{}, err
	}
	if status, err := p.Status(); err == nil && len(status) > 0 && status[0] == process.Zombie {
		return Reading{}, errors.New("the process has ended")
	}
	if times, err := p.Times(); err == nil {
		r.CPU = time.Duration((times.User + times.System) * float64(time.Second))
	}
	if memory, err := p.MemoryInfo(); err == nil {
		r.RSS = int64(memory.RSS)
	}
	if threads, err := p.NumThreads(); err == nil {
		r.Threads = int(threads)
	}
	r.FDs = -1
	if fds, err := p.NumFDs(); err == nil {
		r.FDs = int(fds)
	}
	return r, nil
}

// All are all processes of the machine.
func All() []Kin {
	all, err := process.Processes()
	if err != nil {
		return nil
	}
	table := make([]Kin, 0, len(all))
	for _, p := range all {
		if parent, err := p.Ppid(); err == nil {
			table = append(table, Kin{int(p.Pid), int(parent)})
		}
	}
	return table
}

// UnderSanitizer can't be told here.
func UnderSanitizer(int, Reading) bool { return false }
