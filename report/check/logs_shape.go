package check

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// Shape is what lines of a log have in common: their text without what differs from one time to the next.
type Shape struct {
	Shape string // with "…" for numbers, ids, addresses, keys and what stands in quotes
	Level string
	Count int64
	First string // the first of the lines
}

const (
	// maxShapes is how many shapes are told, trackedShapes how many are counted apart.
	maxShapes     = 50
	trackedShapes = 1000
	// maxShape bounds the text of a shape, shaped how much of a line is looked at.
	maxShape = 400
	shaped   = 1000
)

// shapes counts lines by their shape.
type shapes struct {
	head  *regexp.Regexp // of a line; nil where the log has none
	by    map[string]*Shape
	order []*Shape // by when they came first
	other int64    // lines whose shape is not counted apart
}

func newShapes(p *profile.Profile) *shapes {
	s := &shapes{by: map[string]*Shape{}}
	if p.LogHead != "" {
		s.head, _ = regexp.Compile(p.LogHead) // the profile could be read, so it compiles
	}
	return s
}

func (s *shapes) add(p history.LogLine) {
	text := s.shape(p)
	if known := s.by[text]; known != nil {
		known.Count++
		return
	}
	if len(s.by) >= trackedShapes {
		s.other++
		return
	}
	shape := &Shape{Shape: text, Level: p.Level, Count: 1, First: p.Line}
	s.by[text] = shape
	s.order = append(s.order, shape)
}

// first are the n most frequent shapes, and how many lines had another.
func (s *shapes) first(n int) (out []Shape, other int64) {
	sorted := slices.Clone(s.order)
	slices.SortStableFunc(sorted, func(a, b *Shape) int { return cmp.Compare(b.Count, a.Count) })
	other = s.other
	for i, shape := range sorted {
		if i < n {
			out = append(out, *shape)
		} else {
			other += shape.Count
		}
	}
	return out, other
}

// errorNumber is the number of an error: it is what the line says, and stays.
const errorNumber = `(?i:\b(?:code|ret|errno|status|err)[=: ] ?-?\d+\b)`

var stays = regexp.MustCompile(`^` + errorNumber + `$`)

// varying is what differs between lines that say the same, after what only looks like it.
var varying = regexp.MustCompile(strings.Join([]string{
	errorNumber,
	`"[^"]*"`, `\B'[^']*'\B`,
	`\b[a-z][a-z0-9+.-]*://[^\s,;"'()<>\]]*`,
	`\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%\w+)?\](?::\d+)?`,
	`\S*/[^\s,;"'()<>\[\]]*`,     // a path or a key
	`[\w-]*\d[\w-]*(?:[.:]\d+)*`, // numbers, ids, addresses
}, "|"))

// shape is the shape of a line, without its head.
func (s *shapes) shape(p history.LogLine) string {
	text := p.Line
	if s.head != nil {
		if m := s.head.FindStringIndex(text); m != nil && m[0] == 0 {
			text = text[m[1]:]
		}
	}
	text = varying.ReplaceAllStringFunc(text[:min(len(text), shaped)], func(match string) string {
		if stays.MatchString(match) {
			return match
		}
		return blank
	})
	if len(text) > maxShape {
		text = strings.ToValidUTF8(text[:maxShape], "") + blank
	}
	return text
}

// blank stands for what differs.
const blank = "…"
