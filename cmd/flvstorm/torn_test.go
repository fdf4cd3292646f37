package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/flvstorm/flvstorm/report/history"
)

// `flvstorm report` of a run that is torn, strange or foreign ends with 3 and says why, or with 2 and one line on stderr.
func TestReportOfStrangeRuns(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(keptRun(t, 2*time.Second), history.FileName))
	if err != nil {
		t.Fatal(err)
	}
	dec, _ := zstd.NewReader(nil)
	defer dec.Close()
	enc, _ := zstd.NewWriter(nil)
	defer enc.Close()
	text, err := dec.DecodeAll(whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, new string) []byte {
		return enc.EncodeAll(bytes.Replace(text, []byte(old), []byte(new), 1), nil)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	for _, tt := range []struct {
		name   string
		file   []byte
		status int
		says   string
	}{
		{"whole", whole, 1, "slow-release"},
		{"the header alone", enc.EncodeAll(lines[0], nil), 3, "INCONCLUSIVE"},
		{"cut between two events", enc.EncodeAll(bytes.Join(lines[:4], nil), nil), 3, "INCONCLUSIVE"},
		{"cut in its last record", whole[:len(whole)-5], 3, "ends in the middle of a record"},
		{"a line that is no event", enc.EncodeAll(append(bytes.Join(lines[:4], nil), "what?\n"...), nil), 3, "is damaged after event"},
		{"of an older format", with("history/1", "history/0"), 2, "use the flvstorm that wrote it, or a newer one"},
		{"of a newer format", with("history/1", "history/2"), 2, "use the flvstorm that wrote it, or a newer one"},
		{"of another machine", with(`"os":""`, `"os":"plan9"`), 1, "slow-release"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, history.FileName), tt.file, 0o644); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			status := run(context.Background(), []string{"report", dir, "--no-color"}, strings.NewReader(""), &stdout, &stderr)
			out := &stdout
			if status == 2 {
				if out = &stderr; stdout.Len() > 0 || strings.Count(strings.TrimSpace(stderr.String()), "\n") > 0 {
					t.Errorf("not one line: %s%s", stdout.String(), stderr.String())
				}
			}
			if said := strings.Join(strings.Fields(out.String()), " "); status != tt.status || !strings.Contains(said, tt.says) {
				t.Errorf("status %d, want %d and %q: %s%s", status, tt.status, tt.says, stdout.String(), stderr.String())
			}
		})
	}
}
