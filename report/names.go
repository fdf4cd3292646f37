package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// beginning is what the names of all keys begin with, where they are too long for a table: the part that tells nothing apart,
// up to a slash or a hyphen. Empty where names are shown whole.
func (p *page) beginning() string {
	if p.begins == nil {
		var keys []string
		for _, k := range p.r.Keys {
			keys = append(keys, clean(k.Key.Key))
		}
		for _, f := range p.r.Findings {
			for _, key := range f.Keys {
				keys = append(keys, clean(key))
			}
		}
		begins := shared(keys)
		p.begins = &begins
	}
	return *p.begins
}

// shared is what beginning says of keys.
func shared(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	long, same := false, keys[0]
	for _, key := range keys {
		long = long || width(key) > keyColumns
		for !strings.HasPrefix(key, same) {
			same = same[:len(same)-1]
		}
	}
	same = same[:strings.LastIndexAny(same, "/-")+1]
	if !long || slices.Contains(keys, same) {
		return ""
	}
	// As little as is enough, for what follows may be the name of a case.
	for i, c := range same {
		if (c == '/' || c == '-') && !slices.ContainsFunc(keys, func(key string) bool { return width(key[i+1:]) > keyColumns }) {
			return same[:i+1]
		}
	}
	return same
}

// shortened are the names of keys as one table shows them: so that they differ where they can.
func (p *page) shortened(keys []string) []string {
	if p.takes != nil {
		return cleanAll(keys)
	}
	var out []string
	for _, fit := range []func(string, int) string{fitMiddle, fitEnd} {
		out = out[:0]
		seen := map[string]string{} // which key has a name
		apart := true
		for _, key := range keys {
			name := fit(strings.TrimPrefix(clean(key), p.beginning()), keyColumns)
			if other, taken := seen[name]; taken && other != key {
				apart = false
			}
			seen[name] = key
			out = append(out, name)
		}
		if apart {
			break
		}
	}
	return out
}

// fitEnd shortens s to w columns, with an ellipsis at its beginning.
func fitEnd(s string, w int) string {
	if width(s) <= w {
		return s
	}
	return "…" + tail(s, w-1)
}

// sayBeginning says what is left out of the names of keys.
func (p *page) sayBeginning() {
	if p.takes != nil {
		return // nor is it left out
	}
	if begins := p.beginning(); begins != "" {
		p.prose(dim, 1, p.say(phrase.TableKeysBegin, fitMiddle(begins, 2*keyColumns)))
	}
}

// smokeName matches the names of keys of those cases of the suite that return at every gap.
var smokeName = regexp.MustCompile(`-g[0-9]+-p[0-9]+-(armed|full)`)

// sayNames explains the names that the suite gave to keys.
func (p *page) sayNames(shown []Key) {
	if len(p.r.Cases) == 0 {
		return
	}
	for _, k := range shown {
		if smokeName.MatchString(k.Key.Key) {
			p.prose(dim, 1, p.say(phrase.TableNames))
			return
		}
	}
}
