package report

import (
	"slices"
	"strings"
)

// leastColumn is how narrow a column of words may become.
const leastColumn = 12

// fitted is the table without its empty columns, made to fit: where it is too wide it gives up its frame, then the columns
// that it can spare, and then its words are wrapped, the longest first.
func (g *grid) fitted(columns int) *grid {
	out := g.compact()
	if out.width() <= columns {
		return out
	}
	out.framed = false
	for n := 1; n <= len(g.spare) && out.width() > columns; n++ {
		out = g.without(g.spare[:n]).compact()
		out.framed = false
	}
	out.wrap(columns)
	return out
}

// without is the table with nothing in some of its columns.
func (g *grid) without(spare []int) *grid {
	out := *g
	out.rows = make([][]string, len(g.rows))
	for i, row := range g.rows {
		out.rows[i] = slices.Clone(row)
		for _, col := range spare {
			out.rows[i][col] = ""
		}
	}
	return &out
}

// width is how many columns of the terminal the table takes.
func (g *grid) width() int {
	n := g.frame()
	for col := range g.align {
		n += g.column(col)
	}
	return n
}

// column is the width of one column.
func (g *grid) column(col int) int {
	n := 0
	if g.header != nil {
		n = width(g.header[col])
	}
	for _, row := range g.rows {
		for line := range strings.SplitSeq(row[col], "\n") {
			n = max(n, width(line))
		}
	}
	return n
}

// wrap takes from the widest columns of words until the table fits, and breaks their cells between words.
func (g *grid) wrap(columns int) {
	least, now := make([]int, len(g.align)), make([]int, len(g.align))
	for col := range g.align {
		now[col], least[col] = g.column(col), leastColumn
		if g.header != nil {
			least[col] = max(least[col], width(g.header[col]))
		}
	}
	for over := g.width() - columns; over > 0; over-- {
		widest := -1
		for col := range now {
			if g.align[col] == 'l' && now[col] > least[col] && (widest < 0 || now[col] > now[widest]) {
				widest = col
			}
		}
		if widest < 0 {
			break
		}
		now[widest]--
	}
	for _, row := range g.rows {
		for col, cell := range row {
			if g.align[col] == 'l' {
				row[col] = wrapCell(cell, now[col])
			}
		}
	}
}

// wrapCell breaks the lines of a cell; those that are painted stay so, each by itself.
func wrapCell(cell string, columns int) string {
	var out []string
	for line := range strings.SplitSeq(cell, "\n") {
		if width(line) <= columns {
			out = append(out, line)
			continue
		}
		front, back := "", ""
		if end := strings.IndexByte(line, 'm'); strings.HasPrefix(line, "\x1b[") && end > 0 && strings.HasSuffix(line, "\x1b[0m") {
			front, line, back = line[:end+1], strings.TrimSuffix(line[end+1:], "\x1b[0m"), "\x1b[0m"
		}
		for _, piece := range wrap(line, columns, 0) {
			out = append(out, front+piece+back)
		}
	}
	return strings.Join(out, "\n")
}
