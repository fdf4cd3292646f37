package rtmp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClientStatus(t *testing.T) {
	refused := errors.New("refused")
	var c *Client
	var err error
	c, err = negotiate(t.Context(), t, func(nc net.Conn) {
		s := srs(t, nc)
		s.hear() // publish
		s.say(cmd("onFCPublish", 0, nil, info("", "NetStream.Publish.Start", "Started publishing stream.")), ping(77))
		if got := s.message(TypeUserControl).Payload; string(got) != "\x00\x07\x00\x00\x00\x4d" {
			t.Errorf("ping answered with %x", got)
		}
		s.say(cmd("onBWDone", 0, nil), cmd("onStatus", 0, nil, info("status", "NetStream.Publish.Start", "Go")),
			cmd("_error", 5, nil, info("error", "NetStream.Publish.BadName", "busy")),
			cmd("_error", 3, nil, "unknown"), cmd("_result", 5, nil), cmd("_result", 6, nil), cmd("_error", 99),
			cmd("onFCUnpublish", 0, nil, map[string]any{"code": 5}), cmd("onStatus", 0, nil), cmd("close", 0, nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WritePublish("s0"); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		Status
		refuses error
	}{
		{Status{"onFCPublish", "", "NetStream.Publish.Start", "Started publishing stream.", ""}, nil},
		{Status{"onStatus", "status", "NetStream.Publish.Start", "Go", ""}, nil},
		{Status{"_error", "error", "NetStream.Publish.BadName", "busy", "publish"}, refused},
		{Status{"_error", "", "", "unknown", "FCPublish"}, nil},
		{Status{"_result", "", "", "", "FCUnpublish"}, nil},
		{Status{"_error", "", "", "", ""}, refused},
		{Status{"onFCUnpublish", "", "5", "", ""}, nil},
		{Status{"onStatus", "", "", "", ""}, nil},
		{Status{"close", "", "", "", ""}, refused},
	}
	for _, w := range want {
		got, err := c.Status(t.Context())
		if err != nil || got != w.Status || got.Refuses() != (w.refuses != nil) {
			t.Errorf("got %+v, %v, refuses: %v; want %+v", got, err, got.Refuses(), w)
		}
	}
	if _, err := c.Status(t.Context()); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

// TestClientEarlyStatus holds that nothing said before createStream is answered gets lost.
func TestClientEarlyStatus(t *testing.T) {
	c, err := negotiate(t.Context(), t, func(nc net.Conn) {
		s := scriptServer(t, nc)
		s.hear()
		s.say(cmd("onStatus", 0, nil, info("status", "a", "")), accepted())
		s.hear()
		s.hear()
		s.hear()
		s.say(cmd("onFCPublish", 0, nil, info("status", "b", "")), cmd("_result", 4, nil, 1), cmd("onStatus", 0, nil, info("status", "c", "")))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a", "b", "c"} {
		if s, err := c.Status(t.Context()); err != nil || s.Code != want {
			t.Errorf("got %+v, %v, want %s", s, err, want)
		}
	}
}

// TestClientStatusAgain lets the context end inside of a message, and goes on.
func TestClientStatusAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nc, peer := net.Pipe()
		go func() {
			defer peer.Close()
			s := srs(t, peer)
			b := AppendMessage(nil, cmd("onStatus", 0, nil, info("status", "NetStream.Publish.Start", "Go")), s.chunk)
			for i := range b {
				time.Sleep(time.Second)
				s.write(b[i : i+1])
			}
		}()
		c, err := NewClient(t.Context(), nc, ClientConfig{})
		if err == nil {
			err = c.Open(t.Context(), "s0")
		}
		if err != nil {
			t.Fatal(err)
		}
		late := 0
		for {
			ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
			s, err := c.Status(ctx)
			cancel()
			if errors.Is(err, context.DeadlineExceeded) {
				late++
				continue
			}
			if err != nil || s.Code != "NetStream.Publish.Start" || late < 50 {
				t.Errorf("after %d deadlines: %+v, %v", late, s, err)
			}
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := c.Status(ctx); !errors.Is(err, context.Canceled) && err != io.EOF {
			t.Errorf("with a context that has ended: %v", err)
		}
		nc.Close()
	})
}

// TestClientUnreadPongs lets a server ping and not read: Status still ends with its context, and the replies stay whole.
func TestClientUnreadPongs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nc, peer := net.Pipe()
		next := make(chan bool)
		go func() {
			defer peer.Close()
			s := srs(t, peer)
			s.say(ping(1), ping(2))
			_, _ = peer.Read(make([]byte, 1)) // a byte of the first pong, so that a write is interrupted in the middle
			<-next
			rest := io.MultiReader(bytes.NewReader([]byte{chunkStreamControl}), peer)
			s.in = NewChunkReader(rest, Limits{})
			for n := range byte(2) {
				if got := s.message(TypeUserControl).Payload; len(got) < 6 || got[5] != n+1 {
					t.Errorf("pong %d: %x", n+1, got)
				}
			}
			s.message(TypeVideo)
		}()
		c, err := NewClient(t.Context(), nc, ClientConfig{})
		if err == nil {
			err = c.Open(t.Context(), "s0")
		}
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Status(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		close(next)
		if n, err := c.WriteMedia(AppendMessage(nil, Message{Type: TypeVideo, StreamID: 1}, c.ChunkSize())); n != 12 || err != nil {
			t.Errorf("wrote %d bytes of media behind the replies: %v", n, err)
		}
		if _, err := c.Status(t.Context()); err != io.EOF {
			t.Errorf("ended with %v", err)
		}
		c.NetConn().Close()
	})
}

// TestClientPingFlood lets a server ping without end while it does not read: Status neither waits for the writer that is
// stuck with media, nor queues replies without bound.
func TestClientPingFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nc, peer := net.Pipe()
		go func() {
			s := srs(t, peer)
			for {
				if _, err := peer.Write(AppendMessage(nil, ping(3), s.chunk)); err != nil {
					return
				}
			}
		}()
		c, err := NewClient(t.Context(), nc, ClientConfig{})
		if err == nil {
			err = c.Open(t.Context(), "s0")
		}
		if err != nil {
			t.Fatal(err)
		}
		stuck := make(chan error)
		go func() {
			_, err := c.WriteMedia(payload(10))
			stuck <- err
		}()
		synctest.Wait()
		if _, err := c.Status(t.Context()); !errors.Is(err, errQueue) {
			t.Errorf("Status ended with %v", err)
		}
		nc.Close()
		peer.Close()
		if err := <-stuck; err == nil {
			t.Error("the write that was stuck went well")
		}
	})
}

