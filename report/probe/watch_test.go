package probe

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// bytesOf is what hexadecimal digits stand for.
func bytesOf(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return b
}

// Bodies as libx264 and ffmpeg's AAC encoder make them: 1280×720 at 30 fps, 44.1 kHz stereo.
var (
	avcSetup = bytesOf("1700000000" + "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0fdf8f800")
	aacSetup = bytesOf("af00" + "121056e500")
	keyframe = bytesOf("1701000000" + "0000000465888080")
	picture  = bytesOf("2701000000" + "0000000441888080")
	sound    = bytesOf("af0121")
)

// show plays tags to a Watch, each at a time of its own.
type show struct {
	*Watch
}

func newShow(audio, video bool) show {
	w := NewWatch(Options{URL: "http://h/s.flv", Wall: func() time.Time { return time.Unix(1000, 0) }})
	w.Connected(time.Millisecond)
	w.Answered(2*time.Millisecond, Answer{Status: 200, Type: "video/x-flv", CORS: "*"})
	w.Byte(3*time.Millisecond, 13)
	w.Header(flv.Header{Version: 1, Audio: audio, Video: video, DataOffset: 9})
	return show{w}
}

// tag plays one, at ms.
func (s show) tag(at int, kind flv.TagType, timestamp uint32, body []byte) {
	s.Tag(time.Duration(at)*time.Millisecond, flv.Tag{
		Type: kind, Timestamp: timestamp, Size: len(body), Head: body[:min(len(body), HeadSize)],
	}, func() ([]byte, error) { return body, nil })
}

// live plays video with a keyframe each gop frames, 25 a second, from one ms to another, timestamps with it from from on.
func (s show) live(begin, end int, from uint32, gop int) {
	for i, at := 0, begin; at < end; i, at = i+1, at+40 {
		body := picture
		if i%gop == 0 {
			body = keyframe
		}
		s.tag(at, flv.Video, from+uint32(i*40), body)
	}
}

// end ends the show as planned.
func (s show) end(at int) Result { return s.End(time.Duration(at)*time.Millisecond, StopDuration, nil) }

// found are the codes and severities of what was found.
func found(r Result) string {
	var all []string
	for _, f := range r.Findings {
		said := fmt.Sprintf("%s %s", f.Severity, f.Code)
		if f.Count > 1 {
			said += fmt.Sprintf(" ×%d", f.Count)
		}
		all = append(all, said)
	}
	return strings.Join(all, ", ")
}

