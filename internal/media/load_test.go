package media

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/google/go-cmp/cmp"
)

// Inputs of ffmpeg for test files.
var (
	picture25 = []string{"-f", "lavfi", "-i", "testsrc=size=320x240:rate=25"}
	tone      = []string{"-f", "lavfi", "-i", "sine=frequency=440"}
	h264      = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"}
	aac       = []string{"-c:a", "aac"}
	short     = []string{"-t", "2"}
)

// concat joins arguments.
func concat(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// packet is one line of ffprobe -show_packets.
type packet struct {
	Kind  string `json:"codec_type"`
	DTS   string `json:"dts_time"`
	PTS   string `json:"pts_time"`
	Flags string `json:"flags"`
}

// packets lists the packets of one kind in a file.
func packets(tb testing.TB, path, kind string) []packet {
	tb.Helper()
	peertest.Program(tb, "ffprobe")
	var probe struct {
		Packets []packet `json:"packets"`
	}
	if err := json.Unmarshal(run(tb, "ffprobe", "-v", "error", "-show_packets", "-of", "json", path), &probe); err != nil {
		tb.Fatal(err)
	}
	var out []packet
	for _, p := range probe.Packets {
		if p.Kind == kind {
			out = append(out, p)
		}
	}
	return out
}

// pictures returns a hash of each picture that ffmpeg decodes from a file.
func pictures(tb testing.TB, path string) []string {
	tb.Helper()
	out := string(run(tb, "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"))
	var hashes []string
	for _, line := range strings.Split(out, "\n") {
		if fields := strings.Split(line, ","); len(fields) == 6 {
			hashes = append(hashes, strings.TrimSpace(fields[5]))
		}
	}
	return hashes
}

// TestLoadWhatFFmpegMakes loads files of many kinds and holds the loop against the file: same packets, same times, same
// pictures, no word of ffmpeg's over three laps, and a stamp in each frame.
func TestLoadWhatFFmpegMakes(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want Info // without the bit rate
	}{
		{"B-frames", concat(picture25, tone, short, h264, []string{"-bf", "3", "-preset", "medium"}, aac),
			Info{Video: true, Audio: true, Width: 320, Height: 240, FPS: 25, SampleRate: 44100}},
		{"stereo at 48 kHz, 30 fps", concat([]string{"-f", "lavfi", "-i", "testsrc=size=320x240:rate=30"}, tone, short, h264, aac, []string{"-ar", "48000", "-ac", "2"}),
			Info{Video: true, Audio: true, Width: 320, Height: 240, FPS: 30, SampleRate: 48000, stereo: true}},
		{"video only", concat(picture25, short, h264), Info{Video: true, Width: 320, Height: 240, FPS: 25}},
		{"audio only", concat(tone, short, aac), Info{Audio: true, SampleRate: 44100}},
		{"one picture, longer sound", concat([]string{"-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=0.04"}, tone, short, h264, aac),
			Info{Video: true, Audio: true, Width: 320, Height: 240, FPS: 25, SampleRate: 44100}},
		{"cropped", concat([]string{"-f", "lavfi", "-i", "testsrc=size=318x178:rate=25"}, short, h264), Info{Video: true, Width: 318, Height: 178, FPS: 25}},
		{"4:4:4", concat(picture25, short, h264, []string{"-pix_fmt", "yuv444p"}), Info{Video: true, Width: 320, Height: 240, FPS: 25}},
		{"4:2:2, ten bits, cropped", concat([]string{"-f", "lavfi", "-i", "testsrc=size=318x178:rate=25"}, short, h264, []string{"-pix_fmt", "yuv422p10le"}),
			Info{Video: true, Width: 318, Height: 178, FPS: 25}},
		{"interlaced, cropped", concat([]string{"-f", "lavfi", "-i", "testsrc=size=320x180:rate=25"}, short, h264, []string{"-flags", "+ilme+ildct", "-x264opts", "tff=1"}),
			Info{Video: true, Width: 320, Height: 180, FPS: 25}},
		{"scaling lists", concat(picture25, short, h264, []string{"-preset", "medium", "-x264opts", "cqm=jvt"}), Info{Video: true, Width: 320, Height: 240, FPS: 25}},
		{"access unit delimiters, buffering periods", concat(picture25, tone, short, h264, aac,
			[]string{"-x264opts", "aud=1:nal-hrd=cbr:vbv-maxrate=500:vbv-bufsize=500:bitrate=500"}),
			Info{Video: true, Audio: true, Width: 320, Height: 240, FPS: 25, SampleRate: 44100}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := ffmpegFile(t, tt.args...)
			c, err := Load(path)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Info()
			if got.Bitrate < 5000 || got.Video && got.videoBitrate < 1000 {
				t.Errorf("%d bit/s, of which %d of video", got.Bitrate, got.videoBitrate)
			}
			got.Bitrate, got.videoBitrate = 0, 0
			if d := got.FPS - tt.want.FPS; d > 0.05 || d < -0.05 {
				t.Errorf("%v fps", got.FPS)
			}
			got.FPS = tt.want.FPS
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Info{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}

			oneLap := filepath.Join(t.TempDir(), "lap.flv")
			if err := os.WriteFile(oneLap, record(t, c, c.Duration()), 0o600); err != nil {
				t.Fatal(err)
			}
			if tt.want.Video {
				if diff := cmp.Diff(rebased(packets(t, path, "video")), packets(t, oneLap, "video")); diff != "" {
					t.Errorf("video packets: (-file +loop)\n%s", diff)
				}
				if diff := cmp.Diff(pictures(t, path), pictures(t, oneLap)); diff != "" {
					t.Errorf("pictures: (-file +loop)\n%s", diff)
				}
			}
			threeLaps := record(t, c, 3*c.Duration())
			decodesInSilence(t, threeLaps)
			allStamped(t, threeLaps)
			again, err := load("again", bytes.NewReader(record(t, c, c.Duration())))
			if err != nil {
				t.Fatal(err)
			}
			if again.Config() != c.Config() || (c.Config() != 0) != tt.want.Video {
				t.Errorf("the configuration is %#x, in the recording %#x", c.Config(), again.Config())
			}
			if again.Len() != c.Len() {
				t.Errorf("the recording has %d frames instead of %d", again.Len(), c.Len())
			}
			for i := range again.Len() {
				if a, b := c.Frame(i), again.Frame(i); len(a.Body) != len(b.Body) || a.StampAt != b.StampAt || a.DTS != b.DTS || a.Sum != b.Sum {
					t.Fatalf("frame %d is stamped twice: %d bytes, then %d", i, len(a.Body), len(b.Body))
				}
				if f := c.Frame(i); f.Type == flv.Video {
					if sum, ok := PictureSum(f.Body); !ok || sum != f.Sum {
						t.Fatalf("frame %d: %#x, its sum is %#x", i, sum, f.Sum)
					}
				}
			}
		})
	}
}

