package check

import "maps"

// maxParts bounds how many single errors are kept of a run; what comes after is only counted.
const maxParts = 20_000

// found collects what the checkers find and says which of it caused which.
type found struct {
	line   *timeline
	kept   *int           // parts kept, of all cases of a suite
	parts  []part         // errors, whose cause may yet turn out to be the server
	folded map[string]int // where further parts of an ID are counted once there are too many
	info   *gathered
	perKey map[string]int64
}

func (f *found) add(p part) {
	if p.info {
		if f.info == nil {
			f.info = newGathered()
		}
		f.info.add(p)
		return
	}
	if f.perKey == nil {
		f.perKey, f.folded = map[string]int64{}, map[string]int{}
	}
	f.perKey[p.example.Key]++
	id := p.id() + " " + p.example.Key
	if i, ok := f.folded[id]; ok && *f.kept >= maxParts {
		f.parts[i].count += p.count
		return
	}
	f.folded[id] = len(f.parts)
	*f.kept++
	f.parts = append(f.parts, p)
}

// gather puts together what was found so far, with more parts that are not final yet.
func (f *found) gather(more []part) *gathered {
	g := newGathered()
	if f.info != nil {
		// Information never shares an ID with an error, so these groups are only read here.
		maps.Copy(g.byID, f.info.byID)
	}
	for _, p := range f.parts {
		if p.code != ServerHung || !p.end.dying {
			g.add(f.caused(p))
		}
	}
	for _, p := range more {
		g.add(f.caused(p))
	}
	return g
}

// caused gives p the server's end as its cause if it came after that. A death and a sanitizer's report are always roots;
// what a server does that only hangs, and what its log explains, needs no other cause.
func (f *found) caused(p part) part {
	switch p.code {
	case ServerCrashed, ServerRestarted, ServerHung, Sanitizer:
		return p
	}
	o := f.line.outageAt(p.example.At)
	if o == nil {
		return p
	}
	if o.code == ServerHung || o.dying {
		switch p.code {
		case DuplicatedPattern, Disposing, DoublePublish:
			return p
		}
	}
	p.cause = o.code
	return p
}
