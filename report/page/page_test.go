package page

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

var update = flag.Bool("update", false, "write the golden files anew")

// verdicts are those of documents, by their names.
var verdicts = map[string]check.Verdict{
	check.Pass.String(): check.Pass, check.Fail.String(): check.Fail, check.Interrupted.String(): check.Interrupted, check.Inconclusive.String(): check.Inconclusive,
}

// resultOf is one of the documents that the tests of package report keep.
func resultOf(t testing.TB, name string) report.Result {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var verdict string
	if err := json.Unmarshal(doc["verdict"], &verdict); err != nil {
		t.Fatal(err)
	}
	delete(doc, "verdict")
	if text, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	var r report.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	r.Verdict = verdicts[verdict]
	return r
}

// documents are the names of all those documents.
func documents(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "*.json"))
	if err != nil || len(paths) < 20 {
		t.Fatalf("found %d documents: %v", len(paths), err)
	}
	var out []string
	for _, path := range paths {
		if name := strings.TrimSuffix(filepath.Base(path), ".json"); !strings.HasPrefix(name, "probe-") {
			out = append(out, name)
		}
	}
	return out
}

// render is the page of a report.
func render(t testing.TB, r Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// told is a report on a document, with a plan, a profile and some story.
func told(r report.Result) Report {
	return Report{
		English: r, Chinese: r, Lang: "en",
		Header: history.Header{
			Plan:    map[string]any{"gap": "0s", "publishers": 5, "departures": []string{"fin", "rst"}},
			Profile: map[string]any{"name": "srs", "acceptance": map[string]any{"rule": "onstatus"}},
			Machine: history.Machine{OS: "linux", Arch: "amd64", CPUs: 2},
			Target:  history.Target{Exec: "objs/srs -e", API: "http://127.0.0.1:1985", Log: "objs/srs.log"},
		},
		Story: story.Story{End: 12_600_000, Lanes: []story.Lane{{Key: "live/s0"}}, Thinned: []story.Thinned{{What: "bars", Kept: 100, Of: 4000}}},
	}
}

// placeholders make a page fit to be kept: what stands in files of its own, and what is packed, is left out.
func placeholders(html string) string {
	html = strings.ReplaceAll(html, "\n"+sheet(), "STYLE")
	html = strings.ReplaceAll(html, "\n"+script(), "SCRIPT")
	for _, part := range []struct{ find, put string }{
		{`sha256-[^ ]*?&#39;`, "sha256-HASH&#39;"},
		{`base64,[A-Za-z0-9+/=]+`, "base64,PACKED"},
		{`(id="data-story">)[^<]*`, "${1}PACKED"},
		{`(id="data-words">)[^<]*`, "${1}WORDS"},
	} {
		html = regexp.MustCompile(part.find).ReplaceAllString(html, part.put)
	}
	return html
}

// TestGolden keeps pages of a failure with consequences, a suite, a load with thresholds, and a run that shows nothing, in Chinese.
func TestGolden(t *testing.T) {
	for _, name := range []string{"explained", "suite", "load-exceeded", "empty"} {
		t.Run(name, func(t *testing.T) {
			r := told(resultOf(t, name))
			if name == "empty" {
				r = Report{English: r.English, Chinese: r.Chinese, Lang: "zh"}
			}
			got := placeholders(render(t, r))
			path := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s is not as it was (-want +got); -update writes it anew:\n%s", path, diff)
			}
		})
	}
}

// TestForm holds what every page is made of: one script and one style, both named by the policy; IDs that are there once; links and
// buttons that lead somewhere; headings in order; every sentence in both languages.
func TestForm(t *testing.T) {
	for _, name := range documents(t) {
		t.Run(name, func(t *testing.T) {
			html := render(t, told(resultOf(t, name)))
			page := parse(t, html)
			page.wellFormed(t)
			page.bothLanguages(t)
			if !strings.Contains(html, "font: 15px") || !strings.Contains(html, "flvstorm = fs") {
				t.Error("style or script is not in the page")
			}
			for _, asset := range []string{page.style, page.script} {
				if !strings.Contains(page.policy, hash(asset)) {
					t.Errorf("the policy %q does not name what begins with %.60q", page.policy, asset)
				}
			}
			for _, always := range []string{`<span lang="en">duplicated pattern</span>`, `<span lang="en">stream busy: transient / stuck</span>`} {
				if !strings.Contains(html, always) {
					t.Errorf("%s is not in the page", always)
				}
			}
		})
	}
}

// TestSays looks for what must be told of a run in its page, whatever the run.
func TestSays(t *testing.T) {
	for name, wants := range map[string][]string{
		"pass":         {"below", ">PASS<"},
		"empty":        {"INCONCLUSIVE", "has no timeline"},
		"interrupted":  {"INTERRUPTED"},
		"inconclusive": {"INCONCLUSIVE"},
		"crash":        {"server-crashed", "SIGSEGV"},
		"died":         {"SrsHttpStreamServer", "Top of the stack"},
		"allowed":      {"does not count", "excused by --allow"},
		"explained":    {"consequence", "server log", "Report of the sanitizer"},
	} {
		r := told(resultOf(t, name))
		if name == "empty" {
			r.Story = story.Story{}
		}
		html := render(t, r)
		for _, want := range wants {
			if !strings.Contains(html, want) {
				t.Errorf("the page of %s does not say %q", name, want)
			}
		}
	}
}
