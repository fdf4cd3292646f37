package beside

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// Players that are measured. Each is a child of the benchmark that plays one stream so many times over until its standard
// input ends.

// players are those of this program, by their names in the tables.
var players = map[string]func(ctx context.Context, server, path string, n int) error{
	"bare":     bare,
	"scanned":  scanned,
	"net/http": netHTTP,
}

// In the environment of a child these say what to play.
const (
	playName   = "FLVSTORM_BESIDE_PLAY"
	playServer = "FLVSTORM_BESIDE_SERVER"
	playPath   = "FLVSTORM_BESIDE_PATH"
	playCount  = "FLVSTORM_BESIDE_COUNT"
)

func TestPlayForBench(t *testing.T) {
	name := os.Getenv(playName)
	if name == "" {
		t.Skip("only as the child of a benchmark")
	}
	var n int
	if _, err := fmt.Sscan(os.Getenv(playCount), &n); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := signal.NotifyContext(t.Context(), unix.SIGTERM)
	defer cancel()
	go func() {
		io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := players[name](ctx, os.Getenv(playServer), os.Getenv(playPath), n); err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
}

// dialing is how many connections are made at once: a listening socket holds only so many that nobody has accepted.
const dialing = 64

// request is what a bare player sends.
func request(server, path string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: " + server + "\r\nUser-Agent: beside\r\n\r\n"
}

// bare is the floor: one epoll loop that has the kernel drop everything (MSG_TRUNC, tcp(7)) and looks at nothing.
func bare(ctx context.Context, server, path string, n int) error {
	to, err := net.ResolveTCPAddr("tcp4", server)
	if err != nil {
		return err
	}
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(poll)
	addr := &unix.SockaddrInet4{Port: to.Port, Addr: [4]byte(to.IP.To4())}
	ask := []byte(request(server, path))
	for range n {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		if err := errors.Join(unix.Connect(fd, addr), unix.SetNonblock(fd, true)); err != nil {
			return err
		}
		if _, err := unix.Write(fd, ask); err != nil {
			return err
		}
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
			return err
		}
	}
	events := make([]unix.EpollEvent, 256)
	dropped := make([]byte, 1<<20) // never written to: its pages are never there
	for ctx.Err() == nil {
		got, err := unix.EpollWait(poll, events, 200)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, e := range events[:max(got, 0)] {
			n, _, err := unix.Recvfrom(int(e.Fd), dropped, unix.MSG_TRUNC|unix.MSG_DONTWAIT)
			if err == unix.EAGAIN || err == unix.EINTR {
				continue
			}
			if n <= 0 {
				return fmt.Errorf("the stream has ended: %w", err)
			}
		}
	}
	return nil
}

// each runs play n times over, each in a goroutine of its own, on a connection that has asked for the stream.
func each(ctx context.Context, server string, n int, play func(net.Conn) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	slots := make(chan struct{}, dialing)
	for range n {
		slots <- struct{}{}
		all.Go(func() {
			nc, err := new(net.Dialer).DialContext(ctx, "tcp", server)
			<-slots
			if err != nil {
				cancel(err)
				return
			}
			defer context.AfterFunc(ctx, func() { nc.Close() })()
			cancel(play(nc))
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// scanned is what one writes first: a buffered reader, chunks taken off, and every tag looked at.
func scanned(ctx context.Context, server, path string, n int) error {
	return each(ctx, server, n, func(nc net.Conn) error {
		if _, err := io.WriteString(nc, request(server, path)); err != nil {
			return err
		}
		resp, err := http.ReadResponse(bufio.NewReaderSize(nc, 16<<10), nil)
		if err != nil {
			return err
		}
		tags := flv.NewScanner(resp.Body)
		for {
			if _, err := tags.Next(); err != nil {
				return err
			}
		}
	})
}

// netHTTP reads with the standard library's client, 32 KB at a time, and forgets it.
func netHTTP(ctx context.Context, server, path string, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	var all sync.WaitGroup
	slots := make(chan struct{}, dialing)
	for range n {
		slots <- struct{}{}
		all.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+server+path, nil)
			if err != nil {
				cancel(err)
				return
			}
			resp, err := client.Do(req)
			<-slots
			if err != nil {
				cancel(err)
				return
			}
			defer resp.Body.Close()
			buf := make([]byte, 32<<10)
			for err == nil {
				_, err = resp.Body.Read(buf)
			}
			cancel(err)
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// wait looks every so often whether something has come about, until it has or the time is up.
func wait(ctx context.Context, within time.Duration, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lastLines is the end of what a child has said, for an error.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
