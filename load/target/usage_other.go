//go:build !linux

package target

import (
	"errors"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// readProcess reads what the system says of a process. What the system doesn't tell of it stays empty.
func readProcess(pid int) (reading, error) {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return reading{}, err
	}
	var r reading
	if r.began, err = p.CreateTime(); err != nil {
		return reading{}, err
	}
	if status, err := p.Status(); err == nil && len(status) > 0 && status[0] == process.Zombie {
		return reading{}, errors.New("the process has ended")
	}
	if times, err := p.Times(); err == nil {
		r.cpu = time.Duration((times.User + times.System) * float64(time.Second))
	}
	if memory, err := p.MemoryInfo(); err == nil {
		r.rss = int64(memory.RSS)
	}
	if threads, err := p.NumThreads(); err == nil {
		r.threads = int(threads)
	}
	r.fds = -1
	if fds, err := p.NumFDs(); err == nil {
		r.fds = int(fds)
	}
	return r, nil
}

// processes are all processes of the machine.
func processes() []kin {
	all, err := process.Processes()
	if err != nil {
		return nil
	}
	table := make([]kin, 0, len(all))
	for _, p := range all {
		if parent, err := p.Ppid(); err == nil {
			table = append(table, kin{int(p.Pid), int(parent)})
		}
	}
	return table
}

// underSanitizer can't be told here.
func underSanitizer(int, reading) bool { return false }
