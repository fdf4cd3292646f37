package flv

// Sizes that the format fixes (Adobe FLV Specification 10.1, annex E).
const (
	HeaderSize    = 9         // E.2, without the PreviousTagSize0 behind it
	TagHeaderSize = 11        // E.4.1
	TrailerSize   = 4         // E.3, PreviousTagSize
	MaxBodySize   = 1<<24 - 1 // E.4.1, DataSize has 24 bits
)

// TagType is the kind of a tag (E.4.1). The numbers are also those of RTMP's messages.
type TagType uint8

const (
	Audio  TagType = 8
	Video  TagType = 9
	Script TagType = 18
)

// String names the type as the specification does.
func (t TagType) String() string {
	switch t {
	case Audio:
		return "audio"
	case Video:
		return "video"
	case Script:
		return "script"
	}
	return "unknown"
}

// Header is what the file header says (E.2). Live servers set the flags by guess: they are no promise.
type Header struct {
	Version    uint8
	Audio      bool
	Video      bool
	DataOffset uint32 // where the body begins, 9 in version 1
}

// Tag is one tag without its payload.
type Tag struct {
	Type      TagType
	Timestamp uint32 // ms; 24 bits and the extension put together
	Size      int    // of the body, bytes
	Offset    int64  // of the tag's header in the stream
	Head      []byte // the first bytes of the body, at most the scanner's HeadSize; valid until the next call of the scanner
}

// Codec numbers of E.4.2.1 and E.4.3.1, of which this package must know only who has sequence headers.
const (
	CodecAVC  = 7
	CodecHEVC = 12 // not in E.4.3.1; what Chinese CDNs agreed on before enhanced RTMP
	FormatAAC = 10
)

// The bit and packet types of enhanced RTMP (Veovera, "Enhanced RTMP v2"), where a FourCC takes the codec number's place.
const (
	exHeader = 0x80 // of the first byte of a video body
	exAudio  = 9    // the SoundFormat that says an ExAudioTagHeader follows

	exSequenceStart   = 0
	exCodedFrames     = 1
	exCodedFramesX    = 3 // video: coded frames whose composition time is zero
	exSequenceStartTS = 5 // video, for MPEG-2 TS
	exAudioMultitrack = 5 // audio
	exVideoMultitrack = 6
	exModEx           = 7 // modifiers such as nanoseconds, in front of frames
)

// Frame types (E.4.3.1).
const (
	frameTypeKey     = 1
	frameTypeCommand = 5
)

// Enhanced reports whether the body says its codec by FourCC, as enhanced RTMP does.
func (t Tag) Enhanced() bool {
	if len(t.Head) == 0 {
		return false
	}
	return t.Type == Video && t.Head[0]&exHeader != 0 || t.Type == Audio && t.Head[0]>>4 == exAudio
}

// part says what a body carries.
type part uint8

const (
	partOther    part = iota // nothing to play: an empty body, a command, an end of sequence, script data
	partSequence             // a decoder configuration
	partFrame                // coded audio or video
)

// part sorts the body by its first two bytes.
func (t Tag) part() part {
	if len(t.Head) == 0 || t.Type == Script {
		return partOther
	}
	first := t.Head[0]
	if t.Enhanced() {
		return t.enhancedPart()
	}
	sequenced := false
	switch t.Type {
	case Audio:
		sequenced = first>>4 == FormatAAC
	case Video:
		if first>>4 == frameTypeCommand {
			return partOther
		}
		sequenced = first&0x0f == CodecAVC || first&0x0f == CodecHEVC
	}
	if !sequenced {
		return partFrame
	}
	if len(t.Head) < 2 {
		return partOther
	}
	switch t.Head[1] {
	case 0:
		return partSequence
	case 1:
		return partFrame
	}
	return partOther
}

// enhancedPart is part for enhanced RTMP.
func (t Tag) enhancedPart() part {
	video := t.Type == Video
	if video && t.Head[0]>>4&7 == frameTypeCommand {
		return partOther
	}
	packet := t.Head[0] & 0x0f
	if video && packet == exVideoMultitrack || !video && packet == exAudioMultitrack {
		if len(t.Head) < 2 {
			return partOther
		}
		packet = t.Head[1] & 0x0f // of all its tracks
	}
	switch {
	case packet == exSequenceStart, video && packet == exSequenceStartTS:
		return partSequence
	case packet == exCodedFrames, packet == exModEx, video && packet == exCodedFramesX:
		return partFrame
	}
	return partOther
}

// IsSequenceHeader reports whether the tag carries a decoder configuration (AVCDecoderConfigurationRecord,
// AudioSpecificConfig, or the sequence start of enhanced RTMP).
func (t Tag) IsSequenceHeader() bool { return t.part() == partSequence }

// IsMedia reports whether the tag carries coded audio or video: no sequence header, no end of sequence, no command, no script.
func (t Tag) IsMedia() bool { return t.part() == partFrame }

// NeedsSequence reports whether the tag carries coded audio or video that nobody can decode without a sequence header: AVC,
// HEVC, AAC, and of enhanced RTMP also AV1 and FLAC, as far as the FourCC stands where it does in simple tags. A keyframe of
// VP9 says itself all that a decoder needs.
func (t Tag) NeedsSequence() bool {
	if t.part() != partFrame {
		return false
	}
	if !t.Enhanced() {
		return t.Type == Video && (t.Head[0]&0x0f == CodecAVC || t.Head[0]&0x0f == CodecHEVC) || t.Type == Audio && t.Head[0]>>4 == FormatAAC
	}
	if packet := t.Head[0] & 0x0f; len(t.Head) < 5 || packet != exCodedFrames && packet != exCodedFramesX {
		return false
	}
	switch string(t.Head[1:5]) {
	case "avc1", "hvc1", "hev1", "av01":
		return t.Type == Video
	case "mp4a", "fLaC":
		return t.Type == Audio
	}
	return false
}

// Reserved reports whether the tag says a video codec that there is not: CodecID 0, or 8 to 11 (E.4.3.1). 12 to 15 are
// in use without a specification.
func (t Tag) Reserved() bool {
	if t.Type != Video || len(t.Head) == 0 || t.Enhanced() || t.Head[0]>>4 == frameTypeCommand {
		return false
	}
	codec := t.Head[0] & 0x0f
	return codec == 0 || codec >= 8 && codec < CodecHEVC
}

// Keyframe reports whether the tag is a coded video frame from which decoding can start. A sequence header, which has the
// same frame type, is none.
func (t Tag) Keyframe() bool {
	return t.Type == Video && t.part() == partFrame && t.Head[0]>>4&7 == frameTypeKey
}

// CompositionTime is what has to be added to the timestamp of an AVC or HEVC frame for the time of display, in ms, and
// zero for everything else.
func (t Tag) CompositionTime() int32 {
	if t.Type != Video || t.part() != partFrame {
		return 0
	}
	at := 2
	if t.Enhanced() {
		if t.Head[0]&0x0f != exCodedFrames {
			return 0
		}
		at = 5 // behind the FourCC
	} else if c := t.Head[0] & 0x0f; c != CodecAVC && c != CodecHEVC {
		return 0
	}
	if len(t.Head) < at+3 {
		return 0
	}
	b := t.Head[at : at+3]
	return int32(uint32(b[0])<<24|uint32(b[1])<<16|uint32(b[2])<<8) >> 8
}
