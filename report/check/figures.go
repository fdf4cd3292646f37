package check

import (
	"cmp"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// figures counts and measures. What a refusal was is told to it by those who judge refusals.
type figures struct {
	line     *timeline
	out      Outcome
	keys     map[string]*keyFigures
	armed    map[string]bool // actors whose armed connection was lost: their next return is no figure for a gap
	sessions map[string]*session
	players  map[string]bool
	found    *found
	returns  returns
}

// keyFigures is what is counted of one key.
type keyFigures struct {
	Key
	how     string               // the last departure
	left    time.Duration        // when it was
	returns map[uint32]returnDue // by the epoch that departed; an acceptance is judged long after it happened
}

// returnDue is a return that was planned: when it was due and what it counts for.
type returnDue struct {
	at   time.Duration
	left *Left
}

// session is a player's session while it lasts. One of the crowd tells of its first frame, and in the end of them all; how long
// it was between them it tells only where it was long.
type session struct {
	bytes, tags int64
	crowd       bool
	first       int64 // of tags, the first one of the crowd's, which it will tell of again
}

func newFigures(line *timeline, found *found, sweep bool) *figures {
	f := &figures{
		line: line, found: found, keys: map[string]*keyFigures{}, armed: map[string]bool{},
		sessions: map[string]*session{}, players: map[string]bool{},
		returns: returns{sweep: sweep, gaps: map[gapKey]*Gap{}, left: map[string]*Left{}},
	}
	f.out.Latency = newLatency()
	for _, t := range []*Tally{&f.out.Publish, &f.out.Contenders, &f.out.Settling} {
		t.Refused = map[profile.Class]int64{profile.Duplicated: 0, profile.Busy: 0}
	}
	return f
}

func (f *figures) Finish() {}

func (f *figures) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Connected:
		record(f.out.Latency.Connect, p.Setup)
	case history.ArmedLost:
		f.out.ArmedLost++
		f.armed[e.Actor] = true
	case history.PublishSent:
		f.sent(e, p)
	case history.PublishAccepted:
		a := f.line.attempt
		f.tally(a.role).Accepted++
		if a.role != history.Settling {
			f.key(e.Key).Accepted++
		}
		f.attempted(a)
		record(f.out.Latency.Accept, a.came-a.sent)
	case history.PublishUndecided:
		f.tally(f.line.attempt.role).Undecided++
		if f.line.attempt.returns() {
			f.out.Returns.Undecided++
		}
		f.attempted(f.line.attempt)
	case history.PublishRefused:
		f.attempted(f.line.attempt)
		if p.Sent == 0 && p.Role == history.Owner && p.Try == 0 && p.After != 0 {
			f.returned(e, p.After, cmp.Or(e.Due, f.key(e.Key).left+p.AskedGap), p.AskedGap, false)
		}
	case history.Departed:
		f.out.Departures++
		k := f.key(e.Key)
		k.how, k.left = p.How, e.At
	case history.PublishEnded:
		if !p.Vanished {
			f.out.Ended++
		}
	case history.PlayRequested:
		f.out.Play.Sessions++
		f.player(e.Actor)
		f.sessions[e.Actor] = &session{crowd: p.Crowd}
	case history.PlayFirst:
		f.first(e, p)
		if s := f.sessions[e.Actor]; s != nil && s.crowd && s.tags == 0 && p.Of != "byte" {
			s.first, s.tags = 1, 1
			f.out.Play.Tags++
		}
	case history.PlayProgress:
		f.progress(e, p)
	case history.PlayRefused:
		f.out.Play.Refused++
		f.player(e.Actor)
	case history.PlayEnded:
		f.ended(e, p)
	}
}

// returns reports whether a is the first try of an owner who comes back.
func (a *attempt) returns() bool { return a.role == history.Owner && a.try == 0 && a.after != 0 }

// attempted counts an attempt of a key, once its fate is known. The settling is counted apart.
func (f *figures) attempted(a *attempt) {
	if a.role != history.Settling {
		f.key(a.key.name).Attempts++
	}
}

// sent counts a return and measures its gap.
func (f *figures) sent(e history.Event, p history.PublishSent) {
	if p.Role != history.Owner || p.Try != 0 || p.After == 0 {
		return
	}
	due := e.Due
	if due == 0 {
		due = e.At - p.Gap + p.AskedGap
	}
	lost := f.returned(e, p.After, due, p.AskedGap, p.Armed)
	if p.Gap <= 0 || lost {
		return
	}
	if p.Armed {
		record(f.out.Latency.GapArmed, p.Gap)
	} else {
		record(f.out.Latency.GapFull, p.Gap)
	}
}

