package check

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/report/history"
)

// Viewers is what the witnesses saw: how much, how late, and what the return of a publisher cost them. Returns in the
// settling, and while the server was down, are left out of the figures.
type Viewers struct {
	// Witnesses are the players that read every frame, Frames the stamped ones that they read, Unstamped the video frames that
	// bore no stamp of this run and of which nothing can be said. Audio frames have none.
	Witnesses int64
	Frames    int64
	Unstamped int64
	Audio     int64
	// Served is how often a viewer whose publish had left got something of a later one, Unserved how often it didn't, although
	// there were later ones for longer than the grace. One that went by itself, or had less time, counts for neither.
	Served   int64
	Unserved int64
	// Frozen is from the last frame that a viewer got of a publish that left to its first one of a later publish.
	Frozen *hdrhistogram.Histogram
	// End is from a departure until its viewers' connections ended, or until their last frame where they were kept. A silent
	// departure counts from when the server noticed, and not at all where nothing tells when that was.
	End *hdrhistogram.Histogram
	// Stayed and Back are what the new publish cost the viewers whose connection outlived the return, and those that had to
	// come again.
	Stayed, Back Cost
	// Stall is how long the silences were in the middle of a publish that lasted longer than timestamps explain, by leastStall.
	Stall *hdrhistogram.Histogram
	// Lost is the media around a return that a viewer did not get, in whole pictures: those that were sent last and did not
	// come, all of a publish of which none came, and those before the first that came of the new one.
	Lost    *hdrhistogram.Histogram
	Latency *hdrhistogram.Histogram // of a frame, from its sending to its arrival
	// Policy is how the viewers of a publish that ended were treated, by the departure.
	Policy []Treatment
}

// Cost is how long after a new publish a viewer had something of it: after the `publish` was written that was accepted, or
// after its own GET where that was later. Byte is the first of the body, or the first frame for a body that had begun before.
type Cost struct {
	Byte, Keyframe, Frame *hdrhistogram.Histogram
}

func newCost() Cost { return Cost{newHistogram(), newHistogram(), newHistogram()} }

func (v *Viewers) each() []**hdrhistogram.Histogram {
	return []**hdrhistogram.Histogram{
		&v.Frozen, &v.End, &v.Stayed.Byte, &v.Stayed.Keyframe, &v.Stayed.Frame, &v.Back.Byte, &v.Back.Keyframe, &v.Back.Frame,
		&v.Stall, &v.Lost, &v.Latency,
	}
}

// add adds what was seen in another part of the same run.
func (v *Viewers) add(other *Viewers) {
	v.Witnesses += other.Witnesses
	v.Frames += other.Frames
	v.Unstamped += other.Unstamped
	v.Audio += other.Audio
	v.Served += other.Served
	v.Unserved += other.Unserved
	from := other.each()
	for i, h := range v.each() {
		if *h == nil {
			*h = newHistogram()
		}
		merge(*h, *from[i])
	}
	for _, t := range other.Policy {
		v.Policy = addTreatment(v.Policy, t)
	}
}

func (v *Viewers) compact() {
	for _, h := range v.each() {
		*h = compact(*h)
	}
}

// lateEnd is how long a server may take to end the viewers of a publish that ended: until then, a frame of the next one
// does not say that they are kept.
const lateEnd = time.Second

// leastStall is by how much a silence must be longer than timestamps, and we ourselves, explain.
const leastStall = 500 * time.Millisecond

// Bounds on what is kept of a witness whose sessions can't be judged yet, and of a key's publishes.
const (
	maxVisits = 64
	maxReels  = 64
	maxTries  = 512
)

// viewers measures them. It hears of frames late and of acceptance later still, so it judges a session only when nothing
// of its time is missing any more.
type viewers struct {
	line      *timeline
	out       *Viewers
	grace     time.Duration
	tries     map[string][]*attempt // those of each key that were not refused, as they were written
	witnesses map[string]*witness
	order     []*witness
	stalls    []stall
	judged    time.Duration
	treated   []treated // not taken by the policies yet
}

// stall is one that may yet turn out to be ours.
type stall struct{ from, to, explained time.Duration }

func newViewers(line *timeline, out *Viewers, grace time.Duration) *viewers {
	h := newHistogram
	out.Frozen, out.End, out.Stayed, out.Back, out.Stall, out.Lost, out.Latency = h(), h(), newCost(), newCost(), h(), h(), h()
	return &viewers{line: line, out: out, grace: grace, tries: map[string][]*attempt{}, witnesses: map[string]*witness{}}
}

func (v *viewers) Finish() {
	v.judge(never)
	v.unserved()
}

