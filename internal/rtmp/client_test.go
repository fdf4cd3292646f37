package rtmp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// negotiate connects and opens a stream against server, which runs on the other end of a pipe and then closes it.
func negotiate(ctx context.Context, t *testing.T, server func(nc net.Conn)) (*Client, error) {
	nc, peer := net.Pipe()
	var all sync.WaitGroup
	all.Go(func() {
		defer peer.Close()
		server(peer)
	})
	t.Cleanup(func() {
		nc.Close()
		all.Wait()
	})
	c, err := NewClient(ctx, nc, ClientConfig{App: "live", TCURL: "rtmp://h/live"})
	if err != nil {
		return nil, err
	}
	return c, c.Open(ctx, "s0")
}

// srs answers as SRS does up to createStream.
func srs(t testing.TB, nc net.Conn) *script {
	s := scriptServer(t, nc)
	s.hear()
	s.say(Message{Type: TypeWindowAckSize, Payload: []byte{0, 0x26, 0x25, 0xA0}}, setChunkSize(60000))
	s.chunk = 60000
	s.say(cmd("_result", 1, map[string]any{"fmsVer": "FMS/3,5,3,888", "capabilities": 127, "mode": 1},
		map[string]any{"level": "status", "code": "NetConnection.Connect.Success", "description": "Connection succeeded", "objectEncoding": 0,
			"data": map[string]any{"version": "3,5,3,888", "srs_sig": "SRS", "srs_id": "m4t5x7q", "srs_pid": 17.0, "srs_version": "7.0.2"}}),
		cmd("onBWDone", 0, nil))
	s.hear()
	s.hear()
	s.hear()
	s.say(cmd("_result", 2, nil, undefined{}), cmd("_result", 3, nil, undefined{}), cmd("_result", 4, nil, 1))
	return s
}

