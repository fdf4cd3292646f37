package codec

import (
	"encoding/binary"
	"strconv"
)

// Name is what a codec is called.
type Name string

// Those that are told apart by what has to come first, or by their configuration. Others have names as well.
const (
	H264 Name = "H.264"
	HEVC Name = "HEVC"
	AV1  Name = "AV1"
	VP8  Name = "VP8"
	VP9  Name = "VP9"
	AAC  Name = "AAC"
	MP3  Name = "MP3"
	Opus Name = "Opus"
	FLAC Name = "FLAC"
)

// Packet says what a body carries.
type Packet uint8

const (
	Other    Packet = iota // an end of sequence, a command, colour information: nothing to play
	Sequence               // a decoder configuration
	Frame                  // coded audio or video
)

// Body is the head of an audio or video body, parsed.
type Body struct {
	Codec Name
	// ID is the codec number of FLV (E.4.2.1, E.4.3.1), FourCC that of enhanced RTMP; one of the two says what Codec is.
	ID     uint8
	FourCC string
	Packet Packet
	// At is where the payload begins: the configuration of a Sequence, the data of a Frame.
	At int
	// Tracks says that the body is one of several tracks, of which this is the first.
	Tracks bool
	// Audio is what the head of an old audio body says. AAC says it always the same, so it is left out.
	Audio Audio
}

// NeedsSequence reports whether the codec can't be decoded without a configuration in front.
func (b Body) NeedsSequence() bool {
	switch b.Codec {
	case H264, HEVC, AV1, AAC, FLAC:
		return true
	}
	return false
}

// videoCodecs names CodecID (E.4.3.1), with those that were agreed on elsewhere: 12 by Chinese CDNs, 13 and 14 after them.
var videoCodecs = map[uint8]Name{
	1: "JPEG", 2: "Sorenson H.263", 3: "Screen video", 4: "VP6", 5: "VP6 with alpha", 6: "Screen video 2", 7: H264,
	8: "H.263", 9: "MPEG-4 part 2", 12: HEVC, 13: AV1, 14: "VVC",
}

// audioCodecs names SoundFormat (E.4.2.1); 13 is what some servers use for Opus.
var audioCodecs = map[uint8]Name{
	0: "PCM", 1: "ADPCM", 2: MP3, 3: "PCM (little endian)", 4: "Nellymoser 16 kHz", 5: "Nellymoser 8 kHz", 6: "Nellymoser",
	7: "G.711 A-law", 8: "G.711 µ-law", 10: AAC, 11: "Speex", 13: Opus, 14: MP3, 15: "device-specific sound",
}

// fourCCs names those of enhanced RTMP (Veovera, "Enhanced RTMP v2").
var fourCCs = map[string]Name{
	"avc1": H264, "hvc1": HEVC, "hev1": HEVC, "av01": AV1, "vp08": VP8, "vp09": VP9, "vvc1": "VVC",
	"mp4a": AAC, ".mp3": MP3, "Opus": Opus, "fLaC": FLAC, "ac-3": "AC-3", "ec-3": "E-AC-3",
}

// Packet types of enhanced RTMP.
const (
	exStart, exFrames, exEnd, exFramesX = 0, 1, 2, 3
	exStartTS                           = 5 // video
	exAudioTracks, exVideoTracks        = 5, 6
	exModifiers                         = 7
)

// VideoBody parses the head of a video body, of which b may be the first bytes. Zero bytes are no body: false.
func VideoBody(b []byte) (Body, bool) {
	if len(b) == 0 {
		return Body{}, false
	}
	const command = 5 // frame type
	if b[0]&0x80 != 0 {
		body, ok := enhanced(b, exVideoTracks)
		if b[0]>>4&7 == command {
			body.Packet = Other
		}
		return body, ok
	}
	body := Body{ID: b[0] & 0x0f, Packet: Frame, At: 1}
	body.Codec = videoCodecs[body.ID]
	switch body.Codec {
	case H264, HEVC, AV1, "VVC": // packet type and composition time, E.4.3.1
		body.packet(b)
		body.At = 5
	}
	if b[0]>>4 == command {
		body.Packet = Other
	}
	return body, true
}

