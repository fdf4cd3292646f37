package smoke

import (
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
)

// Select returns the cases that only names and skip does not, in their order; an empty only names all. A name ending in *
// stands for every case that begins like it. A name that fits no case is an error, which says the one that it may be a
// slip of, or all; so is a choice that leaves nothing.
func Select(only, skip []string) ([]Case, error) {
	all := Cases()
	for _, list := range []struct {
		flag  string
		names []string
	}{{"--only", only}, {"--skip", skip}} {
		for _, name := range list.names {
			if !slices.ContainsFunc(all, func(c Case) bool { return c.named(name) }) {
				return nil, unknown(list.flag, name, all)
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

// unknown is what to say of a name that fits no case: the one that it may be a slip of, or else all that there are.
func unknown(flag, name string, cases []Case) error {
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	if near := profile.Nearest(name, names); near != "" {
		return phrase.Errorf(phrase.SmokeUnknown, flag, name, near)
	}
	return phrase.Errorf(phrase.SmokeNone, flag, name, phrase.Names(names))
}
