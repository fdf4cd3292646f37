package profile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// A profile's file is small; what is larger or nested deeper is something else.
const (
	maxFile  = 64 << 10
	maxDepth = 512
)

// Load reads a user's profile. What is wrong with it comes as one error a mistake, each with file and line, joined.
func Load(path string) (*Profile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, phrase.Errorf(phrase.ProfileNoFile, path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, phrase.Errorf(phrase.ProfileFolder, path)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, phrase.Errorf(phrase.ProfileNoFile, path, err)
	}
	t, err := parse(path, b)
	if err != nil {
		return nil, err
	}
	return t.profile(nil)
}

// text is a profile as the tree of its YAML. A Profile is filled from it anew each time, so nobody shares one.
type text struct {
	file     string
	root     ast.Node
	like     *text // the known kind that it builds on
	alone    bool  // without the versions of that kind
	versions []block
}

// block is what differs from since on, before before; nil is without a bound.
type block struct {
	since, before release
	node          ast.Node
}

func (b block) holds(r release) bool {
	return r != nil && (b.since == nil || r.compare(b.since) >= 0) && (b.before == nil || r.compare(b.before) < 0)
}

// parse reads a file and tries it at every version at which something changes, so that filling a profile can't fail later.
func parse(file string, b []byte) (*text, error) {
	if len(b) > maxFile {
		return nil, phrase.Errorf(phrase.ProfileLong, file, maxFile>>10)
	}
	root, err := tree(file, b)
	if err != nil {
		return nil, err
	}
	t := &text{file: file, root: root}
	r := &reader{file: file}
	t.top(r)
	for _, at := range append([]release{nil}, t.turns()...) {
		t.fill(r, new(Profile), at)
	}
	if len(r.problems) > 0 {
		return nil, r.err()
	}
	return t, nil
}

// tree parses YAML of one document that holds fields. The parser is a stranger's, and so are the bytes; a file can't be
// worse than a mistake in it.
func tree(file string, b []byte) (root ast.Node, err error) {
	defer func() {
		if v := recover(); v != nil {
			root, err = nil, phrase.Errorf(phrase.ProfileNotYAML, file, fmt.Sprint(v))
		}
	}()
	if tooDeep(b) {
		return nil, phrase.Errorf(phrase.ProfileNotYAML, file, phrase.ProfileDeep)
	}
	doc, err := parser.ParseBytes(b, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		line := fmt.Sprintf("%s:%d", file, syntax.GetToken().Position.Line)
		return nil, phrase.Errorf(phrase.ProfileNotYAML, line, printable(syntax.GetMessage()))
	case err != nil:
		return nil, phrase.Errorf(phrase.ProfileNotYAML, file, printable(err.Error()))
	}
	bodies := slices.DeleteFunc(doc.Docs, func(d *ast.DocumentNode) bool { return d.Body == nil })
	switch len(bodies) {
	case 0:
		return nil, phrase.Errorf(phrase.ProfileEmpty, file)
	case 1:
		return bodies[0].Body, nil
	}
	return nil, phrase.Errorf(phrase.ProfileTwo, file)
}

// tooDeep reports whether brackets or dashes are nested so deep that reading them would cost more than a profile may.
func tooDeep(b []byte) bool {
	depth, dashes, line := 0, 0, true
	for _, c := range b {
		switch {
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			depth = max(depth-1, 0)
		case c == '\n':
			line, dashes = true, 0
			continue
		case line && (c == '-' || c == '?'):
			dashes++
		case c != ' ':
			line = false
		}
		if depth > maxDepth || dashes > maxDepth {
			return true
		}
	}
	return false
}

// top reads the two fields that a profile itself does not have: like and versions.
func (t *text) top(r *reader) {
	pairs, ok := r.pairs(t.root)
	if !ok {
		r.wrong(t.root, phrase.ProfileNoFields, phrase.ProfileAFile, list(profileFields))
		return
	}
	for _, pair := range pairs {
		switch key(pair) {
		case "like":
			name, ok := r.text("like", pair.Value)
			if !ok {
				break
			}
			if t.like, ok = known(name); !ok {
				r.wrong(pair.Value, phrase.ProfileChoice, "like", name, list(kinds))
			}
		case "versions":
			if isNull(pair.Value) {
				t.alone = true
				break
			}
			for _, item := range r.items("versions", pair.Value) {
				t.version(r, item)
			}
		}
	}
}

// version reads the bounds of one of the versions.
func (t *text) version(r *reader, item ast.Node) {
	pairs, ok := r.pairs(item)
	if !ok {
		r.wrong(item, phrase.ProfileNoFields, "versions", list(append([]string{"since", "before"}, profileFields...)))
		return
	}
	b := block{node: item}
	for _, pair := range pairs {
		bound := &b.since
		switch key(pair) {
		case "before":
			bound = &b.before
		case "since":
		default:
			continue
		}
		path := "versions." + key(pair)
		version, ok := r.text(path, pair.Value)
		if !ok {
			continue
		}
		if *bound, ok = parseRelease(version); !ok {
			r.wrong(pair.Value, phrase.ProfileVersion, path, version)
		}
	}
	switch {
	case b.since == nil && b.before == nil:
		r.wrong(item, phrase.ProfileNoBound)
	case b.since != nil && b.before != nil && b.since.compare(b.before) >= 0:
		r.wrong(item, phrase.ProfileNever)
	}
	t.versions = append(t.versions, b)
}

// profile fills a profile for one version, nil for what is known of the kind as a whole.
func (t *text) profile(at release) (*Profile, error) {
	p := &Profile{text: t}
	r := &reader{file: t.file}
	t.fill(r, p, at)
	if len(r.problems) > 0 {
		return nil, r.err()
	}
	return p, p.Compile()
}

// fill lays the fields of the file, and of the versions that hold, over those of the kind it is like, and looks at the
// whole.
func (t *text) fill(r *reader, p *Profile, at release) {
	t.lay(r, p, at)
	r.whole(t.root, p)
}

func (t *text) lay(r *reader, p *Profile, at release) {
	if t.like != nil {
		from := at
		if t.alone {
			from = nil
		}
		t.like.lay(&reader{file: t.like.file}, p, from)
		p.Name = ""
	}
	r.fields("", t.root, p, "like", "versions")
	for _, b := range t.versions {
		if b.holds(at) {
			r.fields("", b.node, p, "since", "before")
		}
	}
}
