package load

import (
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// reelHalf is the size of a half of a reel, in bytes.
	reelHalf = 256 << 10
	// reelSpan is how much time a half holds at least before a keyframe may begin the next.
	reelSpan = 1500 * time.Millisecond
	// maxHeader is the size up to which metadata and sequence headers are kept, in bytes.
	maxHeader = 64 << 10
	// afterTags and afterTime are how much evidence goes on after what it is evidence of, whichever is less.
	afterTags = 10
	afterTime = 300 * time.Millisecond
	// maxAfter is the same in bytes.
	maxAfter = 512 << 10
	// maxCaptures is how many files of evidence a session works on at a time.
	maxCaptures = 4
)

// reel holds the last bytes of a stream just as they came, faults and all, from about the last keyframe on, and makes files of
// evidence of them. It is two halves of which one is filled and one is whole; nothing is moved.
type reel struct {
	evidence *Evidence
	key      string
	// keep takes a file that is complete.
	keep func(c capture)

	halves       *[2][]byte // their memory
	older, newer []byte
	start        int64 // where in the stream older begins
	since        time.Duration
	keys         [8]int64 // where the last keyframes' tags begin, in turn
	nKeys        int
	headers      [3][]byte // as whole tags: script, video, audio
	open         []capture
}

// capture is one file in the making.
type capture struct {
	name     string
	bytes    []byte
	reserved int64
	end      int64 // how far in the stream it goes
	tags     int   // how many tags may still come
	until    time.Duration
}

// newReel returns a reel, or nil where nothing will be kept.
func newReel(e *Evidence, key string, keep func(capture)) *reel {
	if e.full() {
		return nil
	}
	r := &reel{evidence: e, key: key, keep: keep, halves: reels.Get().(*[2][]byte)}
	r.older, r.newer = r.halves[0][:0], r.halves[1][:0]
	return r
}

// reels lends the memory of reels.
var reels = sync.Pool{New: func() any { return &[2][]byte{make([]byte, reelHalf), make([]byte, reelHalf)} }}

// came takes the next bytes of the stream.
func (r *reel) came(p []byte) {
	if r == nil {
		return
	}
	for len(p) > 0 {
		n := min(len(p), reelHalf-len(r.newer))
		if n == 0 {
			r.turn()
			continue
		}
		r.newer = append(r.newer, p[:n]...)
		p = p[n:]
	}
}

// turn begins a new half in place of the older one.
func (r *reel) turn() {
	r.start += int64(len(r.older))
	r.older, r.newer = r.newer, r.older[:0]
}

// tag takes a tag that is whole: its place, what is kept of it for all files, and what comes behind others' oddities.
func (r *reel) tag(f *seen, body []byte) {
	if r == nil {
		return
	}
	switch {
	case f.Type == flv.Script:
		r.header(0, f, body)
	case f.sequence && f.Type == flv.Video:
		r.header(1, f, body)
	case f.sequence && f.Type == flv.Audio:
		r.header(2, f, body)
	case f.keyframe:
		r.keys[r.nKeys%len(r.keys)] = f.Offset
		r.nKeys++
		if f.at-r.since >= reelSpan && len(r.newer) > 0 {
			r.since = f.at
			r.turn()
		}
	}
}

// header keeps a header as a tag of its own.
func (r *reel) header(i int, f *seen, body []byte) {
	if len(body) <= maxHeader {
		r.headers[i] = flv.AppendTag(r.headers[i][:0], f.Type, f.Timestamp, body)
	}
}

// capture begins a file with what led to the tag at offset, up to end, and returns its name; empty where none is kept.
func (r *reel) capture(what history.What, offset, end int64, at time.Duration) string {
	if r == nil || len(r.open) == maxCaptures {
		return ""
	}
	from, ok := r.from(offset)
	if !ok {
		return ""
	}
	end = max(end, from)
	size := int64(flv.HeaderSize+flv.TrailerSize) + end - from + maxAfter
	for _, h := range r.headers {
		size += int64(len(h))
	}
	name := r.evidence.reserve(what, r.key, size)
	if name == "" {
		return ""
	}
	c := capture{name: name, reserved: size, end: from, tags: afterTags, until: at + afterTime}
	if from > 0 {
		c.bytes = flv.AppendHeader(nil, true, true)
		for _, h := range r.headers {
			c.bytes = append(c.bytes, h...)
		}
	}
	r.grow(&c, end)
	r.open = append(r.open, c)
	return name
}

// from is where a file begins that leads to the tag at offset: with the keyframe before the last one, with the last one, or
// else as near as the reel goes back. ok is false if it holds the beginning of no tag.
func (r *reel) from(offset int64) (at int64, ok bool) {
	if r.start == 0 && r.nKeys < 2 {
		return 0, true
	}
	at, before := offset, 0
	for i := r.nKeys - 1; i >= 0 && i >= r.nKeys-len(r.keys) && before < 2; i-- {
		key := r.keys[i%len(r.keys)]
		switch {
		case key < r.start:
			return at, at >= r.start
		case key <= offset:
			at = key
			before++
		case offset < r.start:
			at = key // the tag itself is gone already
		}
	}
	return at, at >= r.start
}

// grow adds to c what came up to end, as far as the reel still has it.
func (r *reel) grow(c *capture, end int64) {
	for _, half := range [...]struct {
		at int64
		b  []byte
	}{{r.start, r.older}, {r.start + int64(len(r.older)), r.newer}} {
		lo, hi := max(c.end-half.at, 0), min(end-half.at, int64(len(half.b)))
		if lo < hi && half.at+lo == c.end {
			c.bytes = append(c.bytes, half.b[lo:hi]...)
			c.end = half.at + hi
		}
	}
}

// behind lets the files grow by the tag that ends at end, and hands out those that are complete.
func (r *reel) behind(end int64, at time.Duration) {
	if r == nil || len(r.open) == 0 {
		return
	}
	left := r.open[:0]
	for _, c := range r.open {
		size := int64(len(c.bytes))
		if at <= c.until && size+(end-c.end) <= c.reserved {
			r.grow(&c, end)
		}
		if c.tags--; c.tags <= 0 || at > c.until || int64(len(c.bytes)) == size && end > c.end {
			r.keep(c)
			continue
		}
		left = append(left, c)
	}
	clear(r.open[len(left):])
	r.open = left
}

// finish hands out what there is, and the memory back.
func (r *reel) finish() {
	if r == nil {
		return
	}
	for _, c := range r.open {
		r.keep(c)
	}
	r.open, r.older, r.newer = nil, nil, nil
	reels.Put(r.halves)
}
