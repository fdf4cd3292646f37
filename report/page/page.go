// Package page makes the HTML report: one file without any other, that tells the story of a run to somebody who was not there.
package page

import (
	"errors"
	"io"

	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/story"
)

// Report is what a page tells.
type Report struct {
	// English and Chinese are the result told in both languages. The JSON in the page is the English one.
	English, Chinese report.Result
	Story            story.Story
	// Lang is the language that is shown first, "en" or "zh".
	Lang string
}

// Write writes the page.
func (r Report) Write(w io.Writer) error { return errors.New("not built yet") }
