package smoke

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Select returns the cases that only names and skip does not, in their order; an empty only names all. A name ending in *
// stands for every case that begins like it. A name that fits no case is an error, which says the nearest; so is a choice
// that leaves nothing.
func Select(only, skip []string) ([]Case, error) {
	all := Cases()
	for _, list := range []struct {
		flag  string
		names []string
	}{{"--only", only}, {"--skip", skip}} {
		for _, name := range list.names {
			if !slices.ContainsFunc(all, func(c Case) bool { return c.named(name) }) {
				return nil, phrase.Errorf(phrase.SmokeUnknown, list.flag, name, nearest(name, all))
			}
		}
	}
	named := func(names []string, c Case) bool { return slices.ContainsFunc(names, c.named) }
	chosen := slices.DeleteFunc(all, func(c Case) bool {
		return len(only) > 0 && !named(only, c) || named(skip, c)
	})
	if len(chosen) == 0 {
		return nil, phrase.Errorf(phrase.SmokeNothing, strings.Join(only, ","), strings.Join(skip, ","))
	}
	return chosen, nil
}

// named reports whether name, or what it begins with up to a *, is the case's.
func (c Case) named(name string) bool {
	if prefix, ok := strings.CutSuffix(name, "*"); ok {
		return strings.HasPrefix(c.Name, prefix)
	}
	return c.Name == name
}

// nearest is the name of the case that is like name most.
func nearest(name string, cases []Case) string {
	return slices.MinFunc(cases, func(a, b Case) int {
		return cmp.Compare(distance(name, a.Name), distance(name, b.Name))
	}).Name
}

// distance is how many letters have to be put in, taken out or changed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1) // of the letters of a so far: what it takes to make each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
