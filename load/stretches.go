package load

import (
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// maxAges is how many ages one Watched tells.
	maxAges = 128
	// cutsAtOnce, cutsPerSecond and maxCuts bound how many stretches a session tells before their time, because another
	// epoch or an oddity came between. Beyond, the stretches of interleaved epochs go on side by side.
	cutsAtOnce    = 20
	cutsPerSecond = 20
	maxCuts       = 200
)

// stretch is a history.Watched in the making.
type stretch struct {
	history.Watched
	open  bool
	began time.Duration
}

// stretches tells what a session received.
type stretches struct {
	session int
	asked   time.Duration // when the GET was written: older frames have no age
	tell    tell

	cuts   int // so far
	budget budget
}

// budget is for what a server can make a session tell as often as it likes: cutsAtOnce, and then cutsPerSecond. The zero value
// is whole.
type budget struct {
	spent time.Duration // 1/cutsPerSecond each, of cutsAtOnce of them
	at    time.Duration // when that was reckoned
}

// spend reports whether there is some left, and takes it.
func (b *budget) spend(at time.Duration) bool {
	const each = time.Second / cutsPerSecond
	b.spent = max(0, b.spent-(at-b.at))
	b.at = at
	if b.spent > (cutsAtOnce-1)*each {
		return false
	}
	b.spent += each
	return true
}

// mayCut reports whether a stretch may be told before its time, and counts that it is.
func (s *stretches) mayCut(at time.Duration) bool {
	if s.cuts >= maxCuts || !s.budget.spend(at) {
		return false
	}
	s.cuts++
	return true
}

// picture adds a stamped frame that was sent at sent.
func (s *stretches) picture(r *stretch, f *seen, sent time.Duration) {
	s.begin(r, f.at)
	w := &r.Watched
	if w.Video == 0 {
		w.From, w.First, w.FirstSent, w.FirstTime = f.stamp.Seq, f.at, sent, f.Timestamp
	}
	w.To, w.Last, w.LastSent, w.LastTime = f.stamp.Seq, f.at, sent, f.Timestamp
	w.Video++
	w.Bytes += f.end() - f.Offset
	if f.keyframe && w.Key == 0 {
		w.Key = f.at
	}
	if sent >= s.asked && len(w.Ages) < maxAges {
		w.Ages = append(w.Ages, (f.at - sent).Microseconds())
	}
}

// other adds a frame of sound, or a picture without a stamp.
func (s *stretches) other(r *stretch, f *seen, sound bool) {
	s.begin(r, f.at)
	w := &r.Watched
	if sound {
		w.Audio++
	} else {
		w.Unstamped++
		if f.keyframe && w.Key == 0 {
			w.Key = f.at
		}
	}
	w.Bytes += f.end() - f.Offset
	if w.Video > 0 {
		return
	}
	if w.Audio+w.Unstamped == 1 {
		w.First, w.FirstTime = f.at, f.Timestamp
	}
	w.Last, w.LastTime = f.at, f.Timestamp
}

func (s *stretches) begin(r *stretch, at time.Duration) {
	if !r.open {
		*r = stretch{Watched: history.Watched{Session: s.session}, open: true, began: at}
	}
}

// end tells a stretch of an epoch, if there is one.
func (s *stretches) end(r *stretch, epoch uint32, at time.Duration) {
	if r.open {
		r.open = false
		s.tell(at, epoch, r.Watched)
	}
}
