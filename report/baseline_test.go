package report

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// suiteStory is the story as a case of a suite, after one that passed and before one that was skipped.
func suiteStory() []history.Event {
	turn := func(at time.Duration, name, state, why string) history.Event {
		return history.Event{At: at, Actor: "run", What: history.Case{Name: name, State: state, Why: why}}
	}
	events := story()
	end := len(events) - 1
	out := []history.Event{events[0]}
	out = append(out, turn(ms, "return-fin", "begin", ""))
	out = append(out, events[1:end]...)
	return append(out,
		turn(3900*ms, "return-fin", "end", ""),
		turn(3950*ms, "contenders", "skipped", "policy takeover"),
		events[end])
}

// TestSuiteRead holds that a suite's document names its cases, with what was found in each.
func TestSuiteRead(t *testing.T) {
	r, err := reread(keepAll(t, suiteStory()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cases) != 2 || r.Verdict != check.Fail {
		t.Fatalf("%v with %d cases", r.Verdict, len(r.Cases))
	}
	ran, left := r.Cases[0], r.Cases[1]
	if ran.Name != "return-fin" || ran.State != "ran" || ran.Verdict != "fail" || ran.Attempts != 2 || len(ran.Found) == 0 ||
		ran.Findings[0] != "duplicated-pattern" || ran.Duration.Duration() < 3*time.Second {
		t.Errorf("%+v", ran)
	}
	if left.State != skipped || left.Verdict != "" || left.Why != "policy takeover" {
		t.Errorf("%+v", left)
	}
	if got := r.Findings[0].In; len(got) != 1 || got[0] != "return-fin" {
		t.Errorf("found in %v", got)
	}
}

// TestBaseline holds what a run is worth as one to compare with.
func TestBaseline(t *testing.T) {
	clean := story()[:4]
	clean = append(clean, history.Event{At: 4 * time.Second, Actor: "run", What: history.Phase{Name: "end"}})
	torn := keep(t)
	cutShort(t, torn)
	for _, c := range []struct {
		name, dir string
		want      history.Baseline
	}{
		{"a run", keep(t), history.Baseline{Verdict: "fail", Findings: []string{"duplicated-pattern"}}},
		{"a suite", keepAll(t, suiteStory()), history.Baseline{Verdict: "fail", Suite: true, Findings: []string{"return-fin/duplicated-pattern"}}},
		{"nothing found", keepAll(t, clean), history.Baseline{Verdict: "pass", Findings: []string{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.Run = c.dir
			got, err := Baseline(c.dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, c := range []struct {
		name, dir string
		want      phrase.ID
	}{
		{"no verdict and nothing found", keepAll(t, clean[:3]), phrase.BaselineNothing},
		{"torn, and nothing found so far", torn, phrase.BaselineNothing},
		{"no folder", filepath.Join(torn, "no"), phrase.ReportNoFolder},
		{"no run in it", t.TempDir(), phrase.HistoryMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := Baseline(c.dir)
			var sentence *phrase.Error
			if !errors.As(err, &sentence) || sentence.ID != c.want {
				t.Errorf("%v, %v", b, err)
			}
		})
	}
}

// cutShort takes the end of the history in dir away.
func cutShort(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, history.FileName)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-20); err != nil {
		t.Fatal(err)
	}
}

// TestBesideBaseline holds the way from one run to the next: what the first found doesn't fail the second, and is told.
func TestBesideBaseline(t *testing.T) {
	for _, c := range []struct {
		name    string
		then    []history.Event // of the baseline, nil for none
		now     []history.Event
		more    []string // in the baseline
		verdict check.Verdict
		want    Comparison
	}{
		{"old", story(), story(), nil, check.Pass, Comparison{New: []string{}, Old: []string{"duplicated-pattern"}, Gone: []string{}}},
		{"old in its case", suiteStory(), suiteStory(), nil, check.Pass,
			Comparison{New: []string{}, Old: []string{"return-fin/duplicated-pattern"}, Gone: []string{}}},
		{"gone", story(), story(), []string{"double-publish"}, check.Pass,
			Comparison{New: []string{}, Old: []string{"duplicated-pattern"}, Gone: []string{"double-publish"}}},
		{"new", nil, story(), []string{"double-publish"}, check.Fail,
			Comparison{New: []string{"duplicated-pattern"}, Old: []string{}, Gone: []string{"double-publish"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &history.Baseline{Run: "earlier"}
			if c.then != nil {
				var err error
				if b, err = Baseline(keepAll(t, c.then)); err != nil {
					t.Fatal(err)
				}
			}
			b.Findings = append(b.Findings, c.more...)
			r, err := reread(keepAll(t, c.now), func(j *history.Judge) { j.Baseline = b })
			if err != nil {
				t.Fatal(err)
			}
			c.want.Run, c.want.Verdict = b.Run, b.Verdict
			if diff := cmp.Diff(&c.want, r.Baseline); diff != "" {
				t.Error(diff)
			}
			if r.Verdict != c.verdict || r.Findings[0].fails() != (c.verdict == check.Fail) || r.Findings[0].Status == "" {
				t.Errorf("%v, %+v", r.Verdict, r.Findings[0])
			}
		})
	}
}
