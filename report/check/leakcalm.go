package check

import (
	"slices"
	"time"
)

// calmFor is how long the server must have been looked at after the run's end, and must have held no less at the end of
// that, before what it holds is taken for what it keeps.
const calmFor = 500 * time.Millisecond

// calm follows one level after the run's end. What is seen first may be from before our connections were closed, or from
// before the server had got round to closing them.
type calm struct {
	looks []held // those that may yet be compared with the last one
}

// held is how much of something the server had at one time.
type held struct {
	at    time.Duration
	count int64
}

func (c *calm) look(at time.Duration, count int64) {
	c.looks = append(c.looks, held{at, count})
	for len(c.looks) > 1 && c.looks[1].at <= at-calmFor {
		c.looks = slices.Delete(c.looks, 0, 1)
	}
}

// reached reports whether the level fell no more.
func (c *calm) reached() bool {
	if len(c.looks) == 0 {
		return false
	}
	then, now := c.looks[0], c.looks[len(c.looks)-1]
	return now.at-then.at >= calmFor && now.count >= then.count
}

// rested reports whether the process came to rest after the run's end, alive: a process that hangs, or that writes its
// memory to disk, still has all that it had. That it answers is known where its API does; where nobody can ask, a run that
// came to its own end has to do.
func (u *usage) rested() bool {
	if !u.life.calm.reached() {
		return false
	}
	if u.early || u.api.Samples > 0 {
		return u.answers && u.seen > u.ended
	}
	return true
}
