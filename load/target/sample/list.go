package sample

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
)

// An answer of an API is read from its front to its end, and only what the profile names is kept of it: the answer is a
// stranger's, and a megabyte of it can ask for a hundred when it is made a tree.

// maxDepth bounds how deep lists may stand in lists where a list is looked for.
const maxDepth = 32

var errTooDeep = errors.New("its lists stand in lists without end")

// listReader reads one list of an API, item by item.
type listReader struct {
	list []string // the path to the list
	root *branch  // what is read of an item
	// item gets the values of each item, in the order of the paths; it is valid during the call.
	item func([]apiValue)

	in     *json.Decoder
	values []apiValue
	found  bool
}

// branch is a part of the paths into an item: the fields that stand here, and those that stand below.
type branch struct {
	values []int
	below  map[string]*branch
}

// newListReader reads from the list at a path these paths of its items; an empty one is never there.
func newListReader(list string, paths []string, item func([]apiValue)) *listReader {
	r := &listReader{list: splitPath(list), root: &branch{}, item: item, values: make([]apiValue, len(paths))}
	for i, path := range paths {
		if path == "" {
			continue
		}
		at := r.root
		for _, name := range splitPath(path) {
			if at.below == nil {
				at.below = map[string]*branch{}
			}
			if at.below[name] == nil {
				at.below[name] = &branch{}
			}
			at = at.below[name]
		}
		at.values = append(at.values, i)
	}
	return r
}