func (v *viewers) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Tick:
		if v.line.now-v.judged >= judgeEvery {
			v.judged = v.line.now
			v.judge(v.line.settled() - lookBack)
		}
	case history.PublishSent, history.PublishAccepted, history.PublishUndecided:
		if a := v.line.attempt; a != nil {
			v.tried(e.Key, a)
		}
	case history.PublishRefused:
		refused := v.line.attempt
		v.tries[e.Key] = slices.DeleteFunc(v.tries[e.Key], func(a *attempt) bool { return a == refused })
	case history.PlayRequested:
		v.asked(e, p)
	case history.PlayFirst:
		if s := v.visit(e, p.Session); s != nil && p.Of == "byte" {
			s.byteAt = e.At
		}
	case history.Watched:
		v.watched(e, p)
	case history.Oddity:
		if s := v.visit(e, p.Session); s != nil && p.What == history.Switch {
			s.switches = lately(append(s.switches, odd{at: e.At, event: e.Seq, epoch: e.Epoch, what: &p}))
		}
	case history.Stall:
		if v.witnesses[e.Actor] != nil {
			v.stalls = append(v.stalls, stall{e.At - p.Gap, e.At, p.Explained})
		}
	case history.PlayEnded:
		v.ended(e, p.Session, p.Wire)
		if w := v.witnesses[e.Actor]; w != nil && p.Wire == history.WireOurs {
			w.left, w.leftAt = true, e.At
		}
	case history.PlayRefused:
		v.ended(e, p.Session, history.WireOurs) // it never was a viewer
	}
}

func (v *viewers) tried(key string, a *attempt) {
	tries := v.tries[key]
	if slices.Contains(tries, a) {
		return
	}
	if len(tries) >= maxTries {
		tries = slices.Delete(tries, 0, len(tries)/2)
	}
	v.tries[key] = append(tries, a)
}

func (v *viewers) asked(e history.Event, p history.PlayRequested) {
	w := v.witnesses[e.Actor]
	if w == nil {
		if !p.Witness {
			return
		}
		w = &witness{actor: e.Actor, key: e.Key}
		v.witnesses[e.Actor] = w
		v.order = append(v.order, w)
		v.out.Witnesses++
	}
	if len(w.visits) >= maxVisits {
		w.visits = slices.Delete(w.visits, 0, len(w.visits)/2)
	}
	w.left = false
	w.visits = append(w.visits, &visit{session: p.Session, asked: e.At})
}

// visit is the session of a witness that e belongs to, nil for the crowd's.
func (v *viewers) visit(e history.Event, session int) *visit {
	w := v.witnesses[e.Actor]
	if w == nil {
		return nil
	}
	for _, s := range slices.Backward(w.visits) {
		if s.session == session {
			return s
		}
	}
	return nil
}

func (v *viewers) watched(e history.Event, p history.Watched) {
	if v.witnesses[e.Actor] == nil {
		return
	}
	v.out.Frames += max(p.Video, 0)
	v.out.Unstamped += max(p.Unstamped, 0)
	v.out.Audio += max(p.Audio, 0)
	if v.calm(p.Last, p.Last) { // it may be told much later
		for _, age := range p.Ages {
			record(v.out.Latency, min(time.Duration(age), time.Duration(longest.Microseconds()))*time.Microsecond)
		}
	}
	if s := v.visit(e, p.Session); s != nil && p.Video > 0 {
		s.watched(e, p)
	}
}

func (v *viewers) ended(e history.Event, session int, wire history.Wire) {
	if s := v.visit(e, session); s != nil && !s.over {
		s.over, s.overAt, s.overEvent, s.ours = true, e.At, e.Seq, wire == history.WireOurs
	}
}

// calm reports whether the load was on at from, and the server up all the way to to.
func (v *viewers) calm(from, to time.Duration) bool {
	return from < v.line.stormEnd && !slices.ContainsFunc(v.line.outages, func(o *outage) bool {
		return o.from-v.line.scaled(cutBefore) <= to && o.until > from
	})
}

// judge takes every witness forward to until.
func (v *viewers) judge(until time.Duration) {
	v.stalls = slices.DeleteFunc(v.stalls, func(s stall) bool {
		if s.to > until {
			return false
		}
		if silence := v.line.took(s.from, s.to); silence-s.explained >= leastStall && v.calm(s.from, s.to) {
			record(v.out.Stall, silence)
		}
		return true
	})
	for _, w := range v.order {
		for len(w.visits) > 0 && v.follow(w, w.visits[0], until) {
			w.visits = slices.Delete(w.visits, 0, 1)
		}
	}
}
