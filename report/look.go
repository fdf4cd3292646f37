package report

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// The widths a report is drawn in: the least that it needs, what it takes where nobody says, and where lines get too long
// to read.
const (
	narrowest = 60
	usual     = 80
	widest    = 110
)

// Look is how a report is drawn for people.
type Look struct {
	// Width is how many columns there are; zero means 80.
	Width int
	// Colour says that the reader's terminal understands it.
	Colour bool
	// Quiet leaves out the figures, except those of a sweep, which are what it was made for.
	Quiet bool
	// Book is the language.
	Book phrase.Book
}

// LookOf returns the look that fits w: the width of the terminal where it is one, and colour there unless the user
// said no (--no-color, NO_COLOR, or a terminal that calls itself dumb).
func LookOf(w io.Writer, noColour bool) Look {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return Look{}
	}
	look := Look{Colour: !noColour && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && speaksColour(file)}
	if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
		look.Width = min(max(columns, narrowest), widest)
	}
	return look
}

// columns is the width to draw in.
func (l Look) columns() int {
	if l.Width <= 0 {
		return usual
	}
	return l.Width
}

// ink is one way to stress a text: the parameters of ECMA-48's SGR.
type ink string

const (
	plainInk ink = ""
	bold     ink = "1"
	dim      ink = "2"
	red      ink = "31"
	redBold  ink = "1;31"
	green    ink = "1;32"
	yellow   ink = "33"
	amber    ink = "1;33"
	cyan     ink = "36"
)

// paint colours every line of s by itself, so that a cell of several lines leaves no colour behind at a line's end.
func (l Look) paint(i ink, s string) string {
	if !l.Colour || i == plainInk || s == "" {
		return s
	}
	lines := strings.Split(s, "\n")
	for n, line := range lines {
		if line != "" {
			lines[n] = "\x1b[" + string(i) + "m" + line + "\x1b[0m"
		}
	}
	return strings.Join(lines, "\n")
}