// returned counts a return after the epoch that departed, by its first try, and reports whether its armed connection had
// been lost.
func (f *figures) returned(e history.Event, after uint32, due, asked time.Duration, armed bool) (lost bool) {
	f.out.Returns.Returns++
	k := f.key(e.Key)
	lost = f.armed[e.Actor]
	delete(f.armed, e.Actor)
	f.returns.sent(f.line.attempt, k.how, asked, armed, lost)
	if k.returns == nil {
		k.returns = map[uint32]returnDue{}
	}
	k.returns[after] = returnDue{due, f.line.attempt.left}
	return lost
}

// recovered takes an acceptance of a key that had no owner since base; the zero recovery is that of one that is no return.
func (f *figures) recovered(a *attempt, base time.Duration) (back recovery) {
	k := f.key(a.key.name)
	// A return that the history does not tell of has only retries: it counts from when the key was free.
	ret := k.returns[a.after]
	if a.role != history.Owner || a.after == 0 {
		return back
	}
	delete(k.returns, a.after)
	k.Ownerless = max(k.Ownerless, a.came-base)
	took := max(a.came-max(ret.at, base), 0)
	k.Worst = max(k.Worst, took)
	record(f.out.Latency.Recovery, took)
	back = recovery{counts: true, took: took}
	if ret.left != nil {
		record(ret.left.Recovery, took)
		back.left = ret.left.How
	}
	return back
}

// ownerlessRefusal takes a refusal of a key that nobody owned.
func (f *figures) ownerlessRefusal(r *refusal) {
	if r.role != history.Settling {
		f.key(r.key.name).Refused++
	}
	if r.returns() {
		f.out.Returns.Refused++
		f.returns.ownerlessRefusal(r.attempt)
	}
}

// refused takes a refusal whose class is certain.
func (f *figures) refused(r *refusal, class profile.Class) {
	t := f.tally(r.role)
	t.Refused[class]++
	if r.correct {
		t.Correct++
	}
}

// first measures from the request, or from when the key's owner came if that was later: waiting for a publisher is not
// the server's time.
func (f *figures) first(e history.Event, p history.PlayFirst) {
	since := p.Since
	if k := f.line.keys[e.Key]; k != nil {
		for _, o := range k.owners {
			if o.came <= e.At && k.gone(o) > e.At {
				since = min(since, e.At-o.came)
			}
		}
	}
	switch p.Of {
	case "byte":
		record(f.out.Latency.FirstByte, since)
	case "media":
		record(f.out.Latency.FirstMedia, since)
	case "keyframe":
		record(f.out.Latency.FirstKeyframe, since)
	}
}

// progress adds what came since the last one.
func (f *figures) progress(e history.Event, p history.PlayProgress) {
	s := f.sessions[e.Actor]
	if s != nil {
		p.Tags -= min(s.first, p.Tags)
		s.first = 0
		s.bytes += p.Bytes
		s.tags += p.Tags
	}
	f.out.Play.Bytes += p.Bytes
	f.out.Play.Tags += p.Tags
	if p.MaxGap > 0 && (s == nil || !s.crowd) {
		record(f.out.Latency.TagGap, p.MaxGap)
	}
}

// ended adds what no progress has told of.
func (f *figures) ended(e history.Event, p history.PlayEnded) {
	if s := f.sessions[e.Actor]; s != nil {
		f.out.Play.Bytes += max(p.Bytes-s.bytes, 0)
		f.out.Play.Tags += max(p.Tags-s.tags, 0)
		delete(f.sessions, e.Actor)
	}
	if p.Wire == history.WireOurs {
		return
	}
	f.out.Play.Ended++
	if !p.Clean {
		f.out.Play.Cut++
	}
}

func (f *figures) player(actor string) {
	if !f.players[actor] {
		f.players[actor] = true
		f.out.Play.Players++
	}
}

func (f *figures) tally(role history.Role) *Tally {
	switch role {
	case history.Contender:
		return &f.out.Contenders
	case history.Settling:
		return &f.out.Settling
	}
	return &f.out.Publish
}

func (f *figures) key(name string) *keyFigures {
	k := f.keys[name]
	if k == nil {
		k = &keyFigures{Key: Key{Key: name}}
		f.keys[name] = k
	}
	return k
}

// outcome is what was counted. Attempts whose end was never heard of count as undecided.
func (f *figures) outcome() Outcome {
	out := f.out
	open := map[history.Role]int64{}
	for _, k := range f.line.keys {
		for _, a := range k.attempts {
			if a.fate == pending {
				open[a.role]++
				if a.returns() {
					out.Returns.Undecided++
				}
			}
		}
	}
	for role, t := range map[history.Role]*Tally{
		history.Owner: &out.Publish, history.Contender: &out.Contenders, history.Settling: &out.Settling,
	} {
		t.Undecided += open[role]
		t.Attempts = t.Accepted + t.Undecided
		for _, n := range t.Refused {
			t.Attempts += n
		}
	}
	out.Returns.weigh()
	for name, k := range f.keys {
		key := k.Key
		key.Errors = f.found.perKey[name]
		out.Keys = append(out.Keys, key)
	}
	worstFirst(out.Keys)
	f.returns.outcome(&out)
	return out
}
