package codec

import "testing"

// FuzzVideo parses anything as a configuration of every codec: what it makes of it is possible.
func FuzzVideo(f *testing.F) {
	for _, c := range videoCases {
		f.Add(raw(f, c.config))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range []Name{H264, HEVC, AV1, VP9} {
			v, ok, err := ParseVideo(c, b)
			if !ok {
				t.Fatalf("%s is not read", c)
			}
			if err != nil && v != (Video{}) {
				t.Fatalf("%s: %v, and %+v", c, err, v)
			}
			if v.Width < 0 || v.Height < 0 || v.Width > maxSide || v.Height > maxSide || v.Rate < 0 || v.Rate > 1000 || len(v.Profile) > 40 {
				t.Fatalf("%s: %+v", c, v)
			}
		}
	})
}

// FuzzAudio parses anything as a configuration.
func FuzzAudio(f *testing.F) {
	for _, config := range []string{"121056e500", "2b920800", "138856e5a54880", "4f707573486561640102380180bb0000000000"} {
		f.Add(raw(f, config))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range []Name{AAC, Opus} {
			a, _, err := ParseAudio(c, b)
			if err == nil && (a.Rate < 1000 || a.Rate > 192000 || a.Channels < 0 || a.Channels > 255) {
				t.Fatalf("%s: %+v", c, a)
			}
		}
	})
}

// FuzzBody parses anything as the head of a body: the payload begins behind the head, however short it is.
func FuzzBody(f *testing.F) {
	for _, body := range []string{"1700000000", "9168766331000000", "9702000000016876633100", "9610617663310000000a", "2ffffb9464", "af01"} {
		f.Add(raw(f, body))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, parse := range []func([]byte) (Body, bool){VideoBody, AudioBody} {
			if body, ok := parse(b); ok && (body.At < 1 || body.At > len(b)+12 || len(body.FourCC) > 4) {
				t.Fatalf("%+v", body)
			}
		}
	})
}
