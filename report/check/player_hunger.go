package check

import "time"

// hunger is what a player lacks, from the time it is found until media comes again or the run is over. The finding stands
// from the first on; how long it lasted is told of it later.
type hunger struct {
	refused bool // it is told what it was refused with
	lack    time.Duration
	noes    int64
	text    string
	back    bool
}

// grow takes how it stands with q now.
func (h *hunger) grow(q *player) {
	if h != nil {
		h.lack, h.noes, h.text = q.lack, int64(max(q.noes, 1)), q.text
	}
}

// end says that media came again.
func (h *hunger) end() {
	if h != nil {
		h.back = true
	}
}

// tell adds to c what has become known.
func (h *hunger) tell(c *Case) {
	if h == nil {
		return
	}
	c.For, c.Back = h.lack, h.back
	if h.refused {
		c.Text, c.Refused = h.text, h.noes
	}
}
