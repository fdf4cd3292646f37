package rtmp

import (
	"errors"
	"fmt"
	"sync"
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

// drafts is the memory in which the bodies of commands are put together.
var drafts = sync.Pool{New: func() any { return new([]byte) }}

// appendCommand appends the chunks of one command to dst. streamID zero is the connection itself. The error is that of
// a caller's value which AMF0 cannot say.
func appendCommand(dst []byte, chunkSize int, streamID uint32, name string, tid int64, args values) ([]byte, error) {
	draft := drafts.Get().(*[]byte)
	defer drafts.Put(draft)
	body, err := appendValues(appendNumber(appendString((*draft)[:0], name), float64(tid)), args)
	*draft = body
	if err != nil {
		return dst, fmt.Errorf("encode %s: %w", name, err)
	}
	m := Message{Type: TypeCommand, StreamID: streamID, ChunkStream: chunkStreamCommand, Payload: body}
	if streamID != 0 {
		m.ChunkStream = chunkStreamStatus
	}
	return AppendMessage(dst, m, chunkSize), nil
}
