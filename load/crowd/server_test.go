package crowd

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// engines are those that there are here.
func engines() []string {
	if runtime.GOOS == "linux" {
		return []string{Epoll, Goroutine}
	}
	return []string{Goroutine}
}

// script is what a server does with its n-th connection, from 1. The connection is closed when it returns.
type script func(s *side, n int)

// side is the server's side of a connection.
type side struct {
	net.Conn
	in   *bufio.Reader
	clip *media.Clip
}

// head is the answer of a server that ends the stream by closing.
const head = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nServer: test\r\nConnection: close\r\n\r\n"

// request reads the GET.
func (s *side) request() *http.Request {
	req, err := http.ReadRequest(s.in)
	if err != nil {
		return &http.Request{}
	}
	return req
}

func (s *side) say(text string) { s.Write([]byte(text)) }

// gone waits until the player has closed its side.
func (s *side) gone() {
	for {
		if _, err := s.in.ReadByte(); err != nil {
			return
		}
	}
}

// reset makes the end of the connection an RST.
func (s *side) reset() { s.Conn.(*net.TCPConn).SetLinger(0) }

// opening is the beginning of an FLV stream: header, metadata, sequence headers.
func opening(clip *media.Clip) []byte {
	b := flv.AppendHeader(nil, true, true)
	for _, f := range clip.Headers() {
		b = flv.AppendTag(b, f.Type, 0, f.Body)
	}
	return b
}

// frames are the first n frames of an epoch of live/s0, sound and pictures.
func frames(clip *media.Clip, n int, epoch uint32) [][]byte {
	var all [][]byte
	for i := range n {
		f := clip.Frame(i)
		body := append([]byte(nil), f.Body...)
		if f.Type == flv.Video {
			media.Stamp{
				Epoch: epoch, Seq: uint32(i + 1), SentAt: time.Now().UnixNano(), Source: media.SourceOf(7, "live/s0"),
				Sum: f.Sum, Config: clip.Config(),
			}.Put(body[f.StampAt:])
		}
		all = append(all, flv.AppendTag(nil, f.Type, f.Timestamp(), body))
	}
	return all
}

// play sends the head, the opening and n frames, all in one: what comes in pieces may come with silence between them.
func (s *side) play(n int, epoch uint32) {
	all := append([]byte(head), opening(s.clip)...)
	for _, f := range frames(s.clip, n, epoch) {
		all = append(all, f...)
	}
	s.request()
	s.Write(all)
}

// listen serves the script on a real socket until the test ends, and returns its address.
func listen(t testing.TB, s script) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, s)
	return l.Addr().String()
}

func serve(t testing.TB, l net.Listener, s script) {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		for n := 1; ; n++ {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer nc.Close()
				defer context.AfterFunc(ctx, func() { nc.Close() })()
				s(&side{Conn: nc, in: bufio.NewReader(nc), clip: clip}, n)
			})
		}
	})
	t.Cleanup(func() {
		cancel()
		l.Close()
		wg.Wait()
	})
}

// notes is a Sink that keeps everything.
type notes struct{ *historytest.Notes }

func newNotes() *notes { return &notes{historytest.New()} }

// lines says the events of one actor in short, without their times.
func (n *notes) lines(actor string) []string {
	var lines []string
	for _, e := range n.All() {
		if e.Actor != actor {
			continue
		}
		said := e.What.Kind()
		switch w := e.What.(type) {
		case history.PlayRequested:
			said = fmt.Sprintf("%d asks, %s", w.Session, w.Manner)
			if !w.Crowd {
				said += ", not of the crowd"
			}
		case history.PlayResponse:
			said = fmt.Sprintf("%d answer %d %s %s", w.Session, w.Status, w.Type, w.Server)
		case history.PlayFirst:
			said = fmt.Sprintf("%d first %s", w.Session, w.Of)
		case history.PlayProgress:
			said = fmt.Sprintf("%d progress, %d frames", w.Session, w.Tags)
			if e.At-w.Last > silentAfter {
				said += ", silent"
			}
		case history.PlayRefused:
			said = fmt.Sprintf("%d refused: %s", w.Session, w.Wire)
			if w.Status != 0 {
				said += fmt.Sprintf(" %d", w.Status)
			}
			said += " " + w.Text
		case history.PlayEnded:
			said = fmt.Sprintf("%d ended: %s, %d frames", w.Session, w.Wire, w.Tags)
			if !w.Clean {
				said += ", torn"
			}
		case history.OwnTrouble:
			said = fmt.Sprintf("trouble: %s, %d", w.Code, w.Count)
		}
		if e.Epoch != 0 {
			said += fmt.Sprintf(", epoch %d", e.Epoch)
		}
		lines = append(lines, said)
	}
	return lines
}

// has reports whether a line holds all the words.
func has(lines []string, words string) bool {
	for _, l := range lines {
		if strings.Contains(l, words) {
			return true
		}
	}
	return false
}

// running is a crowd at work.
type running struct {
	*Crowd
	notes *notes
	stop  func()
}

// run runs a crowd until stop is called or the test ends.
func run(t testing.TB, cfg Config) *running {
	t.Helper()
	n := newNotes()
	if cfg.Sink == nil {
		cfg.Sink = n
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	var once sync.Once
	r := &running{Crowd: c, notes: n, stop: func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}}
	t.Cleanup(r.stop)
	return r
}

// until waits for a line of an actor's.
func (r *running) until(t testing.TB, actor, words string) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(r.notes.lines(actor), "\n"))
		}
	})
	t.Helper()
	historytest.Eventually(t, words, func() bool { return has(r.notes.lines(actor), words) })
}
