package codec

import "errors"

// Errors of parsing a stranger's decoder configuration. What was parsed is the caller's to say.
var (
	ErrShort    = errors.New("it ends too early")
	ErrReserved = errors.New("a field has a reserved value")
)

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

func (r *bitReader) flag() bool { return r.u(1) == 1 }

// skip drops n bits.
func (r *bitReader) skip(n int) {
	if n > len(r.b)*8-r.at {
		r.at, r.over = len(r.b)*8, true
		return
	}
	r.at += n
}

// ue reads an unsigned Exp-Golomb code (H.264 9.1, H.265 9.2). One that is too long for 32 bits sets over.
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

// se reads a signed Exp-Golomb code (H.264 9.1.1).
func (r *bitReader) se() int32 {
	code := r.ue()
	v := int32(code/2 + code%2)
	if code%2 == 0 {
		v = -v
	}
	return v
}

// rbsp returns the bytes of a NAL unit without emulation_prevention_three_byte (H.264 7.3.1, H.265 7.3.1.1).
func rbsp(b []byte) []byte {
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

// maxSide is more than the longest side that any level of H.264, H.265 or AV1 allows, in pixels.
const maxSide = 1 << 16
