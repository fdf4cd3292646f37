package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/report/check"
)

// TestSwept holds from which gap on a way of returning is called safe: nothing went wrong there, nor with any longer gap.
func TestSwept(t *testing.T) {
	step := func(gap time.Duration, armed bool, wrong int64) check.Gap {
		return check.Gap{Asked: gap * ms, Armed: armed, Returns: 5, Refused: wrong, Wrong: wrong}
	}
	for _, c := range []struct {
		name string
		gaps []check.Gap
		want string
	}{
		{"none", nil, ""},
		{"both", []check.Gap{step(100, true, 0), step(100, false, 0), step(50, true, 0), step(50, false, 0), step(0, true, 3), step(0, false, 0)},
			"safe from 50 ms armed (5 returns), from 0 ms with a full reconnect (5 returns)"},
		{"armed never", []check.Gap{step(100, true, 1), step(100, false, 0), step(0, true, 1), step(0, false, 0)},
			"not safe up to 100 ms armed, safe from 0 ms with a full reconnect (5 returns)"},
		{"neither", []check.Gap{step(100, true, 1), step(100, false, 1)},
			"not safe up to 100 ms armed, not safe up to 100 ms with a full reconnect"},
		{"one way", []check.Gap{step(100, true, 0), step(0, true, 0)}, "safe from 0 ms armed (5 returns)"},
		{"by luck at the shortest", []check.Gap{step(100, true, 0), step(50, true, 1), step(0, true, 0)}, "safe from 100 ms armed (5 returns)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if s := swept(c.gaps, nil); s != nil {
				got = (&page{}).safe(s)
			}
			if got = strings.ReplaceAll(got, noBreak, " "); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestUntried holds what is said of the end of the ladder that no return came to.
func TestUntried(t *testing.T) {
	step := func(gap time.Duration, armed bool, wrong int64) check.Gap {
		return check.Gap{Asked: gap * ms, Armed: armed, Returns: 3, Wrong: wrong}
	}
	for _, c := range []struct {
		name, plan string
		verdict    check.Verdict
		gaps       []check.Gap
		want       string
	}{
		{"to its end", "sweep:0s..500ms", check.Pass, []check.Gap{step(500, true, 0), step(0, true, 0)}, ""},
		{"too short", "sweep:0s..500ms", check.Pass, []check.Gap{step(500, true, 0), step(5, true, 0)},
			"not tried: below 5 ms armed; give a longer --duration"},
		{"both ways", "sweep:0s..500ms", check.Pass, []check.Gap{step(10, true, 0), step(20, false, 0)},
			"not tried: below 10 ms armed, below 20 ms with a full reconnect; give a longer --duration"},
		{"after it broke", "sweep:0s..500ms", check.Fail, []check.Gap{step(50, true, 0), step(20, true, 1)},
			"not tried: below 20 ms armed"},
		{"interrupted", "sweep:0s..500ms", check.Interrupted, []check.Gap{step(50, true, 0)}, "not tried: below 50 ms armed"},
		{"an end above zero", "sweep:20ms..500ms", check.Pass, []check.Gap{step(20, true, 0)}, ""},
		{"no plan", "", check.Pass, []check.Gap{step(20, true, 0)}, ""},
		{"nonsense", "sweep:x..y", check.Pass, []check.Gap{step(20, true, 0)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &page{r: Result{Verdict: c.verdict}}
			if got := p.untried(swept(c.gaps, map[string]any{"gap": c.plan})); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestSorted(t *testing.T) {
	times := func(n int) (out []time.Duration) {
		for i := range n {
			out = append(out, time.Duration(i+1)*ms)
		}
		return out
	}
	for _, c := range []struct {
		n    int
		want *Percentiles
	}{
		{0, nil},
		{1, &Percentiles{1, 1, 1, 1, 1, 1, 1}},
		{2, &Percentiles{1, 2, 2, 2, 2, 2, 2}},
		{100, &Percentiles{50, 90, 95, 99, 100, 100, 100}},
		{1000, &Percentiles{500, 900, 950, 990, 999, 1000, 1000}},
	} {
		if diff := cmp.Diff(c.want, sorted(times(c.n))); diff != "" {
			t.Errorf("of %d (-want +got)\n%s", c.n, diff)
		}
	}
}

func TestADeathCountsForMoreThanAHang(t *testing.T) {
	hung := check.Finding{Code: check.ServerHung, FirstAt: 2 * ms, Cases: []check.Case{{Text: "silence"}}}
	crashed := check.Finding{Code: check.ServerCrashed, FirstAt: 5 * ms, Cases: []check.Case{{Text: "SIGSEGV"}}}
	at := Millis(5)
	for _, findings := range [][]check.Finding{{crashed, hung}, {hung, crashed}} {
		got := From(header(), check.Judgement{Findings: findings}).Server
		if got.State != "crashed" || got.How != "SIGSEGV" || got.At == nil || *got.At != at {
			t.Errorf("%+v", got)
		}
	}
}

// A line that may be about anything is not passed off as what the server died of.
func TestWhatADeathShows(t *testing.T) {
	line := "stream live/x is busy"
	died := func(by check.Tie) string {
		j := judgement()
		j.Verdict = check.Fail
		j.Findings = []check.Finding{{ID: "server-crashed", Code: check.ServerCrashed, Severity: check.Error, Root: true, Count: 1,
			Cases: []check.Case{{Text: "exit 134", Log: line, By: by}}}}
		var out strings.Builder
		if err := (Look{Width: 100}).Print(&out, From(header(), j)); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	guess := "the last error in its log"
	if got := died(check.ByLast); !strings.Contains(got, "exit 134") || !strings.Contains(got, line) || !strings.Contains(got, guess) {
		t.Error(got)
	}
	if got := died(check.ByNothing); !strings.Contains(got, "exit 134") || !strings.Contains(got, line) || strings.Contains(got, guess) {
		t.Error(got)
	}
}
