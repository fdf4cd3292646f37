package media

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Spec says what a synthetic stream is to be. A zero field stands for its default.
type Spec struct {
	Bitrate int           // bits a second of the FLV stream, picture, sound and tag headers together; 200,000
	FPS     int           // video frames a second, 1 to 120; 25
	GOP     time.Duration // from keyframe to keyframe, rounded to whole frames, at least one; 1 s
	Variant Variant       // Usual
}

// Bounds of a Spec.
const (
	MaxFPS     = 120
	MaxBitrate = 100_000_000
	MaxGOP     = time.Minute
	// MaxMemory is how many bytes of frames a clip may take.
	MaxMemory = 512 << 20
)

// Overheads in bytes: what a tag costs beside its body, and what a body has in front of the NAL units or the AAC frame.
const (
	tagOverhead   = flv.TagHeaderSize + flv.TrailerSize
	aacHeaderSize = 2 // FLV 10.1, E.4.2.1 and E.4.2.2
)

// maxAudioBitrate is what the sound takes where there is room: it is silent, and sound is a small part of most streams.
const maxAudioBitrate = 32_000

// DefaultSpec is the source without any wish: 200 kbit/s, 25 frames a second, a keyframe every second.
func DefaultSpec() Spec { return Spec{}.withDefaults() }

// withDefaults fills in what is zero.
func (s Spec) withDefaults() Spec {
	if s.Bitrate == 0 {
		s.Bitrate = 200_000
	}
	if s.FPS == 0 {
		s.FPS = 25
	}
	if s.GOP == 0 {
		s.GOP = time.Second
	}
	return s
}

// Validate returns everything that is wrong with the numbers, joined. A bit rate too low for the frame rate is found only
// by Synthetic.
func (s Spec) Validate() error {
	s = s.withDefaults()
	var errs []error
	if s.FPS < 1 || s.FPS > MaxFPS {
		errs = append(errs, phrase.Errorf(phrase.MediaBadFPS, s.FPS, MaxFPS))
	}
	if s.Bitrate < 1 || s.Bitrate > MaxBitrate {
		errs = append(errs, phrase.Errorf(phrase.MediaBadBitrate, s.Bitrate, MaxBitrate))
	}
	if s.GOP < 0 || s.GOP > MaxGOP {
		errs = append(errs, phrase.Errorf(phrase.MediaBadGOP, s.GOP, MaxGOP))
	}
	if len(errs) == 0 {
		if need := float64(s.Bitrate) / 8 * float64(s.cycle()) / float64(s.FPS); need > MaxMemory {
			errs = append(errs, phrase.Errorf(phrase.MediaTooLarge, s.Bitrate, s.GOP, int(need)>>20, MaxMemory>>20))
		}
	}
	return errors.Join(errs...)
}

// gopFrames is the length of a GOP in frames.
func (s Spec) gopFrames() int {
	return max(1, int(math.Round(s.GOP.Seconds()*float64(s.FPS))))
}

// cycle is after how many frames the pictures repeat: whole GOPs, and a second at least so that something moves. Of GOPs
// of one frame it is an even number: two IDR access units without anything between them must differ in idr_pic_id
// (H.264 7.4.3), also where the cycle closes.
func (s Spec) cycle() int {
	gop := s.gopFrames()
	if gop == 1 {
		return s.FPS + s.FPS%2
	}
	return gop * ((s.FPS + gop - 1) / gop)
}

