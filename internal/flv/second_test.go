package flv_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/google/go-cmp/cmp"
	goflv "github.com/yutopp/go-flv"
	"github.com/yutopp/go-flv/tag"
)

// fullReader fills what it is given: go-flv mistakes a short read for the whole of a header.
type fullReader struct{ r io.Reader }

func (f fullReader) Read(p []byte) (int, error) {
	n, err := io.ReadFull(f.r, p)
	if err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}

// goFLV reads a stream with go-flv and returns its audio and video tags as ours, all at Offset 0: of script tags it keeps the
// decoded objects, not their bytes.
func goFLV(r io.Reader) ([]seen, error) {
	dec, err := goflv.NewDecoder(fullReader{r})
	if err != nil {
		return nil, err
	}
	var tags []seen
	for {
		var t tag.FlvTag
		if err := dec.Decode(&t); err != nil {
			if strings.HasSuffix(err.Error(), "EOF") {
				return tags, io.EOF
			}
			return tags, err
		}
		var head, body []byte
		switch data := t.Data.(type) {
		case *tag.AudioData:
			head = []byte{byte(data.SoundFormat)<<4 | byte(data.SoundRate)<<2 | byte(data.SoundSize)<<1 | byte(data.SoundType)}
			if data.SoundFormat == tag.SoundFormatAAC {
				head = append(head, byte(data.AACPacketType))
			}
			body, err = io.ReadAll(data)
		case *tag.VideoData:
			head = []byte{byte(data.FrameType)<<4 | byte(data.CodecID)}
			if data.CodecID == tag.CodecIDAVC {
				c := data.CompositionTime
				head = append(head, byte(data.AVCPacketType), byte(c>>16), byte(c>>8), byte(c))
			}
			body, err = io.ReadAll(data)
		}
		if err != nil {
			return tags, err
		}
		if t.TagType == tag.TagTypeScriptData {
			continue
		}
		body = append(head, body...)
		tags = append(tags, seen{flv.TagType(t.TagType), t.Timestamp, len(body), 0, string(body[:min(64, len(body))])})
	}
}

// asGoFLV brings our tags to what goFLV returns.
func asGoFLV(tags []seen) []seen {
	var out []seen
	for _, t := range tags {
		if t.Type != flv.Script {
			t.Offset = 0
			out = append(out, t)
		}
	}
	return out
}

