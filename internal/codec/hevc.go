package codec

import (
	"encoding/binary"
	"fmt"
)

// parseHEVC parses an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1.2) for its first sequence parameter set.
func parseHEVC(b []byte) (Video, error) {
	const fixed, nalSPS = 23, 33
	if len(b) < fixed {
		return Video{}, ErrShort
	}
	// Some encoders wrote 0 while the format was a draft.
	if b[0] > 1 {
		return Video{}, ErrReserved
	}
	length, rate := int(b[21]&3)+1, rate(float64(binary.BigEndian.Uint16(b[19:])), 256) // avgFrameRate
	arrays := int(b[22])
	b = b[fixed:]
	for range arrays {
		if len(b) < 3 {
			return Video{}, ErrShort
		}
		kind, units := b[0]&0x3f, int(binary.BigEndian.Uint16(b[1:]))
		b = b[3:]
		for range units {
			if len(b) < 2 {
				return Video{}, ErrShort
			}
			size := int(binary.BigEndian.Uint16(b))
			if len(b) < 2+size {
				return Video{}, ErrShort
			}
			if kind == nalSPS {
				v, err := parseHEVCSPS(b[2 : 2+size])
				v.LengthSize, v.Rate = length, rate
				return v, err
			}
			b = b[2+size:]
		}
	}
	return Video{}, ErrShort // a stream whose parameter sets stand in its frames only is nothing for FLV
}

// hevcProfiles names general_profile_idc (H.265 A.3, annexes F to I).
var hevcProfiles = map[uint32]string{
	1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Range Extensions", 5: "High Throughput", 6: "Multiview Main",
	7: "Scalable Main", 8: "3D Main", 9: "Screen Content", 10: "Scalable Range Extensions", 11: "High Throughput Screen Content",
}

// parseHEVCSPS parses a sequence parameter set (H.265 7.3.2.2.1), a NAL unit, up to the bit depth.
func parseHEVCSPS(nal []byte) (Video, error) {
	const nalSPS = 33
	if len(nal) < 4 || nal[0]>>1&0x3f != nalSPS {
		return Video{}, ErrReserved
	}
	r := bitReader{b: rbsp(nal[2:])}
	r.u(4) // sps_video_parameter_set_id
	subLayers := int(r.u(3))
	r.u(1) // sps_temporal_id_nesting_flag
	v := r.hevcTier(subLayers)
	r.ue() // sps_seq_parameter_set_id
	chroma := r.ue()
	if chroma > 3 {
		return Video{}, ErrReserved
	}
	v.Chroma = chromas[chroma]
	if chroma == 3 && r.flag() {
		chroma = 0 // separate_colour_plane_flag
	}
	w, h := int64(r.ue()), int64(r.ue())
	if r.flag() { // conformance_window_flag
		unitX, unitY := int64(1), int64(1) // SubWidthC, SubHeightC: table 6-1
		if chroma == 1 || chroma == 2 {
			unitX = 2
		}
		if chroma == 1 {
			unitY = 2
		}
		w -= unitX * (int64(r.ue()) + int64(r.ue()))
		h -= unitY * (int64(r.ue()) + int64(r.ue()))
	}
	v.Depth = 8 + int(r.ue()&15) // bit_depth_luma_minus8
	if r.over {
		return Video{}, ErrShort
	}
	var err error
	v.Width, v.Height, err = sized(w, h)
	return v, err
}

// hevcTier reads profile_tier_level (H.265 7.3.3) with a profile, and skips what it says of sub-layers.
func (r *bitReader) hevcTier(subLayers int) Video {
	r.u(2) // general_profile_space
	high, profile := r.flag(), r.u(5)
	r.skip(32 + 4 + 43 + 1) // compatibility and constraint flags
	level := r.u(8)
	name, ok := hevcProfiles[profile]
	if !ok {
		name = fmt.Sprintf("profile %d", profile)
	}
	v := Video{Profile: name, Level: fmt.Sprintf("%d.%d", level/30, level%30/3)}
	if high {
		v.Level += " High tier"
	}
	var profiles, levels [8]bool
	for i := range subLayers {
		profiles[i], levels[i] = r.flag(), r.flag()
	}
	if subLayers > 0 {
		r.skip(2 * (8 - subLayers)) // reserved_zero_2bits
	}
	for i := range subLayers {
		if profiles[i] {
			r.skip(88)
		}
		if levels[i] {
			r.skip(8)
		}
	}
	return v
}
