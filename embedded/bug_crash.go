package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// crash ends the process as SRS 7.0.2 ended: by SIGSEGV, on a return to a key that was viewed.
var crash = Bug{
	Name: "crash",
	Does: phrase.EmbeddedBugCrash,
	entered: func(k *key) error {
		if k.remembers.viewed >= crashAt {
			k.rules.log.flush()
			die()
		}
		return nil
	},
	unmount: countViewed,
}

// crashAt is how many publishes with viewers a key survives; the next return to it is the end.
const crashAt = 3

// countViewed is the unmount of a server that remembers how often a key was viewed.
func countViewed(_ context.Context, k *key) {
	if k.mount.viewed() {
		k.remembers.viewed++
	}
	k.unmount(k.mount, (*viewer).hangUp)
}
