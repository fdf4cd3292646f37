package check

import (
	"slices"
	"time"
)

// files holds lines, or refusals, under the names by which one finds the other. Under each name they are in the order in
// which they came.
type files[T comparable] struct {
	id, token, peer, key map[string][]T
}

// filed are the names of a line or a refusal; empty ones are not known.
type filed struct{ id, token, peer, key string }

func newFiles[T comparable]() files[T] {
	return files[T]{map[string][]T{}, map[string][]T{}, map[string][]T{}, map[string][]T{}}
}

func (l *logLine) names() filed { return filed{l.ID, l.token, plainAddress(l.peer), l.key} }

// names of a refusal are without its key: by key a refusal looks for lines, and no line for a refusal.
func (r *refusal) names() filed { return filed{r.serverID, r.token, plainAddress(r.local), ""} }

func (f files[T]) each(n filed, do func(under map[string][]T, name string)) {
	do(f.id, n.id)
	do(f.token, n.token)
	do(f.peer, n.peer)
	do(f.key, n.key)
}

func (f files[T]) put(n filed, x T) {
	f.each(n, func(under map[string][]T, name string) {
		if name != "" {
			under[name] = append(under[name], x)
		}
	})
}

// drop takes x from under all its names; it may be gone already.
func (f files[T]) drop(n filed, x T) {
	f.each(n, func(under map[string][]T, name string) {
		i := slices.Index(under[name], x)
		switch {
		case i < 0:
		case len(under[name]) == 1:
			delete(under, name)
		default:
			under[name] = slices.Delete(under[name], i, i+1)
		}
	})
}

// least is the one of which far is least among those that fit, the first of several; the zero value if none fits.
func least[T any](of []T, fits func(T) bool, far func(T) time.Duration) (best T) {
	var d time.Duration
	found := false
	for _, x := range of {
		if !fits(x) {
			continue
		}
		if at := far(x); !found || at < d {
			best, d, found = x, at, true
		}
	}
	return best
}
