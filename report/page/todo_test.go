package page

import (
	"testing"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// TestAdvice holds that there is something to do about every code.
func TestAdvice(t *testing.T) {
	for _, code := range check.Codes {
		if _, known := advice[code]; !known {
			t.Errorf("nobody is told what to do about %s", code)
		}
	}
}

// TestTodo holds of what a page says what to do, and the command that goes with it.
func TestTodo(t *testing.T) {
	told := func(rank string, codes ...check.Code) (out []report.Told) {
		for _, code := range codes {
			out = append(out, report.Told{Rank: rank, Finding: report.Finding{Code: string(code), ID: string(code)}})
		}
		return out
	}
	failed := Report{English: report.Result{Verdict: check.Fail, Run: "my runs/it's"}}
	for _, c := range []struct {
		name  string
		r     Report
		found []report.Told
		steps int
		run   string
	}{
		{"failed", failed, told("cause", check.Leak), 1, `flvstorm report 'my runs/it'\''s' --format issue`},
		{"many", failed, told("cause", check.Leak, check.Leak, check.SlowRelease, check.StuckBusy), 2, `flvstorm report 'my runs/it'\''s' --format issue`},
		{"excused cause", failed, append(told("excused", check.Leak), told("effect", check.StuckBusy)...), 1, `flvstorm report 'my runs/it'\''s' --format issue`},
		{"not kept", Report{English: report.Result{Verdict: check.Fail}}, told("cause", check.Leak), 1, ""},
		{"passed", Report{English: report.Result{Verdict: check.Pass, Run: "run"}}, told("info", check.StreamBusy), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.r.todo(c.found)
			if len(got.Steps) != c.steps || got.Command != c.run {
				t.Errorf("%d steps and %q, want %d and %q", len(got.Steps), got.Command, c.steps, c.run)
			}
		})
	}
}
