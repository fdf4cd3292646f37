package rtmp

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// ChunkReader reads messages from a stream of chunks. It follows SetChunkSize and Abort by itself and hands out every
// other message, also those that steer the protocol.
//
// It holds its small read buffer and no more while nothing is under way. A body is collected in memory that grows with
// the bytes that came, never with what a header announced. After an error of the source (a deadline, say) Next can be
// called again and goes on where it stopped; after a *FormatError it cannot.
type ChunkReader struct {
	src  io.Reader
	lim  Limits
	buf  []byte
	r, w int // buf[r:w] is read and not yet used

	chunkSize int
	streams   []*chunkStream
	cur       *chunkStream // whose chunk is under way
	left      int          // bytes of that chunk still to come
	held      int          // bytes of all unfinished bodies
	lent      *[]byte      // body handed out by the last Next
	broken    error

	received uint64 // bytes read, the handshake included where there was one
	window   uint64 // the peer wants an acknowledgement for this many bytes; 0 for none
	acked    uint64
	// before is called before each read of the source, so that replies leave before we wait; ack when a window is full.
	before func() error
	ack    func(received uint32) error
}

// chunkStream is what is known of one chunk stream.
type chunkStream struct {
	header   Message // of the last message, without its payload
	length   int
	field    uint32 // the timestamp (fmt 0) or delta (fmt 1, 2) of the last header
	extended bool   // field came as an extended timestamp
	open     bool   // a message is under way
	body     *[]byte
}

// NewChunkReader returns a reader of chunks with the initial chunk size of 128 bytes.
func NewChunkReader(src io.Reader, lim Limits) *ChunkReader {
	lim = lim.withDefaults()
	return &ChunkReader{src: src, lim: lim, buf: make([]byte, lim.ReadBuffer), chunkSize: initialChunkSize}
}

// bodies keeps the memory of bodies between messages, so that an idle connection holds none.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// keepBody is the largest body worth keeping.
const keepBody = 1 << 20

// Next returns the next message. Its payload is valid until the next call. The error is io.EOF where the source ended
// between messages, and io.ErrUnexpectedEOF where it ended inside one.
func (r *ChunkReader) Next() (Message, error) {
	r.reclaim()
	for r.broken == nil {
		if r.cur == nil {
			if err := r.readHeader(); err != nil {
				return Message{}, err
			}
		}
		payload, done, err := r.readBody()
		if err != nil {
			return Message{}, err
		}
		if !done {
			continue
		}
		m := r.cur.header
		m.Payload = payload
		r.cur = nil
		switch m.Type {
		case TypeSetChunkSize:
			r.setChunkSize(m.Payload)
		case TypeAbort:
			r.abort(m.Payload)
		default:
			return m, nil
		}
	}
	return Message{}, r.broken
}

