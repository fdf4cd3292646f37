package profile

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

const (
	maxProblems = 20  // of a file, told at once
	maxItems    = 256 // of a list
)

// reader fills a Profile from a tree. The names of the fields are those of its JSON, without _ns: times are text with
// their unit. Paths name a field as a person would, without the number of an item: log_rules.match.
type reader struct {
	file     string
	problems []string
	errs     []error
}

// wrong notes a mistake at n; one is told once, however often it is met.
func (r *reader) wrong(n ast.Node, id phrase.ID, args ...any) {
	at := r.file
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		at = fmt.Sprintf("%s:%d", r.file, n.GetToken().Position.Line)
	}
	err := phrase.Errorf(id, append([]any{at}, args...)...)
	if text := err.Error(); len(r.problems) < maxProblems && !slices.Contains(r.problems, text) {
		r.problems = append(r.problems, text)
		r.errs = append(r.errs, err)
	}
}

func (r *reader) err() error { return errors.Join(r.errs...) }

// pairs returns the fields of n, if it has fields.
func (r *reader) pairs(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// key is the name of a field.
func key(pair *ast.MappingValueNode) string {
	if pair.Key == nil || pair.Key.GetToken() == nil {
		return ""
	}
	return printable(pair.Key.GetToken().Value)
}

func isNull(n ast.Node) bool {
	_, null := n.(*ast.NullNode)
	return n == nil || null
}

// fields fills the struct that v points to, or is, from n. Names in also are fields of n that somebody else reads.
func (r *reader) fields(path string, n ast.Node, into any, also ...string) {
	v, ok := into.(reflect.Value)
	if !ok {
		v = reflect.ValueOf(into).Elem()
	}
	names := fieldNames(v.Type())
	pairs, ok := r.pairs(n)
	if !ok {
		if path != "" { // that of the whole was told by top
			r.wrong(n, phrase.ProfileNoFields, path, list(names))
		}
		return
	}
	var given []string
	for _, pair := range pairs {
		name := key(pair)
		given = append(given, name)
		i := slices.Index(names, name)
		switch {
		case slices.Contains(also, name):
		case i < 0 || name == "":
			r.unknown(path, pair, append(slices.Clone(names), also...))
		default:
			r.value(join(path, name), pair.Value, v.Field(i))
		}
	}
	for _, name := range required[path] {
		if i := slices.Index(names, name); v.Field(i).IsZero() && !slices.Contains(given, name) {
			r.wrong(n, phrase.ProfileMissing, join(path, name))
		}
	}
}

// unknown tells of a field that there isn't, and of the one that may be meant.
func (r *reader) unknown(path string, pair *ast.MappingValueNode, names []string) {
	name := key(pair)
	if near := Nearest(name, names); near != "" {
		r.wrong(pair, phrase.ProfileNear, join(path, name), join(path, near))
		return
	}
	r.wrong(pair, phrase.ProfileField, join(path, name), list(names))
}

// value fills v from n, in place of what was there. Nothing at all, as in "api:", empties what has fields or items.
func (r *reader) value(path string, n ast.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Struct:
		if isNull(n) {
			v.SetZero()
			return
		}
	default:
		if isNull(n) {
			r.wrong(n, phrase.ProfileBlank, path)
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.fields(path, n, v.Elem())
	case reflect.Struct:
		v.SetZero()
		r.fields(path, n, v)
	case reflect.Slice:
		r.list(path, n, v)
	case reflect.Map:
		r.entries(path, n, v)
	case reflect.Bool:
		b, ok := n.(*ast.BoolNode)
		if !ok {
			r.wrong(n, phrase.ProfileBool, path)
			return
		}
		v.SetBool(b.Value)
	case reflect.Int64:
		r.duration(path, n, v)
	default:
		text, ok := r.text(path, n)
		if !ok {
			return
		}
		look := checks[path]
		switch {
		case text == "" && needed(path):
			r.wrong(n, phrase.ProfileMissing, path)
		case text != "" && look != nil:
			look(r, path, n, text)
		}
		v.SetString(text)
	}
}

// needed reports whether the field is one that its thing can't do without.
func needed(path string) bool {
	i := strings.LastIndexByte(path, '.')
	return i > 0 && slices.Contains(required[path[:i]], path[i+1:])
}

// text reads text. Ends of lines at its end, as blocks have them, do not belong to it.
func (r *reader) text(path string, n ast.Node) (string, bool) {
	var text string
	switch n := n.(type) {
	case *ast.StringNode:
		text = n.Value
	case *ast.LiteralNode:
		text = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		r.wrong(n, phrase.ProfileQuote, path, printable(n.GetToken().Value))
		return "", false
	default:
		r.wrong(n, phrase.ProfileText, path)
		return "", false
	}
	text = strings.TrimRight(text, "\n")
	if strings.ContainsFunc(text, unicode.IsControl) {
		r.wrong(n, phrase.ProfileControl, path)
		return "", false
	}
	return text, true
}

// items reads a list.
func (r *reader) items(path string, n ast.Node) []ast.Node {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.wrong(n, phrase.ProfileList, path)
		return nil
	}
	if len(seq.Values) > maxItems {
		r.wrong(n, phrase.ProfileItems, path, maxItems)
		return nil
	}
	return seq.Values
}

