package probe

import (
	"math"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/codec"
	"github.com/flvstorm/flvstorm/internal/flv"
)

// What is worth a word.
const (
	// longGOPFrom is how long viewers of a server without a cache may have to wait for a picture.
	longGOPFrom = 4.0 // s
	// apartFrom is how far sound and picture may come apart: players hold about so much back before one of them stops.
	apartFrom = 500 * time.Millisecond
	// silentFrom is how long a stream must have been silent at the end for that to be told.
	silentFrom = time.Second
	// stopsFrom is how long a track must have been silent at the end while the other went on.
	stopsFrom = 3 * time.Second
	// driftPercent and driftBy are how much faster or slower than our clock timestamps may run, and by how much in all: writes
	// in batches look like a drift over a short time.
	driftPercent = 3.0
	driftBy      = 500 * time.Millisecond
)

// judge finds what can be told only at the end.
func (w *Watch) judge(at time.Duration) {
	w.judgeTracks(at)
	w.judgeProfile(at)
	w.judgeGOP(at)
	w.judgeTimes(at)
	w.judgeAnswer(at)
	w.judgeClaims(at)
	if w.opts.SameClock && w.frames > 0 && w.stamps.Frames+w.stamps.Corrupt == 0 {
		w.add(faultNoStamps, at)
	}
}

// judgeTracks compares what was announced with what came.
func (w *Watch) judgeTracks(at time.Duration) {
	if w.video.frames > 0 && w.keyframes == 0 {
		w.add(faultNoKey, at, w.video.frames)
	}
	for _, t := range []struct {
		of        *track
		kind      flv.TagType
		announced bool
	}{{&w.video, flv.Video, w.header.Video}, {&w.audio, flv.Audio, w.header.Audio}} {
		switch {
		case w.frames == 0:
		case t.of.frames == 0 && (t.announced || t.of.configs > 0):
			w.add(faultMissing.of(t.kind.String()), at, t.kind)
		case t.of.frames > 0 && !t.announced:
			w.add(faultFlags.of(t.kind.String()), at, t.kind)
		case t.of.frames > 0 && w.clock.last.at-t.of.lastAt > stopsFrom:
			w.add(faultStops.of(t.kind.String()), at, t.kind, took(t.of.lastAt))
		}
		if b := t.of.body; t.of.frames > 0 && b.Codec == "" {
			w.add(faultUnknown.of(t.kind.String()), at, t.kind, codecName(b))
		}
	}
	if b := w.video.body; w.video.frames > 0 && b.Codec == codec.HEVC && b.FourCC == "" {
		w.add(faultOldHEVC, at)
	}
}

// judgeGOP judges how far keyframes are apart.
func (w *Watch) judgeGOP(at time.Duration) {
	open := w.openGOP()
	switch {
	case w.gops.seconds.n > 0 && w.gops.seconds.max > longGOPFrom:
		w.add(faultGOP, at, round(w.gops.seconds.max))
	case w.gops.open && open > longGOPFrom:
		w.add(faultOpenGOP, at, round(open))
	}
}

// openGOP is how long the last group of pictures was when the probe ended, in seconds.
func (w *Watch) openGOP() float64 {
	if !w.gops.open {
		return 0
	}
	return float64(int32(w.video.last-w.gops.from)) / 1000
}

// judgeTimes judges timestamps and delivery as a whole.
func (w *Watch) judgeTimes(at time.Duration) {
	if w.frames == 0 {
		return
	}
	// A stream that ended is told as that.
	silent := at - w.clock.last.at
	if planned := w.result.Stop == StopDuration || w.result.Stop == StopInterrupted; planned && silent > silentFrom+2*w.usualGap() {
		w.add(faultSilent, at, took(silent))
		w.clock.stalled++
		w.clock.stalledFor += silent
	}
	if w.skew.n > 0 {
		if mean := w.skew.sum / float64(w.skew.n); math.Abs(mean) > float64(apartFrom.Milliseconds()) {
			ahead, behind := flv.Audio, flv.Video
			if mean < 0 {
				ahead, behind = behind, ahead
			}
			w.add(faultApart, at, ahead, took(time.Duration(math.Abs(mean))*time.Millisecond), behind)
		}
	}
}

// usualGap is how far frames are apart by their timestamps.
func (w *Watch) usualGap() time.Duration {
	least := time.Duration(0)
	for _, t := range []*track{&w.video, &w.audio} {
		if t.distances > 0 {
			if d := t.span / time.Duration(t.distances); least == 0 || d < least {
				least = d
			}
		}
	}
	return least
}

// judgeDrift judges how fast timestamps run, once the clock has been read off.
func (w *Watch) judgeDrift(at time.Duration) {
	d := w.clock.drift
	if d == nil {
		return
	}
	by := time.Duration(math.Abs(*d) / 100 * float64(at))
	if math.Abs(*d) > driftPercent && by > driftBy && w.clock.stalled+w.back+w.jumps == 0 {
		w.add(faultDrift, at, *d)
	}
}

// judgeAnswer judges what HTTP said.
func (w *Watch) judgeAnswer(at time.Duration) {
	a := w.result.Answer
	if a == nil || a.WebSocket {
		return
	}
	kind, _, _ := strings.Cut(strings.ToLower(a.Type), ";")
	switch strings.TrimSpace(kind) {
	case "video/x-flv", "video/flv":
	case "":
		w.add(faultNoType, at)
	default:
		w.add(faultType, at, a.Type)
	}
	if a.CORS == "" {
		w.add(faultCORS, at)
	}
}

