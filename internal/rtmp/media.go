package rtmp

// setDataFrame is the AMF0 string "@setDataFrame", which tells a server to keep the metadata that follows. In an FLV file
// the tag begins behind it. media.SetDataFrame is the same: neither of the two packages knows the other.
const setDataFrame = "\x02\x00\x0d@setDataFrame"

// unwrap makes the payload of a media message that of an FLV tag.
func unwrap(m Message) Message {
	if m.Type == TypeDataAMF3 {
		m.Type = TypeData
		if len(m.Payload) > 0 && m.Payload[0] == 0 {
			m.Payload = m.Payload[1:]
		}
	}
	if m.Type == TypeData && len(m.Payload) >= len(setDataFrame) && string(m.Payload[:len(setDataFrame)]) == setDataFrame {
		m.Payload = m.Payload[len(setDataFrame):]
	}
	return m
}

// aggregate takes an aggregate message apart: FLV tags, one behind the other (section 7.1.6).
type aggregate struct {
	whole Message
	shift uint32 // from the timestamps inside to that of the message
	first bool
}

func (a *aggregate) begin(m Message) { a.whole, a.first = m, true }

// next returns the next message inside. What doesn't parse ends the aggregate.
func (a *aggregate) next() (Message, bool) {
	const head, tail = 11, 4
	for len(a.whole.Payload) >= head {
		b := a.whole.Payload
		size := int(uint24(b[1:]))
		if len(b) < head+size {
			break
		}
		at := uint24(b[4:]) | uint32(b[7])<<24
		if a.first {
			a.first, a.shift = false, a.whole.Timestamp-at
		}
		m := Message{Type: TypeID(b[0]), StreamID: a.whole.StreamID, ChunkStream: a.whole.ChunkStream,
			Timestamp: at + a.shift, Payload: b[head : head+size]}
		a.whole.Payload = b[min(head+size+tail, len(b)):]
		switch m.Type {
		case TypeAudio, TypeVideo, TypeData, TypeDataAMF3:
			return unwrap(m), true
		}
	}
	a.whole.Payload = nil
	return Message{}, false
}
