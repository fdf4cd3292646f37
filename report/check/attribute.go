package check

import (
	"cmp"
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// guessWithin is how far apart a refusal and a line may be to be tied by time.
	guessWithin = 250 * time.Millisecond
	// keepViewers is how long it is remembered from where a player asked: its refusal is logged at once.
	keepViewers = 10 * time.Second
	// maxLines bounds how many lines wait for their refusals, maxOfID how many of one id: a connection is refused once, and a
	// server that says so without end must not keep us busy with that.
	maxLines = 100_000
	maxOfID  = 200
)

// logLine is a line of the log that says why somebody was refused.
type logLine struct {
	history.LogLine
	at time.Duration
	// key, peer and token are the line's, or those of another line of the same connection.
	key, peer, token string
	used             bool
	// more says that a refusal of the line's connection has its line already, so that this is likely about the same.
	more bool
}

// attribution ties the server's log to refusals, each line to one at most. Line and refusal may come in either order.
//
//  1. By the id that the connect reply told us, and that the log has too. It holds whatever stands between.
//  2. By the token that we put behind the name of the stream.
//  3. By the address of our end, if nothing stands between: behind a proxy the log has the proxy's addresses, and one of
//     these may by chance be one of ours. So a tie by address waits until the log has shown that it sees ours, or nothing
//     has shown that it doesn't.
//  4. By key and time: a guess, and marked as one.
//
// Several lines or refusals of one id, token or address (ids and ports are used again) are told apart by key and time.
type attribution struct {
	line    *timeline
	profile *profile.Profile
	logs    *logs
	viewers map[string]time.Duration // when a player asked last from an address of ours
	viewed  []since                  // addresses by age

	lines []*logLine // recent ones, by age
	free  files[*logLine]
	wait  files[*refusal]

	keep time.Duration // how long a line may wait for its refusal

	// onPlay is told of a line that refused a player.
	onPlay func(e history.Event, l *logLine)
}

// since is when something was heard of, or was when it was last looked at.
type since struct {
	what string
	at   time.Duration
}

func newAttribution(line *timeline, p *profile.Profile, logs *logs) *attribution {
	return &attribution{
		line: line, profile: p, logs: logs, viewers: map[string]time.Duration{},
		free: newFiles[*logLine](), wait: newFiles[*refusal](),
	}
}

func (t *attribution) Finish() {}

func (t *attribution) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.LogLine:
		t.learn(p)
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

// learn gives the lines of a connection that came before this one what it tells of the connection.
func (t *attribution) learn(p history.LogLine) {
	if p.Key == "" && p.Peer == "" && p.Token == "" {
		return
	}
	for _, l := range slices.Clone(t.free.id[p.ID]) {
		key, peer, token := l.key, l.peer, l.token
		if t.complete(l); l.key == key && l.peer == peer && l.token == token {
			continue // mostly: a name costs too much to make it of each line before for each that comes
		}
		t.free.drop(filed{l.ID, token, plainAddress(peer), key}, l)
		if r, by := t.waiting(l); r != nil {
			t.tie(r, l, by)
		} else {
			t.free.put(l.names(), l)
		}
	}
}

// complete fills in what other lines of l's connection have told.
func (t *attribution) complete(l *logLine) {
	if n := t.logs.names.by[l.ID]; n != nil && l.ID != "" {
		l.key, l.peer, l.token = cmp.Or(l.key, n.key), cmp.Or(l.peer, n.peer), cmp.Or(l.token, n.token)
	}
}

// explain gives a line to the refusal that it belongs to, if that has come, or keeps it.
func (t *attribution) explain(e history.Event, p history.LogLine) {
	l := &logLine{LogLine: p, at: e.At, key: p.Key, peer: p.Peer, token: p.Token}
	t.complete(l)
	if rule, ok := t.profile.Rule(p.Rule); ok && rule.Play {
		if t.onPlay != nil {
			t.onPlay(e, l)
		}
		return
	}
	if r, by := t.waiting(l); r != nil {
		t.tie(r, l, by)
		return
	}
	if n := t.logs.names.by[p.ID]; n != nil && p.ID != "" {
		l.more = n.explained
	}
	if len(t.free.id[l.ID]) >= maxOfID {
		return
	}
	t.lines = append(t.lines, l)
	t.free.put(l.names(), l)
}

