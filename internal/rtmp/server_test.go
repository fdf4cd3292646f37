package rtmp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// countWrites counts the writes to a connection.
type countWrites struct {
	net.Conn
	mu sync.Mutex
	n  int
}

func (c *countWrites) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// answered plays client against a ServerConn and returns what the server's Next gave. on is called with each request.
func answered(t *testing.T, cfg ServerConfig, on func(s *ServerConn, r Request) error, client func(s *script)) []step {
	t.Helper()
	nc, peer := net.Pipe()
	var all sync.WaitGroup
	all.Go(func() {
		defer nc.Close()
		client(scriptClient(t, nc))
	})
	defer all.Wait()
	defer peer.Close()
	s, err := NewServerConn(t.Context(), peer, cfg)
	if err != nil {
		t.Errorf("connect: %v", err)
		return nil
	}
	var got []step
	for {
		r, err := s.Next()
		if err != nil {
			if err != io.EOF {
				t.Errorf("ended with %v", err)
			}
			return got
		}
		got = append(got, stepOf(r))
		if on != nil {
			if err := on(s, r); err != nil {
				t.Errorf("answer %v: %v", r.Kind, err)
			}
		}
	}
}

// sayPublish sends what an encoder sends up to publish.
func (s *script) sayPublish(name string) {
	s.say(cmd("connect", 1, map[string]any{"app": "live", "tcUrl": "rtmp://h/live"}))
	s.hear()
	s.say(cmd("releaseStream", 2, nil, name), cmd("FCPublish", 3, nil, name), cmd("createStream", 4, nil))
	for range 3 {
		s.hear()
	}
	m := cmd("publish", 5, nil, name, "live")
	m.StreamID = 1
	s.say(m)
}

func accept(s *ServerConn, r Request) error {
	if r.Kind == Publish {
		return s.Accept()
	}
	return nil
}

// TestServerAnswersLikeSRS holds every message of a publish, its order, and that each step is one write.
func TestServerAnswersLikeSRS(t *testing.T) {
	nc, peer := dial(t)
	writes := &countWrites{Conn: peer}
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		defer peer.Close()
		s, err := NewServerConn(t.Context(), writes, ServerConfig{ReplyProperties: map[string]any{"srs_id": "c1"}})
		for err == nil {
			var r Request
			if r, err = s.Next(); err == nil {
				err = accept(s, r)
			}
		}
	})
	s := scriptClient(t, nc)
	check := func(step string, wantWrites int, want ...string) {
		t.Helper()
		for _, w := range want {
			m, err := s.in.Next()
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("type %d %x", m.Type, m.Payload)
			if m.Type == TypeCommand {
				values, err := decodeAMF0(m.Payload)
				if err != nil {
					t.Fatal(err)
				}
				got = fmt.Sprintf("%d: %s", m.StreamID, speak(values))
			}
			if got != w {
				t.Errorf("%s: got %s\nwant %s", step, got, w)
			}
		}
		writes.mu.Lock()
		defer writes.mu.Unlock()
		if writes.n > wantWrites {
			t.Errorf("%s: %d writes so far, want %d", step, writes.n, wantWrites)
		}
	}
	s.say(cmd("connect", 1, map[string]any{"app": "live"}))
	check("connect", 2, "type 5 002625a0", "type 6 002625a002",
		"0: _result 1 map[capabilities:127 fmsVer:FMS/3,5,3,888 mode:1] map[code:NetConnection.Connect.Success data:map[srs_id:c1] "+
			"description:Connection succeeded level:status objectEncoding:0]")
	s.say(cmd("releaseStream", 2, nil, "s0"), cmd("FCPublish", 3, nil, "s0"), cmd("createStream", 4, nil), cmd("_checkbw", 5, nil))
	check("create", 3, "0: _result 2 <nil> <nil>", "0: _result 3 <nil> <nil>", "0: _result 4 <nil> 1", "0: _result 5 <nil> <nil>")
	m := cmd("publish", 6, nil, "s0", "live")
	m.StreamID = 1
	s.say(m)
	check("publish", 5, "1: onFCPublish 0 <nil> map[code:NetStream.Publish.Start description:Started publishing stream.]",
		"1: onStatus 0 <nil> map[clientid:ASAICiss code:NetStream.Publish.Start description:Started publishing stream. level:status]")
	s.say(cmd("FCUnpublish", 7, nil, "s0"), cmd("deleteStream", 8, nil, 1))
	check("unpublish", 6, "1: onFCUnpublish 0 <nil> map[code:NetStream.Unpublish.Success description:Stop publishing stream.]",
		"0: _result 7 <nil> <nil>",
		"1: onStatus 0 <nil> map[clientid:ASAICiss code:NetStream.Unpublish.Success description:Stop publishing stream. level:status]")
	nc.Close()
}