// TestFindings plays streams that have one thing wrong with them, and one that has nothing.
func TestFindings(t *testing.T) {
	good := func(s show) {
		s.tag(5, flv.Video, 0, avcSetup)
		s.live(10, 5000, 0, 25)
	}
	for _, c := range []struct {
		name         string
		audio, video bool
		play         func(s show) Result
		want         string
		verdict      Verdict
	}{
		{"nothing wrong", false, true, func(s show) Result { good(s); return s.end(5000) }, "", OK},
		{"no sequence header", false, true, func(s show) Result {
			s.live(10, 2000, 0, 25)
			return s.end(2000)
		}, "error flv-invalid ×50", Faulty},
		{"the sequence header of another codec", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, bytesOf("1c00000000"+"01"))
			s.live(10, 2000, 0, 25)
			return s.end(2000)
		}, "error bad-configuration, error flv-invalid ×50", Faulty},
		{"no keyframe first", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, avcSetup)
			s.tag(10, flv.Video, 0, picture)
			s.live(50, 2000, 40, 25)
			return s.end(2000)
		}, "error flv-invalid", Faulty},
		{"no keyframe at all", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, avcSetup)
			for i := range 50 {
				s.tag(10+40*i, flv.Video, uint32(40*i), picture)
			}
			return s.end(2000)
		}, "error flv-invalid, error no-keyframe", Faulty},
		{"timestamps back", false, true, func(s show) Result {
			good(s)
			s.tag(5000, flv.Video, 4000, keyframe)
			s.live(5040, 6000, 4040, 100)
			return s.end(6000)
		}, "error flv-invalid", Faulty},
		{"a publisher that came back", false, true, func(s show) Result {
			good(s)
			s.tag(5010, flv.Video, 0, avcSetup)
			s.live(5020, 6000, 0, 25)
			return s.end(6000)
		}, "note time-jump", OK},
		{"another size on the way", false, true, func(s show) Result {
			good(s)
			s.tag(4990, flv.Video, 5000, bytesOf("1700000000"+"0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20"))
			s.live(5010, 6000, 5000, 25)
			return s.end(6000)
		}, "note configuration-changes", OK},
		{"a jump", false, true, func(s show) Result {
			good(s)
			s.live(5010, 6000, 60000, 25)
			return s.end(6000)
		}, "warn time-jump", OK},
		{"a stall", false, true, func(s show) Result {
			good(s)
			s.live(7010, 8000, 5000, 25)
			return s.end(8000)
		}, "warn stall", OK},
		{"a pause that timestamps explain", false, true, func(s show) Result {
			good(s)
			s.live(7010, 8000, 7000, 25)
			return s.end(8000)
		}, "", OK},
		{"silence at the end", false, true, func(s show) Result { good(s); return s.end(9000) }, "warn stall", OK},
		{"ended by the server", false, true, func(s show) Result {
			good(s)
			return s.End(5*time.Second, StopEOF, io.EOF)
		}, "warn ended-early", OK},
		{"cut in a tag", false, true, func(s show) Result {
			good(s)
			return s.End(5*time.Second, StopCut, &flv.CutError{Offset: 100, Tag: 90})
		}, "error flv-invalid", Faulty},
		{"wrong sizes", false, true, func(s show) Result {
			good(s)
			for range 3 {
				s.Fault(time.Second, &flv.FormatError{Offset: 9, What: flv.BadPreviousTagSize, Got: 7, Want: 0})
			}
			return s.end(5000)
		}, "error flv-invalid ×3", Faulty},
		{"no audio though announced", true, true, func(s show) Result { good(s); return s.end(5000) }, "warn track-missing", OK},
		{"audio that is not announced", false, true, func(s show) Result {
			s.tag(4, flv.Audio, 0, aacSetup)
			s.tag(5, flv.Video, 0, avcSetup)
			for i := range 100 {
				s.tag(10+i*40, flv.Video, uint32(i*40), map[bool][]byte{true: keyframe, false: picture}[i%25 == 0])
				s.tag(10+i*40, flv.Audio, uint32(i*40), sound)
			}
			return s.end(4000)
		}, "note header-flags", OK},
		{"audio that stops, and video ahead of it", true, true, func(s show) Result {
			s.tag(4, flv.Audio, 0, aacSetup)
			s.tag(5, flv.Video, 0, avcSetup)
			s.tag(6, flv.Audio, 0, sound)
			s.live(10, 5000, 0, 25)
			return s.end(5000)
		}, "warn track-missing, warn audio-video-apart", OK},
		{"a long GOP", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, avcSetup)
			s.live(10, 12000, 0, 125)
			return s.end(12000)
		}, "note long-gop", OK},
		{"one keyframe", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, avcSetup)
			s.live(10, 6000, 0, 1000)
			return s.end(6000)
		}, "note long-gop", OK},
		{"metadata of another size and rate", false, true, func(s show) Result {
			s.tag(4, flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x08\x00\x00\x00\x02"+
				"\x00\x05width\x00\x40\x84\x00\x00\x00\x00\x00\x00\x00\x09framerate\x00\x40\x4e\x00\x00\x00\x00\x00\x00\x00\x00\x09"))
			good(s)
			return s.end(5000)
		}, "warn metadata-differs, warn metadata-differs", OK},
		{"metadata without an end", false, true, func(s show) Result {
			s.tag(4, flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x08\x00\x00\x00\x02\x00\x05width"))
			good(s)
			return s.end(5000)
		}, "warn metadata-unreadable", OK},
		{"a thousand metadata", false, true, func(s show) Result {
			for range 1000 {
				s.tag(4, flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x03\x00\x00\x09"))
			}
			good(s)
			return s.end(5000)
		}, "error flv-invalid ×900", Faulty},
		{"a configuration that can't be read", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, bytesOf("17000000000164001fff"))
			s.live(10, 2000, 0, 25)
			return s.end(2000)
		}, "error bad-configuration", Faulty},
		{"HEVC by number", false, true, func(s show) Result {
			hevc := "01016000000090000000000078f000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000030078959809a10001002a420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84a2000100074401c172b46240"
			s.tag(5, flv.Video, 0, bytesOf("1c00000000"+hevc))
			for i := range 50 {
				s.tag(10+40*i, flv.Video, uint32(40*i), append([]byte{map[bool]byte{true: 0x1c, false: 0x2c}[i%25 == 0]}, picture[1:]...))
			}
			return s.end(2000)
		}, "note hevc-codec-id", OK},
		{"an unknown codec", false, true, func(s show) Result {
			for i := range 50 {
				s.tag(10+40*i, flv.Video, uint32(40*i), []byte{0x1f, 0, 0})
			}
			return s.end(2000)
		}, "warn unknown-codec", OK},
		{"nothing came", false, true, func(s show) Result { return s.end(2000) }, "error no-stream", NoStream},
		{"metadata and no frame", false, true, func(s show) Result {
			s.tag(5, flv.Video, 0, avcSetup)
			return s.End(time.Second, StopEOF, io.EOF)
		}, "error no-stream", NoStream},
		{"refused", false, true, func(s show) Result {
			return s.End(time.Second, StopRefused, errors.New("404 Not Found"))
		}, "error no-stream", NoStream},
		{"not FLV", false, true, func(s show) Result {
			return s.End(time.Second, StopNotFLV, &flv.FormatError{What: flv.BadSignature, Got: 0x3c6874})
		}, "error flv-invalid", Faulty},
		{"interrupted", false, true, func(s show) Result { good(s); return s.End(5*time.Second, StopInterrupted, nil) }, "", Interrupted},
		{"interrupted before a frame", false, true, func(s show) Result { return s.End(time.Second, StopInterrupted, nil) }, "", Interrupted},
		{"interrupted, and faulty", false, true, func(s show) Result {
			s.live(10, 2000, 0, 25)
			return s.End(2*time.Second, StopInterrupted, nil)
		}, "error flv-invalid ×50", Faulty},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.play(newShow(c.audio, c.video))
			if got := found(r); got != c.want || r.Verdict != c.verdict {
				t.Errorf("%s: %s, want %s: %s\n%+v", r.Verdict, got, c.verdict, c.want, r.Findings)
			}
		})
	}
}

