// Package phrase is the catalogue of every sentence a person reads: help, errors, tables and reports.
//
// A sentence has an ID and, per language, one template in the manner of fmt.Sprintf. Each area of the tool keeps its
// IDs and their English in one file (cli.go, media.go, findings.go …) and their Chinese beside it (cli_zh.go …); the catalogue
// is the union of those files, and tests hold that no ID is missing in a language, defined twice or unused, and that both
// languages take the same arguments. Codes of findings, names of flags and JSON fields are not
// sentences: they are the same in every language.
package phrase

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ID names one sentence of the catalogue, such as "media.not-flv".
type ID string

// Book is the catalogue in one language. The zero value speaks English.
type Book struct {
	chinese bool
}

// The languages there are.
var (
	English = Book{}
	Chinese = Book{chinese: true}
)

// Lang is the language's tag (BCP 47), as --lang takes it.
func (b Book) Lang() string {
	if b.chinese {
		return "zh"
	}
	return "en"
}

// Langs are the tags of all languages.
var Langs = []string{English.Lang(), Chinese.Lang()}

// Of is the book of a language by its tag.
func Of(lang string) (Book, bool) {
	for _, b := range []Book{English, Chinese} {
		if b.Lang() == lang {
			return b, true
		}
	}
	return English, false
}

// ByLocale is the book of the locale that the environment names, in the order of POSIX.1-2024, section 8.2: LC_ALL, LC_MESSAGES,
// LANG. What isn't Chinese is English.
func ByLocale(getenv func(string) string) Book {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(name); locale != "" {
			if locale == "zh" || strings.HasPrefix(locale, "zh_") || strings.HasPrefix(locale, "zh-") || strings.HasPrefix(locale, "zh.") {
				return Chinese
			}
			return English
		}
	}
	return English
}

// Say returns the sentence id with args filled in; an ID, Names or an error among them is said in the same language.
// An ID that the catalogue lacks comes back as itself, so that a report is never lost for a missing sentence; a test keeps
// that from happening.
func (b Book) Say(id ID, args ...any) string {
	text, ok := b.lookup(id)
	if !ok {
		return string(id)
	}
	if len(args) == 0 {
		return text
	}
	args = slices.Clone(args)
	for i, arg := range args {
		switch arg := arg.(type) {
		case ID:
			args[i] = b.Say(arg)
		case Names:
			args[i] = b.List(arg)
		case error:
			args[i] = b.Render(arg)
		}
	}
	return fmt.Sprintf(text, args...)
}

// lookup finds the template of id; a sentence that the language lacks is said in English.
func (b Book) lookup(id ID) (string, bool) {
	if b.chinese {
		if text, ok := find(chinese, id); ok {
			return text, true
		}
	}
	return find(areas, id)
}

// Below are the sentences whose IDs begin with a prefix, by ID: for the script of a page, which says them itself.
func (b Book) Below(prefix string) map[string]string {
	out := map[string]string{}
	for _, area := range areas {
		for id := range area {
			if strings.HasPrefix(string(id), prefix) {
				out[string(id)], _ = b.lookup(id)
			}
		}
	}
	return out
}

// find looks id up in the areas of a catalogue.
func find(areas []map[ID]string, id ID) (string, bool) {
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

// Render says err in the book's language where err carries a sentence or is one that Again knows, and else as it is.
func (b Book) Render(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return b.Say(e.ID, e.Args...)
	}
	return b.Again(err.Error())
}
