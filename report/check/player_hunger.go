package check

import "time"

// hunger is what a player lacks, from the time it is found until media comes again or the run is over. The finding stands
// from the first on; how long it lasted is told of it later.
type hunger struct {
	at      time.Duration // when it was found
	refused bool          // it is told what it was refused with
	since   time.Duration
	lack    time.Duration
	noes    int64
	text    string
	back    bool
}

// grow takes how it stands with q now.
func (h *hunger) grow(q *player) {
	if h != nil {
		h.since, h.lack, h.noes, h.text = q.since, q.lack, int64(max(q.noes, 1)), q.text
	}
}

// before takes media that came at that time, and reports whether it is some that had come before the hunger was found: a
// player that gets nothing more tells of its last frames late. Else the hunger is over.
func (h *hunger) before(q *player, at time.Duration) bool {
	if h == nil {
		return false
	}
	if at >= h.at {
		h.grow(q)
		h.back = true
		return false
	}
	q.lack -= max(at-q.since-unsaid, 0) // unsaid was left out from the beginning
	q.since = max(q.since, at)
	h.grow(q)
	return true
}

// tell adds to c what has become known.
func (h *hunger) tell(c *Case) {
	if h == nil {
		return
	}
	c.Since, c.For, c.Back = h.since, h.lack, h.back
	if h.refused {
		c.Text, c.Refused = h.text, h.noes
	}
}
