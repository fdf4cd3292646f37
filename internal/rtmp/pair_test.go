package rtmp

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
)

// dial returns both ends of a TCP connection over loopback, closed at the end of the test.
func dial(t testing.TB) (client, server net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if server, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server
}

func TestPublishCycle(t *testing.T) {
	nc, peer := dial(t)
	var seen []RequestKind
	served := make(chan error, 1)
	go func() {
		served <- func() error {
			s, err := NewServerConn(context.Background(), peer, ServerConfig{ReplyProperties: map[string]any{"srs_id": "abc"}})
			if err != nil {
				return err
			}
			for {
				req, err := s.Next()
				if err != nil {
					return err
				}
				seen = append(seen, req.Kind)
				if req.Kind == Publish {
					if err := s.Accept(); err != nil {
						return err
					}
				}
			}
		}()
	}()
	ctx := t.Context()
	c, err := NewClient(ctx, nc, ClientConfig{App: "live", TCURL: "rtmp://127.0.0.1/live"})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Reply().Properties["srs_id"]; got != "abc" {
		t.Errorf("srs_id = %v", got)
	}
	if err := c.Open(ctx, "s0?fs=1"); err != nil {
		t.Fatal(err)
	}
	if err := c.WritePublish("s0?fs=1"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"onFCPublish", "onStatus"} {
		s, err := c.Status(ctx)
		if err != nil || s.Command != want || s.Code != codePublishStart {
			t.Fatalf("status = %+v, %v", s, err)
		}
	}
	if _, err := c.WriteMedia(AppendMessage(nil, Message{Type: TypeVideo, StreamID: c.StreamID(), Payload: make([]byte, 1000)}, c.ChunkSize())); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteUnpublish("s0?fs=1"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"onFCUnpublish", "_result", "onStatus"} {
		s, err := c.Status(ctx)
		if err != nil || s.Command != want {
			t.Fatalf("status = %+v, %v", s, err)
		}
	}
	nc.Close()
	if err := <-served; !errors.Is(err, io.EOF) {
		t.Errorf("server ended with %v", err)
	}
	if len(seen) != 3 || seen[0] != Publish || seen[1] != Media || seen[2] != Unpublish {
		t.Errorf("seen %v", seen)
	}
}
