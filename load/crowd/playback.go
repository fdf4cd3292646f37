package crowd

import "time"

const (
	// back is how far a timestamp may be behind the newest: sound and pictures are not sent in the order of their times. One further
	// back begins a new time line.
	back = time.Second
	// ahead is how far it may be ahead of it; what is further away begins a new one.
	ahead = 10 * time.Second
)

// playback is the model of a player that shows what it gets from behind a buffer. It begins so long after the first frame came as
// the buffer is, and runs dry when it has shown the newest timestamp that it has; then it goes on with whatever comes, later by as long
// as it was dry. It takes times as they are given to it, and has no clock.
//
// All that has to be known for this is when it will run dry if nothing more comes: media that comes before that puts it off by as
// much as its timestamps go on, and media that comes afterwards by as much from then on.
type playback struct {
	begins time.Duration // when the first frame of the time line is shown
	dry    time.Duration // when the newest has been shown
	told   time.Duration // up to when figures have been told
	newest uint32        // timestamp, ms
	on     bool          // a frame has come
	stall  bool          // the present dry spell has been counted
}

// played is what a playback did over some time.
type played struct {
	stalls  int64
	stalled time.Duration
	shown   time.Duration // for how long pictures moved
}

// came takes a frame with a timestamp in ms that came at now, and adds to sum what the playback did before.
func (p *playback) came(now time.Duration, timestamp uint32, buffer time.Duration, sum *played) {
	step := time.Duration(int32(timestamp-p.newest)) * time.Millisecond // timestamps go round after 49 days
	switch {
	case !p.on || step < -back || step > ahead:
		p.settle(now, sum)
		p.begins, p.dry, p.told = now+buffer, now+buffer, now
		p.newest, p.on, p.stall = timestamp, true, false
	case step <= 0:
	case now > p.dry:
		p.settle(now, sum)
		p.dry, p.stall, p.newest = now+step, false, timestamp
	default:
		p.dry += step
		p.newest = timestamp
	}
}

// settle adds to sum what the playback did up to now.
func (p *playback) settle(now time.Duration, sum *played) {
	if !p.on || now <= p.told {
		return
	}
	from := max(p.told, p.begins)
	sum.shown += max(0, min(now, p.dry)-from)
	if p.isDry(now) {
		sum.stalled += now - max(from, p.dry)
		if !p.stall {
			p.stall = true
			sum.stalls++
		}
	}
	p.told = now
}

// isDry reports whether there is nothing left to show at now.
func (p *playback) isDry(now time.Duration) bool { return p.on && now > p.dry }
