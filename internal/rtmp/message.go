package rtmp

import (
	"encoding/binary"
	"fmt"

	"github.com/yutopp/go-rtmp/message"
)

// TypeID is the type of a message (RTMP 1.0, sections 5.4 and 7.1).
type TypeID = message.TypeID

// The types that this package tells apart.
const (
	TypeSetChunkSize     = message.TypeIDSetChunkSize
	TypeAbort            = message.TypeIDAbortMessage
	TypeAck              = message.TypeIDAck
	TypeUserControl      = message.TypeIDUserCtrl
	TypeWindowAckSize    = message.TypeIDWinAckSize
	TypeSetPeerBandwidth = message.TypeIDSetPeerBandwidth
	TypeAudio            = message.TypeIDAudioMessage
	TypeVideo            = message.TypeIDVideoMessage
	TypeDataAMF3         = message.TypeIDDataMessageAMF3
	TypeCommandAMF3      = message.TypeIDCommandMessageAMF3
	TypeData             = message.TypeIDDataMessageAMF0
	TypeCommand          = message.TypeIDCommandMessageAMF0
	TypeAggregate        = message.TypeIDAggregateMessage
)

// The chunk streams on which this package sends. Media takes its own, so that a reply never lands in the middle of a
// message that somebody sends by hand.
const (
	chunkStreamControl = 2 // RTMP 1.0, section 5.4: protocol control messages
	chunkStreamCommand = 3
	chunkStreamStatus  = 5
	chunkStreamAudio   = 4
	chunkStreamVideo   = 6
	chunkStreamData    = 7
)

const (
	// maxLength is the largest body a message can announce: the field has 24 bits.
	maxLength = 1<<24 - 1
	// extended in the 24 bits of a timestamp field says that the timestamp follows in 32 bits (section 5.3.1.3).
	extended = 0xFFFFFF
	// initialChunkSize is what both sides start with (section 5.4.1).
	initialChunkSize = 128
	// lastChunkStream is the largest id that a basic header can carry (section 5.3.1.1).
	lastChunkStream = 65599
)

// Message is one RTMP message.
type Message struct {
	Type        TypeID
	StreamID    uint32
	ChunkStream uint32 // 2..65599; written as the usual one for Type where it is less
	Timestamp   uint32 // milliseconds, modulo 2^32
	Payload     []byte
}

// Limits bound what a peer may make us hold. The zero value takes the defaults.
type Limits struct {
	MessageSize  int // largest body in bytes; default 16 MiB - 1, the most the protocol can say
	ChunkStreams int // chunk streams that carried anything at all; default 64
	Pending      int // bytes of unfinished messages over all chunk streams; default 32 MiB, at least MessageSize
	ReadBuffer   int // bytes held for as long as the connection lives; default 512, at least 64
}

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	if l.MessageSize <= 0 || l.MessageSize > maxLength {
		l.MessageSize = maxLength
	}
	if l.ChunkStreams <= 0 {
		l.ChunkStreams = 64
	}
	if l.Pending <= 0 {
		l.Pending = 32 << 20
	}
	l.Pending = max(l.Pending, l.MessageSize)
	if l.ReadBuffer <= 0 {
		l.ReadBuffer = 512
	}
	l.ReadBuffer = max(l.ReadBuffer, 64)
	return l
}

// FormatError says that a peer sent what is not RTMP, or more than Limits allow.
type FormatError struct {
	Offset int64  // bytes of the connection read when it was found
	What   string // what is wrong
}

// Error implements error.
func (e *FormatError) Error() string {
	return fmt.Sprintf("not RTMP near byte %d: %s", e.Offset, e.What)
}

// usualChunkStream is where a message goes that names no chunk stream.
func usualChunkStream(t TypeID) uint32 {
	switch t {
	case TypeAudio:
		return chunkStreamAudio
	case TypeVideo, TypeAggregate:
		return chunkStreamVideo
	case TypeData, TypeDataAMF3:
		return chunkStreamData
	case TypeCommand, TypeCommandAMF3:
		return chunkStreamCommand
	}
	return chunkStreamControl
}

// AppendMessage appends m to dst as chunks of chunkSize bytes: the first with a full header (fmt 0), the rest as
// continuations (fmt 3) that repeat an extended timestamp, as section 5.3.1.3 asks. Such a message depends on nothing that
// was sent before, so it can be built once and sent on any connection with that chunk size. A payload of more than
// 16 MiB - 1 cannot be said in RTMP and is a programming error: it panics.
func AppendMessage(dst []byte, m Message, chunkSize int) []byte {
	return appendBody(appendHead(dst, m), chunkStreamOf(m), m.Timestamp, m.Payload, chunkSize)
}

// appendHead appends the full header of m (fmt 0) and nothing of its payload.
func appendHead(dst []byte, m Message) []byte {
	dst = appendBasicHeader(dst, 0, chunkStreamOf(m))
	dst = appendUint24(dst, min(m.Timestamp, extended))
	dst = appendLengthAndType(dst, m)
	dst = binary.LittleEndian.AppendUint32(dst, m.StreamID)
	return appendExtended(dst, m.Timestamp)
}

// chunkStreamOf returns the chunk stream m travels on.
func chunkStreamOf(m Message) uint32 {
	if m.ChunkStream < 2 {
		return usualChunkStream(m.Type)
	}
	return min(m.ChunkStream, lastChunkStream)
}

// appendBody appends payload in chunks; field is the timestamp or delta of the header that went before.
func appendBody(dst []byte, id, field uint32, payload []byte, chunkSize int) []byte {
	chunkSize = max(chunkSize, 1)
	for len(payload) > chunkSize {
		dst = append(dst, payload[:chunkSize]...)
		payload = payload[chunkSize:]
		dst = appendBasicHeader(dst, 3, id)
		dst = appendExtended(dst, field)
	}
	return append(dst, payload...)
}

func appendBasicHeader(dst []byte, format byte, id uint32) []byte {
	switch {
	case id < 64:
		return append(dst, format<<6|byte(id))
	case id < 64+256:
		return append(dst, format<<6, byte(id-64))
	}
	return append(dst, format<<6|1, byte(id-64), byte((id-64)>>8))
}

func appendLengthAndType(dst []byte, m Message) []byte {
	if len(m.Payload) > maxLength {
		panic(fmt.Sprintf("rtmp: a message of %d bytes cannot be sent", len(m.Payload)))
	}
	return append(appendUint24(dst, uint32(len(m.Payload))), byte(m.Type))
}

func appendExtended(dst []byte, field uint32) []byte {
	if field < extended {
		return dst
	}
	return binary.BigEndian.AppendUint32(dst, field)
}

func appendUint24(dst []byte, v uint32) []byte {
	return append(dst, byte(v>>16), byte(v>>8), byte(v))
}