// waiting is the refusal that l is about, if one waits for it.
func (t *attribution) waiting(l *logLine) (*refusal, Tie) {
	pick := func(waiting []*refusal, fits func(*logLine, *refusal) bool) *refusal {
		return least(waiting, func(r *refusal) bool { return fits(l, r) }, func(r *refusal) time.Duration { return t.apart(l, r) })
	}
	if r := pick(t.wait.id[l.ID], always); r != nil {
		return r, ByID
	}
	if r := pick(t.wait.token[l.token], always); r != nil {
		return r, ByToken
	}
	if !t.logs.proxy.direct() || t.old(l) {
		return nil, ByNothing
	}
	return pick(t.wait.peer[plainAddress(l.peer)], agree), ByPeer
}

// refused looks for a line that has come already, or waits for it.
func (t *attribution) refused(r *refusal) {
	if l, by := t.come(r, false); l != nil {
		t.tie(r, l, by)
		return
	}
	t.wait.put(r.names(), r)
}

// settle makes the last attempt to find a line for r, and waits no longer.
func (t *attribution) settle(r *refusal) {
	t.wait.drop(r.names(), r)
	if r.log == nil {
		if l, by := t.come(r, true); l != nil {
			t.tie(r, l, by)
		} else if l := t.guess(r); l != nil {
			t.tie(r, l, ByTime)
		}
	}
	t.logs.tied(r)
}

// come is the line about r, if it has come. At last, a second line about a connection will do, and an address against which
// nothing speaks.
func (t *attribution) come(r *refusal, last bool) (*logLine, Tie) {
	pick := func(free []*logLine, fits func(*logLine, *refusal) bool) *logLine {
		return least(free, func(l *logLine) bool { return (last || !l.more) && fits(l, r) },
			func(l *logLine) time.Duration { return t.apart(l, r) })
	}
	if l := pick(t.free.id[r.serverID], always); l != nil {
		return l, ByID
	}
	if l := pick(t.free.token[r.token], always); l != nil {
		return l, ByToken
	}
	if x := t.logs.proxy; !x.direct() && (!last || x.doubted()) {
		return nil, ByNothing
	}
	return pick(t.free.peer[plainAddress(r.local)], func(l *logLine, r *refusal) bool { return agree(l, r) && !t.old(l) }), ByPeer
}

// guess is the line of r's key that is nearest in time and could be about r: what both are named by, they would have found
// each other by.
func (t *attribution) guess(r *refusal) *logLine {
	direct := t.logs.proxy.direct()
	return least(t.free.key[r.key.name], func(l *logLine) bool {
		named := l.ID != "" && r.serverID != "" || l.token != "" && r.token != "" || direct && l.peer != "" && r.local != ""
		return !named && !l.more && t.since(l, r) <= t.line.scaled(guessWithin)
	}, func(l *logLine) time.Duration { return t.since(l, r) })
}

// since is the time between a line and a refusal.
func (t *attribution) since(l *logLine, r *refusal) time.Duration {
	return (t.logs.clock.when(l.at, l.Wall) - r.at).Abs()
}

// apart says how ill a line and a refusal fit that have a name in common: another key is worse than any time. Where the
// log's clock is not known all times are the same, and the first of either belong together.
func (t *attribution) apart(l *logLine, r *refusal) (d time.Duration) {
	if t.logs.clock.sure() && l.Wall != 0 {
		d = min(t.since(l, r), time.Hour)
	}
	if l.key != "" && l.key != r.key.name {
		d += 2 * time.Hour
	}
	return d
}

// old reports whether l was written before the run.
func (t *attribution) old(l *logLine) bool { return t.logs.clock.before(l.at, l.Wall) }

func always(*logLine, *refusal) bool { return true }

// agree reports whether nothing that is known of a line and a refusal says that they are about two connections.
func agree(l *logLine, r *refusal) bool {
	return same(l.ID, r.serverID) && same(l.token, r.token) && same(l.key, r.key.name)
}

func same(a, b string) bool { return a == "" || b == "" || a == b }

func (t *attribution) tie(r *refusal, l *logLine, by Tie) {
	r.log, r.by, l.used = l, by, true
	t.wait.drop(r.names(), r)
	t.free.drop(l.names(), l)
	if l.ID != "" {
		t.logs.names.of(l.ID, l.at).explained = true
	}
	if by != ByTime {
		t.logs.clock.pair(r.at, l.Wall)
	}
}

// forget drops what is too old to be of use.
func (t *attribution) forget() {
	for len(t.lines) > 0 && (t.lines[0].used || t.line.now-t.lines[0].at > t.keep || len(t.lines) > maxLines) {
		t.free.drop(t.lines[0].names(), t.lines[0])
		t.lines = t.lines[1:]
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
	if _, ok := t.viewers[l.peer]; ok && !t.logs.proxy.doubted() {
		return ByPeer
	}
	return ByNothing
}
