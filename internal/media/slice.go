package media

// color is the colour of a macroblock: luma and two chroma samples (Y, Cb, Cr), both chroma even.
type color struct{ y, cb, cr int32 }

// picture is a whole picture, row by row: every macroblock has one colour.
type picture struct {
	width int // macroblocks
	mbs   []color
}

// appendIDR appends pic as an IDR slice, a NAL unit. Consecutive IDR pictures must differ in id (H.264 7.4.3, idr_pic_id).
func appendIDR(dst []byte, pic picture, id uint32) []byte {
	var w bitWriter
	sliceHeader(&w, 7, 0)
	w.ue(id)
	w.flag(false) // no_output_of_prior_pics_flag (7.3.3.3)
	w.flag(false) // long_term_reference_flag
	w.se(0)       // slice_qp_delta
	w.ue(1)       // disable_deblocking_filter_idc: what is decoded is what was drawn
	for mb := range pic.mbs {
		macroblock(&w, pic, mb, 0)
	}
	w.trailing()
	return appendNAL(dst, refHighest|nalIDR, w.b)
}

// appendP appends pic as a P slice, a NAL unit: P_Skip (H.264 7.3.4) wherever it is as ref, which is the picture before, and
// intra macroblocks elsewhere. As no macroblock moves, the motion vector inferred for P_Skip is zero everywhere (8.4.1.1).
func appendP(dst []byte, pic, ref picture, frameNum uint32) []byte {
	var w bitWriter
	sliceHeader(&w, 5, frameNum)
	w.flag(false) // num_ref_idx_active_override_flag
	w.flag(false) // ref_pic_list_modification_flag_l0 (7.3.3.1)
	w.flag(false) // adaptive_ref_pic_marking_mode_flag (7.3.3.3): the one reference slides
	w.se(0)       // slice_qp_delta
	w.ue(1)       // disable_deblocking_filter_idc
	skipped := uint32(0)
	for mb := range pic.mbs {
		if pic.mbs[mb] == ref.mbs[mb] {
			skipped++
			continue
		}
		w.ue(skipped) // mb_skip_run
		skipped = 0
		macroblock(&w, pic, mb, 5)
	}
	if skipped > 0 {
		w.ue(skipped)
	}
	w.trailing()
	return appendNAL(dst, refPicture|nalSlice, w.b)
}

// sliceHeader appends the part of slice_header (H.264 7.3.3) that both kinds of slice share. sliceType is 5 (P) or 7 (I): all
// slices of the picture are of that type.
func sliceHeader(w *bitWriter, sliceType, frameNum uint32) {
	w.ue(0) // first_mb_in_slice
	w.ue(sliceType)
	w.ue(0) // pic_parameter_set_id
	w.u(frameNumBits, frameNum&(1<<frameNumBits-1))
}

// macroblock appends one as Intra_16x16 (H.264 7.3.5): predicted from the colour to the left, or above in the first
// column, with the difference as the one DC coefficient of each component. first is what is added to mb_type: 5 in a P slice
// (table 7-13).
func macroblock(w *bitWriter, pic picture, mb int, first uint32) {
	want := pic.mbs[mb]
	var from color
	var lumaMode, chromaMode uint32 // tables 8-4 and 8-5
	switch {
	case mb%pic.width > 0:
		from, lumaMode, chromaMode = pic.mbs[mb-1], 1, 1 // horizontal
	case mb > 0:
		from, lumaMode, chromaMode = pic.mbs[mb-pic.width], 0, 2 // vertical
	default:
		from, lumaMode, chromaMode = color{128, 128, 128}, 2, 0 // DC, with no neighbour
	}
	luma := want.y - from.y
	cb, cr := (want.cb-from.cb)/2, (want.cr-from.cr)/2
	chroma := uint32(0) // CodedBlockPatternChroma
	if cb != 0 || cr != 0 {
		chroma = 1 // DC only
	}
	w.ue(first + 1 + lumaMode + 4*chroma) // mb_type (table 7-11), with no AC luma
	w.ue(chromaMode)
	w.se(0) // mb_qp_delta
	lumaDC(w, luma)
	if chroma != 0 {
		chromaDC(w, cb)
		chromaDC(w, cr)
	}
}

// lumaDC appends residual_block_cavlc (H.264 7.3.5.3.2) of a block with at most one coefficient, the first. nC is 0: no block
// of the stream has AC coefficients (9.2.1).
func lumaDC(w *bitWriter, v int32) {
	switch v {
	case 0:
		w.u(1, 1) // coeff_token, table 9-5, 0 <= nC < 2: no coefficient
		return
	case 1, -1:
		w.u(2, 1) // one, a trailing one
	default:
		w.u(6, 5) // one, no trailing one
	}
	coefficient(w, v)
	w.u(1, 1) // total_zeros 0 (table 9-7)
}

// chromaDC is lumaDC for a block of four chroma DC coefficients (nC = -1).
func chromaDC(w *bitWriter, v int32) {
	switch v {
	case 0:
		w.u(2, 1)
		return
	case 1, -1:
		w.u(1, 1)
	default:
		w.u(6, 7)
	}
	coefficient(w, v)
	w.u(1, 1) // total_zeros 0 (table 9-9)
}

// coefficient appends the level of a block's only coefficient (H.264 9.2.2.1): a trailing one as its sign, anything else as
// level_prefix and level_suffix with suffixLength 0.
func coefficient(w *bitWriter, v int32) {
	var code uint32
	switch {
	case v == 1:
		w.u(1, 0)
		return
	case v == -1:
		w.u(1, 1)
		return
	case v > 0:
		code = uint32(2*v-2) - 2 // less 2, as it can't be 1 or -1
	default:
		code = uint32(-2*v-1) - 2
	}
	switch {
	case code < 14:
		w.u(uint(code)+1, 1)
	case code < 30:
		w.u(15, 1)
		w.u(4, code-14)
	default:
		w.u(16, 1)
		w.u(12, code-30)
	}
}
