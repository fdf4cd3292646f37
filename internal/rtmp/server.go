package rtmp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/yutopp/go-rtmp/message"
)

// What the server side announces where its config says nothing; the values of SRS.
const (
	defaultServerChunk  = 60000
	defaultServerWindow = 2500000
	defaultServerBuffer = 8 << 10
	// publishStream is the message stream that createStream gives. SRS gives 1 to everybody too.
	publishStream = 1
)

// ServerConfig says how a ServerConn answers.
type ServerConfig struct {
	// ReplyProperties are added to the reply to connect, as the object "data" of its information.
	ReplyProperties map[string]any
	ChunkSize       int    // bytes in a chunk that we send; default 60000
	WindowAck       int    // bytes after which the client has to acknowledge; default 2500000
	Limits          Limits // ReadBuffer is 8 KiB by default here
}

// RequestKind says what a client asks for.
type RequestKind int

// What a client asks for.
const (
	Publish   RequestKind = iota + 1 // to be answered by Accept or Reject
	Play                             // to be answered by Reject
	Unpublish                        // FCUnpublish, deleteStream or closeStream while publishing; answered already
	Media                            // audio, video or data, also when the publish was not accepted (yet)
)

// Request is something a client asks for that a ServerConn does not decide.
type Request struct {
	Kind   RequestKind
	Stream string // the name with its query, as the client sent it
	// Media has the payload of an FLV tag: what wraps it on the wire (@setDataFrame, AMF3's zero byte, aggregates) is gone
	// and its Type is TypeAudio, TypeVideo or TypeData. Valid until the next call of Next.
	Media Message
}

// ServerConn is the server's side of a connection. Next is for one goroutine; Accept and Reject may be called from another.
type ServerConn struct {
	out sender
	in  *ChunkReader
	cfg ServerConfig
	app string

	fcPublish bool   // the client knows FCPublish, so it gets onFCPublish
	stream    string // of the last publish
	parts     aggregate

	mu         sync.Mutex
	publishing bool        // between publish and its refusal, or unpublish
	asked      RequestKind // what Accept or Reject may answer, zero for nothing
	streamID   uint32      // where its status goes
}