// Synthetic makes a clip: colour bars and a white block that wanders below them, with silence. Its bit rate is that of the
// Spec within any GOP of some length: each frame is filled up with filler data NAL units. The error is Validate's, or says
// which bit rate is the least possible.
func Synthetic(spec Spec) (*Clip, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	spec = spec.withDefaults()
	s := shapes[spec.Variant]
	c := &Clip{lap: time.Duration(s.lapSeconds()) * time.Second}
	var frames []rawFrame
	if s.width > 0 {
		frames = drawFrames(spec, s)
		c.video = track{perLap: s.lapSeconds() * spec.FPS, frames: make([]body, len(frames))}
	}
	audioSize, err := fillFrames(spec, s, frames)
	if err != nil {
		return nil, err
	}
	for i, f := range frames {
		c.video.frames[i] = f.body()
	}
	if s.rate > 0 {
		c.audio = track{perLap: s.lapSeconds() * s.rate / aacSamples, frames: []body{
			{bytes: appendAAC([]byte{0xaf, 1}, audioSize), stampAt: -1},
		}}
	}
	c.order = interleave(spec.FPS, s.rate, c.video.perLap, c.audio.perLap)
	c.info = infoOf(spec, s, audioSize)
	c.headers = []Frame{{Type: flv.Script, Body: metadata(c.info), StampAt: -1}}
	if c.info.Video {
		config := avcConfig(sps(s, spec.FPS, spec.Bitrate), pps())
		c.headers = append(c.headers, Frame{Type: flv.Video, Body: append([]byte{0x17, 0, 0, 0, 0}, config...), StampAt: -1})
		c.config, _ = ConfigSum(c.headers[1].Body)
	}
	if c.info.Audio {
		c.headers = append(c.headers, Frame{Type: flv.Audio, Body: append([]byte{0xaf, 0}, aacConfig(s.rate)...), StampAt: -1})
	}
	return c, nil
}

// infoOf says what a stream of spec is whose frames of sound have audioSize bytes.
func infoOf(spec Spec, s shape, audioSize int) Info {
	info := Info{Video: s.width > 0, Audio: s.rate > 0, Width: s.width * 16, Height: s.height * 16, SampleRate: s.rate}
	audio := (tagOverhead + aacHeaderSize + audioSize) * 8 * s.rate / aacSamples
	info.Bitrate = audio
	if info.Video {
		info.FPS, info.Bitrate, info.videoBitrate = float64(spec.FPS), spec.Bitrate, spec.Bitrate-audio
	}
	return info
}

// rawFrame is a video frame on its way to a body: the coded picture, and how many bytes of filler come behind.
type rawFrame struct {
	key   bool
	slice []byte // NAL unit
	fill  int    // bytes, length of the NAL unit included; 0, or at least minFiller
}

// minFiller is the smallest filler data NAL unit (H.264 7.3.2.7) with its length: 4, the header, one ff_byte, the trailing bits.
const minFiller = 7

// size is how many bytes of the stream the frame takes without its filler.
func (f rawFrame) size() int {
	return tagOverhead + avcHeaderSize + 4 + stampNALSize + 4 + len(f.slice)
}

// body builds the frame's body. The filler comes behind the picture, where H.264 7.4.1.2.3 wants it.
func (f rawFrame) body() body {
	b := make([]byte, 0, f.size()-tagOverhead+f.fill)
	first := byte(0x27)
	if f.key {
		first = 0x17
	}
	b = append(b, first, 1, 0, 0, 0)
	b = appendStampNAL(b, Stamp{})
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.slice)))
	b = append(b, f.slice...)
	if f.fill > 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(f.fill-4))
		b = append(b, nalFiller)
		for from := len(b); len(b) < cap(b)-1; {
			// ff_byte, doubling what is there: large frames are mostly this.
			if len(b) == from {
				b = append(b, 0xff)
				continue
			}
			b = append(b, b[from:from+min(len(b)-from, cap(b)-1-len(b))]...)
		}
		b = append(b, 0x80)
	}
	sum, _ := PictureSum(b)
	return body{bytes: b, stampAt: avcHeaderSize + 4 + stampPrefix, sum: sum, keyframe: f.key}
}

// drawFrames draws and codes one cycle of pictures.
func drawFrames(spec Spec, s shape) []rawFrame {
	gop := spec.gopFrames()
	frames := make([]rawFrame, spec.cycle())
	var before picture
	for i := range frames {
		pic := testCard(s, i, spec.FPS)
		if i%gop == 0 {
			frames[i] = rawFrame{key: true, slice: appendIDR(nil, pic, uint32(i/gop%2))}
		} else {
			frames[i] = rawFrame{slice: appendP(nil, pic, before, uint32(i%gop))}
		}
		before = pic
	}
	return frames
}

