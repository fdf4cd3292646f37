package report

import (
	"context"
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
// user. Listeners hear every event once the judge has it.
func Read(dir string, judge func(*history.Judge), hear ...Listener) (Judged, error) {
	return reopen(context.Background(), dir, judge, hear...)
}

// ReadContext is Read that ends early, with the context's error, once that is cancelled.
func ReadContext(ctx context.Context, dir string, judge func(*history.Judge), hear ...Listener) (Judged, error) {
	return reopen(ctx, dir, judge, hear...)
}

// Listener hears the events of a run that is judged.
type Listener interface {
	// Attach comes before the first event: the judge can be asked to tell what it decides.
	Attach(history.Header, *check.Judge)
	Step(history.Event)
}

// Baseline reads a kept run as one to compare with: it is judged again by what it was judged by at the time, and its errors
// are what fails no run beside it. One that broke off counts with what it found; one that came to no verdict and found
// nothing shows nothing, and is refused. Errors are sentences for the user.
func Baseline(dir string) (*history.Baseline, error) {
	k, err := reopen(context.Background(), dir, func(j *history.Judge) { j.Baseline = nil })
	if err != nil {
		return nil, err
	}
	verdict := k.Result(phrase.English).Verdict
	b := &history.Baseline{Run: k.Dir, Verdict: verdict.String(), Suite: k.Judgement.Cases != nil, Findings: []string{}}
	for _, e := range errorsOf(k.Judgement) {
		b.Findings = append(b.Findings, e.name)
	}
	if len(b.Findings) == 0 && verdict != check.Pass && verdict != check.Fail { // a threshold may have failed it
		return nil, phrase.Errorf(phrase.BaselineNothing, dir, verdict)
	}
	return b, nil
}

// Judged is a run that was judged: it can be told in any language. Torn is why its history breaks off, nil if it doesn't.
type Judged struct {
	// Dir is the folder in which the run was kept, empty where it was not.
	Dir       string
	Header    history.Header
	Judgement check.Judgement
	Torn      error
}

// Result is the document of the run, told in a language.
func (k Judged) Result(book phrase.Book) Result {
	r := In(book, k.Header, k.Judgement)
	r.Run = k.Dir
	if k.Torn != nil {
		r.Reasons = append(r.Reasons, Reason{Code: "torn", Text: book.Render(k.Torn)})
		if r.Verdict == check.Pass {
			r.Verdict = check.Inconclusive
		}
	}
	return r
}

// reopen judges the run in dir, or that whose history dir is.
func reopen(ctx context.Context, dir string, judge func(*history.Judge), hear ...Listener) (Judged, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Judged{}, phrase.Errorf(phrase.ReportNoFolder, dir, err)
	case err != nil:
		return Judged{}, phrase.Errorf(phrase.ReportNoAccess, dir, err)
	case !info.IsDir() && filepath.Base(dir) == history.FileName:
		dir = filepath.Dir(dir)
	case !info.IsDir():
		return Judged{}, phrase.Errorf(phrase.ReportNotFolder, dir, history.FileName)
	}
	if runs := runsBelow(dir); len(runs) > 0 {
		return Judged{}, phrase.Errorf(phrase.ReportManyRuns, dir, phrase.Names(runs))
	}
	reader, err := history.Open(dir)
	if err != nil {
		return Judged{}, err
	}
	defer reader.Close()
	k := Judged{Dir: dir, Header: reader.Header()}
	if judge != nil {
		judge(&k.Header.Judge)
	}
	k.Judgement, k.Torn = again(k.Header, func() (history.Event, error) {
		if err := ctx.Err(); err != nil {
			return history.Event{}, err
		}
		return reader.Next()
	}, hear...)
	return k, ctx.Err()
}

// namedRuns is how many runs of a folder that is none itself are named.
const namedRuns = 5

// runsBelow are the runs in the sub-folders of a folder that is no run itself.
func runsBelow(dir string) (out []string) {
	holds := func(dir string) bool {
		info, err := os.Stat(filepath.Join(dir, history.FileName))
		return err == nil && !info.IsDir()
	}
	if holds(dir) {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // whoever opens it says why
	}
	for _, e := range entries {
		if sub := filepath.Join(dir, e.Name()); holds(sub) {
			if len(out) == namedRuns {
				return append(out, "…")
			}
			out = append(out, Clean(sub))
		}
	}
	return out
}

// ahead is how many events are read while as many are judged.
const ahead = 1024

// batch is some events in their order, and the error behind them.
type batch struct {
	events []history.Event
	err    error
}

// again judges the events that next gives until it fails; torn is nil if that was their end. The next are read meanwhile: to read
// an event takes about as long as to judge it.
func again(header history.Header, next func() (history.Event, error), hear ...Listener) (j check.Judgement, torn error) {
	judge := check.New(header)
	for _, l := range hear {
		l.Attach(header, judge)
	}
	full, empty := make(chan batch, 1), make(chan []history.Event, 2)
	empty <- make([]history.Event, 0, ahead)
	empty <- make([]history.Event, 0, ahead)
	go func() {
		for events := range empty {
			b := batch{events: events[:0]}
			for len(b.events) < ahead && b.err == nil {
				var event history.Event
				if event, b.err = next(); b.err == nil {
					b.events = append(b.events, event)
				}
			}
			full <- b
			if b.err != nil {
				return
			}
		}
	}()
	for {
		b := <-full
		for _, event := range b.events {
			judge.Step(event)
			for _, l := range hear {
				l.Step(event)
			}
		}
		switch {
		case b.err == nil:
			empty <- b.events
		case errors.Is(b.err, io.EOF):
			return judge.Finish(), nil
		default:
			return judge.Finish(), b.err
		}
	}
}
