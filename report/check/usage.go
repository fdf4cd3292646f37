package check

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Use is what the server's process used, with all that it started. A server that was started again in between counts as
// one: its levels are those of the processes one after the other.
type Use struct {
	Samples int64
	// CPU is how much processor time it took from the first sample to the last, Mean and Peak what share of one processor
	// that was, in percent: over all that time, and from one sample to the next at most.
	CPU        time.Duration
	Mean, Peak float64
	// PerReturn is the processor time of one return; zero where the returns were too few, or too even, to tell it from
	// that of the media.
	PerReturn time.Duration
	// RSS is in bytes. FDs are -1 where the system doesn't let us count them.
	RSS, FDs, Threads Level
	// Sanitizer says that a sanitizer was in the process: its memory proves nothing.
	Sanitizer bool
}

// APIUse is what the server's API showed, and how often it could not be asked.
type APIUse struct {
	Samples    int64
	Errors     int64
	FirstError string
	// Clients are connections, Streams those that somebody published. Clients are -1 where the API doesn't say.
	Clients, Streams Level
	Took             *hdrhistogram.Histogram // microseconds
}

// Level is one figure over a run.
type Level struct {
	First, Max, Last int64
	// PerReturn is by how much it grew with each return of a publisher after the warm-up, nil where that can't be told.
	PerReturn *float64
}

// add takes the next value; first says that there was none before.
func (l *Level) add(v int64, first bool) {
	if first {
		l.First, l.Max = v, v
	}
	l.Max, l.Last = max(l.Max, v), v
}

// usage follows what the server uses and shows, through all cases of a suite. What of it is left when we have gone is
// judged at the end, see leak.
type usage struct {
	profile *profile.Profile
	// ours says that we started the server, so that it serves nobody else; named that nobody else has keys named like ours.
	ours, named bool

	use  Use
	api  APIUse
	last history.Usage // the sample of the process before
	at   time.Duration // when it was
	span time.Duration // of all samples, without the times in which a server was down
	seen time.Duration // when the API was last seen
	// answers says that the API did when it was last asked, early that the run was ended before its time.
	answers, early bool

	returns  int64
	keys     map[string]*usedKey // that we published
	storming bool
	over     bool          // the run is at its end, and nothing of ours is there any more
	ended    time.Duration // since when
	suite    bool
	silent   map[int64]time.Duration // owners that fell silent, and until when the server may keep them

	life   life
	shown  shown
	points []point // of the storm, of the last life
}

// usedKey is a key that was ours.
type usedKey struct {
	left  time.Duration // when its last owner went
	allow time.Duration // for how long after that the server may keep its stream
}

// life is one process of the server, from when it was ready.
type life struct {
	pid      int
	starting bool // it has not said that it is ready
	known    bool // before is
	before   int64
	returns  int64     // at before
	after    *leftover // nil until there are samples after the run's end
	calm     calm      // of these
}

// rest begins to look for what is left.
func (l *life) rest() { l.after, l.calm = nil, calm{} }

// leftover is the least that was held after the run's end, and when that was.
type leftover struct {
	fds   int64
	at    time.Duration
	event int64
}

// point is a sample of the storm. Cost is the processor time since the point before it.
type point struct {
	at      time.Duration
	event   int64
	returns int64
	rss     int64
	fds     int64
	cost    time.Duration
	span    time.Duration
}

// maxPoints bounds how many points are kept: when there are more, every other one is dropped.
const maxPoints = 2000

func newUsage(h history.Header, p *profile.Profile) *usage {
	ours := h.Target.Embedded || h.Target.Exec != ""
	return &usage{
		profile: p, ours: ours, named: ours || named(h.Target.PublishURL),
		keys: map[string]*usedKey{}, silent: map[int64]time.Duration{},
	}
}

func (u *usage) Finish() {}

func (u *usage) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.Phase:
		u.phase(p.Name, e.At)
	case history.Case:
		u.suite = true
	case history.Stopped, history.Interrupted:
		u.early = true
	case history.Process:
		u.process(p)
	case history.Sanitizer:
		u.use.Sanitizer = true
	case history.Usage:
		u.sample(e, p)
	case history.API:
		u.look(e, p)
	case history.PublishSent:
		u.key(e.Key)
		if p.Role == history.Owner && p.Try == 0 && p.After != 0 {
			u.returns++
		}
	case history.Departed:
		u.departed(e, p)
	case history.PublishEnded:
		u.key(e.Key).left = e.At
		delete(u.silent, p.Conn)
	}
}

