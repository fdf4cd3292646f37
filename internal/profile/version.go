package profile

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// release is a version as numbers: 7.0.2 is {7, 0, 2}. Numbers that are left out count as zero. Nil is no version.
type release []int

// versionNumbers is what a version begins with: "v0.37.4", "5.0.216(Bee)", "6.0.155-r0".
var versionNumbers = regexp.MustCompile(`^v?(\d{1,9}(?:\.\d{1,9}){0,7})`)

// parseRelease reads the numbers that text begins with.
func parseRelease(text string) (release, bool) {
	m := versionNumbers.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	var r release
	for number := range strings.SplitSeq(m[1], ".") {
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, false
		}
		r = append(r, n)
	}
	return r, true
}

func (r release) compare(other release) int {
	for i := range max(len(r), len(other)) {
		var a, b int
		if i < len(r) {
			a = r[i]
		}
		if i < len(other) {
			b = other[i]
		}
		if c := cmp.Compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}

// At returns the profile as it is for one version of the server, by the versions of its file. A version that can't be read
// gives what is known of the kind as a whole. It starts from the file, so what Scaled did before is undone; a profile from
// the header of a history is of its version already, and stays as it is.
func (p *Profile) At(version string) *Profile {
	if p.text == nil {
		return p
	}
	r, _ := parseRelease(version)
	at, err := p.text.profile(r)
	if err != nil {
		return p // does not come about: parse has tried every range of versions
	}
	return at
}

// turns are the versions at which the profile changes.
func (t *text) turns() []release {
	var out []release
	if t.like != nil && !t.alone {
		out = t.like.turns()
	}
	for _, b := range t.versions {
		for _, r := range []release{b.since, b.before} {
			if r != nil {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, release.compare)
	return out
}
