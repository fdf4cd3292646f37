package page

import (
	"html/template"
	"strings"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// text is a text in both languages.
type text struct{ en, zh string }

// toned is a text with its tone.
type toned struct {
	text
	Tone string
}

// say is a sentence of the catalogue, by its ID as the layout writes it.
func say(id string, args ...any) text { return both(phrase.ID(id), args...) }

// Empty says that there is nothing to say.
func (t text) Empty() bool { return t.en == "" && t.zh == "" }

// set is the text as it stands in the page: each language in an element of its own, of which CSS shows one; once where they are
// the same. A text that may be written from right to left is kept apart from what stands beside it.
func (t text) set() template.HTML {
	switch {
	case t.en != t.zh:
		return template.HTML(`<span lang="en">` + escape(t.en) + `</span><span lang="zh">` + escape(t.zh) + `</span>`)
	case ascii(t.en):
		return template.HTML(escape(t.en))
	}
	return template.HTML("<bdi>" + escape(t.en) + "</bdi>")
}

// set sets a text in the layout.
func set(t interface{ set() template.HTML }) template.HTML { return t.set() }

// escape is template.HTMLEscapeString, and no-break spaces by their name, so that whoever reads the source sees them.
func escape(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(s), "\u00a0", "&nbsp;")
}

// ascii says that a text has nothing but ASCII and signs that belong to no script.
func ascii(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && !strings.ContainsRune("\u00a0–—…×✓✗µ→·", r) {
			return false
		}
	}
	return true
}

// said puts a text of each telling beside each other.
func said(en, zh report.Said) toned { return toned{text{en.Text, zh.Text}, en.Tone} }

// eachOf puts two lists beside each other, which are as long: both are told of one run. Where they are not, what one lacks is said as
// the other says it.
func eachOf[In, Out any](en, zh []In, put func(en, zh In) Out) []Out {
	var out []Out
	for i := range max(len(en), len(zh)) {
		switch {
		case i >= len(zh):
			out = append(out, put(en[i], en[i]))
		case i >= len(en):
			out = append(out, put(zh[i], zh[i]))
		default:
			out = append(out, put(en[i], zh[i]))
		}
	}
	return out
}

// lines puts two lists of lines beside each other.
func lines(en, zh []string) []text {
	return eachOf(en, zh, func(en, zh string) text { return text{en, zh} })
}

// unbroken is a figure without a place to break a line at between it and its unit.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