func (u *usage) phase(name string, at time.Duration) {
	u.storming = name == "storm"
	u.over, u.ended = name == "end", at
	u.life.rest()
	u.shown.after, u.shown.calm = nil, calm{} // in a suite the next case may have begun
	if name == "start" || name == "storm" {
		u.early = false
	}
}

// process takes news of a server of ours. What it held before it was ready is no level to come back to.
func (u *usage) process(p history.Process) {
	switch p.State {
	case "started":
		u.life = life{pid: p.PID, starting: true}
		u.shown.clear()
		u.points = nil
	case "ready":
		u.life.starting = u.life.starting && p.PID != u.life.pid
	case "exited", "gone":
		u.shown.clear()
	}
}

func (u *usage) key(name string) *usedKey {
	k := u.keys[name]
	if k == nil {
		k = &usedKey{}
		u.keys[name] = k
	}
	return k
}

// departed notes until when the server may rightly keep what the owner had: it does not know of a silent one, and some keep
// a stream for whoever comes back.
func (u *usage) departed(e history.Event, p history.Departed) {
	k := u.key(e.Key)
	k.left = e.At
	switch u.profile.Policy {
	case "exclusive":
		k.allow = 0
	case "grace":
		k.allow = u.profile.Resume
	default: // nobody needs the key to be free
		k.allow = u.profile.Idle.Later
	}
	if d, ok := u.profile.Departures[p.How]; ok && d.Resume > 0 {
		k.allow = d.Resume
	}
	if p.How == "vanish" {
		idle := u.profile.Idle
		u.silent[p.Conn] = e.At + max(idle.First, idle.Later)
	}
}

// held is how many silent owners the server may still take for live.
func (u *usage) held(at time.Duration) (n int64) {
	for _, until := range u.silent {
		if until > at {
			n++
		}
	}
	return n
}

// sample takes a sample of the process.
func (u *usage) sample(e history.Event, p history.Usage) {
	first := u.use.Samples == 0
	u.use.Samples++
	u.use.Sanitizer = u.use.Sanitizer || p.Sanitizer
	u.use.RSS.add(p.RSS, first)
	u.use.FDs.add(int64(p.FDs), first)
	u.use.Threads.add(int64(p.Threads), first)
	var pt point
	if same := !first && u.last.PID == p.PID; same && e.At > u.at {
		pt.cost, pt.span = max(p.CPU-u.last.CPU, 0), e.At-u.at
		u.use.CPU += pt.cost
		u.span += pt.span
		u.use.Mean = percent(u.use.CPU, u.span)
		if pt.span >= minSpan {
			u.use.Peak = max(u.use.Peak, percent(pt.cost, pt.span))
		}
	} else if !same && !first {
		u.points = nil
	}
	u.last, u.at = p, e.At
	u.alive(e, p)
	if u.storming {
		pt.at, pt.event, pt.returns, pt.rss, pt.fds = e.At, e.Seq, u.returns, p.RSS, int64(p.FDs)
		u.points = append(u.points, pt)
		if len(u.points) > maxPoints {
			u.thin()
		}
	}
}

// minSpan is the least time of which a share of a processor is told: its clock ticks every 10 ms.
const minSpan = 500 * time.Millisecond

func percent(cpu, of time.Duration) float64 {
	if of <= 0 {
		return 0
	}
	return 100 * float64(cpu) / float64(of)
}

// thin drops every other point; what it cost goes to the one after it.
func (u *usage) thin() {
	kept := u.points[:0]
	for i := 1; i < len(u.points); i += 2 {
		p := u.points[i]
		p.cost += u.points[i-1].cost
		p.span += u.points[i-1].span
		kept = append(kept, p)
	}
	u.points = kept
}

// alive follows how many descriptors one process holds, before and after.
func (u *usage) alive(e history.Event, p history.Usage) {
	l := &u.life
	if l.pid != p.PID {
		*l = life{pid: p.PID}
	}
	if l.starting || p.FDs < 0 {
		return
	}
	fds := int64(p.FDs)
	if !l.known {
		l.known, l.before, l.returns = true, fds, u.returns
		return
	}
	if !u.over || e.At < u.ended {
		return
	}
	l.calm.look(e.At, fds)
	if l.after == nil || fds < l.after.fds {
		l.after = &leftover{fds: fds, at: e.At, event: e.Seq}
	}
}

