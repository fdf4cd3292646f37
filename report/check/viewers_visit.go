package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// witness is a player that reads every frame.
type witness struct {
	actor, key string
	visits     []*visit // its sessions, those judged left out
	// seen is the newest publish of which it had a frame, and missed how much of its end it did not get: unknown where it was
	// not there to the end.
	seen   *attempt
	missed missing
	// waits is the publish that it watched when that left, as long as it has nothing of a later one, and froze when its last
	// frame of it came.
	waits *attempt
	froze time.Duration
	// left says that it went by itself, at leftAt, and did not come again.
	left   bool
	leftAt time.Duration
}

// visit is one session of a witness.
type visit struct {
	session   int
	asked     time.Duration
	byteAt    time.Duration // of the body's first byte, zero as long as there was none
	reels     []*reel       // by their first frame: the one that at names and those not judged yet
	at        *reel         // how far the session is judged
	over      bool
	overAt    time.Duration
	overEvent int64
	ours      bool  // it was over by the player's own choice
	switches  []odd // of it the last ones, as evidence
}

// reel is what a session got of one publish.
type reel struct {
	epoch               uint32
	by                  *attempt // known once the reel is judged
	event               int64
	first, last         time.Duration
	firstSent, lastSent time.Duration
	key                 time.Duration // when its first keyframe came, zero as long as none has
	from, to            uint32
	firstTime, lastTime uint32
}

// watched adds a stretch to the reel of its epoch. Frames of two publishes may come in turns.
func (s *visit) watched(e history.Event, p history.Watched) {
	i := slices.IndexFunc(s.reels, func(r *reel) bool { return r.epoch == e.Epoch })
	if i < 0 {
		if len(s.reels) >= maxReels {
			s.reels = slices.Delete(s.reels, 0, len(s.reels)/2)
		}
		s.reels = append(s.reels, &reel{
			epoch: e.Epoch, event: e.Seq, first: p.First, last: p.Last, firstSent: p.FirstSent, lastSent: p.LastSent, key: p.Key,
			from: p.From, to: p.To, firstTime: p.FirstTime, lastTime: p.LastTime,
		})
		return
	}
	r := s.reels[i]
	if p.Last >= r.last {
		r.last, r.lastTime = p.Last, p.LastTime
	}
	r.to, r.lastSent = max(r.to, p.To), max(r.lastSent, p.LastSent)
	if r.key == 0 {
		r.key = p.Key
	}
}

// interval is how far apart its pictures were sent, zero where one alone came.
func (r *reel) interval() time.Duration {
	if r.to <= r.from || r.lastSent <= r.firstSent {
		return 0
	}
	return (r.lastSent - r.firstSent) / time.Duration(r.to-r.from)
}

// keyWithin is how long a reel waits for its first keyframe to be told.
const keyWithin = 10 * time.Second

// follow takes a session forward to until, and reports whether it is done with.
func (v *viewers) follow(w *witness, s *visit, until time.Duration) (done bool) {
	for {
		next, wait := v.next(w.key, s, until)
		if wait {
			return false
		}
		if next == nil {
			break
		}
		v.turned(w, s, next)
		i := slices.Index(s.reels, next)
		s.at, s.reels = next, s.reels[i:]
	}
	switch {
	case !s.over && len(w.visits) > 1:
		// Of a session that the next one followed without a word, the end is not known.
		return until == never || w.visits[1].asked <= until
	case !s.over && until != never:
		return false
	}
	if until != never && s.overAt+v.line.scaled(lateEnd) > until {
		return false
	}
	v.closed(w, s)
	return true
}

// next is the first reel of a newer publish than the session is in. It says to wait where one has come of which too little is
// known yet. What was never accepted is no publish, and an older one's frames are no return.
func (v *viewers) next(key string, s *visit, until time.Duration) (next *reel, wait bool) {
	for i := 0; i < len(s.reels); i++ {
		r := s.reels[i]
		if r == s.at {
			continue
		}
		if r.first > until {
			return nil, false
		}
		a := v.find(key, r.epoch)
		if a != nil && a.fate == pending && until != never {
			return nil, true
		}
		if a == nil || a.fate != accepted && a.fate != undecided || s.at != nil && !newer(a, s.at.by) {
			s.reels = slices.Delete(s.reels, i, i+1)
			i--
			continue
		}
		if !v.ripe(s, i, until) {
			return nil, true
		}
		r.by = a
		return r, false
	}
	return nil, false
}

// ripe reports whether all is known of a reel's beginning: whether it has a keyframe, and whether the session lives on.
func (v *viewers) ripe(s *visit, i int, until time.Duration) bool {
	r := s.reels[i]
	if until == never || i < len(s.reels)-1 || s.over && s.overAt <= until {
		return true
	}
	since := until - r.first
	return since >= v.line.scaled(lateEnd) && (r.key > 0 || since >= keyWithin)
}

// find is the attempt with that epoch, nil for one that was refused or that nobody heard of.
func (v *viewers) find(key string, epoch uint32) *attempt {
	for _, a := range slices.Backward(v.tries[key]) {
		if a.epoch == epoch && epoch != 0 {
			return a
		}
	}
	return nil
}

// newer reports whether a was accepted after b.
func newer(a, b *attempt) bool {
	return a != b && (a.came > b.came || a.came == b.came && a.epoch > b.epoch)
}
