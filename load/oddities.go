package load

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// toldOfOne is how many oddities of a kind a session tells one by one.
	toldOfOne = 20
	// moreEvery is how often the rest is told, at most, when it goes on and on.
	moreEvery = 10 * time.Second
	// contextTags is how many tags an oddity shows, itself included.
	contextTags = 5
)

// notice is an oddity that was seen and may not be told yet.
type notice struct {
	at    time.Duration
	epoch uint32
	o     history.Oddity
	file  *capture
}

// oddities tells a session's oddities, so many of each kind and then only how many more there were.
type oddities struct {
	session int
	tell    tell
	reel    *reel
	// cut ends the stretches of the session before an oddity is told.
	cut func(at time.Duration)

	last  [contextTags]history.SeenTag // in turn
	nLast int
	kinds map[history.What]*kind
}

// kind counts the oddities of one kind.
type kind struct {
	told, more int64
	moreAt     time.Duration // when more were told last
}

// tell records an event.
type tell func(at time.Duration, epoch uint32, what history.Payload)

// show keeps a tag for the context of what comes.
func (o *oddities) show(t history.SeenTag) {
	o.last[o.nLast%contextTags] = t
	o.nLast++
}

// notice makes a notice of the tag shown last. Whoever has one says it or drops it.
func (o *oddities) notice(what history.What, f *seen) notice { return o.noticeTo(what, f, f.end()) }

// noticeTo is notice with evidence up to end.
func (o *oddities) noticeTo(what history.What, f *seen, end int64) notice {
	n := notice{at: f.at, o: history.Oddity{Session: o.session, What: what}}
	if what == history.Gap {
		n.o.Drained = f.lag
	}
	if f.stamped && f.damage == nil {
		n.epoch = f.stamp.Epoch
	}
	if k := o.kinds[what]; k != nil && k.told >= toldOfOne {
		return n // nobody will see them
	}
	for i := max(0, o.nLast-contextTags); i < o.nLast; i++ {
		n.o.Tags = append(n.o.Tags, o.last[i%contextTags])
	}
	n.o.Index = max(0, len(n.o.Tags)-1)
	n.file = o.reel.capture(what, n.o.Tags, f.Offset, end, f.at)
	return n
}

// drop forgets a notice that turned out to be of nothing.
func (o *oddities) drop(n notice) { o.reel.drop(n.file) }

// say tells an oddity, or counts it.
func (o *oddities) say(n notice) {
	k := o.kinds[n.o.What]
	if k == nil {
		if o.kinds == nil {
			o.kinds = map[history.What]*kind{}
		}
		k = &kind{moreAt: n.at}
		o.kinds[n.o.What] = k
	}
	if k.told >= toldOfOne {
		o.drop(n)
		k.more++
		if n.at-k.moreAt >= moreEvery {
			o.sayMore(n.at, n.o.What, k)
		}
		return
	}
	k.told++
	o.cut(n.at)
	n.o.File = o.reel.name(n.file)
	o.tell(n.at, n.epoch, n.o)
}

// sayMore tells how many were not told one by one.
func (o *oddities) sayMore(at time.Duration, what history.What, k *kind) {
	if k.more > 0 {
		o.tell(at, 0, history.Oddity{Session: o.session, What: what, More: k.more})
	}
	k.more, k.moreAt = 0, at
}

// finish tells what is left.
func (o *oddities) finish(at time.Duration) {
	var whats []history.What
	for what := range o.kinds {
		whats = append(whats, what)
	}
	slices.Sort(whats)
	for _, what := range whats {
		o.sayMore(at, what, o.kinds[what])
	}
}