// TestClientWritesWhileReading sends media from one goroutine while another answers pings: both arrive whole.
func TestClientWritesWhileReading(t *testing.T) {
	const frames, pings = 2000, 500
	nc, peer := dial(t)
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		defer peer.Close()
		s := srs(t, peer)
		all.Go(func() {
			w := &script{t: t, nc: peer, chunk: s.chunk}
			for n := range uint32(pings) {
				w.say(ping(n))
			}
		})
		media, pongs := 0, 0
		for media < frames || pongs < pings {
			m, err := s.in.Next()
			if err != nil {
				t.Errorf("after %d frames and %d pongs: %v", media, pongs, err)
				return
			}
			switch m.Type {
			case TypeVideo:
				media++
			case TypeUserControl:
				pongs++
			}
		}
	})
	c, err := NewClient(t.Context(), nc, ClientConfig{})
	if err == nil {
		err = c.Open(t.Context(), "s0")
	}
	if err != nil {
		t.Fatal(err)
	}
	all.Go(func() {
		b := AppendMessage(nil, Message{Type: TypeVideo, StreamID: 1, Payload: payload(700)}, c.ChunkSize())
		for range frames {
			if n, err := c.WriteMedia(b); n != len(b) || err != nil {
				t.Errorf("wrote %d of %d: %v", n, len(b), err)
				return
			}
		}
	})
	if _, err := c.Status(t.Context()); err != io.EOF && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}
