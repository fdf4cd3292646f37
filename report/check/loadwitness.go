package check

import (
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// witnessing folds what the witnesses of a load tell: they are players as all others, and stand in no sample. Players of keys that were
// not published when the storm began, where others were, are those of the chaos beside the load. Of a witness that never got as far as to
// ask, nobody knows that it was one.
type witnessing struct {
	playing   map[string]*loadWitness // by actor, of those who have not gone
	up        int64                   // how many of them play
	published map[string]bool         // keys, before the storm
	storm     bool
}

// loadWitness is one of them, and how far its session has come.
type loadWitness struct {
	manner      string
	due         time.Duration
	byte        time.Duration // when the first one came; 0 for not yet
	up          bool
	tags, bytes int64 // of the session, as far as it was told
}

// maxWitnessing bounds how many are counted.
const maxWitnessing = 100_000

func newWitnessing() witnessing {
	return witnessing{playing: map[string]*loadWitness{}, published: map[string]bool{}}
}

// counts reports whether the players of a key are of the load.
func (w *witnessing) counts(key string) bool { return len(w.published) == 0 || w.published[key] }

// among are how many witnesses are wanted and play, beside so many of the crowd, where so many are wanted altogether.
func (w *witnessing) among(crowd, all int64) (wanted, playing int64) {
	wanted = min(int64(len(w.playing)), max(all-crowd, 0))
	return wanted, min(w.up, wanted)
}

// Witnesses are how many of the players under way are witnesses, who stand in no sample, and how many of those play.
func (l *LoadFold) Witnesses() (wanted, playing int64) { return l.beside.among(0, l.players()) }

// witnessed takes what witnesses, and publishers before the storm, tell one by one.
func (l *LoadFold) witnessed(e history.Event) {
	w := &l.beside
	switch p := e.What.(type) {
	case history.Phase:
		w.storm = w.storm || p.Name == "storm"
	case history.Connected, history.PublishSent, history.PublishAccepted, history.PublishRefused:
		if !w.storm && len(w.published) < maxWitnessing {
			w.published[e.Key] = true
		}
	case history.PlayRequested:
		l.witnessAsks(e, p)
	case history.PlayResponse:
		if w.playing[e.Actor] != nil && p.Status == 200 {
			l.tell(e.Actor, func(o *playSums) { add(&o.out.Opened, 1) })
		}
	case history.PlayFirst:
		l.witnessFirst(e, p)
	case history.PlayProgress:
		l.witnessGot(e, p.Tags, p.Bytes)
	case history.PlayRefused:
		if w.playing[e.Actor] != nil {
			by := string(p.Wire)
			if p.Status > 0 {
				by = strconv.Itoa(p.Status)
			}
			l.tell(e.Actor, func(o *playSums) { tally(&o.out.Refused, by, 1) })
		}
		l.witnessEnds(e, p.Wire)
	case history.PlayEnded:
		l.witnessEnded(e, p)
	}
}

// tell adds to all that a witness is part of.
func (l *LoadFold) tell(actor string, to func(*playSums)) {
	for _, g := range l.gathering(l.number()) {
		to(&g.plays)
	}
	if m := l.manners[l.beside.playing[actor].manner]; m != nil {
		to(&m.playSums)
	}
}

// flow is the same of what counts where a step is measured.
func (l *LoadFold) flow(at time.Duration, actor string, to func(*playSums)) {
	for _, g := range l.measured(at, 0, l.number()) {
		to(&g.plays)
	}
	if m := l.manners[l.beside.playing[actor].manner]; m != nil {
		to(&m.playSums)
	}
}

// number is that of the step under way.
func (l *LoadFold) number() int {
	if l.now == nil {
		return 0
	}
	return l.now.Step
}

func (l *LoadFold) witnessAsks(e history.Event, p history.PlayRequested) {
	w := &l.beside
	v := w.playing[e.Actor]
	switch {
	case v != nil:
		l.witnessEnds(e, history.WireNone)
	case !p.Witness || p.Crowd || l.now == nil || !w.counts(e.Key) || len(w.playing) >= maxWitnessing:
		return
	default:
		v = &loadWitness{manner: p.Manner}
		w.playing[e.Actor] = v
		l.manner(p.Manner, e.At)
	}
	due := e.Due
	if due <= 0 || due > e.At {
		due = e.At
	}
	*v = loadWitness{manner: v.manner, due: due}
	l.tell(e.Actor, func(o *playSums) {
		add(&o.out.Sessions, 1)
		o.connect.Record(e.At - due)
	})
}

func (l *LoadFold) witnessFirst(e history.Event, p history.PlayFirst) {
	v := l.beside.playing[e.Actor]
	switch {
	case v == nil:
	case p.Of == "byte" && v.byte == 0:
		v.byte = e.At
		l.tell(e.Actor, func(o *playSums) { o.firstByte.Record(e.At - v.due) })
	case p.Of != "byte" && !v.up:
		v.up = true
		l.beside.up++
		l.got(e.At)
		came := max(e.At, v.byte) // a frame bears the time at which the kernel had it, which may be earlier
		l.tell(e.Actor, func(o *playSums) { o.firstFrame.Record(came - v.due) })
		l.series.at(e.At, 0).first(came - v.due)
	}
}

// witnessGot takes what came to a witness since it last told.
func (l *LoadFold) witnessGot(e history.Event, tags, bytes int64) {
	v := l.beside.playing[e.Actor]
	if v == nil {
		return
	}
	if tags > 0 {
		l.got(e.At)
	}
	add(&v.tags, tags)
	add(&v.bytes, bytes)
	l.flow(e.At, e.Actor, func(o *playSums) {
		add(&o.out.Tags, tags)
		add(&o.out.Bytes, bytes)
	})
	add(&l.series.at(e.At, 0).in, bytes)
}

func (l *LoadFold) witnessEnded(e history.Event, p history.PlayEnded) {
	v := l.beside.playing[e.Actor]
	if v == nil {
		return
	}
	l.witnessGot(e, max(p.Tags, 0)-v.tags, max(p.Bytes, 0)-v.bytes)
	if p.Wire != history.WireOurs {
		l.flow(e.At, e.Actor, func(o *playSums) {
			add(&o.out.Ended, 1)
			if !p.Clean {
				add(&o.out.Torn, 1)
			}
		})
	}
	l.witnessEnds(e, p.Wire)
}

// witnessEnds says that a session is over; who ended it by himself has gone.
func (l *LoadFold) witnessEnds(e history.Event, wire history.Wire) {
	w := &l.beside
	v := w.playing[e.Actor]
	if v == nil {
		return
	}
	if v.up {
		w.up--
	}
	*v = loadWitness{manner: v.manner, due: v.due}
	if wire == history.WireOurs {
		delete(w.playing, e.Actor)
	}
}
