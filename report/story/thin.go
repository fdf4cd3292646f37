package story

import (
	"cmp"
	"math"
	"slices"
)

const (
	// maxItems bounds the bars, ticks, gaps, sessions and dry times of a story, maxLanes its lanes, and maxPlayers the players of whom
	// sessions are kept. Of one key at most maxShown of these are shown, the worst of them.
	maxItems   = 100_000
	maxLanes   = 10_000
	maxPlayers = 20_000
	maxShown   = 64
	// room is how many items may be left when some have been merged. At least so many are left by the last resort: three a lane and
	// two a player.
	room = maxItems * 7 / 10
)

// How much something weighs against being merged with its neighbour.
const (
	calm    = iota // all went well
	notable        // a player was refused, a key came back in time but not at once
	grave          // late, stuck, refused, ended by the server
	mixed          // beyond that, even what is not alike is merged
)

// thin merges neighbours until there is room again. It begins with what is calm on keys on which nothing went wrong, and with
// what is so near together that a picture of the whole run would show it as one; what is left of these steps is merged without
// regard to anything, so that there is a bound whatever a history holds.
func (f *Fold) thin() {
	for _, l := range f.order {
		l.sort()
	}
	for _, near := range []int64{400, 100, 25, 0} {
		for weight := calm; weight <= grave; weight++ {
			for _, bad := range []bool{false, true} {
				if weight == grave && near > 25 {
					continue
				}
				if f.halveAll(bad, weight, near) {
					return
				}
			}
		}
	}
	for _, bad := range []bool{false, true} {
		if f.halveAll(bad, mixed, 0) {
			return
		}
	}
}

// halveAll merges in all good lanes, or all bad ones, what weighs no more than weight and lies within one of so many parts of the
// run, until nothing more can be. It reports whether there is room.
func (f *Fold) halveAll(bad bool, weight int, parts int64) bool {
	m := merging{weight: weight, grace: f.grace, within: f.end + 1}
	if parts > 0 {
		m.within = f.end/parts + 1
	}
	for {
		before := f.items
		for _, l := range f.order {
			if l.bad == bad {
				f.items -= l.halve(m)
			}
		}
		if f.items <= room {
			return true
		}
		if weight < mixed && before-f.items <= before/64 || before == f.items {
			return false
		}
	}
}

// merging says what may be merged.
type merging struct {
	weight int
	within int64 // the longest that is made
	grace  int64
}

// halve merges neighbours pair by pair, and returns how many fewer there are.
func (l *lane) halve(m merging) (fewer int) {
	fewer += halve(&l.bars, m, func(a, b *Bar) bool {
		return m.weight > calm || b.From-a.From-a.Len <= m.grace
	})
	fewer += halve(&l.ticks, m, nil)
	fewer += halve(&l.gaps, m, nil)
	for _, p := range l.players {
		if p.nearest <= m.within { // to look at the lists of a great crowd again and again is what costs
			fewer += halve(&p.sessions, m, nil)
			fewer += halve(&p.dry, m, nil)
		}
	}
	return fewer
}

// mergeable is something on a lane.
type mergeable[T any] interface {
	*T
	// span is from when to when it was, kind what it is alike with, weight how much it weighs.
	span() (from, to int64)
	kind() int
	weight() int
	// take makes of two one that lasts until the end of both.
	take(*T)
}

// kinds is how many kinds there are at most.
const kinds = 32

func halve[T any, P mergeable[T]](list *[]T, m merging, may func(a, b *T) bool) int {
	if len(*list) < 2 {
		return 0
	}
	var last [kinds]int32 // of each kind the one that waits for a second, counted from 1
	out := (*list)[:0]
	for i := range *list {
		p := P(&(*list)[i]) // in its place, which out has not come to: a copy would be garbage for each of them
		if p.weight() > m.weight {
			out = append(out, *p)
			continue
		}
		k := 0
		if m.weight < mixed {
			k = p.kind() % kinds
		}
		if last[k] > 0 {
			first := P(&out[last[k]-1])
			from, _ := first.span()
			if _, to := p.span(); to-from <= m.within && (may == nil || may(first, p)) {
				first.take(p)
				last[k] = 0
				continue
			}
		}
		out = append(out, *p)
		last[k] = int32(len(out))
	}
	fewer := len(*list) - len(out)
	clear((*list)[len(out):])
	*list = out
	return fewer
}

