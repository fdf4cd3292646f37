package rtmp

import (
	"encoding/binary"
	"io"
)

// ChunkWriter writes messages as chunks with the shortest header that says all (section 5.3.1.2), each message with one
// Write. It is not safe for use by several goroutines.
//
// Client and ServerConn do without it: a packet that is built ahead cannot follow from what was sent before it, so they use
// AppendMessage, whose full headers cost a few bytes more. ChunkWriter is the other half of ChunkReader: whoever relays a
// stream writes with it, and the reader's tests and fuzzing get every kind of header from it.
type ChunkWriter struct {
	w         io.Writer
	chunkSize int
	streams   map[uint32]*sentHeader
	buf       []byte
}

// sentHeader is what the peer knows of a chunk stream.
type sentHeader struct {
	known     bool
	typ       TypeID
	streamID  uint32
	length    int
	timestamp uint32
	delta     uint32
	hasDelta  bool // the last header carried a delta, not a timestamp
}

// NewChunkWriter returns a writer with the initial chunk size of 128 bytes.
func NewChunkWriter(w io.Writer) *ChunkWriter {
	return &ChunkWriter{w: w, chunkSize: initialChunkSize, streams: make(map[uint32]*sentHeader)}
}

// SetChunkSize tells the peer that chunks are of n bytes from now on, and makes them so.
func (w *ChunkWriter) SetChunkSize(n int) error {
	n = min(max(n, 1), maxLength)
	if err := w.WriteMessage(setChunkSize(n)); err != nil {
		return err
	}
	w.chunkSize = n
	return nil
}

// WriteMessage writes m.
func (w *ChunkWriter) WriteMessage(m Message) error {
	id := chunkStreamOf(m)
	s := w.streams[id]
	if s == nil {
		s = &sentHeader{}
		w.streams[id] = s
	}
	w.buf = s.append(w.buf[:0], id, m, w.chunkSize)
	_, err := w.w.Write(w.buf)
	if cap(w.buf) > keepBody {
		w.buf = nil
	}
	return err
}

// append appends m with the shortest header that follows from what the peer knows.
//
// fmt 3 is never the first header after fmt 0. By section 5.3.1.2.4 the timestamp of fmt 0 would then be taken as the
// delta; ffmpeg, SRS and librtmp read it so, others take the delta for zero.
func (s *sentHeader) append(dst []byte, id uint32, m Message, chunkSize int) []byte {
	delta := m.Timestamp - s.timestamp
	format := byte(1)
	switch {
	case !s.known || m.StreamID != s.streamID || delta >= 1<<31: // timestamps compare modulo 2^32
		format = 0
	case m.Type == s.typ && len(m.Payload) == s.length:
		format = 2
		if s.hasDelta && delta == s.delta {
			format = 3
		}
	}
	*s = sentHeader{known: true, typ: m.Type, streamID: m.StreamID, length: len(m.Payload),
		timestamp: m.Timestamp, delta: delta, hasDelta: format > 0}
	if format == 0 {
		return AppendMessage(dst, m, chunkSize)
	}
	dst = appendBasicHeader(dst, format, id)
	if format < 3 {
		dst = appendUint24(dst, min(delta, extended))
	}
	if format == 1 {
		dst = appendLengthAndType(dst, m)
	}
	dst = appendExtended(dst, delta)
	return appendBody(dst, id, delta, m.Payload, chunkSize)
}

// setChunkSize is the message that announces a chunk size.
func setChunkSize(n int) Message {
	return Message{Type: TypeSetChunkSize, Payload: binary.BigEndian.AppendUint32(nil, uint32(n))}
}
