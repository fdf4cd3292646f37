package probe

import (
	"math"
	"testing"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// TestAStallIsLeftOut plays eight seconds, a pause, and eight seconds more: the figures are those of a stream without it.
func TestAStallIsLeftOut(t *testing.T) {
	for _, c := range []struct {
		name string
		// after is when the frame n of those behind the pause comes, and with which timestamp.
		after func(n int) (at int, timestamp uint32)
	}{
		{"the source stood still", func(n int) (int, uint32) { return 13010 + 40*n, uint32(8000 + 40*n) }},
		{"what was held back comes in a piece", func(n int) (int, uint32) { return max(13010+2*n, 8010+40*n), uint32(8000 + 40*n) }},
		{"a part of it is lost", func(n int) (int, uint32) { return 13010 + 40*n, uint32(12000 + 40*n) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShow(true, true)
			s.tag(4, flv.Audio, 0, aacSetup)
			s.tag(5, flv.Video, 0, avcSetup)
			both := func(n, at int, timestamp uint32) {
				body := picture
				if n%50 == 0 {
					body = keyframe
				}
				s.tag(at, flv.Video, timestamp, body)
				s.tag(at+1, flv.Audio, timestamp, sound)
			}
			for n := range 200 {
				both(n, 10+40*n, uint32(40*n))
			}
			last := 0
			for n := range 350 {
				at, timestamp := c.after(n)
				both(n, at, timestamp)
				last = at
			}
			r := s.end(last + 40)
			if d := r.Timestamps.Drift; d == nil || math.Abs(*d) > 0.1 {
				t.Errorf("drift %v", d)
			}
			if j := r.Delivery.Jitter; j == nil || j.P99 > 5 {
				t.Errorf("jitter %+v", j)
			}
			if v := r.Video; v.FPS != 25 || math.Abs(v.ArrivedFPS-25) > 0.1 || v.Bitrate != 5600 {
				t.Errorf("%v fps, %v as they arrive, %v bits a second", v.FPS, v.ArrivedFPS, v.Bitrate)
			}
			if g := r.Video.GOP; g.Frames != (Spread{50, 50, 50}) || g.Length != (Spread{2000, 2000, 2000}) {
				t.Errorf("GOP %+v", g)
			}
			if d := r.Delivery; d.Stalled != 1 || found(r) != "warn stall" {
				t.Errorf("%d stalls, found %s", d.Stalled, found(r))
			}
		})
	}
}

// Configurations as libx264 and libx265 write them.
const (
	avc422  = "017a001fffe1001b677a001fb6cd940b835e222f0110000003001000000640f183196001000668ebe3cb22c0fefafa00"
	avc444  = "01f4001effe1001b67f4001e919b281405ff1380880000030008000003019078b16cb001000668ebe3c44844fff8f800"
	avcTen  = "016e000cffe1001a676e000ca6cd941419f9f011000003000100000300320f14299601000668ebe3cb22c0fdfafa00"
	hevcTen = "0102200000009000000000005df000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003005d959809a10001002c42010102200000030090000003000003005da00280802d1d5365959a4932bc05a02000000300200000030321a2000100074401c172b46240"
)

// TestWhoCanDecode holds of which profiles somebody is warned.
func TestWhoCanDecode(t *testing.T) {
	for _, c := range []struct {
		name, setup, want string
		keyframe          []byte
	}{
		{"4:2:2 at 10 bits", "1700000000" + avc422, "warn rare-profile", keyframe},
		{"4:2:0 at 10 bits", "1700000000" + avcTen, "warn rare-profile", keyframe},
		{"4:4:4 at 8 bits", "1700000000" + avc444, "warn rare-profile", keyframe},
		{"HEVC at 10 bits", "1c00000000" + hevcTen, "note hevc-codec-id", bytesOf("1c01000000" + "0000000426018080")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShow(false, true)
			s.tag(5, flv.Video, 0, bytesOf(c.setup))
			for n := range 50 {
				s.tag(10+40*n, flv.Video, uint32(40*n), c.keyframe)
			}
			if r := s.end(2000); found(r) != c.want {
				t.Errorf("found %s: %+v", found(r), r.Video)
			}
		})
	}
}

// TestWhatChanged holds that a change of the configuration is told with what it was and what it is.
func TestWhatChanged(t *testing.T) {
	s := newShow(true, true)
	s.tag(4, flv.Audio, 0, aacSetup)
	s.tag(5, flv.Video, 0, avcSetup)
	for n := range 25 {
		s.tag(10+40*n, flv.Video, uint32(40*n), keyframe)
		s.tag(10+40*n, flv.Audio, uint32(40*n), sound)
	}
	s.tag(1000, flv.Video, 1000, bytesOf("1700000000"+avc444))
	s.tag(1000, flv.Audio, 1000, bytesOf("af00"+"138856e500"))
	said := map[string]bool{}
	for _, f := range s.end(1010).Findings {
		said[f.Text] = true
	}
	for _, want := range []string{
		"the video decoder configuration changed on the way: H.264 High 3.1 1280×720 → H.264 High 4:4:4 Predictive 3.0 640×360 4:4:4",
		"the audio decoder configuration changed on the way: AAC LC 44.1 kHz stereo → AAC LC 22.05 kHz mono",
	} {
		if !said[want] {
			t.Errorf("nobody says %q: %v", want, said)
		}
	}
}

// TestNoStamps holds that who asks for latency by one clock is told where there is nothing to measure it by.
func TestNoStamps(t *testing.T) {
	for _, same := range []bool{false, true} {
		s := newShow(false, true)
		s.opts.SameClock = same
		s.tag(5, flv.Video, 0, avcSetup)
		s.live(10, 2000, 0, 25)
		if got := found(s.end(2000)); (got == "note no-stamps") != same || !same && got != "" {
			t.Errorf("same clock %v: found %q", same, got)
		}
	}
}
