package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
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

// TestFits holds that no line is wider than the look, whatever the result, the width and the language, except what is there to be
// copied: a word of the repro command or the path of the run.
func TestFits(t *testing.T) {
	for _, c := range append(cases(), steadyCases()...) {
		for _, columns := range []int{narrowest, usual, widest} {
			for _, look := range []Look{{Width: columns, Colour: true}, {Width: columns, Book: phrase.Chinese}, {Width: columns, Book: phrase.Chinese, Quiet: true}} {
				var out bytes.Buffer
				if err := look.Print(&out, c.result); err != nil {
					t.Fatal(err)
				}
				tables, _, _ := strings.Cut(out.String(), "\n"+look.paint(bold, look.Book.Say(phrase.TableRepeat)))
				for line := range strings.Lines(tables) {
					if n := width(strings.TrimSuffix(line, "\n")); n > columns {
						t.Errorf("%s in %d columns (%s): %d wide: %s", c.name, columns, look.Book.Lang(), n, line)
					}
				}
				if !look.Colour && strings.Contains(out.String(), "\x1b") {
					t.Errorf("%s has a control sequence", c.name)
				}
			}
		}
	}
}

// TestNoColour holds that what is no terminal gets no colour, whatever the user says.
func TestNoColour(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	for _, w := range []io.Writer{writer, new(bytes.Buffer)} {
		if look := LookOf(w, false); look.Colour || look.Width != 0 {
			t.Errorf("%+v", look)
		}
	}
}

// TestChineseGolden draws three results in Chinese.
func TestChineseGolden(t *testing.T) {
	for _, c := range append(cases(), steadyCases()...) {
		switch c.name {
		case "early-release", "load-exceeded", "suite":
		default:
			continue
		}
		var table bytes.Buffer
		if err := (Look{Book: phrase.Chinese}).Print(&table, c.result); err != nil {
			t.Fatal(err)
		}
		golden(t, c.name+".zh.txt", table.String())
		golden(t, c.name+".zh.md", c.result.Markdown(phrase.Chinese))
	}
}
