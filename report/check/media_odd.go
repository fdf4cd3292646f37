package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// keptUp is how lately a player must have had all that there was for it, for a frame that it missed to count.
	keptUp = 500 * time.Millisecond
	// standsBefore and standsAfter are how long before and after a gap we must not have stood still.
	standsBefore = 2 * time.Second
	standsAfter  = 500 * time.Millisecond
	// mostFrames bounds what one oddity counts: the numbers of frames have 32 bits.
	mostFrames = 1 << 32
	// follows is how long after a fault another may be nothing but what comes of it.
	follows = 2 * time.Second
)

// odd is one thing that a witness found odd.
type odd struct {
	at    time.Duration
	event int64
	epoch uint32
	what  *history.Oddity
}

// faults are the codes by what was odd. What is not among them is wrong in the form: flv-invalid.
var faults = map[history.What]Code{
	history.Gap: MediaLoss, history.Again: MediaDuplicate, history.Back: MediaReorder,
	history.Damaged: MediaCorrupt, history.Altered: MediaCorrupt, history.Sizes: MediaCorrupt, history.Future: MediaCorrupt,
	history.Foreign: MixedMedia,
}

// breaks are the faults after which a reader no longer knows where tags begin, or a tag is not what it should be: the
// frames in and after it have faults of no other cause.
var breaks = []history.What{history.FileHeader, history.PreviousSize, history.TagHeader, history.SecondHeader}

// follow are the faults that frames of another publish bring with them: a picture that nothing on this connection leads up
// to, times and frames that lie apart.
var follow = []history.What{
	history.Gap, history.Again, history.Back, history.TimeBack, history.NoSequence, history.NoKeyframe, history.Unannounced,
}

// odd takes what a witness found odd.
func (m *media) odd(e history.Event, p history.Oddity) {
	v, o := m.viewing(e, p.Session), odd{at: e.At, event: e.Seq, epoch: e.Epoch, what: &p}
	switch {
	case p.What == history.Switch:
		v.switches = lately(append(v.switches, o))
		return
	case slices.Contains(breaks, p.What):
		v.broken = lately(append(v.broken, e.At))
	case p.What == history.Foreign:
		v.strange = lately(append(v.strange, span{e.At, e.At}))
	}
	v.odds = append(v.odds, o)
	m.await(v)
}

// fault judges what was odd.
func (m *media) fault(v *viewing, o odd) {
	code := FLVInvalid
	if c, ok := faults[o.what.What]; ok {
		code = c
	}
	p := part{code: code, count: 1, example: v.example(o.at, o.event, o.epoch)}
	t := tale{code: code, how: How(o.what.What)}
	if o.what.More > 0 {
		// They were not told one by one, so they are only counted, where those that were told count.
		if v.told[t] == 0 || o.what.What == history.Foreign {
			return
		}
		p.count = min(o.what.More, mostFrames)
		m.found.add(p)
		return
	}
	switch o.what.What {
	case history.Gap:
		if !m.keptUp(o) {
			return
		}
		p.count = min(max(o.what.Missing, 1), mostFrames)
	case history.Foreign:
		if v.told[t] > 0 {
			return // what is mixed is counted by connections
		}
	}
	if v.excused(o) {
		return
	}
	v.told[t]++
	p.example.Odd = o.what
	m.found.add(p)
}

// excused reports whether o follows from something that was told of the connection already.
func (v *viewing) excused(o odd) bool {
	if !slices.Contains(breaks, o.what.What) && slices.ContainsFunc(v.broken, func(at time.Duration) bool {
		return o.at >= at-lookBack && o.at <= at+follows
	}) {
		return true
	}
	return slices.Contains(follow, o.what.What) && slices.ContainsFunc(v.strange, func(s span) bool {
		return o.at >= s.from-lookBack && (s.to == never || o.at <= s.to+follows)
	})
}

// keptUp reports whether the frames that are missing had to come: the player had all that there was just before, and we
// did not stand still, so that the server had somebody to give them to.
func (m *media) keptUp(o odd) bool {
	if o.what.Drained > m.line.scaled(keptUp) {
		return false
	}
	from, to := o.at-standsBefore, o.at+standsAfter
	return m.line.took(from, to) >= to-from
}