// splitPath is a path by its names.
func splitPath(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

// read reads an answer. It reports whether the list was there; an error says that the answer is no JSON, or was cut.
func (r *listReader) read(answer io.Reader) (found bool, err error) {
	r.in, r.found = json.NewDecoder(answer), false
	r.in.UseNumber()
	err = r.walk(r.list, false, 0)
	return r.found, err
}

// walk reads the next value, in which the list stands at path. A list on the way stands for all its items, and many says
// that there was one: then an object at the path's end is an item, and not a map of them.
func (r *listReader) walk(path []string, many bool, depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	token, err := r.in.Token()
	if err != nil {
		return err
	}
	here := len(path) == 0
	switch token {
	case json.Delim('['):
		r.found = true
		for r.in.More() {
			if here {
				err = r.one()
			} else {
				err = r.walk(path, true, depth+1)
			}
			if err != nil {
				return err
			}
		}
	case json.Delim('{'):
		if here && many {
			return r.take(token)
		}
		r.found = r.found || here
		for r.in.More() {
			name, err := r.in.Token()
			if err != nil {
				return err
			}
			switch {
			case here:
				err = r.one()
			case name == path[0]:
				err = r.walk(path[1:], many, depth+1)
			default:
				err = r.skip()
			}
			if err != nil {
				return err
			}
		}
	default: // null is an empty list, also on the way, and nothing else is one
		r.found = r.found || token == nil
		return nil
	}
	_, err = r.in.Token() // the bracket that closes it
	return err
}

// one reads the next value as an item.
func (r *listReader) one() error {
	token, err := r.in.Token()
	if err != nil {
		return err
	}
	return r.take(token)
}

// take reads as an item the value that begins with token.
func (r *listReader) take(token json.Token) error {
	clear(r.values)
	if err := r.descend(token, r.root, 0); err != nil {
		return err
	}
	r.item(r.values)
	return nil
}

// descend reads the value that begins with token; the values that b asks for are kept. Of several that a list on the way
// leads to, the first counts.
func (r *listReader) descend(token json.Token, b *branch, depth int) (err error) {
	if depth > maxDepth {
		return errTooDeep
	}
	var v apiValue
	switch token := token.(type) {
	case nil:
		v.kind = isNull
	case bool:
		v = apiValue{kind: isTruth, text: strconv.FormatBool(token)}
	case string:
		v = apiValue{kind: isText, text: token[:min(len(token), maxAPIText)]}
	case json.Number:
		v = apiValue{kind: isNumber, text: string(token[:min(len(token), maxAPIText)])}
	case json.Delim:
		v.kind = isMany
		if v.count, err = r.within(b, token == '{', depth); err != nil {
			return err
		}
	}
	for _, i := range b.values {
		if r.values[i].kind == isAbsent {
			r.values[i] = v
		}
	}
	return nil
}

// within reads what stands in an object or a list that was just opened, up to its end, and counts it.
func (r *listReader) within(b *branch, object bool, depth int) (count int, err error) {
	each := &branch{below: b.below}
	for ; r.in.More(); count++ {
		next := each
		if object {
			name, err := r.in.Token()
			if err != nil {
				return count, err
			}
			key, _ := name.(string)
			next = b.below[key]
		}
		if next == nil || len(next.values)+len(next.below) == 0 {
			err = r.skip()
		} else {
			var token json.Token
			if token, err = r.in.Token(); err == nil {
				err = r.descend(token, next, depth+1)
			}
		}
		if err != nil {
			return count, err
		}
	}
	_, err = r.in.Token() // the bracket that closes it
	return count, err
}

// skipped is a value that nobody wants: the decoder finds its end, and that is all.
type skipped struct{}

func (*skipped) UnmarshalJSON([]byte) error { return nil }

func (r *listReader) skip() error { return r.in.Decode(new(skipped)) }

// apiValue is a value within an item.
type apiValue struct {
	kind  apiKind
	text  string // of a text, a number, a truth
	count int    // of many: how many
}

type apiKind byte

const (
	isAbsent apiKind = iota
	isNull           // an empty list, in the JSON of Go
	isTruth
	isNumber
	isText
	isMany // a list or an object
)

// maxAPIText bounds a text of an API, in bytes. Names of streams and addresses are shorter.
const maxAPIText = 512

// says is the value as a text, fit to be kept and shown.
func (v apiValue) says() string {
	if v.kind == isMany {
		return ""
	}
	return foreign.Clean(v.text)
}

// holds reports whether the value is anything but empty, zero, false or null.
func (v apiValue) holds() bool {
	switch v.kind {
	case isTruth:
		return v.text == "true"
	case isNumber:
		n, err := strconv.ParseFloat(v.text, 64)
		return err != nil || n != 0 // one that is out of range is not zero
	case isText:
		return v.text != ""
	}
	return v.count > 0
}

// number is the value as a number that is not negative: how many things it lists, or what it says. It reports false for
// what is neither.
func (v apiValue) number() (int64, bool) {
	switch v.kind {
	case isMany, isNull:
		return int64(v.count), true
	case isNumber, isText:
		if n, err := strconv.ParseInt(v.text, 10, 64); err == nil {
			return n, n >= 0
		}
		n, err := strconv.ParseFloat(v.text, 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange), math.IsNaN(n), n < 0:
			return 0, false
		case n >= math.MaxInt64:
			return math.MaxInt64, true
		}
		return int64(n), true
	}
	return 0, false
}

// activeRule reads profile.APIList.Active: a path, or path=text.
func activeRule(rule string) (path string, is func(apiValue) bool) {
	path, want, told := strings.Cut(rule, "=")
	switch {
	case path == "":
		return "", func(apiValue) bool { return true }
	case told:
		return path, func(v apiValue) bool { return v.kind != isMany && v.text == want }
	}
	return path, apiValue.holds
}

// apiKey is app/stream, from one field or two.
func apiKey(parts []apiValue) string {
	var out []string
	for _, p := range parts {
		if p.kind == isAbsent || p.kind == isNull || p.kind == isMany {
			return ""
		}
		out = append(out, strings.Trim(p.says(), "/"))
	}
	key, _, _ := strings.Cut(strings.Join(out, "/"), "?")
	// SRS calls a stream that a player came to first by the player's name for it.
	return strings.TrimSuffix(key, ".flv")
}
