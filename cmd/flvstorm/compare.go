package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/compare"
	"github.com/flvstorm/flvstorm/report/page"
)

// newCompare says which of several builds is better, from runs of each.
func newCompare(book phrase.Book, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var out outputFlags
	cmd := &cobra.Command{
		Use:     "compare A B [C…]",
		Short:   say(phrase.CompareShort),
		Long:    say(phrase.CompareLong),
		Example: say(phrase.CompareSample),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(out.problems()...); err != nil {
				return err
			}
			ctx := cmd.Context()
			line := &reading{out: stderr, book: book}
			end := line.watch()
			sides, err := compare.ReadContext(ctx, args, line.told)
			end()
			if ctx.Err() != nil {
				return &statusError{code: exitInterrupted, err: ctx.Err()} // nothing is written yet, and nothing will be
			}
			if err != nil {
				return err
			}
			c := compare.Of(sides)
			if err := writeComparison(c, &out, stdout, stderr); err != nil {
				return &statusError{code: max(c.Verdict.ExitCode(), exitUsage), err: err}
			}
			return exit(c.Verdict.ExitCode())
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	out.book = book
	f.StringVar(&out.json, "json", "", say(phrase.CLIJSON))
	f.StringVar(&out.html, "html", "", say(phrase.CLIHTML))
	f.BoolVar(&out.quiet, "quiet", false, say(phrase.CLIQuiet))
	f.BoolVar(&out.noColor, "no-color", false, say(phrase.CLINoColor))
	return cmd
}

// writeComparison writes a comparison as the flags ask: tables to stdout, or to stderr where the document takes stdout. Files
// that can't be written are told below the tables, where it is seen.
func writeComparison(c compare.Comparison, out *outputFlags, stdout, stderr io.Writer) error {
	tables := stdout
	var failed []error
	switch out.json {
	case "":
	case "-":
		tables = stderr
		failed = append(failed, c.WriteJSON(stdout))
	default:
		failed = append(failed, c.SaveJSON(out.json))
	}
	look := report.LookOf(tables, out.noColor)
	look.Quiet, look.Book = out.quiet, out.book
	if out.html != "" {
		whole := page.Comparison{Comparison: c, Lang: out.book.Lang()}
		if err := report.Save(out.html, whole.Write); err != nil {
			failed = append(failed, phrase.Errorf(phrase.CLIHTMLNotWritten, out.html, err))
		}
	}
	return errors.Join(append([]error{c.Print(tables, look)}, failed...)...)
}