// AudioBody parses the head of an audio body.
func AudioBody(b []byte) (Body, bool) {
	if len(b) == 0 {
		return Body{}, false
	}
	const exAudio = 9
	if b[0]>>4 == exAudio {
		return enhanced(b, exAudioTracks)
	}
	body := Body{ID: b[0] >> 4, Packet: Frame, At: 1}
	body.Codec = audioCodecs[body.ID]
	switch body.ID {
	case 10:
		body.packet(b)
		body.At = 2
		return body, true
	case 4, 14, 5, 7, 8:
		body.Audio.Rate = map[uint8]int{4: 16000}[body.ID]
		if body.Audio.Rate == 0 {
			body.Audio.Rate = 8000
		}
	case 11:
		body.Audio.Rate = 16000 // E.4.2.1: whatever the field says
	default:
		body.Audio.Rate = [...]int{5512, 11025, 22050, 44100}[b[0]>>2&3]
	}
	body.Audio.Channels = 1 + int(b[0]&1)
	if body.Codec == MP3 {
		body.mp3(b[1:])
	}
	return body, true
}

// packet takes AVCPacketType or AACPacketType.
func (b *Body) packet(raw []byte) {
	b.Packet = Other
	if len(raw) > 1 && raw[1] < 2 {
		b.Packet = [...]Packet{Sequence, Frame}[raw[1]]
	}
}

// mp3 takes rate and channels from a frame's own header (ISO/IEC 11172-3, 2.4.1.3): the field of FLV knows neither 48 nor 32 kHz.
func (b *Body) mp3(frame []byte) {
	if len(frame) < 4 {
		return
	}
	head := binary.BigEndian.Uint32(frame)
	version, index := head>>19&3, head>>10&3
	if head>>21 != 0x7ff || version == 1 || index == 3 {
		return
	}
	b.Audio.Rate = [...]int{44100, 48000, 32000}[index] >> [...]int{2, 0, 1, 0}[version] // MPEG-2.5, -, 2, 1
	b.Audio.Channels = 2
	if head>>6&3 == 3 {
		b.Audio.Channels = 1
	}
}

// enhanced parses the head of a body of enhanced RTMP. tracks is the packet type that says there are several.
func enhanced(b []byte, tracks uint8) (Body, bool) {
	kind, at := b[0]&0x0f, 1
	for kind == exModifiers { // ModEx: a size, data, and the next type, any number of times
		if at >= len(b) {
			return Body{}, false
		}
		size := int(b[at]) + 1
		at++
		if size == 256 {
			if len(b) < at+2 {
				return Body{}, false
			}
			size = int(binary.BigEndian.Uint16(b[at:])) + 1
			at += 2
		}
		if at += size; at >= len(b) {
			return Body{}, false
		}
		kind = b[at] & 0x0f
		at++
	}
	body := Body{}
	skip := 0
	if kind == tracks {
		if at >= len(b) {
			return Body{}, false
		}
		kind, body.Tracks = b[at]&0x0f, true
		if skip = 1; b[at]>>4 != 0 { // trackId; but for OneTrack also sizeOfTrack
			skip += 3
		}
		at++ // where each track has a codec of its own, that of the first one stands here as well
	}
	if len(b) < at+4 {
		return Body{}, false
	}
	body.FourCC = string(b[at : at+4])
	body.Codec = fourCCs[body.FourCC]
	body.At = at + 4 + skip
	video := tracks == exVideoTracks
	switch {
	case kind == exStart, video && kind == exStartTS:
		body.Packet = Sequence
	case kind == exFrames:
		body.Packet = Frame
		if video && (body.Codec == H264 || body.Codec == HEVC) {
			body.At += 3 // composition time
		}
	case video && kind == exFramesX:
		body.Packet = Frame
	}
	return body, true
}

// VideoNamed is the codec that metadata mean by a number or a FourCC (onMetaData, E.5), "" where nobody knows.
func VideoNamed(said string) Name { return named(said, videoCodecs) }

// AudioNamed is the same for sound.
func AudioNamed(said string) Name { return named(said, audioCodecs) }

func named(said string, numbers map[uint8]Name) Name {
	if n, err := strconv.ParseUint(said, 10, 8); err == nil {
		return numbers[uint8(n)]
	}
	return fourCCs[said]
}
