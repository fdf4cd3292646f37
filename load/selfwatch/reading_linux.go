package selfwatch

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// clockTick is the unit of processor times in /proc: USER_HZ is 100 on every architecture that Go runs on (proc(5)).
const clockTick = 10 * time.Millisecond

var pageSize = int64(os.Getpagesize())

// own is for how long our threads ran, ours and the kernel's time for us, what we hold in memory, in bytes, and how many descriptors
// are open.
func own() (cpu time.Duration, rss int64, descriptors int) {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) == nil {
		cpu = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	var buf [256]byte
	return cpu, parseStatm(head("/proc/self/statm", buf[:])), openDescriptors()
}

// machineCPU is the time that the cores of this machine were busy.
func machineCPU() time.Duration {
	var buf [512]byte
	return parseStat(head("/proc/stat", buf[:]))
}

// parseStat reads the first line of /proc/stat (proc_stat(5)): cpu, then user, nice, system, idle, iowait, irq, softirq and steal.
// What another guest of the host had, steal, counts as busy: we could not have it. It returns -1 for anything else.
func parseStat(text []byte) time.Duration {
	line, _, whole := bytes.Cut(text, []byte{'\n'})
	fields := bytes.Fields(line)
	if !whole || len(fields) < 9 || string(fields[0]) != "cpu" {
		return -1
	}
	var busy time.Duration
	for i, field := range fields[1:9] {
		ticks, err := strconv.ParseInt(string(field), 10, 48)
		if err != nil || ticks < 0 {
			return -1
		}
		if idle := i == 3 || i == 4; !idle {
			busy += time.Duration(ticks) * clockTick
		}
	}
	return busy
}

// parseStatm reads the second number of /proc/PID/statm (proc_pid_statm(5)): resident pages.
func parseStatm(text []byte) int64 {
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return -1
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 48)
	if err != nil {
		return -1
	}
	return pages * pageSize
}

// openDescriptors counts our descriptors by the size of their folder, which says it since Linux 6.2. Before, they would have to be
// listed, at some ten milliseconds for 20,000; then the lowest free number is taken: as the kernel gives that one to whoever opens
// next (open(2)), the numbers below are all open, and few above.
func openDescriptors() int {
	var st unix.Stat_t
	if unix.Stat("/proc/self/fd", &st) == nil && st.Size > 0 {
		return int(st.Size)
	}
	fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == unix.EMFILE {
		limit, _ := descriptorLimits()
		return limit
	}
	if err != nil {
		return -1
	}
	unix.Close(fd)
	return fd
}

// head reads the beginning of a file, nil where it can't.
func head(path string, buf []byte) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	n, err := f.Read(buf)
	if err != nil && err != io.EOF {
		return nil
	}
	return buf[:n]
}
