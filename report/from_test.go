package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
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
			"safe from 50 ms armed, from 0 ms with a full reconnect"},
		{"armed never", []check.Gap{step(100, true, 1), step(100, false, 0), step(0, true, 1), step(0, false, 0)},
			"not safe up to 100 ms armed, safe from 0 ms with a full reconnect"},
		{"neither", []check.Gap{step(100, true, 1), step(100, false, 1)},
			"not safe up to 100 ms armed, not safe up to 100 ms with a full reconnect"},
		{"one way", []check.Gap{step(100, true, 0), step(0, true, 0)}, "safe from 0 ms armed"},
		{"by luck at the shortest", []check.Gap{step(100, true, 0), step(50, true, 1), step(0, true, 0)}, "safe from 100 ms armed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if s := swept(c.gaps); s != nil {
				got = s.headline(phrase.English)
			}
			if got != c.want {
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
		{1, &Percentiles{1, 1, 1, 1, 1}},
		{2, &Percentiles{1, 2, 2, 2, 2}},
		{100, &Percentiles{50, 90, 99, 100, 100}},
		{1000, &Percentiles{500, 900, 990, 1000, 1000}},
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
