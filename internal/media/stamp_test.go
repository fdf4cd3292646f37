package media

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var stamps = []Stamp{
	{},
	{Epoch: 1, Seq: 2, SentAt: 1_700_000_000_123_456_789, Source: 0xdeadbeef, Sum: 0x12345678, Config: 0x9abcdef0},
	{Epoch: math.MaxUint32, Seq: math.MaxUint32, SentAt: -1, Source: math.MaxUint32, Sum: math.MaxUint32, Config: math.MaxUint32},
	{SentAt: math.MinInt64},
	{Epoch: 0x00000100, Seq: 0x00010000, SentAt: 0x0000030000000001, Source: 0x02000003, Sum: 0x00000300, Config: 1},
}

// stampedBody is a video body with s in front of a slice.
func stampedBody(s Stamp) []byte {
	b := appendStampNAL([]byte{0x27, 1, 0, 0, 0}, s)
	return append(b, 0, 0, 0, 3, 2<<5|nalSlice, 0x9a, 0x80)
}

func TestStampComesBack(t *testing.T) {
	for _, want := range stamps {
		body := stampedBody(want)
		for n := range len(body) + 1 {
			got, found, err := FindStamp(body[:n])
			switch {
			case n < avcHeaderSize+4+stampPrefix:
				if found || err != nil {
					t.Errorf("in %d bytes: %v %v", n, found, err)
				}
			case n < avcHeaderSize+4+stampPrefix+StampSize:
				if !found || err != ErrStampCut {
					t.Errorf("in %d bytes: %v %v", n, found, err)
				}
			case !found || err != nil || got != want:
				t.Errorf("in %d bytes: %+v %v %v, want %+v", n, got, found, err, want)
			}
		}
	}
}

// TestStampNeedsNoEmulationPrevention holds for every stamp what H.264 7.4.1 asks of a NAL unit.
func TestStampNeedsNoEmulationPrevention(t *testing.T) {
	for _, s := range stamps {
		nal := appendStampNAL(nil, s)[4:]
		if escaped := appendNAL(nil, nal[0], nal[1:]); !bytes.Equal(nal, escaped) {
			t.Errorf("%+v: %x would become %x", s, nal, escaped)
		}
	}
}

func TestChecksum(t *testing.T) {
	for _, s := range []string{"", "123456789", "the bytes of a stamp"} {
		if got, want := checksum([]byte(s)), crc32.Checksum([]byte(s), castagnoli); got != want {
			t.Errorf("%q: %#x, want %#x", s, got, want)
		}
	}
}

func TestDamagedStamp(t *testing.T) {
	want := stamps[1]
	body := stampedBody(want)
	from := avcHeaderSize + 4 + stampPrefix
	for at := from; at < from+StampSize; at++ {
		for bit := range 8 {
			damaged := bytes.Clone(body)
			damaged[at] ^= 1 << bit
			if _, found, err := FindStamp(damaged); !found || err != ErrStampDamaged {
				t.Errorf("byte %d, bit %d turned: %v %v", at, bit, found, err)
			}
		}
	}
}

func TestFindStamp(t *testing.T) {
	stamp := stamps[1]
	nal := appendStampNAL(nil, stamp)
	inter, slice := "\x27\x01\x00\x00\x00", "\x00\x00\x00\x03\x41\x9a\x80"
	tests := []struct {
		name string
		body string
		want bool
	}{
		{"first", inter + string(nal) + slice, true},
		{"behind an access unit delimiter", inter + "\x00\x00\x00\x02\x09\x30" + string(nal) + slice, true},
		{"behind parameter sets and another SEI", inter + "\x00\x00\x00\x02\x67\x42\x00\x00\x00\x01\x68\x00\x00\x00\x04\x06\x05\x01\x80" + string(nal) + slice, true},
		{"with another message in one SEI", inter + "\x00\x00\x00\x3c\x06\x01\x01\x80" + string(nal[5:]) + slice, true},
		{"in a keyframe", "\x17\x01\x00\x00\x50" + string(nal), true},
		{"behind an empty NAL unit", inter + "\x00\x00\x00\x00" + string(nal), true},
		{"behind the picture", inter + slice + string(nal), false},
		{"none", inter + slice, false},
		{"sequence header", "\x17\x00\x00\x00\x00" + string(nal), false},
		{"H.265", "\x1c\x01\x00\x00\x00" + string(nal), false},
		{"enhanced", "\x97\x01\x00\x00\x00" + string(nal), false},
		{"UUID of another size", inter + "\x00\x00\x00\x39\x06\x05\x34" + string(nal[7:]), false},
		{"a NAL unit that is longer than the body", inter + "\xff\xff\xff\xff\x09" + string(nal), false},
		{"too short", inter[:4], false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		got, found, err := FindStamp([]byte(tt.body))
		if err != nil || found != tt.want {
			t.Errorf("%s: %v %v, want %v", tt.name, found, err, tt.want)
		}
		if found {
			if diff := cmp.Diff(stamp, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
			}
		}
	}
}

// TestSourceOf holds what a source has to tell apart: runs, and the keys of one run.
func TestSourceOf(t *testing.T) {
	seen := map[uint32]string{}
	for _, run := range []uint32{1, 2, 0x100, 0xdeadbeef} {
		for _, key := range []string{"", "live/s0", "live/s1", "live/s10", "live/s01", "a/s0"} {
			source, name := SourceOf(run, key), fmt.Sprintf("%#x %q", run, key)
			if before, is := seen[source]; is || source == 0 || source != SourceOf(run, key) {
				t.Errorf("%s has the source %#x, as %s", name, source, before)
			}
			seen[source] = name
		}
	}
	if got := SourceOf(0, "live/s0"); got != 0 {
		t.Errorf("without a run: %#x", got)
	}
}
