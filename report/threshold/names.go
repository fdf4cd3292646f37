package threshold

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
)

// above is the object whose fields can be named without it.
const above = "load"

// Names are what an expression may name: the fields that a document has by its Go type.
type Names struct {
	root    reflect.Type
	aliases map[string][]string
	// keys are the known keys of maps, by the maps' paths; the other maps may have any.
	keys map[string][]string
}

// NamesOf are the names of a document as zero, a value of its type, has them in its JSON, those within its field load a second time
// without that prefix. An alias is another name for a path: "tag_gap_ms" for "latency_ms.tag_gap". The keys of a map that aliases
// lead to are all that it has. So an alias of a path for itself only tells a key.
func NamesOf(zero any, aliases map[string]string) *Names {
	n := &Names{root: reflect.TypeOf(zero), aliases: map[string][]string{}, keys: map[string][]string{}}
	for alias, to := range aliases {
		path := strings.Split(to, ".")
		n.aliases[alias] = path
		last := len(path) - 1
		if key := shown(path[:last]); !slices.Contains(n.keys[key], path[last]) {
			n.keys[key] = append(n.keys[key], path[last])
		}
	}
	return n
}

// spellings are the paths that path may stand for, the likeliest first. Without names every name may stand for any.
func (n *Names) spellings(path []string) [][]string {
	out := [][]string{path, append([]string{above}, path...)}
	if n == nil {
		if of, ok := strings.CutSuffix(path[0], "_ms"); ok {
			out = append(out, append([]string{"latency_ms", of}, path[1:]...))
		}
	} else if to, ok := n.aliases[path[0]]; ok {
		out = append(out, slices.Concat(to, path[1:]))
	}
	return out
}

// field is what a document may have under a path.
type field struct {
	kind kind
	// typ is nil where it may be anything.
	typ reflect.Type
	// zero says that the document leaves it out, or has null, where it is zero, and not where there is no value.
	zero bool
}

// fieldOf describes what stands under a name as typ.
func fieldOf(typ reflect.Type) field {
	f := field{typ: typ, zero: true}
	for typ.Kind() == reflect.Pointer {
		f.zero = false
		typ = typ.Elem()
	}
	f.typ, f.kind = typ, kindOf(typ)
	if f.kind == unknown {
		f.typ = nil
	}
	// Nothing of a kind happened: that is a distribution without values, and no gap in what is known.
	f.zero = f.zero && f.kind != unknown || f.kind == spread
	return f
}

var (
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
)

// kindOf is the kind of typ in JSON.
func kindOf(typ reflect.Type) kind {
	implements := func(i reflect.Type) bool { return typ.Implements(i) || reflect.PointerTo(typ).Implements(i) }
	switch {
	case implements(textMarshaler):
		return text
	case distribution(typ):
		return spread
	case implements(jsonMarshaler):
		return unknown
	}
	switch typ.Kind() {
	case reflect.Bool:
		return truth
	case reflect.String:
		return text
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return number
	case reflect.Slice, reflect.Array:
		return list
	case reflect.Map:
		return object
	case reflect.Struct:
		return object
	}
	return unknown
}

// distribution reports whether typ has what every distribution has; it may write itself another way where nothing happened.
func distribution(typ reflect.Type) bool {
	if typ.Kind() != reflect.Struct {
		return false
	}
	has := func(name string) bool { _, ok := fieldNamed(typ, name); return ok }
	return has("count") && !slices.ContainsFunc(quantiles, func(name string) bool { return !has(name) })
}

// each calls visit with the fields of a struct as encoding/json names them.
func each(typ reflect.Type, visit func(name string, typ reflect.Type)) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			each(f.Type, visit)
		case !f.IsExported():
		case name == "":
			visit(f.Name, f.Type)
		default:
			visit(name, f.Type)
		}
	}
}

func fieldNamed(typ reflect.Type, name string) (found reflect.Type, ok bool) {
	each(typ, func(n string, t reflect.Type) {
		if n == name {
			found, ok = t, true
		}
	})
	return found, ok
}

// below is what an object or a list that path leads to has under a name.
func (n *Names) below(f field, path []string, name string) (field, bool) {
	if f.typ == nil {
		return field{}, true
	}
	switch f.typ.Kind() {
	case reflect.Struct:
		if typ, ok := fieldNamed(f.typ, name); ok && f.kind != text {
			return fieldOf(typ), true
		}
	case reflect.Map:
		keys, known := n.keys[shown(path)]
		if !known || slices.Contains(keys, name) {
			return fieldOf(f.typ.Elem()), true
		}
	case reflect.Slice, reflect.Array:
		if _, err := strconv.ParseUint(name, 10, 31); err == nil {
			return fieldOf(f.typ.Elem()), true
		}
	}
	return field{}, false
}

// find follows path. Where it doesn't lead anywhere, f is the last that was there, and at what of path is not.
func (n *Names) find(path []string) (f field, at int, ok bool) {
	f = fieldOf(n.root)
	for i, name := range path {
		next, ok := n.below(f, path[:i], name)
		if !ok {
			return f, i, false
		}
		f = next
	}
	return f, len(path), true
}

// within are the names that stand below f, which path leads to.
func (n *Names) within(f field, path []string) []string {
	var names []string
	add := func(name string, _ reflect.Type) { names = append(names, name) }
	switch {
	case f.typ == nil || f.kind == text:
	case f.typ.Kind() == reflect.Struct:
		each(f.typ, add)
	case f.typ.Kind() == reflect.Map:
		names = append(names, n.keys[shown(path)]...)
	}
	if len(path) == 0 {
		if load, _, ok := n.find([]string{above}); ok {
			names = append(names, n.within(load, []string{above})...)
		}
		for alias := range n.aliases {
			if !strings.Contains(alias, ".") {
				names = append(names, alias)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// unknown says that path leads nowhere, and what is near.
func (n *Names) unknown(path []string) *phrase.Error {
	best, stop := path, -1
	var last field
	for _, p := range n.spellings(path) {
		// The one that leads furthest is what was meant.
		if f, at, _ := n.find(p); at+len(path)-len(p) > stop {
			best, stop, last = p, at+len(path)-len(p), f
		}
	}
	at := stop + len(best) - len(path)
	names := n.within(last, best[:at])
	if len(names) == 0 {
		return phrase.Errorf(phrase.ThresholdNothing, shown(path), shown(path[:stop]), last.kind.says())
	}
	if near := profile.Nearest(best[at], names); near != "" {
		return phrase.Errorf(phrase.ThresholdNear, shown(path), shown(append(slices.Clone(path[:stop]), near)))
	}
	return phrase.Errorf(phrase.ThresholdUnknown, shown(path), listed(names))
}
