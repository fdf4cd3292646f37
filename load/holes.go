package load

import (
	"fmt"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// holePatience is how many frames of its epoch may come before a hole counts as a loss: a frame that comes later than
	// that comes too late for any player.
	holePatience = 32
	// holeLife is the same in frames of any epoch, for one that has ended.
	holeLife = 64
	// maxHoles is how many holes of one epoch are watched at a time; with one more the oldest is a loss.
	maxHoles = 8
)

// hole is frames that have not come while later ones did.
type hole struct {
	from, to uint32 // the first and the last of them
	left     int64  // how many of them have still not come
	frames   int64  // how many frames of the epoch had come when it was seen
	all      int64  // how many frames of any epoch
	seen     notice // as it was then
}

// has reports whether frame n is one of the hole's.
func (h *hole) has(n uint32) bool { return n-h.from <= h.to-h.from }

// open notes that frames have not come.
func (w *witness) open(e *epoch, f *seen, missing int64) {
	if len(e.holes) == maxHoles {
		w.lose(e)
	}
	h := hole{from: f.stamp.Seq - uint32(missing), to: f.stamp.Seq - 1, left: missing, frames: e.frames, all: w.frames}
	h.seen = w.oddities.notice(history.Gap, f)
	e.holes = append(e.holes, h)
	w.holes++
}

// fill notes that a frame came after all.
func (w *witness) fill(e *epoch, n uint32) {
	for i := range e.holes {
		if h := &e.holes[i]; h.has(n) {
			if h.left--; h.left == 0 {
				w.oddities.drop(h.seen)
				e.holes = append(e.holes[:i], e.holes[i+1:]...)
				w.holes--
			}
			return
		}
	}
}

// age tells the holes that were not filled in time.
func (w *witness) age() {
	for i := range w.epochs {
		e := &w.epochs[i]
		for len(e.holes) > 0 && (e.frames-e.holes[0].frames >= holePatience || w.frames-e.holes[0].all >= holeLife) {
			w.lose(e)
		}
	}
}

// lose tells the oldest hole of an epoch.
func (w *witness) lose(e *epoch) {
	h := e.holes[0]
	e.holes = e.holes[1:]
	w.holes--
	h.seen.o.Missing = h.left
	h.seen.o.Detail = fmt.Sprintf("%d to %d", h.from, h.to)
	w.oddities.say(h.seen)
}
