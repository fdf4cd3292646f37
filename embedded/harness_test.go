package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of a test. Nothing that works comes near it.
const patience = 3 * time.Minute

// seenLog is a log that can be waited for.
type seenLog struct {
	mu   sync.Mutex
	text strings.Builder
	more chan struct{}
}

func (l *seenLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
	return l.text.Write(p)
}

func (l *seenLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait returns when the log has n lines that contain text.
func (l *seenLog) wait(t testing.TB, text string, n int) {
	t.Helper()
	timeout := time.After(patience)
	for {
		l.mu.Lock()
		found := strings.Count(l.text.String(), text)
		if l.more == nil {
			l.more = make(chan struct{})
		}
		more := l.more
		l.mu.Unlock()
		if found >= n {
			return
		}
		select {
		case <-more:
		case <-timeout:
			t.Fatalf("%d lines with %q in the log, want %d:\n%s", found, text, n, l)
		}
	}
}

// running is a server under test.
type running struct {
	*Server
	log *seenLog
}

// start runs a server on free ports until the test ends. What the server grants others it grants for longer than any machine stands still,
// where the test says nothing else.
func start(t testing.TB, cfg Config) *running {
	t.Helper()
	r := &running{log: &seenLog{}}
	cfg.RTMP, cfg.HTTP = "127.0.0.1:0", "127.0.0.1:0"
	if cfg.Log == nil {
		cfg.Log = r.log
	}
	cfg.PublisherIdle, cfg.SetupPatience, cfg.ViewerPatience = or(cfg.PublisherIdle, patience), or(cfg.SetupPatience, patience), or(cfg.ViewerPatience, patience)
	cfg.busy, cfg.end, cfg.farewell = or(cfg.busy, time.Second), or(cfg.end, patience), or(cfg.farewell, patience)
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	r.Server = s
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			t.Error("the server doesn't stop")
		}
		if t.Failed() {
			t.Logf("log:\n%s", r.log)
		}
	})
	return r
}

// clip is a second of video and audio, the same for all tests.
var clip = sync.OnceValue(func() *media.Clip {
	c, err := media.Synthetic(media.Spec{})
	if err != nil {
		panic(err)
	}
	return c
})

// pub is a publisher that has opened a stream and may publish.
type pub struct {
	t      testing.TB
	c      *rtmp.Client
	nc     *net.TCPConn
	stream string
	next   int  // frame
	closed bool // the server may have closed it
}

