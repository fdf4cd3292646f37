package threshold

import (
	"strconv"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// foretell is what is known of path before there is a result: its kind, and no value.
func (t *Threshold) foretell(path []string) (value, *phrase.Error) {
	none := phrase.English.Say(phrase.ThresholdNoValue, shown(path))
	if t.names == nil {
		return value{kind: unknown, none: none}, nil
	}
	for _, p := range t.names.spellings(path) {
		if f, _, ok := t.names.find(p); ok {
			return value{kind: f.kind, none: none}, nil
		}
	}
	return value{}, t.names.unknown(path)
}

// look is what doc has under path: the first value among what it may stand for.
func (t *Threshold) look(doc map[string]any, path []string) (value, *phrase.Error) {
	out, why := t.foretell(path)
	if why != nil {
		return value{}, why
	}
	for _, p := range t.names.spellings(path) {
		var f field
		if t.names != nil {
			var ok bool
			if f, _, ok = t.names.find(p); !ok {
				continue
			}
		}
		if v, ok := t.follow(doc, p, f); ok {
			return v, nil
		}
	}
	return out, nil
}

// follow is what doc has at the end of path, which is f by its type.
func (t *Threshold) follow(doc map[string]any, path []string, f field) (value, bool) {
	var at any = doc
	for i, name := range path {
		switch within := at.(type) {
		case map[string]any:
			at = within[name]
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(within) {
				return value{}, false
			}
			at = within[n]
		default:
			return value{}, false
		}
		if at == nil && i < len(path)-1 && t.emptyMap(path[:i+1]) {
			at = map[string]any{}
		}
	}
	if at == nil && f.zero {
		return zero[f.kind], true
	}
	v := valueOf(at)
	return v, v.kind != unknown
}

// emptyMap says that what path leads to is a map, which a document without it has empty.
func (t *Threshold) emptyMap(path []string) bool {
	if t.names == nil {
		return false
	}
	f, _, _ := t.names.find(path)
	return f.kind == object && f.zero
}

// zero is what a document leaves out.
var zero = [...]value{
	number: {kind: number, is: float64(0)},
	truth:  {kind: truth, is: false},
	text:   {kind: text, is: ""},
	spread: {kind: spread, is: map[string]any(nil)},
	list:   {kind: list, is: []any(nil)},
	object: {kind: object, is: map[string]any(nil)},
}

// quantiles are what every distribution has beside its count.
var quantiles = []string{"p50", "p90", "p99", "max"}

// valueOf is v as encoding/json read it, of unknown kind when it is nothing.
func valueOf(v any) value {
	switch v := v.(type) {
	case float64:
		return finite(v)
	case bool:
		return value{kind: truth, is: v}
	case string:
		return value{kind: text, is: v}
	case []any:
		return value{kind: list, is: v}
	case map[string]any:
		if _, ok := v["count"].(float64); !ok {
			return value{kind: object, is: v}
		}
		for _, name := range quantiles {
			n, ok := v[name]
			if _, number := n.(float64); !ok || !number && n != nil { // null of an empty one
				return value{kind: object, is: v}
			}
		}
		return value{kind: spread, is: v}
	}
	return value{}
}
