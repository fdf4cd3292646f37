package codec

import (
	"encoding/binary"
	"fmt"
)

// parseAVC parses an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.2.4.1.1) up to its first sequence parameter set.
func parseAVC(b []byte) (Video, error) {
	if len(b) < 8 {
		return Video{}, ErrShort
	}
	if b[0] != 1 || b[5]&0x1f == 0 {
		return Video{}, ErrReserved
	}
	size := int(binary.BigEndian.Uint16(b[6:]))
	if len(b) < 8+size {
		return Video{}, ErrShort
	}
	v, err := parseAVCSPS(b[8 : 8+size])
	v.LengthSize = int(b[4]&3) + 1
	return v, err
}

// avcProfiles names profile_idc (H.264 A.2).
var avcProfiles = map[uint32]string{
	66: "Baseline", 77: "Main", 88: "Extended", 100: "High", 110: "High 10", 122: "High 4:2:2", 244: "High 4:4:4 Predictive",
	44: "CAVLC 4:4:4 Intra", 83: "Scalable Baseline", 86: "Scalable High", 118: "Multiview High", 128: "Stereo High",
	138: "Multiview Depth High", 139: "Enhanced Multiview Depth High", 134: "MFC High", 135: "MFC Depth High",
}

// parseAVCSPS parses a sequence parameter set (H.264 7.3.2.1.1), a NAL unit.
func parseAVCSPS(nal []byte) (Video, error) {
	const nalSPS = 7
	if len(nal) < 4 || nal[0]&0x1f != nalSPS {
		return Video{}, ErrReserved
	}
	r := bitReader{b: rbsp(nal[1:])}
	profile, constraints, level := r.u(8), r.u(8), r.u(8)
	v := Video{Profile: avcProfile(profile, constraints), Level: avcLevel(profile, constraints, level), Depth: 8}
	r.ue() // seq_parameter_set_id
	chroma := uint32(1)
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		chroma = r.ue() // chroma_format_idc
		if chroma > 3 {
			return Video{}, ErrReserved
		}
		v.Chroma = chromas[chroma]
		if chroma == 3 && r.flag() {
			chroma = 0 // separate_colour_plane_flag: cropped as if there were no chroma
		}
		v.Depth = 8 + int(r.ue()&15) // bit_depth_luma_minus8
		r.ue()                       // bit_depth_chroma_minus8
		r.u(1)                       // qpprime_y_zero_transform_bypass_flag
		if r.flag() {
			r.avcScalingLists(chroma)
		}
	default:
		v.Chroma = chromas[1]
	}
	r.ue()          // log2_max_frame_num_minus4
	switch r.ue() { // pic_order_cnt_type
	case 0:
		r.ue()
	case 1:
		r.u(1)
		r.se()
		r.se()
		for n := min(r.ue(), 256); n > 0; n-- {
			r.se()
		}
	}
	r.ue() // max_num_ref_frames
	r.u(1) // gaps_in_frame_num_value_allowed_flag
	w := 16 * (int64(r.ue()) + 1)
	h := 16 * (int64(r.ue()) + 1)
	fields := int64(1)
	if !r.flag() { // frame_mbs_only_flag
		fields = 2
		h *= 2
		r.u(1)
	}
	r.u(1) // direct_8x8_inference_flag
	if r.flag() {
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
	there := !r.over
	if there && r.flag() {
		v.Rate = r.avcRate()
	}
	if !there {
		return Video{}, ErrShort
	}
	var err error
	v.Width, v.Height, err = sized(w, h)
	return v, err
}

// avcProfile names a profile; the constraint flags make some of them another (H.264 A.2.1.1, A.2.4.2, A.2.8 to A.2.10).
func avcProfile(profile, constraints uint32) string {
	name, ok := avcProfiles[profile]
	set := func(n int) bool { return constraints&(0x80>>n) != 0 }
	switch {
	case !ok:
		return fmt.Sprintf("profile %d", profile)
	case profile == 66 && set(1):
		return "Constrained Baseline"
	case profile == 100 && set(4) && set(5):
		return "Constrained High"
	case profile == 100 && set(4):
		return "Progressive High"
	case (profile == 110 || profile == 122) && set(3):
		return name + " Intra"
	}
	return name
}

// avcLevel names a level (H.264 A.3.1).
func avcLevel(profile, constraints, level uint32) string {
	if level == 9 || level == 11 && constraints&0x10 != 0 && (profile == 66 || profile == 77 || profile == 88) {
		return "1b"
	}
	return fmt.Sprintf("%d.%d", level/10, level%10)
}

// avcRate reads the VUI parameters up to the frame rate (H.264 E.1.1), zero where there is none.
func (r *bitReader) avcRate() float64 {
	if r.flag() && r.u(8) == 255 { // aspect_ratio_info_present_flag, aspect_ratio_idc: Extended_SAR
		r.skip(32)
	}
	if r.flag() { // overscan_info_present_flag
		r.skip(1)
	}
	if r.flag() { // video_signal_type_present_flag
		r.skip(4)
		if r.flag() { // colour_description_present_flag
			r.skip(24)
		}
	}
	if r.flag() { // chroma_loc_info_present_flag
		r.ue()
		r.ue()
	}
	if !r.flag() { // timing_info_present_flag
		return 0
	}
	tick, scale := r.u(32), r.u(32) // num_units_in_tick, time_scale
	if r.over {
		return 0
	}
	return rate(float64(scale), 2*float64(tick)) // a tick is a field, E.2.1
}

// avcScalingLists skips the scaling lists of a sequence parameter set (H.264 7.3.2.1.1.1).
func (r *bitReader) avcScalingLists(chroma uint32) {
	lists := 8
	if chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if !r.flag() {
			continue
		}
		size := 16
		if i >= 6 {
			size = 64
		}
		last, next := int32(8), int32(8)
		for range size {
			if next != 0 {
				next = (last + r.se()%256 + 256) % 256
			}
			if next != 0 {
				last = next
			}
		}
	}
}
