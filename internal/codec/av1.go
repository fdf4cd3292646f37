package codec

import "fmt"

// av1Profiles names seq_profile (AV1 A.2).
var av1Profiles = [...]string{"Main", "High", "Professional"}

// parseAV1 parses an AV1CodecConfigurationRecord (AV1 Codec ISO Media File Format Binding, 2.3.3). Its size stands in the
// sequence header behind it, which may be missing: then it stands in the frames only, and is not known here.
func parseAV1(b []byte) (Video, error) {
	if len(b) < 4 {
		return Video{}, ErrShort
	}
	if b[0] != 0x81 || b[1]>>5 > 2 { // marker and version
		return Video{}, ErrReserved
	}
	v := Video{Profile: av1Profiles[b[1]>>5], Level: av1Level(uint32(b[1] & 0x1f)), Depth: 8, Chroma: "4:4:4"}
	if b[2]&0x80 != 0 {
		v.Level += " High tier"
	}
	if b[2]&0x40 != 0 { // high_bitdepth, twelve_bit
		v.Depth = 10
		if b[2]&0x20 != 0 {
			v.Depth = 12
		}
	}
	switch b[2] >> 2 & 7 { // monochrome, chroma_subsampling_x, chroma_subsampling_y
	case 0b011:
		v.Chroma = "4:2:0"
	case 0b010:
		v.Chroma = "4:2:2"
	case 0b111, 0b110, 0b101, 0b100:
		v.Chroma = "4:0:0"
	}
	header, err := sequenceHeader(b[4:])
	if header == nil || err != nil {
		return v, err
	}
	v.Width, v.Height, err = av1Size(header)
	return v, err
}

// av1Level names seq_level_idx (AV1 A.3).
func av1Level(index uint32) string {
	if index == 31 {
		return "any"
	}
	return fmt.Sprintf("%d.%d", 2+index>>2, index&3)
}

// sequenceHeader returns the payload of the first sequence header OBU (AV1 5.3), nil where there is none.
func sequenceHeader(b []byte) ([]byte, error) {
	const obuSequenceHeader = 1
	for len(b) > 0 {
		kind, extended, hasSize := b[0]>>3&15, b[0]&4 != 0, b[0]&2 != 0
		b = b[1:]
		if extended {
			if len(b) == 0 {
				return nil, ErrShort
			}
			b = b[1:]
		}
		size := uint64(len(b))
		if hasSize {
			var n int
			if size, n = leb128(b); n == 0 {
				return nil, ErrShort
			}
			b = b[n:]
		}
		if size > uint64(len(b)) {
			return nil, ErrShort
		}
		if kind == obuSequenceHeader {
			return b[:size], nil
		}
		b = b[size:]
	}
	return nil, nil
}

// leb128 reads a number of up to eight bytes (AV1 4.10.5) and returns how many it had, zero where it has no end.
func leb128(b []byte) (v uint64, n int) {
	for i := range min(len(b), 8) {
		v |= uint64(b[i]&0x7f) << (7 * i)
		if b[i]&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// av1Size reads a sequence header (AV1 5.5.1) up to the largest size of a frame.
func av1Size(b []byte) (width, height int, err error) {
	r := bitReader{b: b}
	r.u(4) // seq_profile, still_picture
	if r.flag() {
		r.u(5) // reduced_still_picture_header: seq_level_idx
	} else {
		r.av1Operations()
	}
	wide, high := int(r.u(4))+1, int(r.u(4))+1
	w, h := int64(r.u(wide))+1, int64(r.u(high))+1
	if r.over {
		return 0, 0, ErrShort
	}
	return sized(w, h)
}

// av1Operations skips the timing and the operating points.
func (r *bitReader) av1Operations() {
	model, delay := false, 0
	if r.flag() { // timing_info_present_flag
		r.skip(64)    // num_units_in_display_tick, time_scale
		if r.flag() { // equal_picture_interval
			r.ue() // num_ticks_per_picture_minus_1, an uvlc, which is coded alike
		}
		if model = r.flag(); model { // decoder_model_info_present_flag
			delay = int(r.u(5)) + 1
			r.skip(32 + 5 + 5)
		}
	}
	initial := r.flag() // initial_display_delay_present_flag
	for n := r.u(5) + 1; n > 0; n-- {
		r.u(12) // operating_point_idc
		if r.u(5) > 7 {
			r.u(1) // seq_tier
		}
		if model && r.flag() {
			r.skip(2*delay + 1) // operating_parameters_info
		}
		if initial && r.flag() {
			r.u(4)
		}
	}
}

// parseVP9 parses a VPCodecConfigurationRecord (VP Codec ISO Media File Format Binding, 2.2), which has no size.
func parseVP9(b []byte) (Video, error) {
	if len(b) >= 12 && b[0] == 1 && b[1] == 0 && b[2] == 0 && b[3] == 0 {
		b = b[4:] // with version and flags of the box, as the binding has it
	}
	if len(b) < 3 {
		return Video{}, ErrShort
	}
	v := Video{Profile: fmt.Sprintf("profile %d", b[0]), Level: fmt.Sprintf("%d.%d", b[1]/10, b[1]%10), Depth: int(b[2] >> 4)}
	switch b[2] >> 1 & 7 {
	case 0, 1:
		v.Chroma = "4:2:0"
	case 2:
		v.Chroma = "4:2:2"
	case 3:
		v.Chroma = "4:4:4"
	}
	return v, nil
}
