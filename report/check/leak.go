package check

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// A server leaks when it holds more after we have gone than it did before we came. What it keeps is told from what it only
// opened once, or will let go of, by these rules; where they say nothing, so do we:
//
//   - Descriptors: only of a process that serves nobody but us, and only more than a server opens when it first needs them
//     and keeps. They have to grow on and on through the storm; where it was too short to see that, nearly every return has
//     to have left one.
//   - Connections and streams of our keys, as the API shows them: any that are left, unless the server may rightly keep them
//     for a publisher that comes back, or does not know that he left.
//   - Memory: by a slope per return that is positive beyond doubt, after a warm-up in which allocators and caches fill, and
//     that does not level off.
const (
	// onceOpened is how many descriptors a server may open when it first needs them, beside one for each of some keys.
	onceOpened = 5
	someKeys   = 10
	// steady is the share of returns that has to leave something behind where nobody could see it grow.
	steady = 0.8
)

// kept is one thing that the server did not let go of.
type kept struct {
	unit    phrase.ID
	count   int64
	example Case
}

// leaks are what the server did not let go of, for reason to say of a key what else was found of it. It is asked when
// everything else is judged: a key that is stuck holds what it holds because of that. Of those with one cause, one kind of
// thing is counted, the first of those above: a connection that is kept has a descriptor, too.
//
// A server that went down after the run's end, or was down at it, did not get to let go of anything.
func (u *usage) leaks(reason func(key string) Code, outages []*outage) []part {
	var parts []part
	counted := map[Code]phrase.ID{}
	all := u.keptMemory()
	if !slices.ContainsFunc(outages, func(o *outage) bool { return o.until > u.ended }) {
		all = slices.Concat(u.keptDescriptors(), u.keptStreams(), all)
	}
	for _, k := range all {
		p := part{code: Leak, cause: reason(k.example.Key), example: k.example}
		if counted[p.cause] == "" {
			counted[p.cause] = k.unit
		}
		if counted[p.cause] == k.unit {
			p.count = k.count
		}
		parts = append(parts, p)
	}
	return parts
}

// alone reports whether the server served nobody but us, as far as is known: we started it, or its API shows of all
// streams who is there.
func (u *usage) alone() bool {
	if u.ours {
		return true
	}
	api := u.profile.API
	return api != nil && api.Streams != nil && u.shown.known && u.shown.counted && !u.shown.strangers
}

func (u *usage) keptDescriptors() []kept {
	l := u.life
	returns := u.returns - l.returns
	if !l.known || l.after == nil || !u.rested() || returns <= 0 || !u.alone() {
		return nil
	}
	grown := l.after.fds - l.before - u.held(l.after.at)
	if grown <= onceOpened+int64(min(len(u.keys), someKeys)) {
		return nil
	}
	if rising, seen := u.rising(grown); seen && !rising || !seen && float64(grown) < steady*float64(returns) {
		return nil
	}
	text := phrase.English.Say(phrase.LeakDescriptors, l.before, l.after.fds, float64(grown)/float64(returns), returns)
	return []kept{{phrase.LeakDescriptors, grown, Case{At: l.after.at, Event: l.after.event, Text: text}}}
}

// rising reports whether what is left in the end grew on through the storm, after its first third. The least that is held
// in some seconds says most of what is held for good. It reports false for seen where the storm was too short.
func (u *usage) rising(grown int64) (rising, seen bool) {
	points := u.points[warmedUp(len(u.points)):]
	if len(points) < minPoints {
		return false, false
	}
	half := len(points) / 2
	least := func(points []point) int64 {
		n := points[0].fds
		for _, p := range points {
			n = min(n, p.fds)
		}
		return n
	}
	return least(points[half:])-least(points[:half]) >= max(grown/6, 1), true
}

func (u *usage) keptStreams() (all []kept) {
	s := &u.shown
	if s.after == nil || !s.calm.reached() || !u.named || u.held(u.seen) > 0 {
		return nil
	}
	var streams []kept
	for _, key := range u.sortedKeys() {
		is, was := s.after[key], s.before[key]
		if is == nil {
			continue
		}
		c := Case{Key: key, At: is.at, Event: is.event}
		if before := max(was.Clients, 0); is.Clients > before {
			c.Text = phrase.English.Say(phrase.LeakConnections, before, is.Clients)
			all = append(all, kept{phrase.LeakConnections, int64(is.Clients - before), c})
		}
		if is.Active && !was.Active {
			c.Text, c.Holder = phrase.English.Say(phrase.LeakStream), is.Publisher
			streams = append(streams, kept{phrase.LeakStream, 1, c})
		}
	}
	return append(all, streams...)
}

func (u *usage) keptMemory() []kept {
	if u.use.Sanitizer || u.suite || !u.alone() {
		return nil
	}
	s, ok := u.leaking()
	if !ok {
		return nil
	}
	points := u.warm()
	first, last := points[0], points[len(points)-1]
	text := phrase.English.Say(phrase.LeakMemory, float64(first.rss)/(1<<20), float64(last.rss)/(1<<20),
		last.returns-first.returns, s.mid/1024, s.low/1024)
	return []kept{{phrase.LeakMemory, 1, Case{At: last.at, Event: last.event, Text: text}}}
}

// addLeaks adds what the server did not let go of to what was found of it as a whole.
func (j *Judge) addLeaks() {
	g := j.found.gather(nil)
	if j.suite != nil {
		g = j.suite.gather(g)
	}
	for _, p := range j.usage.leaks(g.reason, j.line.outages) {
		j.found.add(p)
	}
}

// reason is the root that was found of a key first, if it says why the key is held.
func (g *gathered) reason(key string) Code {
	var first *group
	for _, f := range g.byID {
		switch f.Code {
		case DuplicatedPattern, StuckBusy, Disposing, UnexplainedRefusal:
			if f.Root && key != "" && f.keys[key] > 0 && (first == nil || f.FirstAt < first.FirstAt) {
				first = f
			}
		}
	}
	if first == nil {
		return ""
	}
	return first.Code
}

// named reports whether our keys have names that nobody else uses: each run has its own, where the URL leaves them to us.
func named(publishURL string) bool { return strings.Contains(publishURL, "{stream}") }
