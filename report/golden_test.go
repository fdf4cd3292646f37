package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not as it was (-want +got); -update writes it anew:\n%s", path, diff)
	}
}

// TestGolden draws every kind of result, as tables and as JSON.
func TestGolden(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			var table, document bytes.Buffer
			if err := (Look{}).Print(&table, c.result); err != nil {
				t.Fatal(err)
			}
			if err := c.result.WriteJSON(&document); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name+".txt", table.String())
			golden(t, c.name+".json", document.String())
		})
	}
}

// TestFits holds that no line is wider than the look, whatever the result and the width, except what is there to be
// copied: a word of the repro command or the path of the run.
func TestFits(t *testing.T) {
	for _, c := range append(cases(), steadyCases()...) {
		for _, columns := range []int{narrowest, usual, widest} {
			var out bytes.Buffer
			if err := (Look{Width: columns, Colour: true}).Print(&out, c.result); err != nil {
				t.Fatal(err)
			}
			tables, _, _ := strings.Cut(out.String(), "Repeat it")
			for line := range strings.Lines(tables) {
				if n := width(strings.TrimSuffix(line, "\n")); n > columns {
					t.Errorf("%s in %d columns: %d wide: %s", c.name, columns, n, line)
				}
			}
		}
	}
}
