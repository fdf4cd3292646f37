package report

import (
	"bytes"
	"strings"
	"testing"
)

// TestQuietSweep holds what a quiet report has: a sweep is asked for by its own flag, so its table stays.
func TestQuietSweep(t *testing.T) {
	for _, c := range []struct {
		name   string
		result Result
		want   bool
	}{{"sweep", shortSweep(), true}, {"no sweep", pass(), false}} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := (Look{Quiet: true}).Print(&out, c.result); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(out.String(), "Sweep of gaps"); got != c.want {
				t.Errorf("has the sweep: %v, want %v", got, c.want)
			}
			if strings.Contains(out.String(), "Outcomes") {
				t.Error("has the figures")
			}
		})
	}
}
