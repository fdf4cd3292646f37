package profile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// least is the shortest profile there is.
const least = `name: ours
policy: exclusive
accept: onstatus
idle: {later: 10s}
`

// load writes a file and loads it; the error comes without the folder.
func load(t *testing.T, text string) (*Profile, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(path)
	if err == nil {
		return p, ""
	}
	return nil, strings.ReplaceAll(err.Error(), filepath.Dir(path)+string(filepath.Separator), "")
}

func TestLoad(t *testing.T) {
	p, complaint := load(t, least+`
token: fs
survive: 1m30s
container:
departures:
  vanish: {policy: grace, resume: 5s}
log_head: '^(?P<time>\S+ \S+) (?P<level>\S+) '
log_time: "2006-01-02 15:04:05"
log_rules:
  - name: busy
    class: busy
    match: |
      is busy$
`)
	if complaint != "" {
		t.Fatal(complaint)
	}
	if p.Name != "ours" || p.Idle != (IdleBound{Later: 10 * time.Second}) || p.Survive != 90*time.Second || p.Token != "fs" {
		t.Errorf("%+v", p)
	}
	if d := p.Departures["vanish"]; d != (Departure{Policy: "grace", Resume: 5 * time.Second}) {
		t.Errorf("departure %+v", d)
	}
	if parsed, known := p.ParseLog("2026-11-22 12:00:00 WARN it is busy"); !known || parsed.Class != Busy || parsed.Level != "WARN" {
		t.Errorf("%v, %+v", known, parsed)
	}
}

// A file that is like a known kind begins with everything that is known of it.
func TestLike(t *testing.T) {
	p, complaint := load(t, `
name: ours
like: srs
idle: {later: 40s}
log_rules:
  - {name: publish-busy, class: busy, match: occupied}
  - {name: ours, noise: true, match: hello}
hints:
  - {when: play-404, says: ask us}
versions:
  - {since: "6.1", before: 7.0.2, policy: takeover}
`)
	if complaint != "" {
		t.Fatal(complaint)
	}
	known := must("srs")
	if p.Name != "ours" || p.Policy != "exclusive" || p.Token != "fs" || p.Idle != (IdleBound{Later: 40 * time.Second}) {
		t.Errorf("%+v", p)
	}
	if len(p.LogRules) != len(known.LogRules)+1 || p.LogRules[0].Match != "occupied" || p.LogRules[1].Name != "ours" {
		t.Errorf("rules %+v", p.LogRules)
	}
	if p.Hint("play-404") != "ask us" || p.Hint("play-silent") != known.Hint("play-silent") || p.Hint("play-nothing") != "" {
		t.Errorf("hints %+v", p.Hints)
	}
	for version, want := range map[string]string{
		"": "exclusive", "6.0.9": "exclusive", "6.1": "takeover", "v6.1.0": "takeover", "7.0.1(Hang)": "takeover", "7.0.2": "exclusive", "x": "exclusive",
	} {
		if got := p.At(version); got.Policy != want || got.Name != "ours" || len(got.LogRules) != len(p.LogRules) {
			t.Errorf("at %q: policy %s, name %s, %d rules", version, got.Policy, got.Name, len(got.LogRules))
		}
	}
	if got := p.At("7.0.136"); got.Absent != "404" {
		t.Errorf("the versions of the kind it is like are gone: absent %q", got.Absent)
	}
}

