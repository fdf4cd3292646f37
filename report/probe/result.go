// Package probe makes of what one player received of one stream what a person wants to know of it.
//
//  1. load/probe connects, reads, and tells a Watch what came and when: the answer, the file header, each tag, each
//     fault of the format, the end.
//  2. The Watch folds that into figures: tracks, groups of pictures, timestamps, delivery, stamps.
//  3. Its Result adds the faults, each with a code, a severity and what to do; package report draws it.
//
// It is pure: times come from outside, on the clock of whoever reads. What it keeps is bounded, whatever the stream does.
package probe

import (
	"math"
	"time"

	"github.com/flvstorm/flvstorm/internal/codec"
)

// Schema names the form of the JSON document. It only grows within one number.
const Schema = "flvstorm.probe/1"

// Verdict says what became of a probe.
type Verdict string

const (
	OK          Verdict = "ok"
	Faulty      Verdict = "faulty"      // a finding is an error
	NoStream    Verdict = "no-stream"   // nothing came that could be looked at
	Interrupted Verdict = "interrupted" // by the user, and no error until then
)

// ExitCode is the exit status that the verdict stands for.
func (v Verdict) ExitCode() int {
	switch v {
	case OK:
		return 0
	case Faulty:
		return 1
	case Interrupted:
		return 130
	}
	return 3
}

// MS is a time in milliseconds, exact to a microsecond.
type MS float64

// ms turns a duration into MS.
func ms(d time.Duration) MS { return MS(math.Round(float64(d)/float64(time.Microsecond)) / 1000) }

// Duration turns MS back.
func (m MS) Duration() time.Duration { return time.Duration(math.Round(float64(m) * 1e6)) }

// Result is everything about one stream. What was not there is left out.
type Result struct {
	Schema  string  `json:"schema"`
	Verdict Verdict `json:"verdict"`
	URL     string  `json:"url"` // without credentials
	Looked  MS      `json:"looked_ms"`
	Bytes   int64   `json:"bytes"` // of the stream
	Tags    int64   `json:"tags"`
	// Stop says why it ended: "duration", "interrupted", "limit", "eof", "cut", "reset", "sync-lost", "error"; or, before
	// anything came, "refused".
	Stop Stop `json:"stop"`
	// Saved is the file of --save, and how many bytes it has.
	Saved      string `json:"saved,omitempty"`
	SavedBytes int64  `json:"saved_bytes,omitempty"`

	Answer     *Answer     `json:"answer,omitempty"`
	First      First       `json:"first_ms"` // each since the probe began to connect
	Video      *Video      `json:"video,omitempty"`
	Audio      *Audio      `json:"audio,omitempty"`
	Bitrate    float64     `json:"bitrate,omitempty"` // bits a second, tag headers included
	Start      *Start      `json:"start,omitempty"`
	Timestamps *Timestamps `json:"timestamps,omitempty"`
	Delivery   *Delivery   `json:"delivery,omitempty"`
	Claims     *Claims     `json:"metadata,omitempty"`
	Stamps     *Stamps     `json:"stamps,omitempty"`
	Findings   []Finding   `json:"findings"`
}

// Answer is what HTTP said.
type Answer struct {
	Status    int    `json:"status"`
	Type      string `json:"content_type,omitempty"`
	Server    string `json:"server,omitempty"`
	CORS      string `json:"cors,omitempty"` // Access-Control-Allow-Origin
	Chunked   bool   `json:"chunked"`
	Length    int64  `json:"content_length,omitempty"`
	WebSocket bool   `json:"websocket"`
	TLS       string `json:"tls,omitempty"` // version: "TLS 1.3"
	Remote    string `json:"remote,omitempty"`
	// Redirects is how often it sent us elsewhere.
	Redirects int `json:"redirects,omitempty"`
}

// First are the times of what came first.
type First struct {
	Connected *MS `json:"connected,omitempty"` // TCP, and TLS where there is
	Answered  *MS `json:"answered,omitempty"`  // the head of the answer
	Byte      *MS `json:"byte,omitempty"`
	Audio     *MS `json:"audio,omitempty"`
	Video     *MS `json:"video,omitempty"`
	Keyframe  *MS `json:"keyframe,omitempty"`
	// Playable is when the first frame was there that a decoder can begin with, and all that it needs before.
	Playable *MS `json:"playable,omitempty"`
}

// Video is the picture. Rates and distances are by timestamps but where it says otherwise.
type Video struct {
	Codec  codec.Name `json:"codec"`
	ID     uint8      `json:"codec_id,omitempty"`
	FourCC string     `json:"fourcc,omitempty"`
	codec.Video
	Frames     int64   `json:"frames"`
	Keyframes  int64   `json:"keyframes"`
	FPS        float64 `json:"fps,omitempty"`
	ArrivedFPS float64 `json:"arrived_fps,omitempty"` // by arrival, without the burst at the start
	Bitrate    float64 `json:"bitrate,omitempty"`
	// BFrames says that frames are shown in another order than they come in; Ahead is by how much at most, ms.
	BFrames bool  `json:"b_frames"`
	Ahead   int32 `json:"composition_ms,omitempty"`
	GOP     *GOP  `json:"gop,omitempty"`
	Configs int   `json:"configurations"` // different ones in a row
}

