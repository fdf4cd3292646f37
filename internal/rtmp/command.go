package rtmp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/yutopp/go-amf0"
	"github.com/yutopp/go-rtmp/message"
)

// maxCommand is the largest command that is looked at, in bytes.
const maxCommand = 64 << 10

// command is one received command: name, transaction and what else it says, not decoded yet.
type command struct {
	name string
	tid  float64
	args amfReader
}

var errNoCommand = errors.New("a command without a name")

// parseCommand reads the head of a command message. AMF3 commands are AMF0 behind a zero byte, from everybody who still
// sends them.
func parseCommand(m Message) (command, error) {
	b := m.Payload
	if m.Type == TypeCommandAMF3 && len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > maxCommand {
		return command{}, fmt.Errorf("a command of %d bytes", len(b))
	}
	c := command{args: amfReader{b: b}}
	name, err := c.args.next()
	if err != nil {
		return c, err
	}
	var ok bool
	if c.name, ok = name.(string); !ok {
		return c, errNoCommand
	}
	if len(c.args.b) > 0 {
		tid, err := c.args.next()
		if err != nil {
			return c, err
		}
		c.tid, _ = tid.(float64)
	}
	return c, nil
}

// rest decodes up to n more values. A malformed tail of a command ends it: what came before counts.
func (c *command) rest(n int) []any {
	var values []any
	for len(values) < n && len(c.args.b) > 0 {
		v, err := c.args.next()
		if err != nil {
			break
		}
		values = append(values, v)
	}
	return values
}

// text returns the n-th argument from zero, the command object being the zeroth, where it is a string.
func (c *command) text(n int) string {
	values := c.rest(n + 1)
	if len(values) <= n {
		return ""
	}
	s, _ := values[n].(string)
	return s
}

// status is the info object of onStatus and its like.
type status struct {
	Level       string `amf0:"level"`
	Code        string `amf0:"code"`
	Description string `amf0:"description"`
}

// values are the arguments of a command, in order.
type values []any

// FromArgs implements message.AMFConvertible.
func (v values) FromArgs(...any) error { return errors.New("values are only sent") }

// ToArgs implements message.AMFConvertible.
func (v values) ToArgs(message.EncodingType) ([]any, error) { return v, nil }

// undefined as the last of some values is sent as AMF0's undefined, which go-amf0 cannot encode.
type undefined struct{}

// composer builds commands with go-rtmp's encoder.
type composer struct {
	body, whole bytes.Buffer
	args        *amf0.Encoder
	enc         *message.Encoder
}

var composers = sync.Pool{New: func() any {
	c := &composer{}
	c.args = amf0.NewEncoder(&c.body)
	c.enc = message.NewEncoder(&c.whole)
	return c
}}

// appendCommand appends the chunks of one command to dst. streamID zero is the connection itself. The error is that of
// a caller's value which AMF0 cannot say.
func appendCommand(dst []byte, chunkSize int, streamID uint32, name string, tid int64, args message.AMFConvertible) ([]byte, error) {
	var last any
	if v, ok := args.(values); ok && len(v) > 0 {
		if last = v[len(v)-1]; last == (undefined{}) {
			args = v[:len(v)-1]
		}
	}
	c := composers.Get().(*composer)
	defer composers.Put(c)
	c.body.Reset()
	c.whole.Reset()
	if err := message.EncodeBodyAnyValues(c.args, args); err != nil {
		return dst, fmt.Errorf("encode %s: %w", name, err)
	}
	err := c.enc.Encode(&message.CommandMessage{
		CommandName: name, TransactionID: tid, Encoding: message.EncodingTypeAMF0, Body: io.Reader(&c.body),
	})
	if err != nil {
		return dst, fmt.Errorf("encode %s: %w", name, err)
	}
	if last == (undefined{}) {
		c.whole.WriteByte(byte(amf0.MarkerUndefined))
	}
	m := Message{Type: TypeCommand, StreamID: streamID, ChunkStream: chunkStreamCommand, Payload: c.whole.Bytes()}
	if streamID != 0 {
		m.ChunkStream = chunkStreamStatus
	}
	return AppendMessage(dst, m, chunkSize), nil
}
