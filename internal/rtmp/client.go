package rtmp

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"sync"
)

const (
	// defaultFlashVer makes servers take us for a live encoder, as ffmpeg and OBS are.
	defaultFlashVer = "FMLE/3.0 (compatible; flvstorm)"
	// defaultChunkSize is the largest that SRS takes without a warning.
	defaultChunkSize = 65536
)

// ClientConfig says to which application a Client connects, and how.
type ClientConfig struct {
	App       string // the first part of the path, such as "live"
	TCURL     string // the whole URL without the stream, such as "rtmp://127.0.0.1:1935/live"
	FlashVer  string // default "FMLE/3.0 (compatible; flvstorm)"
	ChunkSize int    // bytes in a chunk that we send; default 65536
	Limits    Limits
}

// ConnectReply is what the server said to connect.
type ConnectReply struct {
	Code, Text string
	// Properties holds both objects of the reply and the objects inside them in one flat map; where a name comes twice
	// the outer one counts. SRS names its log's connection id here ("srs_id").
	Properties map[string]any
}

// Client is the publishing side of a connection.
//
// NewClient, Open and Status read; only one of them may run at a time. The methods that begin with Write may be called
// from another goroutine meanwhile. Closing NetConn ends them all.
type Client struct {
	out   sender
	in    *ChunkReader
	cfg   ClientConfig
	ctx   context.Context // of the call that reads
	reply []byte          // the arguments of the reply to connect
	fresh *ConnectReply   // the same, decoded, until somebody asks

	streamID uint32
	round    int // how often Open was called
	stream   string
	publish  []byte
	early    []Status // said before somebody asked
}

// The commands of one Open, in the order of their transaction ids. connect is 1.
const (
	roleRelease = iota
	roleFCPublish
	roleCreate
	rolePublish
	roleFCUnpublish
	roleDelete
	roles
)

var roleNames = [roles]string{"releaseStream", "FCPublish", "createStream", "publish", "FCUnpublish", "deleteStream"}

const connectTID = 1

