package report

import (
	"io"

	"github.com/flvstorm/flvstorm/report/check"
)

// ExitCode is the exit status that a verdict stands for: 0 pass, 1 fail, 3 inconclusive, 130 interrupted. What never
// came to a verdict, bad input among it, is 2.
func ExitCode(v check.Verdict) int { return v.ExitCode() }

// Output is what the flags of output ask for.
type Output struct {
	// JSON is the file for the document, "-" for standard output, "" for none.
	JSON string
	// Quiet leaves out the figures: verdict, findings, the table of a sweep and the command that repeats the run are what
	// remains.
	Quiet bool
	// NoColour is --no-color.
	NoColour bool
}

// Write renders r: tables to stdout, or to stderr where the document takes stdout, so that it can be piped.
func (o Output) Write(r Result, stdout, stderr io.Writer) error {
	tables := stdout
	if o.JSON == "-" {
		tables = stderr
	}
	look := LookOf(tables, o.NoColour)
	look.Quiet = o.Quiet
	// The document goes first: a full disk or a bad path is then told below the tables, where it is seen.
	var failed error
	switch o.JSON {
	case "":
	case "-":
		failed = r.WriteJSON(stdout)
	default:
		failed = r.SaveJSON(o.JSON)
	}
	if err := look.Print(tables, r); err != nil {
		return err
	}
	return failed
}
