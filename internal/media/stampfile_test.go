package media

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// TestStampIsNear puts NAL units of many sizes in front of a picture: the stamp goes behind those that want to be first while
// it can be found there in the head of the tag, and in front of them otherwise.
func TestStampIsNear(t *testing.T) {
	nal := func(size int, head ...byte) []byte {
		return append(head, bytes.Repeat([]byte{0x80}, size-len(head))...)
	}
	buffering := func(size int) []byte { return nal(size, nalSEI, seiBuffering) }
	aud := func(size int) []byte { return nal(size, nalAUD) }
	other := func(size int) []byte { return nal(size, nalSEI, seiUserData) }
	old := appendStampNAL(nil, Stamp{Epoch: 9})[4:]
	tests := []struct {
		name  string
		front [][]byte
		after int // how many NAL units stand in front of the stamp
	}{
		{"nothing", nil, 0},
		{"buffering period", [][]byte{buffering(20)}, 1},
		{"delimiter, buffering period", [][]byte{aud(2), buffering(20)}, 2},
		{"the largest buffering period", [][]byte{buffering(HeadSize/2 - 5)}, 1},
		{"one too large", [][]byte{buffering(HeadSize/2 - 4)}, 0},
		{"large", [][]byte{buffering(5000)}, 0},
		{"delimiter, large buffering period", [][]byte{aud(2), buffering(5000)}, 1},
		{"buffering period behind a large SEI", [][]byte{other(5000), buffering(20)}, 0},
		{"a delimiter that is none", [][]byte{aud(5000)}, 0},
		{"stamped already", [][]byte{aud(2), other(20), old}, 2},
		{"stamped already, too far behind", [][]byte{aud(2), other(5000), old}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src, want := []byte{0x17, 1, 0, 0, 0}, avcHeaderSize+4+stampPrefix
			for i, n := range append(tt.front, nal(300, refHighest|nalIDR)) {
				src = append(binary.BigEndian.AppendUint32(src, uint32(len(n))), n...)
				if i < tt.after {
					want += 4 + len(n)
				}
			}
			b, idr, ok := stamped(src, 4)
			if !ok || !idr || b.stampAt != want {
				t.Fatalf("the stamp stands at %d, want %d; IDR %v, ok %v", b.stampAt, want, idr, ok)
			}
			stamp := Stamp{Epoch: 1, Seq: 2, SentAt: 3, Source: 4}
			stamp.Put(b.bytes[b.stampAt:])
			if got, found, err := FindStamp(b.bytes[:HeadSize]); got != stamp || !found || err != nil {
				t.Errorf("in the first %d bytes: %+v, %v, %v", HeadSize, got, found, err)
			}
		})
	}
}
