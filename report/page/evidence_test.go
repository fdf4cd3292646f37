package page

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/check"
)

// TestEvidenceFolds lets the first line of each kind stand open; lines tell something of their own by their words and codes, and not
// by ids, times and keys.
func TestEvidenceFolds(t *testing.T) {
	line := func(key, by, what string) event { return event{Key: key, By: by, What: toned{plain(what), ""}} }
	for _, test := range []struct {
		name       string
		in         []event
		open, rest int
		says       string
	}{
		{"few", []event{line("a", "us", "try 1"), line("b", "us", "try 2"), line("c", "us", "try 3")}, 3, 0, ""},
		{"keys", []event{
			line("live/s0", "us", "publish 2 (pub/live/s0) refused: busy"), line("live/s0", "log", "[2026-11-22 22:49:12.322][ERROR][4yewdlvs] code=4001(Duplicated) : live/s0 took 12 ms"),
			line("live/s1", "us", "publish 3 (pub/live/s1) refused: busy"), line("live/s1", "log", "[2026-11-22 22:49:12.323][ERROR][abcdefgh] code=4001(Duplicated) : live/s1 took 900 µs"),
			line("live/s2", "us", "publish 2 (pub/live/s2) refused: busy"), line("live/s2", "log", "[2026-11-22 22:49:12.324][ERROR][wzx55ily] code=4001(Duplicated) : live/s2 took 1.2 s"),
		}, 2, 4, "4 more lines like these, on 2 keys"},
		{"one key", []event{line("a", "us", "1 busy"), line("a", "us", "2 busy"), line("a", "us", "3 busy"), line("a", "us", "4 busy")}, 1, 3, "3 more lines like these, on 1 key"},
		{"codes and words", []event{line("a", "log", "code=1028 busy"), line("b", "log", "code=4001 busy"), line("c", "log", "code=1028 closed"), line("d", "us", "code=1028 busy"), line("e", "log", "code=1028 busy, again")}, 5, 0, ""},
		{"the whole server", []event{line("", "log", "at 1"), line("", "log", "at 2"), line("", "log", "at 3"), line("", "log", "at 4")}, 4, 0, ""},
		{"many kinds", manyKinds(20), 12, 8, "8 more lines of evidence"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := finding{Events: test.in}
			f.fold()
			if diff := cmp.Diff([]int{test.open, test.rest}, []int{len(f.Events), len(f.Rest)}); diff != "" {
				t.Errorf("open and folded (-want +got):\n%s", diff)
			}
			if got := strings.ReplaceAll(f.RestSays.en, "\u00a0", " "); got != test.says {
				t.Errorf("says %q, want %q", got, test.says)
			}
		})
	}
}

func manyKinds(n int) []event {
	var out []event
	for i := range n {
		out = append(out, event{Key: "a", By: "us", What: toned{plain(strings.Repeat("x", i+1)), ""}})
	}
	return out
}

// TestManual holds that each code that a finding links to is explained there.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range check.Codes {
		if !strings.Contains(string(text), "\n## "+string(code)+"\n") {
			t.Errorf("docs/findings.md says nothing of %s", code)
		}
	}
}
