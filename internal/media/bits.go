package media

import "math/bits"

// bitWriter appends bits, the most significant first.
type bitWriter struct {
	b    []byte
	free uint // bits of the last byte that are not written yet
}

// u appends the n low bits of v, n at most 32 (u(n) of H.264 7.2, uimsbf of ISO/IEC 14496-3).
func (w *bitWriter) u(n uint, v uint32) {
	for n > 0 {
		if w.free == 0 {
			w.b = append(w.b, 0)
			w.free = 8
		}
		take := min(n, w.free)
		chunk := v >> (n - take) & (1<<take - 1)
		w.free -= take
		n -= take
		w.b[len(w.b)-1] |= byte(chunk << w.free)
	}
}

// flag appends one bit.
func (w *bitWriter) flag(v bool) {
	if v {
		w.u(1, 1)
		return
	}
	w.u(1, 0)
}

// ue appends v as an unsigned Exp-Golomb code (H.264 9.1).
func (w *bitWriter) ue(v uint32) {
	n := uint(bits.Len32(v + 1))
	w.u(n-1, 0)
	w.u(n, v+1)
}

// se appends v as a signed Exp-Golomb code (H.264 9.1.1).
func (w *bitWriter) se(v int32) {
	if v > 0 {
		w.ue(uint32(2*v - 1))
		return
	}
	w.ue(uint32(-2 * v))
}

// trailing appends rbsp_trailing_bits (H.264 7.3.2.11): a one, and zeros up to the next byte.
func (w *bitWriter) trailing() {
	w.u(1, 1)
	w.free = 0
}

// appendNAL appends a NAL unit (H.264 7.3.1): its header, and rbsp with an emulation_prevention_three_byte wherever two
// zeros would be followed by a byte below 4 (7.4.1).
func appendNAL(dst []byte, header byte, rbsp []byte) []byte {
	dst = append(dst, header)
	zeros := 0
	for _, c := range rbsp {
		if zeros >= 2 && c <= 3 {
			dst = append(dst, 3)
			zeros = 0
		}
		dst = append(dst, c)
		if c == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return dst
}
