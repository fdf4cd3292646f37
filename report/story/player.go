package story

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/report/history"
)

const (
	// briefly is how long a player may ask, in µs, without that being told apart from what it gets then.
	briefly = 50_000
	// silent is how long after the last frame one of the crowd tells that nothing comes.
	silent = 400_000
	// untold is how long what came last may not have been told of, in µs.
	untold = 200_000
	// maxName bounds the name of a player.
	maxName = 40
)

// player is what is known of a player.
type player struct {
	actor    string
	lane     *lane
	sessions []Session
	dry      []Dry
	nearest  int64 // how near to one another two of its sessions begin, or two of dry, as far as they were sorted

	state int   // asking or playing; idle else
	from  int64 // since when
	last  int64 // when it last had media, in this session
	// crowd says that it has media until it tells that it hasn't, which is quiet; hungry that it reads all that comes.
	crowd, quiet, hungry bool
	beside               bool  // a witness beside a crowd, whose samples don't count it
	bad                  int64 // µs without media, and refusals: the worst are shown
	heard                int64 // when it last did something
	bytes                int64 // of this session
}

const idle = -1

// played takes what a player did.
func (f *Fold) played(e history.Event, at int64) {
	l, p := f.player(e, at)
	if p != nil {
		p.heard = max(p.heard, at)
	}
	switch what := e.What.(type) {
	case history.PlayRequested:
		if p != nil {
			p.end(f, at)
			p.state, p.from, p.crowd, p.quiet, p.bytes = asking, at, what.Crowd, false, 0
			if what.Witness && !p.crowd && !p.beside && !l.apart {
				p.beside = true
				f.charts.besideWanted.change(&f.charts.grid, at, 1)
			}
			p.hungry = what.Manner != "stalled" && what.Manner != "slow" && what.Manner != "idle"
		} else {
			f.gone.sessions++
		}
	case history.PlayFirst:
		if what.Of == "byte" {
			return
		}
		if what.Of == "media" {
			f.first(l, at, what.Since.Microseconds())
		}
		if l != nil {
			l.seen(at, e.Epoch)
		}
		if p != nil {
			p.media(f, at)
		}
	case history.PlayProgress:
		f.progress(p, l, e, at, what)
	case history.Watched:
		if l != nil {
			l.seen(micros(what.First), e.Epoch)
		}
	case history.Stall:
		if p != nil && p.hungry {
			p.lacked(f, at-what.Gap.Microseconds(), at)
		}
	case history.PlayRefused:
		if p == nil || what.Wire == history.WireOurs {
			return
		}
		from := at
		if p.state == asking {
			from = p.from
			p.state = idle
		}
		p.end(f, at)
		p.add(f, from, at, refused)
		p.bad += 1000
	case history.PlayEnded:
		if p == nil {
			return
		}
		if more := what.Bytes - p.bytes; more > 0 {
			f.charts.received(max(p.last, p.from), at, more)
		}
		p.end(f, at)
	}
}

// first takes the time that a player waited for its first frame, counted from when somebody published.
func (f *Fold) first(l *lane, at, since int64) {
	if l != nil {
		if from, ok := l.live(); ok && from <= at {
			since = min(since, at-from)
		}
	}
	f.charts.firstFrame.add(&f.charts.grid, at, max(since, 0), 1)
}

// player is the player that an event is of, nil if it is not followed, and the lane of the event's key, nil if there are too many.
func (f *Fold) player(e history.Event, at int64) (*lane, *player) {
	p := f.players[e.Actor]
	if p != nil && p.lane.key == e.Key {
		return p.lane, p
	}
	l := f.lane(e.Key)
	if l == nil || p != nil || len(f.players) >= maxPlayers {
		return l, nil
	}
	p = &player{actor: e.Actor, lane: l, state: idle}
	f.players[e.Actor] = p
	l.players = append(l.players, p)
	if !l.apart {
		f.charts.wanted.change(&f.charts.grid, at, 1)
	}
	return l, p
}

// media says that it had a frame.
func (p *player) media(f *Fold, at int64) {
	switch p.state {
	case asking:
		if at-p.from > briefly {
			p.add(f, p.from, at, asking)
			p.from = at
		}
		p.state, p.last = playing, at
	case playing:
		p.last = max(p.last, at)
	}
}

