package check

// maxParts bounds how many single errors are kept; what comes after is only counted.
const maxParts = 20_000

// found collects what the checkers find and says which of it caused which.
type found struct {
	line   *timeline
	allow  map[Code]bool
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
	if i, ok := f.folded[id]; ok && len(f.parts) >= maxParts {
		f.parts[i].count += p.count
		return
	}
	f.folded[id] = len(f.parts)
	f.parts = append(f.parts, p)
}

// findings are those so far, with more parts that are not final yet.
func (f *found) findings(more []part) []Finding {
	g := newGathered()
	if f.info != nil {
		// Information never shares an ID with an error, so these groups are only read here.
		for id, group := range f.info.byID {
			g.byID[id] = group
		}
	}
	for _, p := range f.parts {
		g.add(f.caused(p))
	}
	for _, p := range more {
		g.add(f.caused(p))
	}
	return g.findings(f.allow)
}

// caused gives p the server's end as its cause if it came after that. A death is always a root; what a server does that
// only hangs, and what its log explains, needs no other cause.
func (f *found) caused(p part) part {
	switch p.code {
	case ServerCrashed, ServerHung:
		return p
	}
	if f.line.dead && p.example.At >= f.line.deadAt {
		p.cause = ServerCrashed
		return p
	}
	switch p.code {
	case DuplicatedPattern, Disposing, DoublePublish:
		return p
	}
	if f.line.hung && p.example.At >= f.line.hungSince {
		p.cause = ServerHung
	}
	return p
}
