package fleet

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// TestBlockedStretch: the time of a stretch that ends is told, also when no sample was taken in it.
func TestBlockedStretch(t *testing.T) {
	t.Run("tried", func(t *testing.T) { testBlockedStretch(t, narrow(t), false) })
	t.Run("waited for", func(t *testing.T) { testBlockedStretch(t, opaquely(narrow(t)), false) })
	t.Run("tried, and told meanwhile", func(t *testing.T) { testBlockedStretch(t, narrow(t), true) })
	t.Run("waited for, and told meanwhile", func(t *testing.T) { testBlockedStretch(t, opaquely(narrow(t)), true) })
}

func testBlockedStretch(t *testing.T, change func(*load.Publishers), told bool) {
	goOn := make(chan struct{})
	s := serve(t, func(v *visit) error {
		v.nc.(*net.TCPConn).SetReadBuffer(16 << 10)
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		<-goOn
		v.nc.(*net.TCPConn).SetReadBuffer(1 << 20)
		return v.read(-1)
	})
	f, notes, stop := sail(t, s, change)
	join(f, 1)
	joined := notes.Now()
	var since time.Duration
	soon(t, "it has been blocked for a while", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		if p := f.crowd[0]; (p.state == blocked || p.state == holding) && p.since > 0 {
			since = p.since
			return notes.Now()-since > 300*time.Millisecond
		}
		return false
	})
	var sum time.Duration
	if told {
		sample := f.Sample()
		if sample.BlockedFor < 300*time.Millisecond || sample.Blocked != 1 {
			t.Errorf("%d blocked for %v", sample.Blocked, sample.BlockedFor)
		}
		sum += sample.BlockedFor
		soon(t, "it goes on", func() bool { return notes.Now()-since > 500*time.Millisecond })
	}
	least := notes.Now() - since
	close(goOn)
	soon(t, "pictures come", func() bool { return len(s.visits()[0].got()) > 100 })
	stop()
	last := f.Sample()
	if sum += last.BlockedFor; sum < least || sum > notes.Now()-joined || told && last.Blocks == 0 && sum == 0 {
		t.Errorf("blocked for %v, want %v to %v", sum, least, notes.Now()-joined)
	}
}

// readable is a connection on which no write can be tried, but which has a descriptor.
type readable struct{ *net.TCPConn }

// TestPhase: where writes wait, too, a publisher's timestamps begin where its place among all publishers is.
func TestPhase(t *testing.T) {
	s := serve(t, nil)
	var now func() time.Duration
	f, notes, stop := sail(t, s, func(p *load.Publishers) {
		opaquely(nil)(p)
		now = p.Sink.Now
		p.Clock = func() int64 { return int64(now()) }
	})
	const publishers = 8
	join(f, publishers)
	soon(t, "each has sent something", func() bool {
		n := 0
		for _, v := range s.visits() {
			if len(v.got()) > 10 {
				n++
			}
		}
		return n == publishers
	})
	stop()
	said := map[string]time.Duration{}
	for _, e := range notes.All() {
		if a, ok := e.What.(history.PublishAccepted); ok {
			said[strings.TrimPrefix(e.Key, "live/")] = a.Said
		}
	}
	for _, v := range s.visits() {
		var n int
		fmt.Sscanf(v.stream, "s%d", &n)
		for _, frame := range v.got() {
			if frame.stamp.Seq != 1 {
				continue
			}
			sent, start := time.Duration(frame.stamp.SentAt), phase(n, said[v.stream], f.every)
			if sent < start {
				t.Errorf("the first picture of %s was sent %v before its time, %v after the server said so", v.stream, start-sent, sent-said[v.stream])
			}
		}
	}
}

// notice is an onStatus that means nothing to a publisher, in AMF0.
const notice = "\x02\x00\x08onStatus" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00" + "\x05" +
	"\x03" + "\x00\x05level" + "\x02\x00\x06status" + "\x00\x04code" + "\x02\x00\x17NetStream.Publish.Hello" + "\x00\x00\x09"

// TestLeavesByFIN: what a server has said that nobody has read yet does not make the end of a publisher that leaves an RST.
func TestLeavesByFIN(t *testing.T) {
	spoken := make(chan struct{})
	read := make(chan struct{})
	s := serve(t, func(v *visit) error {
		v.nc.(*net.TCPConn).SetReadBuffer(16 << 10)
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		<-spoken
		// More than its reader takes while nobody listens, for the publisher waits in a write.
		var words []byte
		for range 1000 {
			words = rtmp.AppendMessage(words, rtmp.Message{Type: rtmp.TypeCommand, StreamID: 1, ChunkStream: 5, Payload: []byte(notice)}, 128)
		}
		if _, err := v.nc.Write(words); err != nil {
			return err
		}
		spoken <- struct{}{}
		<-read
		_, err := io.Copy(io.Discard, v.nc)
		if err == nil {
			err = io.EOF
		}
		return err
	})
	f, notes, _ := sail(t, s, func(p *load.Publishers) {
		narrow(t)(p)
		dial := p.Dial
		p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return readable{nc.(*net.TCPConn)}, nil
		}
	})
	join(f, 1)
	soon(t, "it is blocked", func() bool { return f.Sample().Blocked == 1 })
	spoken <- struct{}{}
	<-spoken
	f.Leave(1)
	soon(t, "it has left", func() bool { return len(historytest.Of[history.Departed](notes)) == 1 })
	close(read)
	soon(t, "the server sees it", func() bool { return s.visits()[0].end() != nil })
	if err := s.visits()[0].end(); err != io.EOF {
		t.Errorf("the server sees %v, want a FIN", err)
	}
}

// TestRefusalsAreBounded: a server may make up a new code for each refusal.
func TestRefusalsAreBounded(t *testing.T) {
	var tally tally
	for i := range 10 * maxReasons {
		tally.refuse(&load.Failure{Wire: history.WireStatus, Code: strings.Repeat("x", 1<<16) + fmt.Sprint(i)})
		tally.refuse(&load.Failure{Wire: history.WireStatus, Code: fmt.Sprint(i)})
	}
	tally.refuse(&load.Failure{Wire: history.WireReset})
	sum := int64(0)
	for what, n := range tally.refused {
		if sum += n; len(what) > maxReason+len("…") {
			t.Errorf("a reason of %d bytes", len(what))
		}
	}
	if len(tally.refused) > maxReasons+1 || sum != 20*maxReasons+1 {
		t.Errorf("%d reasons for %d refusals", len(tally.refused), sum)
	}
}
