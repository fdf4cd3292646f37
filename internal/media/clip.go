// Package media is what publishers send: an endless H.264 and AAC stream whose every video frame can carry a Stamp that says
// to which publish it belongs.
//
//  1. Synthetic makes a Clip from a Spec, every bit of it written here: no codec library, no file. Load makes one from an FLV
//     file of the user's.
//  2. A Clip is shared by all publishers of a run. Frame hands out the frames of its endless loop in the order of sending;
//     bodies are built once and never change, only timestamps go on.
//  3. A video frame has room for a Stamp (an SEI message of its own in front of the picture): the publisher sends
//     Body[:StampAt], its Stamp, Body[StampAt+StampSize:]. Whoever plays the stream finds it with FindStamp in the first
//     HeadSize bytes of the tag.
package media

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// HeadSize is how many bytes of a video tag's body FindStamp needs to see of the streams made here, with room to spare for
// what a server may put in front (an access unit delimiter, parameter sets).
const HeadSize = 192

// Frame is one message of the stream. Body is shared and must not be written to.
type Frame struct {
	Type     flv.TagType
	DTS      time.Duration // from the start of the stream
	Keyframe bool          // decoding can start here
	Body     []byte        // the body of the FLV tag, which is the payload of the RTMP message too
	StampAt  int           // where the StampSize bytes of the Stamp stand in Body; -1 if there are none
	Sum      uint32        // PictureSum of Body, for its Stamp
}

// Timestamp is DTS as FLV and RTMP say it: whole milliseconds, starting over after 49 days.
func (f Frame) Timestamp() uint32 {
	return uint32((f.DTS + time.Millisecond/2) / time.Millisecond)
}

// SetDataFrame is the AMF0 string "@setDataFrame". RTMP publishers put it in front of the body of onMetaData; some servers
// keep metadata only with it. Package rtmp, which takes it off, has its own: neither of the two packages knows the other.
var SetDataFrame = []byte("\x02\x00\x0d@setDataFrame")

// Clip is one loop of a stream. It is immutable: any number of goroutines may use it.
type Clip struct {
	headers []Frame
	config  uint32
	info    Info
	lap     time.Duration // of order; a whole number of ms
	order   []slot        // one lap, in the order of sending
	video   track
	audio   track
}

// Info is what a Clip is, for reports and metadata.
type Info struct {
	Video, Audio  bool
	Width, Height int     // pixels
	FPS           float64 // video frames a second
	Bitrate       int     // bits a second of the FLV stream, tag headers included
	SampleRate    int     // of the audio, Hz

	videoBitrate int // the picture's part of Bitrate
	stereo       bool
}

// slot is one frame of a lap.
type slot struct {
	dts   time.Duration // from the start of the lap
	n     int32         // number in its track within the lap
	audio bool
}

// track is the frames of one kind. They repeat by themselves: frame n of the endless stream is frames[n % len(frames)], so
// that the pictures of a synthetic clip may take another time to come round than a lap, in which picture and sound meet.
type track struct {
	perLap int
	frames []body
}

// body is what a Frame points into.
type body struct {
	bytes    []byte
	stampAt  int
	sum      uint32 // PictureSum of a video frame
	keyframe bool
}

// Headers returns what every publish sends first, all at DTS 0: onMetaData, then the sequence headers of video and audio.
// The caller must not change it.
func (c *Clip) Headers() []Frame { return c.headers }

// Config is the ConfigSum of its sequence header, for the stamps of its frames; zero without a picture.
func (c *Clip) Config() uint32 { return c.config }

// Info says what the clip is.
func (c *Clip) Info() Info { return c.info }

// Sound is what a reader may rely on in the timestamps of a stream's sound. The zero value is nothing.
type Sound struct {
	Every    time.Duration // the most that lies between two frames
	Distinct bool          // no two frames have the same timestamp, in ms
}

// With is what holds for both.
func (s Sound) With(o Sound) Sound {
	if s.Every == 0 || o.Every == 0 {
		return Sound{}
	}
	return Sound{Every: max(s.Every, o.Every), Distinct: s.Distinct && o.Distinct}
}

// Sound is that of the clip, where the loop closes too; zero without sound.
func (c *Clip) Sound() Sound {
	if !c.info.Audio {
		return Sound{}
	}
	s := Sound{Distinct: true}
	last := time.Duration(-1)
	for i := range 2 * len(c.order) {
		f := c.Frame(i)
		if f.Type != flv.Audio {
			continue
		}
		if last >= 0 {
			s.Every = max(s.Every, f.DTS-last)
			s.Distinct = s.Distinct && f.DTS/time.Millisecond != last/time.Millisecond
		}
		last = f.DTS
	}
	return s
}

// Len is the number of frames of one lap of Duration.
func (c *Clip) Len() int { return len(c.order) }

// Duration is how long one lap takes.
func (c *Clip) Duration() time.Duration { return c.lap }

// Frame returns frame i, from 0, of the endless stream: audio and video in the order of their DTS. Frame 0 is a keyframe if
// there is video. It takes constant time and allocates nothing.
func (c *Clip) Frame(i int) Frame {
	lap, k := i/len(c.order), i%len(c.order)
	s := c.order[k]
	f := Frame{Type: flv.Video, DTS: time.Duration(lap)*c.lap + s.dts}
	t := &c.video
	if s.audio {
		f.Type, t = flv.Audio, &c.audio
	}
	b := &t.frames[(lap*t.perLap+int(s.n))%len(t.frames)]
	f.Body, f.StampAt, f.Keyframe, f.Sum = b.bytes, b.stampAt, b.keyframe, b.sum
	return f
}