func (f *Fold) progress(p *player, l *lane, e history.Event, at int64, what history.PlayProgress) {
	last := min(micros(what.Last), at)
	if p == nil {
		f.charts.received(at-500_000, at, what.Bytes)
		return
	}
	before, was := p.last, p.state
	f.charts.received(max(before, p.from), at, what.Bytes)
	p.bytes += what.Bytes
	if what.Tags <= 0 && !p.crowd {
		return
	}
	if what.Tags == 1 && l != nil {
		l.seen(last, e.Epoch)
	}
	if what.Tags > 0 {
		p.media(f, last)
	}
	if !p.hungry || was != playing {
		return
	}
	gap := what.MaxGap.Microseconds()
	switch {
	case p.quiet && what.Tags > 0: // it is over, whenever the frame came
		p.lacked(f, before, max(last-max(gap-(last-before), 0), before))
		p.quiet = false
	case !p.crowd && gap > f.dryAfter && before+gap <= last+f.dryAfter && !p.stalled(before, last):
		p.lacked(f, before, min(before+gap, last))
	}
	if p.crowd && at-last > silent {
		p.quiet, p.last = true, last
	}
}

// lacked notes that it had no media from one time to another, as far as somebody published.
func (p *player) lacked(f *Fold, from, to int64) {
	from = max(from, p.from)
	for _, v := range p.lane.past {
		if v.to <= from || v.from >= to {
			continue
		}
		p.dried(f, from, min(v.from, to))
		from = max(from, v.to)
	}
	if v := p.lane.vacant; v >= 0 {
		to = min(to, max(v, from))
	}
	p.dried(f, from, to)
}

// stalled reports whether a time without media between two times was told of already, as a stall: that knows better when it was.
func (p *player) stalled(from, to int64) bool {
	n := len(p.dry)
	return n > 0 && p.dry[n-1].From >= from && p.dry[n-1].From < to
}

func (p *player) dried(f *Fold, from, to int64) {
	if to-from <= f.dryAfter {
		return
	}
	if n := len(p.dry); n > 0 {
		if d := &p.dry[n-1]; d.N == 1 && from <= d.From+d.Len && to >= d.From { // told twice: by progress, and as a stall
			grown := max(to, d.From+d.Len) - d.From
			p.starved(f, d.From+d.Len, d.From+grown)
			p.bad += grown - d.Len
			d.Len = grown
			return
		}
	}
	p.dry = append(p.dry, Dry{From: from, Len: to - from, N: 1})
	f.items++
	p.bad += to - from
	p.starved(f, from, to)
}

func (p *player) starved(f *Fold, from, to int64) {
	if !p.lane.apart {
		f.charts.dry.add(&f.charts.grid, from, to, 1)
	}
}

// end says that a session is over.
func (p *player) end(f *Fold, at int64) {
	switch p.state {
	case asking:
		p.add(f, p.from, at, asking)
	case playing:
		until := at
		if p.hungry && (!p.crowd || p.quiet) {
			if at-p.last > f.dryAfter+untold || p.quiet {
				p.lacked(f, p.last, at)
			}
			if v := p.lane.vacant; v >= 0 && at-max(v, p.last) > f.dryAfter { // it stayed where nobody publishes
				until = max(v, p.last)
			}
		}
		p.add(f, p.from, until, playing)
		if !p.lane.apart {
			f.charts.playing.add(&f.charts.grid, p.from, until, 1)
		}
		if p.beside {
			f.charts.besidePlaying.add(&f.charts.grid, p.from, until, 1)
		}
		if until < at {
			p.add(f, until, at, lingering)
		}
	}
	p.state, p.quiet = idle, false
}

func (p *player) add(f *Fold, from, to int64, play int) {
	p.sessions = append(p.sessions, Session{From: from, Len: max(to-from, 0), Play: play, N: 1})
	f.items++
}

// finish ends what goes on.
func (p *player) finish(f *Fold) {
	if p.state != idle {
		p.heard = f.end
	}
	p.end(f, f.end)
	p.leave(f)
}

// leave says that it is no player any more since it was heard of last.
func (p *player) leave(f *Fold) {
	if !p.lane.apart {
		f.charts.wanted.change(&f.charts.grid, p.heard, -1)
	}
	if p.beside {
		f.charts.besideWanted.change(&f.charts.grid, p.heard, -1)
	}
}

// number is the player's number on its key, as the end of its name has it.
func (p *player) number() string {
	return text(p.actor[strings.LastIndexByte(p.actor, '/')+1:], maxName)
}

// shown are the players of a lane as they stand in the story: the worst of them, in the order of their numbers.
func shown(players []*player) []Player {
	worst := slices.Clone(players)
	slices.SortStableFunc(worst, func(a, b *player) int { return cmp.Compare(b.bad, a.bad) })
	worst = worst[:min(len(worst), maxShown)]
	slices.SortStableFunc(worst, func(a, b *player) int {
		x, errX := strconv.Atoi(a.number())
		y, errY := strconv.Atoi(b.number())
		return cmp.Or(cmp.Compare(b2i(errX != nil), b2i(errY != nil)), cmp.Compare(x, y), cmp.Compare(a.actor, b.actor))
	})
	out := make([]Player, 0, len(worst))
	for _, p := range worst {
		out = append(out, Player{Name: p.number(), Sessions: list(p.sessions), Dry: list(p.dry)})
	}
	return out
}