// judgeClaims compares metadata with what came.
func (w *Watch) judgeClaims(at time.Duration) {
	c := &w.claims
	if c.Count == 0 {
		return
	}
	differ := func(what string, said, is any) { w.add(faultClaim.of(what), at, what, said, is) }
	v, _, _ := codec.ParseVideo(w.video.setupOf, w.video.setup)
	a, _, _ := codec.ParseAudio(w.audio.setupOf, w.audio.setup)
	if c.Width != 0 && v.Width != 0 && int(c.Width) != v.Width {
		differ("width", c.Width, v.Width)
	}
	if c.Height != 0 && v.Height != 0 && int(c.Height) != v.Height {
		differ("height", c.Height, v.Height)
	}
	// Of frames that are missing or out of order the rate is nobody's claim.
	orderly := w.back+w.jumps+w.stamps.Lost == 0
	if is := w.video.rate(); orderly && c.FPS != 0 && w.video.distances >= 25 && math.Abs(c.FPS-is) > max(1, is/10) {
		differ("framerate", c.FPS, is)
	}
	if w.video.frames > 0 && c.VideoCodec != "" && !names(c.VideoCodec, w.video.body, codec.VideoNamed) {
		differ("videocodecid", c.VideoCodec, codecName(w.video.body))
	}
	if w.audio.frames > 0 && c.AudioCodec != "" && !names(c.AudioCodec, w.audio.body, codec.AudioNamed) {
		differ("audiocodecid", c.AudioCodec, codecName(w.audio.body))
	}
	// FLV can't say more than 44100 in its own field, and SBR doubles what some encoders say.
	if is := float64(a.Rate); c.SampleRate != 0 && is != 0 && c.SampleRate != is && 2*c.SampleRate != is && c.SampleRate != 2*is {
		differ("audiosamplerate", c.SampleRate, is)
	}
}

// names reports whether what metadata call a codec, a number or a FourCC, may be the one that came. Some write names of their
// own.
func names(said string, is codec.Body, named func(string) codec.Name) bool {
	name := named(said)
	return name == "" || name == is.Codec
}

// fill puts the figures together.
func (w *Watch) fill() {
	r := &w.result
	if w.video.frames > 0 || w.video.configs > 0 {
		r.Video = w.videoFigures()
	}
	if w.audio.frames > 0 || w.audio.configs > 0 {
		r.Audio = w.audioFigures()
	}
	if w.claims.Count > 0 {
		claims := w.claims
		r.Claims = &claims
	}
	if r.Stamps = w.stamps.result(w.opts.SameClock); w.frames == 0 {
		return
	}
	r.Bitrate = round(w.video.bitrate() + w.audio.bitrate())
	r.Delivery = w.clock.delivery()
	w.judgeDrift(r.Looked.Duration())
	start := w.clock.start
	start.Cache = start.Media.Duration() > burstFor+cacheFrom
	r.Start = &start
	r.Timestamps = &Timestamps{
		First: w.firstFrame, Last: w.lastFrame, Back: w.back, Ahead: w.jumps, Restarts: w.restarts, Drift: w.clock.drift,
	}
	if w.audio.frames > 0 && w.video.frames > 0 {
		offset := MS(int32(w.audio.first - w.video.first))
		r.Timestamps.Offset = &offset
	}
	if w.skew.n > 0 {
		mean, most := MS(round(w.skew.sum/float64(w.skew.n))), MS(max(w.skew.max, -w.skew.min))
		r.Timestamps.Skew, r.Timestamps.SkewMax = &mean, &most
	}
}

func (w *Watch) videoFigures() *Video {
	t := &w.video
	v := &Video{
		Codec: codec.Name(codecName(t.body)), ID: t.body.ID, FourCC: clean(t.body.FourCC), Frames: t.frames, Keyframes: w.keyframes,
		FPS: t.rate(), ArrivedFPS: t.arrivedRate(), Bitrate: t.bitrate(), BFrames: w.composed > w.composedLeast, Configs: t.configs,
	}
	if t.setupOf == t.body.Codec {
		v.Video, _, _ = codec.ParseVideo(t.setupOf, t.setup)
	}
	if v.BFrames {
		v.Ahead = w.composed
	}
	if w.gops.open || w.gops.frameN.n > 0 {
		v.GOP = &GOP{Count: w.gops.frameN.n, Frames: w.gops.frameN.spread(), Length: w.gops.seconds.spread().times(1000), Open: MS(round(w.openGOP() * 1000))}
	}
	return v
}

func (w *Watch) audioFigures() *Audio {
	t := &w.audio
	a := &Audio{
		Codec: codec.Name(codecName(t.body)), ID: t.body.ID, FourCC: clean(t.body.FourCC), Audio: t.body.Audio,
		Frames: t.frames, Bitrate: t.bitrate(), Configs: t.configs,
	}
	if parsed, ok, err := codec.ParseAudio(t.setupOf, t.setup); ok && err == nil && t.setupOf == t.body.Codec {
		a.Audio = parsed
	}
	return a
}
