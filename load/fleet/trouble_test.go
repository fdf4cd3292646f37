package fleet

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// narrow gives publishers sockets that hold little, and a stream that fills them soon.
func narrow(t *testing.T) func(*load.Publishers) {
	clip, err := media.Synthetic(media.Spec{Bitrate: 2_000_000})
	if err != nil {
		t.Fatal(err)
	}
	return func(p *load.Publishers) {
		p.Clip = clip
		dial := p.Dial
		p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			if err == nil {
				err = nc.(*net.TCPConn).SetWriteBuffer(32 << 10)
			}
			return nc, err
		}
	}
}

// opaque is a connection on which no write can be tried.
type opaque struct{ net.Conn }

// opaquely gives publishers such connections.
func opaquely(change func(*load.Publishers)) func(*load.Publishers) {
	return func(p *load.Publishers) {
		if change != nil {
			change(p)
		}
		dial := p.Dial
		p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return opaque{nc}, nil
		}
	}
}

// TestBackpressure has a server stop reading and go on: the publisher is blocked, nothing is lost or out of order, and what was
// late because of it is told apart.
func TestBackpressure(t *testing.T) {
	t.Run("tried", func(t *testing.T) { testBackpressure(t, narrow(t)) })
	t.Run("waited for", func(t *testing.T) { testBackpressure(t, opaquely(narrow(t))) })
}

func testBackpressure(t *testing.T, change func(*load.Publishers)) {
	stands, goOn := make(chan struct{}), make(chan struct{})
	s := serve(t, func(v *visit) error {
		if v.number == 0 {
			v.nc.(*net.TCPConn).SetReadBuffer(16 << 10)
		}
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		if v.number == 0 {
			if err := v.read(20); err != nil {
				return err
			}
			close(stands)
			<-goOn
			v.nc.(*net.TCPConn).SetReadBuffer(1 << 20)
		}
		return v.read(-1)
	})
	var wires wires
	f, notes, stop := sail(t, s, wires.kept(change))
	join(f, 2)
	var blocks int64
	var late, behind latency.Histogram
	look := func() history.FleetSample {
		sample := f.Sample()
		blocks += sample.Blocks
		late.AddCounts(sample.Lateness)
		behind.AddCounts(sample.Behind)
		return sample
	}
	<-stands
	soon(t, "both publish", func() bool { look(); return f.Publishing() == 2 })
	first, other := s.visits()[0], s.visits()[1]
	slow, fast := first.asksFor(), other.asksFor()
	// Both may have been held up before, by a machine that is busy. Now the one is, in one stretch.
	var since, told time.Duration
	var freed [2]time.Duration
	var before int64
	soon(t, "one is blocked for more than a second", func() bool {
		told += look().BlockedFor
		held, now := f.heldUp(slow)
		if again := [2]time.Duration{f.freedAt(slow), f.freedAt(fast)}; !held || again != freed {
			since, told, freed, before = notes.Now(), 0, again, behind.Count()
		}
		return now-since > 1200*time.Millisecond
	})
	had := len(other.got())
	soon(t, "the other goes on", func() bool { told += look().BlockedFor; return len(other.got()) >= had+60 })
	if n := f.Publishing(); n != 2 {
		t.Errorf("%d publish, want both", n)
	}
	if f.freedAt(fast) == freed[1] && behind.Count() != before {
		t.Error("frames are told as behind that have not been written")
	}
	wires.widen(t) // what little they hold at a time may be too little where they have their turns seldom
	close(goOn)
	soon(t, "it is blocked no more", func() bool { told += look().BlockedFor; return f.freedAt(slow) > freed[0] })
	want := len(other.got())
	soon(t, "it has caught up", func() bool { look(); return len(first.got()) >= want })
	stop()
	look()
	inOrder(t, first, 1)
	inOrder(t, other, 1)
	if blocks == 0 || told < time.Second || behind.Count() < 20 || behind.Longest() < time.Second {
		t.Errorf("%d blocks, the last for %v, %d pictures behind, up to %v", blocks, told, behind.Count(), behind.Longest())
	}
	if n := len(historytest.Of[history.Departed](notes)); n != 2 {
		t.Errorf("%d have departed, want 2", n)
	}
}

// wires are the connections of a fleet's publishers.
type wires struct {
	mu  sync.Mutex
	all []*net.TCPConn
}

// kept has change made, and keeps what is dialled.
func (w *wires) kept(change func(*load.Publishers)) func(*load.Publishers) {
	return func(p *load.Publishers) {
		dial := p.Dial
		p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := dial(ctx, network, addr)
			if err == nil {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.all = append(w.all, nc.(*net.TCPConn))
			}
			return nc, err
		}
		change(p)
	}
}

// widen lets them hold much.
func (w *wires) widen(t *testing.T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, nc := range w.all {
		if err := nc.SetWriteBuffer(1 << 20); err != nil {
			t.Fatal(err)
		}
	}
}