// shown is what the API showed of one life of the server.
type shown struct {
	known     bool
	before    map[string]history.APIStream
	after     map[string]*leftStream // nil until there are samples after the run's end
	calm      calm                   // of these, by the connections of our keys
	strangers bool                   // somebody else published or watched something
	counted   bool                   // it says of every stream how many watch it
}

// leftStream is the least that was shown of a stream of ours after the run's end.
type leftStream struct {
	history.APIStream
	at    time.Duration
	event int64
}

func (s *shown) clear() { *s = shown{} }

// look takes a sample of the API.
func (u *usage) look(e history.Event, p history.API) {
	a := &u.api
	if u.answers = p.Error == ""; !u.answers {
		u.shown.calm = calm{}
		if a.Errors == 0 {
			a.FirstError = p.Error
		}
		a.Errors++
		return
	}
	first := a.Samples == 0
	a.Samples++
	if a.Took == nil {
		a.Took = newHistogram()
	}
	record(a.Took, p.Took)
	if p.Clients >= 0 || first {
		a.Clients.add(int64(p.Clients), first || a.Clients.First < 0)
	}
	active := int64(0)
	for _, s := range p.Streams {
		if s.Active {
			active++
		}
	}
	a.Streams.add(active, first)
	u.seen = e.At
	u.shown.look(u, e, p)
}

func (s *shown) look(u *usage, e history.Event, p history.API) {
	now := map[string]history.APIStream{}
	s.counted = true
	for _, stream := range p.Streams {
		now[stream.Key] = stream
		s.counted = s.counted && stream.Clients >= 0
		if u.keys[stream.Key] == nil && s.known && (stream.Active || stream.Clients > 0) {
			s.strangers = true
		}
	}
	switch {
	case !s.known:
		s.known, s.before = true, now
	case u.over && e.At >= u.ended:
		s.rest(u, e, now)
	}
}

// rest notes what is left of our keys. A key that isn't shown any more has nothing left.
func (s *shown) rest(u *usage, e history.Event, now map[string]history.APIStream) {
	if s.after == nil {
		s.after = map[string]*leftStream{}
	}
	clients := int64(0)
	for key := range u.keys {
		clients += int64(max(now[key].Clients, 0))
	}
	s.calm.look(e.At, clients)
	for key, k := range u.keys {
		stream := now[key]
		if e.At <= max(k.left, u.ended)+k.allow+settledWithin {
			continue // it may be kept for whoever comes back
		}
		had := s.after[key]
		if had == nil {
			s.after[key] = &leftStream{stream, e.At, e.Seq}
			continue
		}
		had.Active = had.Active && stream.Active
		if stream.Clients < had.Clients {
			had.Clients, had.at, had.event = stream.Clients, e.At, e.Seq
		}
	}
}

// settledWithin is how long after its last owner a stream may be shown although nothing is wrong.
const settledWithin = time.Second

// outcome adds what was used and shown to the figures of the run.
func (u *usage) outcome(out *Outcome) {
	if u.use.Samples > 0 {
		use := u.use
		use.PerReturn = costOfReturn(u.points)
		// Cases of a suite differ in what they ask for, and a sanitizer keeps what is freed.
		if s, ok := u.growth(); ok && !u.suite && !use.Sanitizer {
			use.RSS.PerReturn = &s.mid
		}
		if l := u.life; l.known && l.after != nil && (l.after.fds == l.before || u.rested()) && l.after.fds >= l.before && u.returns > l.returns {
			per := float64(l.after.fds-l.before) / float64(u.returns-l.returns)
			use.FDs.PerReturn = &per
		}
		out.Usage = &use
	}
	if u.api.Samples+u.api.Errors > 0 {
		api := u.api
		if api.Took == nil {
			api.Took = newHistogram()
		}
		out.API = &api
	}
}

// sortedKeys are our keys by name.
func (u *usage) sortedKeys() []string {
	keys := make([]string, 0, len(u.keys))
	for key := range u.keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
