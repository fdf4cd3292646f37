package load

import (
	"slices"
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
	open         []*capture
}

// capture is one file in the making. It begins when something is seen, for later the bytes are gone; what that is, and that
// it is anything, may be known only later.
type capture struct {
	what     history.What
	name     string // empty until it is told
	bytes    []byte
	reserved int64
	end      int64 // how far in the stream it goes
	tags     int   // how many tags may still come
	until    time.Duration
	whole    bool // nothing more comes
}

// newReel returns a reel, or nil where nothing will be kept.
func newReel(e *Evidence, key string, keep func(capture)) *reel {
	if e.full() || !e.lend() {
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

// capture begins a file with what led to the tag at offset, up to end; nil where none is kept. near are the tags before.
func (r *reel) capture(what history.What, near []history.SeenTag, offset, end int64, at time.Duration) *capture {
	if r == nil || offset < r.start || len(r.open) == maxCaptures {
		return nil
	}
	from := r.from(near, offset)
	end = max(end, from)
	size := int64(flv.HeaderSize+flv.TrailerSize) + end - from + maxAfter
	for _, h := range r.headers {
		size += int64(len(h))
	}
	if !r.evidence.reserve(what, size) {
		return nil
	}
	c := &capture{what: what, reserved: size, end: from, tags: afterTags, until: at + afterTime}
	if from > 0 {
		c.bytes = flv.AppendHeader(nil, true, true)
		for _, h := range r.headers {
			c.bytes = append(c.bytes, h...)
		}
	}
	r.grow(c, end)
	r.open = append(r.open, c)
	return c
}

// from is where a file begins that leads to the tag at offset, which the reel still has: with the keyframe before the last one
// in front of it, with the last one, or else with the first of the tags near it that the reel has.
func (r *reel) from(near []history.SeenTag, offset int64) int64 {
	if r.start == 0 && r.nKeys < 2 {
		return 0
	}
	at, before := offset, 0
	for _, t := range near {
		if t.Offset >= r.start {
			at = min(at, t.Offset)
		}
	}
	for i := r.nKeys - 1; i >= 0 && i >= r.nKeys-len(r.keys) && before < 2; i-- {
		key := r.keys[i%len(r.keys)]
		if key < r.start {
			break
		}
		if key < offset {
			at = key
			before++
		}
	}
	return at
}

// name lets c be written as soon as it is whole, and returns its name; empty where there is none.
func (r *reel) name(c *capture) string {
	if c == nil {
		return ""
	}
	c.name = r.evidence.name(c.what, r.key)
	if c.whole {
		r.keep(*c)
		r.forget(c)
	}
	return c.name
}

// drop gives up c, unless it has a name.
func (r *reel) drop(c *capture) {
	if c == nil || c.name != "" {
		return
	}
	r.evidence.free(c.what, c.reserved)
	r.forget(c)
}

func (r *reel) forget(c *capture) {
	r.open = slices.DeleteFunc(r.open, func(o *capture) bool { return o == c })
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

// behind lets the files grow by the tag that ends at end, and hands out those that are complete and have a name.
func (r *reel) behind(end int64, at time.Duration) {
	if r == nil || len(r.open) == 0 {
		return
	}
	r.open = slices.DeleteFunc(r.open, func(c *capture) bool {
		if c.whole {
			return false // it waits for its name
		}
		size := int64(len(c.bytes))
		if at <= c.until && size+(end-c.end) <= c.reserved {
			r.grow(c, end)
		}
		c.tags--
		c.whole = c.tags <= 0 || at > c.until || int64(len(c.bytes)) == size && end > c.end
		if c.whole && c.name != "" {
			r.keep(*c)
			return true
		}
		return false
	})
}

// finish hands out what there is, and the memory back.
func (r *reel) finish() {
	if r == nil {
		return
	}
	for _, c := range r.open {
		if c.name != "" {
			r.keep(*c)
		} else {
			r.evidence.free(c.what, c.reserved)
		}
	}
	r.open, r.older, r.newer = nil, nil, nil
	reels.Put(r.halves)
	r.evidence.takeBack()
}
