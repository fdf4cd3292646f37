package crowd

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what this process has used, user and system.
func cpuTime() time.Duration {
	var u unix.Rusage
	unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentSize is how much memory the process really has (proc_pid_statm(5)).
func residentSize() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}

// netHTTP reads with net/http, 32 KB at a time, and looks at nothing.
func netHTTP(b *testing.B, ctx context.Context, url string, players int) func() int64 {
	var n atomic.Int64
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	done := make(chan struct{}, players)
	for range players {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			defer func() { done <- struct{}{} }()
			buf := make([]byte, 32<<10)
			for {
				got, err := resp.Body.Read(buf)
				n.Add(int64(got))
				if err != nil {
					return
				}
			}
		}()
	}
	b.Cleanup(func() {
		for range players {
			<-done
		}
	})
	return n.Load
}

// dropAll drops everything in the kernel and looks at nothing, one goroutine a connection: the floor.
func dropAll(b *testing.B, ctx context.Context, url string, players int) func() int64 {
	var n atomic.Int64
	dialAll(b, ctx, url, players, func(nc net.Conn) {
		raw, err := nc.(*net.TCPConn).SyscallConn()
		if err != nil {
			return
		}
		void := make([]byte, 1)
		for over := false; !over; {
			failed := raw.Read(func(fd uintptr) bool {
				got, errno := receive(int(fd), void, 1<<20, unix.MSG_TRUNC)
				n.Add(int64(got))
				over = errno == 0 && got == 0 || errno != 0 && errno != unix.EAGAIN
				return over || errno == 0
			})
			if failed != nil {
				return
			}
		}
	})
	return n.Load
}
