package probe

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// maxScript is the largest script tag that is read, in bytes. An index of all keyframes, the largest there is in files, has
// no place in a live stream.
const maxScript = 256 << 10

// read takes the body of a script tag, and returns an error when it can't be read. What is no onMetaData is passed over.
func (c *Claims) read(body []byte) (is bool, err error) {
	values, err := rtmp.Values(body)
	if len(values) == 0 || err != nil && len(values) < 2 {
		return false, err
	}
	// RTMP puts @setDataFrame in front, which some servers leave there.
	for len(values) > 0 && values[0] == "@setDataFrame" {
		values = values[1:]
	}
	if len(values) < 2 || values[0] != "onMetaData" {
		return false, nil
	}
	object, ok := values[1].(map[string]any)
	if !ok {
		return false, nil
	}
	*c = Claims{
		Encoder: text(object["encoder"]), Server: text(object["server"]),
		Width: number(object["width"]), Height: number(object["height"]), FPS: number(object["framerate"]),
		VideoCodec: named(object["videocodecid"]), AudioCodec: named(object["audiocodecid"]),
		VideoRate: number(object["videodatarate"]), AudioRate: number(object["audiodatarate"]),
		SampleRate: number(object["audiosamplerate"]), Count: c.Count + 1,
	}
	return true, nil
}

// number is a number that makes sense, else zero.
func number(v any) float64 {
	n, _ := v.(float64)
	if math.IsNaN(n) || n <= 0 || n > math.MaxUint32 {
		return 0
	}
	return round(n)
}

// text is a stranger's text, fit to be shown.
func text(v any) string {
	s, _ := v.(string)
	return clean(s)
}

// named is a codec as metadata name it: by number, by the number that a FourCC makes (enhanced RTMP), or by FourCC.
func named(v any) string {
	if s, ok := v.(string); ok {
		return text(s)
	}
	n, ok := v.(float64)
	if !ok || n != math.Trunc(n) || n < 0 || n > math.MaxUint32 {
		return ""
	}
	if n < 16 {
		return strconv.Itoa(int(n))
	}
	four := binary.BigEndian.AppendUint32(nil, uint32(n))
	return clean(string(four))
}

// round keeps three digits behind the point.
func round(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return math.Round(v*1000) / 1000
}
