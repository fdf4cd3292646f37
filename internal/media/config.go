package media

import (
	"encoding/binary"
	"errors"
)

// Errors of parsing a stranger's decoder configuration. Where it stands is the caller's to say.
var (
	errShort    = errors.New("it ends too early")
	errReserved = errors.New("a field has a reserved value")
)

// avcRecord is what has to be known of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.2.4.1.1).
type avcRecord struct {
	lengthSize    int // of the length in front of each NAL unit, bytes
	width, height int // pixels, cropped
}

// parseAVCRecord parses a record up to its first sequence parameter set.
func parseAVCRecord(b []byte) (avcRecord, error) {
	if len(b) < 8 {
		return avcRecord{}, errShort
	}
	if b[0] != 1 || b[5]&0x1f == 0 {
		return avcRecord{}, errReserved
	}
	r := avcRecord{lengthSize: int(b[4]&3) + 1}
	size := int(binary.BigEndian.Uint16(b[6:]))
	if len(b) < 8+size {
		return avcRecord{}, errShort
	}
	var err error
	r.width, r.height, err = parseSPS(b[8 : 8+size])
	return r, err
}

// parseSPS returns the size of the pictures from a sequence parameter set (H.264 7.3.2.1.1), a NAL unit.
func parseSPS(nal []byte) (width, height int, err error) {
	if len(nal) < 4 || nal[0]&0x1f != nalSPS {
		return 0, 0, errReserved
	}
	r := bitReader{b: withoutEmulation(nal[1:])}
	profile := r.u(8)
	r.u(16) // constraint flags, level_idc
	r.ue()  // seq_parameter_set_id
	chroma := uint32(1)
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		chroma = r.ue() // chroma_format_idc
		if chroma == 3 && r.u(1) == 1 {
			chroma = 0 // separate_colour_plane_flag: cropped as if there were no chroma
		}
		r.ue() // bit_depth_luma_minus8
		r.ue() // bit_depth_chroma_minus8
		r.u(1) // qpprime_y_zero_transform_bypass_flag
		if r.u(1) == 1 {
			r.scalingLists(chroma)
		}
	}
	r.ue()          // log2_max_frame_num_minus4
	switch r.ue() { // pic_order_cnt_type
	case 0:
		r.ue()
	case 1:
		r.u(1)
		r.ue()
		r.ue()
		for n := min(r.ue(), 256); n > 0; n-- {
			r.ue()
		}
	}
	r.ue() // max_num_ref_frames
	r.u(1) // gaps_in_frame_num_value_allowed_flag
	w := 16 * (int64(r.ue()) + 1)
	h := 16 * (int64(r.ue()) + 1)
	fields := int64(1)
	if r.u(1) == 0 { // frame_mbs_only_flag
		fields = 2
		h *= 2
		r.u(1)
	}
	r.u(1) // direct_8x8_inference_flag
	if r.u(1) == 1 {
		unitX, unitY := int64(1), fields // CropUnitX, CropUnitY: equations 7-19 to 7-22
		if chroma == 1 || chroma == 2 {
			unitX = 2
		}
		if chroma == 1 {
			unitY *= 2
		}
		w -= unitX * (int64(r.ue()) + int64(r.ue()))
		h -= unitY * (int64(r.ue()) + int64(r.ue()))
	}
	switch {
	case r.over:
		return 0, 0, errShort
	case chroma > 3 || w < 1 || h < 1 || w > maxSide || h > maxSide:
		return 0, 0, errReserved
	}
	return int(w), int(h), nil
}

// maxSide is more than the longest side that any level allows (H.264 A.3.1 and table A-1, level 6.2: 16,864 pixels).
const maxSide = 1 << 15

// audioConfig is what has to be known of an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
type audioConfig struct {
	rate     int // Hz
	channels int
}

// aacRates are the frequencies of samplingFrequencyIndex (ISO/IEC 14496-3, table 1.18).
var aacRates = [...]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}

// parseAudioConfig parses an AudioSpecificConfig up to the channels.
func parseAudioConfig(b []byte) (audioConfig, error) {
	r := bitReader{b: b}
	if r.u(5) == 31 { // audioObjectType
		r.u(6)
	}
	var c audioConfig
	switch i := r.u(4); {
	case int(i) < len(aacRates):
		c.rate = aacRates[i]
	case i == 15:
		c.rate = int(r.u(24))
	}
	c.channels = int(r.u(4))
	switch {
	case r.over:
		return audioConfig{}, errShort
	case c.rate < 1000 || c.rate > 192000:
		return audioConfig{}, errReserved
	}
	return c, nil
}

// bitReader reads bits, the most significant first. Behind the end it reads zeros and sets over.
type bitReader struct {
	b    []byte
	at   int // bits
	over bool
}

// u reads n bits, at most 32.
func (r *bitReader) u(n int) uint32 {
	v := uint32(0)
	for range n {
		v <<= 1
		if r.at/8 >= len(r.b) {
			r.over = true
			continue
		}
		v |= uint32(r.b[r.at/8]>>(7-r.at%8)) & 1
		r.at++
	}
	return v
}

// ue reads an unsigned Exp-Golomb code (H.264 9.1). One that is too long for 32 bits sets over.
func (r *bitReader) ue() uint32 {
	zeros := 0
	for r.u(1) == 0 {
		if zeros++; zeros > 31 || r.over {
			r.over = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.u(zeros)
}

// scalingLists skips the scaling lists of a sequence parameter set (H.264 7.3.2.1.1.1).
func (r *bitReader) scalingLists(chroma uint32) {
	lists := 8
	if chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if r.u(1) == 0 {
			continue
		}
		size := 16
		if i >= 6 {
			size = 64
		}
		last, next := int32(8), int32(8)
		for range size {
			if next != 0 {
				code := r.ue()
				delta := int32(code+1) / 2
				if code%2 == 0 {
					delta = -delta
				}
				next = (last + delta + 256) % 256
			}
			if next != 0 {
				last = next
			}
		}
	}
}

// withoutEmulation returns the RBSP of a NAL unit: its bytes without emulation_prevention_three_byte (H.264 7.3.1).
func withoutEmulation(b []byte) []byte {
	out := make([]byte, 0, len(b))
	zeros := 0
	for _, c := range b {
		if zeros >= 2 && c == 3 {
			zeros = 0
			continue
		}
		out = append(out, c)
		if c == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}
