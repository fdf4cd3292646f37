package check

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// ghosts keeps what the server's API showed of each key's publisher, for a refusal to be held against it: a key that is
// refused as busy while nobody is shown to publish it is busy with a ghost; one that still has a publisher who is gone was
// not let go of.
type ghosts struct {
	shows bool // the API shows streams
	keys  map[string]*glimpses
}

// glimpses are what was seen of a key lately, and the server's ids of our connections to it.
type glimpses struct {
	seen []glimpse
	ids  []string
}

// glimpse is what one answer of the API said of a key's publisher. It was true at some time between from and to.
type glimpse struct {
	from, to  time.Duration
	active    bool
	publisher string
}

// keepGlimpses and keepIDs bound what is kept of a key: a refusal is judged soon.
const (
	keepGlimpses = 64
	keepIDs      = 256
)

func newGhosts(p *profile.Profile) *ghosts {
	return &ghosts{shows: p.API != nil && p.API.Streams != nil, keys: map[string]*glimpses{}}
}

func (g *ghosts) Finish() {}

func (g *ghosts) Step(e history.Event) {
	if !g.shows {
		return
	}
	switch p := e.What.(type) {
	case history.Connected:
		g.named(e.Key, p.ServerID)
	case history.PublishSent:
		g.named(e.Key, p.ServerID)
	case history.Process:
		if p.State == "started" {
			clear(g.keys) // its numbers begin anew
		}
	case history.API:
		if p.Error == "" {
			g.look(e.At, p)
		}
	}
}

// named notes that the server calls a connection of ours to a key so.
func (g *ghosts) named(key, id string) {
	if key == "" {
		return
	}
	k := g.keys[key]
	if k == nil {
		k = &glimpses{}
		g.keys[key] = k
	}
	if id == "" || slices.Contains(k.ids, id) {
		return
	}
	if len(k.ids) >= keepIDs {
		k.ids = slices.Delete(k.ids, 0, keepIDs/2)
	}
	k.ids = append(k.ids, id)
}

// look takes an answer: of a key that it doesn't list, it says that nobody publishes it.
func (g *ghosts) look(at time.Duration, p history.API) {
	now := make(map[string]history.APIStream, len(p.Streams))
	for _, s := range p.Streams {
		now[s.Key] = s
	}
	for name, k := range g.keys {
		if len(k.seen) >= keepGlimpses {
			k.seen = slices.Delete(k.seen, 0, keepGlimpses/2)
		}
		s := now[name]
		k.seen = append(k.seen, glimpse{from: at - p.Took, to: at, active: s.Active, publisher: s.Publisher})
	}
}

// ghostliness is what the API showed of the publisher of a key that had none.
type ghostliness struct {
	ghost  bool   // nobody
	holder string // a connection of ours that was gone, by the server's id
}

// at is what the API showed last of a key that lost its owner at from and was refused at to. An answer that was under way
// at either time says nothing.
func (g *ghosts) at(key string, from, to time.Duration) ghostliness {
	k := g.keys[key]
	if k == nil {
		return ghostliness{}
	}
	for _, s := range slices.Backward(k.seen) {
		switch {
		case s.to > to:
		case s.from < from:
			return ghostliness{}
		case !s.active:
			return ghostliness{ghost: true}
		case slices.Contains(k.ids, s.publisher):
			return ghostliness{holder: s.publisher}
		default:
			return ghostliness{} // somebody else's
		}
	}
	return ghostliness{}
}

// haunted adds to c what the API showed, if it was refused as a key is that has a publisher.
func (c *Case) haunted(by ghostliness) {
	switch c.Class {
	case profile.Busy, profile.BadName, profile.Closed:
		c.Ghost, c.Holder = by.ghost, by.holder
	}
}
