package check

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// returns tells first tries after a departure apart: by how the publisher had left, and in a sweep by how long it stayed
// away. Each attempt carries what it counts for, because it is judged long after, when its key has seen other returns.
type returns struct {
	sweep bool
	gaps  map[gapKey]*Gap
	left  map[string]*Left
}

type gapKey struct {
	asked time.Duration
	armed bool
}

// departures are the ways to leave that are told apart, those of history.Departed. Each has a histogram, so the names that
// another flvstorm, or a damaged file, may have for it are one.
var departures = []string{"unpublish", "fin", "rst", "cut", "vanish", "halfclose"}

const otherDeparture = "other"

// sent counts a as a return after a departure of the kind how. One whose armed connection was lost is no figure for a gap.
func (r *returns) sent(a *attempt, how string, asked time.Duration, armed, lost bool) {
	if how != "" {
		if !slices.Contains(departures, how) {
			how = otherDeparture
		}
		l := r.left[how]
		if l == nil {
			l = &Left{How: how, Recovery: newHistogram()}
			r.left[how] = l
		}
		l.Returns++
		a.left = l
	}
	if !r.sweep || lost {
		return
	}
	k := gapKey{asked, armed}
	g := r.gaps[k]
	if g == nil {
		g = &Gap{Asked: asked, Armed: armed}
		r.gaps[k] = g
	}
	g.Returns++
	a.gap = g
}

// ownerlessRefusal takes a refusal of a key that nobody owned.
func (r *returns) ownerlessRefusal(a *attempt) {
	if a.left != nil {
		a.left.Refused++
	}
	if a.gap != nil {
		a.gap.Refused++
	}
}

// outcome puts them in order.
func (r *returns) outcome(out *Outcome) {
	out.Gaps, out.Left = nil, nil
	for _, g := range r.gaps {
		out.Gaps = append(out.Gaps, *g)
	}
	slices.SortFunc(out.Gaps, longestFirst)
	for _, how := range slices.Sorted(maps.Keys(r.left)) {
		out.Left = append(out.Left, *r.left[how])
	}
}

// longestFirst is the order of the gaps of a sweep.
func longestFirst(a, b Gap) int {
	return cmp.Or(cmp.Compare(b.Asked, a.Asked), b2i(b.Armed)-b2i(a.Armed))
}
