package beside

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/load/crowd"
)

// Players that are measured. Each is a child of the benchmark that plays one stream so many times over until its standard
// input ends.

// players are those of this program, by their names in the tables.
var players = map[string]func(ctx context.Context, server, path string, n int) error{
	"crowd": func(ctx context.Context, server, path string, n int) error {
		return crowded(ctx, server, path, n, crowd.Epoll)
	},
	"crowd-goroutines": func(ctx context.Context, server, path string, n int) error {
		return crowded(ctx, server, path, n, crowd.Goroutine)
	},
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

// perSecond is how fast connections are made. A listening socket holds only so many that nobody has accepted, SRS's 512, and
// who comes beyond that is kept waiting for seconds by TCP's backoff.
const perSecond = 1000

// crowded is what flvstorm load plays with: every tag header checked, stalls and latencies counted, sampled once a second.
func crowded(ctx context.Context, server, path string, n int, engine string) error {
	c, err := crowd.New(crowd.Config{Sink: quiet{time.Now()}, Engine: engine})
	if err != nil {
		return err
	}
	for i := range n {
		c.Join(crowd.Seat{Key: "live/s0", Actor: "v" + strconv.Itoa(i), URL: "http://" + server + path,
			Due: time.Duration(i) * time.Second / perSecond})
	}
	ctx, cancel := context.WithCancel(ctx)
	var sampling sync.WaitGroup
	defer sampling.Wait()
	defer cancel()
	sampling.Go(func() {
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for {
			select {
			case <-second.C:
				c.Sample()
			case <-ctx.Done():
				return
			}
		}
	})
	return c.Run(ctx)
}

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
	events := make([]unix.EpollEvent, 256)
	dropped := make([]byte, 1<<20) // never written to: its pages are never there
	for began, connected := time.Now(), 0; ctx.Err() == nil; {
		patience := 200
		due := int(time.Since(began).Seconds()*perSecond) + 1
		for range min(due, n) - connected {
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
			connected++
		}
		if connected < n {
			patience = 10
		}
		got, err := unix.EpollWait(poll, events, patience)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, e := range events[:max(got, 0)] {
			n, _, err := unix.Recvfrom(int(e.Fd), dropped, unix.MSG_TRUNC|unix.MSG_DONTWAIT)
			if err == unix.EAGAIN || err == unix.EINTR {
				continue
			}
			if n <= 0 {
				return fmt.Errorf("the stream has ended: %w", errors.Join(io.EOF, err))
			}
		}
	}
	return nil
}

// paced yields n times, perSecond.
func paced(ctx context.Context, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		next := time.NewTicker(time.Second / perSecond)
		defer next.Stop()
		for i := 0; i < n && ctx.Err() == nil && yield(i); i++ {
			select {
			case <-next.C:
			case <-ctx.Done():
			}
		}
	}
}

// each runs play n times over, each in a goroutine of its own, on a connection that has asked for the stream.
func each(ctx context.Context, server string, n int, play func(net.Conn) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for range paced(ctx, n) {
		all.Go(func() {
			nc, err := new(net.Dialer).DialContext(ctx, "tcp", server)
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
	for range paced(ctx, n) {
		all.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+server+path, nil)
			if err != nil {
				cancel(err)
				return
			}
			resp, err := client.Do(req)
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
	look := time.NewTicker(200 * time.Millisecond) // it costs the kernel some ms where there are thousands of sockets
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
