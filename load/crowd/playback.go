package crowd

import "time"

const (
	// back is how far a timestamp may be behind the newest: sound and pictures are not sent in the order of their times. One further
	// back is of a new time line.
	back = time.Second
	// ahead is how far it may be ahead of it; what is further away is of a new one.
	ahead = 10 * time.Second
	// oneFrame is for how long the first frame of a new time line is shown at most, until the next tells.
	oneFrame = 40 * time.Millisecond
)

// playback is the model of a viewer who sees what comes from behind a buffer. It begins so long after the first frame came as the
// buffer is, and runs dry when the newest timestamp that it has was shown. Then it goes on with whatever comes, at once, later by as long
// as it was dry: the buffer is waited for only at the beginning. It takes times as they are given to it, and has no clock.
//
// A viewer sees pictures or does not, whatever connections lie behind. So a playback goes on over the end of a session, and what the next
// one brings is shown after what is left of the one before, of as much as the buffer is; so it is with a new time line on the same connection. It is over
// only when the viewer leaves.
//
// All that has to be known for this is when it will run dry if nothing more comes: media that comes before that puts it off by as
// much as its timestamps go on, and media that comes afterwards by as much from then on.
type playback struct {
	begins time.Duration // when the first frame is shown
	dry    time.Duration // when the newest has been shown
	told   time.Duration // up to when figures have been told
	newest uint32        // timestamp, ms
	on     bool          // a frame has come
	cut    bool          // the next frame is of another session
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
	case !p.on:
		p.begins, p.dry, p.told = now+buffer, now+buffer, now
		p.newest, p.on = timestamp, true
		return
	case p.cut || step < -back || step > ahead:
		step, p.cut = oneFrame, false // nobody knows how far the time lines are apart
		// More than that is skipped, to be no further behind: else what a server sends at first each time would pile up.
		p.dry = min(p.dry, now+buffer)
	case step <= 0:
		return
	}
	if now > p.dry {
		p.settle(now, sum)
		p.dry, p.stall = now, false
	}
	p.dry += step
	p.newest = timestamp
}

// ended says that what comes next is of another session.
func (p *playback) ended() { p.cut = true }

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
