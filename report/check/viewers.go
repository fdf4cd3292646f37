package check

import (
	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/report/history"
)

// Viewers is what the witnesses saw: how much, how late, and what the return of a publisher cost them.
type Viewers struct {
	// Witnesses are the players that read every frame, Frames the stamped ones that they read, Unstamped the video frames that
	// bore no stamp of this run and of which nothing can be said.
	Witnesses int64
	Frames    int64
	Unstamped int64
	// End is from a departure until its viewers' connections ended, or until their last frame where they were kept.
	End *hdrhistogram.Histogram
	// Stayed and Back are what the new publish cost the viewers whose connection outlived the return, and those that had to
	// come again.
	Stayed, Back Cost
	Stall        *hdrhistogram.Histogram // how much longer than its timestamps say a silence was
	Lost         *hdrhistogram.Histogram // media around a return that a viewer did not get
	Latency      *hdrhistogram.Histogram // of a frame, from its sending to its arrival
}

// Cost is how long after a new publish a viewer had something of it.
type Cost struct {
	Byte, Keyframe, Frame *hdrhistogram.Histogram
}

func (v *Viewers) add(other *Viewers) {}

func (v *Viewers) compact() {}

// viewers measures them.
type viewers struct {
	line *timeline
	out  *Viewers
}

func newViewers(line *timeline, out *Viewers) *viewers { return &viewers{line: line, out: out} }

func (v *viewers) Step(e history.Event) {}

func (v *viewers) Finish() {}
