package media

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/google/go-cmp/cmp"
)

// TestRefusedFiles holds for each kind of bad file the one line that the user gets: which file, which byte, what to do.
func TestRefusedFiles(t *testing.T) {
	c, err := Synthetic(Spec{FPS: 5})
	if err != nil {
		t.Fatal(err)
	}
	meta, avc, aac := c.Headers()[0], c.Headers()[1], c.Headers()[2]
	key, sound := c.Frame(0), c.Frame(1)
	good := record(t, c, time.Second)

	header := flv.AppendHeader(nil, true, true)
	start := func(tags ...Frame) []byte {
		b := bytes.Clone(header)
		for _, f := range tags {
			b = flv.AppendTag(b, f.Type, f.Timestamp(), f.Body)
		}
		return b
	}
	at := func(tags ...Frame) int64 { return int64(len(start(tags...))) }
	edited := func(f Frame, at int, to ...byte) Frame {
		f.Body = bytes.Clone(f.Body)
		copy(f.Body[at:], to)
		return f
	}
	editedFile := func(at int, to ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], to)
		return b
	}
	video := func(body string) Frame { return Frame{Type: flv.Video, Body: []byte(body)} }
	audio := func(body string) Frame { return Frame{Type: flv.Audio, Body: []byte(body)} }
	late := sound
	late.DTS = time.Second

	// After the path come the arguments: of most sentences the byte.
	tests := []struct {
		name string
		file []byte
		want phrase.ID
		args []any
	}{
		{"empty", nil, phrase.MediaEmpty, nil},
		{"html", []byte("<html><body>404"), phrase.MediaNotFLV, []any{int64(0)}},
		{"mp4", []byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"), phrase.MediaNotFLV, []any{int64(0)}},
		{"version", editedFile(3, 9), phrase.MediaBadVersion, []any{int64(3), uint32(9)}},
		{"DataOffset", editedFile(5, 0x7f), phrase.MediaBadDataOffset, []any{int64(5), uint32(0x7f000009)}},
		{"PreviousTagSize", editedFile(9, 0, 0, 0, 7), phrase.MediaBadPreviousTagSize, []any{int64(9), uint32(7), uint32(0)}},
		{"tag type", editedFile(13, 3), phrase.MediaBadTagType, []any{int64(13), uint32(3)}},
		{"encrypted", editedFile(13, 0x32), phrase.MediaEncrypted, []any{int64(13)}},
		{"StreamID", editedFile(23, 1), phrase.MediaBadStreamID, []any{int64(21), uint32(1)}},
		{"cut in the header", good[:5], phrase.MediaCut, []any{int64(5), int64(0)}},
		{"cut in a tag", good[:1000], phrase.MediaCut, []any{int64(1000), at(meta, avc, aac)}},
		{"cut in the last PreviousTagSize", good[:len(good)-1], phrase.MediaCut, []any{int64(len(good) - 1), nil}},
		{"nothing but a header", header, phrase.MediaNoFrames, []any{int64(13)}},
		{"nothing but metadata", start(meta), phrase.MediaNoFrames, []any{at(meta)}},
		{"nothing but sound's sequence header", start(aac), phrase.MediaNoFrames, []any{at(aac)}},
		{"no keyframe", start(meta, avc, aac, c.Frame(0), sound)[:at(meta, avc, aac)], phrase.MediaNoKeyframe, []any{at(meta, avc, aac)}},
		{"keyframe that is none", start(avc, video("\x17\x01\x00\x00\x00\x00\x00\x00\x03\x41\x9a\x80")), phrase.MediaNoKeyframe, []any{at(avc) + 11 + 12 + 4}},
		{"H.263", start(meta, video("\x12\x00\x00")), phrase.MediaVideoCodec, []any{at(meta), "Sorenson H.263", byte(2)}},
		{"H.265 by number", start(meta, video("\x1c\x00\x00\x00\x00\x01")), phrase.MediaVideoCodec, []any{at(meta), "H.265", byte(12)}},
		{"AV1 by number", start(video("\x1d\x00\x00\x00\x00\x01")), phrase.MediaVideoCodec, []any{int64(13), "AV1", byte(13)}},
		{"VP6", start(video("\x14")), phrase.MediaVideoCodec, []any{int64(13), "VP6", byte(4)}},
		{"JPEG", start(video("\x11")), phrase.MediaVideoCodec, []any{int64(13), "JPEG", byte(1)}},
		{"Screen Video", start(video("\x13")), phrase.MediaVideoCodec, []any{int64(13), "Screen Video", byte(3)}},
		{"codec 15", start(video("\x1f")), phrase.MediaVideoCodec, []any{int64(13), "of an unknown codec", byte(15)}},
		{"H.265 by FourCC", start(meta, video("\x90hvc1\x01")), phrase.MediaEnhanced, []any{at(meta), `"hvc1"`}},
		{"Opus by FourCC", start(meta, audio("\x90Opus\x01")), phrase.MediaEnhanced, []any{at(meta), `"Opus"`}},
		{"a FourCC that is cut and not text", start(video("\x90hv"), video("\x90\n\x00\xff%")), phrase.MediaEnhanced, []any{int64(13), "????"}},
		{"MP3", start(meta, audio("\x2f\xff\xfb")), phrase.MediaAudioCodec, []any{at(meta), "MP3", byte(2)}},
		{"Speex", start(audio("\xb2")), phrase.MediaAudioCodec, []any{int64(13), "Speex", byte(11)}},
		{"G.711", start(audio("\x72")), phrase.MediaAudioCodec, []any{int64(13), "G.711", byte(7)}},
		{"PCM", start(audio("\x3e")), phrase.MediaAudioCodec, []any{int64(13), "PCM", byte(3)}},
		{"ADPCM", start(audio("\x1e")), phrase.MediaAudioCodec, []any{int64(13), "ADPCM", byte(1)}},
		{"Nellymoser", start(audio("\x5e")), phrase.MediaAudioCodec, []any{int64(13), "Nellymoser", byte(5)}},
		{"Opus by number", start(audio("\xdf")), phrase.MediaAudioCodec, []any{int64(13), "Opus", byte(13)}},
		{"format 12", start(audio("\xcf")), phrase.MediaAudioCodec, []any{int64(13), "of an unknown codec", byte(12)}},
		{"H.264 without sequence header", start(meta, key), phrase.MediaNoConfig, []any{at(meta), "H.264", "AVCDecoderConfigurationRecord"}},
		{"AAC without sequence header", start(meta, avc, key, sound), phrase.MediaNoConfig, []any{at(meta, avc, key), "AAC", "AudioSpecificConfig"}},
		{"sequence header of no version", start(edited(avc, 5, 0)), phrase.MediaBadConfig, []any{int64(13), "AVCDecoderConfigurationRecord", errReserved}},
		{"sequence header, cut", start(video("\x17\x00\x00\x00\x00\x01\x42")), phrase.MediaBadConfig, []any{int64(13), "AVCDecoderConfigurationRecord", errShort}},
		{"AAC sequence header, cut", start(audio("\xaf\x00\x12")), phrase.MediaBadConfig, []any{int64(13), "AudioSpecificConfig", errShort}},
		{"another sequence header", start(avc, key, edited(avc, 8, 99)), phrase.MediaConfigChanges, []any{at(avc, key)}},
		{"another AAC sequence header", start(aac, sound, audio("\xaf\x00\x12\x10")), phrase.MediaConfigChanges, []any{at(aac, sound)}},
		{"lengths of a frame", start(avc, edited(key, 5, 0xff)), phrase.MediaBadFrame, []any{at(avc)}},
		{"lengths of a frame, cut", start(avc, video("\x17\x01\x00\x00\x00\x00\x00")), phrase.MediaBadFrame, []any{at(avc)}},
		{"H.264 of one byte", start(avc, video("\x17")), phrase.MediaBadFrame, []any{at(avc)}},
		{"AAC of one byte", start(aac, audio("\xaf")), phrase.MediaBadFrame, []any{at(aac)}},
		{"time going back", start(aac, late, sound), phrase.MediaTimeBack, []any{at(aac, late), uint32(1000), uint32(0)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "clip.flv")
			if err := os.WriteFile(path, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			refusedWith(t, err, path, tt.want, tt.args)
		})
	}
	if _, err := load("good", bytes.NewReader(good)); err != nil {
		t.Errorf("the file that all are made of: %v", err)
	}
}

