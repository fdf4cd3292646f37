// Package flv reads and writes FLV, the format of HTTP-FLV streams, at the cost that a player with hundreds of neighbours
// can bear.
//
//  1. A Scanner takes any io.Reader, however short its reads, and hands out one Tag after the other: type, timestamp, size,
//     place in the stream, and the first bytes of the body. The rest of the body is dropped unread by us unless Body is asked for.
//  2. It judges while it reads: what is not FLV is a *FormatError with the byte where it stands, a stream that ends inside a
//     tag is a *CutError, and io.EOF comes only behind a whole tag and its PreviousTagSize.
//  3. AppendTag and Writer make the same bytes for a server and for files.
//
// The layout is that of the Adobe Flash Video File Format Specification 10.1, annex E. The package knows of codecs only what
// tells a keyframe, a sequence header and a frame apart. It allocates nothing for each tag, and never what a size
// field merely announces.
package flv

import (
	"encoding/binary"
	"errors"
	"io"
)

// MaxDataOffset is the largest DataOffset that a Scanner accepts. Version 1 has 9; anything beyond is skipped, within this bound.
const MaxDataOffset = 4096

// Options of a Scanner; the zero value is good.
type Options struct {
	// HeadSize is how many bytes of each body stand in Tag.Head. 64 if zero.
	HeadSize int
	// BufferSize is the size of the read buffer, and of the largest read, in bytes. 16 KiB if zero.
	BufferSize int
}

// Discarder is what a reader may implement to drop n bytes more cheaply than by handing them over, such as a socket with
// MSG_TRUNC. As of bufio.Reader: it returns how many bytes it dropped, and an error if these are fewer than n.
type Discarder interface {
	Discard(n int) (int, error)
}

// phase is what the scanner expects next.
type phase uint8

const (
	inHeader    phase = iota // the file header
	inPadding                // bytes between the file header and DataOffset
	inTrailer                // a PreviousTagSize
	inTag                    // a tag header
	inTagHead                // the first bytes of a body whose tag header is parsed
	inBody                   // the body of the tag handed out last
	inWasteBody              // the body of a tag that was not handed out for a fault of its header
)

// Scanner reads tags. Not for use by several goroutines at once.
//
// An error of the reader itself, such as a deadline that passed, is returned as it is and loses nothing: the next call of the
// same method goes on where this one stopped. A reader's io.EOF, or io.ErrUnexpectedEOF, inside a tag is a *CutError.
type Scanner struct {
	r        io.Reader
	discard  func(int) (int, error) // nil unless r is a Discarder
	buf      []byte
	lo, hi   int   // what is buffered: buf[lo:hi]
	offset   int64 // of buf[lo] in the stream
	headSize int

	phase  phase
	header Header
	tag    Tag    // the one being read
	left   int    // bytes of the padding or the body not consumed yet
	prev   uint32 // what the next PreviousTagSize must be
	body   []byte // for Body, when a body is longer than buf
	whole  bool   // Body has consumed the body into s.body
	fatal  error  // a fault of the file header

	pending error // what the reader said together with its last bytes
}

// NewScanner returns a Scanner on r with default Options. It reads nothing yet.
func NewScanner(r io.Reader) *Scanner { return NewScannerWith(r, Options{}) }

// NewScannerWith returns a Scanner on r.
func NewScannerWith(r io.Reader, o Options) *Scanner {
	if o.HeadSize <= 0 {
		o.HeadSize = 64
	}
	if o.BufferSize <= 0 {
		o.BufferSize = 16 << 10
	}
	s := &Scanner{headSize: o.HeadSize, buf: make([]byte, max(o.BufferSize, TagHeaderSize+o.HeadSize))}
	s.Reset(r)
	return s
}

// Reset makes s read a new stream from r, with the buffers it has.
func (s *Scanner) Reset(r io.Reader) {
	*s = Scanner{r: r, buf: s.buf, body: s.body[:0], headSize: s.headSize}
	if d, ok := r.(Discarder); ok {
		s.discard = d.Discard
	}
}

// Header returns the file header; it is zero until the first Next has read it.
func (s *Scanner) Header() Header { return s.header }

