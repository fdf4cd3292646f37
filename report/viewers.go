package report

import (
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Viewers is what the witnesses saw, and what the return of a publisher cost them.
type Viewers struct {
	Witnesses int64 `json:"witnesses"`
	// Frames counts the stamped video frames that they read, Unstamped those of which nothing can be said, for they bore no
	// stamp of this run. Unverified says that there are such: "some", or "all" where nothing that came had one.
	Frames     int64  `json:"frames"`
	Unstamped  int64  `json:"unstamped"`
	Unverified string `json:"unverified,omitempty"`
	// Served is how often a viewer whose publish had left got something of a later one, Unserved how often it had time for
	// that and didn't.
	Served   int64 `json:"served"`
	Unserved int64 `json:"unserved"`
	// What follows are distributions, nil for none. Frozen is from a viewer's last frame of a publish that left to its first one of a
	// later publish, End from a departure to its viewers' end, or to their last frame of it where they were kept.
	Frozen *Percentiles `json:"frozen_ms"`
	End    *Percentiles `json:"end_ms"`
	// Stayed is of viewers that were kept, Back of those that came again.
	Stayed ViewerCost `json:"stayed"`
	Back   ViewerCost `json:"back"`
	// Stalls are how long silences were that timestamps don't explain, Lost is the media around a return that a viewer did
	// not get, Latency the age of frames on arrival.
	Stalls  *Percentiles `json:"stalls_ms"`
	Lost    *Percentiles `json:"lost_ms"`
	Latency *Percentiles `json:"latency_ms"`
	// Policy is how the viewers of a publish that ended were treated, by the departure.
	Policy []check.Treatment `json:"policy"`
}

// ViewerCost is how long after the new publish that was accepted, or after its own GET where that was later, a viewer had something of it.
type ViewerCost struct {
	Byte     *Percentiles `json:"byte_ms"`
	Keyframe *Percentiles `json:"keyframe_ms"`
	Frame    *Percentiles `json:"frame_ms"`
}

// viewed turns what the witnesses saw into the document's; nil where there were none.
func viewed(v check.Viewers) *Viewers {
	if v.Witnesses == 0 {
		return nil
	}
	out := &Viewers{
		Witnesses: v.Witnesses, Frames: v.Frames, Unstamped: v.Unstamped,
		Served: v.Served, Unserved: v.Unserved, Frozen: distribution(v.Frozen), End: distribution(v.End),
		Stayed: viewerCost(v.Stayed), Back: viewerCost(v.Back),
		Stalls: distribution(v.Stall), Lost: distribution(v.Lost), Latency: distribution(v.Latency),
		Policy: append([]check.Treatment{}, v.Policy...),
	}
	switch {
	case v.Frames == 0 && v.Unstamped+v.Audio > 0:
		out.Unverified = "all"
	case v.Unstamped > 0:
		out.Unverified = "some"
	}
	return out
}

func viewerCost(c check.Cost) ViewerCost {
	return ViewerCost{Byte: distribution(c.Byte), Keyframe: distribution(c.Keyframe), Frame: distribution(c.Frame)}
}

// distribution sums up a histogram, nil where it has nothing.
func distribution(h *hdrhistogram.Histogram) *Percentiles {
	if h == nil || h.TotalCount() == 0 {
		return nil
	}
	return percentiles(h)
}

// unverified says that nothing of what viewers got could be verified; empty where something could.
func (p *page) unverified() string {
	if v := p.r.Viewers; v != nil && v.Unverified == "all" {
		return p.say(phrase.ViewersNone)
	}
	return ""
}

// viewers shows what a return cost them, and how they were treated; that nobody looked, where there was something to see.
func (p *page) viewers() {
	v := p.r.Viewers
	if v == nil {
		if p.r.Publish.Attempts+p.r.Play.Sessions > 0 && !p.r.steady() {
			p.title(p.say(phrase.ViewersTitle))
			p.prose(plainInk, 1, p.say(phrase.ViewersUnread))
		}
		return
	}
	title, age := phrase.ViewersTitle, v.Latency
	if p.r.steady() {
		title, age = phrase.SteadyWitnessed, nil // it stands among the times of the load
		if v.Stalls == nil && v.Lost == nil && v.Unverified != "some" {
			return
		}
	}
	p.title(p.say(title))
	g := &grid{header: []string{"", "p50", "p99", p.say(phrase.TableColMax), p.say(phrase.TableColCount)}, align: "lrrrr"}
	for _, row := range []struct {
		title phrase.ID
		times *Percentiles
	}{
		{phrase.ViewersFrozen, v.Frozen},
		{phrase.ViewersLost, v.Lost},
		{phrase.ViewersStall, v.Stalls},
		{phrase.ViewersEnd, v.End},
		{phrase.ViewersStayed, v.Stayed.Frame},
		{phrase.ViewersStayedKey, v.Stayed.Keyframe},
		{phrase.ViewersBackByte, v.Back.Byte},
		{phrase.ViewersBack, v.Back.Frame},
		{phrase.ViewersBackKey, v.Back.Keyframe},
		{phrase.ViewersLatency, age},
	} {
		if t := row.times; t != nil {
			g.row(p.say(row.title), took(t.P50.Duration()), took(t.P99.Duration()), took(t.Max.Duration()), count(t.Count))
		}
	}
	if len(g.rows) > 0 {
		p.grid(g)
	}
	if v.Stayed.Frame != nil || v.Back.Frame != nil {
		p.prose(dim, 1, p.say(phrase.ViewersSince))
	}
	if !p.r.steady() {
		p.served(v)
	}
	p.prose(plainInk, 1, p.say(phrase.ViewersRead,
		p.many(phrase.OneWitness, phrase.ManyWitnesses, v.Witnesses), p.many(phrase.OneFrame, phrase.ManyFrames, v.Frames)))
	if v.Unverified == "some" {
		p.prose(yellow, 1, p.say(phrase.ViewersSome, p.many(phrase.OneUnstamped, phrase.ManyUnstamped, v.Unstamped)))
	}
	for _, t := range p.alike(v.Policy) {
		colour := plainInk
		if t.Other > 0 {
			colour = red
		}
		p.prose(colour, 1, p.treatment(t))
	}
}

// served says how many viewers got the next publish: where few did, the figures are of those few.
func (p *page) served(v *Viewers) {
	all := v.Served + v.Unserved
	switch {
	case all == 0 && (p.r.Departures == 0 || v.Frames == 0): // nobody had to, or it was not to be seen
	case all == 0:
		p.prose(yellow, 1, p.say(phrase.ViewersNoNext))
	case v.Served == 0:
		p.prose(redBold, 1, p.say(phrase.ViewersNobody, count(all)))
	case v.Unserved > 0:
		p.prose(red, 1, p.say(phrase.ViewersServed, count(v.Served), count(all)))
	default:
		p.prose(plainInk, 1, p.say(phrase.ViewersServed, count(v.Served), count(all)))
	}
}

// alike puts departures together after which viewers were treated in one way.
func (p *page) alike(policy []check.Treatment) []check.Treatment {
	var out []check.Treatment
	for _, t := range policy {
		i := slices.IndexFunc(out, func(o check.Treatment) bool {
			return o.Viewers == t.Viewers && o.Timestamps == t.Timestamps && o.From == t.From
		})
		if i < 0 {
			out = append(out, t)
			continue
		}
		out[i].Leave = p.Book.List([]string{out[i].Leave, t.Leave})
		out[i].Seen += t.Seen
		out[i].Other += t.Other
	}
	return out
}

// treatment says how the viewers were treated after a departure, and how they were to be.
func (p *page) treatment(t check.Treatment) string {
	var says phrase.ID
	switch t.Viewers {
	case "end":
		says = phrase.ViewersAreEnded
	case "hold":
		says = phrase.ViewersAreHeld
	case "either":
		says = phrase.ViewersEither
	default:
		return p.say(phrase.ViewersUnknown, clean(t.Leave), count(t.Seen))
	}
	way := p.say(says)
	switch t.Timestamps {
	case "continue":
		way = p.say(phrase.ViewersContinued, way)
	case "restart":
		way = p.say(phrase.ViewersRestarted, way)
	}
	norm := phrase.ViewersByProfile
	if t.From == "learned" {
		norm = phrase.ViewersLearned
	}
	way = p.say(norm, way)
	if t.Other > 0 {
		return p.say(phrase.ViewersOther, way, clean(t.Leave), count(t.Seen), count(t.Other))
	}
	return p.say(phrase.ViewersPolicy, way, clean(t.Leave), count(t.Seen))
}
