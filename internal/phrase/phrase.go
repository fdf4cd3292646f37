// Package phrase is the catalogue of every sentence a person reads: help, errors, tables and reports.
//
// A sentence has an ID and, per language, one template in the manner of fmt.Sprintf. Each area of the tool keeps its
// IDs and their English in one file (cli.go, media.go, findings.go …); the catalogue is the union of those files, and
// a test holds that no ID is missing, defined twice or unused. Codes of findings, names of flags and JSON fields are not
// sentences: they are the same in every language.
package phrase

import (
	"errors"
	"fmt"
)

// ID names one sentence of the catalogue, such as "media.not-flv".
type ID string

// Book is the catalogue in one language. The zero value speaks English.
type Book struct {
	// lang selects the language; English is the only one yet.
	lang string
}

// English is the catalogue in English.
var English = Book{lang: "en"}

// Say returns the sentence id with args filled in. An ID that the catalogue lacks comes back as itself, so that a
// report is never lost for a missing sentence; a test keeps that from happening.
func (b Book) Say(id ID, args ...any) string {
	text, ok := english(id)
	if !ok {
		return string(id)
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// english looks id up in the areas of the catalogue.
func english(id ID) (string, bool) {
	for _, area := range areas {
		if text, ok := area[id]; ok {
			return text, true
		}
	}
	return "", false
}

// Error is an error with a sentence of the catalogue: what went wrong, and a hint about what to do. It is what a user
// sees, so its text is complete; Cause, where there is one, is for errors.Is and errors.As.
type Error struct {
	ID    ID
	Args  []any
	Cause error
}

// Errorf makes an Error. When the last argument is an error it is also the Cause.
func Errorf(id ID, args ...any) *Error {
	e := &Error{ID: id, Args: args}
	if n := len(args); n > 0 {
		e.Cause, _ = args[n-1].(error)
	}
	return e
}

// Error says the sentence in English.
func (e *Error) Error() string { return English.Say(e.ID, e.Args...) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Render says err in the book's language where err carries a sentence, and else as it is.
func (b Book) Render(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return b.Say(e.ID, e.Args...)
	}
	return err.Error()
}