// rebased subtracts the first packet's DTS.
func rebased(ps []packet) []packet {
	var start float64
	fmt.Sscan(ps[0].DTS, &start)
	shift := func(s string) string {
		var v float64
		fmt.Sscan(s, &v)
		return fmt.Sprintf("%.6f", v-start)
	}
	for i := range ps {
		ps[i].DTS, ps[i].PTS = shift(ps[i].DTS), shift(ps[i].PTS)
	}
	return ps
}

// allStamped scans a recording, and finds the stamps in the order in which they were put, in the head of each video frame.
func allStamped(tb testing.TB, file []byte) {
	tb.Helper()
	s := flv.NewScannerWith(bytes.NewReader(file), flv.Options{HeadSize: HeadSize})
	next := uint32(0)
	last := map[flv.TagType]uint32{}
	for {
		tag, err := s.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			tb.Fatal(err)
		}
		if tag.Timestamp < last[tag.Type] {
			tb.Fatalf("%s goes back from %d to %d ms", tag.Type, last[tag.Type], tag.Timestamp)
		}
		last[tag.Type] = tag.Timestamp
		if tag.Type != flv.Video || !tag.IsMedia() {
			continue
		}
		stamp, ok, err := FindStamp(tag.Head)
		if want := (Stamp{Epoch: 1, Seq: next, SentAt: stamp.SentAt, Source: 7}); !ok || err != nil || stamp != want {
			tb.Fatalf("frame %d: %+v, %v, %v", next, stamp, ok, err)
		}
		next++
	}
}

// TestLoadShortLengths loads a file whose NAL units have lengths of two bytes, and of three, which the record cannot rightly say.
func TestLoadShortLengths(t *testing.T) {
	c, err := Synthetic(Spec{FPS: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{2, 3} {
		file := flv.AppendHeader(nil, false, true)
		header := bytes.Clone(c.Headers()[1].Body)
		header[avcHeaderSize+4] = 0xfc | byte(size-1)
		file = flv.AppendTag(file, flv.Video, 0, header)
		file = flv.AppendTag(file, flv.Video, 0, header) // a sequence header may come again
		for i := range 20 {
			f := c.Frame(i)
			if f.Type != flv.Video {
				continue
			}
			body := bytes.Clone(f.Body[:avcHeaderSize])
			eachNAL(f.Body[avcHeaderSize:], 4, func(nal []byte) {
				if nal[0]&0x1f == nalIDR || nal[0]&0x1f == nalSlice {
					var length [4]byte
					binary.BigEndian.PutUint32(length[:], uint32(len(nal)))
					body = append(append(body, length[4-size:]...), nal...)
				}
			})
			file = flv.AppendTag(file, flv.Video, f.Timestamp(), body)
		}
		got, err := load("short.flv", bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		recorded := record(t, got, 2*time.Second)
		allStamped(t, recorded)
		decodesInSilence(t, recorded)
	}
}

// TestLoadBeginsAtAKeyframe leaves out what stands in front of the first IDR picture, and what carries no picture.
func TestLoadBeginsAtAKeyframe(t *testing.T) {
	c, err := Synthetic(Spec{FPS: 10})
	if err != nil {
		t.Fatal(err)
	}
	file := flv.AppendHeader(nil, true, true)
	for _, f := range c.Headers() {
		file = flv.AppendTag(file, f.Type, 5000, f.Body)
	}
	file = flv.AppendTag(file, flv.Video, 5000, []byte{0x57, 0})                                  // a command
	file = flv.AppendTag(file, flv.Video, 5000, []byte{0x27, 1, 0, 0, 0, 0, 0, 0, 2, 0x09, 0x30}) // no picture
	file = flv.AppendTag(file, flv.Audio, 5000)
	for i := 1; i < c.Len(); i++ { // from the second frame on
		f := c.Frame(i)
		file = flv.AppendTag(file, f.Type, 5000+f.Timestamp(), f.Body)
	}
	file = flv.AppendTag(file, flv.Video, 13000, []byte{0x17, 2, 0, 0, 0}) // end of sequence
	got, err := load("x.flv", bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	first := got.Frame(0)
	if !first.Keyframe || first.DTS != 0 || got.Duration() != 7*time.Second || got.video.perLap != 70 {
		t.Errorf("%v %v, %d pictures in %v", first.Keyframe, first.DTS, got.video.perLap, got.Duration())
	}
	if n := got.audio.perLap; n < 327 || n > 329 {
		t.Errorf("%d frames of sound", n)
	}
}
