package media

import (
	"encoding/binary"
	"math"
)

// metadata is the body of an onMetaData script tag (FLV 10.1, E.5): the name, and an ECMA array of what info says.
func metadata(info Info) []byte {
	type property struct {
		name  string
		value any
	}
	props := []property{{"encoder", "flvstorm"}}
	if info.Video {
		props = append(props, property{"videocodecid", 7.0}, property{"framerate", info.FPS},
			property{"width", float64(info.Width)}, property{"height", float64(info.Height)},
			property{"videodatarate", float64(info.videoBitrate) / 1000})
	}
	if info.Audio {
		props = append(props, property{"audiocodecid", 10.0}, property{"audiosamplerate", float64(info.SampleRate)},
			property{"audiosamplesize", 16.0}, property{"stereo", info.stereo},
			property{"audiodatarate", float64(info.Bitrate-info.videoBitrate) / 1000})
	}
	b := appendAMFString(append([]byte(nil), amfString), "onMetaData")
	b = append(b, amfECMAArray)
	b = binary.BigEndian.AppendUint32(b, uint32(len(props)))
	for _, p := range props {
		b = appendAMFString(b, p.name)
		switch v := p.value.(type) {
		case string:
			b = appendAMFString(append(b, amfString), v)
		case float64:
			b = binary.BigEndian.AppendUint64(append(b, amfNumber), math.Float64bits(v))
		case bool:
			b = append(b, amfBoolean, 0)
			if v {
				b[len(b)-1] = 1
			}
		}
	}
	return append(b, 0, 0, amfObjectEnd)
}

// Type markers of AMF0 (AMF0 specification, 2.1).
const (
	amfNumber    = 0
	amfBoolean   = 1
	amfString    = 2
	amfECMAArray = 8
	amfObjectEnd = 9
)

// appendAMFString appends a string without its marker, as names of properties are written.
func appendAMFString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}
