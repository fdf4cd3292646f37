package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"
)

// kinds are the kinds of server that are known, in the order in which they are listed. generic is what is left.
var kinds = []string{"srs", "node-media-server", "lal", "zlmediakit", "livego", "nginx-http-flv", "embedded", "generic"}

//go:embed known/*.yaml
var files embed.FS

// Names returns the kinds of server that are known.
func Names() []string { return append([]string(nil), kinds...) }

// Source returns the YAML of a known kind, with its comments.
func Source(name string) ([]byte, bool) {
	for _, kind := range kinds {
		if kind == name {
			b, err := fs.ReadFile(files, "known/"+name+".yaml")
			if err != nil {
				panic(err) // it is part of the program; a test reads them all
			}
			return b, true
		}
	}
	return nil, false
}

// parsed are the trees of the known kinds, each made when it is first asked for.
var parsed sync.Map // name to *text

// known returns the tree of a known kind.
func known(name string) (*text, bool) {
	if t, ok := parsed.Load(name); ok {
		return t.(*text), true
	}
	b, ok := Source(name)
	if !ok {
		return nil, false
	}
	t, err := parse(name+".yaml", b)
	if err != nil {
		panic(fmt.Sprintf("profile: %v", err)) // see Source
	}
	parsed.Store(name, t)
	return t, true
}

// Lookup returns the profile of that name, ready for ParseLog.
func Lookup(name string) (*Profile, bool) {
	t, ok := known(name)
	if !ok {
		return nil, false
	}
	p, err := t.profile(nil)
	if err != nil {
		panic(fmt.Sprintf("profile: %v", err)) // see Source
	}
	return p, true
}

// must returns the profile of a kind that is known to be known.
func must(name string) *Profile {
	p, _ := Lookup(name)
	return p
}

// Resolve returns the profile of that name. For "auto", and for no name, it is the one that the server shows itself to be:
// by the properties of its reply to connect, else by the Server header of an answer to a player (or X-Powered-By, where it
// has no other); generic where neither tells.
func Resolve(name string, reply map[string]any, serverHeader string) (*Profile, bool) {
	if name != "" && name != "auto" {
		return Lookup(name)
	}
	shown := func(is func(*Profile) bool) *Profile {
		for _, kind := range kinds {
			if p := must(kind); is(p) {
				return p
			}
		}
		return nil
	}
	if p := shown(func(p *Profile) bool {
		_, has := reply[p.ReplyMark]
		return p.ReplyMark != "" && has
	}); p != nil {
		return p, true
	}
	if p := shown(func(p *Profile) bool { return p.Server != "" && matches(p.Server, serverHeader) }); p != nil {
		return p, true
	}
	return must("generic"), true
}