// on is the publisher of a stream.
func (f *Fleet) on(stream string) *publisher {
	for _, p := range f.crowd {
		if p.Stream == stream {
			return p
		}
	}
	panic("nobody publishes " + stream)
}

// heldUp reports whether the publisher of a stream is blocked, and when that was so.
func (f *Fleet) heldUp(stream string) (held bool, now time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.on(stream)
	return p.state == blocked || p.state == holding && p.stuck, f.sink.Now()
}

// freedAt is until when the frames of the publisher of a stream were late because of the server.
func (f *Fleet) freedAt(stream string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.on(stream).freed
}

// TestServerThatReadsNothing ends a fleet whose every publisher is blocked, or waits for an answer.
func TestServerThatReadsNothing(t *testing.T) {
	end := make(chan struct{})
	s := serve(t, func(v *visit) error {
		v.nc.(*net.TCPConn).SetReadBuffer(16 << 10)
		if v.number%2 == 1 {
			<-end // the handshake is never answered
			return nil
		}
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		<-end
		return nil
	})
	t.Cleanup(func() { close(end) })
	f, notes, stop := sail(t, s, narrow(t))
	join(f, 6)
	soon(t, "three are blocked and three wait", func() bool { sample := f.Sample(); return sample.Blocked == 3 && sample.Connecting == 3 })
	stop() // which comes back, and a write may wait for an hour
	if n := len(historytest.Of[history.Departed](notes)); n != 3 {
		t.Errorf("%d have departed, want 3", n)
	}
	if n := len(historytest.Of[history.PublishEnded](notes)) + len(historytest.Of[history.PublishRefused](notes)); n != 0 {
		t.Errorf("%d ends and refusals are told, and the server did nothing", n)
	}
}

// TestRefusedThenAccepted tries again at the pace of all publishers, with a new epoch each time.
func TestRefusedThenAccepted(t *testing.T) {
	s := serve(t, func(v *visit) error {
		if v.number < 3 {
			return v.publish(func(c *rtmp.ServerConn) error { return c.Reject("NetStream.Publish.BadName", "Already publishing") })
		}
		return v.publish((*rtmp.ServerConn).Accept)
	})
	f, notes, _ := sail(t, s, nil)
	join(f, 1)
	soon(t, "it publishes", func() bool { return f.Publishing() == 1 })
	sample := f.Sample()
	if sample.Refused["NetStream.Publish.BadName"] != 3 || sample.Accepted != 1 || sample.Publish == nil {
		t.Errorf("sample %+v", sample)
	}
	if at := sample.Publish[0][0]; at < 105_000 { // 15, 30 and 60 ms between the tries
		t.Errorf("it took %d µs from when the publish was due, retries included", at)
	}
	if again := f.Sample(); again.Accepted != 0 || again.Refused != nil || again.Publish != nil {
		t.Errorf("the next sample tells it again: %+v", again)
	}
	for i, r := range historytest.Of[history.PublishRefused](notes) {
		if r.Try != i || r.Code != "NetStream.Publish.BadName" || r.Stage != "publish" || r.Sent == 0 || r.Role != history.Owner {
			t.Errorf("refusal %d: %+v", i, r)
		}
	}
	soon(t, "pictures come", func() bool { return len(s.visits()[3].got()) > 10 })
	inOrder(t, s.visits()[3], 4)
}

// TestEndedComesBack publishes again after the server has ended the publish, by a reset, a FIN or a word.
func TestEndedComesBack(t *testing.T) {
	s := serve(t, func(v *visit) error {
		if v.number >= 3 {
			return v.publish((*rtmp.ServerConn).Accept)
		}
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		if err := v.read(10); err != nil {
			return err
		}
		switch v.number {
		case 0:
			v.nc.(*net.TCPConn).SetLinger(0)
		case 2:
			if err := v.rtmp.Reject("NetStream.Publish.Denied", "kicked"); err != nil {
				return err
			}
			return v.read(-1)
		}
		return io.EOF
	})
	f, notes, _ := sail(t, s, nil)
	join(f, 1)
	soon(t, "it publishes for the fourth time", func() bool { vs := s.visits(); return len(vs) == 4 && len(vs[3].got()) > 10 })
	ended := historytest.Of[history.PublishEnded](notes)
	if len(ended) != 3 || ended[0].Wire != history.WireReset || ended[2].Wire != history.WireStatus || ended[2].Code != "NetStream.Publish.Denied" {
		t.Fatalf("ended %+v", ended)
	}
	for _, e := range ended {
		if e.Frames == 0 || e.Bytes == 0 {
			t.Errorf("ended %+v", e)
		}
	}
	if sample := f.Sample(); sample.Ended != 3 || sample.Accepted != 4 || len(sample.Refused) != 0 {
		t.Errorf("sample %+v", sample)
	}
	for i, v := range s.visits() {
		inOrder(t, v, uint32(i+1))
	}
}