func TestServerRequests(t *testing.T) {
	meta := []byte("\x02\x00\x0aonMetaData\x03\x00\x00\x09")
	tests := []struct {
		name   string
		on     func(s *ServerConn, r Request) error
		client func(s *script)
		want   []step
	}{
		{"media, with what wraps it taken off", accept, func(s *script) {
			s.sayPublish("s0")
			s.hear()
			s.hear()
			s.say(Message{Type: TypeData, StreamID: 1, Payload: append([]byte(setDataFrame), meta...)},
				Message{Type: TypeDataAMF3, StreamID: 1, Payload: append([]byte{0}, meta...)},
				Message{Type: TypeVideo, StreamID: 1, Timestamp: 40, Payload: payload(5)}, Message{Type: TypeAudio, StreamID: 1})
		}, []step{{Kind: Publish, Stream: "s0"},
			stepOf(Request{Kind: Media, Stream: "s0", Media: Message{Type: TypeData, Payload: meta}}),
			stepOf(Request{Kind: Media, Stream: "s0", Media: Message{Type: TypeData, Payload: meta}}),
			stepOf(Request{Kind: Media, Stream: "s0", Media: Message{Type: TypeVideo, Timestamp: 40, Payload: payload(5)}}),
			{Kind: Media, Stream: "s0", Type: TypeAudio}}},
		{"media before any publish is nobody's", nil, func(s *script) {
			s.say(cmd("connect", 1, nil))
			s.hear()
			s.say(Message{Type: TypeVideo, StreamID: 1, Payload: payload(5)}, Message{Type: TypeAggregate, Payload: payload(50)})
		}, nil},
		{"a refused publisher goes on sending", func(s *ServerConn, r Request) error {
			if r.Kind == Publish {
				return s.Reject("NetStream.Publish.BadName", "busy")
			}
			return nil
		}, func(s *script) {
			s.sayPublish("s0")
			s.hear()
			if got, want := s.hear(), "onStatus 0 <nil> map[code:NetStream.Publish.BadName description:busy level:error]"; got != want {
				s.t.Errorf("got %s, want %s", got, want)
			}
			s.say(Message{Type: TypeAudio, StreamID: 1})
		}, []step{{Kind: Publish, Stream: "s0"}, {Kind: Media, Stream: "s0", Type: TypeAudio}}},
		{"a refused publish never was, and a good name is welcome", func(s *ServerConn, r Request) error {
			if r.Kind == Publish && r.Stream != "s1" {
				return s.Reject("NetStream.Publish.BadName", "busy")
			}
			return accept(s, r)
		}, func(s *script) {
			const busy = "onStatus 0 <nil> map[code:NetStream.Publish.BadName description:busy level:error]"
			s.say(cmd("connect", 1, nil))
			s.hear()
			for i, try := range []struct {
				say  Message
				want []string
			}{
				{cmd("publish", 2, nil, "s0"), []string{busy}},
				{cmd("FCUnpublish", 3, nil, "s0"), []string{"_result 3 <nil> <nil>"}},
				{cmd("closeStream", 0, nil), nil},
				{cmd("publish", 4, nil, "s0"), []string{busy}},
				{cmd("publish", 5, nil, "s1"), []string{
					"onStatus 0 <nil> map[clientid:ASAICiss code:NetStream.Publish.Start description:Started publishing stream. level:status]"}},
			} {
				s.say(try.say)
				for _, want := range try.want {
					if got := s.hear(); got != want {
						s.t.Errorf("%d: got %s, want %s", i, got, want)
					}
				}
			}
		}, []step{{Kind: Publish, Stream: "s0"}, {Kind: Publish, Stream: "s0"}, {Kind: Publish, Stream: "s1"}}},
		{"closeStream, and a second publish", accept, func(s *script) {
			s.sayPublish("s0")
			s.hear()
			s.hear()
			s.say(cmd("closeStream", 0, nil))
			s.hear()
			s.say(cmd("publish", 6, nil, "s1"))
			s.hear()
			s.hear()
			s.say(cmd("deleteStream", 7, nil, 1), cmd("deleteStream", 8, nil, 1))
		}, []step{{Kind: Publish, Stream: "s0"}, {Kind: Unpublish, Stream: "s0"}, {Kind: Publish, Stream: "s1"}, {Kind: Unpublish, Stream: "s1"}}},
		{"a second publish before the first ended, and one without a name", accept, func(s *script) {
			s.say(cmd("connect", 1, nil))
			s.hear()
			for _, try := range []struct{ name, want string }{
				{"", "map[code:NetStream.Publish.BadName description:Stream name is empty level:error]"},
				{"s0", "map[clientid:ASAICiss code:NetStream.Publish.Start description:Started publishing stream. level:status]"},
				{"s1", "map[code:NetStream.Publish.BadName description:Already publishing on this connection level:error]"},
			} {
				s.say(cmd("publish", 2, nil, try.name))
				if got := s.hear(); got != "onStatus 0 <nil> "+try.want {
					s.t.Errorf("%q: %s, want %s", try.name, got, try.want)
				}
			}
		}, []step{{Kind: Publish, Stream: "s0"}}},
		{"play", func(s *ServerConn, r Request) error { return s.Reject("NetStream.Play.StreamNotFound", "no RTMP here") }, func(s *script) {
			s.say(cmd("connect", 1, nil), cmd("createStream", 2, nil))
			s.hear()
			s.hear()
			m := cmd("play", 0, nil, "s0?x=1", -2000)
			m.StreamID = 1
			s.say(m)
			s.hear()
		}, []step{{Kind: Play, Stream: "s0?x=1"}}},
		{"words out of place", nil, func(s *script) {
			s.say(Message{Type: TypeAudio}, cmd("hello", 0), cmd("connect", 1, "not an object"))
			s.hear()
			s.say(cmd("FCUnpublish", 2, nil), cmd("deleteStream"), cmd("onStatus", 3), cmd("_error", 4), cmd("unknown", 0), cmd("publish", 5),
				ping(9), Message{Type: 77}, Message{Type: TypeUserControl}, Message{Type: TypeCommandAMF3, Payload: cmd("x", 6).Payload})
			for _, want := range []string{"_result 2 <nil> <nil>",
				"onStatus 0 <nil> map[code:NetStream.Publish.BadName description:Stream name is empty level:error]", "_result 6 <nil> <nil>"} {
				if got := s.hear(); got != want {
					s.t.Errorf("got %s, want %s", got, want)
				}
			}
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, answered(t, ServerConfig{}, tt.on, tt.client)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestServerAggregate takes an aggregate apart: three tags, of which one is no media, and half of a fourth.
func TestServerAggregate(t *testing.T) {
	tag := func(typ TypeID, timestamp uint32, body []byte) []byte {
		b := append([]byte{byte(typ)}, byte(len(body)>>16), byte(len(body)>>8), byte(len(body)), byte(timestamp>>16), byte(timestamp>>8),
			byte(timestamp), byte(timestamp>>24), 0, 0, 0)
		b = append(b, body...)
		return binary.BigEndian.AppendUint32(b, uint32(11+len(body)))
	}
	body := bytes.Join([][]byte{tag(TypeVideo, 0x01000000, payload(20)), tag(77, 0, payload(3)), tag(TypeAudio, 0x01000017, nil),
		tag(TypeVideo, 0x01000028, payload(9))[:15]}, nil)
	got := answered(t, ServerConfig{}, accept, func(s *script) {
		s.sayPublish("s0")
		s.hear()
		s.hear()
		s.say(Message{Type: TypeAggregate, StreamID: 1, Timestamp: 500, Payload: body}, Message{Type: TypeAudio, Timestamp: 600})
	})
	want := []step{{Kind: Publish, Stream: "s0"},
		stepOf(Request{Kind: Media, Stream: "s0", Media: Message{Type: TypeVideo, Timestamp: 500, Payload: payload(20)}}),
		{Kind: Media, Stream: "s0", Type: TypeAudio, Timestamp: 523}, {Kind: Media, Stream: "s0", Type: TypeAudio, Timestamp: 600}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestServerAnswersNothingUnasked(t *testing.T) {
	on := func(s *ServerConn, r Request) error {
		switch r.Kind {
		case Publish:
			return s.Accept()
		case Unpublish:
			for _, err := range []error{s.Accept(), s.Reject("x", "y")} {
				if !errors.Is(err, ErrNoRequest) {
					return fmt.Errorf("got %v", err)
				}
			}
		}
		return nil
	}
	answered(t, ServerConfig{}, on, func(s *script) {
		s.sayPublish("s0")
		s.hear()
		s.hear()
		s.say(cmd("FCUnpublish", 6, nil, "s0"))
		for range 3 {
			s.hear()
		}
	})
}

// TestServerRefuses is what a ServerConn will not talk to.
func TestServerRefuses(t *testing.T) {
	hello := append([]byte{3}, make([]byte, 2*handshakePart)...)
	after := func(b ...byte) []byte { return append(bytes.Clone(hello), b...) }
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"nothing", nil, "handshake: EOF"},
		{"half a C1", hello[:700], "handshake: unexpected EOF"},
		{"no C2", hello[:2000], "handshake: unexpected EOF"},
		{"a browser", []byte("GET / HTTP/1.1\r\n\r\n"), "handshake: not RTMP near byte 0: the handshake begins with byte 0x47, not with version 3"},
		{"encrypted RTMP", append([]byte{6}, hello[1:]...), "handshake: not RTMP near byte 0: the handshake begins with byte 0x06, not with version 3"},
		{"no connect", hello, "connect: EOF"},
		{"no chunks", after(0xFF, 0xFF, 0xFF, 0xFF), "connect: not RTMP near byte 3073: chunk stream 63 begins with a header of type 3"},
		{"a command that is none", after(AppendMessage(nil, Message{Type: TypeCommand, Payload: []byte{2, 0, 9}}, 128)...),
			"connect: not RTMP near byte 3088: " + errAMFShort.Error()},
		{"a window cut short", after(AppendMessage(nil, Message{Type: TypeWindowAckSize}, 128)...),
			"connect: not RTMP near byte 3085: WindowAckSize of 0 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewServerConn(t.Context(), &replay{in: bytes.NewReader(tt.in)}, ServerConfig{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v\nwant %v", err, tt.want)
			}
		})
	}
	if _, err := NewServerConn(t.Context(), &replay{in: bytes.NewReader(after(AppendMessage(nil, cmd("connect", 1), 128)...))},
		ServerConfig{ReplyProperties: map[string]any{"bad": func() {}}}); err == nil || !strings.HasPrefix(err.Error(), "encode _result: ") {
		t.Errorf("a reply that AMF0 cannot say gave %v", err)
	}
}

func TestServerContext(t *testing.T) {
	for name, client := range map[string]func(nc net.Conn){
		"silent":     func(net.Conn) {},
		"no connect": func(nc net.Conn) { _, _ = clientHandshake(nc, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				nc, peer := net.Pipe()
				go client(nc)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				begin := time.Now()
				if _, err := NewServerConn(ctx, peer, ServerConfig{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Minute {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
				nc.Close()
				peer.Close()
			})
		})
	}
}

// TestServerAcknowledges lets a client ask for acknowledgements, and counts them.
func TestServerAcknowledges(t *testing.T) {
	nc, peer := dial(t)
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { _, _ = converse(peer, ServerConfig{}); peer.Close() })
	s := scriptClient(t, nc)
	s.say(Message{Type: TypeWindowAckSize, Payload: []byte{0, 1, 0, 0}})
	s.sayPublish("s0")
	sent := uint32(0)
	all.Go(func() {
		for sent = 0; sent < 1<<20; sent += 1 << 10 {
			s.say(Message{Type: TypeVideo, StreamID: 1, Payload: make([]byte, 1<<10)})
		}
		nc.(*net.TCPConn).CloseWrite()
	})
	last := uint32(0)
	for {
		m, err := s.in.Next()
		if err != nil {
			break
		}
		if m.Type != TypeAck {
			continue
		}
		n := binary.BigEndian.Uint32(m.Payload)
		if n-last > 1<<16+8<<10 {
			t.Errorf("%d acknowledged after %d", n, last)
		}
		last = n
	}
	if last < 1<<20-1<<16 {
		t.Errorf("%d acknowledged at the end", last)
	}
}
