package threshold

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// slips are what people write that is no expression, and can only mean one thing.
var slips = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'` + // text is left alone
	`|(?P<turned>=[<>])` +
	`|(?:^|[^=!<>])(?P<single>=)(?:[^=<>]|$)` +
	`|\b(?P<time>\d+(?:\.\d+)?) ?(?P<unit>ms|µs|us|s|min|m|h)\b` +
	`|\b(?P<share>\d+(?:\.\d+)?) ?%(?P<behind>\s*(?:$|[)<>=!?:,]|&&|\|\||and\b|or\b))`)

// inMillis is how many milliseconds a unit has.
var inMillis = map[string]float64{"µs": 0.001, "us": 0.001, "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000}

// slip finds the first of them in what the parser did not take.
func slip(source string) *fault {
	for _, m := range slips.FindAllStringSubmatchIndex(source, -1) {
		group := func(name string) (text string, at int) {
			i := 2 * slips.SubexpIndex(name)
			if m[i] < 0 {
				return "", -1
			}
			return source[m[i]:m[i+1]], utf8.RuneCountInString(source[:m[i]])
		}
		number := func(text string, by float64) string {
			n, _ := strconv.ParseFloat(text, 64)
			n, _ = strconv.ParseFloat(strconv.FormatFloat(n*by, 'g', 12, 64), 64) // 0.1 % is 0.001, whatever floats make of it
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		if turned, at := group("turned"); at >= 0 {
			return &fault{at, phrase.Errorf(phrase.ThresholdTurned, turned[1:]+"=", turned)}
		}
		if _, at := group("single"); at >= 0 {
			return &fault{at, phrase.Errorf(phrase.ThresholdSingle)}
		}
		if text, at := group("time"); at >= 0 {
			unit, _ := group("unit")
			return &fault{at, phrase.Errorf(phrase.ThresholdUnit, number(text, inMillis[unit]), text+unit)}
		}
		if text, at := group("share"); at >= 0 {
			return &fault{at, phrase.Errorf(phrase.ThresholdShare, number(text, 0.01), text)}
		}
	}
	return nil
}

// token is how the parser names what it did not expect.
var token = regexp.MustCompile(`^unexpected token \w+\((".*")\)$`)

// syntax says where the parser stopped.
func syntax(source string, err error) error {
	if f := slip(source); f != nil {
		return f.in(source)
	}
	var at *file.Error
	if !errors.As(err, &at) {
		return phrase.Errorf(phrase.ThresholdAt, source, 1, phrase.Errorf(phrase.ThresholdSyntax, err.Error()))
	}
	if end := utf8.RuneCountInString(source); at.From >= end {
		return phrase.Errorf(phrase.ThresholdAt, source, end+1, phrase.Errorf(phrase.ThresholdEnds))
	}
	why := at.Message
	if m := token.FindStringSubmatch(strings.TrimSpace(why)); m != nil {
		why = phrase.English.Say(phrase.ThresholdMisplaced, m[1])
	}
	return phrase.Errorf(phrase.ThresholdAt, source, at.From+1, phrase.Errorf(phrase.ThresholdSyntax, why))
}
