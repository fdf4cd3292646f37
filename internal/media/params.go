package media

// Types of NAL units (H.264 table 7-1) and of SEI messages (D.1) that are written or told apart here.
const (
	nalSlice      = 1
	nalPartitionA = 2
	nalIDR        = 5
	nalSEI        = 6
	nalSPS        = 7
	nalPPS        = 8
	nalAUD        = 9
	nalFiller     = 12

	seiBuffering = 0
	seiUserData  = 5
)

// The high bits of a NAL header: nal_ref_idc (H.264 7.4.1). Zero for what is no reference.
const (
	refHighest = 3 << 5
	refPicture = 2 << 5
)

// frameNumBits is the length of frame_num, which may start over within a long GOP (H.264 7.4.3).
const frameNumBits = 8

// quantizer is the QP of every macroblock. At 28 the scaling of a luma DC level (H.264 8.5.10: LevelScale(4, 0, 0) = 256) and
// the transform's rounding cancel out so that a level of 1 changes a pixel by exactly 1, and a chroma level (8.5.11) by 2.
const quantizer = 28

// level is one row of H.264 table A-1: what a stream of that level_idc may ask of a decoder.
type level struct {
	idc         uint32
	macroblocks int // MaxMBPS: macroblocks a second
	picture     int // MaxFS: macroblocks a picture
	bitrate     int // MaxBR in bits a second, times cpbBrNalFactor 1200: filler counts here too
}

var levels = []level{
	{11, 3000, 396, 192 * 1200},
	{12, 6000, 396, 384 * 1200},
	{13, 11880, 396, 768 * 1200},
	{20, 11880, 396, 2000 * 1200},
	{21, 19800, 792, 4000 * 1200},
	{30, 40500, 1620, 10000 * 1200},
	{31, 108000, 3600, 14000 * 1200},
	{32, 216000, 5120, 20000 * 1200},
	{41, 245760, 8192, 50000 * 1200},
	{50, 589824, 22080, 135000 * 1200},
}

// levelFor returns the lowest level_idc that allows fps pictures of so many macroblocks and bitrate bits a second. High may
// have a quarter more bits than it says (A.3.3); they are left unused.
func levelFor(macroblocks, fps, bitrate int) uint32 {
	for _, l := range levels {
		if l.picture >= macroblocks && l.macroblocks >= macroblocks*fps && l.bitrate >= bitrate {
			return l.idc
		}
	}
	return levels[len(levels)-1].idc
}

// sps is the sequence parameter set (H.264 7.3.2.1.1), as a NAL unit. The usual picture is Constrained Baseline, so that every
// decoder there is, also one in hardware, takes it; the slices are the same in High.
func sps(s shape, fps, bitrate int) []byte {
	var w bitWriter
	if s.high {
		w.u(8, profileHigh)
		w.u(8, 0)
	} else {
		w.u(8, 66)   // profile_idc: Baseline (A.2.1)
		w.u(8, 0xc0) // constraint_set0_flag and 1: what Main can decode too (A.2.1.1)
	}
	w.u(8, levelFor(s.macroblocks(), fps, bitrate))
	w.ue(0) // seq_parameter_set_id
	if s.high {
		w.ue(1)       // chroma_format_idc: 4:2:0
		w.ue(0)       // bit_depth_luma_minus8
		w.ue(0)       // bit_depth_chroma_minus8
		w.flag(false) // qpprime_y_zero_transform_bypass_flag
		w.flag(false) // seq_scaling_matrix_present_flag
	}
	w.ue(frameNumBits - 4) // log2_max_frame_num_minus4
	w.ue(2)                // pic_order_cnt_type: output order is decoding order (8.2.1.3)
	w.ue(1)                // max_num_ref_frames
	w.flag(false)          // gaps_in_frame_num_value_allowed_flag
	w.ue(uint32(s.width - 1))
	w.ue(uint32(s.height - 1))
	w.flag(true)  // frame_mbs_only_flag
	w.flag(true)  // direct_8x8_inference_flag
	w.flag(false) // frame_cropping_flag
	w.flag(true)  // vui_parameters_present_flag; E.1.1 from here
	w.flag(true)  // aspect_ratio_info_present_flag
	w.u(8, 1)     // square pixels
	w.flag(false) // overscan_info_present_flag
	w.flag(true)  // video_signal_type_present_flag
	w.u(3, 5)     // video_format: unspecified
	w.flag(false) // video_full_range_flag
	w.flag(true)  // colour_description_present_flag
	w.u(8, 6)     // SMPTE 170M, as of small pictures: primaries,
	w.u(8, 6)     // transfer,
	w.u(8, 6)     // and matrix
	w.flag(false) // chroma_loc_info_present_flag
	w.flag(true)  // timing_info_present_flag
	w.u(32, 1)    // num_units_in_tick
	w.u(32, uint32(2*fps))
	w.flag(true)  // fixed_frame_rate_flag: a frame is two ticks
	w.flag(false) // nal_hrd_parameters_present_flag
	w.flag(false) // vcl_hrd_parameters_present_flag
	w.flag(false) // pic_struct_present_flag
	w.flag(true)  // bitstream_restriction_flag: without it a decoder may hold frames back
	w.flag(true)  // motion_vectors_over_pic_boundaries_flag
	w.ue(0)       // max_bytes_per_pic_denom
	w.ue(0)       // max_bits_per_mb_denom
	w.ue(0)       // log2_max_mv_length_horizontal
	w.ue(0)       // log2_max_mv_length_vertical
	w.ue(0)       // max_num_reorder_frames
	w.ue(1)       // max_dec_frame_buffering
	w.trailing()
	return appendNAL(nil, refHighest|nalSPS, w.b)
}

// pps is the picture parameter set (H.264 7.3.2.2), as a NAL unit.
func pps() []byte {
	var w bitWriter
	w.ue(0)              // pic_parameter_set_id
	w.ue(0)              // seq_parameter_set_id
	w.flag(false)        // entropy_coding_mode_flag: CAVLC
	w.flag(false)        // bottom_field_pic_order_in_frame_present_flag
	w.ue(0)              // num_slice_groups_minus1
	w.ue(0)              // num_ref_idx_l0_default_active_minus1
	w.ue(0)              // num_ref_idx_l1_default_active_minus1
	w.flag(false)        // weighted_pred_flag
	w.u(2, 0)            // weighted_bipred_idc
	w.se(quantizer - 26) // pic_init_qp_minus26
	w.se(0)              // pic_init_qs_minus26
	w.se(0)              // chroma_qp_index_offset
	w.flag(true)         // deblocking_filter_control_present_flag
	w.flag(false)        // constrained_intra_pred_flag
	w.flag(false)        // redundant_pic_cnt_present_flag
	w.trailing()
	return appendNAL(nil, refHighest|nalPPS, w.b)
}

// profileHigh is profile_idc of High (H.264 A.2.4).
const profileHigh = 100

// avcConfig is the AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.2.4.1.1): NAL units have lengths of 4 bytes, and there
// is one parameter set of each kind.
func avcConfig(sps, pps []byte) []byte {
	b := []byte{1, sps[1], sps[2], sps[3], 0xfc | 3, 0xe0 | 1, byte(len(sps) >> 8), byte(len(sps))}
	b = append(b, sps...)
	b = append(b, 1, byte(len(pps)>>8), byte(len(pps)))
	b = append(b, pps...)
	if sps[1] == profileHigh {
		// chroma_format 4:2:0, bit depths of 8, no parameter set extensions, each behind reserved ones.
		b = append(b, 0xfc|1, 0xf8, 0xf8, 0)
	}
	return b
}
