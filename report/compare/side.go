package compare

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// About says what a side is.
func (s Side) About(book phrase.Book) string {
	text := book.Clauses(s.tally(book), report.Clean(book.List(s.Servers)))
	if n := counted(s.Runs); n < len(s.Runs) {
		text = book.Say(phrase.CompareAboutLeft, text, number(len(s.Runs)-n))
	}
	return text
}

// Counted says how many runs a side has, and how many of them failed or were left out.
func (s Side) Counted(book phrase.Book) string {
	text := s.tally(book)
	if n := counted(s.Runs); n < len(s.Runs) {
		text = book.Say(phrase.CompareAboutLeft, text, number(len(s.Runs)-n))
	}
	return text
}

func (s Side) tally(book phrase.Book) string {
	failed := 0
	for _, r := range s.Runs {
		if r.Verdict == "fail" {
			failed++
		}
	}
	return book.Say(phrase.CompareAbout, runs(len(s.Runs)).Tell(book), number(failed))
}

// When is from when until when the runs of a side were begun; empty where nobody knows.
func (s Side) When() string {
	var first, last time.Time
	for _, r := range s.Runs {
		at := r.Started.UTC()
		if r.Started.IsZero() {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	if first.IsZero() {
		return ""
	}
	const minute, day = "2006-01-02 15:04", "2006-01-02"
	from, to := first.Format(minute), last.Format(minute)
	switch {
	case from == to:
		return from + " UTC"
	case first.Format(day) == last.Format(day):
		return from + " – " + last.Format("15:04") + " UTC"
	}
	return from + " – " + to + " UTC"
}

// Folder is the folder that the runs of a side lie in: their own where there is one run, the one above where they have that in common, else the first
// and that there are more.
func (s Side) Folder() string {
	if len(s.Runs) == 0 {
		return ""
	}
	first := s.Runs[0].Dir
	if len(s.Runs) == 1 {
		return first
	}
	above := filepath.Dir(first)
	for _, r := range s.Runs {
		if filepath.Dir(r.Dir) != above {
			return first + ", …"
		}
	}
	return strings.TrimSuffix(above, string(filepath.Separator)) + string(filepath.Separator)
}