// TestServerThatResetsEveryTenth gets all to publish in the end.
func TestServerThatResetsEveryTenth(t *testing.T) {
	s := serve(t, func(v *visit) error {
		if v.number%10 == 9 {
			v.nc.(*net.TCPConn).SetLinger(0)
			return errors.New("reset")
		}
		return v.publish((*rtmp.ServerConn).Accept)
	})
	f, notes, _ := sail(t, s, nil)
	join(f, 95)
	soon(t, "all publish", func() bool { return f.Publishing() == 95 })
	refused := historytest.Of[history.PublishRefused](notes)
	if len(refused) != 10 { // 105 connections
		t.Errorf("%d refusals, want 10", len(refused))
	}
	for _, r := range refused {
		if r.Sent != 0 || r.Wire != history.WireReset || r.Stage != "tcp" && r.Stage != "handshake" {
			t.Errorf("refused %+v", r)
		}
	}
}

// TestSurvive accepts a publish only when it has outlived the profile's time, and counts an end before that as a refusal.
func TestSurvive(t *testing.T) {
	for survive := ms(150); !testSurvive(t, survive); survive *= 10 {
		if survive > 10*time.Second {
			t.Fatalf("an end before %v is none before acceptance", survive)
		}
	}
}

// testSurvive reports whether this machine looked at the publish that ends before its time was over.
func testSurvive(t *testing.T, survive time.Duration) bool {
	s := serve(t, func(v *visit) error {
		if v.number == 0 {
			return v.publish(func(c *rtmp.ServerConn) error {
				c.Accept()
				return io.EOF
			})
		}
		return v.publish((*rtmp.ServerConn).Accept)
	})
	f, notes, stop := sail(t, s, func(p *load.Publishers) { p.Profile = &profile.Profile{Accept: "survive", Survive: survive} })
	defer s.close()
	defer stop()
	join(f, 1)
	soon(t, "it is accepted", func() bool { return f.Publishing() == 1 })
	refused, accepted := historytest.Of[history.PublishRefused](notes), historytest.Of[history.PublishAccepted](notes)
	if len(refused) == 0 {
		return false
	}
	if len(refused) != 1 || refused[0].Stage != "survive" && refused[0].Stage != "publish" {
		t.Errorf("refused %+v", refused)
	}
	if len(accepted) != 1 || accepted[0].Rule != "survive" {
		t.Fatalf("accepted %+v", accepted)
	}
	for _, e := range notes.All() {
		if a, ok := e.What.(history.PublishAccepted); ok && (e.At != a.Said+survive || e.Epoch != 2) {
			t.Errorf("epoch %d accepted at %v, told to start at %v", e.Epoch, e.At, a.Said)
		}
	}
	f.Join(Berth{Key: "live/x", Stream: "x", Actor: "pub/live/x"})
	soon(t, "the other is told to start", func() bool { vs := s.visits(); return len(vs) == 3 && len(vs[2].got()) > 3 })
	f.Leave(1)
	soon(t, "it leaves, decided or not", func() bool {
		return len(historytest.Of[history.PublishUndecided](notes))+len(historytest.Of[history.Departed](notes)) == 1
	})
	return true
}

// TestOverTLS publishes where every write waits, and has one end by the server and one by itself.
func TestOverTLS(t *testing.T) {
	s := serve(t, func(v *visit) error {
		if v.number > 0 {
			return v.publish((*rtmp.ServerConn).Accept)
		}
		if err := v.ask(); err != nil {
			return err
		}
		if err := v.rtmp.Accept(); err != nil {
			return err
		}
		return v.read(10)
	})
	front := peertest.Terminate(t, &tls.Config{Certificates: []tls.Certificate{peertest.NewAuthority(t).Good()}}, s.ln.Addr().String())
	f, notes, stop := sail(t, s, func(p *load.Publishers) {
		road, err := target.NewRoad(target.RoadConfig{Insecure: true})
		if err != nil {
			t.Fatal(err)
		}
		p.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { return road.Dial(ctx, target.TLS, front) }
	})
	join(f, 3)
	soon(t, "the ended one is back", func() bool { return len(s.visits()) == 4 && f.Publishing() == 3 })
	soon(t, "with pictures", func() bool { return len(s.visits()[3].got()) > 30 })
	sample := f.Sample()
	f.Leave(1)
	soon(t, "one has left", func() bool { return len(historytest.Of[history.Departed](notes)) == 1 })
	stop()
	if sample.Frames == 0 || sample.Bytes == 0 || sample.Lateness == nil || sample.Ended != 1 || sample.Accepted != 4 {
		t.Errorf("sample %+v", sample)
	}
	if ended, departed := historytest.Of[history.PublishEnded](notes), historytest.Of[history.Departed](notes); len(ended) != 1 || len(departed) != 3 {
		t.Errorf("ended %+v, departed %+v", ended, departed)
	}
	inOrder(t, s.visits()[1], 1)
	inOrder(t, s.visits()[3], 2)
}