// GOP is what stands from one keyframe to the next, over the whole ones.
type GOP struct {
	Count  int    `json:"count"`
	Frames Spread `json:"frames"`
	Length Spread `json:"length_ms"`
	Open   MS     `json:"open_ms"` // the last one, which was not over
}

// Spread is a distribution in three numbers.
type Spread struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
}

// Audio is the sound.
type Audio struct {
	Codec  codec.Name `json:"codec"`
	ID     uint8      `json:"codec_id,omitempty"`
	FourCC string     `json:"fourcc,omitempty"`
	codec.Audio
	Frames  int64   `json:"frames"`
	Bitrate float64 `json:"bitrate,omitempty"`
	Configs int     `json:"configurations"`
}

// Start is what came in the first burstFor after the first frame: a server with a cache sends what is over already.
type Start struct {
	Media MS    `json:"media_ms"` // from the earliest timestamp to the latest
	Bytes int64 `json:"bytes"`
	Cache bool  `json:"cache"` // it is more than time had passed, by much
}

// Timestamps is what they look like.
type Timestamps struct {
	First uint32 `json:"first_ms"` // of the first frame
	Last  uint32 `json:"last_ms"`
	// Back counts how often they went back within a track, Ahead how often they jumped, Restarts how often they began anew
	// behind new sequence headers.
	Back     int64 `json:"back"`
	Ahead    int64 `json:"ahead"`
	Restarts int64 `json:"restarts"`
	// Offset is the first audio timestamp less the first video timestamp; Skew how far audio is ahead of video as they
	// arrive, on average, and SkewMax at most either way; all in ms.
	Offset  *MS `json:"audio_offset_ms,omitempty"`
	Skew    *MS `json:"audio_ahead_ms,omitempty"`
	SkewMax *MS `json:"audio_apart_max_ms,omitempty"`
	// Drift is by how many percent the timestamps run faster than our clock.
	Drift *float64 `json:"drift_percent,omitempty"`
}

// Delivery is when frames came, against when their timestamps wanted them.
type Delivery struct {
	// Jitter is how much later than the earliest frame each one came: what a player has to have in its buffer.
	Jitter *Quantiles `json:"jitter_ms,omitempty"`
	// MaxGap is the longest time without a frame.
	MaxGap MS      `json:"max_gap_ms"`
	Stalls []Stall `json:"stalls,omitempty"` // the first few
	// Stalled is how often that was longer than timestamps explain by half a second, and StalledFor for how long in all.
	Stalled    int64 `json:"stalled"`
	StalledFor MS    `json:"stalled_for_ms"`
}

// Quantiles is a distribution in ms.
type Quantiles struct {
	P50 MS `json:"p50"`
	P99 MS `json:"p99"`
	Max MS `json:"max"`
}

// Stall is a silence that timestamps don't explain.
type Stall struct {
	At        MS `json:"at_ms"` // when it ended
	Gap       MS `json:"gap_ms"`
	Explained MS `json:"explained_ms"`
}

// Claims is what onMetaData says, as far as it says what can be compared. Zero is not said.
type Claims struct {
	Encoder    string  `json:"encoder,omitempty"`
	Server     string  `json:"server,omitempty"`
	Width      float64 `json:"width,omitempty"`
	Height     float64 `json:"height,omitempty"`
	FPS        float64 `json:"framerate,omitempty"`
	VideoCodec string  `json:"videocodecid,omitempty"` // a number or a FourCC
	AudioCodec string  `json:"audiocodecid,omitempty"`
	VideoRate  float64 `json:"videodatarate,omitempty"` // kbit/s
	AudioRate  float64 `json:"audiodatarate,omitempty"`
	SampleRate float64 `json:"audiosamplerate,omitempty"`
	Count      int64   `json:"count"` // how many of them came
}

// Stamps is what the frames of a publisher of flvstorm tell.
type Stamps struct {
	Frames     int64    `json:"frames"`
	Epochs     []uint32 `json:"epochs"` // in the order in which they came, the first few
	Lost       int64    `json:"lost"`
	Duplicate  int64    `json:"duplicate"`
	Reordered  int64    `json:"reordered"`
	Corrupt    int64    `json:"corrupt"`     // a stamp that is damaged, a picture that is not what its stamp says
	Verified   int64    `json:"verified"`    // pictures that are
	OtherSetup int64    `json:"unannounced"` // coded with other parameter sets than the sequence header has
	// Latency is end to end. Absolute says that both ends have one clock; else it is what each frame took longer than the
	// fastest one.
	Latency  *Quantiles `json:"latency_ms,omitempty"`
	Absolute bool       `json:"latency_absolute"`
}
