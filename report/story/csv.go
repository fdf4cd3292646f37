package story

import (
	"bufio"
	"io"
	"strconv"
)

// WriteCSV writes the samples behind the charts as RFC 4180 has it, one figure a row, under a header:
//
//	at_ms,chart,line,value
//	1125,publish,accepted,4
//
// At_ms is a time of the run in milliseconds, the middle of the window that the figure is of; how wide windows are shows in how far
// they are apart. Chart and line are the names in Story.Charts, with the units that are said there. A value that is not known has
// no row. The spans in which the generator could not be trusted are rows too: the chart "late", the line "ms", at the beginning of
// the span and with its length. Rows stand in the order of the charts, then the lines, then time.
func (s Story) WriteCSV(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("at_ms,chart,line,value\n")
	row := make([]byte, 0, 80)
	write := func(at int64, chart, line string, value float64) {
		row = millis(row[:0], at)
		row = append(append(append(row, ','), chart...), ',')
		row = append(append(row, line...), ',')
		row = strconv.AppendFloat(row, value, 'f', -1, 64)
		out.Write(append(row, '\n'))
	}
	for _, c := range s.Charts {
		for _, l := range c.Lines {
			for i, v := range l.Values {
				if v != nil && i < len(c.At) {
					write(c.At[i], c.Name, l.Name, *v)
				}
			}
		}
	}
	if len(s.Charts) > 0 { // all charts have the same
		for _, late := range s.Charts[0].Late {
			write(late.From, "late", "ms", float64(late.Len)/1000)
		}
	}
	return out.Flush() // keeps the first error
}

// millis appends a time in µs as milliseconds.
func millis(b []byte, us int64) []byte {
	return strconv.AppendFloat(b, float64(us)/1000, 'f', -1, 64)
}
