package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// no-eof does not tell its viewers that the publish has ended, and they are on no list that the next one reads.
var noEOF = Bug{
	Name: "no-eof",
	Does: phrase.EmbeddedBugNoEOF,
	unmount: func(_ context.Context, k *key) {
		k.unmount(k.mount, func(*viewer) {})
	},
}

// silent-play has a viewer that comes after a return attend the stream of the first publish, into which nobody publishes any
// more. Who waited for the return gets it.
var silentPlay = Bug{
	Name: "silent-play",
	Does: phrase.EmbeddedBugSilentPlay,
	entered: func(k *key) error {
		k.remembers.accepted++
		return nil
	},
	strays: func(k *key, v *viewer) bool {
		if k.remembers.accepted < 2 {
			return false
		}
		header := flv.AppendHeader(make([]byte, chunkHead), true, true)
		v.open(seal(header, false), &opening{}, nil, true)
		return true
	},
}

// uneven-eof ends most viewers of a publish that has ended, as its own policy is, but keeps every third for the next one.
var unevenEOF = Bug{
	Name: "uneven-eof",
	Does: phrase.EmbeddedBugUnevenEOF,
	unmount: func(_ context.Context, k *key) {
		var kept []*viewer
		k.unmount(k.mount, func(v *viewer) {
			k.remembers.ended++
			if k.rules.absent != Wait || k.remembers.ended%3 != 0 {
				v.hangUp()
				return
			}
			v.opened, v.resumes = false, true
			kept = append(kept, v)
		})
		for _, v := range kept {
			v.mount = nil
			if !v.left && k.await(v) != attached {
				v.hangUp()
			}
		}
	},
	opening: func(m *mount, v *viewer) *batch {
		if v.resumes {
			return m.opening.configurations(0)
		}
		return m.opening.batch()
	},
}
