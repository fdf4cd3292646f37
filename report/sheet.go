package report

import (
	"fmt"
	"io"
	"strings"
)

// Sheet is text in the look of a report, for rooms that draw documents of their own.
type Sheet struct{ p page }

// Sheet begins an empty one.
func (l Look) Sheet() *Sheet { return &Sheet{page{Look: l}} }

// Ink is how a text is stressed.
type Ink ink

// The inks there are.
const (
	InkPlain   = Ink(plainInk)
	InkBold    = Ink(bold)
	InkDim     = Ink(dim)
	InkGood    = Ink(green)
	InkBad     = Ink(red)
	InkWorst   = Ink(redBold)
	InkCaution = Ink(yellow)
	InkOpen    = Ink(amber)
)

// Columns is the width to draw in.
func (s *Sheet) Columns() int { return s.p.columns() }

// Headline is the verdict: a word, and why, wrapped beside it.
func (s *Sheet) Headline(word string, colour Ink, why string) {
	indent := width(word) + 2
	for i, line := range wrap(why, s.p.columns()-indent, 0) {
		lead := strings.Repeat(" ", indent)
		if i == 0 {
			lead = s.p.paint(ink(colour), word) + "  "
		}
		s.p.line(lead + s.p.paint(bold, line))
	}
}

// Line writes one line as it is.
func (s *Sheet) Line(text string) { s.p.line(text) }

// Title begins a section.
func (s *Sheet) Title(text string) { s.p.title(text) }

// Prose writes text indented, wrapped and in one colour.
func (s *Sheet) Prose(colour Ink, indent int, text string) { s.p.prose(ink(colour), indent, text) }

// Paint colours a cell.
func (s *Sheet) Paint(colour Ink, text string) string { return s.p.paint(ink(colour), text) }

// Table is a table; its cells are clean.
type Table struct {
	Header []string
	Align  string // one letter a column: l or r
	Rows   [][]string
	Spare  []int // the columns to do without where there is no room, the first to go first
}

// Table draws a table.
func (s *Sheet) Table(t Table) {
	s.p.grid(&grid{header: t.Header, align: t.Align, rows: t.Rows, spare: t.Spare})
}

// Write writes all that was drawn.
func (s *Sheet) Write(w io.Writer) error {
	if s.p.err != nil {
		return fmt.Errorf("draw the report: %w", s.p.err)
	}
	_, err := io.WriteString(w, s.p.text.String())
	return err
}

// Width is how many columns of a terminal a text takes.
func Width(s string) int { return width(s) }

// Wrap breaks a text into lines of at most so many columns.
func Wrap(s string, columns int) []string { return wrap(s, columns, 0) }

// Fit shortens a text to so many columns, with an ellipsis in its middle.
func Fit(s string, columns int) string { return fitMiddle(s, columns) }

// Size writes a number of bytes: 169 kB.
func Size(n float64) string {
	if n < 0 {
		return "-" + Size(-n)
	}
	return scaled(n, "B")
}

// WriteDocument writes a document as JSON, as Result.WriteJSON does.
func WriteDocument(w io.Writer, document any) error { return writeDocument(w, document) }
