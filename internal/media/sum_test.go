package media

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// avcBody is the body of a coded AVC tag with these NAL units.
func avcBody(nals ...string) []byte {
	b := []byte{0x27, 1, 0, 0, 0}
	for _, nal := range nals {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(nal))), nal...)
	}
	return b
}

func TestPictureSum(t *testing.T) {
	sum := func(s string) uint32 { return crc32.Checksum([]byte(s), castagnoli) }
	cut := avcBody("\x65abc")
	tests := []struct {
		name string
		body []byte
		want uint32
		ok   bool
	}{
		{"one picture", avcBody("\x65abc"), sum("\x65abc"), true},
		{"two slices", avcBody("\x65abc", "\x65de"), sum("\x65abc\x65de"), true},
		{"the parts of a picture", avcBody("\x42a", "\x43b", "\x44c"), sum("\x42a\x43b\x44c"), true},
		{"what stands around it", avcBody("\x09\x30", "\x06x", "\x67x", "\x41p", "\x0c\xff\x80"), sum("\x41p"), true},
		{"an empty NAL unit", avcBody("", "\x41p", ""), sum("\x41p"), true},
		{"no picture", avcBody("\x06x"), 0, true},
		{"nothing", avcBody(), 0, true},
		{"a length beyond the end", cut[:len(cut)-1], 0, false},
		{"a rest", append(avcBody("\x65abc"), 0, 0, 0), 0, false},
		{"a length of 4 GiB", append(avcBody(), 0xff, 0xff, 0xff, 0xff, 0x65), 0, false},
		{"a sequence header", []byte{0x17, 0, 0, 0, 0}, 0, false},
		{"H.265", []byte{0x1c, 1, 0, 0, 0}, 0, false},
		{"enhanced", []byte{0x97, 1, 0, 0, 0}, 0, false},
		{"too short", []byte{0x17, 1, 0, 0}, 0, false},
	}
	for _, tt := range tests {
		got, ok := PictureSum(tt.body)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %#x %v, want %#x %v", tt.name, got, ok, tt.want, tt.ok)
		}
		if tt.name != "H.265" && len(tt.body) > 5 {
			if got := LengthsAddUp(tt.body, 4); got != tt.ok {
				t.Errorf("%s: the lengths add up: %v", tt.name, got)
			}
		}
	}
}

func TestConfigSum(t *testing.T) {
	body := func(record ...[]byte) []byte { return append([]byte{0x17, 0, 0, 0, 0}, bytes.Join(record, nil)...) }
	sets := func(n byte, all ...string) []byte {
		b := []byte{n}
		for _, s := range all {
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
		}
		return b
	}
	fixed := []byte{1, 66, 0xc0, 11, 0xff}
	want := crc32.Checksum([]byte("\x67abc\x68d"), castagnoli)
	usual := body(fixed, sets(0xe1, "\x67abc"), sets(1, "\x68d"))
	tests := []struct {
		name string
		body []byte
		want uint32
		ok   bool
	}{
		{"one of each", usual, want, true},
		{"with other bits that are reserved", body([]byte{1, 66, 0xc0, 11, 3}, sets(1, "\x67abc"), sets(1, "\x68d")), want, true},
		{"with what High has behind", body(fixed, sets(0xe1, "\x67abc"), sets(1, "\x68d"), []byte{0xfd, 0xf8, 0xf8, 0}), want, true},
		{"two pictures' sets", body(fixed, sets(0xe1, "\x67abc"), sets(2, "\x68", "d")), want, true},
		{"another", body(fixed, sets(0xe1, "\x67abd"), sets(1, "\x68d")), crc32.Checksum([]byte("\x67abd\x68d"), castagnoli), true},
		{"a set beyond the end", usual[:len(usual)-1], 0, false},
		{"a length that is cut", body(fixed, sets(0xe2, "\x67abc"), []byte{0}), 0, false},
		{"of another version", body([]byte{0, 66, 0xc0, 11, 0xff}, sets(0xe1, "\x67abc")), 0, false},
		{"coded data", avcBody("\x65abcdefghij"), 0, false},
		{"too short", usual[:11], 0, false},
	}
	for _, tt := range tests {
		got, ok := ConfigSum(tt.body)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %#x %v, want %#x %v", tt.name, got, ok, tt.want, tt.ok)
		}
		if n, is := LengthSize(tt.body); is && n != 4 {
			t.Errorf("%s: lengths of %d bytes", tt.name, n)
		}
	}
	if n, ok := LengthSize(body([]byte{1, 66, 0xc0, 11, 0xfd}, sets(0xe1, "\x67abc"))); n != 2 || !ok {
		t.Errorf("lengths of %d bytes, %v, want 2", n, ok)
	}
}

// TestClipKnowsItsSums holds the sums of each kind of clip against those that a reader computes.
func TestClipKnowsItsSums(t *testing.T) {
	for _, v := range []Variant{Usual, Other, VideoOnly, AudioOnly} {
		c, err := Synthetic(Spec{Variant: v})
		if err != nil {
			t.Fatal(err)
		}
		var config uint32
		for _, h := range c.Headers() {
			if h.Type == flv.Video {
				config, _ = ConfigSum(h.Body)
			}
		}
		if config != c.Config() || (config == 0) != (v == AudioOnly) {
			t.Errorf("variant %d: configuration %#x, its header says %#x", v, c.Config(), config)
		}
		for i := range c.Len() {
			f := c.Frame(i)
			if f.Type != flv.Video {
				continue
			}
			body := bytes.Clone(f.Body)
			Stamp{Epoch: 1, SentAt: -1}.Put(body[f.StampAt:])
			if sum, ok := PictureSum(body); !ok || sum != f.Sum || sum == 0 {
				t.Fatalf("variant %d, frame %d: %#x, its sum is %#x", v, i, sum, f.Sum)
			}
		}
	}
}

func FuzzSums(f *testing.F) {
	c, err := Synthetic(Spec{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c.Headers()[1].Body)
	f.Add(c.Frame(0).Body)
	f.Add(avcBody("\x65abc", "", "\x0c\xff"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if sum, ok := PictureSum(body); ok {
			// What isn't a picture makes no difference.
			more, still := PictureSum(append(bytes.Clone(body), 0, 0, 0, 2, 0x0c, 0x80))
			if !still || more != sum {
				t.Errorf("%x: %#x, and with filler %#x, %v", body, sum, more, still)
			}
			if !LengthsAddUp(body, 4) {
				t.Errorf("%x has a sum, and its lengths don't add up", body)
			}
		}
		if _, ok := ConfigSum(body); ok {
			if n, ok := LengthSize(body); !ok || n < 1 || n > 4 {
				t.Errorf("%x: lengths of %d bytes, %v", body, n, ok)
			}
		}
	})
}

// TestHugeLengths: a length that no int of a 32-bit machine holds is one that does not add up. With GOARCH=386
// this once panicked.
func TestHugeLengths(t *testing.T) {
	for _, length := range []string{"\xff\xff\xff\xf0", "\xff\xff\xff\xff", "\x80\x00\x00\x00", "\x7f\xff\xff\xff"} {
		body := []byte("\x17\x01\x00\x00\x00" + length + "\x65\x88")
		if LengthsAddUp(body, 4) {
			t.Errorf("%x adds up", length)
		}
		if _, ok := PictureSum(body); ok {
			t.Errorf("%x has a sum", length)
		}
		if _, _, err := FindStamp(body); err != nil {
			t.Errorf("%x: %v", length, err)
		}
		if _, _, ok := stamped(body, 4); ok {
			t.Errorf("%x is stamped", length)
		}
	}
}
