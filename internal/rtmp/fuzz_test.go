package rtmp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// fuzzLimits are small, so that fuzzing finds their edges.
var fuzzLimits = Limits{MessageSize: 4 << 10, ChunkStreams: 6, Pending: 6 << 10, ReadBuffer: 64}

// within fails the test unless err is one that a peer can cause.
func within(t *testing.T, err error) {
	t.Helper()
	var format *FormatError
	var refusal *Refusal
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &format) || errors.As(err, &refusal) || errors.Is(err, errQueue) {
		return
	}
	t.Fatalf("ended with %v", err)
}

// bounded fails the test when a reader holds more than its limits allow.
func bounded(t *testing.T, r *ChunkReader) {
	t.Helper()
	lim := r.lim
	held := 0
	for _, s := range r.streams {
		held += s.got()
	}
	if held > lim.Pending+lim.MessageSize || held != r.held || len(r.streams) > lim.ChunkStreams || len(r.buf) != lim.ReadBuffer {
		t.Fatalf("%d bytes (counted %d) on %d chunk streams, with %+v", held, r.held, len(r.streams), lim)
	}
}

// FuzzChunkReader reads anything as chunks; what was understood is written and read again, and must be the same.
func FuzzChunkReader(f *testing.F) {
	for i, tt := range chunkCases {
		f.Add(wire(f, tt.in), uint32(1<<i))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint32) {
		r := NewChunkReader(bytes.NewReader(b), fuzzLimits)
		all, err := readAll(r)
		within(t, err)
		bounded(t, r)
		interrupted := NewChunkReader(&impatient{r: bytes.NewReader(b)}, fuzzLimits)
		var same []Message
		for err = nil; err == nil || errors.Is(err, os.ErrDeadlineExceeded); {
			var some []Message
			some, err = readAll(interrupted)
			same = append(same, some...)
		}
		if diff := diffMessages(all, same); diff != "" {
			t.Fatalf("interrupted at every byte (-whole +interrupted):\n%s", diff)
		}

		var again bytes.Buffer
		w := NewChunkWriter(&again)
		if err := w.SetChunkSize(int(size % (8 << 10))); err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.Type == 0 {
				m.Type = TypeVideo // nothing a writer would send
			}
			if err := w.WriteMessage(m); err != nil {
				t.Fatal(err)
			}
		}
		for i := range all {
			if all[i].Type == 0 {
				all[i].Type = TypeVideo
			}
		}
		second, err := readAll(NewChunkReader(&again, Limits{}))
		if diff := diffMessages(all, second); diff != "" || err != io.EOF {
			t.Fatalf("read, written and read: %v (-first +second):\n%s", err, diff)
		}
	})
}

// FuzzServer is a client that says anything after a good handshake.
func FuzzServer(f *testing.F) {
	for _, c := range captures {
		b, err := os.ReadFile(filepath.Join("testdata", c.name+".rtmp"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[handshakeSize:min(len(b), handshakeSize+2<<10)])
	}
	var all []byte
	for _, m := range []Message{cmd("connect", 1, map[string]any{"app": "live"}), cmd("releaseStream", 2, nil, "s"), cmd("FCPublish", 3, nil, "s"),
		cmd("createStream", 4, nil), cmd("publish", 5, nil, "s", "live"), {Type: TypeAggregate, Payload: payload(40)}, ping(1),
		{Type: TypeWindowAckSize, Payload: payload(4)}, cmd("FCUnpublish", 6, nil, "s"), cmd("deleteStream", 7, nil, 1), cmd("play", 8, nil, "s")} {
		all = AppendMessage(all, m, initialChunkSize)
	}
	f.Add(all)
	hello := append([]byte{rtmpVersion}, make([]byte, 2*handshakePart)...)
	f.Fuzz(func(t *testing.T, b []byte) {
		nc := &replay{in: io.MultiReader(bytes.NewReader(hello), bytes.NewReader(b))}
		s, err := NewServerConn(context.Background(), nc, ServerConfig{Limits: fuzzLimits})
		if err != nil {
			within(t, err)
			return
		}
		publishing := false
		for {
			r, err := s.Next()
			if err != nil {
				within(t, err)
				break
			}
			switch r.Kind {
			case Publish:
				if publishing {
					t.Fatal("two publishes at once")
				}
				publishing = true
				err = s.Accept()
			case Unpublish:
				if !publishing {
					t.Fatal("an unpublish without a publish")
				}
				publishing = false
			case Play:
				err = s.Reject("NetStream.Play.Failed", "no")
			case Media:
				if r.Stream == "" {
					t.Fatal("media of nothing")
				}
			default:
				t.Fatalf("request %+v", r)
			}
			if err != nil {
				t.Fatal(err)
			}
			bounded(t, s.in)
		}
		if _, err := readAll(NewChunkReader(bytes.NewReader(nc.sent.Bytes()[handshakeSize:]), Limits{})); err != io.EOF {
			t.Fatalf("what the server sent is no RTMP: %v", err)
		}
	})
}

// FuzzClient is a server that says anything after a good handshake.
func FuzzClient(f *testing.F) {
	var b []byte
	for _, m := range []Message{{Type: TypeWindowAckSize, Payload: payload(4)}, accepted(), cmd("_result", 2, nil, undefined{}),
		cmd("_result", 3, nil, undefined{}), cmd("onFCPublish", 0, nil, info("", "NetStream.Publish.Start", "")), cmd("_result", 4, nil, 1), ping(5),
		cmd("onStatus", 0, nil, info("status", "NetStream.Publish.Start", "")), cmd("_error", 5, nil, "no"), cmd("close", 0, nil)} {
		b = AppendMessage(b, m, initialChunkSize)
	}
	f.Add(b)
	f.Add(AppendMessage(nil, cmd("_error", 1, nil, info("error", "NetConnection.Connect.Rejected", "x")), initialChunkSize))
	f.Add(AppendMessage(AppendMessage(nil, accepted(), initialChunkSize), cmd("_result", 4, nil, "x"), initialChunkSize))
	hello := append([]byte{rtmpVersion}, make([]byte, 2*handshakePart)...)
	f.Fuzz(func(t *testing.T, b []byte) {
		nc := &replay{in: io.MultiReader(bytes.NewReader(hello), bytes.NewReader(b))}
		ctx := context.Background()
		c, err := NewClient(ctx, nc, ClientConfig{App: "live", Limits: fuzzLimits})
		if err == nil {
			_ = c.Reply()
			err = c.Open(ctx, "s0")
		}
		if err == nil {
			err = c.WritePublish("s0")
		}
		for err == nil {
			var s Status
			s, err = c.Status(ctx)
			_ = s.Refuses()
		}
		within(t, err)
		if c != nil {
			bounded(t, c.in)
		}
		if _, err := readAll(NewChunkReader(bytes.NewReader(nc.sent.Bytes()[handshakeSize:]), Limits{})); err != io.EOF {
			t.Fatalf("what the client sent is no RTMP: %v", err)
		}
	})
}