// refusedWith checks the sentence. A nil among the arguments is not compared.
func refusedWith(t *testing.T, err error, path string, want phrase.ID, args []any) {
	t.Helper()
	var got *phrase.Error
	if !errors.As(err, &got) {
		t.Fatalf("%v has no sentence", err)
	}
	wantArgs := append([]any{path}, args...)
	for i := range min(len(wantArgs), len(got.Args)) {
		if wantArgs[i] == nil {
			wantArgs[i] = got.Args[i]
		}
	}
	if got.ID != want {
		t.Fatalf("%s, want %s: %v", got.ID, want, err)
	}
	if diff := cmp.Diff(wantArgs, got.Args, cmp.Comparer(func(a, b error) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	line := err.Error()
	if strings.ContainsAny(line, "\n") || strings.Contains(line, "%!") || !strings.HasPrefix(line, "--media "+path) {
		t.Errorf("%q is not the one line that names the file", line)
	}
	if !strings.Contains(line, " byte ") || !strings.Contains(line, "accepted") && !strings.Contains(line, "ffmpeg -i FILE") {
		t.Errorf("%q does not say where, or what is accepted", line)
	}
}

func TestRefusedPaths(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.flv")
	f, err := os.Create(large)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(MaxFileSize + 1); err != nil {
		t.Skipf("no sparse file here: %v", err)
	}
	f.Close()
	tests := []struct {
		path string
		want phrase.ID
		is   error
	}{
		{filepath.Join(dir, "missing.flv"), phrase.MediaUnreadable, os.ErrNotExist},
		{dir, phrase.MediaNoFile, nil},
		{large, phrase.MediaFileTooLarge, nil},
	}
	for _, tt := range tests {
		_, err := Load(tt.path)
		var got *phrase.Error
		if !errors.As(err, &got) || got.ID != tt.want || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: %v", tt.path, err)
		}
		if n := strings.Count(err.Error(), tt.path); n != 1 || strings.Contains(err.Error(), "%!") {
			t.Errorf("%q names the file %d times", err, n)
		}
	}
}

func TestRefusedReading(t *testing.T) {
	broken := errors.New("input/output error")
	c, err := Synthetic(Spec{})
	if err != nil {
		t.Fatal(err)
	}
	good := record(t, c, time.Second)
	for _, n := range []int{0, 13, 500} {
		_, err := load("x.flv", iotest.DataErrReader(&failing{good[:n], broken}))
		var got *phrase.Error
		if !errors.As(err, &got) || got.ID != phrase.MediaUnreadable || !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// failing is a reader that ends with an error.
type failing struct {
	b   []byte
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if len(f.b) == 0 {
		return 0, f.err
	}
	n := copy(p, f.b)
	f.b = f.b[n:]
	return n, nil
}

// TestRefusedMemory holds that many small frames are bounded too.
func TestRefusedMemory(t *testing.T) {
	l := loader{path: "x.flv", memory: MaxFileSize + MaxFileSize/4, s: flv.NewScanner(bytes.NewReader(nil))}
	err := l.take(flv.Tag{Type: flv.Audio, Size: 1, Offset: 77, Head: []byte{0xaf}})
	var got *phrase.Error
	if !errors.As(err, &got) || got.ID != phrase.MediaTooManyFrames {
		t.Error(err)
	}
}