// NewServerConn shakes hands over nc and answers connect. ctx bounds this only; afterwards closing nc does.
func NewServerConn(ctx context.Context, nc net.Conn, cfg ServerConfig) (*ServerConn, error) {
	if cfg.ChunkSize <= 0 {
		cfg.ChunkSize = defaultServerChunk
	}
	cfg.ChunkSize = min(cfg.ChunkSize, maxLength)
	if cfg.WindowAck <= 0 {
		cfg.WindowAck = defaultServerWindow
	}
	if cfg.Limits.ReadBuffer <= 0 {
		cfg.Limits.ReadBuffer = defaultServerBuffer
	}
	s := &ServerConn{out: sender{nc: nc}, cfg: cfg}
	release := bound(ctx, nc.SetDeadline)
	err := s.greet()
	if late := release(); late != nil && err != nil {
		err = late
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// greet does the handshake and the connect command.
func (s *ServerConn) greet() error {
	if err := serverHandshake(s.out.nc); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	s.in = NewChunkReader(s.out.nc, s.cfg.Limits)
	s.in.received = handshakeSize
	s.in.before = func() error { return s.out.flush(context.Background()) }
	s.in.ack = s.out.acknowledge
	for {
		m, err := s.in.Next()
		if err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		if m.Type != TypeCommand && m.Type != TypeCommandAMF3 {
			if err := steer(s.in, &s.out, m); err != nil {
				return fmt.Errorf("connect: %w", err)
			}
			continue
		}
		cmd, err := parseCommand(m)
		if err != nil {
			return fmt.Errorf("connect: %w", s.in.fail("%v", err))
		}
		if cmd.name == "connect" {
			return s.connect(cmd)
		}
	}
}

// connect answers connect: window, bandwidth, chunk size and the result in one write.
func (s *ServerConn) connect(cmd command) error {
	for _, arg := range cmd.rest(1) {
		object, _ := arg.(map[string]any)
		s.app, _ = object["app"].(string)
	}
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	const dynamic = 2 // section 5.4.5
	window := binary.BigEndian.AppendUint32(nil, uint32(s.cfg.WindowAck))
	out := AppendMessage((*b)[:0], Message{Type: TypeWindowAckSize, Payload: window}, initialChunkSize)
	out = AppendMessage(out, Message{Type: TypeSetPeerBandwidth, Payload: append(window, dynamic)}, initialChunkSize)
	out = AppendMessage(out, setChunkSize(s.cfg.ChunkSize), initialChunkSize)
	out, err := appendCommand(out, s.cfg.ChunkSize, 0, "_result", int64(cmd.tid), values{
		properties{}, information{string(message.NetConnectionConnectCodeSuccess), s.cfg.ReplyProperties},
	})
	*b = out
	if err != nil {
		return err
	}
	if _, err := s.out.write(out); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return nil
}

// App is the application of connect, as the client sent it.
func (s *ServerConn) App() string { return s.app }

// NetConn is the connection below.
func (s *ServerConn) NetConn() net.Conn { return s.out.nc }

// Next returns the client's next request and answers everything else on the way: releaseStream, FCPublish, createStream,
// pings, windows, and commands it doesn't know. The error is io.EOF when the client closed between messages, and
// often ECONNRESET after an Unpublish, for encoders close without reading the answer. Closing NetConn ends it.
func (s *ServerConn) Next() (Request, error) {
	for {
		if m, ok := s.parts.next(); ok {
			return Request{Kind: Media, Stream: s.stream, Media: m}, nil
		}
		m, err := s.in.Next()
		if err != nil {
			return Request{}, err
		}
		switch m.Type {
		case TypeAudio, TypeVideo, TypeData, TypeDataAMF3:
			if s.stream != "" {
				return Request{Kind: Media, Stream: s.stream, Media: unwrap(m)}, nil
			}
		case TypeAggregate:
			if s.stream != "" {
				s.parts.begin(m)
			}
		case TypeCommand, TypeCommandAMF3:
			req, err := s.command(m)
			if err != nil {
				return Request{}, err
			}
			if req.Kind != 0 {
				_ = s.out.flush(context.Background()) // what is asked counts; a broken connection shows at the next read
				return req, nil
			}
		default:
			if err := steer(s.in, &s.out, m); err != nil {
				return Request{}, err
			}
		}
	}
}

// command answers a command, or makes a request of it.
func (s *ServerConn) command(m Message) (Request, error) {
	cmd, err := parseCommand(m)
	if err != nil {
		return Request{}, s.in.fail("%v", err)
	}
	switch cmd.name {
	case "releaseStream":
		return Request{}, s.result(cmd, undefined{})
	case "FCPublish":
		s.fcPublish = true
		return Request{}, s.result(cmd, undefined{})
	case "createStream":
		return Request{}, s.result(cmd, publishStream)
	case "publish":
		return s.publish(cmd.text(1), m.StreamID)
	case "play":
		s.ask(Play, m.StreamID)
		return Request{Kind: Play, Stream: cmd.text(1)}, nil
	case "FCUnpublish", "deleteStream", "closeStream":
		return s.unpublish(cmd)
	case "_result", "_error", "onStatus":
		return Request{}, nil // answers to nothing that we asked
	}
	if cmd.tid == 0 {
		return Request{}, nil
	}
	return Request{}, s.result(cmd, nil)
}

// publish begins a publish. The client hears onFCPublish before anybody has asked whether the stream is free, as on SRS.
func (s *ServerConn) publish(stream string, streamID uint32) (Request, error) {
	s.mu.Lock()
	already := s.publishing
	s.mu.Unlock()
	if stream == "" || already {
		text := "Stream name is empty"
		if already {
			text = "Already publishing on this connection"
		}
		return Request{}, s.say(streamID, "onStatus", status{"error", string(message.NetStreamOnStatusCodePublishBadName), text})
	}
	s.stream = stream
	s.ask(Publish, streamID)
	if s.fcPublish {
		if err := s.say(streamID, "onFCPublish", shortStatus{codePublishStart, textPublishStart}); err != nil {
			return Request{}, err
		}
	}
	return Request{Kind: Publish, Stream: stream}, nil
}

// unpublish ends a publish, once, however many commands say so. One that was refused has ended already.
func (s *ServerConn) unpublish(cmd command) (Request, error) {
	s.mu.Lock()
	streamID, was := s.streamID, s.publishing
	s.asked, s.publishing = 0, false
	s.mu.Unlock()
	if cmd.name == "FCUnpublish" {
		if was {
			if err := s.say(streamID, "onFCUnpublish", shortStatus{codeUnpublish, textUnpublish}); err != nil {
				return Request{}, err
			}
		}
		if err := s.result(cmd, undefined{}); err != nil {
			return Request{}, err
		}
	}
	if !was {
		return Request{}, nil
	}
	if cmd.name != "deleteStream" {
		if err := s.say(streamID, "onStatus", fullStatus{"status", codeUnpublish, textUnpublish, clientID}); err != nil {
			return Request{}, err
		}
	}
	return Request{Kind: Unpublish, Stream: s.stream}, nil
}

// The words of SRS.
const (
	codePublishStart = string(message.NetStreamOnStatusCodePublishStart)
	textPublishStart = "Started publishing stream."
	codeUnpublish    = string(message.NetStreamOnStatusCodeUnpublishSuccess)
	textUnpublish    = "Stop publishing stream."
	clientID         = "ASAICiss"
)

// ErrNoRequest says that there was nothing to accept or reject, or no more: the client has unpublished meanwhile.
var ErrNoRequest = errors.New("rtmp: no request to answer")

// Accept answers a Publish request with NetStream.Publish.Start.
func (s *ServerConn) Accept() error {
	return s.answer(true, fullStatus{"status", codePublishStart, textPublishStart, clientID})
}

// Reject answers a Publish or Play request with an onStatus of level error. The connection stays open, and the client may
// publish again, under another name say.
func (s *ServerConn) Reject(code, text string) error {
	return s.answer(false, status{"error", code, text})
}

// ask notes a request that stands from now on.
func (s *ServerConn) ask(kind RequestKind, streamID uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.streamID = kind, streamID
	s.publishing = s.publishing || kind == Publish
}

// answer answers the request that stands. A publish that is not accepted has ended before the client can hear so.
func (s *ServerConn) answer(accepted bool, info any) error {
	s.mu.Lock()
	asked, streamID := s.asked, s.streamID
	if asked == Publish && !accepted {
		s.publishing = false
	}
	s.mu.Unlock()
	if asked == 0 {
		return ErrNoRequest
	}
	if err := s.say(streamID, "onStatus", info); err != nil {
		return err
	}
	return s.out.flush(context.Background())
}

// say queues a command that asks for no answer.
func (s *ServerConn) say(streamID uint32, name string, info any) error {
	return s.post(streamID, name, 0, values{nil, info})
}

// result queues the answer to cmd. To FCPublish and its like it is undefined, as SRS has it.
func (s *ServerConn) result(cmd command, v any) error {
	return s.post(0, "_result", int64(cmd.tid), values{nil, v})
}

func (s *ServerConn) post(streamID uint32, name string, tid int64, args values) error {
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	out, err := appendCommand((*b)[:0], s.cfg.ChunkSize, streamID, name, tid, args)
	*b = out
	if err != nil {
		return err
	}
	return s.out.post(out)
}