// Offset is how many bytes of the stream are consumed: after Next, those up to the end of the tag's header.
func (s *Scanner) Offset() int64 { return s.offset }

// MidTag reports whether the stream, if it ended now, would be cut: only between tags it would not.
func (s *Scanner) MidTag() bool { return s.phase != inTag || s.hi > s.lo }

// Next drops what is left of the current tag and reads up to the head of the next one. It returns as soon as the head is
// there, so the tag's end, and its PreviousTagSize, are judged by the call after. Errors: io.EOF between tags, *CutError,
// *FormatError, or the reader's own.
func (s *Scanner) Next() (Tag, error) {
	for {
		switch s.phase {
		case inHeader:
			if s.fatal != nil {
				return Tag{}, s.fatal
			}
			if err := s.need(HeaderSize); err != nil {
				return Tag{}, s.cut(err)
			}
			if err := s.parseHeader(); err != nil {
				s.fatal = err
				return Tag{}, err
			}
		case inPadding:
			if err := s.drop(); err != nil {
				return Tag{}, s.cut(err)
			}
			s.phase = inTrailer
		case inBody, inWasteBody, inTrailer:
			if err := s.Finish(); err != nil {
				return Tag{}, err
			}
		case inTag:
			if err := s.need(TagHeaderSize); err != nil {
				if s.hi == s.lo {
					return Tag{}, err // between tags: io.EOF, or the reader's own
				}
				s.tag = Tag{Offset: s.offset}
				return Tag{}, s.cut(err)
			}
			if err := s.parseTag(); err != nil {
				return Tag{}, err
			}
		case inTagHead:
			n := min(s.left, s.headSize)
			if err := s.need(n); err != nil {
				return Tag{}, s.cut(err)
			}
			s.tag.Head = s.buf[s.lo : s.lo+n : s.lo+n]
			s.phase = inBody
			s.whole = false
			return s.tag, nil
		}
	}
}

// Finish drops what is left of the current tag, reads its PreviousTagSize and judges that, as Next does before it goes on. It is for
// whoever wants to know that a tag was whole before the next one has come. Where there is no current tag it does nothing.
func (s *Scanner) Finish() error {
	for {
		switch s.phase {
		case inBody:
			if cap(s.body) > 1<<20 {
				s.body = nil // one huge tag must not cost its memory for good
			}
			s.phase = inWasteBody
		case inWasteBody:
			if err := s.drop(); err != nil {
				return s.cut(err)
			}
			s.phase = inTrailer
		case inTrailer:
			if err := s.need(TrailerSize); err != nil {
				return s.cut(err)
			}
			return s.parseTrailer()
		default:
			return nil
		}
	}
}

// Body returns the whole body of the tag that Next returned last, valid until the next call of the scanner; the tag's Head is
// not valid any more. It takes memory as the bytes arrive, at most MaxBodySize. Before the first tag it returns nil.
func (s *Scanner) Body() ([]byte, error) {
	switch {
	case s.phase != inBody:
		return nil, nil
	case s.whole:
		return s.body, nil
	case s.tag.Size <= len(s.buf):
		if err := s.need(s.tag.Size); err != nil {
			return nil, s.cut(err)
		}
		return s.buf[s.lo : s.lo+s.tag.Size : s.lo+s.tag.Size], nil
	}
	if s.left == s.tag.Size { // not a call again after the reader's own error
		s.body = s.body[:0]
	}
	for s.left > 0 {
		if s.hi == s.lo {
			if err := s.fill(); err != nil {
				return nil, s.cut(err)
			}
		}
		n := min(s.left, s.hi-s.lo)
		s.body = append(s.body, s.buf[s.lo:s.lo+n]...)
		s.consume(n)
		s.left -= n
	}
	s.whole = true
	return s.body, nil
}

// signed reports whether a file header begins here (E.2).
func signed(b []byte) bool { return b[0] == 'F' && b[1] == 'L' && b[2] == 'V' }

