package fleet

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
)

// server is a server that a test scripts.
type server struct {
	ln   net.Listener
	kept sync.WaitGroup

	mu     sync.Mutex
	conns  []*visit
	closed bool
}

// visit is one connection to it.
type visit struct {
	nc     net.Conn
	number int // of those before it
	rtmp   *rtmp.ServerConn

	mu     sync.Mutex
	stream string
	frames []frame
	err    error // how it ended
}

// frame is a message of media that came.
type frame struct {
	kind  rtmp.TypeID
	at    uint32
	size  int
	stamp media.Stamp
	bad   error
}

// serve answers each connection as the script says; without one it accepts every publish and reads on.
func serve(t testing.TB, script func(*visit) error) *server {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) }) // when all else is cleaned up
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{ln: ln}
	if script == nil {
		script = func(v *visit) error { return v.publish((*rtmp.ServerConn).Accept) }
	}
	s.kept.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			v := &visit{nc: nc, number: len(s.conns)}
			s.conns = append(s.conns, v)
			if s.closed {
				nc.Close()
			}
			s.mu.Unlock()
			s.kept.Go(func() {
				defer nc.Close()
				err := script(v)
				v.mu.Lock()
				v.err = err
				v.mu.Unlock()
			})
		}
	})
	t.Cleanup(s.close)
	return s
}

func (s *server) close() {
	s.ln.Close()
	s.mu.Lock()
	s.closed = true
	for _, v := range s.conns {
		v.nc.Close()
	}
	s.mu.Unlock()
	s.kept.Wait()
}

// visits are the connections up to now.
func (s *server) visits() []*visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.conns)
}

// ask takes the connection up to its publish.
func (v *visit) ask() error {
	var err error
	if v.rtmp, err = rtmp.NewServerConn(context.Background(), v.nc, rtmp.ServerConfig{}); err != nil {
		return err
	}
	for {
		req, err := v.rtmp.Next()
		if err != nil {
			return err
		}
		if req.Kind == rtmp.Publish {
			v.mu.Lock()
			v.stream = req.Stream
			v.mu.Unlock()
			return nil
		}
	}
}

// publish takes the connection up to its publish, answers it and reads what comes.
func (v *visit) publish(answer func(*rtmp.ServerConn) error) error {
	if err := v.ask(); err != nil {
		return err
	}
	if err := answer(v.rtmp); err != nil {
		return err
	}
	return v.read(-1)
}

// read reads n messages of media, or all until the end for a negative n.
func (v *visit) read(n int) error {
	for ; n != 0; n-- {
		req, err := v.rtmp.Next()
		if err != nil {
			return err
		}
		if req.Kind != rtmp.Media {
			continue
		}
		f := frame{kind: req.Media.Type, at: req.Media.Timestamp, size: len(req.Media.Payload)}
		f.stamp, _, f.bad = media.FindStamp(req.Media.Payload)
		v.mu.Lock()
		v.frames = append(v.frames, f)
		v.mu.Unlock()
	}
	return nil
}

// got is what has come.
func (v *visit) got() []frame {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.frames)
}

// asksFor is the stream that it publishes.
func (v *visit) asksFor() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stream
}

// end is how it ended, nil while it goes on.
func (v *visit) end() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// sail runs a fleet against s until the test ends or stop is called, which returns when it is over.
func sail(t testing.TB, s *server, change func(*load.Publishers)) (f *Fleet, notes *historytest.Notes, stop func()) {
	t.Helper()
	clip, err := media.Synthetic(media.DefaultSpec())
	if err != nil {
		t.Fatal(err)
	}
	notes = historytest.New()
	pubs := &load.Publishers{
		Sink: notes, Gate: open{}, Clip: clip, Profile: &profile.Profile{Accept: "onstatus"}, Dial: new(target.Road).Dial, Source: 42,
		Patience: time.Hour, // however slow this machine is
	}
	if change != nil {
		change(pubs)
	}
	addr := s.ln.Addr().String()
	f = New(Config{Publishers: pubs, Endpoint: func(stream string) target.Endpoint {
		return target.Endpoint{Addr: addr, App: "live", Stream: stream, TCURL: "rtmp://" + addr + "/live"}
	}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(stop)
	return f, notes, stop
}

// join has n publishers join, due now.
func join(f *Fleet, n int) {
	for i := range n {
		f.Join(Berth{Key: fmt.Sprint("live/s", i), Stream: fmt.Sprint("s", i), Actor: fmt.Sprint("pub/live/s", i), Due: f.sink.Now()})
	}
}

// open is a gate that is.
type open struct{}

func (open) Wait(ctx context.Context) error { return ctx.Err() }
func (open) Report(history.Wire)            {}
func (open) Touch()                         {}

// soon waits for something that nothing tells of.
func soon(t testing.TB, what string, holds func() bool) {
	t.Helper()
	historytest.Eventually(t, what, holds)
}

// ms is a time in milliseconds.
func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }
