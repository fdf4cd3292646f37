// Package page makes the HTML report: one file without any other, that tells the story of a run to somebody who was not there.
//
//  1. A Report is a result told in both languages, and the story of the run in time.
//  2. view puts the two tellings of package report beside each other: each text becomes one in both languages.
//  3. Write sets the view in HTML with everything in it that a reader needs who has no script: the verdict, the findings with
//     their evidence, the tables. CSS shows one of the languages.
//  4. The scripts in assets draw the rest, the timeline and the charts, from data that stands in the page too.
//
// The page asks nobody for anything, and its Content-Security-Policy would not let it. Much of its text was written by the
// server under test: it comes clean from package report, and html/template escapes it where it is set.
package page

import (
	"bufio"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// Report is what a page tells.
type Report struct {
	// English and Chinese are the result told in both languages. The JSON in the page is the English one.
	English, Chinese report.Result
	Story            story.Story
	// Header is how the run was asked for: its plan and profile stand at the end of the page. The zero value leaves them out.
	Header history.Header
	// Lang is the language that is shown first, "en" or "zh"; what is neither is English.
	Lang string
}

//go:embed layout
var layouts embed.FS

var layout = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"t": set, "say": say, "list": func(a ...any) []any { return a },
	"words": func(s string) []string { return strings.Split(s, " ") }, // a flag is not to be broken at its hyphens
}).ParseFS(layouts, "layout/*.html"))

// Write writes the page.
func (r Report) Write(w io.Writer) error {
	v, err := r.view()
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := layout.Execute(out, v); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return out.Flush()
}
