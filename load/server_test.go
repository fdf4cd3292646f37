package load

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// notes is a Sink that keeps everything, on the clock of the test.
type notes struct{ *historytest.Notes }

func newNotes() *notes { return &notes{historytest.New()} }

// lines says the events in short, with their time in ms; not what a witness saw.
func (n *notes) lines() []string {
	var lines []string
	for _, e := range n.All() {
		said := e.What.Kind()
		switch w := e.What.(type) {
		case history.Watched, history.Stall, history.Oddity:
			continue
		case history.PlayRequested:
			said = fmt.Sprintf("%d asks", w.Session)
			if e.Due != e.At {
				said += fmt.Sprintf(", due %d", e.Due.Milliseconds())
			}
		case history.PlayResponse:
			said = fmt.Sprintf("%d answer %d", w.Session, w.Status)
		case history.PlayFirst:
			said = fmt.Sprintf("%d first %s", w.Session, w.Of)
		case history.PlayProgress:
			said = fmt.Sprintf("%d progress, %d frames, gap %d", w.Session, w.Tags, w.MaxGap.Milliseconds())
		case history.PlayRefused:
			said = fmt.Sprintf("%d refused: %s", w.Session, w.Wire)
			if w.Status != 0 {
				said += fmt.Sprintf(" %d", w.Status)
			}
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
		lines = append(lines, fmt.Sprintf("%4d %s", e.At.Milliseconds(), said))
	}
	return lines
}

// script is what a server does with its n-th connection, from 1. The connection is closed when it returns.
type script func(s *side, n int)

// side is the server's side of a connection.
type side struct {
	net.Conn
	in   *bufio.Reader
	clip *media.Clip
}

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

// head is the answer of a server that ends the stream by closing.
const head = "HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nServer: test\r\nConnection: close\r\n\r\n"

// stream is the beginning of an FLV stream: header, metadata, sequence headers.
func (s *side) stream() []byte {
	b := flv.AppendHeader(nil, true, true)
	for _, f := range s.clip.Headers() {
		b = flv.AppendTag(b, f.Type, 0, f.Body)
	}
	return b
}

// video is n video frames of an epoch from a keyframe on.
func (s *side) video(n int, epoch uint32) [][]byte {
	var frames [][]byte
	for i := 0; len(frames) < n; i++ {
		f := s.clip.Frame(i)
		if f.Type != flv.Video {
			continue
		}
		body := append([]byte(nil), f.Body...)
		media.Stamp{
			Epoch: epoch, Seq: uint32(len(frames) + 1), SentAt: time.Now().UnixNano(), Source: media.SourceOf(7, "live/s0"),
			Sum: f.Sum, Config: s.clip.Config(),
		}.Put(body[f.StampAt:])
		frames = append(frames, flv.AppendTag(nil, f.Type, f.Timestamp(), body))
	}
	return frames
}

// play sends n video frames, every apart.
func (s *side) play(n int, epoch uint32, apart time.Duration) {
	for i, f := range s.video(n, epoch) {
		if i > 0 {
			time.Sleep(apart) // in a bubble: its clock is the server's pace
		}
		s.Write(f)
	}
}

// pipes is a server behind net.Pipe, for tests in a bubble.
type pipes struct {
	t      *testing.T
	script script
	clip   *media.Clip
	mu     sync.Mutex
	dials  int
	sides  sync.WaitGroup
}

func newPipes(t *testing.T, s script) *pipes {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	return &pipes{t: t, script: s, clip: clip}
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	p.mu.Lock()
	p.dials++
	n := p.dials
	p.mu.Unlock()
	ours, theirs := net.Pipe()
	p.sides.Go(func() {
		defer theirs.Close()
		p.script(&side{Conn: theirs, in: bufio.NewReader(theirs), clip: p.clip}, n)
	})
	return ours, nil
}

// listen serves the script on a real socket until the test ends, and returns its address.
func listen(t *testing.T, s script) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
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
	return l.Addr().String()
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
