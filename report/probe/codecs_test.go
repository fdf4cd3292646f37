package probe

import (
	"testing"

	"github.com/flvstorm/flvstorm/internal/codec"
	"github.com/flvstorm/flvstorm/internal/flv"
)

// TestCodecs plays each codec in each of its forms: what it is and how big is found out, and nothing is wrong with it.
func TestCodecs(t *testing.T) {
	const (
		hevc = "0102200000009000000000005df000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003005d959809a10001002c42010102200000030090000003000003005da00280802d1d5365959a4932bc05a02000000300200000030321a2000100074401c172b46240"
		av1  = "81010c000a0b0000000cc4ff6736be4010"
		vp9  = "010000000015820202020000"
	)
	for _, c := range []struct {
		name                  string
		setup, key, frame     string // bodies
		codec                 codec.Name
		fourCC, profile, find string
		width, height         int
	}{
		{"HEVC by number", "1c00000000" + hevc, "1c0100000000000001", "2c0100000000000001", codec.HEVC, "", "Main 10", "note hevc-codec-id", 1278, 718},
		{"HEVC by FourCC", "9068766331" + hevc, "916876633100000000000001", "a16876633100000000000001", codec.HEVC, "hvc1", "Main 10", "", 1278, 718},
		{"AV1 by FourCC", "9061763031" + av1, "91617630310000", "a1617630310000", codec.AV1, "av01", "Main", "", 640, 360},
		{"VP9 by FourCC", "9076703039" + vp9, "91767030390000", "a1767030390000", codec.VP9, "vp09", "profile 0", "", 0, 0},
		{"H.264 by FourCC", "90617663310164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0fdf8f800",
			"936176633100000001", "a36176633100000001", codec.H264, "avc1", "High", "", 1280, 720},
		{"a FourCC that nobody knows", "9078797a31", "9378797a3100", "a378797a3100", "xyz1", "xyz1", "", "warn unknown-codec", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShow(false, true)
			s.tag(5, flv.Video, 0, bytesOf(c.setup))
			for i := range 50 {
				body := c.frame
				if i%25 == 0 {
					body = c.key
				}
				s.tag(10+40*i, flv.Video, uint32(40*i), bytesOf(body))
			}
			r := s.end(2000)
			v := r.Video
			if v == nil || v.Codec != c.codec || v.FourCC != c.fourCC || v.Profile != c.profile || v.Width != c.width || v.Height != c.height {
				t.Errorf("%+v", v)
			}
			if v.Frames != 50 || v.Keyframes != 2 || v.Configs != 1 || found(r) != c.find || r.First.Playable == nil {
				t.Errorf("%+v; found %q", v, found(r))
			}
		})
	}
	for _, c := range []struct {
		name, setup, frame string
		codec              codec.Name
		rate               int
	}{
		{"MP3", "", "2ffffb9464", codec.MP3, 48000},
		{"Opus by FourCC", "904f7075734f707573486561640102380180bb0000000000", "914f70757300", codec.Opus, 48000},
		{"AAC by FourCC", "906d7034611210", "916d70346100", codec.AAC, 44100},
		{"Speex", "", "b600", "Speex", 16000},
	} {
		s := newShow(true, false)
		if c.setup != "" {
			s.tag(5, flv.Audio, 0, bytesOf(c.setup))
		}
		for i := range 50 {
			s.tag(10+40*i, flv.Audio, uint32(40*i), bytesOf(c.frame))
		}
		r := s.end(2000)
		if a := r.Audio; a == nil || a.Codec != c.codec || a.Rate != c.rate || found(r) != "" || r.First.Playable == nil {
			t.Errorf("%s: %+v; found %q", c.name, a, found(r))
		}
	}
}
