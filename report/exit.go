package report

import (
	"errors"
	"io"
	"os"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// ExitCode is the exit status that a verdict stands for: 0 pass, 1 fail, 3 inconclusive, 130 interrupted. What never
// came to a verdict, bad input among it, is 2.
func ExitCode(v check.Verdict) int { return v.ExitCode() }

// Output is what the flags of output ask for.
type Output struct {
	// JSON is the file for the document, "-" for standard output, "" for none.
	JSON string
	// JUnit is the file for the JUnit report, "" for none.
	JUnit string
	// GitHub says that this is a step of GitHub Actions: it gets annotations, and its summary where it has a file for one.
	GitHub bool
	// Quiet leaves out the figures: verdict, findings, the table of a sweep and the command that repeats the run are what
	// remains.
	Quiet bool
	// Instead is printed in place of the tables, which are for another reader then; nil for none.
	Instead func(io.Writer) error
	// NoColour is --no-color.
	NoColour bool
	// Book is the language of what people read; the document, and JUnit, are in English.
	Book phrase.Book
}

// Write renders a result r, which people read as told, the same in the language of Book: tables to stdout, or to stderr where the document takes stdout, so that it can be piped. Files that
// can't be written are told below the tables, where it is seen.
func (o Output) Write(r, told Result, stdout, stderr io.Writer) error {
	tables := stdout
	if o.JSON == "-" {
		tables = stderr
	}
	look := LookOf(tables, o.NoColour)
	look.Quiet, look.Book = o.Quiet, o.Book
	var failed []error
	switch o.JSON {
	case "":
	case "-":
		failed = append(failed, r.WriteJSON(stdout))
	default:
		failed = append(failed, r.SaveJSON(o.JSON))
	}
	if o.JUnit != "" {
		failed = append(failed, r.SaveJUnit(o.JUnit))
	}
	draw := func() error { return look.Print(tables, told) }
	if o.Instead != nil {
		draw = func() error { return o.Instead(tables) }
	}
	if !o.GitHub {
		return errors.Join(append([]error{draw()}, failed...)...)
	}
	failed = append(failed,
		quoted(tables, unguessable(), draw),
		told.annotate(tables, look.Book),
		told.summarize(os.Getenv(summaryVar), look.Book))
	return errors.Join(failed...)
}
