package profile

import (
	"net/url"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

var (
	policies   = []string{"exclusive", "takeover", "grace", "unknown"}
	departures = []string{"unpublish", "fin", "rst", "cut", "vanish", "halfclose"}
	viewers    = []string{"end", "hold", "either"}
	timestamps = []string{"continue", "restart"}
	classes    = []string{string(Busy), string(Duplicated), string(Disposing), string(BadName), string(Denied), string(Limit), string(Closed)}
)

// required are the fields that a thing in a file can't do without. Those of the profile itself may come from the kind it
// is like, see whole.
var required = map[string][]string{
	"log_rules":   {"name", "match"},
	"hints":       {"when", "says"},
	"api.streams": {"path", "key"},
	"api.clients": {"path", "id"},
	"exec":        {"places"},
}

// checks look at text by the field in which it stands.
var checks = map[string]func(r *reader, path string, n ast.Node, text string){
	"name":                  name,
	"policy":                oneOf(policies...),
	"accept":                oneOf("onstatus", "survive"),
	"absent":                oneOf("wait", "header", "404"),
	"viewers":               oneOf(viewers...),
	"timestamps":            oneOf(timestamps...),
	"token":                 word,
	"server":                expression(),
	"shipped.publish":       address("rtmp", "rtmps"),
	"shipped.play":          address("http", "https"),
	"shipped.api":           address("http", "https"),
	"container.publish":     address("rtmp", "rtmps"),
	"container.play":        address("http", "https"),
	"container.api":         address("http", "https"),
	"exec.places.publish":   address("rtmp", "rtmps"),
	"exec.places.play":      address("http", "https"),
	"exec.places.api":       address("http", "https"),
	"exec.args":             filled,
	"exec.env":              assignment,
	"departures.policy":     oneOf(policies...),
	"departures.viewers":    oneOf(viewers...),
	"departures.timestamps": oneOf(timestamps...),
	"api.header":            header,
	"api.streams.path":      slash,
	"api.clients.path":      slash,
	"hints.when":            occasion,
	"log_head":              expression("time", "level", "id"),
	"log_time":              layout,
	"log_rules.name":        name,
	"log_rules.match":       expression("key", "app", "stream", "peer", "id", "token"),
	"log_rules.class":       oneOf(classes...),
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// name is what stands in tables and in flags.
func name(r *reader, path string, n ast.Node, text string) {
	if !plainName.MatchString(text) || text == "auto" {
		r.wrong(n, phrase.ProfileName, path, printable(text))
	}
}

func oneOf(choices ...string) func(*reader, string, ast.Node, string) {
	return func(r *reader, path string, n ast.Node, text string) {
		if slices.Contains(choices, text) {
			return
		}
		if near := Nearest(text, choices); near != "" {
			r.wrong(n, phrase.ProfileChoiceNear, path, printable(text), near)
			return
		}
		r.wrong(n, phrase.ProfileChoice, path, printable(text), list(choices))
	}
}

// An expression is tried on every line of a log, so it may not be of any size: not as it stands in the file, nor with its
// repetitions written out.
const (
	maxExpression = 2000
	maxProgram    = 5000
)

// expression wants a regular expression whose named groups are among those that are read.
func expression(groups ...string) func(*reader, string, ast.Node, string) {
	return func(r *reader, path string, n ast.Node, text string) {
		re, err := syntax.Parse(text, syntax.Perl)
		if err != nil {
			r.wrong(n, phrase.ProfileExpression, path, printable(err.Error()))
			return
		}
		if !modest(text, re) {
			r.wrong(n, phrase.ProfileLarge, path)
			return
		}
		for _, group := range re.CapNames() {
			switch {
			case group == "" || slices.Contains(groups, group):
			case len(groups) == 0:
				r.wrong(n, phrase.ProfileNoGroup, path, group)
			default:
				r.wrong(n, phrase.ProfileGroup, path, group, list(groups))
			}
		}
	}
}

func modest(text string, re *syntax.Regexp) bool {
	if len(text) > maxExpression {
		return false
	}
	program, err := syntax.Compile(re.Simplify())
	return err == nil && len(program.Inst) <= maxProgram
}

// layout wants the reference time of package time, with a date.
func layout(r *reader, path string, n ast.Node, text string) {
	at := time.Date(2031, time.November, 22, 13, 14, 15, 0, time.UTC)
	back, err := time.Parse(text, at.Format(text))
	if err != nil || !back.Truncate(time.Second).Equal(at) {
		r.wrong(n, phrase.ProfileLayout, path, printable(text))
	}
}

// braces are the names in braces, and what is left of braces without one.
var braces = regexp.MustCompile(`\{[^{}]*\}|[{}]`)

// inBraces looks at the names in braces.
func inBraces(r *reader, path string, n ast.Node, text string, names ...string) {
	for _, b := range braces.FindAllString(text, -1) {
		if !slices.Contains(names, b) {
			r.wrong(n, phrase.ProfileBraces, path, printable(b), list(names))
		}
	}
}

// address wants a URL, with {stream} where there is one stream among others. Where a server is started by us, its port is
// one in braces.
func address(schemes ...string) func(*reader, string, ast.Node, string) {
	return func(r *reader, path string, n ast.Node, text string) {
		names := []string{"{stream}"}
		if strings.HasPrefix(path, "exec.") {
			names = append(names, "{rtmp}", "{http}", "{api}")
		}
		if strings.HasSuffix(path, ".api") {
			names = names[1:]
		}
		inBraces(r, path, n, text, names...)
		u, err := url.Parse(braces.ReplaceAllString(text, "1"))
		if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" {
			r.wrong(n, phrase.ProfileURL, path, printable(text), schemes[0])
		} else if !strings.HasSuffix(path, ".api") && !strings.Contains(text, "{stream}") {
			r.wrong(n, phrase.ProfileNoStream, path, printable(text))
		}
	}
}

// filled is an argument of a server, with the ports that it is to listen on in braces.
func filled(r *reader, path string, n ast.Node, text string) {
	inBraces(r, path, n, text, "{rtmp}", "{http}", "{api}")
}

func assignment(r *reader, path string, n ast.Node, text string) {
	if name, _, ok := strings.Cut(text, "="); !ok || name == "" {
		r.wrong(n, phrase.ProfileAssignment, path, printable(text))
	}
	filled(r, path, n, text)
}

var aWord = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

func word(r *reader, path string, n ast.Node, text string) {
	if !aWord.MatchString(text) {
		r.wrong(n, phrase.ProfileWord, path, printable(text))
	}
}

var headerLine = regexp.MustCompile(`^[A-Za-z0-9-]+: \S`)

func header(r *reader, path string, n ast.Node, text string) {
	if !headerLine.MatchString(text) {
		r.wrong(n, phrase.ProfileHeader, path, printable(text))
	}
}

func slash(r *reader, path string, n ast.Node, text string) {
	if !strings.HasPrefix(text, "/") {
		r.wrong(n, phrase.ProfileSlash, path, printable(text))
	}
}

var anOccasion = regexp.MustCompile(`^(?:publish|play)-[a-z0-9-]{1,32}$`)

func occasion(r *reader, path string, n ast.Node, text string) {
	if !anOccasion.MatchString(text) {
		r.wrong(n, phrase.ProfileOccasion, path, printable(text))
	}
}

// timed reports whether the head of a line has a group for the time, or nobody can tell: then it was said already.
func timed(head string) bool {
	re, err := syntax.Parse(head, syntax.Perl)
	return head == "" || err != nil || slices.Contains(re.CapNames(), "time")
}

// whole looks at what its fields must be to one another, and at those that a profile can't do without.
func (r *reader) whole(root ast.Node, p *Profile) {
	if pairs, ok := r.pairs(root); !ok {
		return
	} else if len(pairs) > 0 {
		root = pairs[0]
	}
	for _, field := range []struct {
		name    string
		missing bool
	}{
		{"name", p.Name == ""},
		{"policy", p.Policy == ""},
		{"accept", p.Accept == ""},
		{"idle.later", p.Idle.Later == 0},
		{"survive", p.Accept == "survive" && p.Survive == 0},
		{"resume", p.Policy == "grace" && p.Resume == 0},
		{"idle.first", p.Idle.FirstWithin > 0 && p.Idle.First == 0},
		{"idle.first_within", p.Idle.First > 0 && p.Idle.FirstWithin == 0},
		{"log_head", len(p.LogRules) > 0 && p.LogHead == ""},
		{"log_head", p.LogTime != "" && p.LogHead == ""},
		{"log_head (?P<time>…)", p.LogTime != "" && !timed(p.LogHead)},
	} {
		if field.missing {
			r.wrong(root, phrase.ProfileMissing, field.name)
		}
	}
	if p.API != nil && p.API.Streams != nil && len(p.API.Streams.Key) > 2 {
		r.wrong(root, phrase.ProfileItems, "api.streams.key", 2)
	}
	for _, name := range departures {
		if d := p.Departures[name]; d.Policy == "grace" && d.Resume == 0 {
			r.wrong(root, phrase.ProfileMissing, "departures."+name+".resume")
		}
	}
	for _, rule := range p.LogRules {
		if rule.Noise && rule.Class != "" {
			r.wrong(root, phrase.ProfileNoise, rule.Name)
		}
	}
}
