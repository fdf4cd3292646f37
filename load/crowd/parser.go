package crowd

import (
	"errors"
	"io"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// receiver is told what a parser finds.
type receiver interface {
	// answered takes the head of an answer that is not interim. An error ends the session.
	answered(a *answer) error
	// tag takes a tag whose header is sane. Its Head is what tells a frame, a keyframe and a sequence header apart, and up to
	// media.HeadSize bytes of a keyframe and of the first video tag; it is valid during the call.
	tag(t flv.Tag)
	// fault takes a tag or a PreviousTagSize that is no FLV, and of which the parser knows how to go on.
	fault(f flv.Fault)
}

// maxFaults is how many faults in a row, without a sane tag header between them, make it clear that what comes is no FLV at all.
const maxFaults = 3

// errNoFLV ends a session after maxFaults.
var errNoFLV = errors.New("flv: no tag header in a row of faults")

// framing is how far the reading of HTTP is.
type framing uint8

const (
	inHead       framing = iota // the status line and the headers
	toTheEnd                    // a body that ends with the connection
	counted                     // a body of a Content-Length
	inChunkSize                 // RFC 9112 §7.1
	inChunkExt                  // the rest of the line of a chunk's size
	inChunk                     // the data of a chunk
	behindChunk                 // the CR behind that
	behindChunkC                // and the LF
)

// phase is how far the reading of FLV is.
type phase uint8

const (
	inFile    phase = iota // the file header
	inPadding              // bytes between the file header and DataOffset
	inTrailer              // a PreviousTagSize
	inTag                  // a tag header
	inKind                 // the two bytes that say what a body is
	inStart                // more of a body, for a stamp
	inBody                 // the rest of a body
)

// kindSize is how much of a body tells a frame from a sequence header and a keyframe from others.
const kindSize = 2

// parser takes an answer of HTTP with an FLV stream in pieces of any size, and keeps nothing of it but the piece of a header that is
// not whole yet. It checks each tag header, each PreviousTagSize and the framing of chunks; of bodies it wants so little that most of
// their bytes need not be shown to it: skippable says how many.
//
// It is to flv.Scanner what an event loop is to a goroutine, and finds the same; but where that one leaves it to the caller
// whether to go on after a fault, this one goes on until maxFaults.
type parser struct {
	kept []byte // of the line or header that is not whole
	room [20]byte

	head *answer // while it is read
	left int64   // of the chunk or of the Content-Length

	offset int64 // of the next byte in the body
	begins int64 // where the last tag header began
	stamp  uint32
	size   uint32 // of the tag's body
	body   uint32 // what has not come of that, or of the padding
	prev   uint32 // what the next PreviousTagSize has to be

	framing framing
	phase   phase
	kind    flv.TagType
	seen    bool // a video tag has been handed out
	faults  uint8
	digits  uint16 // of a chunk's size, or bytes of its extension
}

// reset makes the parser read a new answer.
func (p *parser) reset() {
	*p = parser{head: newAnswer()}
	p.kept = p.room[:0]
}

// midTag reports whether the stream, if it ended now, would be cut: only between tags it would not.
func (p *parser) midTag() bool { return p.phase != inTag || len(p.kept) > 0 }

// end is the error of a stream that ends now by FIN or by the end of its HTTP body.
func (p *parser) end() error {
	switch {
	case p.framing == inHead:
		return io.ErrUnexpectedEOF
	case p.midTag():
		return &flv.CutError{Offset: p.offset, Tag: p.begins}
	default:
		return io.EOF
	}
}

// skippable is how many of the bytes that come next the parser need not see.
func (p *parser) skippable() int64 {
	if p.phase != inBody {
		return 0
	}
	switch p.framing {
	case toTheEnd:
		return int64(p.body)
	case counted, inChunk:
		return min(int64(p.body), p.left)
	default:
		return 0
	}
}

// skip says that so many bytes have been dropped, at most as many as skippable. An error is that of feed.
func (p *parser) skip(n int64) error {
	p.offset += n
	if p.body -= uint32(n); p.body == 0 {
		p.phase = inTrailer
	}
	return p.framed(n)
}

// framed counts n bytes of body.
func (p *parser) framed(n int64) error {
	if p.framing == toTheEnd {
		return nil
	}
	p.left -= n
	if p.left > 0 {
		return nil
	}
	if p.framing == counted {
		return p.end()
	}
	p.framing = behindChunk
	return nil
}

// feed takes what came. An error says how the session ends: io.EOF or a *flv.CutError at the end of the body, what is wrong with the
// framing, with the file header or with a row of tags, or what the receiver said of the answer.
func (p *parser) feed(b []byte, r receiver) error {
	for len(b) > 0 {
		var err error
		switch p.framing {
		case inHead:
			b, err = p.feedHead(b, r)
		case toTheEnd:
			return p.feedBody(b, r)
		case counted, inChunk:
			n := min(int64(len(b)), p.left)
			if err = p.feedBody(b[:n], r); err == nil {
				err = p.framed(n)
			}
			b = b[n:]
		default:
			err = p.chunkByte(b[0])
			b = b[1:]
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// take returns the next n bytes as soon as they are there, and what is left of b. They are valid until the next call.
func (p *parser) take(b []byte, n int) (whole, rest []byte) {
	if len(p.kept) == 0 && len(b) >= n {
		return b[:n], b[n:]
	}
	more := min(n-len(p.kept), len(b))
	p.kept = append(p.kept, b[:more]...)
	if len(p.kept) < n {
		return nil, nil
	}
	whole, p.kept = p.kept, p.room[:0]
	return whole, b[more:]
}

// feedBody takes bytes of the HTTP body.
func (p *parser) feedBody(b []byte, r receiver) error {
	for len(b) > 0 {
		had := len(b)
		var whole []byte
		var err error
		switch p.phase {
		case inFile:
			if whole, b = p.take(b, flv.HeaderSize); whole != nil {
				err = p.fileHeader(whole)
			}
		case inPadding, inBody:
			n := min(uint32(len(b)), p.body)
			b = b[n:]
			if p.body -= n; p.body == 0 {
				p.phase = inTrailer
			}
		case inTrailer:
			if whole, b = p.take(b, flv.TrailerSize); whole != nil {
				p.phase = inTag
				if be32(whole) != p.prev {
					err = p.fault(flv.BadPreviousTagSize, r)
				}
			}
		case inTag:
			if len(p.kept) == 0 {
				p.begins = p.offset
			}
			if whole, b = p.take(b, flv.TagHeaderSize); whole != nil {
				p.offset += int64(had - len(b))
				had = len(b)
				err = p.tagHeader(whole, r)
			}
		case inKind:
			all := b
			if whole, b = p.take(b, min(kindSize, int(p.size))); whole == nil {
				break
			}
			want := p.wanted(whole)
			switch {
			case want == len(whole):
				p.hand(whole, r)
			case len(all) >= want && len(all)-len(b) == len(whole): // it lies there in one piece
				b = all[want:]
				p.hand(all[:want], r)
			default:
				p.kept = append(p.kept, whole...) // perhaps to where it is
				p.phase = inStart
			}
		case inStart:
			if whole, b = p.take(b, min(media.HeadSize, int(p.size))); whole != nil {
				p.hand(whole, r)
			}
		}
		p.offset += int64(had - len(b))
		if err != nil {
			return err
		}
	}
	return nil
}

// fileHeader takes the file header (E.2).
func (p *parser) fileHeader(b []byte) error {
	offset := be32(b[5:])
	switch {
	case !signed(b):
		return &flv.FormatError{Offset: p.begins, What: flv.BadSignature, Got: be32(b) >> 8}
	case b[3] != 1:
		return &flv.FormatError{Offset: p.begins + 3, What: flv.BadVersion, Got: uint32(b[3])}
	case offset < flv.HeaderSize || offset > flv.MaxDataOffset:
		return &flv.FormatError{Offset: p.begins + 5, What: flv.BadDataOffset, Got: offset}
	}
	p.prev = 0
	p.body = offset - flv.HeaderSize
	p.phase = inPadding
	if p.body == 0 {
		p.phase = inTrailer
	}
	return nil
}

// tagHeader takes a tag header (E.4.1).
func (p *parser) tagHeader(b []byte, r receiver) error {
	if signed(b) {
		// The scan goes on behind a second file header, which is shorter than that of a tag.
		behind := [flv.TagHeaderSize - flv.HeaderSize]byte(b[flv.HeaderSize:])
		if err := p.fault(flv.SecondHeader, r); err != nil {
			return err
		}
		p.offset -= flv.TagHeaderSize
		if err := p.fileHeader(b); err != nil {
			return err
		}
		p.offset += flv.HeaderSize
		return p.feedBody(behind[:], r)
	}
	p.kind = flv.TagType(b[0] & 0x1f)
	p.size = be32(b) & 0xffffff
	p.stamp = uint32(b[7])<<24 | be32(b[3:])&0xffffff
	p.prev = flv.TagHeaderSize + p.size
	p.body = p.size
	fault := flv.Fault("")
	switch {
	case b[0]&0xc0 != 0 || p.kind != flv.Audio && p.kind != flv.Video && p.kind != flv.Script:
		fault = flv.BadTagType
	case b[0]&0x20 != 0:
		fault = flv.Encrypted
	case be32(b[7:])&0xffffff != 0:
		fault = flv.BadStreamID
	}
	switch {
	case fault != "":
		p.phase = inBody
		if p.size == 0 {
			p.phase = inTrailer
		}
		return p.fault(fault, r)
	case p.size == 0:
		p.faults = 0
		p.hand(nil, r)
	default:
		p.faults = 0
		p.phase = inKind
	}
	return nil
}

// wanted is how much of a body is to be handed out that begins with b: more where there may be a stamp.
func (p *parser) wanted(b []byte) int {
	if p.kind == flv.Video && (!p.seen || flv.Tag{Type: p.kind, Head: b}.Keyframe()) {
		return min(media.HeadSize, int(p.size))
	}
	return len(b)
}

// hand hands out the tag whose first bytes are b.
func (p *parser) hand(b []byte, r receiver) {
	p.seen = p.seen || p.kind == flv.Video
	if p.body = p.size - uint32(len(b)); p.body > 0 {
		p.phase = inBody
	} else {
		p.phase = inTrailer
	}
	r.tag(flv.Tag{Type: p.kind, Timestamp: p.stamp, Size: int(p.size), Offset: p.begins, Head: b})
}

// fault tells a fault, and returns an error when there have been too many.
func (p *parser) fault(f flv.Fault, r receiver) error {
	r.fault(f)
	if p.faults++; p.faults >= maxFaults {
		return errNoFLV
	}
	return nil
}

func signed(b []byte) bool { return b[0] == 'F' && b[1] == 'L' && b[2] == 'V' }

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