// buffers keeps the memory in which steps of a negotiation are put together.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// NewClient shakes hands over nc and connects to the application. The error is a *Refusal when the server said no;
// otherwise it wraps what went wrong: a *FormatError, an error of nc (io.EOF or io.ErrUnexpectedEOF where the server
// closed), or that of ctx. nc is not closed on error.
func NewClient(ctx context.Context, nc net.Conn, cfg ClientConfig) (*Client, error) {
	if cfg.FlashVer == "" {
		cfg.FlashVer = defaultFlashVer
	}
	if cfg.ChunkSize <= 0 {
		cfg.ChunkSize = defaultChunkSize
	}
	cfg.ChunkSize = min(cfg.ChunkSize, maxLength)
	src := quick(nc)
	c := &Client{out: sender{nc: nc}, cfg: cfg, in: NewChunkReader(src, cfg.Limits)}
	c.in.received = handshakeSize
	c.in.before = func() error { return c.out.flush(c.ctx) }
	c.in.ack = c.out.acknowledge

	release := bound(ctx, nc.SetDeadline)
	err := c.connect(src)
	if late := release(); late != nil && err != nil {
		err = late
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// connect does the handshake and the connect command.
func (c *Client) connect(src io.Reader) error {
	c.ctx = context.Background() // the deadline of NewClient bounds all of this
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	out, err := clientHandshake(struct {
		io.Reader
		io.Writer
	}{src, c.out.nc}, (*b)[:0])
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	out = AppendMessage(out, setChunkSize(c.cfg.ChunkSize), initialChunkSize)
	out, err = appendCommand(out, c.cfg.ChunkSize, 0, "connect", connectTID, values{application{c.cfg.App, c.cfg.FlashVer, c.cfg.TCURL}})
	*b = out
	if err != nil {
		return err
	}
	if _, err := c.out.write(out); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	result, err := c.await("connect", connectTID)
	if err != nil {
		return err
	}
	c.reply = bytes.Clone(result.args.b)
	r := c.Reply()
	c.fresh = &r
	if r.Properties["level"] == "error" {
		return &Refusal{Status: Status{Command: "_result", Level: "error", Code: r.Code, Text: r.Text}, Stage: "connect"}
	}
	return nil
}

// Reply is what the server said to connect. It is decoded anew by every call but the first: an idle publisher need not hold it
// twice.
func (c *Client) Reply() ConnectReply {
	if r := c.fresh; r != nil {
		c.fresh = nil
		return *r
	}
	reply := command{args: amfReader{b: c.reply}}
	return connectReply(reply.rest(2))
}

// Open asks for a stream to publish on: releaseStream, FCPublish and createStream in one write. It returns when
// createStream is answered; from then on WritePublish is all that is missing. What the server says to the first two is
// told by Status. Errors are as for NewClient. After WriteUnpublish, Open may be called again.
func (c *Client) Open(ctx context.Context, stream string) error {
	c.round++
	release := bound(ctx, c.out.nc.SetDeadline)
	err := c.open(stream)
	if late := release(); late != nil && err != nil {
		err = late
	}
	return err
}

func (c *Client) open(stream string) error {
	c.ctx = context.Background() // the deadline of Open bounds all of this
	b := buffers.Get().(*[]byte)
	defer buffers.Put(b)
	out := (*b)[:0]
	for _, step := range []struct {
		role int
		args values
	}{
		{roleRelease, values{nil, stream}},
		{roleFCPublish, values{nil, stream}},
		{roleCreate, values{nil}},
	} {
		var err error
		if out, err = c.appendStep(out, step.role, 0, step.args); err != nil {
			return err
		}
	}
	*b = out
	if _, err := c.out.write(out); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	result, err := c.await("create", c.tid(roleCreate))
	if err != nil {
		return err
	}
	id, ok := streamOf(result)
	if !ok {
		return fmt.Errorf("create: %w", c.in.fail("createStream is answered without a stream"))
	}
	c.streamID, c.stream = id, stream
	c.publish, err = c.appendPublish(nil, stream)
	return err
}

// streamOf reads the message stream that a _result to createStream gives.
func streamOf(result command) (id uint32, ok bool) {
	args := result.rest(2)
	if len(args) < 2 {
		return 0, false
	}
	n, ok := args[1].(float64)
	return uint32(n), ok && n >= 0 && n <= math.MaxUint32
}

// StreamID is the message stream on which Open lets us publish.
func (c *Client) StreamID() uint32 { return c.streamID }

// ChunkSize is the size of the chunks that the server expects of us.
func (c *Client) ChunkSize() int { return c.cfg.ChunkSize }

// NetConn is the connection below.
func (c *Client) NetConn() net.Conn { return c.out.nc }

// WritePublish asks to publish stream, which Open has prepared: one write of one packet.
func (c *Client) WritePublish(stream string) error {
	b := c.publish
	if stream != c.stream {
		var err error
		if b, err = c.appendPublish(nil, stream); err != nil {
			return err
		}
	}
	_, err := c.out.write(b)
	return err
}

func (c *Client) appendPublish(dst []byte, stream string) ([]byte, error) {
	return c.appendStep(dst, rolePublish, c.streamID, values{nil, stream, "live"})
}

// WriteMedia writes prebuilt chunks (see AppendMessage, with StreamID and ChunkSize) as they are. What it writes has to
// end where a chunk ends, unless nothing is written afterwards. Chunk streams 2, 3 and 5 are taken.
func (c *Client) WriteMedia(b []byte) (int, error) { return c.out.write(b) }

// TryMedia writes v as far as the connection takes it at once, and returns how much that was. Where it was not all of it, the
// rest (see Vector.Rest) has to follow by FinishMedia. Where not CanTry it is errors.ErrUnsupported.
func (c *Client) TryMedia(v *Vector) (int, error) { return c.out.try(v) }

// CanTry reports whether the connection can be asked to take what it takes at once: plain TCP on Linux.
func (c *Client) CanTry() bool { return c.out.canTry() }

// FinishMedia writes what TryMedia left over, and waits until it is gone.
func (c *Client) FinishMedia(rest [][]byte) error { return c.out.finish(rest) }

// WriteUnpublish ends the publish of stream with FCUnpublish and deleteStream, in one write.
func (c *Client) WriteUnpublish(stream string) error {
	out, err := c.appendStep(nil, roleFCUnpublish, 0, values{nil, stream})
	if err != nil {
		return err
	}
	out, err = c.appendStep(out, roleDelete, 0, values{nil, c.streamID})
	if err != nil {
		return err
	}
	_, err = c.out.write(out)
	return err
}

// appendStep appends one command of the present Open.
func (c *Client) appendStep(dst []byte, role int, streamID uint32, args values) ([]byte, error) {
	return appendCommand(dst, c.cfg.ChunkSize, streamID, roleNames[role], c.tid(role), args)
}

// tid is the transaction id of a command of the present Open.
func (c *Client) tid(role int) int64 { return int64(connectTID + 1 + (c.round-1)*roles + role) }

// asked names the command with a transaction id, "" if none of ours had it.
func (c *Client) asked(tid float64) string {
	n := int64(tid) - connectTID - 1
	switch {
	case tid == connectTID:
		return "connect"
	case n < 0 || n >= int64(c.round*roles) || float64(int64(tid)) != tid:
		return ""
	}
	return roleNames[n%roles]
}

// receive takes one message. ok says that it is a command; pings and windows it deals with itself, and what it answers
// leaves before we wait again.
func (c *Client) receive() (cmd command, ok bool, err error) {
	m, err := c.in.Next()
	if err != nil {
		return cmd, false, err
	}
	if m.Type != TypeCommand && m.Type != TypeCommandAMF3 {
		return cmd, false, steer(c.in, &c.out, m)
	}
	if cmd, err = parseCommand(m); err != nil {
		return cmd, false, c.in.fail("%v", err)
	}
	return cmd, true, nil
}

// steer does what a protocol control message or user control event asks for (sections 5.4 and 7.1.7). SetPeerBandwidth
// is not answered: a WindowAckSize from us would make the server send acknowledgements, and a byte of those left unread
// turns the FIN of a departure into an RST.
func steer(in *ChunkReader, out *sender, m Message) error {
	const pingRequest, pingResponse = 6, 7
	switch m.Type {
	case TypeWindowAckSize:
		if len(m.Payload) < 4 {
			return in.fail("WindowAckSize of %d bytes", len(m.Payload))
		}
		in.window = uint64(binary.BigEndian.Uint32(m.Payload))
	case TypeUserControl:
		if len(m.Payload) >= 6 && binary.BigEndian.Uint16(m.Payload) == pingRequest {
			return out.postControl(TypeUserControl, []byte{0, pingResponse, m.Payload[2], m.Payload[3], m.Payload[4], m.Payload[5]})
		}
	}
	return nil
}

// connectReply reads the two objects of the reply to connect.
func connectReply(args []any) ConnectReply {
	var outer map[string]any
	var inner []map[string]any
	for _, arg := range args {
		object, _ := arg.(map[string]any)
		for name, v := range object {
			if nested, ok := v.(map[string]any); ok {
				inner = append(inner, nested)
				delete(object, name)
			}
		}
		if outer == nil {
			outer = object
			continue
		}
		maps.Copy(outer, object)
	}
	if outer == nil {
		outer = make(map[string]any)
	}
	for _, object := range inner {
		for name, v := range object {
			if _, ok := outer[name]; !ok {
				outer[name] = v
			}
		}
	}
	reply := ConnectReply{Properties: outer}
	reply.Code, _ = outer["code"].(string)
	reply.Text, _ = outer["description"].(string)
	return reply
}