func TestClientNegotiates(t *testing.T) {
	tests := []struct {
		name   string
		server func(s *script)
		want   any // nil, a Refusal, or an error to be found by errors.Is
	}{
		{"in the words of SRS", nil, nil},
		{"refused with null properties", func(s *script) {
			s.hear()
			s.say(cmd("_error", 1, nil, info("error", "NetConnection.Connect.Rejected", "no such app")))
		}, Refusal{Status{"_error", "error", "NetConnection.Connect.Rejected", "no such app", "connect"}, "connect"}},
		{"refused with nothing but a name", func(s *script) { s.hear(); s.say(cmd("_error", 1)) },
			Refusal{Status{Command: "_error", To: "connect"}, "connect"}},
		{"refused without a transaction", func(s *script) { s.hear(); s.say(cmd("_error", 0, nil, "go away")) },
			Refusal{Status{Command: "_error", Text: "go away"}, "connect"}},
		{"a _result that says error", func(s *script) {
			s.hear()
			s.say(cmd("_result", 1, nil, info("error", "NetConnection.Connect.Rejected", "full")))
		}, Refusal{Status{"_result", "error", "NetConnection.Connect.Rejected", "full", ""}, "connect"}},
		{"an onStatus of level error in place of an answer", func(s *script) {
			s.hear()
			s.say(cmd("onStatus", 0, nil, info("error", "NetConnection.Connect.Rejected", "limit")))
		}, Refusal{Status{"onStatus", "error", "NetConnection.Connect.Rejected", "limit", ""}, "connect"}},
		{"close", func(s *script) { s.hear(); s.say(cmd("close", 0, nil)) }, Refusal{Status{Command: "close"}, "connect"}},
		{"closed after connect", func(s *script) { s.hear() }, io.EOF},
		{"closed inside of the reply", func(s *script) {
			s.hear()
			b := AppendMessage(nil, accepted(), initialChunkSize)
			s.write(b[:len(b)-3])
		}, io.ErrUnexpectedEOF},
		{"createStream refused", func(s *script) {
			s.hear()
			s.say(accepted())
			s.hear()
			s.hear()
			s.hear()
			s.say(cmd("_error", 4, nil, info("error", "NetConnection.Call.Failed", "no")))
		}, Refusal{Status{"_error", "error", "NetConnection.Call.Failed", "no", "createStream"}, "create"}},
		{"a server that knows neither releaseStream nor FCPublish, nor transactions", func(s *script) {
			s.hear()
			s.say(accepted())
			s.hear()
			s.hear()
			s.hear()
			s.say(cmd("_error", 2, nil, info("error", "NetConnection.Call.Failed", "releaseStream?")), cmd("_result", 0, nil, undefined{}),
				cmd("_checkbw", 7, nil), cmd("somethingNew", 0, 1, 2, 3), cmd("_result", 0, nil, 1))
		}, nil},
		{"answers in AMF3 clothing", func(s *script) {
			s.hear()
			m := accepted()
			m.Type, m.Payload = TypeCommandAMF3, append([]byte{0}, m.Payload...)
			s.say(m)
			s.hear()
			s.hear()
			s.hear()
			s.say(cmd("_result", 4, nil, 1))
		}, nil},
		{"createStream answered with no stream", func(s *script) {
			s.hear()
			s.say(accepted())
			s.hear()
			s.hear()
			s.hear()
			s.say(cmd("_result", 4, nil, "one"))
		}, &FormatError{}},
		{"a reply that is not AMF0", func(s *script) { s.hear(); s.say(Message{Type: TypeCommand, Payload: []byte{0x42}}) }, &FormatError{}},
		{"a name that is a number", func(s *script) { s.hear(); s.say(cmd(7)) }, &FormatError{}},
		{"a command too large to be one", func(s *script) {
			s.hear()
			s.say(Message{Type: TypeCommand, Payload: make([]byte, maxCommand+1)})
		}, &FormatError{}},
		{"statuses without end", func(s *script) {
			s.hear()
			for range maxEarly + 1 {
				s.say(cmd("onStatus", 0, nil, info("status", "x", "y")))
			}
		}, &FormatError{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := negotiate(t.Context(), t, func(nc net.Conn) {
				if tt.server == nil {
					srs(t, nc)
					return
				}
				tt.server(scriptServer(t, nc))
			})
			var format *FormatError
			var refusal *Refusal
			switch want := tt.want.(type) {
			case nil:
				if err != nil || c.StreamID() != 1 {
					t.Errorf("stream %d, %v", c.StreamID(), err)
				}
			case Refusal:
				if !errors.As(err, &refusal) || *refusal != want || err.Error() != want.Error() {
					t.Errorf("got %v, want %v", err, &want)
				}
			case *FormatError:
				if !errors.As(err, &format) {
					t.Errorf("got %v, want a FormatError", err)
				}
			case error:
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
		})
	}
}

func TestClientBadHandshake(t *testing.T) {
	tests := []struct {
		name   string
		server func(nc net.Conn)
		want   string
	}{
		{"closed at once", func(net.Conn) {}, "handshake: io: read/write on closed pipe"},
		{"closed after C1", func(nc net.Conn) { _, _ = io.CopyN(io.Discard, nc, 1537) }, "handshake: EOF"},
		{"closed inside of S1", func(nc net.Conn) { _, _ = io.CopyN(io.Discard, nc, 1537); _, _ = nc.Write([]byte{3, 0, 0}) },
			"handshake: unexpected EOF"},
		{"a web server", func(nc net.Conn) {
			_, _ = io.CopyN(io.Discard, nc, 1537)
			_, _ = io.WriteString(nc, "HTTP/1.1 400 Bad Request\r\n\r\n")
		}, "handshake: not RTMP near byte 0: the handshake begins with byte 0x48, not with version 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := negotiate(t.Context(), t, tt.server); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestClientContext lets a server fall silent, or stop reading, at each stage. The context ends it.
func TestClientContext(t *testing.T) {
	block := func(nc net.Conn) { _, _ = io.Copy(io.Discard, nc) } // until the client closes
	stages := []struct {
		name   string
		server func(t *testing.T, nc net.Conn, over <-chan struct{})
	}{
		{"nothing is read", func(_ *testing.T, _ net.Conn, over <-chan struct{}) { <-over }},
		{"no handshake", func(_ *testing.T, nc net.Conn, _ <-chan struct{}) { block(nc) }},
		{"half a handshake", func(_ *testing.T, nc net.Conn, _ <-chan struct{}) {
			_, _ = io.CopyN(io.Discard, nc, 1537)
			_, _ = nc.Write([]byte{3, 1, 2, 3})
			block(nc)
		}},
		{"no reply to connect", func(t *testing.T, nc net.Conn, _ <-chan struct{}) { scriptServer(t, nc); block(nc) }},
		{"pings and no reply", func(t *testing.T, nc net.Conn, over <-chan struct{}) {
			s := scriptServer(t, nc)
			s.hear()
			go block(nc)
			for tick := time.NewTicker(time.Millisecond); ; {
				select {
				case <-over:
					return
				case <-tick.C:
					_, _ = nc.Write(AppendMessage(nil, ping(1), 128))
				}
			}
		}},
		{"no reply to createStream", func(t *testing.T, nc net.Conn, _ <-chan struct{}) {
			s := scriptServer(t, nc)
			s.hear()
			s.say(accepted())
			block(nc)
		}},
	}
	for _, tt := range stages {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				begin := time.Now()
				nc, peer := net.Pipe()
				over := make(chan struct{})
				var all sync.WaitGroup
				all.Go(func() {
					defer peer.Close()
					tt.server(t, peer, over)
				})
				c, err := NewClient(ctx, nc, ClientConfig{App: "live"})
				if err == nil {
					err = c.Open(ctx, "s0")
				}
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 3*time.Second {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
				nc.Close()
				close(over)
				all.Wait()
			})
		})
	}
}

func TestClientReply(t *testing.T) {
	c, err := negotiate(t.Context(), t, func(nc net.Conn) { srs(t, nc) })
	if err != nil {
		t.Fatal(err)
	}
	want := ConnectReply{Code: "NetConnection.Connect.Success", Text: "Connection succeeded", Properties: map[string]any{
		"fmsVer": "FMS/3,5,3,888", "capabilities": 127.0, "mode": 1.0, "level": "status", "code": "NetConnection.Connect.Success",
		"description": "Connection succeeded", "objectEncoding": 0.0,
		"version": "3,5,3,888", "srs_sig": "SRS", "srs_id": "m4t5x7q", "srs_pid": 17.0, "srs_version": "7.0.2"}}
	if diff := cmp.Diff(want, c.Reply()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestClientSays holds what goes over the wire, command by command, over two publishes on one connection.
func TestClientSays(t *testing.T) {
	said := make(chan string, 100)
	c, err := negotiate(t.Context(), t, func(nc net.Conn) {
		s := scriptServer(t, nc)
		said <- s.hear()
		s.say(accepted())
		for _, id := range []int{4, 10} {
			said <- s.hear()
			said <- s.hear()
			said <- s.hear()
			s.say(cmd("_result", id, nil, id))
			m := s.message(TypeCommand)
			values, _ := decodeAMF0(m.Payload)
			said <- fmt.Sprint(m.StreamID, ": ", speak(values))
			said <- s.hear()
			said <- s.hear()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		c.WritePublish("s0"), c.WriteUnpublish("s0"), c.Open(t.Context(), "s1"), c.WritePublish("s1?a=b"), c.WriteUnpublish("s1"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"connect 1 map[app:live audioCodecs:4071 capabilities:15 flashVer:FMLE/3.0 (compatible; flvstorm) fpad:false objectEncoding:0 " +
			"tcUrl:rtmp://h/live type:nonprivate videoCodecs:252 videoFunction:1]",
		"releaseStream 2 <nil> s0", "FCPublish 3 <nil> s0", "createStream 4 <nil>", "4: publish 5 <nil> s0 live",
		"FCUnpublish 6 <nil> s0", "deleteStream 7 <nil> 4",
		"releaseStream 8 <nil> s1", "FCPublish 9 <nil> s1", "createStream 10 <nil>", "10: publish 11 <nil> s1?a=b live",
		"FCUnpublish 12 <nil> s1", "deleteStream 13 <nil> 10",
	}
	for _, w := range want {
		if got := <-said; got != w {
			t.Errorf("said %q, want %q", got, w)
		}
	}
}
