package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// stale-gop does not clear the cache when a publish ends: who comes to the next one gets the old group of pictures before
// it goes on with the new.
var staleGOP = Bug{
	Name: "stale-gop",
	Does: phrase.EmbeddedBugStaleGOP,
	unmount: func(_ context.Context, k *key) {
		m := k.mount
		m.mu.Lock()
		m.deliver()
		if len(m.gop.batches) > 0 {
			stale := m.opening.appendConfigurations(make([]byte, chunkHead), 0)
			for _, b := range m.gop.batches {
				stale = append(stale, b.bytes(false)...)
			}
			k.remembers.stale = seal(stale, true)
		}
		m.mu.Unlock()
		k.unmount(m, (*viewer).hangUp)
	},
	opening: func(m *mount, v *viewer) *batch {
		stale := m.key.remembers.stale
		if !v.late || stale == nil {
			return m.opening.batch()
		}
		b := m.opening.appendHead(make([]byte, chunkHead))
		b = append(b, stale.bytes(false)...)
		return seal(m.opening.appendConfigurations(b, 0), false)
	},
}

// no-sequence-header takes the decoder configurations for ordinary tags, which only those get who are there when they come.
var noSequenceHeader = Bug{
	Name: "no-sequence-header",
	Does: phrase.EmbeddedBugNoSequenceHeader,
	opening: func(m *mount, v *viewer) *batch {
		if v.late {
			return seal(m.opening.appendHead(make([]byte, chunkHead)), false)
		}
		return m.opening.batch()
	},
}
