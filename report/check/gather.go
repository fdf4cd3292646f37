package check

import (
	"cmp"
	"slices"
	"time"
)

// bounds on what a finding carries: a symptom that repeats a million times is no better known by its thousandth case.
const (
	maxCases         = 400
	maxCasesPerKey   = 8
	maxCasesOfServer = 64 // of what happens to the whole server: each of its ends may be another one
	maxEvidence      = 40
	maxFrames        = 5
)

// part is one time that a finding happened, before they are put together.
type part struct {
	code    Code
	of      string // tells findings of one code apart
	info    bool
	cause   Code // "" for a root
	count   int64
	late    time.Duration // of slow-release
	example Case
	end     *end    // of the server's ends: what becomes known of it later
	hunger  *hunger // of a player: likewise
}

// gathered puts parts together to findings, one a (code, severity, cause).
type gathered struct {
	byID map[string]*group
}

// group is a Finding under construction.
type group struct {
	Finding
	parts   []part         // of which there are cases
	keys    map[string]int // cases kept of each key
	notGood bool
	wide    bool // some of it belongs to no case of the suite
}

func newGathered() *gathered { return &gathered{byID: map[string]*group{}} }

func (p *part) id() string {
	id := string(p.code)
	if p.of != "" {
		id += ": " + p.of
	}
	switch {
	case p.info:
		return id + "/info"
	case p.cause != "":
		return id + "<" + string(p.cause)
	}
	return id
}

func (g *gathered) add(p part) {
	id := p.id()
	f := g.byID[id]
	if f == nil {
		f = &group{keys: map[string]int{}}
		f.ID, f.Code, f.Severity, f.FirstAt = id, p.code, Error, p.example.At
		f.Root = p.cause == ""
		if p.cause != "" {
			cause := string(p.cause)
			f.CausedBy = &cause
		}
		if p.info {
			f.Severity, f.Root = Info, false
		}
		g.byID[id] = f
	}
	f.Count += p.count
	f.FirstAt = min(f.FirstAt, p.example.At)
	f.notGood = f.notGood || !p.example.ForGood
	if p.code == SlowRelease {
		f.Lateness = append(f.Lateness, p.late)
	}
	f.keep(p)
}

// keep makes p one of the cases, as long as there are few.
func (f *group) keep(p part) {
	kept, seen := f.keys[p.example.Key]
	most := maxCasesPerKey
	if p.example.Key == "" {
		most = maxCasesOfServer
	}
	if !seen || kept < most && len(f.parts) < maxCases {
		f.keys[p.example.Key]++
		f.parts = append(f.parts, p)
	}
}

// merge adds what was gathered in the case of a suite that is called in, empty for what belongs to none.
func (g *gathered) merge(other *gathered, in string) {
	for id, o := range other.byID {
		f := g.byID[id]
		if f == nil {
			f = &group{Finding: o.Finding, keys: map[string]int{}}
			f.Count, f.Lateness, f.In = 0, nil, nil
			g.byID[id] = f
		}
		f.Count += o.Count
		f.FirstAt = min(f.FirstAt, o.FirstAt)
		f.notGood = f.notGood || o.notGood
		f.Lateness = append(f.Lateness, o.Lateness...)
		for _, p := range o.parts {
			p.example.In = in
			f.keep(p)
		}
		if in == "" {
			f.wide = true
		} else {
			f.In = append(f.In, in)
		}
	}
}

// findings are the gathered ones, roots first, then their consequences, then information.
func (g *gathered) findings(rules *rules) []Finding {
	out := make([]Finding, 0, len(g.byID))
	for _, f := range g.byID {
		out = append(out, f.finish(rules))
	}
	rank := func(f Finding) int {
		switch {
		case f.Root:
			return 0
		case f.Severity == Error:
			return 1
		}
		return 2
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(slices.Index(Codes, a.Code), slices.Index(Codes, b.Code)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return out
}

func (f *group) finish(rules *rules) Finding {
	out := f.Finding
	out.In = slices.Clone(f.In)
	rules.apply(&out, f.wide)
	out.ForGood = f.Code == StuckBusy && !f.notGood
	out.Keys = make([]string, 0, len(f.keys))
	for key := range f.keys {
		if key != "" {
			out.Keys = append(out.Keys, key)
		}
	}
	slices.Sort(out.Keys)
	out.Lateness = slices.Sorted(slices.Values(f.Lateness))
	out.Cases = make([]Case, 0, len(f.parts))
	for _, p := range f.parts {
		p.end.tell(&p.example)
		p.hunger.tell(&p.example)
		out.Cases = append(out.Cases, p.example)
	}
	slices.SortStableFunc(out.Cases, func(a, b Case) int { return cmp.Compare(a.At, b.At) })
	out.Evidence = []Evidence{}
	for _, c := range out.Cases {
		if len(out.Evidence) >= maxEvidence {
			break
		}
		out.Evidence = append(out.Evidence, c.evidence()...)
	}
	return out
}

// evidence is what c rests on.
func (c *Case) evidence() []Evidence {
	var out []Evidence
	if c.Event != 0 {
		out = append(out, Evidence{Event: c.Event})
	}
	switch {
	case c.Report != nil:
		out = append(out, Evidence{Log: whole(c.Report), File: c.Report.File})
	case c.Log != "":
		out = append(out, Evidence{Log: c.Log})
	}
	if c.Crash != nil && c.Crash.Folder != "" {
		out = append(out, Evidence{File: c.Crash.Folder})
	}
	if c.Odd != nil && c.Odd.File != "" {
		out = append(out, Evidence{File: c.Odd.File})
	}
	return out
}
