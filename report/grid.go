package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// grid is a table before it is drawn. Cells are clean, painted and short enough already; a cell may have several lines.
type grid struct {
	header []string // nil for none
	align  string   // one letter a column: l or r
	framed bool
	rows   [][]string
	spare  []int // the columns to do without where there is no room, the first to go first
}

// row adds a row.
func (g *grid) row(cells ...string) { g.rows = append(g.rows, cells) }

// frame is how many columns a table takes beside its cells: a blank at both sides of each, and the lines of a framed one.
func (g *grid) frame() int {
	n := 2 * len(g.align)
	if g.framed {
		n += len(g.align) + 1
	}
	return n
}

// compact leaves out the columns in which no row has anything.
func (g *grid) compact() *grid {
	out := &grid{framed: g.framed, rows: make([][]string, len(g.rows))}
	for col := range g.align {
		if !slices.ContainsFunc(g.rows, func(row []string) bool { return row[col] != "" }) {
			continue
		}
		out.align += g.align[col : col+1]
		if g.header != nil {
			out.header = append(out.header, g.header[col])
		}
		for i, row := range g.rows {
			out.rows[i] = append(out.rows[i], row[col])
		}
	}
	return out
}

// draw renders the table, without empty columns and without blanks at the ends of lines.
func (g *grid) draw(look Look) (string, error) {
	g = g.fitted(look.columns())
	rendition := tw.Rendition{Symbols: tw.NewSymbols(tw.StyleRounded)}
	if !g.framed {
		rendition.Borders = tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: tw.Off}
		rendition.Settings.Separators.BetweenColumns = tw.Off
	}
	aligns := make(tw.Alignment, len(g.align))
	for i, c := range g.align {
		aligns[i] = tw.AlignLeft
		if c == 'r' {
			aligns[i] = tw.AlignRight
		}
	}
	var out bytes.Buffer
	table := tablewriter.NewTable(&out,
		tablewriter.WithRenderer(renderer.NewBlueprint()),
		tablewriter.WithRendition(rendition),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithAlignment(aligns),
	)
	if g.header != nil {
		header := make([]any, len(g.header))
		for i, cell := range g.header {
			header[i] = look.paint(dim, cell)
		}
		table.Header(header...)
	}
	for _, cells := range g.rows {
		if err := table.Append(cells); err != nil {
			return "", err
		}
	}
	if err := table.Render(); err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n") + "\n", nil
}