// arm connects a publisher up to createStream.
func (r *running) arm(t testing.TB, stream string) *pub {
	t.Helper()
	nc, err := net.Dial("tcp", r.RTMPAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := rtmp.NewClient(ctx, nc, rtmp.ClientConfig{App: "live", TCURL: "rtmp://" + r.RTMPAddr() + "/live"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Open(ctx, stream); err != nil {
		t.Fatal(err)
	}
	return &pub{t: t, c: c, nc: nc.(*net.TCPConn), stream: stream}
}

// ask sends publish.
func (p *pub) ask() {
	p.t.Helper()
	if err := p.c.WritePublish(p.stream); err != nil {
		p.t.Fatal(err)
	}
}

// answer waits for what the server says about the publish: nil for NetStream.Publish.Start, io.EOF for a FIN.
func (p *pub) answer() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		status, err := p.c.Status(ctx)
		if err != nil {
			return err
		}
		if status.Command != "onStatus" {
			continue
		}
		if status.Code == "NetStream.Publish.Start" {
			return nil
		}
		return fmt.Errorf("%s: %s", status.Code, status.Text)
	}
}

// publish arms, asks and expects to be accepted.
func (r *running) publish(t testing.TB, stream string) *pub {
	t.Helper()
	p := r.arm(t, stream)
	p.ask()
	if err := p.answer(); err != nil {
		t.Fatalf("publish %s: %v", stream, err)
	}
	return p
}

// refused arms, asks and expects a FIN.
func (r *running) refused(t testing.TB, stream string) {
	t.Helper()
	p := r.arm(t, stream)
	p.ask()
	if err := p.answer(); !errors.Is(err, io.EOF) {
		t.Fatalf("publish %s: %v, want a FIN", stream, err)
	}
	p.nc.Close()
}

// message sends one message.
func (p *pub) message(kind flv.TagType, timestamp uint32, body []byte) {
	p.t.Helper()
	b := rtmp.AppendMessage(nil, rtmp.Message{Type: rtmp.TypeID(kind), StreamID: p.c.StreamID(), Timestamp: timestamp, Payload: body}, p.c.ChunkSize())
	if _, err := p.c.WriteMedia(b); err != nil && !p.closed {
		p.t.Fatal(err)
	}
}

// headers sends metadata and sequence headers.
func (p *pub) headers() {
	p.t.Helper()
	for _, f := range clip().Headers() {
		p.message(flv.TagType(f.Type), f.Timestamp(), f.Body)
	}
}

// frames sends the next n frames of the clip at once.
func (p *pub) frames(n int) {
	p.t.Helper()
	for range n {
		f := clip().Frame(p.next)
		p.next++
		p.message(flv.TagType(f.Type), f.Timestamp(), f.Body)
	}
}

// reset leaves by RST, without waiting for anything.
func (p *pub) reset() {
	p.nc.SetLinger(0)
	p.nc.Close()
}

// play is a viewer.
type play struct {
	t    testing.TB
	nc   *net.TCPConn
	br   *bufio.Reader
	resp *http.Response
	tags *flv.Scanner
}

// get sends a request and returns without waiting for an answer.
func (r *running) get(t testing.TB, request string) *play {
	t.Helper()
	nc, err := net.Dial("tcp", r.HTTPAddr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(nc, request); err != nil {
		t.Fatal(err)
	}
	return &play{t: t, nc: nc.(*net.TCPConn), br: bufio.NewReader(nc)}
}

// view asks for a stream.
func (r *running) view(t testing.TB, stream string) *play {
	t.Helper()
	return r.get(t, "GET /live/"+stream+".flv HTTP/1.1\r\nHost: test\r\n\r\n")
}

// viewers has n viewers on the key, known to the server.
func (r *running) viewers(t testing.TB, stream string, n int) []*play {
	t.Helper()
	list := make([]*play, n)
	for i := range list {
		list[i] = r.view(t, stream)
	}
	r.log.wait(t, "/live/"+stream+".flv, content-length", n)
	r.until(t, func() bool {
		k := r.keys.hold("live/" + stream)
		defer r.keys.drop(k)
		_, viewers := k.clients()
		return len(viewers) >= n
	})
	return list
}

// until waits for a condition that no log line tells.
func (r *running) until(t testing.TB, met func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !met(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

// response reads the head of the response.
func (p *play) response() *http.Response {
	p.t.Helper()
	if p.resp == nil {
		var err error
		if p.resp, err = http.ReadResponse(p.br, nil); err != nil {
			p.t.Fatalf("response: %v", err)
		}
		p.tags = flv.NewScanner(p.resp.Body)
	}
	return p.resp
}

// tag reads the next tag.
func (p *play) tag() flv.Tag {
	p.t.Helper()
	tag, err := p.scan()
	if err != nil {
		p.t.Fatalf("tag: %v", err)
	}
	return tag
}

func (p *play) scan() (flv.Tag, error) {
	p.response()
	return p.tags.Next()
}

// media reads tags up to the next audio or video frame.
func (p *play) media() flv.Tag {
	p.t.Helper()
	for {
		if tag := p.tag(); tag.IsMedia() {
			return tag
		}
	}
}

// end reads to the end of the stream and returns the number of frames and what ended it: io.EOF for a clean end.
func (p *play) end() (frames int, err error) {
	p.t.Helper()
	for {
		tag, err := p.scan()
		if err != nil {
			return frames, err
		}
		if tag.IsMedia() {
			frames++
		}
	}
}

// silent says that no byte comes for a while.
func (p *play) silent(d time.Duration) bool {
	p.nc.SetReadDeadline(time.Now().Add(d))
	defer p.nc.SetReadDeadline(time.Now().Add(patience))
	_, err := p.br.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded)
}
