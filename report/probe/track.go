package probe

import (
	"bytes"
	"time"

	"github.com/flvstorm/flvstorm/internal/codec"
)

// jumpFrom is how far ahead a timestamp must be of the one before, beyond the time that has passed, for a jump.
const jumpFrom = 2 * time.Second

// together is how soon behind each other frames come that were sent in one piece.
const together = 5 * time.Millisecond

// maxConfig bounds a decoder configuration that is kept, in bytes; real ones have less than a tenth of it.
const maxConfig = 64 << 10

// track is what came of audio or of video.
type track struct {
	body    codec.Body // the last one
	setup   []byte     // the last configuration
	setupOf codec.Name // and of which codec; empty without one
	configs int

	frames      int64
	first, last uint32 // timestamps, ms
	lastAt      time.Duration
	lastSize    int
	fresh       bool // a sequence header came since the last frame

	// By timestamps, over the distances that make sense.
	distances int64
	span      time.Duration
	spanBytes int64

	// By arrival, without bursts at the start and after stalls, and without these.
	counted        int64 // of this stretch
	countFrom, end time.Duration
	before         int64 // of those that are over
	beforeFor      time.Duration
	paused         bool // no frame came since the last stall
}

// step says how a frame's timestamp follows on the one before.
type step int

const (
	onward   step = iota
	backward      // within the stream
	ahead         // a jump
	restart       // behind a new sequence header: whoever publishes began anew
)

// ahead is how far a timestamp is ahead of the last one.
func (t *track) ahead(timestamp uint32) time.Duration {
	return time.Duration(int32(timestamp-t.last)) * time.Millisecond
}

// follows says how a frame that came at a time would follow on the one before.
func (t *track) follows(at time.Duration, timestamp uint32, burst bool) step {
	delta := t.ahead(timestamp)
	jumps := delta-(at-t.lastAt) > jumpFrom && !burst
	switch {
	case t.frames == 0:
		return onward
	case t.fresh && (delta < 0 || jumps):
		return restart
	case delta < 0:
		return backward
	case jumps:
		return ahead
	}
	return onward
}

// pause says that a stall is over.
func (t *track) pause() {
	if t.countFrom != 0 {
		t.before, t.beforeFor = t.before+t.counted, t.beforeFor+t.end-t.countFrom
	}
	t.counted, t.countFrom, t.paused = 0, 0, t.frames > 0
}

// frame takes a frame of so many bytes, tag header included. One of a burst says nothing of the rate of arrival.
func (t *track) frame(at time.Duration, timestamp uint32, size int, how step, burst bool) {
	switch {
	case t.frames == 0:
		t.first = timestamp
	case how == onward && !t.paused:
		t.distances++
		t.span += t.ahead(timestamp)
		t.spanBytes += int64(t.lastSize)
	}
	t.paused = false
	switch {
	case burst:
	case t.countFrom == 0, t.counted == 0 && at-t.end < together:
		// Of a server that gathers frames the first batch is where counting begins.
		if t.countFrom == 0 {
			t.countFrom = at
		}
		t.end = at
	default:
		t.counted++
		t.end = at
	}
	t.frames++
	t.last, t.lastAt, t.lastSize, t.fresh = timestamp, at, size, false
}

// sequence takes a configuration, and reports whether it is another than before.
func (t *track) sequence(body codec.Body, config []byte) (changed bool) {
	t.fresh = true
	if t.configs > 0 && t.setupOf == body.Codec && bytes.Equal(t.setup, config) {
		return false
	}
	changed = t.configs > 0
	t.configs++
	t.setup, t.setupOf = bytes.Clone(config), body.Codec
	return changed
}

// undecodable reports whether a frame lacks the configuration that its codec needs.
func (t *track) undecodable(body codec.Body) bool {
	return body.NeedsSequence() && t.setupOf != body.Codec
}

// rate is frames a second by timestamps, zero where nothing can be said.
func (t *track) rate() float64 {
	if t.span <= 0 {
		return 0
	}
	return round(float64(t.distances) / t.span.Seconds())
}

// bitrate is bits a second by timestamps.
func (t *track) bitrate() float64 {
	if t.span <= 0 {
		return 0
	}
	return round(float64(t.spanBytes) * 8 / t.span.Seconds())
}

// arrivedRate is frames a second by arrival.
func (t *track) arrivedRate() float64 {
	counted, long := t.before, t.beforeFor
	if t.countFrom != 0 {
		counted, long = counted+t.counted, long+t.end-t.countFrom
	}
	if long < time.Second {
		return 0
	}
	return round(float64(counted) / long.Seconds())
}

// spread collects a Spread.
type spread struct {
	n        int
	sum      float64
	min, max float64
}

func (s *spread) add(v float64) {
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.sum += v
	s.min, s.max = min(s.min, v), max(s.max, v)
}

func (s *spread) spread() Spread {
	if s.n == 0 {
		return Spread{}
	}
	return Spread{Min: round(s.min), Mean: round(s.sum / float64(s.n)), Max: round(s.max)}
}

// times are all three, so many times as much.
func (s Spread) times(n float64) Spread {
	return Spread{Min: round(s.Min * n), Mean: round(s.Mean * n), Max: round(s.Max * n)}
}

// gops measures groups of pictures.
type gops struct {
	open            bool // a keyframe has come
	from            uint32
	frames          int64
	frameN, seconds spread
}

// frame takes a video frame; broken says that its timestamp does not follow on those before.
func (g *gops) frame(keyframe bool, timestamp uint32, broken bool) {
	if broken {
		g.open = false
	}
	if keyframe {
		if g.open {
			g.frameN.add(float64(g.frames))
			g.seconds.add(time.Duration(int64(int32(timestamp-g.from)) * int64(time.Millisecond)).Seconds())
		}
		g.open, g.from, g.frames = true, timestamp, 0
	}
	g.frames++
}