// parseHeader parses the file header (E.2).
func (s *Scanner) parseHeader() error {
	b := s.buf[s.lo : s.lo+HeaderSize]
	if !signed(b) {
		return &FormatError{Offset: s.offset, What: BadSignature, Got: uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])}
	}
	if b[3] != 1 {
		return &FormatError{Offset: s.offset + 3, What: BadVersion, Got: uint32(b[3])}
	}
	offset := binary.BigEndian.Uint32(b[5:])
	if offset < HeaderSize || offset > MaxDataOffset {
		return &FormatError{Offset: s.offset + 5, What: BadDataOffset, Got: offset}
	}
	s.header = Header{Version: b[3], Audio: b[4]&0x04 != 0, Video: b[4]&0x01 != 0, DataOffset: offset}
	s.consume(HeaderSize)
	s.left = int(offset) - HeaderSize
	s.prev = 0
	s.phase = inPadding
	return nil
}

// parseTrailer checks a PreviousTagSize (E.3).
func (s *Scanner) parseTrailer() error {
	got := binary.BigEndian.Uint32(s.buf[s.lo:])
	at := s.offset
	s.consume(TrailerSize)
	s.phase = inTag
	if got != s.prev {
		return &FormatError{Offset: at, What: BadPreviousTagSize, Got: got, Want: s.prev}
	}
	return nil
}

// parseTag parses a tag header (E.4.1).
func (s *Scanner) parseTag() error {
	b := s.buf[s.lo : s.lo+TagHeaderSize]
	if signed(b) {
		at := s.offset
		if err := s.parseHeader(); err != nil {
			s.fatal, s.phase = err, inHeader
		}
		return &FormatError{Offset: at, What: SecondHeader}
	}
	size := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	s.tag = Tag{
		Type:      TagType(b[0] & 0x1f),
		Timestamp: uint32(b[7])<<24 | uint32(b[4])<<16 | uint32(b[5])<<8 | uint32(b[6]),
		Size:      size,
		Offset:    s.offset,
	}
	first, stream := uint32(b[0]), uint32(b[8])<<16|uint32(b[9])<<8|uint32(b[10])
	s.consume(TagHeaderSize)
	s.left = size
	s.prev = uint32(TagHeaderSize + size)
	s.phase = inWasteBody
	switch {
	case first&0xc0 != 0 || s.tag.Type != Audio && s.tag.Type != Video && s.tag.Type != Script:
		return &FormatError{Offset: s.tag.Offset, What: BadTagType, Got: first}
	case first&0x20 != 0:
		return &FormatError{Offset: s.tag.Offset, What: Encrypted, Got: first}
	case stream != 0:
		return &FormatError{Offset: s.tag.Offset + 8, What: BadStreamID, Got: stream}
	}
	s.phase = inTagHead
	return nil
}

// need makes at least n bytes buffered, n at most the size of the buffer.
func (s *Scanner) need(n int) error {
	for s.hi-s.lo < n {
		if err := s.fill(); err != nil {
			return err
		}
	}
	return nil
}

// fill reads once or until something came, as much as there is room for.
func (s *Scanner) fill() error {
	if s.lo > 0 {
		s.hi = copy(s.buf, s.buf[s.lo:s.hi])
		s.lo = 0
	}
	if err := s.pending; err != nil {
		s.pending = nil
		return err
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.hi:])
		s.hi += n
		if n > 0 {
			s.pending = err
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// drop consumes s.left bytes.
func (s *Scanner) drop() error {
	for s.left > 0 {
		if s.hi == s.lo {
			if s.discard != nil {
				n, err := s.discard(s.left)
				s.offset += int64(n)
				s.left -= n
				if n <= 0 && err == nil {
					err = io.ErrNoProgress
				}
				if err != nil && s.left > 0 {
					return err
				}
				continue
			}
			if err := s.fill(); err != nil {
				return err
			}
		}
		n := min(s.left, s.hi-s.lo)
		s.consume(n)
		s.left -= n
	}
	return nil
}

// consume drops n buffered bytes.
func (s *Scanner) consume(n int) {
	s.lo += n
	s.offset += int64(n)
	if s.lo == s.hi {
		s.lo, s.hi = 0, 0
	}
}

// cut turns an end of the stream inside a tag into a *CutError, and leaves other errors as they are.
func (s *Scanner) cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &CutError{Offset: s.offset + int64(s.hi-s.lo), Tag: s.tag.Offset}
	}
	return err
}
