package report

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// TestOrder holds that the verdict, the first table, what broke and the sentence tell causes in one order: as they happened. The
// report of a sanitizer that the server died of is told with its death.
func TestOrder(t *testing.T) {
	why := &Sanitizer{Tool: "AddressSanitizer", What: "SEGV"}
	of := func(code check.Code, at int64, keys ...string) Finding {
		f := Finding{Code: string(code), ID: string(code), Severity: string(check.Error), Root: true, Count: 1, FirstAt: at, Keys: keys}
		f.Cases = []Case{{At: Millis(at)}}
		if len(keys) == 0 {
			f.Cases[0].Report = why
		}
		return f
	}
	r := Result{Verdict: check.Fail, Findings: []Finding{
		of(check.ServerCrashed, 753), of(check.Sanitizer, 745), of(check.SlowRelease, 514, "live/s1"),
	}}
	var out strings.Builder
	if err := (Look{}).Print(&out, r); err != nil {
		t.Fatal(err)
	}
	var rows, told []string
	in := func(line, code string) bool { return strings.HasPrefix(line, "│ "+code) }
	for line := range strings.Lines(out.String()) {
		for _, f := range r.Findings {
			if in(line, f.Code) {
				rows = append(rows, f.Code)
			}
			if strings.HasPrefix(line, " "+f.Code) {
				told = append(told, f.Code)
			}
		}
	}
	const want = "slow-release sanitizer server-crashed"
	if got := strings.Join(rows, " "); got != want {
		t.Errorf("the table has %q", got)
	}
	if got := strings.Join(told, " "); got != want {
		t.Errorf("what broke has %q", got)
	}
	if first, _, _ := strings.Cut(out.String(), "\n"); first != "FAIL  slow-release on 1 key; sanitizer; server-crashed" {
		t.Errorf("the verdict is %q", first)
	}
	var cards []string
	for _, f := range r.Tell(phrase.English).Findings {
		cards = append(cards, f.Finding.Code)
	}
	if got := strings.Join(cards, " "); got != want {
		t.Errorf("the cards are %q", got)
	}
	said := r.Sentence(phrase.English)
	late, died := strings.Index(said, "came back too late"), strings.Index(said, "died 0.8\u00a0s in (AddressSanitizer: SEGV)")
	if late < 0 || died < late || strings.Contains(said, "more finding") {
		t.Errorf("the sentence is %q", said)
	}
	if r.Findings[0].Code != string(check.ServerCrashed) {
		t.Error("the document has another order")
	}
}