// list fills a list. Items with a name of their own come before those that are there already, and in place of those of the
// same name; any other list is replaced.
func (r *reader) list(path string, n ast.Node, v reflect.Value) {
	out := reflect.MakeSlice(v.Type(), 0, 4)
	var names []string
	for _, item := range r.items(path, n) {
		e := reflect.New(v.Type().Elem()).Elem()
		r.value(path, item, e)
		if name, named := nameOf(e); named {
			if slices.Contains(names, name) && name != "" {
				r.wrong(item, phrase.ProfileTwice, path, name)
			}
			names = append(names, name)
		}
		out = reflect.Append(out, e)
	}
	for i := range v.Len() {
		if name, named := nameOf(v.Index(i)); named && !slices.Contains(names, name) {
			out = reflect.Append(out, v.Index(i))
		}
	}
	v.Set(out)
}

// nameOf is what an item is known by in its list.
func nameOf(v reflect.Value) (name string, named bool) {
	switch e := v.Interface().(type) {
	case LogRule:
		return e.Name, true
	case Hint:
		return e.When, true
	}
	return "", false
}

// entries fills the departures.
func (r *reader) entries(path string, n ast.Node, v reflect.Value) {
	pairs, ok := r.pairs(n)
	if !ok {
		r.wrong(n, phrase.ProfileNoFields, path, list(departures))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, pair := range pairs {
		name := key(pair)
		if !slices.Contains(departures, name) {
			r.unknown(path, pair, departures)
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		r.value(path, pair.Value, e)
		v.SetMapIndex(reflect.ValueOf(name), e)
	}
}

// maxTime bounds times: a month is for ever.
const maxTime = 30 * 24 * time.Hour

func (r *reader) duration(path string, n ast.Node, v reflect.Value) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		r.wrong(n, phrase.ProfileDuration, path, printable(n.GetToken().Value))
		return
	}
	d, err := time.ParseDuration(s.Value)
	switch {
	case err != nil:
		r.wrong(n, phrase.ProfileDuration, path, printable(s.Value))
	case d <= 0 || d > maxTime:
		r.wrong(n, phrase.ProfileBounds, path, printable(s.Value), maxTime)
	default:
		v.SetInt(int64(d))
	}
}

// profileFields are the fields of a profile.
var profileFields = fieldNames(reflect.TypeFor[Profile]())

// fieldNames are the names of the fields of a struct, in their order; those that a file has no name for are empty.
func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names[i] = strings.TrimSuffix(name, "_ns")
	}
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// list names what there is to choose from.
func list(names []string) phrase.Names {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
}

// printable is text from a stranger's file, in one line and without what a terminal would act on.
func printable(text string) string {
	text = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, text)
	if len(text) > 120 {
		text = strings.ToValidUTF8(text[:120], "") + "…"
	}
	return strings.TrimSpace(text)
}
