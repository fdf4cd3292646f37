// Package page makes the HTML report: one file without any other, that tells the story of a run to somebody who was not there.
//
//  1. A Report is a result told in both languages, and the story of the run in time.
//  2. Write sets it in HTML with everything in it that a reader needs who has no script: the verdict, the findings with their
//     evidence, the tables. Both languages stand in the page, and CSS shows one of them.
//  3. The scripts in assets draw the rest, the timeline and the charts, from data that stands in the page too.
//
// The page asks nobody for anything, and its Content-Security-Policy would not let it. Much of its text was written by the
// server under test: it comes clean from package report, and every text is escaped where it is set.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/flvstorm/flvstorm/internal/phrase"
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

//go:embed page.html
var source string

var layout = template.Must(template.New("page").Funcs(template.FuncMap{"t": text.set}).Parse(source))

// text is a text in both languages.
type text struct{ en, zh string }

// set is the text as it stands in the page: each language in an element of its own, of which one is shown; once where they are
// the same.
func (t text) set() template.HTML {
	if t.en == t.zh {
		return template.HTML(template.HTMLEscapeString(t.en))
	}
	return template.HTML(`<span lang="en">` + template.HTMLEscapeString(t.en) + `</span><span lang="zh-Hans">` + template.HTMLEscapeString(t.zh) + `</span>`)
}

// Write writes the page.
func (r Report) Write(w io.Writer) error {
	d, err := r.data()
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	en, zh := r.English.Tell(phrase.English), r.Chinese.Tell(phrase.Chinese)
	style, code := sheet(), script()
	err = layout.Execute(w, map[string]any{
		"Lang": r.Lang, "Policy": policy("\n"+style, "\n"+code), "Title": en.Verdict + " " + en.Target, "Icon": template.URL("data:,"),
		"Style": template.CSS("\n" + style), "Script": template.JS("\n" + code),
		"Verdict": text{en.Verdict, zh.Verdict}, "Why": text{en.Why, zh.Why},
		"Result": template.URL("data:application/gzip;base64," + d.result),
		"Data": template.HTML(`<script type="text/plain" id="data-story">` + d.story + `</script>` + "\n" +
			`<script type="application/json" id="data-words">` + d.words + `</script>`),
	})
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}
