package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Read judges a kept run again, from its folder alone. With judge, the user can have it judged by other measures than at
// the time. A history that breaks off is judged as far as it goes, and the result says so; errors are sentences for the
// user.
func Read(dir string, judge func(*history.Judge)) (Result, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Result{}, phrase.Errorf(phrase.ReportNoFolder, dir, err)
	case err != nil:
		return Result{}, phrase.Errorf(phrase.ReportNoAccess, dir, err)
	case !info.IsDir() && filepath.Base(dir) == history.FileName:
		dir = filepath.Dir(dir)
	case !info.IsDir():
		return Result{}, phrase.Errorf(phrase.ReportNotFolder, dir, history.FileName)
	}
	reader, err := history.Open(dir)
	if err != nil {
		return Result{}, err
	}
	defer reader.Close()
	header := reader.Header()
	if judge != nil {
		judge(&header.Judge)
	}
	result := again(header, reader.Next)
	result.Run = dir
	return result, nil
}

// again judges the events that next gives until it fails.
func again(header history.Header, next func() (history.Event, error)) Result {
	judge := check.New(header)
	for {
		event, err := next()
		switch {
		case err == nil:
			judge.Step(event)
			continue
		case errors.Is(err, io.EOF):
			return From(header, judge.Finish())
		}
		result := From(header, judge.Finish())
		result.Reasons = append(result.Reasons, Reason{Code: "torn", Text: phrase.English.Render(err)})
		if result.Verdict == check.Pass {
			result.Verdict = check.Inconclusive
		}
		return result
	}
}