func (b *Bar) span() (int64, int64) { return b.From, b.From + b.Len }
func (b *Bar) kind() int            { return b.Outcome }
func (b *Bar) weight() int {
	switch b.Outcome {
	case endedByServer:
		return grave
	case byContender:
		return notable
	}
	return calm
}

func (b *Bar) take(o *Bar) {
	b.Len = max(b.From+b.Len, o.From+o.Len) - b.From
	if o.weight() > b.weight() {
		b.Outcome = o.Outcome
	}
	if b.Left != o.Left {
		b.Left = 0
	}
	b.N += o.N
}

func (t *Tick) span() (int64, int64) { return t.At, t.At + t.Len }
func (t *Tick) kind() int            { return t.Class*len(Roles) + t.Role }
func (t *Tick) weight() int {
	if t.Class == rightly {
		return calm
	}
	return grave
}

func (t *Tick) take(o *Tick) {
	t.Len = max(t.At+t.Len, o.At+o.Len) - t.At
	if o.weight() > t.weight() {
		t.Class, t.Role = o.Class, o.Role
	}
	t.N += o.N
}

func (g *Gap) span() (int64, int64) { return g.From, g.From + g.Len }
func (g *Gap) kind() int            { return g.State }
func (g *Gap) weight() int {
	switch {
	case g.State != quick:
		return grave
	case g.Refused > 0:
		return notable
	}
	return calm
}

func (g *Gap) take(o *Gap) {
	g.Len = max(g.From+g.Len, o.From+o.Len) - g.From
	g.State = max(g.State, o.State)
	g.Refused += o.Refused
	g.N += o.N
}

func (s *Session) span() (int64, int64) { return s.From, s.From + s.Len }
func (s *Session) kind() int            { return s.Play }
func (s *Session) weight() int {
	if s.Play == refused {
		return notable
	}
	return calm
}

func (s *Session) take(o *Session) {
	s.Len = max(s.From+s.Len, o.From+o.Len) - s.From
	if o.weight() > s.weight() {
		s.Play = o.Play
	}
	s.N += o.N
}

func (d *Dry) span() (int64, int64) { return d.From, d.From + d.Len }
func (d *Dry) kind() int            { return 0 }
func (d *Dry) weight() int          { return notable }
func (d *Dry) take(o *Dry) {
	d.Len = max(d.From+d.Len, o.From+o.Len) - d.From
	d.N += o.N
}

// sort puts what was told out of order into the order of time, and notes how near to one another what a player has begins: no two
// of them make one that is shorter, nor any that are made of them.
func (l *lane) sort() {
	inOrder(l.bars, func(b Bar) int64 { return b.From })
	inOrder(l.ticks, func(t Tick) int64 { return t.At })
	inOrder(l.gaps, func(g Gap) int64 { return g.From })
	for _, p := range l.players {
		p.nearest = min(
			inOrder(p.sessions, func(s Session) int64 { return s.From }),
			inOrder(p.dry, func(d Dry) int64 { return d.From }),
		)
	}
}

// inOrder sorts a list by a time, and returns the shortest one from one item to the next.
func inOrder[T any](list []T, at func(T) int64) (nearest int64) {
	earlier := func(a, b T) int { return cmp.Compare(at(a), at(b)) }
	if !slices.IsSortedFunc(list, earlier) {
		slices.SortStableFunc(list, earlier)
	}
	nearest = math.MaxInt64
	for i := 1; i < len(list); i++ {
		nearest = min(nearest, at(list[i])-at(list[i-1]))
	}
	return nearest
}
