package check

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// guessWithin is how far apart a refusal and a line may be to be tied by time.
	guessWithin = 250 * time.Millisecond
	// keepNames is how long it is remembered who is behind an id of the log: a publisher is refused soon after it connected.
	keepNames = 2 * time.Minute
	// keepViewers is how long it is remembered from where a player asked: its refusal is logged at once.
	keepViewers = 10 * time.Second
)

// logLine is a line of the log that says why somebody was refused.
type logLine struct {
	history.LogLine
	at   time.Duration
	key  string // from the line, or from another line of the same connection
	peer string // likewise
	used bool
}

// attribution ties the server's log to refusals: best by the id that the connect reply told us, then by our address, and
// last, as a guess that is marked as one, by key and time. Line and refusal may come in either order.
type attribution struct {
	line    *timeline
	profile *profile.Profile
	names   map[string]name          // who is behind an id of the log
	named   []since                  // ids by age
	viewers map[string]time.Duration // when a player asked last from an address of ours
	viewed  []since                  // addresses by age

	lines    []*logLine // recent ones that no refusal has taken
	byID     map[string]*logLine
	byPeer   map[string]*logLine
	waitID   map[string]*refusal // refusals without a line
	waitPeer map[string]*refusal

	keep time.Duration // how long a line may wait for its refusal

	// onPlay is told of a line that refused a player.
	onPlay func(e history.Event, l *logLine)
}

// since is when something was heard of, or was when it was last looked at.
type since struct {
	what string
	at   time.Duration
}

// name is what lines that only identify have told of a connection.
type name struct {
	at        time.Duration
	key, peer string
}

func newAttribution(line *timeline, p *profile.Profile) *attribution {
	return &attribution{
		line: line, profile: p, names: map[string]name{}, viewers: map[string]time.Duration{},
		byID: map[string]*logLine{}, byPeer: map[string]*logLine{},
		waitID: map[string]*refusal{}, waitPeer: map[string]*refusal{},
	}
}

func (t *attribution) Finish() {}

func (t *attribution) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.LogLine:
		t.identify(e, p)
		if p.Class != "" {
			t.explain(e, p)
		}
	case history.PlayRequested:
		if p.Local != "" {
			if _, ok := t.viewers[p.Local]; !ok {
				t.viewed = append(t.viewed, since{p.Local, e.At})
			}
			t.viewers[p.Local] = e.At
		}
	case history.Tick:
		t.forget()
	}
}

// identify remembers key and address of a connection.
func (t *attribution) identify(e history.Event, p history.LogLine) {
	if p.ID == "" || p.Key == "" && p.Peer == "" {
		return
	}
	n, ok := t.names[p.ID]
	if !ok {
		t.named = append(t.named, since{p.ID, e.At})
	}
	n.at = e.At
	if p.Key != "" {
		n.key = p.Key
	}
	if p.Peer != "" {
		n.peer = p.Peer
	}
	t.names[p.ID] = n
}

// explain gives a line to the refusal that it belongs to, if that has come, or keeps it.
func (t *attribution) explain(e history.Event, p history.LogLine) {
	n := t.names[p.ID]
	l := &logLine{LogLine: p, at: e.At, key: p.Key, peer: p.Peer}
	if l.key == "" {
		l.key = n.key
	}
	if l.peer == "" {
		l.peer = n.peer
	}
	if rule, ok := t.profile.Rule(p.Rule); ok && rule.Play {
		if t.onPlay != nil {
			t.onPlay(e, l)
		}
		return
	}
	if r := t.waitID[p.ID]; r != nil && p.ID != "" {
		t.tie(r, l, ByID)
		return
	}
	if r := t.waitPeer[l.peer]; r != nil && l.peer != "" {
		t.tie(r, l, ByPeer)
		return
	}
	t.lines = append(t.lines, l)
	if p.ID != "" {
		t.byID[p.ID] = l
	}
	if l.peer != "" {
		t.byPeer[l.peer] = l
	}
}

// refused looks for a line that has come already, or waits for it.
func (t *attribution) refused(r *refusal) {
	a := r.attempt
	if l := t.byID[a.serverID]; l != nil && a.serverID != "" {
		t.tie(r, l, ByID)
		return
	}
	if l := t.byPeer[a.local]; l != nil && a.local != "" {
		t.tie(r, l, ByPeer)
		return
	}
	if a.serverID != "" {
		t.waitID[a.serverID] = r
	}
	if a.local != "" {
		t.waitPeer[a.local] = r
	}
}

// settle makes the last attempt to find a line for r, by time, and waits no longer.
func (t *attribution) settle(r *refusal) {
	if r.log == nil {
		if l := t.nearest(r); l != nil {
			t.tie(r, l, ByTime)
		}
	}
	t.unwait(r)
}

// nearest is the line of r's key that is nearest in time and could be about r: one of them has no id, or they would
// have found each other.
func (t *attribution) nearest(r *refusal) *logLine {
	var best *logLine
	var least time.Duration
	for _, l := range t.lines {
		if l.used || l.key != r.attempt.key.name || l.ID != "" && r.attempt.serverID != "" {
			continue
		}
		if apart := (l.at - r.at).Abs(); apart <= guessWithin && (best == nil || apart < least) {
			best, least = l, apart
		}
	}
	return best
}

func (t *attribution) tie(r *refusal, l *logLine, by Tie) {
	r.log, r.by, l.used = l, by, true
	t.unwait(r)
	t.unlist(l)
}

func (t *attribution) unwait(r *refusal) {
	if t.waitID[r.attempt.serverID] == r {
		delete(t.waitID, r.attempt.serverID)
	}
	if t.waitPeer[r.attempt.local] == r {
		delete(t.waitPeer, r.attempt.local)
	}
}

func (t *attribution) unlist(l *logLine) {
	if t.byID[l.ID] == l {
		delete(t.byID, l.ID)
	}
	if t.byPeer[l.peer] == l {
		delete(t.byPeer, l.peer)
	}
}

// forget drops what is too old to be of use.
func (t *attribution) forget() {
	for len(t.lines) > 0 && (t.lines[0].used || t.line.now-t.lines[0].at > t.keep) {
		t.unlist(t.lines[0])
		t.lines = t.lines[1:]
	}
	for _, id := range expired(&t.named, t.line.now-keepNames, func(id string) time.Duration { return t.names[id].at }) {
		delete(t.names, id)
	}
	for _, addr := range expired(&t.viewed, t.line.now-keepViewers, func(addr string) time.Duration { return t.viewers[addr] }) {
		delete(t.viewers, addr)
	}
}

// expired takes from a list by age what was not heard of since until. What was heard of again goes to the end of the list,
// so that it holds up nothing behind it.
func expired(list *[]since, until time.Duration, heard func(string) time.Duration) (old []string) {
	for len(*list) > 0 && (*list)[0].at <= until {
		first := (*list)[0]
		*list = (*list)[1:]
		if at := heard(first.what); at > until {
			*list = append(*list, since{first.what, at})
		} else {
			old = append(old, first.what)
		}
	}
	return old
}

// viewer says how a line that refused a player is known to be about one of ours.
func (t *attribution) viewer(l *logLine) Tie {
	if _, ok := t.viewers[l.peer]; ok {
		return ByPeer
	}
	return ByNothing
}
