package embedded

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// early-release is SRS 6.0.139 to 145 and 7.0.0 to 7.0.2: the key is free before the mount of the publish that ended is
// gone. A publish that comes inside takes the key, finds the old mount (4001), and fails without giving the key back,
// which then is busy (1028) until a restart.
var earlyRelease = Bug{
	Name: "early-release",
	Does: phrase.EmbeddedBugEarlyRelease,
	entered: func(k *key) error {
		if k.remembers.standing != nil {
			return duplicated(k)
		}
		return nil
	},
	unmount: freeBeforeUnmount,
}

// leaked-acquire is SRS since 6.0.155 and 7.0.14, as it could be: the stream is torn down by another task, and a publish
// that comes inside finds it disposing (1098). The refused one keeps the key.
var leakedAcquire = Bug{
	Name: "leaked-acquire",
	Does: phrase.EmbeddedBugLeakedAcquire,
	entered: func(k *key) error {
		if k.remembers.standing != nil {
			return disposing(k)
		}
		return nil
	},
	unmount: freeBeforeUnmount,
}

// defaultWindow is how long the mount outlives the publish: what SRS takes to end some viewers.
const defaultWindow = 40 * time.Millisecond

// freeBeforeUnmount frees the key at once, and takes the mount down a while later. A mount without viewers goes at once:
// there is no window then, and there was none in SRS.
func freeBeforeUnmount(ctx context.Context, k *key) {
	m := k.mount
	if !m.viewed() {
		k.unmount(m, (*viewer).hangUp)
		return
	}
	k.remembers.standing = m
	k.owner, k.mount = nil, nil
	k.become(idle)
	k.mu.Unlock()
	timer := time.NewTimer(k.rules.window)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	k.mu.Lock()
	k.unmount(m, (*viewer).hangUp)
	k.remembers.standing = nil
}
