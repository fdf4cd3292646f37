package media

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParametersComeBack(t *testing.T) {
	got, err := parseAVCRecord(avcConfig(sps(shapes[Usual], 25, 200_000), pps()))
	want := avcRecord{lengthSize: 4, width: 256, height: 144}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = parseAVCRecord(avcConfig(sps(shapes[Other], 25, 200_000), pps()))
	if want := (avcRecord{lengthSize: 4, width: 320, height: 240}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, rate := range []int{48000, 32000} {
		sound, err := parseAudioConfig(aacConfig(rate))
		if err != nil || sound != (audioConfig{rate: rate, channels: 1}) {
			t.Errorf("%+v, %v", sound, err)
		}
	}
}

func TestBadAVCRecords(t *testing.T) {
	good := avcConfig(sps(shapes[Usual], 25, 200_000), pps())
	edit := func(at int, v byte) []byte {
		b := append([]byte(nil), good...)
		b[at] = v
		return b
	}
	tests := []struct {
		name string
		in   []byte
		want error
	}{
		{"empty", nil, errShort},
		{"cut in front of the parameter set", good[:8], errShort},
		{"cut inside the parameter set", good[:12], errShort},
		{"version", edit(0, 0), errReserved},
		{"no parameter set", edit(5, 0xe0), errReserved},
		{"not a parameter set", edit(8, 0x68), errReserved},
		{"parameter set of four bytes", edit(7, 4), errShort},
	}
	for _, tt := range tests {
		if _, err := parseAVCRecord(tt.in); err != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestAudioConfigs(t *testing.T) {
	tests := []struct {
		in   []byte
		want audioConfig
		err  error
	}{
		{[]byte{0x12, 0x10}, audioConfig{44100, 2}, nil},
		{[]byte{0x11, 0x90, 0x56, 0xe5, 0x00}, audioConfig{48000, 2}, nil}, // as ffmpeg writes it
		{[]byte{0x17, 0x80, 0x36, 0xb0, 0x08}, audioConfig{28000, 1}, nil}, // a frequency of its own
		{[]byte{0xf9, 0x46, 0x40}, audioConfig{48000, 2}, nil},             // audioObjectType 42, escaped
		{[]byte{0x16, 0x88}, audioConfig{}, errReserved},                   // index 13
		{[]byte{0x12}, audioConfig{}, errShort},
		{nil, audioConfig{}, errShort},
	}
	for _, tt := range tests {
		got, err := parseAudioConfig(tt.in)
		if err != tt.err || got != tt.want {
			t.Errorf("%x: %+v %v, want %+v %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestBits(t *testing.T) {
	var w bitWriter
	values := []uint32{0, 1, 2, 3, 7, 8, 254, 255, 1 << 16, 1<<31 - 1}
	for _, v := range values {
		w.ue(v)
	}
	for _, v := range []int32{0, 1, -1, 2, -2, 1000, -1000} {
		w.se(v)
	}
	w.u(32, 0xdeadbeef)
	w.trailing()
	r := bitReader{b: w.b}
	var got []uint32
	for range values {
		got = append(got, r.ue())
	}
	if diff := cmp.Diff(values, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got = nil
	for range 7 {
		got = append(got, r.ue()) // se(v) by its number: table 9-3
	}
	if diff := cmp.Diff([]uint32{0, 1, 2, 3, 4, 1999, 2000}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if v := r.u(32); v != 0xdeadbeef || r.u(1) != 1 || r.over {
		t.Errorf("%#x, over %v", v, r.over)
	}
	r.u(32)
	if !r.over {
		t.Error("reading on behind the end is not noticed")
	}
	long := bitReader{b: make([]byte, 100)}
	if v := long.ue(); v != 0 || !long.over {
		t.Errorf("a code of zeros is %d, over %v", v, long.over)
	}
}

func TestEmulationPrevention(t *testing.T) {
	tests := []struct{ rbsp, nal string }{
		{"", "\x65"},
		{"\x00\x00\x01", "\x65\x00\x00\x03\x01"},
		{"\x00\x00\x00\x00\x00", "\x65\x00\x00\x03\x00\x00\x03\x00"},
		{"\x00\x00\x03", "\x65\x00\x00\x03\x03"},
		{"\x00\x00\x04\x00\x01", "\x65\x00\x00\x04\x00\x01"},
	}
	for _, tt := range tests {
		if got := string(appendNAL(nil, 0x65, []byte(tt.rbsp))); got != tt.nal {
			t.Errorf("%x: %x, want %x", tt.rbsp, got, tt.nal)
		}
		if got := string(withoutEmulation([]byte(tt.nal[1:]))); got != tt.rbsp {
			t.Errorf("%x: back %x, want %x", tt.rbsp, got, tt.rbsp)
		}
	}
}

func TestAACSizes(t *testing.T) {
	for size := range 400 {
		fit := fitAACSize(size)
		if fit > max(size, minAACSize) || fit < min(size-1, maxAACSize) {
			t.Errorf("%d is fitted to %d", size, fit)
		}
		if got := len(appendAAC(nil, fit)); got != fit {
			t.Errorf("a frame of %d bytes has %d", fit, got)
		}
	}
}
