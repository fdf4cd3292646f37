package media

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/yutopp/go-flv/tag"
)

// MaxFileSize is the largest file that Load takes, in bytes: a clip stands in memory.
const MaxFileSize = 512 << 20

// Load makes a clip of an FLV file with H.264 and AAC, or one of the two. The loop begins at the first IDR picture; frames
// in front of it are left out. Timestamps, composition times and the order of frames stay as they are, and every video frame
// gets room for a stamp. The error is one sentence that names the file, the byte, and what is accepted.
func Load(path string) (*Clip, error) {
	f, err := os.Open(path)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err // the sentence names the file
		}
		return nil, phrase.Errorf(phrase.MediaUnreadable, path, err)
	}
	defer f.Close()
	stat, err := f.Stat()
	switch {
	case err != nil:
		return nil, phrase.Errorf(phrase.MediaUnreadable, path, err)
	case !stat.Mode().IsRegular():
		return nil, phrase.Errorf(phrase.MediaNoFile, path)
	case stat.Size() == 0:
		return nil, phrase.Errorf(phrase.MediaEmpty, path)
	case stat.Size() > MaxFileSize:
		return nil, phrase.Errorf(phrase.MediaFileTooLarge, path, stat.Size()>>20, MaxFileSize>>20)
	}
	return load(path, f)
}

// load makes a clip of the FLV stream r. path is for errors.
func load(path string, r io.Reader) (*Clip, error) {
	l := loader{path: path, s: flv.NewScannerWith(r, flv.Options{BufferSize: 256 << 10})}
	for {
		t, err := l.s.Next()
		if err == io.EOF {
			return l.clip()
		}
		if err != nil {
			return nil, l.unscannable(err)
		}
		if err := l.take(t); err != nil {
			return nil, err
		}
	}
}

// loader collects the frames of one file.
type loader struct {
	path string
	s    *flv.Scanner

	avc    []byte // the AVCDecoderConfigurationRecord; nil until there is one
	avcRec avcRecord
	aac    []byte // the AudioSpecificConfig; nil until there is one
	aacCfg audioConfig

	video, audio []timed
	memory       int // what the frames take, bytes
}

// timed is a frame and its place in the file.
type timed struct {
	body
	dts   uint32 // ms
	audio bool
}

// frameCost is what a frame takes in memory beside its body, about.
const frameCost = 128

// take takes one tag.
func (l *loader) take(t flv.Tag) error {
	if t.Type == flv.Script || t.Size == 0 {
		return nil // metadata is made anew: that of a file speaks of its length
	}
	enhanced, head := t.Enhanced(), t.Head[0]
	b, err := l.s.Body()
	if err != nil {
		return l.unscannable(err)
	}
	if enhanced {
		return phrase.Errorf(phrase.MediaEnhanced, l.path, t.Offset, fourCC(b))
	}
	if l.memory += len(b) + frameCost; l.memory > MaxFileSize+MaxFileSize/4 {
		return phrase.Errorf(phrase.MediaTooManyFrames, l.path, t.Offset, l.memory>>20)
	}
	if t.Type == flv.Audio {
		return l.takeAudio(t, head, b)
	}
	return l.takeVideo(t, head, b)
}

// takeAudio takes the body of an audio tag.
func (l *loader) takeAudio(t flv.Tag, head byte, b []byte) error {
	var data tag.AudioData
	err := tag.DecodeAudioData(bytes.NewReader(b), &data)
	switch {
	case data.SoundFormat != tag.SoundFormatAAC:
		return phrase.Errorf(phrase.MediaAudioCodec, l.path, t.Offset, audioCodec(data.SoundFormat), head>>4)
	case err != nil:
		return phrase.Errorf(phrase.MediaBadFrame, l.path, t.Offset)
	case data.AACPacketType == tag.AACPacketTypeSequenceHeader:
		if l.aac != nil {
			return l.unchanged(t, l.aac, b[aacHeaderSize:])
		}
		l.aac = bytes.Clone(b[aacHeaderSize:])
		if l.aacCfg, err = parseAudioConfig(l.aac); err != nil {
			return phrase.Errorf(phrase.MediaBadConfig, l.path, t.Offset, "AudioSpecificConfig", err)
		}
		return nil
	case data.AACPacketType != tag.AACPacketTypeRaw || len(b) == aacHeaderSize:
		return nil
	case l.aac == nil:
		return phrase.Errorf(phrase.MediaNoConfig, l.path, t.Offset, "AAC", "AudioSpecificConfig")
	}
	return l.add(&l.audio, t, timed{body: body{bytes: bytes.Clone(b), stampAt: -1}, dts: t.Timestamp, audio: true})
}

// takeVideo takes the body of a video tag.
func (l *loader) takeVideo(t flv.Tag, head byte, b []byte) error {
	var data tag.VideoData
	err := tag.DecodeVideoData(bytes.NewReader(b), &data)
	switch {
	case data.FrameType == tag.FrameTypeVideoInfoCommandFrame:
		return nil
	case data.CodecID != tag.CodecIDAVC:
		return phrase.Errorf(phrase.MediaVideoCodec, l.path, t.Offset, videoCodec(data.CodecID), head&0x0f)
	case err != nil:
		return phrase.Errorf(phrase.MediaBadFrame, l.path, t.Offset)
	case data.AVCPacketType == tag.AVCPacketTypeSequenceHeader:
		if l.avc != nil {
			return l.unchanged(t, l.avc, b[avcHeaderSize:])
		}
		l.avc = bytes.Clone(b[avcHeaderSize:])
		if l.avcRec, err = parseAVCRecord(l.avc); err != nil {
			return phrase.Errorf(phrase.MediaBadConfig, l.path, t.Offset, "AVCDecoderConfigurationRecord", err)
		}
		return nil
	case data.AVCPacketType != tag.AVCPacketTypeNALU:
		return nil
	case l.avc == nil:
		return phrase.Errorf(phrase.MediaNoConfig, l.path, t.Offset, "H.264", "AVCDecoderConfigurationRecord")
	}
	frame, idr, ok := stamped(b, l.avcRec.lengthSize)
	switch {
	case !ok:
		return phrase.Errorf(phrase.MediaBadFrame, l.path, t.Offset)
	case frame.bytes == nil:
		return nil // parameter sets or SEI by themselves: no picture that a viewer could miss
	case len(l.video) == 0 && !idr:
		return nil
	}
	frame.keyframe = data.FrameType == tag.FrameTypeKeyFrame
	return l.add(&l.video, t, timed{body: frame, dts: t.Timestamp})
}

