package report

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/threshold"
)

// A slip in a name is told before the run, also in a key of a map whose keys are known.
func TestNamesOfAResult(t *testing.T) {
	names := Names()
	for _, expr := range []string{
		"publish.refused.busy > 0", `settling.refused["bad-name"] > 0`, "p99(first_media_ms) > 800", "latency_ms.recovery.max > 800",
		"load.first_frame_ms.p99 > 1 || p99(first_frame_ms) > 1 || stall_rate > 0.1", `server.state in ["crashed", "hung"]`,
		`count(findings) > 0 && verdict == "fail"`, "keys[0].recovery_ms > 5", "returns_after.fin.refused > 0", "viewers.frames == 0",
	} {
		if _, err := threshold.Compile(expr, names); err != nil {
			t.Error(err)
		}
	}
	for expr, want := range map[string]string{
		"publish.refused.bussy > 0":      "did you mean publish.refused.busy?",
		"contenders.refused.bad > 0":     "there are bad-name, busy",
		"p99(frist_media_ms) > 800":      "did you mean first_media_ms?",
		"latency_ms.recovry.max > 800":   "did you mean latency_ms.recovery?",
		"first_media_ms > 800":           "p99(first_media_ms)",
		"load.stal_rate > 0":             "did you mean load.stall_rate?",
		"returns_after.fin.refussed > 0": "did you mean returns_after.fin.refused?",
	} {
		if _, err := threshold.Compile(expr, names); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}
