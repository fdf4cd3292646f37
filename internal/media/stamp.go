package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Stamp says to which publish a video frame belongs, which frame of it it is, when it was sent, and what was in it.
type Stamp struct {
	Epoch  uint32 // number of the attempt to publish, per key
	Seq    uint32 // number of the video frame within the epoch
	SentAt int64  // Unix time in ns by the publisher's clock
	Source uint32 // SourceOf the run and the key; zero where nobody said
	Sum    uint32 // PictureSum of the frame; zero where nobody said
	Config uint32 // ConfigSum of the decoder configuration that the frame needs; zero where nobody said
}

// SourceOf is a Stamp's Source for one key of a run, by the run's random id, so that two runs are told apart and two keys
// of one run. It is zero for a run that has no id, and never zero for one that has.
func SourceOf(run uint32, key string) uint32 {
	if run == 0 {
		return 0
	}
	// FNV-1a of both.
	h := uint32(2166136261)
	for shift := 24; shift >= 0; shift -= 8 {
		h = (h ^ run>>shift&0xff) * 16777619
	}
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return max(h, 1)
}

// StampSize is the number of bytes that a Stamp takes in a frame: 28 bytes of fields and 4 of checksum, spread over 37.
const StampSize = 37

// The bytes of a stamp before they are spread: fields, and the checksum over them.
const (
	rawStampFields = 28
	rawStampSize   = rawStampFields + 4
)

// stampUUID marks the SEI message as ours (ITU-T H.264 D.1.7, user_data_unregistered). A version 4 UUID; none of its
// bytes is below 4, so that no emulation prevention can become necessary within it. Whoever changes the layout of the stamp
// takes another.
var stampUUID = [16]byte{0xd8, 0x31, 0x6e, 0xa4, 0x07, 0xbc, 0x42, 0x95, 0xb6, 0x5a, 0x1f, 0xe3, 0x70, 0xcd, 0x29, 0x8e}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is crc32.Checksum(b, castagnoli). Given to that, b would escape to the heap: one allocation a frame.
func checksum(b []byte) uint32 {
	crc := ^uint32(0)
	for _, c := range b {
		crc = castagnoli[byte(crc)^c] ^ crc>>8
	}
	return ^crc
}

// Put writes the stamp to dst[:StampSize]: 7 bits a byte with the top bit set, so that no byte is zero and the bytes of a
// NAL unit need no emulation prevention (H.264 7.4.1) whatever the stamp says.
func (s Stamp) Put(dst []byte) {
	var raw [rawStampSize + 1]byte // the last byte pads 256 bits to a multiple of 7
	binary.BigEndian.PutUint32(raw[0:], s.Epoch)
	binary.BigEndian.PutUint32(raw[4:], s.Seq)
	binary.BigEndian.PutUint64(raw[8:], uint64(s.SentAt))
	binary.BigEndian.PutUint32(raw[16:], s.Source)
	binary.BigEndian.PutUint32(raw[20:], s.Sum)
	binary.BigEndian.PutUint32(raw[24:], s.Config)
	binary.BigEndian.PutUint32(raw[rawStampFields:], checksum(raw[:rawStampFields]))
	dst = dst[:StampSize]
	for i := range dst {
		bit := i * 7
		pair := binary.BigEndian.Uint16(raw[bit/8:])
		dst[i] = 0x80 | byte(pair>>(9-bit%8))&0x7f
	}
}

// Errors of FindStamp. Both mean that something between publisher and player has damaged the frame.
var (
	ErrStampDamaged = errors.New("stamp: checksum is wrong")
	ErrStampCut     = errors.New("stamp: frame ends inside it")
)

// parseStamp is the inverse of Put.
func parseStamp(b []byte) (Stamp, error) {
	var raw [rawStampSize + 1]byte
	for i, c := range b[:StampSize] {
		if c&0x80 == 0 {
			return Stamp{}, ErrStampDamaged
		}
		bit := i * 7
		pair := uint16(c&0x7f) << (9 - bit%8)
		raw[bit/8] |= byte(pair >> 8)
		raw[bit/8+1] |= byte(pair)
	}
	if binary.BigEndian.Uint32(raw[rawStampFields:]) != checksum(raw[:rawStampFields]) || raw[rawStampSize] != 0 {
		return Stamp{}, ErrStampDamaged
	}
	return Stamp{
		Epoch:  binary.BigEndian.Uint32(raw[0:]),
		Seq:    binary.BigEndian.Uint32(raw[4:]),
		SentAt: int64(binary.BigEndian.Uint64(raw[8:])),
		Source: binary.BigEndian.Uint32(raw[16:]),
		Sum:    binary.BigEndian.Uint32(raw[20:]),
		Config: binary.BigEndian.Uint32(raw[24:]),
	}, nil
}

// FindStamp looks for the stamp of a video frame, given the body of its FLV tag or the first HeadSize bytes of it. It
// reports false for a frame that carries none, such as a stranger's or a sequence header, and an error for one that is damaged.
func FindStamp(videoTagBody []byte) (Stamp, bool, error) {
	at := findStamp(videoTagBody)
	if at < 0 {
		return Stamp{}, false, nil
	}
	if len(videoTagBody) < at+StampSize {
		return Stamp{}, true, ErrStampCut
	}
	s, err := parseStamp(videoTagBody[at:])
	return s, true, err
}

// avcHeaderSize is what an AVC body has in front of its NAL units: frame type and codec, packet type, composition time
// (FLV 10.1, E.4.3.1 and E.4.3.2).
const avcHeaderSize = 5

// stampPrefix is what stands between the length of a stamp's NAL unit and the stamp: NAL header, payload type and size, UUID.
const stampPrefix = 1 + 2 + 16

// stampNALSize is a stamp's NAL unit without its length: prefix, stamp, rbsp_trailing_bits.
const stampNALSize = stampPrefix + StampSize + 1

// findStamp returns where in an AVC body the stamp begins, or -1. Only NAL units in front of the picture are looked at.
func findStamp(b []byte) int {
	if len(b) < avcHeaderSize || b[0]&0x8f != 7 || b[1] != 1 {
		return -1
	}
	for at := avcHeaderSize; len(b)-at > 4; {
		size := int64(binary.BigEndian.Uint32(b[at:]))
		at += 4
		nal := b[at:]
		if size < int64(len(nal)) {
			nal = nal[:size]
		}
		if len(nal) > 0 {
			switch nal[0] & 0x1f {
			case nalSEI:
				if i := bytes.Index(nal, stampUUID[:]); i >= 3 && nal[i-2] == seiUserData && nal[i-1] == 16+StampSize {
					return at + i + 16
				}
			case nalSlice, nalPartitionA, nalIDR:
				return -1
			}
		}
		if size >= int64(len(b)-at) {
			return -1
		}
		at += int(size)
	}
	return -1
}

// appendStampNAL appends a NAL unit of SEI (H.264 7.3.2.3.1) that holds nothing but a stamp, with its length in front.
func appendStampNAL(dst []byte, s Stamp) []byte {
	dst = append(dst, 0, 0, 0, stampNALSize, nalSEI, seiUserData, 16+StampSize)
	dst = append(dst, stampUUID[:]...)
	dst = append(dst, make([]byte, StampSize)...)
	s.Put(dst[len(dst)-StampSize:])
	return append(dst, 0x80)
}
