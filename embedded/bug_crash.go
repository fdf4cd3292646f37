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
		if k.viewed >= crashAt {
			k.rules.log.flush()
			die()
		}
		return nil
	},
	unmount: func(_ context.Context, k *key) {
		if k.mount.viewed() {
			k.viewed++
		}
		k.unmount(k.mount, (*viewer).hangUp)
	},
}

// crashAt is how many publishes with viewers a key survives; the next return to it is the end.
const crashAt = 3
