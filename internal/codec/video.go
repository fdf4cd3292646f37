// Package codec tells what a stream is coded with: it reads the heads of FLV's audio and video bodies, in the old form and in
// that of enhanced RTMP, and the decoder configurations that stand in sequence headers.
//
//  1. VideoBody and AudioBody parse the head of a tag's body: which codec, whether a configuration or a frame.
//  2. ParseVideo and ParseAudio parse a configuration: profile, level, size, rate, channels. Codecs that have none, or whose
//     configuration is not read here, are at least named.
//
// It decodes no picture. Everything it reads is a stranger's: nothing is allocated beyond the size of what is parsed, and what
// makes no sense is an error, never a guess.
package codec

import "math"

// Video is what a decoder configuration says of the pictures. Fields that it doesn't say are zero.
type Video struct {
	Profile string `json:"profile,omitempty"` // "High"
	Level   string `json:"level,omitempty"`   // "3.1"
	// Width and Height are those of the picture that is shown, in pixels: cropped, but not stretched.
	Width  int `json:"width,omitempty"`
	Height int `json:"height,omitempty"`
	// Rate is the frame rate that the stream declares, in pictures a second.
	Rate float64 `json:"declared_fps,omitempty"`
	// Depth is how many bits a luma sample has, Chroma the sampling: "4:2:0".
	Depth  int    `json:"bit_depth,omitempty"`
	Chroma string `json:"chroma,omitempty"`
	// LengthSize is how many bytes the length in front of each NAL unit has; zero where there are no NAL units.
	LengthSize int `json:"-"`
}

// ParseVideo parses the configuration of a codec. ok is false for codecs whose configuration is not read here.
func ParseVideo(c Name, config []byte) (v Video, ok bool, err error) {
	switch c {
	case H264:
		v, err = parseAVC(config)
	case HEVC:
		v, err = parseHEVC(config)
	case AV1:
		v, err = parseAV1(config)
	case VP9:
		v, err = parseVP9(config)
	default:
		return Video{}, false, nil
	}
	if err != nil {
		return Video{}, true, err
	}
	return v, true, nil
}

// chromas are the words for chroma_format_idc (H.264 6.2, H.265 6.2).
var chromas = [...]string{"4:0:0", "4:2:0", "4:2:2", "4:4:4"}

// sized is width and height where both are possible.
func sized(w, h int64) (int, int, error) {
	if w < 1 || h < 1 || w > maxSide || h > maxSide {
		return 0, 0, ErrReserved
	}
	return int(w), int(h), nil
}

// rate is a frame rate from a clock and how many of its ticks a picture takes, zero where that is impossible.
func rate(clock, ticks float64) float64 {
	r := clock / ticks
	if math.IsNaN(r) || r < 0.01 || r > 1000 {
		return 0
	}
	return math.Round(r*1000) / 1000
}
