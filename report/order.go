package report

import (
	"cmp"
	"slices"
)

// inOrder is r with its findings as they are told wherever people read: by rank, and within a rank by when they were first seen. So
// what began it stands first. Of those of one moment the gravest stands first, as in the document.
func (r Result) inOrder() Result {
	r.Findings = slices.Clone(r.Findings)
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.FirstAt, b.FirstAt))
	})
	return r
}