// TestFigures plays a stream with a cache in front: three seconds of it at once, then live for eight.
func TestFigures(t *testing.T) {
	s := newShow(true, true)
	s.tag(4, flv.Audio, 7000, aacSetup)
	s.tag(4, flv.Video, 7000, avcSetup)
	later := append([]byte{}, picture...)
	later[4] = 80 // composition time
	for i := range 275 {
		at := 10
		if i >= 75 {
			at = 10 + (i-75)*40 + 5*(i%2)
		}
		body := picture
		if i%50 == 0 {
			body = keyframe
		} else if i%3 == 0 {
			body = later
		}
		s.tag(at, flv.Video, 7000+uint32(i*40), body)
		s.tag(at, flv.Audio, 7010+uint32(i*40), sound)
	}
	r := s.end(8000)
	ms := func(v MS) *MS { return &v }
	want := Result{
		Schema: Schema, Verdict: OK, URL: "http://h/s.flv", Looked: 8000, Bytes: 13, Tags: 552, Stop: StopDuration,
		Answer: r.Answer,
		First:  First{Connected: ms(1), Answered: ms(2), Byte: ms(3), Audio: ms(10), Video: ms(10), Keyframe: ms(10), Playable: ms(10)},
		Video: &Video{
			Codec: "H.264", ID: 7, Video: r.Video.Video, Frames: 275, Keyframes: 6, FPS: 25, ArrivedFPS: r.Video.ArrivedFPS,
			Bitrate: 5600, BFrames: true, Ahead: 80, Configs: 1,
			GOP: &GOP{Count: 5, Frames: Spread{50, 50, 50}, Length: Spread{2000, 2000, 2000}, Open: 960},
		},
		Audio:   &Audio{Codec: "AAC", ID: 10, Audio: r.Audio.Audio, Frames: 275, Bitrate: 3600, Configs: 1},
		Bitrate: 9200,
		Start:   &Start{Media: 3290, Bytes: r.Start.Bytes, Cache: true},
		Timestamps: &Timestamps{
			First: 7000, Last: 17970, Offset: ms(10), Skew: r.Timestamps.Skew, SkewMax: ms(30), Drift: r.Timestamps.Drift,
		},
		Delivery: &Delivery{Jitter: r.Delivery.Jitter, MaxGap: 45},
		Findings: []Finding{},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v := r.Video; v.Width != 1280 || v.Profile != "High" || v.ArrivedFPS < 24.5 || v.ArrivedFPS > 25.5 {
		t.Errorf("video %+v", v)
	}
	if j := r.Delivery.Jitter; j == nil || j.Max > 20 || j.P50 > j.P99 || j.P99 > j.Max {
		t.Errorf("jitter %+v", j)
	}
	if d := r.Timestamps.Drift; d == nil || *d < -1 || *d > 1 {
		t.Errorf("drift %v", d)
	}
}

// TestDrift plays a second of media in each 900 ms.
func TestDrift(t *testing.T) {
	s := newShow(false, true)
	s.tag(5, flv.Video, 0, avcSetup)
	for i := range 400 {
		s.tag(10+i*36, flv.Video, uint32(i*40), map[bool][]byte{true: keyframe, false: picture}[i%25 == 0])
	}
	r := s.end(14400)
	if d := r.Timestamps.Drift; d == nil || *d < 11 || *d > 11.2 || found(r) != "warn clock-drift" {
		t.Errorf("drift %v, found %s", d, found(r))
	}
}

// TestStamps plays stamped frames of our own source, with what can be wrong with them.
func TestStamps(t *testing.T) {
	for _, c := range []struct {
		name string
		seqs []uint32
		want string
	}{
		{"in order", []uint32{0, 1, 2, 3}, ""},
		{"from the middle", []uint32{7, 8, 9}, ""},
		{"a gap", []uint32{0, 1, 5, 6}, "error media-loss ×3"},
		{"twice", []uint32{0, 1, 1, 2}, "error media-duplicate"},
		{"out of order", []uint32{0, 2, 1, 3}, "error media-reorder"},
		{"out of order, and a gap", []uint32{0, 2, 1, 5}, "error media-reorder, error media-loss ×2"},
		{"a gap, and one from before the first", []uint32{7, 9, 6}, "error media-reorder, error media-loss"},
	} {
		var st stamps
		var all findings
		for _, seq := range c.seqs {
			for _, f := range st.frame(media.Stamp{Epoch: 1, Seq: seq, Source: 9}, nil, 0, time.Unix(1, 0), true) {
				all.add(f, 0)
			}
		}
		if n := st.Lost; n > 0 {
			all.addAll(faultLost, 0, n, n)
		}
		if got := found(Result{Findings: all.sorted()}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	var st stamps
	for _, epoch := range []uint32{1, 2, 3} {
		if f := st.frame(media.Stamp{Epoch: epoch, Source: 9}, nil, 0, time.Unix(1, 0), true); len(f) > 0 {
			t.Errorf("epoch %d: %v", epoch, f)
		}
	}
	if f := st.frame(media.Stamp{Epoch: 2, Source: 9}, nil, 0, time.Unix(1, 0), true); len(f) != 1 || f[0] != faultMixed {
		t.Errorf("back to an epoch that was over: %v", f)
	}
	if f := st.frame(media.Stamp{Epoch: 2, Seq: 1, Source: 9, Config: 7}, nil, 8, time.Unix(1, 0), true); len(f) != 1 || f[0] != faultOtherSetup {
		t.Errorf("other parameters: %v", f)
	}
	if f := st.frame(media.Stamp{Epoch: 2, Seq: 2, Source: 9, Sum: 7}, picture, 0, time.Unix(1, 0), true); len(f) != 1 || f[0] != faultCorrupt {
		t.Errorf("another picture: %v", f)
	}
	sum, _ := media.PictureSum(picture)
	if f := st.frame(media.Stamp{Epoch: 2, Seq: 3, Source: 9, Sum: sum}, picture, 0, time.Unix(1, 0), true); len(f) != 0 || st.Verified != 1 {
		t.Errorf("the right picture: %v, %d verified", f, st.Verified)
	}
}

func TestLatency(t *testing.T) {
	play := func(same bool) *Stamps {
		var st stamps
		for i := range 100 {
			sent := time.Unix(1000, int64(i)*40e6)
			st.frame(media.Stamp{Epoch: 1, Seq: uint32(i), SentAt: sent.UnixNano()}, nil, 0, sent.Add(time.Duration(20+i%10)*time.Millisecond), true)
		}
		return st.result(same)
	}
	if l := play(true).Latency; *l != (Quantiles{P50: 24, P99: 29, Max: 29}) {
		t.Errorf("absolute %+v", l)
	}
	if l := play(false).Latency; *l != (Quantiles{P50: 4, P99: 9, Max: 9}) {
		t.Errorf("relative %+v", l)
	}
}

// FuzzWatch plays anything that looks like FLV: no panic, and figures that are possible.
func FuzzWatch(f *testing.F) {
	good := flv.AppendHeader(nil, true, true)
	for i, body := range [][]byte{avcSetup, keyframe, picture, picture} {
		good = flv.AppendTag(good, flv.Video, uint32(40*i), body)
	}
	good = flv.AppendTag(good, flv.Audio, 0, aacSetup)
	good = flv.AppendTag(good, flv.Audio, 50, sound)
	good = flv.AppendTag(good, flv.Script, 0, []byte("\x02\x00\x0aonMetaData\x03\x00\x05width\x00\x40\x84\x00\x00\x00\x00\x00\x00\x00\x00\x09"))
	f.Add(good, uint16(40))
	f.Add(bytes.ReplaceAll(good, avcSetup[:5], []byte("\x90hvc1")), uint16(4000))
	f.Fuzz(func(t *testing.T, b []byte, pace uint16) {
		w := NewWatch(Options{})
		tags := flv.NewScannerWith(bytes.NewReader(b), flv.Options{HeadSize: HeadSize})
		at := time.Duration(0)
		for {
			at += time.Duration(pace) * time.Millisecond
			tag, err := tags.Next()
			w.Header(tags.Header())
			var format *flv.FormatError
			if errors.As(err, &format) && tags.Header().Version != 0 && w.Fault(at, format) {
				continue
			}
			if err != nil {
				break
			}
			w.Tag(at, tag, tags.Body)
		}
		r := w.End(at, StopEOF, io.EOF)
		if len(r.Findings) > 60 || r.Bitrate < 0 || r.Video != nil && (r.Video.FPS < 0 || r.Video.Frames < r.Video.Keyframes) {
			t.Fatalf("%+v", r)
		}
		if r.Delivery != nil && r.Delivery.Jitter != nil && (r.Delivery.Jitter.P50 < 0 || r.Delivery.Jitter.P50 > r.Delivery.Jitter.Max) {
			t.Fatalf("%+v", r.Delivery)
		}
	})
}