// add adds a frame to those of its kind.
func (l *loader) add(frames *[]timed, t flv.Tag, f timed) error {
	if n := len(*frames); n > 0 && (*frames)[n-1].dts > f.dts {
		return phrase.Errorf(phrase.MediaTimeBack, l.path, t.Offset, (*frames)[n-1].dts, f.dts)
	}
	*frames = append(*frames, f)
	return nil
}

// unchanged allows a sequence header that only repeats the one before.
func (l *loader) unchanged(t flv.Tag, before, now []byte) error {
	if bytes.Equal(before, now) {
		return nil
	}
	return phrase.Errorf(phrase.MediaConfigChanges, l.path, t.Offset)
}

// clip makes the loop of what was collected.
func (l *loader) clip() (*Clip, error) {
	end := l.s.Offset()
	if len(l.video) == 0 {
		switch {
		case l.avc != nil:
			return nil, phrase.Errorf(phrase.MediaNoKeyframe, l.path, end)
		case len(l.audio) == 0:
			return nil, phrase.Errorf(phrase.MediaNoFrames, l.path, end)
		}
	}
	l.trimAudio()

	all := slices.Concat(l.video, l.audio) // video first where both are due
	slices.SortStableFunc(all, func(a, b timed) int { return cmp.Compare(a.dts, b.dts) })
	start := all[0].dts
	c := &Clip{order: make([]slot, len(all)), lap: l.lap(start)}
	bytesInAll, videoBytes := 0, 0
	for i, f := range all {
		t := &c.video
		if f.audio {
			t = &c.audio
		}
		c.order[i] = slot{dts: time.Duration(f.dts-start) * time.Millisecond, n: int32(t.perLap), audio: f.audio}
		t.frames = append(t.frames, f.body)
		t.perLap++
		bytesInAll += tagOverhead + len(f.bytes)
		if !f.audio {
			videoBytes += tagOverhead + len(f.bytes)
		}
	}
	rate := func(n int) int { return int(float64(n) * 8 / c.lap.Seconds()) }
	c.info = Info{
		Video: len(l.video) > 0, Audio: len(l.audio) > 0, Width: l.avcRec.width, Height: l.avcRec.height,
		Bitrate: rate(bytesInAll), SampleRate: l.aacCfg.rate, videoBitrate: rate(videoBytes), stereo: l.aacCfg.channels > 1,
	}
	if c.info.Video {
		c.info.FPS = 1000 / spacing(l.video)
	}
	c.headers = l.headers(c.info)
	if c.info.Video {
		c.config, _ = ConfigSum(c.headers[1].Body)
	}
	return c, nil
}

// maxTail is how long the sound may last beyond the last picture to be cut there.
const maxTail = 500 // ms

// trimAudio leaves out the sound in front of the first picture, which would come before frame 0, and the short tail behind
// the last that most files have, which would make the pictures stumble where the loop closes.
func (l *loader) trimAudio() {
	if len(l.video) == 0 {
		return
	}
	first := l.video[0].dts
	last := l.video[len(l.video)-1].dts + uint32(spacing(l.video)+0.5)
	if n := len(l.audio); n > 0 && l.audio[n-1].dts > last+maxTail {
		last = math.MaxUint32
	}
	l.audio = slices.DeleteFunc(l.audio, func(f timed) bool { return f.dts < first || f.dts >= last })
}

// headers are the clip's.
func (l *loader) headers(info Info) []Frame {
	h := []Frame{{Type: flv.Script, Body: metadata(info), StampAt: -1}}
	if info.Video {
		record := bytes.Clone(l.avc)
		record[4] |= 3 // lengthSizeMinusOne: stamped made them 4 bytes
		h = append(h, Frame{Type: flv.Video, Body: append([]byte{0x17, 0, 0, 0, 0}, record...), StampAt: -1})
	}
	if info.Audio {
		h = append(h, Frame{Type: flv.Audio, Body: append([]byte{l.audio[0].bytes[0], 0}, l.aac...), StampAt: -1})
	}
	return h
}

// lap is how long a loop takes that begins at start: up to the end of the last picture, or of the sound where that goes on
// for longer than trimAudio allows, or where there are no pictures.
func (l *loader) lap(start uint32) time.Duration {
	end := 1.0
	if n := len(l.video); n > 0 {
		end = max(end, float64(l.video[n-1].dts-start)+spacing(l.video))
	}
	if n := len(l.audio); n > 0 && (len(l.video) == 0 || float64(l.audio[n-1].dts-start) >= end) {
		end = max(end, float64(l.audio[n-1].dts-start)+spacing(l.audio))
	}
	return time.Duration(end+0.5) * time.Millisecond
}

// spacing is the mean time from one frame to the next in ms, and 40 ms where there is but one.
func spacing(frames []timed) float64 {
	n := len(frames)
	if n < 2 || frames[n-1].dts == frames[0].dts {
		return 40
	}
	return float64(frames[n-1].dts-frames[0].dts) / float64(n-1)
}