func TestMistakes(t *testing.T) {
	rule := func(s string) string {
		return least + "log_head: '^(?P<time>\\S+) '\nlog_rules:\n  - name: x\n    match: y\n" + s
	}
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", "p.yaml: has nothing in it; `flvstorm profiles srs` prints a profile to begin with"},
		{"a comment", "# hello\n", "p.yaml: has nothing in it; `flvstorm profiles srs` prints a profile to begin with"},
		{"no YAML", "name: [", "p.yaml:1: is not YAML: "},
		{"a tab", "name: ours\n\tpolicy: x\n", "p.yaml:2: is not YAML: "},
		{"twice", least + "name: again\n", "p.yaml:5: is not YAML: "},
		{"a list", "- name: ours\n", "p.yaml:1: a profile must hold fields, each as NAME: VALUE; there are name, policy, accept, "},
		{"a word", "ours\n", "p.yaml:1: a profile must hold fields"},
		{"two documents", least + "---\n" + least, "p.yaml: has more than one document; "},
		{"a typo", least + "polcy: exclusive\n", "p.yaml:5: there is no field polcy; is policy meant?"},
		{"a typo within", least + "log_head: x\nlog_rules:\n  - name: x\n    mach: y\n", "p.yaml:8: there is no field log_rules.mach; is log_rules.match meant?\np.yaml:7: log_rules.match is missing or empty; docs/profiles.md says what it is for"},
		{"a field of nobody", least + "colour: red\n", "p.yaml:5: there is no field colour; there are name, policy, accept, "},
		{"what is missing", "name: ours\n", "p.yaml:1: policy is missing or empty; docs/profiles.md says what it is for\np.yaml:1: accept is missing or empty; docs/profiles.md says what it is for\np.yaml:1: idle.later is missing or empty; docs/profiles.md says what it is for"},
		{"survive without a time", strings.Replace(least, "onstatus", "survive", 1), "p.yaml:1: survive is missing or empty"},
		{"grace without a time", strings.Replace(least, "exclusive", "grace", 1), "p.yaml:1: resume is missing or empty"},
		{"viewers", least + "viewers: ends\n", `p.yaml:5: viewers: there is no "ends"; is end meant?`},
		{"timestamps", least + "timestamps: zero\n", `p.yaml:5: timestamps: there is no "zero"; there are continue, restart`},
		{"viewers of a departure", least + "departures: {fin: {viewers: held}}\n", `p.yaml:5: departures.viewers: there is no "held"; is hold meant?`},
		{"timestamps of a departure", least + "departures: {fin: {timestamps: again}}\n", `p.yaml:5: departures.timestamps: there is no "again"; there are continue, restart`},
		{"grace of a departure", least + "departures: {fin: {policy: grace}}\n", "p.yaml:1: departures.fin.resume is missing or empty"},
		{"rules without a head", least + "log_rules: [{name: x, match: y}]\n", "p.yaml:1: log_head is missing or empty"},
		{"a time without a group", least + "log_head: x\nlog_time: 2006-01-02 15:04:05\n", "p.yaml:1: log_head (?P<time>…) is missing or empty"},
		{"a time without a head", least + "log_time: 2006-01-02 15:04:05\n", "p.yaml:1: log_head is missing or empty"},
		{"half an idle bound", strings.Replace(least, "{later", "{first: 3s, later", 1), "p.yaml:1: idle.first_within is missing or empty"},
		{"no value", least + "token:\n", "p.yaml:5: token has no value; give one, or leave the line out"},
		{"a number for a word", strings.Replace(least, "ours", "7", 1), "p.yaml:1: name must be text; put it in quotes: \"7\""},
		{"a list for a word", least + "token: [fs]\n", "p.yaml:5: token must be text, written out in its place"},
		{"a word for fields", least + "idle_bound: 5s\n", "p.yaml:5: there is no field idle_bound; there are "},
		{"a time for fields", strings.Replace(least, "{later: 10s}", "10s", 1), "p.yaml:4: idle must hold fields, each as NAME: VALUE; there are first_within, first, later"},
		{"a time without a unit", strings.Replace(least, "10s", "10", 1), "p.yaml:4: idle.later must be a duration with its unit, such as 500ms, 10s or 1m30s, not \"10\""},
		{"a time that is none", strings.Replace(least, "10s", "soon", 1), "p.yaml:4: idle.later must be a duration with its unit, such as 500ms, 10s or 1m30s, not \"soon\""},
		{"a time of nothing", strings.Replace(least, "10s", "0s", 1), "p.yaml:4: idle.later is 0s; it must be more than nothing and at most 720h0m0s"},
		{"a time before now", strings.Replace(least, "10s", "-1s", 1), "p.yaml:4: idle.later is -1s; it must be"},
		{"a number for yes", rule("    noise: 1\n"), "p.yaml:9: log_rules.noise must be true or false"},
		{"a word for a list", least + "exec: {args: -e, places: {}}\n", "p.yaml:5: exec.args must be a list, each item on a line of its own behind a dash"},
		{"a policy with a typo", strings.Replace(least, "exclusive", "exlusive", 1), "p.yaml:2: policy: there is no \"exlusive\"; is exclusive meant?"},
		{"a policy of nobody", strings.Replace(least, "exclusive", "first-come", 1), "p.yaml:2: policy: there is no \"first-come\"; there are exclusive, takeover, grace, unknown"},
		{"a class of nobody", rule("    class: full\n"), "p.yaml:9: log_rules.class: there is no \"full\"; there are busy, duplicated, disposing, bad-name, denied, limit, closed"},
		{"an expression", strings.Replace(rule(""), "match: y", "match: '(y'", 1), "p.yaml:8: log_rules.match is not a regular expression of Go: error parsing regexp: missing closing ): `(y`"},
		{"a large expression", strings.Replace(rule(""), "match: y", "match: '.{1000}.{1000}.{1000}.{1000}.{1000}'", 1), "p.yaml:8: log_rules.match is a regular expression of a size that no log line needs"},
		{"a long expression", strings.Replace(rule(""), "match: y", "match: "+strings.Repeat("y", 2001), 1), "p.yaml:8: log_rules.match is a regular expression of a size that no log line needs"},
		{"a long list", least + "exec: {args: [" + strings.Repeat("x, ", 257) + "], places: {}}\n", "p.yaml:5: exec.args has more than 256 items; which are needed?"},
		{"a group", strings.Replace(rule(""), "match: y", "match: '(?P<pier>y)'", 1), "p.yaml:8: log_rules.match has a group named pier, which is not read; there are key, app, stream, peer, id, token"},
		{"a group of the server", least + "server: '(?P<v>x)'\n", "p.yaml:5: server has a group named v; no groups are read here, write (?:…)"},
		{"a rule twice", rule("  - {name: x, match: z}\n"), "p.yaml:9: log_rules has \"x\" twice; give each its own name"},
		{"noise that refuses", rule("    noise: true\n    class: busy\n"), "p.yaml:1: log_rules: x is noise and has a class; a line that refuses somebody is not noise"},
		{"an empty expression", strings.Replace(rule(""), "match: y", "match: ''", 1), "p.yaml:8: log_rules.match is missing or empty"},
		{"a layout", least + "log_head: '(?P<time>x)'\nlog_time: yyyy-mm-dd\n", "p.yaml:6: log_time \"yyyy-mm-dd\" must be the time 2006-01-02 15:04:05 as the server would write it, with date and seconds"},
		{"a layout without a date", least + "log_head: '(?P<time>x)'\nlog_time: '15:04:05'\n", "p.yaml:6: log_time \"15:04:05\" must be the time"},
		{"a departure", least + "departures: {cuts: {ignored: true}}\n", "p.yaml:5: there is no field departures.cuts; is departures.cut meant?"},
		{"a departure of nobody", least + "departures: {explode: {ignored: true}}\n", "p.yaml:5: there is no field departures.explode; there are unpublish, fin, rst, cut, vanish, halfclose"},
		{"a URL", least + "shipped: {play: 'rtmp://127.0.0.1/live/{stream}'}\n", "p.yaml:5: shipped.play \"rtmp://127.0.0.1/live/{stream}\" must be a URL that begins with http:// and names a host"},
		{"a URL without a host", least + "shipped: {api: 'http:///x'}\n", "p.yaml:5: shipped.api \"http:///x\" must be a URL"},
		{"a URL without a stream", least + "shipped: {publish: 'rtmp://127.0.0.1/live/s0'}\n", "p.yaml:5: shipped.publish \"rtmp://127.0.0.1/live/s0\" must have {stream} where the name of the stream goes"},
		{"a brace", least + "exec: {args: ['{port}'], places: {}}\n", "p.yaml:5: exec.args: {port} is not filled in; there are {rtmp}, {http}, {api}"},
		{"half a brace", least + "exec: {env: ['A={rtmp'], places: {}}\n", "p.yaml:5: exec.env: { is not filled in; there are {rtmp}, {http}, {api}"},
		{"an assignment", least + "exec: {env: [A], places: {}}\n", "p.yaml:5: exec.env \"A\" must be NAME=VALUE"},
		{"no places", least + "exec: {env: [A=1]}\n", "p.yaml:5: exec.places is missing or empty"},
		{"a path", least + "api: {streams: {path: api, key: [x]}}\n", "p.yaml:5: api.streams.path \"api\" must begin with a slash: it is a path below the URL of the API"},
		{"a list without keys", least + "api: {streams: {path: /api}}\n", "p.yaml:5: api.streams.key is missing or empty"},
		{"three keys", least + "api: {streams: {path: /api, key: [a, b, c]}}\n", "p.yaml:1: api.streams.key has more than 2 items; which are needed?"},
		{"a header", least + "api: {header: 'Bearer x'}\n", "p.yaml:5: api.header \"Bearer x\" must be a header, NAME: VALUE; a secret is named as ${VARIABLE} of the environment"},
		{"an occasion", least + "hints: [{when: '404', says: x}]\n", "p.yaml:5: hints.when \"404\" must begin with publish- or play-, such as play-404 or publish-denied"},
		{"a token", least + "token: 'a=b'\n", "p.yaml:5: token \"a=b\" must be one word of letters and digits"},
		{"a name", strings.Replace(least, "ours", "our server", 1), "p.yaml:1: name \"our server\" must be of letters, digits, dots and dashes, at most 64, and not auto"},
		{"the name auto", strings.Replace(least, "ours", "auto", 1), "p.yaml:1: name \"auto\" must be"},
		{"a control character", strings.Replace(least, "ours", `"a\e[31mb"`, 1), "p.yaml:1: name must be text of one line, without control characters"},
		{"a control character in a field", least + "\"a\\e[31mb\": 1\n", "p.yaml:5: there is no field a [31mb; there are "},
		{"an alias", least + "token: &a fs\nabsent: *a\n", "p.yaml:5: token must be text, written out in its place"},
		{"like nobody", least + "like: srs2\n", "p.yaml:5: like: there is no \"srs2\"; there are srs, node-media-server, lal, zlmediakit, livego, nginx-http-flv, embedded, generic"},
		{"versions of nothing", least + "versions: [{policy: takeover}]\n", "p.yaml:5: versions: an item says from which version on it holds (since) or up to which (before), or both"},
		{"a version", least + "versions: [{since: new, policy: takeover}]\n", "p.yaml:5: versions.since \"new\" must be a version that begins with numbers, such as 7.0.2"},
		{"a version that is a number", least + "versions: [{since: 7.0, policy: takeover}]\n", "p.yaml:5: versions.since must be text; put it in quotes: \"7.0\""},
		{"versions that never hold", least + "versions: [{since: 7.0.3, before: 7.0.3, policy: takeover}]\n", "p.yaml:5: versions: since is not below before, so the item never holds"},
		{"a word for a version", least + "versions: [all]\n", "p.yaml:5: versions must hold fields, each as NAME: VALUE; there are since, before, name, "},
		{"a mistake in a version", least + "versions:\n  - since: 7.0.1\n    polcy: takeover\n", "p.yaml:7: there is no field polcy; is policy meant?"},
		{"a mistake between versions", least + "versions:\n  - {since: 7.0.1, accept: survive}\n  - {since: 7.0.3, survive: 1s}\n", "p.yaml:1: survive is missing or empty"},
		{"too deep", strings.Repeat("[", 20000), "p.yaml: is not YAML: it is nested too deep"},
		{"deep dashes", strings.Repeat("- ", 20000), "p.yaml: is not YAML: it is nested too deep"},
		{"too long", strings.Repeat("# hello\n", 10000), "p.yaml: is longer than 64 KiB, which no profile is; is it the right file?"},
	} {
		_, got := load(t, tt.text)
		if !strings.HasPrefix(got, tt.want) || got == "" {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// The mistakes of a file are told at once, each as a sentence of its own, and not without end.
func TestMistakesAreSentences(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.yaml")
	text := least + "log_head: x\nlog_rules:\n" + strings.Repeat("  - {nam: x}\n", 100)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != maxProblems {
		t.Fatalf("%v", err)
	}
	for _, e := range joined.Unwrap() {
		var said *phrase.Error
		if !errors.As(e, &said) || !strings.HasPrefix(e.Error(), path+":") {
			t.Errorf("%v", e)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a folder; give the YAML file of a profile") {
		t.Errorf("a folder: %v", err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"srs", "policy", "log_rules", "", "match", "name"}
	for word, want := range map[string]string{
		"srs": "srs", "sr": "srs", "ssr": "srs", "polciy": "policy", "Policy": "policy", "logrules": "log_rules", "zz": "",
		"completely": "", "": "", strings.Repeat("x", 200): "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("Nearest(%.20q) = %q, want %q", word, got, want)
		}
	}
}

func TestReleases(t *testing.T) {
	for _, tt := range []struct {
		text string
		want release
	}{
		{"7.0.2", release{7, 0, 2}}, {"v0.37.4", release{0, 37, 4}}, {"5.0.216(Bee)", release{5, 0, 216}}, {"6.0.155-r0", release{6, 0, 155}},
		{"7", release{7}}, {"", nil}, {"dev", nil}, {".5", nil}, {"99999999999", release{999999999}}, {"1.2.3.4.5.6.7.8.9.10", release{1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		got, ok := parseRelease(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want != nil) {
			t.Errorf("%q, %v (-want +got):\n%s", tt.text, ok, diff)
		}
	}
	for _, tt := range []struct {
		a, b string
		want int
	}{{"7.0.2", "7.0.10", -1}, {"7", "7.0.0", 0}, {"7.1", "7.0.136", 1}, {"6.0.155", "6.0.155.1", -1}} {
		a, _ := parseRelease(tt.a)
		b, _ := parseRelease(tt.b)
		if a.compare(b) != tt.want || b.compare(a) != -tt.want {
			t.Errorf("%s against %s: %d", tt.a, tt.b, a.compare(b))
		}
	}
}

// The loader gives a profile that works, or says where it is wrong.
func FuzzLoad(f *testing.F) {
	for _, name := range Names() {
		b, _ := Source(name)
		f.Add(b, "7.0.2")
	}
	f.Add([]byte(least), "")
	f.Add([]byte(least+"versions: [{since: 7.0.1, absent: wait}]\n"), "7.0.1")
	f.Add([]byte("a: &a [*a]\n? {b: c}\n: d\n<<: *a\n"), "")
	f.Fuzz(func(t *testing.T, b []byte, version string) {
		text, err := parse("p.yaml", b)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "p.yaml:") || strings.ContainsRune(line, '\x1b') {
					t.Errorf("the complaint %q", line)
				}
			}
			return
		}
		p, err := text.profile(nil)
		if err != nil {
			t.Fatalf("parsed, and then: %v", err)
		}
		p = p.At(version).Scaled(2)
		p.ParseLog("2026-11-22 12:27:36.840 x")
		p.Fill(1, 2, 3)
		m, err := p.Map()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(m); err != nil {
			t.Fatal(err)
		}
	})
}
