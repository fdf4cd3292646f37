package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/page"
	"github.com/flvstorm/flvstorm/report/story"
)

// write renders a judged run as the flags ask. Fold heard its events; it may be nil where nothing is asked that needs it.
func (o *outputFlags) write(run report.Judged, fold *story.Fold, stdout, stderr io.Writer) error {
	result, out := run.Result(phrase.English), o.output()
	told := run.Result(out.Book)
	var tale story.Story
	if fold != nil {
		tale = fold.Finish(keysOf(result))
	}
	instead, failed := o.instead(run, told, tale, stderr)
	out.Instead = instead
	err := errors.Join(failed, out.Write(result, told, stdout, stderr)) // what can be said of a run is, and the files are written
	if o.html != "" {
		whole := page.Report{
			English: result, Chinese: run.Result(phrase.Chinese), Story: tale, Header: run.Header, Lang: out.Book.Lang(),
		}
		if failed := report.Save(o.html, whole.Write); failed != nil {
			err = errors.Join(err, phrase.Errorf(phrase.CLIHTMLNotWritten, o.html, failed))
		}
	}
	if err != nil {
		return notWritten(result.Verdict, err)
	}
	return nil
}

// keysOf are the keys of a result, the worst first.
func keysOf(r report.Result) []string {
	var keys []string
	for _, k := range r.Keys {
		keys = append(keys, k.Key.Key)
	}
	return keys
}

// formats are what --format takes.
var formats = []string{"text", "markdown", "issue", "csv"}

// instead is what is printed in place of the tables, nil for the tables. That there is nothing to report is told to people, on stderr.
func (o *outputFlags) instead(run report.Judged, told report.Result, tale story.Story, stderr io.Writer) (func(io.Writer) error, error) {
	document := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	switch o.format {
	case "markdown":
		return document(told.Markdown(o.book)), nil
	case "issue":
		if nothing := told.NothingToReport(); nothing != "" {
			fmt.Fprintln(stderr, o.book.Say(nothing))
			return document(""), nil
		}
		moments, err := run.IssueStory(told)
		return document(told.Issue(o.book, moments)), err
	case "csv":
		return tale.WriteCSV, nil
	}
	return nil, nil
}

// problemsOfFormat are what is wrong with --format.
func (o *outputFlags) problemsOfFormat() (problems []error) {
	if !slices.Contains(formats, o.format) {
		problems = append(problems, phrase.Errorf(phrase.CLIFormatBad, o.format, listed(formats)))
	}
	if o.format != "text" && o.json == "-" {
		problems = append(problems, phrase.Errorf(phrase.CLIFormatOne, o.format))
	}
	return problems
}
