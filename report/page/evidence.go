package page

import (
	"regexp"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// unfolded is how many lines of the evidence stand open; alike from how many on those are folded that only repeat others.
const (
	unfolded = 12
	alike    = 3
)

// fold lets the lines of the evidence stand open that tell something: the first of each kind, in the order of time. What a dozen
// keys have in common is read once; the others are folded below it, and RestSays says how many they are.
func (f *finding) fold() {
	seen := map[string]bool{}
	var first, again []event
	keys := map[string]bool{}
	for _, e := range f.Events {
		kind := alikeAs(e)
		if e.Key != "" && seen[kind] {
			again = append(again, e)
			keys[e.Key] = true
			continue
		}
		seen[kind] = true
		first = append(first, e)
	}
	switch {
	case len(again) >= alike && len(first) <= unfolded+2:
		f.Events, f.Rest = first, again
		on := both(phrase.OneKey, "1")
		if len(keys) > 1 {
			on = both(phrase.ManyKeys, report.Count(int64(len(keys))))
		}
		n := report.Count(int64(len(again)))
		f.RestSays = text{phrase.English.Say(phrase.PageAlike, n, on.en), phrase.Chinese.Say(phrase.PageAlike, n, on.zh)}
	case len(f.Events) > unfolded+2:
		f.Events, f.Rest = f.Events[:unfolded], f.Events[unfolded:]
		f.RestSays = both(phrase.PageRest, report.Count(int64(len(f.Rest))))
	}
}

// What lines of one kind differ in: ids in brackets; figures with their units, and words with a figure in them. An error's code is
// none of that.
var (
	bracketed = regexp.MustCompile(`\[[^\[\]]*\]`)
	figured   = regexp.MustCompile(`(code=)?[\pL\d_.:+-]*\d[\pL\d_.:+-]*([ \x{a0}](µs|ms|s)\b)?`)
)

// alikeAs is what a line has in common with others of its kind on other keys, at other times.
func alikeAs(e event) string {
	line := e.What.en
	if e.Key != "" {
		line = strings.ReplaceAll(line, e.Key, "#")
	}
	line = bracketed.ReplaceAllString(line, "[#]")
	return e.By + " " + figured.ReplaceAllStringFunc(line, func(word string) string {
		if strings.HasPrefix(word, "code=") {
			return word
		}
		return "#"
	})
}
