package media

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// record returns d of the clip as an FLV file, stamped as a publisher would.
func record(tb testing.TB, c *Clip, d time.Duration) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := flv.NewWriter(&out)
	if err := w.WriteHeader(c.Info().Audio, c.Info().Video); err != nil {
		tb.Fatal(err)
	}
	for _, f := range c.Headers() {
		if err := w.WriteTag(f.Type, f.Timestamp(), f.Body); err != nil {
			tb.Fatal(err)
		}
	}
	var stamp [StampSize]byte
	seq := uint32(0)
	for i := 0; ; i++ {
		f := c.Frame(i)
		if f.DTS >= d {
			return out.Bytes()
		}
		parts := [][]byte{f.Body}
		if f.StampAt >= 0 {
			Stamp{Epoch: 1, Seq: seq, SentAt: int64(f.DTS), Source: 7}.Put(stamp[:])
			seq++
			parts = [][]byte{f.Body[:f.StampAt], stamp[:], f.Body[f.StampAt+StampSize:]}
		}
		if err := w.WriteTag(f.Type, f.Timestamp(), parts...); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestFFmpegDecodesAMinuteInSilence(t *testing.T) {
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	decodesInSilence(t, record(t, c, time.Minute))
}

// specs are corners of what may be asked for.
var specs = []Spec{
	{},
	{Bitrate: 50_000},
	{Bitrate: 50_000, FPS: 1},
	{Bitrate: 1_000_000, FPS: 120},
	{Bitrate: 2_000_000, FPS: 30, GOP: 2 * time.Second},
	{Bitrate: 50_000_000},
	{Bitrate: 300_000, FPS: 24, GOP: time.Millisecond}, // nothing but keyframes
	{Bitrate: 300_000, FPS: 5, GOP: time.Millisecond},  // the same, an odd number a second
	{Bitrate: 300_000, FPS: 60, GOP: 400 * time.Millisecond},
	{Bitrate: 100_000, FPS: 7, GOP: 1500 * time.Millisecond},
	{Bitrate: 120_000, FPS: 50, GOP: 10 * time.Second}, // frame_num starts over within the GOP
	{Variant: Other},
	{Variant: Other, Bitrate: 4_000_000, FPS: 60},
	{Variant: VideoOnly},
	{Variant: VideoOnly, Bitrate: 300_000, FPS: 5, GOP: time.Millisecond},
	{Variant: AudioOnly},
}

// name of a Spec as a test's.
func (s Spec) name() string {
	s = s.withDefaults()
	return fmt.Sprintf("variant %d, %d bit/s, %d fps, GOP %v", s.Variant, s.Bitrate, s.FPS, s.GOP)
}

// TestSyntheticIsWhatWasAsked counts bytes, keyframes and times over more than two laps.
func TestSyntheticIsWhatWasAsked(t *testing.T) {
	for _, spec := range specs {
		t.Run(spec.name(), func(t *testing.T) {
			c, err := Synthetic(spec)
			if err != nil {
				t.Fatal(err)
			}
			spec := spec.withDefaults()
			gop := spec.gopFrames()
			s := shapes[spec.Variant]
			bitrate := c.Info().Bitrate
			if s.width > 0 && bitrate != spec.Bitrate {
				t.Errorf("info says %d bit/s", bitrate)
			}
			window := time.Duration(gop) * time.Second / time.Duration(spec.FPS)
			for window < time.Second { // a window must be long beside a frame of sound
				window *= 2
			}
			bytesIn := map[int64]int{}
			video, audio := 0, 0
			end := 2*c.Duration() + window
			last := time.Duration(0)
			for i := 0; ; i++ {
				f := c.Frame(i)
				if f.DTS >= end {
					break
				}
				if f.DTS < last {
					t.Fatalf("frame %d goes back from %v to %v", i, last, f.DTS)
				}
				last = f.DTS
				bytesIn[int64(f.DTS/window)] += tagOverhead + len(f.Body)
				var want Frame
				if f.Type == flv.Audio && s.rate > 0 {
					want = Frame{Type: flv.Audio, DTS: time.Duration(audio) * 1024 * time.Second / time.Duration(s.rate), StampAt: -1}
				}
				if f.Type == flv.Video && s.width > 0 {
					want = Frame{Type: flv.Video, DTS: time.Duration(video) * time.Second / time.Duration(spec.FPS),
						Keyframe: video%gop == 0, StampAt: 28}
					video++
				} else {
					audio++
				}
				if diff := cmp.Diff(want, f, cmpopts.IgnoreFields(Frame{}, "Body", "Sum")); diff != "" {
					t.Fatalf("frame %d: (-want +got)\n%s", i, diff)
				}
			}
			delete(bytesIn, int64(end/window)) // not whole
			for at, n := range bytesIn {
				want := float64(bitrate) / 8 * window.Seconds()
				if off := float64(n)/want - 1; off > 0.02 || off < -0.02 {
					t.Errorf("from %v: %d bytes in %v, %+.2f %% off", time.Duration(at)*window, n, window, off*100)
				}
			}
		})
	}
}

// TestAdjacentIDRPicturesDiffer reads idr_pic_id of each two IDR pictures in a row, over more than two cycles (H.264 7.4.3).
func TestAdjacentIDRPicturesDiffer(t *testing.T) {
	for _, fps := range []int{1, 2, 3, 5, 24, 25, 119, 120} {
		for _, gop := range []time.Duration{time.Millisecond, time.Second} {
			spec := Spec{Bitrate: 2_000_000, FPS: fps, GOP: gop}
			c, err := Synthetic(spec)
			if err != nil {
				t.Fatal(err)
			}
			last, key := uint32(0), false
			for i, n := 0, 0; n <= 2*spec.cycle()+1; i++ {
				f := c.Frame(i)
				if f.Type != flv.Video {
					continue
				}
				n++
				if !f.Keyframe {
					key = false
					continue
				}
				slice := f.Body[avcHeaderSize+4+stampNALSize+4:]
				r := bitReader{b: withoutEmulation(slice[1:])}
				r.ue() // first_mb_in_slice
				r.ue() // slice_type
				r.ue() // pic_parameter_set_id
				r.u(frameNumBits)
				id := r.ue()
				if key && id == last {
					t.Errorf("%s: picture %d is an IDR picture with idr_pic_id %d, as the one before", spec.name(), n-1, id)
				}
				last, key = id, true
			}
		}
	}
}

// TestFFprobeAgrees lets ffmpeg decode every corner, and ffprobe say what it is.
func TestFFprobeAgrees(t *testing.T) {
	peertest.Program(t, "ffprobe")
	levels := []int{12, 12, 11, 21, 20, 41, 12, 12, 13, 11, 13, 13, 21, 12, 12, 0}
	for i, spec := range specs {
		t.Run(spec.name(), func(t *testing.T) {
			c, err := Synthetic(spec)
			if err != nil {
				t.Fatal(err)
			}
			spec := spec.withDefaults()
			d := 4 * time.Second
			if spec.GOP > d {
				d = spec.GOP + time.Second
			}
			file := record(t, c, d)
			decodesInSilence(t, file)
			path := filepath.Join(t.TempDir(), "x.flv")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			s := shapes[spec.Variant]
			var want []map[string]any
			if s.width > 0 {
				// The filter takes every NAL unit apart, strictly, and puts it together again.
				out := run(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-err_detect", "+explode+bitstream+buffer+compliant+careful",
					"-i", path, "-map", "0:v", "-c", "copy", "-bsf:v", "h264_metadata", "-f", "framemd5", "-")
				if n := strings.Count(string(out), "\n0,"); n != int(d.Seconds())*spec.FPS {
					t.Errorf("ffmpeg takes %d pictures apart", n)
				}
				profile := "Constrained Baseline"
				if s.high {
					profile = "High"
				}
				want = append(want, map[string]any{
					"codec_name": "h264", "profile": profile, "level": float64(levels[i]),
					"width": float64(16 * s.width), "height": float64(16 * s.height), "pix_fmt": "yuv420p", "has_b_frames": 0.0,
					"r_frame_rate": fmt.Sprintf("%d/1", spec.FPS), "nb_read_frames": fmt.Sprint(int(d.Seconds()) * spec.FPS),
				})
			}
			if s.rate > 0 {
				want = append(want, map[string]any{
					"codec_name": "aac", "profile": "LC", "sample_rate": fmt.Sprint(s.rate), "channels": 1.0,
					"nb_read_frames": fmt.Sprint((int(d.Seconds())*s.rate + 1023) / 1024),
				})
			}
			var probe struct {
				Streams []map[string]any `json:"streams"`
			}
			out := run(t, "ffprobe", "-v", "warning", "-count_frames", "-show_streams", "-of", "json", path)
			if err := json.Unmarshal(out, &probe); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if len(probe.Streams) != len(want) {
				t.Fatalf("ffprobe sees %d streams, want %d", len(probe.Streams), len(want))
			}
			for i, w := range want {
				got := map[string]any{}
				for k := range w {
					got[k] = probe.Streams[i][k]
				}
				if diff := cmp.Diff(w, got); diff != "" {
					t.Errorf("(-want +ffprobe)\n%s", diff)
				}
			}
		})
	}
}

// TestEveryPictureIsWhatWasDrawn compares each pixel that ffmpeg decodes with the drawing.
func TestEveryPictureIsWhatWasDrawn(t *testing.T) {
	peertest.Program(t, "ffmpeg")
	for _, spec := range []Spec{
		{GOP: 400 * time.Millisecond},
		{Bitrate: 1_000_000, FPS: 120, GOP: 3 * time.Second},
		{FPS: 5},
		{Variant: Other},
	} {
		t.Run(spec.name(), func(t *testing.T) {
			c, err := Synthetic(spec)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "x.flv")
			if err := os.WriteFile(path, record(t, c, 4*time.Second), 0o600); err != nil {
				t.Fatal(err)
			}
			raw := run(t, "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
			spec := spec.withDefaults()
			s := shapes[spec.Variant]
			w, h := s.width*16, s.height*16
			size := w * h * 3 / 2
			if len(raw) != 4*spec.FPS*size {
				t.Fatalf("%d bytes of pictures, want %d pictures of %d", len(raw), 4*spec.FPS, size)
			}
			moved := 0
			var before picture
			for i := range 4 * spec.FPS {
				pic := testCard(s, i%spec.cycle(), spec.FPS)
				if !slices.Equal(pic.mbs, before.mbs) {
					moved++
				}
				before = pic
				got := raw[i*size : (i+1)*size]
				for y := range h {
					for x := range w {
						want := pic.mbs[y/16*s.width+x/16]
						chroma := w*h + y/2*(w/2) + x/2
						if int32(got[y*w+x]) != want.y || int32(got[chroma]) != want.cb || int32(got[chroma+w*h/4]) != want.cr {
							t.Fatalf("picture %d at %d, %d: %d %d %d, want %v", i, x, y, got[y*w+x], got[chroma], got[chroma+w*h/4], want)
						}
					}
				}
			}
			if moved < 20 {
				t.Errorf("only %d pictures of %d differ from the one before", moved, 4*spec.FPS)
			}
		})
	}
}

func TestLeastBitrate(t *testing.T) {
	for _, spec := range []Spec{{FPS: 1}, {}, {FPS: 60}, {FPS: 120}, {FPS: 30, GOP: 100 * time.Millisecond}, {GOP: time.Millisecond}} {
		spec.Bitrate = 1
		_, err := Synthetic(spec)
		var refused *phrase.Error
		if !errors.As(err, &refused) || refused.ID != phrase.MediaBitrateTooLow {
			t.Fatalf("%s: %v", spec.name(), err)
		}
		least := refused.Args[2].(int)
		spec.Bitrate = least
		if _, err := Synthetic(spec); err != nil {
			t.Errorf("%s: %v", spec.name(), err)
		}
		spec.Bitrate = least - 1
		if _, err := Synthetic(spec); err == nil {
			t.Errorf("%s works although %d was said to be the least", spec.name(), least)
		}
		if spec == (Spec{Bitrate: least - 1}) && least > 50_000 {
			t.Errorf("at the default frame rate %d is the least", least)
		}
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		spec Spec
		want []phrase.ID
	}{
		{Spec{}, nil},
		{Spec{FPS: 120, Bitrate: MaxBitrate}, nil},
		{Spec{FPS: 121}, []phrase.ID{phrase.MediaBadFPS}},
		{Spec{FPS: -1, Bitrate: -1, GOP: -1}, []phrase.ID{phrase.MediaBadFPS, phrase.MediaBadBitrate, phrase.MediaBadGOP}},
		{Spec{Bitrate: MaxBitrate + 1, GOP: MaxGOP + 1}, []phrase.ID{phrase.MediaBadBitrate, phrase.MediaBadGOP}},
		{Spec{Bitrate: MaxBitrate, GOP: MaxGOP}, []phrase.ID{phrase.MediaTooLarge}},
	}
	for _, tt := range tests {
		err := tt.spec.Validate()
		var got []phrase.ID
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				got = append(got, e.(*phrase.Error).ID)
				if s := e.Error(); strings.Contains(s, "%!") || !strings.HasPrefix(s, "--") {
					t.Errorf("%+v: %q", tt.spec, s)
				}
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v: (-want +got)\n%s", tt.spec, diff)
		}
	}
	if _, err := Synthetic(Spec{FPS: 1000}); err == nil {
		t.Error("Synthetic takes what Validate does not")
	}
}

// TestLevelAllowsTheStream holds the level against H.264 table A-1.
func TestLevelAllowsTheStream(t *testing.T) {
	tests := []struct {
		fps, bitrate int
		want         uint32
	}{
		{1, 50_000, 11}, {20, 200_000, 11}, {21, 200_000, 12}, {25, 500_000, 13}, {82, 200_000, 13},
		{83, 200_000, 21}, {120, 1_000_000, 21}, {25, 2_400_000, 20}, {25, 50_000_000, 41}, {25, 100_000_000, 50},
	}
	for _, tt := range tests {
		if got := levelFor(16*9, tt.fps, tt.bitrate); got != tt.want {
			t.Errorf("%d fps, %d bit/s: level_idc %d, want %d", tt.fps, tt.bitrate, got, tt.want)
		}
	}
}
