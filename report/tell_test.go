package report

import (
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// shape is what a Telling has, without its words.
func (t Telling) shape() string {
	var b strings.Builder
	grid := func(g *Grid) {
		if g != nil {
			b.WriteString("[" + g.Align)
			for _, row := range g.Rows {
				b.WriteString(" " + count(int64(len(row))))
			}
			b.WriteString("]")
		}
	}
	grid(t.Suite)
	grid(t.Summary)
	b.WriteString(count(int64(len(t.Notes))) + " " + count(int64(len(t.Thresholds))))
	var finding func(Told)
	finding = func(f Told) {
		b.WriteString("\n" + f.Rank + " " + f.Finding.ID + " " + count(int64(len(f.Events))) + " " + count(int64(len(f.Endings))) + " " + count(int64(len(f.Decided))))
		grid(f.Tags)
		for _, effect := range f.Effects {
			finding(effect)
		}
	}
	for _, f := range t.Findings {
		finding(f)
	}
	for _, s := range t.Sections {
		b.WriteString("\n" + s.Name)
		for _, block := range s.Blocks {
			grid(block.Table)
			b.WriteString(".")
		}
	}
	return b.String()
}

// TestTellsAlike holds that both languages tell the same of every result, for whoever puts them beside each other.
func TestTellsAlike(t *testing.T) {
	for _, c := range append(cases(), steadyCases()...) {
		en, zh := c.result.Tell(phrase.English).shape(), c.result.Tell(phrase.Chinese).shape()
		if en != zh {
			t.Errorf("%s has another shape in Chinese:\n%s\n\n%s", c.name, en, zh)
		}
		if !strings.Contains(en, "[") || strings.Contains(en, "\x1b") {
			t.Errorf("%s tells nothing: %s", c.name, en)
		}
	}
}

// TestTellsEvents holds that the evidence of a finding stands in the order of time, the server's own line behind what it tells of.
func TestTellsEvents(t *testing.T) {
	for _, c := range cases() {
		for _, f := range c.result.Tell(phrase.English).Findings {
			for i, e := range f.Events {
				if i > 0 && e.At < f.Events[i-1].At {
					t.Errorf("%s: %s: %v comes after %v", c.name, f.Finding.ID, e.At, f.Events[i-1].At)
				}
				if e.Case < 0 || e.Case >= len(f.Finding.Cases) {
					t.Errorf("%s: %s: an event of no case", c.name, f.Finding.ID)
				}
				if e.Text == "" || strings.Contains(e.Text, "\x1b") {
					t.Errorf("%s: %s: an event says %q", c.name, f.Finding.ID, e.Text)
				}
			}
		}
	}
}

func TestSaid(t *testing.T) {
	look := Look{Colour: true}
	for text, want := range map[string]Said{
		"plain":                          {"plain", ""},
		look.paint(red, "3"):             {"3", "bad"},
		look.paint(redBold, "a\nb"):      {"a\nb", "bad"},
		"a " + look.paint(dim, "b") + "": {"a b", "dim"},
	} {
		if got := said(text); got != want {
			t.Errorf("said(%q) = %v, want %v", text, got, want)
		}
	}
}
