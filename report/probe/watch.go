package probe

import (
	"errors"
	"fmt"
	"time"

	"github.com/flvstorm/flvstorm/internal/codec"
	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Stop says why a probe ended.
type Stop string

const (
	StopDuration    Stop = "duration"
	StopInterrupted Stop = "interrupted"
	StopLimit       Stop = "limit" // so many bytes
	StopEOF         Stop = "eof"
	StopCut         Stop = "cut"       // inside a tag
	StopReset       Stop = "reset"     // by the server
	StopSync        Stop = "sync-lost" // what comes is FLV no more
	StopNotFLV      Stop = "not-flv"   // and never was
	StopRefused     Stop = "refused"   // no connection, or no stream for us
	StopError       Stop = "error"
)

// HeadSize is how many bytes of each body a Watch has to see in Tag.Head.
const HeadSize = media.HeadSize

// maxScripts is how many script tags in a row, without a frame between them, are still a stream.
const maxScripts = 100

// maxFaults is how many faults of the format are read past, and maxLost how many without a tag between them: a scan that has
// lost its place finds nothing else.
const (
	maxFaults = 1000
	maxLost   = 6
)

// Options of a Watch.
type Options struct {
	URL string // without credentials
	// SameClock says that the publisher's clock is this machine's, so that ages are absolute.
	SameClock bool
	// Wall is the time by this machine's clock, time.Now where it is nil.
	Wall func() time.Time
}

// Watch takes what a player receives. Times are since the probe began to connect. Not for several goroutines at once.
type Watch struct {
	opts   Options
	result Result
	findings

	header       flv.Header
	video, audio track
	gops         gops
	clock        clock
	claims       Claims
	stamps       stamps
	lostAt       time.Duration // when frames were first missing
	setupSum     uint32        // of the parameter sets announced last

	keyframes               int64
	composed, composedLeast int32
	frames                  int64
	bytes                   int64         // of frames, tag headers included
	scripts                 int           // in a row
	faults                  int64         // of the format
	lost                    int           // of them, since the last tag
	resumed                 time.Duration // when the last stall was over
	skew                    spread
	back, jumps, restarts   int64
	firstFrame              uint32
	lastFrame               uint32
}

// NewWatch begins a probe.
func NewWatch(o Options) *Watch {
	if o.Wall == nil {
		o.Wall = time.Now
	}
	return &Watch{opts: o, result: Result{Schema: Schema, URL: o.URL, Findings: []Finding{}}}
}

// Connected says when the connection was there, TLS included.
func (w *Watch) Connected(at time.Duration) { once(&w.result.First.Connected, at) }

// Answered takes the head of the answer.
func (w *Watch) Answered(at time.Duration, a Answer) {
	once(&w.result.First.Answered, at)
	w.result.Answer = &a
}

// Byte says that bytes of the stream came.
func (w *Watch) Byte(at time.Duration, n int) {
	if n > 0 {
		once(&w.result.First.Byte, at)
		w.result.Bytes += int64(n)
	}
}

// Began reports whether any frame came.
func (w *Watch) Began() bool { return w.frames > 0 }

// once notes a time that is not known yet.
func once(p **MS, at time.Duration) {
	if *p == nil {
		v := ms(at)
		*p = &v
	}
}

// Header takes the file header.
func (w *Watch) Header(h flv.Header) { w.header = h }

// Fault takes a fault of the format that was read past, and reports whether it makes sense to read on.
func (w *Watch) Fault(at time.Duration, err *flv.FormatError) bool {
	w.faults++
	w.lost++
	w.add(faultFormat, at, err)
	if w.faults >= maxFaults || w.lost >= maxLost {
		w.add(faultSyncLost, at, w.faults)
		return false
	}
	return true
}

// Tag takes a tag. body returns the whole of it, and is called where that is needed; an error of it is the reader's, and
// will be told by End.
func (w *Watch) Tag(at time.Duration, tag flv.Tag, body func() ([]byte, error)) {
	w.result.Tags++
	w.lost = 0
	switch tag.Type {
	case flv.Script:
		w.script(at, tag, body)
	case flv.Audio:
		w.scripts = 0
		w.takeAudio(at, tag, body)
	case flv.Video:
		w.scripts = 0
		w.takeVideo(at, tag, body)
	}
}

// script takes metadata.
func (w *Watch) script(at time.Duration, tag flv.Tag, body func() ([]byte, error)) {
	if w.scripts++; w.scripts > maxScripts {
		w.add(faultScript, at, maxScripts)
		return
	}
	if tag.Size > maxScript {
		w.add(faultClaims, at, tooLong(tag.Size))
		return
	}
	b, err := body()
	if err != nil {
		return
	}
	is, err := w.claims.read(b)
	if err != nil {
		w.add(faultClaims, at, err)
	}
	if is {
		w.audio.fresh, w.video.fresh = true, true
	}
}

// takeAudio takes an audio tag.
func (w *Watch) takeAudio(at time.Duration, tag flv.Tag, whole func() ([]byte, error)) {
	body, ok := codec.AudioBody(tag.Head)
	if !ok {
		return
	}
	if body.Packet == codec.Sequence {
		w.setup(at, &w.audio, tag, body, whole)
		return
	}
	if body.Packet != codec.Frame {
		return
	}
	if w.audio.undecodable(body) {
		w.add(faultNoSequence.of("audio"), at, codecName(body), flv.Audio)
	}
	w.audio.body = body
	once(&w.result.First.Audio, at)
	w.frame(at, tag, &w.audio)
	if !w.videoComes() && !w.audio.undecodable(body) {
		once(&w.result.First.Playable, at)
	}
}

// videoComes reports whether there is or should be a picture.
func (w *Watch) videoComes() bool { return w.header.Video || w.video.frames > 0 || w.video.configs > 0 }

// takeVideo takes a video tag.
func (w *Watch) takeVideo(at time.Duration, tag flv.Tag, whole func() ([]byte, error)) {
	body, ok := codec.VideoBody(tag.Head)
	if !ok {
		return
	}
	if body.Packet == codec.Sequence {
		w.setup(at, &w.video, tag, body, whole)
		return
	}
	if body.Packet != codec.Frame {
		return
	}
	keyframe := tag.Keyframe()
	if w.video.undecodable(body) {
		w.add(faultNoSequence.of("video"), at, codecName(body), flv.Video)
	}
	if w.video.frames == 0 && !keyframe {
		w.add(faultNotKey, at)
	}
	w.video.body = body
	once(&w.result.First.Video, at)
	if keyframe {
		w.keyframes++
		once(&w.result.First.Keyframe, at)
		if !w.video.undecodable(body) {
			once(&w.result.First.Playable, at)
		}
	}
	ahead := tag.CompositionTime()
	if w.video.frames == 0 {
		w.composed, w.composedLeast = ahead, ahead
	}
	w.composed, w.composedLeast = max(w.composed, ahead), min(w.composedLeast, ahead)
	broken := w.frame(at, tag, &w.video)
	w.gops.frame(keyframe, tag.Timestamp, broken)
	w.stamped(at, tag, whole)
}

// frame takes a frame of either track, and reports whether its timestamp does not follow on those before, or only after a stall.
func (w *Watch) frame(at time.Duration, tag flv.Tag, t *track) (broken bool) {
	size := flv.TagHeaderSize + tag.Size + flv.TrailerSize
	burst := !w.clock.began || at-w.clock.first <= burstFor
	before := t.last
	how := t.follows(at, tag.Timestamp, burst)
	if w.frames == 0 {
		w.firstFrame = tag.Timestamp
	}
	w.frames++
	w.bytes += int64(size)
	w.lastFrame = tag.Timestamp
	switch how {
	case backward:
		w.back++
		w.add(faultTimeBack.of(tag.Type.String()), at, tag.Type, before, tag.Timestamp)
	case ahead:
		w.jumps++
		w.add(faultJump.of(tag.Type.String()), at, tag.Type, before, tag.Timestamp)
	case restart:
		w.restarts++
		w.add(faultRestart, at, before, tag.Timestamp)
	}
	anew := how != onward && how != backward
	// Where both tracks begin anew, the line of the clock breaks once.
	if anew && w.clock.near(tag.Timestamp) {
		anew = false
	}
	if s := w.clock.frame(at, tag.Timestamp, size, anew); s != nil {
		w.add(faultStall, at, took(s.Gap.Duration()), took(s.Explained.Duration()))
		w.audio.pause()
		w.video.pause()
		w.resumed = at
	}
	burst = burst || w.resumed > 0 && at-w.resumed <= burstFor
	broken = how != onward || t.paused
	t.frame(at, tag.Timestamp, size, how, burst)
	if w.audio.frames > 0 && w.video.frames > 0 && !burst {
		w.skew.add(float64(int32(w.audio.last - w.video.last)))
	}
	return broken
}

// setup takes a decoder configuration.
func (w *Watch) setup(at time.Duration, t *track, tag flv.Tag, body codec.Body, whole func() ([]byte, error)) {
	if tag.Size > maxConfig {
		w.add(faultSetup.of(tag.Type.String()), at, codecName(body), tooLong(tag.Size))
		return
	}
	b, err := whole()
	if err != nil {
		return
	}
	config := b[min(body.At, len(b)):]
	was := t.setupSays()
	if t.sequence(body, config) {
		w.add(faultNewSetup.of(tag.Type.String()), at, tag.Type, was, t.setupSays())
	}
	t.body = body
	if tag.Type == flv.Video {
		_, _, err = codec.ParseVideo(body.Codec, config)
		if w.setupSum, _ = media.ConfigSum(b); err != nil {
			w.setupSum = 0
		}
	} else {
		_, _, err = codec.ParseAudio(body.Codec, config)
	}
	if err != nil {
		w.add(faultSetup.of(tag.Type.String()), at, codecName(body), err)
	}
}

// stamped looks for a stamp in a video frame.
func (w *Watch) stamped(at time.Duration, tag flv.Tag, whole func() ([]byte, error)) {
	stamp, ok, err := media.FindStamp(tag.Head)
	switch {
	case !ok:
		return
	case err != nil:
		w.stamps.Corrupt++
		w.add(faultCorrupt, at)
		return
	}
	body, err := whole()
	if err != nil {
		return
	}
	live := at-w.clock.first > burstFor
	lost := w.stamps.Lost
	for _, f := range w.stamps.frame(stamp, body, w.setupSum, w.opts.Wall(), live) {
		w.add(f, at)
	}
	if lost == 0 && w.stamps.Lost > 0 {
		w.lostAt = at // what comes late after all is known at the end
	}
}

// codecName is a codec in words, or its number where it has none.
func codecName(b codec.Body) string {
	switch {
	case b.Codec != "":
		return string(b.Codec)
	case b.FourCC != "":
		return clean(b.FourCC)
	}
	return phrase.English.Say(phrase.ProbeCodecNumber, b.ID)
}

// clean is a stranger's word, fit to be shown.
func clean(s string) string { return foreign.Short(foreign.Clean(s)) }

// tooLong says that a body is longer than anything that makes sense there.
func tooLong(size int) string { return phrase.English.Say(phrase.ProbeTooLong, size) }

// took writes how long something took.
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

// End says when and how it ended. err is what the reader said, for endings that are no plan of ours.
func (w *Watch) End(at time.Duration, stop Stop, err error) Result {
	w.result.Stop, w.result.Looked = stop, ms(at)
	if n := w.stamps.Lost; n > 0 {
		w.addAll(faultLost, w.lostAt, n, n)
	}
	var format *flv.FormatError
	switch {
	case stop == StopNotFLV && errors.As(err, &format):
		w.add(faultNotFLV, at, format)
	case stop == StopCut && w.frames > 0:
		w.add(faultCut, at, err)
	case stop == StopLimit:
		w.add(faultLimit, at, w.result.Bytes>>20)
	case w.frames > 0 && (stop == StopEOF || stop == StopReset || stop == StopError):
		w.add(faultEnded, at, took(at))
	}
	none := w.frames == 0 && !w.errors() && stop != StopInterrupted
	switch {
	case !none:
		w.judge(at)
	case stop == StopRefused || stop == StopError:
		w.add(faultRefused, at, err)
	case stop == StopDuration:
		w.add(faultNoStream, at, w.got(), took(at))
	default:
		w.add(faultEmpty, at, w.got())
	}
	w.fill()
	r := &w.result
	r.Verdict = OK
	switch {
	case none:
		r.Verdict = NoStream
	case w.errors():
		r.Verdict = Faulty
	case stop == StopInterrupted:
		r.Verdict = Interrupted
	}
	r.Findings = w.sorted()
	return *r
}

// got says how far a stream came that brought no frame.
func (w *Watch) got() string {
	id := phrase.ProbeGotNothing
	switch {
	case w.result.Tags > 0:
		id = phrase.ProbeGotTags
	case w.header.Version != 0:
		id = phrase.ProbeGotHeader
	case w.result.Answer != nil:
		id = phrase.ProbeGotAnswer
	}
	return phrase.English.Say(id)
}