// fillFrames shares out the bit rate: it sets the frames' filler and returns the size of an audio frame's AAC.
func fillFrames(spec Spec, s shape, frames []rawFrame) (audioSize int, err error) {
	gop := spec.gopFrames()
	largest := 0                               // bytes of the largest GOP without filler
	for at := 0; at < len(frames); at += gop { // none without a picture
		size := 0
		for _, f := range frames[at : at+gop] {
			size += f.size()
		}
		largest = max(largest, size)
	}
	// Bits a second, each rounded up.
	videoMin := (largest*8*spec.FPS + gop - 1) / gop
	audioRate := func(size int) int { return ((tagOverhead+aacHeaderSize+size)*8*s.rate + aacSamples - 1) / aacSamples }
	if least := videoMin + audioRate(minAACSize); spec.Bitrate < least {
		return 0, phrase.Errorf(phrase.MediaBitrateTooLow, spec.Bitrate, spec.FPS, least)
	}
	audio := spec.Bitrate
	if s.width > 0 {
		audio = min(maxAudioBitrate, spec.Bitrate/10, spec.Bitrate-videoMin)
	}
	if s.rate > 0 {
		audioSize = fitAACSize(audio*aacSamples/s.rate/8 - tagOverhead - aacHeaderSize)
	}

	for at := 0; at < len(frames); at += gop {
		group := frames[at : at+gop]
		budget := (float64(spec.Bitrate)/8 - float64((tagOverhead+aacHeaderSize+audioSize)*s.rate)/aacSamples) * float64(gop) / float64(spec.FPS)
		for _, f := range group {
			budget -= float64(f.size())
		}
		given := 0 // so far in this GOP
		for i := range group {
			fill := int(budget*float64(i+1)/float64(gop)) - given
			if fill >= minFiller {
				group[i].fill = fill
				given += fill
			}
		}
	}
	return audioSize, nil
}

// interleave returns the order of one lap: by time, the picture first where both are due. rate is that of the sound, Hz.
func interleave(fps, rate, pictures, sounds int) []slot {
	order := make([]slot, 0, pictures+sounds)
	for v, a := 0, 0; v < pictures || a < sounds; {
		// v/fps <= a*1024/rate, in whole numbers
		if a == sounds || v < pictures && v*rate <= a*aacSamples*fps {
			order = append(order, slot{dts: time.Duration(v) * time.Second / time.Duration(fps), n: int32(v)})
			v++
			continue
		}
		order = append(order, slot{dts: time.Duration(a) * aacSamples * time.Second / time.Duration(rate), n: int32(a), audio: true})
		a++
	}
	return order
}

// bars are the colours of the test card: 75 % bars as of SMPTE, in BT.601.
var bars = [8]color{
	{180, 128, 128}, {162, 44, 142}, {131, 156, 44}, {112, 72, 58}, {84, 184, 198}, {65, 100, 212}, {35, 212, 114}, {16, 128, 128},
}

// testCard draws picture i: colour bars, a grey scale, and a white block that goes once through its row in a second, or one
// place a frame where that would be too fast to see.
func testCard(s shape, i, fps int) picture {
	place := i % s.width
	if fps > s.width {
		place = i * s.width / fps % s.width
	}
	pic := picture{width: s.width, mbs: make([]color, s.macroblocks())}
	for mb := range pic.mbs {
		x, y := mb%s.width, mb/s.width
		switch {
		case y < s.height-3:
			pic.mbs[mb] = bars[x*len(bars)/s.width]
		case y == s.height-3:
			pic.mbs[mb] = color{int32(16 + x*219/(s.width-1)), 128, 128}
		case y == s.height-2 && x == place:
			pic.mbs[mb] = color{235, 128, 128}
		default:
			pic.mbs[mb] = color{35, 128, 128}
		}
	}
	return pic
}