// wait returns when there is something for Next to read. What the last Next handed out is no longer valid then.
func (r *ChunkReader) wait() error {
	r.reclaim()
	err := r.need(1)
	if err == io.EOF && r.inMessage() {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readHeader reads the header of the next chunk (section 5.3.1). Nothing is used up before all of it is there.
func (r *ChunkReader) readHeader() error {
	if err := r.wait(); err != nil {
		return err
	}
	first := r.buf[r.r]
	format, id, n := first>>6, uint32(first&63), 1
	if id < 2 {
		n = int(id) + 2
		if err := r.needWhole(n); err != nil {
			return err
		}
		id = 64 + uint32(r.buf[r.r+1])
		if n == 3 {
			id += uint32(r.buf[r.r+2]) << 8
		}
	}
	s := r.stream(id)
	if s == nil && format > 1 {
		// fmt 1 may open a chunk stream: librtmp begins its pings so.
		return r.fail("chunk stream %d begins with a header of type %d", id, format)
	}
	if s != nil && s.open && format != 3 {
		return r.fail("a header of type %d inside a message on chunk stream %d", format, id)
	}
	at := n
	n += [...]int{11, 7, 3, 0}[format]
	if err := r.needWhole(n); err != nil {
		return err
	}
	ext := s != nil && s.extended
	if format < 3 {
		ext = uint24(r.buf[r.r+at:]) == extended
	}
	if ext {
		if err := r.needWhole(n + 4); err != nil {
			return err
		}
	}
	head := r.buf[r.r+at : r.w]
	if s == nil {
		if len(r.streams) >= r.lim.ChunkStreams {
			return r.fail("more than %d chunk streams", r.lim.ChunkStreams)
		}
		s = &chunkStream{header: Message{ChunkStream: id}}
		r.streams = append(r.streams, s)
	}
	if ext && s.readExtended(format, head[n-at:]) {
		n += 4
	}
	r.r += n
	return r.begin(s, format, head, ext)
}

// readExtended reads the extended timestamp at b and reports whether there is one. On fmt 3 it repeats the last one, but
// not everybody does that: some old encoders leave it out on continuations, gortmplib 0.2.0 sends zeros, others the
// absolute timestamp where a delta went before. So on a continuation it is there if it is one of these three, and a value
// below 0xFFFFFF, which no extended timestamp has, stands for the last one.
//
// The leniency has two costs, both beyond 4.6 hours and only with peers that leave it out: it takes 4 bytes to decide, so a
// message of which fewer are left waits for the chunk behind it; and a payload that goes on with four zeros there, or with
// the timestamp, is taken for one and loses them.
func (s *chunkStream) readExtended(format byte, b []byte) bool {
	v := binary.BigEndian.Uint32(b)
	if s.open {
		return v == s.field || v == s.header.Timestamp || v == 0
	}
	if format < 3 || v >= extended {
		s.field = v
	}
	return true
}

// begin takes in the header of a chunk and starts on its body.
func (r *ChunkReader) begin(s *chunkStream, format byte, head []byte, ext bool) error {
	if !s.open {
		if format < 3 && !ext {
			s.field = uint24(head)
		}
		s.extended = ext
		if format < 2 {
			s.length = int(uint24(head[3:]))
			s.header.Type = TypeID(head[6])
		}
		if format == 0 {
			s.header.StreamID = binary.LittleEndian.Uint32(head[7:])
			s.header.Timestamp = s.field
		} else {
			// After fmt 0 a fmt 3 takes its timestamp for the delta: section 5.3.1.2.4.
			s.header.Timestamp += s.field
		}
		if s.length > r.lim.MessageSize {
			return r.fail("a message of %d bytes, more than %d", s.length, r.lim.MessageSize)
		}
		s.open = true
	}
	r.cur, r.left = s, min(s.length-s.got(), r.chunkSize)
	return nil
}

// readBody reads the rest of the chunk under way, and reports whether it was the last one of its message.
func (r *ChunkReader) readBody() (payload []byte, done bool, err error) {
	s := r.cur
	if s.body == nil && r.left == s.length && s.length <= len(r.buf) {
		// All of it in one small chunk: no copy.
		if err := r.needWhole(s.length); err != nil {
			return nil, false, err
		}
		payload = r.buf[r.r : r.r+s.length : r.r+s.length]
		r.r += s.length
		s.open = false
		return payload, true, nil
	}
	for r.left > 0 {
		if err := r.readSome(s); err != nil {
			return nil, false, err
		}
	}
	if s.got() < s.length {
		r.cur = nil
		return nil, false, nil
	}
	r.lent, s.body, s.open = s.body, nil, false
	r.held -= len(*r.lent)
	return *r.lent, true, nil
}

// readSome adds to the body of s at least one byte of the chunk under way.
func (r *ChunkReader) readSome(s *chunkStream) error {
	if r.r == r.w && r.left < len(r.buf) {
		// What follows the chunk comes with the same read.
		if err := r.needWhole(1); err != nil {
			return err
		}
	}
	room := s.room()
	room = room[:min(len(room), r.left)]
	n := copy(room, r.buf[r.r:r.w])
	r.r += n
	var err error
	if n == 0 {
		if n, err = r.read(room); err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
	}
	*s.body = (*s.body)[:s.got()+n]
	r.left -= n
	r.held += n
	if r.held > r.lim.Pending {
		return r.fail("more than %d bytes of unfinished messages", r.lim.Pending)
	}
	return err
}

// room returns free memory at the end of the body. The body doubles, and only when all of it is filled.
func (s *chunkStream) room() []byte {
	if s.body == nil {
		s.body = bodies.Get().(*[]byte)
	}
	b := *s.body
	if len(b) == cap(b) {
		b = make([]byte, len(b), min(s.length, max(2*cap(b), 4<<10)))
		copy(b, *s.body)
		*s.body = b
	}
	return b[len(b):cap(b)]
}

// got returns how many bytes of the message under way have come.
func (s *chunkStream) got() int {
	if s.body == nil {
		return 0
	}
	return len(*s.body)
}

// setChunkSize follows a SetChunkSize message (section 5.4.1).
func (r *ChunkReader) setChunkSize(b []byte) {
	if len(b) < 4 {
		_ = r.fail("SetChunkSize of %d bytes", len(b))
		return
	}
	n := binary.BigEndian.Uint32(b)
	if n == 0 || n >= 1<<31 {
		_ = r.fail("a chunk size of %d", n)
		return
	}
	r.chunkSize = int(min(n, maxLength))
}

// abort forgets the message under way on a chunk stream (section 5.4.2).
func (r *ChunkReader) abort(b []byte) {
	if len(b) < 4 {
		_ = r.fail("Abort of %d bytes", len(b))
		return
	}
	if s := r.stream(binary.BigEndian.Uint32(b)); s != nil && s.open {
		s.open = false
		if s.body != nil {
			r.held -= len(*s.body)
			giveBack(s.body)
			s.body = nil
		}
	}
}

// stream returns the chunk stream id, nil if nothing came on it yet. There are a handful, so looking is quicker than a map.
func (r *ChunkReader) stream(id uint32) *chunkStream {
	for _, s := range r.streams {
		if s.header.ChunkStream == id {
			return s
		}
	}
	return nil
}

// inMessage reports whether a message is under way on any chunk stream.
func (r *ChunkReader) inMessage() bool {
	for _, s := range r.streams {
		if s.open {
			return true
		}
	}
	return false
}

// needWhole is need inside of a chunk, where no end is expected.
func (r *ChunkReader) needWhole(n int) error {
	err := r.need(n)
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// need reads until n bytes are in the buffer, which is at least as large.
func (r *ChunkReader) need(n int) error {
	for r.w-r.r < n {
		if r.r == r.w {
			r.r, r.w = 0, 0
		} else if r.r+n > len(r.buf) {
			r.w = copy(r.buf, r.buf[r.r:r.w])
			r.r = 0
		}
		got, err := r.read(r.buf[r.w:])
		r.w += got
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads at least one byte from the source, or fails.
func (r *ChunkReader) read(p []byte) (int, error) {
	if r.before != nil {
		if err := r.before(); err != nil {
			return 0, err
		}
	}
	for range 100 {
		n, err := r.src.Read(p)
		if n > 0 {
			// An error that came with bytes comes again without them.
			r.received += uint64(n)
			return n, r.acknowledge()
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, io.ErrNoProgress
}

// acknowledge sends an Acknowledgement when half of the peer's window came in (section 5.4.3): a peer that counts the
// handshake otherwise than we do must not stall at the edge of its window.
func (r *ChunkReader) acknowledge() error {
	if r.window == 0 || r.ack == nil || r.received-r.acked < max(r.window/2, 1<<10) {
		return nil
	}
	r.acked = r.received
	return r.ack(uint32(r.received))
}

// fail makes a *FormatError that every later Next returns too.
func (r *ChunkReader) fail(format string, args ...any) error {
	r.broken = &FormatError{Offset: int64(r.received) - int64(r.w-r.r), What: fmt.Sprintf(format, args...)}
	return r.broken
}

// reclaim takes back the body that the last Next handed out.
func (r *ChunkReader) reclaim() {
	if r.lent != nil {
		giveBack(r.lent)
		r.lent = nil
	}
}

func giveBack(body *[]byte) {
	if cap(*body) > keepBody {
		return
	}
	*body = (*body)[:0]
	bodies.Put(body)
}

func uint24(b []byte) uint32 {
	return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}
