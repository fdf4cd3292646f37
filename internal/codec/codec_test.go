package codec

import (
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raw is what hexadecimal digits stand for.
func raw(tb testing.TB, digits string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// videoCases are configurations that libx264, libx265, libaom, SVT-AV1 and libvpx wrote, and what ffprobe says of them.
var videoCases = []struct {
	name   string
	codec  Name
	config string
	want   Video
}{
	{"High", H264, "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0fdf8f800",
		Video{Profile: "High", Level: "3.1", Width: 1280, Height: 720, Rate: 30, Depth: 8, Chroma: "4:2:0", LengthSize: 4}},
	{"Main, cropped, NTSC", H264, "014d4028ffe10018674d4028eca03c0113f2e022000007d20001d4c01e30632c01000468ef8fc8",
		Video{Profile: "Main", Level: "4.0", Width: 1920, Height: 1080, Rate: 29.97, Depth: 8, Chroma: "4:2:0", LengthSize: 4}},
	{"Baseline", H264, "0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20",
		Video{Profile: "Constrained Baseline", Level: "1.2", Width: 320, Height: 180, Rate: 25, Depth: 8, Chroma: "4:2:0", LengthSize: 4}},
	{"High 4:2:2", H264, "017a001fffe1001b677a001fb6cd940b835e222f0110000003001000000640f183196001000668ebe3cb22c0fefafa00",
		Video{Profile: "High 4:2:2", Level: "3.1", Width: 722, Height: 406, Rate: 50, Depth: 10, Chroma: "4:2:2", LengthSize: 4}},
	{"High 4:4:4", H264, "01f4001effe1001b67f4001e919b281405ff1380880000030008000003019078b16cb001000668ebe3c44844fff8f800",
		Video{Profile: "High 4:4:4 Predictive", Level: "3.0", Width: 640, Height: 360, Rate: 25, Depth: 8, Chroma: "4:4:4", LengthSize: 4}},
	{"interlaced", H264, "01640028ffe1001a67640028acd94078044fde0220000003002000000643e2c5b2c001000668fba3cb22c0fdf8f800",
		Video{Profile: "High", Level: "4.0", Width: 1920, Height: 1080, Rate: 25, Depth: 8, Chroma: "4:2:0", LengthSize: 4}},
	{"HEVC Main", HEVC, "01016000000090000000000078f000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000030078959809a10001002a420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84a2000100074401c172b46240",
		Video{Profile: "Main", Level: "4.0", Width: 1920, Height: 1080, Depth: 8, Chroma: "4:2:0", LengthSize: 4}},
	{"HEVC Main 10, cropped", HEVC, "0102200000009000000000005df000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003005d959809a10001002c42010102200000030090000003000003005da00280802d1d5365959a4932bc05a02000000300200000030321a2000100074401c172b46240",
		Video{Profile: "Main 10", Level: "3.1", Width: 1278, Height: 718, Depth: 10, Chroma: "4:2:0", LengthSize: 4}},
	{"AV1", AV1, "81010c000a0b0000000cc4ff6736be4010",
		Video{Profile: "Main", Level: "2.1", Width: 640, Height: 360, Depth: 8, Chroma: "4:2:0"}},
	{"AV1, 10 bits", AV1, "81044c000a0b00000024c6abdf00be1010",
		Video{Profile: "Main", Level: "3.0", Width: 854, Height: 480, Depth: 10, Chroma: "4:2:0"}},
	{"AV1 without a sequence header", AV1, "81010c00",
		Video{Profile: "Main", Level: "2.1", Depth: 8, Chroma: "4:2:0"}},
	{"VP9", VP9, "010000000015820202020000",
		Video{Profile: "profile 0", Level: "2.1", Depth: 8, Chroma: "4:2:0"}},
}

func TestParseVideo(t *testing.T) {
	for _, c := range videoCases {
		t.Run(c.name, func(t *testing.T) {
			got, ok, err := ParseVideo(c.codec, raw(t, c.config))
			if !ok || err != nil {
				t.Fatalf("%v, %v", ok, err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, ok, err := ParseVideo("VP6", []byte{1}); ok || err != nil {
		t.Errorf("VP6 has a configuration: %v, %v", ok, err)
	}
}

// TestCutConfigurations cuts every configuration at every byte: an error, or what the whole says.
func TestCutConfigurations(t *testing.T) {
	for _, c := range videoCases {
		whole := raw(t, c.config)
		for n := range len(whole) {
			got, _, err := ParseVideo(c.codec, whole[:n])
			if err != nil && !errors.Is(err, ErrShort) && !errors.Is(err, ErrReserved) {
				t.Errorf("%s cut at %d: %v", c.name, n, err)
			}
			if err == nil && got.Width != c.want.Width && got.Width != 0 {
				t.Errorf("%s cut at %d: %+v", c.name, n, got)
			}
		}
	}
}

func TestBadVideo(t *testing.T) {
	for _, c := range []struct {
		name   string
		codec  Name
		config string
	}{
		{"no version", H264, "0064001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0"},
		{"no parameter set", H264, "0164001fffe0001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0"},
		{"a picture for a parameter set", H264, "0164001fffe1001a6564001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0"},
		{"HEVC without arrays", HEVC, "01016000000090000000000078f000fcfdf8f800000f00"},
		{"AV1 of another version", AV1, "82010c00"},
		{"an OBU longer than the rest", AV1, "81010c000a7f00"},
		{"nothing", H264, ""},
	} {
		if v, _, err := ParseVideo(c.codec, raw(t, c.config)); err == nil {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}

func TestParseAudio(t *testing.T) {
	for _, c := range []struct {
		name   string
		codec  Name
		config string
		want   Audio
	}{
		{"LC of ffmpeg", AAC, "121056e500", Audio{Profile: "LC", Rate: 44100, Channels: 2}},
		{"LC, 5.1", AAC, "11b056e500", Audio{Profile: "LC", Rate: 48000, Channels: 6}},
		{"LC, mono", AAC, "138856e500", Audio{Profile: "LC", Rate: 22050, Channels: 1}},
		{"two bytes", AAC, "1210", Audio{Profile: "LC", Rate: 44100, Channels: 2}},
		{"HE, announced in front", AAC, "2b920800", Audio{Profile: "HE", Rate: 44100, Channels: 2}},
		{"HE, announced behind", AAC, "131056e598", Audio{Profile: "HE", Rate: 48000, Channels: 2}},
		{"HE v2, announced in front", AAC, "eb8a0800", Audio{Profile: "HE v2", Rate: 44100, Channels: 2}},
		{"HE v2, announced behind", AAC, "138856e5a54880", Audio{Profile: "HE v2", Rate: 44100, Channels: 2}},
		{"a rate in figures", AAC, "1780bb8810", Audio{Profile: "LC", Rate: 96016, Channels: 2}},
		{"Opus", Opus, "4f707573486561640102380180bb0000000000", Audio{Rate: 48000, Channels: 2}},
	} {
		got, ok, err := ParseAudio(c.codec, raw(t, c.config))
		if diff := cmp.Diff(c.want, got); diff != "" || !ok || err != nil {
			t.Errorf("%s: %v, %v (-want +got):\n%s", c.name, ok, err, diff)
		}
	}
	for name, config := range map[string]string{"nothing": "", "one byte": "12", "a reserved rate": "1690"} {
		if a, _, err := ParseAudio(AAC, raw(t, config)); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestVideoBody(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		want Body
	}{
		{"H.264 sequence header", "1700000000", Body{Codec: H264, ID: 7, Packet: Sequence, At: 5}},
		{"H.264 frame", "2701000050", Body{Codec: H264, ID: 7, Packet: Frame, At: 5}},
		{"H.264 end of sequence", "1702000000", Body{Codec: H264, ID: 7, At: 5}},
		{"HEVC by number", "1c00000000", Body{Codec: HEVC, ID: 12, Packet: Sequence, At: 5}},
		{"AV1 by number", "1d01000000", Body{Codec: AV1, ID: 13, Packet: Frame, At: 5}},
		{"Sorenson", "12", Body{Codec: "Sorenson H.263", ID: 2, Packet: Frame, At: 1}},
		{"a command", "5701", Body{Codec: H264, ID: 7, At: 5}},
		{"unknown", "1f", Body{ID: 15, Packet: Frame, At: 1}},
		{"hvc1 sequence", "9068766331", Body{Codec: HEVC, FourCC: "hvc1", Packet: Sequence, At: 5}},
		{"hvc1 frame", "9168766331000000", Body{Codec: HEVC, FourCC: "hvc1", Packet: Frame, At: 8}},
		{"hvc1 frame without a time", "9368766331", Body{Codec: HEVC, FourCC: "hvc1", Packet: Frame, At: 5}},
		{"av01 frame", "9161763031", Body{Codec: AV1, FourCC: "av01", Packet: Frame, At: 5}},
		{"vp09 sequence", "9076703039", Body{Codec: VP9, FourCC: "vp09", Packet: Sequence, At: 5}},
		{"metadata of enhanced RTMP", "9468766331", Body{Codec: HEVC, FourCC: "hvc1", At: 5}},
		{"behind a modifier", "9702000000016876633100", Body{Codec: HEVC, FourCC: "hvc1", Packet: Frame, At: 13}},
		{"one track of several", "96016176633100", Body{Codec: H264, FourCC: "avc1", Packet: Frame, At: 10, Tracks: true}},
		{"many tracks", "9610617663310000000a", Body{Codec: H264, FourCC: "avc1", Packet: Sequence, At: 10, Tracks: true}},
	} {
		got, ok := VideoBody(raw(t, c.body))
		if diff := cmp.Diff(c.want, got); diff != "" || !ok {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, ok, diff)
		}
	}
	for _, cut := range []string{"", "90", "906876", "97", "9702", "97ff00", "96", "960161"} {
		if got, ok := VideoBody(raw(t, cut)); ok {
			t.Errorf("%q: %+v", cut, got)
		}
	}
}

func TestAudioBody(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		want Body
	}{
		{"AAC sequence header", "af001210", Body{Codec: AAC, ID: 10, Packet: Sequence, At: 2}},
		{"AAC frame", "af01", Body{Codec: AAC, ID: 10, Packet: Frame, At: 2}},
		{"MP3, 48 kHz by its own header", "2ffffb9464", Body{Codec: MP3, ID: 2, Packet: Frame, At: 1, Audio: Audio{Rate: 48000, Channels: 2}}},
		{"MP3, 22.05 kHz, mono", "2afff390c4", Body{Codec: MP3, ID: 2, Packet: Frame, At: 1, Audio: Audio{Rate: 22050, Channels: 1}}},
		{"MP3, cut", "2f", Body{Codec: MP3, ID: 2, Packet: Frame, At: 1, Audio: Audio{Rate: 44100, Channels: 2}}},
		{"Speex", "b6", Body{Codec: "Speex", ID: 11, Packet: Frame, At: 1, Audio: Audio{Rate: 16000, Channels: 1}}},
		{"G.711", "72", Body{Codec: "G.711 A-law", ID: 7, Packet: Frame, At: 1, Audio: Audio{Rate: 8000, Channels: 1}}},
		{"Opus by FourCC", "904f707573", Body{Codec: Opus, FourCC: "Opus", Packet: Sequence, At: 5}},
		{"AC-3 frame", "9161632d33", Body{Codec: "AC-3", FourCC: "ac-3", Packet: Frame, At: 5}},
		{"channels of enhanced RTMP", "946d703461", Body{Codec: AAC, FourCC: "mp4a", At: 5}},
	} {
		got, ok := AudioBody(raw(t, c.body))
		if diff := cmp.Diff(c.want, got); diff != "" || !ok {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, ok, diff)
		}
	}
}

func TestNamed(t *testing.T) {
	for said, want := range map[string]Name{"7": H264, "12": HEVC, "hvc1": HEVC, "av01": AV1, "": "", "x264": "", "700": ""} {
		if got := VideoNamed(said); got != want {
			t.Errorf("video %q is %q, want %q", said, got, want)
		}
	}
	if AudioNamed("10") != AAC || AudioNamed("mp4a") != AAC || AudioNamed("2") != MP3 {
		t.Error("audio codecs have other names")
	}
}
