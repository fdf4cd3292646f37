package media

import "slices"

// The sound is AAC-LC, one channel, silence.

// aacSamples is how many samples a frame has.
const aacSamples = 1024

// aacConfig is the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). rate is one of aacRates.
func aacConfig(rate int) []byte {
	var w bitWriter
	w.u(5, 2) // audioObjectType: AAC LC
	w.u(4, uint32(slices.Index(aacRates[:], rate)))
	w.u(4, 1) // channelConfiguration: one channel
	w.u(3, 0) // GASpecificConfig (4.4.1): frameLengthFlag, dependsOnCoreCoder, extensionFlag
	return w.b
}

// The sizes that a silent frame may have, in bytes: without filling, and with the largest fill_element.
const (
	minAACSize = 4
	maxAACSize = minAACSize + 2 + 269
)

// fitAACSize returns the largest size of a frame that is at most size and can be made.
func fitAACSize(size int) int {
	if size == minAACSize+16 { // between a count of 4 bits and one of 12
		size--
	}
	return min(max(size, minAACSize), maxAACSize)
}

// appendAAC appends a raw_data_block (ISO/IEC 14496-3, table 4.3) of silence. size must come from fitAACSize.
func appendAAC(dst []byte, size int) []byte {
	var w bitWriter
	w.u(3, 0)     // ID_SCE: one channel
	w.u(4, 0)     // element_instance_tag
	w.u(8, 100)   // global_gain, of no consequence
	w.u(1, 0)     // ics_reserved_bit (ics_info, table 4.6)
	w.u(2, 0)     // window_sequence: ONLY_LONG_SEQUENCE
	w.u(1, 0)     // window_shape: sine
	w.u(6, 0)     // max_sfb: no band carries anything, so no section, scale factor or spectral data follows
	w.flag(false) // predictor_data_present
	w.flag(false) // pulse_data_present
	w.flag(false) // tns_data_present
	w.flag(false) // gain_control_data_present
	if size > minAACSize {
		fillElement(&w, size-minAACSize)
	}
	w.u(3, 7) // ID_END, with which the frame ends on a whole byte, or one bit before it
	return append(dst, w.b...)
}

// fillElement appends a fill_element (ISO/IEC 14496-3, table 4.11) that makes the frame size bytes longer.
func fillElement(w *bitWriter, size int) {
	w.u(3, 6) // ID_FIL
	count := size - 1
	if count < 15 {
		w.u(4, uint32(count))
	} else {
		count--
		w.u(4, 15)
		w.u(8, uint32(count-14)) // esc_count
	}
	if count > 0 { // extension_payload (table 4.51)
		w.u(4, 1) // EXT_FILL_DATA
		w.u(4, 0) // fill_nibble
		for range count - 1 {
			w.u(8, 0xa5) // fill_byte
		}
	}
}
