// Package threshold asks a question of the JSON result of a run: is p99(first_frame_ms) > 800 && stalls > 10?
//
//  1. Compile reads the expression, in the grammar of expr-lang/expr, and holds it against Names: before a run there is no result
//     yet, but what its fields are is known from their types.
//  2. Check asks it of a result, and tells beside the answer what each thing that it names was.
//
// An answer has three values. What has no value in this run (the first frames, when nobody got one) is neither less nor more than
// anything, so a comparison with it is undecided; false && undecided is false all the same, and true || undecided true.
//
// Note: the machine of expr was tried, and knows no third value. What is parsed is walked here instead, one walk for the check of
// names and kinds as for the answer. Without loops, calls of others and memory of its own a walk ends after as many steps as the
// expression has parts, whoever wrote it.
package threshold

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// maxLength bounds an expression, in characters.
const maxLength = 1000

// Threshold is an expression that was read. It may be checked by several goroutines at once.
type Threshold struct {
	source string
	root   ast.Node
	names  *Names
}

// Compile reads source. With names, every name in it must be one of them and fit what is done with it. Errors are sentences for the
// user, with the place and, of an unknown name, the nearest one.
func Compile(source string, names *Names) (*Threshold, error) {
	if strings.TrimSpace(source) == "" {
		return nil, phrase.Errorf(phrase.ThresholdEmpty)
	}
	if n := utf8.RuneCountInString(source); n > maxLength {
		return nil, phrase.Errorf(phrase.ThresholdLong, n, maxLength)
	}
	// The parser takes the last character for the place of the end; the space keeps the two apart.
	tree, err := parser.ParseWithConfig(source+" ", grammar())
	if err != nil {
		return nil, syntax(source, err)
	}
	t := &Threshold{source: source, root: tree.Node, names: names}
	w := walk{read: t.foretell}
	if _, err := w.truth(t.root); err != nil {
		return nil, err.in(source)
	}
	return t, nil
}

// grammar is that of expr, where count would be a loop over a list and the other functions built in.
func grammar() *conf.Config {
	c := conf.CreateNew()
	expr.DisableAllBuiltins()(c)
	for _, name := range functions {
		expr.Function(name, nil)(c)
	}
	return c
}

// String is the expression as it was given.
func (t *Threshold) String() string { return t.source }

// Outcome is the answer.
type Outcome struct {
	Expr string
	// True says that the expression is true. It says nothing when Undecided says why nobody knows.
	True      bool
	Undecided string
	// Values are what was named and what it was, in the order of the expression, each once.
	Values []Value
}

// Value is what one name, or one function of it, was: a float64, a bool, a string, or nil when it has no value.
type Value struct {
	Name  string
	Value any
	// limits are the numbers of the expression.
	limits []float64
}

// String says it in English.
func (v Value) String() string { return v.Said(phrase.English) }

// Said says it, in the unit of the result: "p99(first_frame_ms) is 912 ms".
func (v Value) Said(book phrase.Book) string {
	switch value := v.Value.(type) {
	case float64:
		number := v.number(value)
		if v.millis() {
			number = book.Say(phrase.ThresholdMillis, number)
		}
		return book.Say(phrase.ThresholdValue, v.Name, number)
	case bool:
		return book.Say(phrase.ThresholdValue, v.Name, strconv.FormatBool(value))
	case string:
		return book.Say(phrase.ThresholdValue, v.Name, strconv.Quote(value))
	}
	return book.Say(phrase.ThresholdValueless, v.Name)
}

// number writes f to four digits, or to as many more as stand before the point, or tell it from a number that it is held against:
// 0.0010004 is above 0.001.
func (v Value) number(f float64) string {
	if f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	whole := len(strconv.FormatFloat(math.Trunc(math.Abs(f)), 'f', 0, 64))
	for digits := max(shownDigits, whole); digits <= allDigits; digits++ {
		text := strconv.FormatFloat(f, 'g', digits, 64)
		if rounded, err := strconv.ParseFloat(text, 64); err == nil && (rounded == f || !slices.Contains(v.limits, rounded)) {
			return strconv.FormatFloat(rounded, 'f', -1, 64)
		}
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

const (
	shownDigits = 4
	allDigits   = 17 // that any float64 has
)

// millis reports whether it is a time: names of times end in _ms, and so do those of distributions of them, which are counted too.
func (v Value) millis() bool {
	name, counted := strings.CutPrefix(v.Name, "count(")
	if counted || strings.HasSuffix(name, ".count") {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(name, func(r rune) bool { return !strings.ContainsRune(letters, r) }), func(part string) bool {
		return strings.HasSuffix(part, "_ms")
	})
}

// Check asks the expression of doc, a result as encoding/json reads it into a map.
func (t *Threshold) Check(doc map[string]any) Outcome {
	out := Outcome{Expr: t.source}
	w := walk{read: func(path []string) (value, *phrase.Error) { return t.look(doc, path) }}
	answer, err := w.truth(t.root)
	switch {
	case err != nil:
		out.Undecided = err.why.Error()
	case answer.none != "":
		out.Undecided = answer.none
	default:
		out.True = answer.is.(bool)
	}
	out.Values = w.values
	for i := range out.Values {
		out.Values[i].limits = w.limits
	}
	return out
}
