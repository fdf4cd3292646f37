package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// keptRun records a made-up run of one key: published, left, and back late after retry seconds. It returns the folder.
func keptRun(t *testing.T, back time.Duration) string {
	t.Helper()
	p, ok := profile.Lookup("srs")
	if !ok {
		t.Fatal("no profile srs")
	}
	known, err := p.Map()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r, err := history.NewRecorder(history.RecorderConfig{Dir: dir, Header: history.Header{
		Seed: 7, Repro: "flvstorm chaos --seed 7", Profile: known,
		Judge: history.Judge{Grace: time.Second, StuckAfter: 10 * time.Second},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const ms = time.Millisecond
	pub := func(at time.Duration, epoch uint32, what history.Payload) {
		r.Record(history.Event{At: at, Key: "live/s0", Actor: "pub/live/s0", Epoch: epoch, What: what})
	}
	run := func(at time.Duration, what history.Payload) {
		r.Record(history.Event{At: at, Actor: "run", What: what})
	}
	run(ms, history.Phase{Name: "start"})
	pub(2*ms, 1, history.PublishSent{Role: history.Owner, Conn: 1})
	pub(3*ms, 1, history.PublishAccepted{Conn: 1, Rule: "onstatus", Said: 3 * ms})
	pub(500*ms, 1, history.Departed{Conn: 1, How: "fin"})
	pub(501*ms, 2, history.PublishSent{Role: history.Owner, Conn: 2, After: 1, Gap: ms, Armed: true})
	pub(500*ms+back, 2, history.PublishAccepted{Conn: 2, Rule: "onstatus", Said: 500*ms + back})
	for at := time.Second; at < 8*time.Second; at += 100 * ms {
		run(at, history.Tick{})
	}
	run(8*time.Second, history.Phase{Name: "end"})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestReport runs `flvstorm report` on runs that passed, failed and broke off, and on what is no run.
func TestReport(t *testing.T) {
	passed, failed, torn := keptRun(t, 3*time.Millisecond), keptRun(t, 2*time.Second), keptRun(t, 3*time.Millisecond)
	path := filepath.Join(torn, history.FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:len(whole)-7], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string // what each has to contain; nothing else on stderr when empty
	}{
		{"pass", []string{passed}, 0, "0 of 1 return refused", ""},
		{"fail", []string{failed}, 1, "FAIL  slow-release on 1 key", ""},
		{"torn", []string{torn}, 3, "INCONCLUSIVE", ""},
		{"more grace", []string{failed, "--grace", "3s"}, 0, "PASS", ""},
		{"less grace", []string{passed, "--grace", "1ms", "--stuck-after", "1s"}, 1, "FAIL  slow-release", ""},
		{"excused", []string{failed, "--allow", "slow-release"}, 0, "excused by --allow: slow-release", ""},
		{"document", []string{failed, "--json", "-"}, 1, `"code": "slow-release"`, "FAIL  slow-release"},
		{"quiet", []string{passed, "--quiet"}, 0, "stream busy: transient / stuck", ""},
		{"issue", []string{failed, "--format", "issue"}, 1, "### Steps to reproduce", ""},
		{"issue of a pass", []string{passed, "--format", "issue"}, 0, "", "nothing to report: the run passed; --format markdown has its summary"},
		{"issue of nothing", []string{torn, "--format", "issue"}, 3, "", "nothing to report: the run came to no verdict; --format markdown says why"},
		{"no run", nil, 2, "", "wants the folder of one run"},
		{"two runs", []string{passed, failed}, 2, "", "wants the folder of one run"},
		{"empty", []string{""}, 2, "", "wants the folder of one run"},
		{"nowhere", []string{filepath.Join(passed, "nowhere")}, 2, "", "there is no folder"},
		{"not a run", []string{t.TempDir()}, 2, "", "is not the folder of a run"},
		{"bad grace", []string{passed, "--grace", "0"}, 2, "", "--grace 0s"},
		{"bad stuck-after", []string{passed, "--grace", "2s", "--stuck-after", "1s"}, 2, "", "--stuck-after 1s"},
		{"bad code", []string{passed, "--allow", "slow"}, 2, "", `--allow "slow"`},
		{"bad file", []string{passed, "--json", filepath.Join(passed, "no", "file")}, 2, "", "--json"},
		{"bad flag", []string{passed, "--gracious"}, 2, "", "--gracious"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"report"}, c.args...), nil, &stdout, &stderr)
			if code != c.code {
				t.Errorf("status %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout.String(), c.stdout) || c.stdout == "" && stdout.Len() > 0 {
				t.Errorf("stdout %q", stdout.String())
			}
			if !strings.Contains(stderr.String(), c.stderr) || c.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stderr %q", stderr.String())
			}
			if c.code == 2 && strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("not one line: %q", stderr.String())
			}
		})
	}
	// The document is as large as it is, and nothing else stands on standard output.
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"report", passed, "--json", "-"}, nil, &stdout, &stderr)
	if !json.Valid(stdout.Bytes()) {
		t.Errorf("not JSON alone: %q", stdout.String())
	}
}
