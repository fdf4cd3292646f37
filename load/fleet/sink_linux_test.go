package fleet

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// sinkForBench, in the environment, makes this test binary a sink: a server that takes every publish and throws away what
// comes, in a process of its own, so that what the publishers cost can be told from what it costs.
const sinkForBench = "FLVSTORM_SINK_FOR_BENCH"

func TestSinkForBench(t *testing.T) {
	if os.Getenv(sinkForBench) == "" {
		t.Skip("only as the child of a benchmark")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	epoll, err := syscall.EpollCreate1(0)
	if err != nil {
		t.Fatal(err)
	}
	go discard(epoll)
	fmt.Println("sinking", ln.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends with the benchmark, however that ends
		os.Exit(0)
	}()
	for {
		nc, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if err := sinkOne(nc, epoll); err != nil {
				nc.Close()
			}
		}()
	}
}

// sinkOne takes a publish, and leaves all that follows to discard.
func sinkOne(nc net.Conn, epoll int) error {
	c, err := rtmp.NewServerConn(context.Background(), nc, rtmp.ServerConfig{Limits: rtmp.Limits{ReadBuffer: 512}})
	for err == nil {
		var req rtmp.Request
		if req, err = c.Next(); err == nil && req.Kind == rtmp.Publish {
			err = c.Accept()
			break
		}
	}
	if err != nil {
		return err
	}
	file, err := nc.(*net.TCPConn).File()
	nc.Close()
	if err != nil {
		return err
	}
	fd, err := syscall.Dup(int(file.Fd()))
	file.Close()
	if err != nil {
		return err
	}
	syscall.SetNonblock(fd, true)
	return syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
}

// sinkEvery is how often the sink looks for what has come. Over loopback the writer pays for waking the reader; one that is woken by every
// write would be measured in place of the publishers.
const sinkEvery = 10 * time.Millisecond

// discard has the kernel throw away what has come: tcp(7), MSG_TRUNC.
func discard(epoll int) {
	events := make([]syscall.EpollEvent, 512)
	var trash [1]byte
	for {
		n, err := syscall.EpollWait(epoll, events, 0)
		if err != nil && err != syscall.EINTR {
			panic(err)
		}
		if n < len(events) {
			time.Sleep(sinkEvery)
		}
		for _, e := range events[:max(n, 0)] {
			if got := recvTrunc(int(e.Fd), trash[:]); got == 0 {
				syscall.Close(int(e.Fd))
			}
		}
	}
}

// recvTrunc drops up to a megabyte and returns how much that was; 0 at the end of the connection, however it ended.
func recvTrunc(fd int, p []byte) int {
	n, _, errno := syscall.Syscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), 1<<20,
		syscall.MSG_DONTWAIT|syscall.MSG_TRUNC, 0, 0)
	switch errno {
	case 0:
		return int(n)
	case syscall.EAGAIN, syscall.EINTR:
		return 1
	}
	return 0
}