// TestAgreesWithGoFLV reads a file of ffmpeg's with both.
func TestAgreesWithGoFLV(t *testing.T) {
	file, err := os.ReadFile(ffmpegFile(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := scan(flv.NewScanner(bytes.NewReader(file)))
	if err != io.EOF {
		t.Fatal(err)
	}
	want, err := goFLV(iotest.HalfReader(bytes.NewReader(file)))
	if err != io.EOF {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, asGoFLV(got)); diff != "" {
		t.Errorf("(-go-flv +ours)\n%s", diff)
	}
}

// TestReadsWhatGoFLVWrites and the other way round.
func TestReadsWhatGoFLVWrites(t *testing.T) {
	var theirs bytes.Buffer
	enc, err := goflv.NewEncoder(&theirs, goflv.FlagsAudio|goflv.FlagsVideo)
	if err != nil {
		t.Fatal(err)
	}
	ours := flv.AppendHeader(nil, true, true)
	for i, payload := range []string{"", "x", strings.Repeat("payload", 3000)} {
		at := uint32(i) * 0x00ffff00
		if err := enc.Encode(&tag.FlvTag{TagType: tag.TagTypeVideo, Timestamp: at, Data: &tag.VideoData{
			FrameType: tag.FrameTypeKeyFrame, CodecID: tag.CodecIDAVC, AVCPacketType: tag.AVCPacketTypeNALU,
			CompositionTime: 40, Data: strings.NewReader(payload)}}); err != nil {
			t.Fatal(err)
		}
		if err := enc.Encode(&tag.FlvTag{TagType: tag.TagTypeAudio, Timestamp: at, Data: &tag.AudioData{
			SoundFormat: tag.SoundFormatAAC, SoundRate: tag.SoundRate44kHz, SoundSize: tag.SoundSize16Bit, SoundType: tag.SoundTypeStereo,
			AACPacketType: tag.AACPacketTypeRaw, Data: strings.NewReader(payload)}}); err != nil {
			t.Fatal(err)
		}
		ours = flv.AppendTag(ours, flv.Video, at, []byte{0x17, 1, 0, 0, 40}, []byte(payload))
		ours = flv.AppendTag(ours, flv.Audio, at, []byte{0xaf, 1}, []byte(payload))
	}
	if !bytes.Equal(theirs.Bytes(), ours) {
		t.Error("go-flv writes other bytes for the same tags")
	}
	want, err := goFLV(bytes.NewReader(ours))
	if err != io.EOF {
		t.Fatal(err)
	}
	got, err := scan(flv.NewScanner(&theirs))
	if err != io.EOF {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, asGoFLV(got)); diff != "" {
		t.Errorf("(-go-flv +ours)\n%s", diff)
	}
}

// TestAgreesWithFFprobe compares place, size, times and keyframes of each packet in a file of ffmpeg's.
func TestAgreesWithFFprobe(t *testing.T) {
	peertest.Program(t, "ffprobe")
	path := ffmpegFile(t)
	type packet struct {
		Kind     string `json:"codec_type"`
		DTS      string `json:"dts_time"`
		PTS      string `json:"pts_time"`
		Size     string `json:"size"`
		Position string `json:"pos"`
		Flags    string `json:"flags"`
	}
	var probe struct {
		Packets []packet `json:"packets"`
	}
	out := run(t, "ffprobe", "-v", "error", "-show_packets", "-of", "json", path)
	if err := json.Unmarshal(out, &probe); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []packet
	s := flv.NewScanner(bytes.NewReader(file))
	for {
		tag, err := s.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !tag.IsMedia() {
			continue
		}
		p := packet{Kind: "audio", Flags: "K_"}
		header := 2 // what ffprobe does not count
		if tag.Type == flv.Video {
			p.Kind, header = "video", 5
			if !tag.Keyframe() {
				p.Flags = "__"
			}
		}
		ms := func(n int64) string { return fmt.Sprintf("%.6f", float64(n)/1000) }
		p.DTS, p.PTS = ms(int64(tag.Timestamp)), ms(int64(tag.Timestamp)+int64(tag.CompositionTime()))
		p.Size = fmt.Sprint(tag.Size - header)
		p.Position = fmt.Sprint(tag.Offset)
		got = append(got, p)
	}
	if diff := cmp.Diff(probe.Packets, got); diff != "" {
		t.Errorf("(-ffprobe +ours)\n%s", diff)
	}
}

// TestWritesTheSameBytesAsFFmpeg takes a file of ffmpeg's apart and puts it together again.
func TestWritesTheSameBytesAsFFmpeg(t *testing.T) {
	file, err := os.ReadFile(ffmpegFile(t))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := rewrite(bytes.NewReader(file)); err != io.EOF || !bytes.Equal(again, file) {
		t.Errorf("%d bytes became %d, %v", len(file), len(again), err)
	}
}

// rewrite scans a stream and writes what it found.
func rewrite(r io.Reader) ([]byte, error) {
	s := flv.NewScannerWith(r, flv.Options{HeadSize: 8, BufferSize: 512})
	var out bytes.Buffer
	w := flv.NewWriter(&out)
	for {
		tag, err := s.Next()
		if out.Len() == 0 && s.Header().Version == 1 {
			if err := w.WriteHeader(s.Header().Audio, s.Header().Video); err != nil {
				return nil, err
			}
		}
		if err != nil {
			return out.Bytes(), err
		}
		body, err := s.Body()
		if err != nil {
			return out.Bytes(), err
		}
		if err := w.WriteTag(tag.Type, tag.Timestamp, body); err != nil {
			return out.Bytes(), err
		}
	}
}

// TestFlvmetaFindsNoError checks what the writer makes of a clip.
func TestFlvmetaFindsNoError(t *testing.T) {
	peertest.Program(t, "flvmeta")
	peertest.Program(t, "ffprobe")
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ours.flv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := flv.NewWriter(f)
	if err := w.WriteHeader(true, true); err != nil {
		t.Fatal(err)
	}
	for _, frame := range clip.Headers() {
		if err := w.WriteTag(frame.Type, 0, frame.Body); err != nil {
			t.Fatal(err)
		}
	}
	frames := 0
	for i := 0; clip.Frame(i).DTS < 5*time.Second; i++ {
		frame := clip.Frame(i)
		if err := w.WriteTag(frame.Type, frame.Timestamp(), frame.Body); err != nil {
			t.Fatal(err)
		}
		frames++
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	out := string(run(t, "flvmeta", "--check", path))
	if !strings.Contains(out, "0 error(s)") {
		t.Errorf("flvmeta: %s", out)
	}
	out = string(run(t, "ffprobe", "-v", "warning", "-show_entries", "packet=pos", "-of", "csv", path))
	if got := strings.Count(out, "packet"); got != frames {
		t.Errorf("ffprobe finds %d packets of %d:\n%.300s", got, frames, out)
	}
}
