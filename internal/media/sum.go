package media

import (
	"encoding/binary"
	"hash/crc32"
)

// PictureSum is the checksum by which a reader knows that a picture is the one that was sent: CRC-32C of the NAL units
// that hold coded pictures (H.264 table 7-1, types 1 to 5), headers included, given the body of an AVC tag of coded data
// whose NAL units have lengths of 4 bytes, as those of every stamped frame have. Lengths, filler and SEI don't count: a server may write
// them anew. ok is false if it is no such body or the lengths don't add up; sum is then of no use.
func PictureSum(videoTagBody []byte) (sum uint32, ok bool) {
	if len(videoTagBody) < avcHeaderSize || videoTagBody[0]&0x8f != 7 || videoTagBody[1] != 1 {
		return 0, false
	}
	for b := videoTagBody[avcHeaderSize:]; len(b) > 0; {
		if len(b) < 4 {
			return 0, false
		}
		size := int64(binary.BigEndian.Uint32(b))
		b = b[4:]
		if size > int64(len(b)) {
			return 0, false
		}
		if size > 0 && isPicture(b[0]) {
			sum = crc32.Update(sum, castagnoli, b[:size])
		}
		b = b[size:]
	}
	return sum, true
}

// isPicture reports whether a NAL unit with that header holds a coded picture or a part of one.
func isPicture(header byte) bool {
	kind := header & 0x1f
	return kind >= nalSlice && kind <= nalIDR
}

// LengthSize is how many bytes the lengths of the NAL units have, given the body of an AVC sequence header. ok is false if
// it is none.
func LengthSize(avcConfigTagBody []byte) (n int, ok bool) {
	record, ok := configRecord(avcConfigTagBody)
	if !ok {
		return 0, false
	}
	return int(record[4]&3) + 1, true
}

// LengthsAddUp reports whether the lengths of the NAL units in the body of an AVC tag of coded data, of lengthSize bytes
// each, end where the body ends.
func LengthsAddUp(videoTagBody []byte, lengthSize int) bool {
	return len(videoTagBody) >= avcHeaderSize && eachNAL(videoTagBody[avcHeaderSize:], lengthSize, func([]byte) {})
}

// ConfigSum is the checksum by which a reader knows that a stream announced the parameters with which its pictures were
// coded: CRC-32C of the sequence and picture parameter sets, given the body of an AVC sequence header. How they are framed
// doesn't count: a server may write the record anew. ok is false if it is no sequence header or is cut.
func ConfigSum(avcConfigTagBody []byte) (sum uint32, ok bool) {
	b, ok := configRecord(avcConfigTagBody)
	if !ok {
		return 0, false
	}
	n := int(b[5] & 0x1f) // numOfSequenceParameterSets (ISO/IEC 14496-15, 5.2.4.1.1)
	b = b[6:]
	for range 2 {
		for ; n > 0; n-- {
			if len(b) < 2 {
				return 0, false
			}
			size := int(binary.BigEndian.Uint16(b))
			b = b[2:]
			if size > len(b) {
				return 0, false
			}
			sum = crc32.Update(sum, castagnoli, b[:size])
			b = b[size:]
		}
		if len(b) > 0 {
			n, b = int(b[0]), b[1:] // numOfPictureParameterSets
		}
	}
	return sum, true
}

// configRecord returns the AVCDecoderConfigurationRecord in the body of a sequence header, with its fixed part at least.
func configRecord(b []byte) ([]byte, bool) {
	if len(b) < avcHeaderSize+7 || b[0]&0x8f != 7 || b[1] != 0 || b[avcHeaderSize] != 1 {
		return nil, false
	}
	return b[avcHeaderSize:], true
}
