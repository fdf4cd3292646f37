package embedded

import (
	"context"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// slow-release waits for the viewers to close their connections, before it lets the key go; a server that joins a
// viewer's task while that reads until the peer's FIN behaves so. A publish that comes meanwhile is refused as busy.
var slowRelease = Bug{
	Name: "slow-release",
	Does: phrase.EmbeddedBugSlowRelease,
	contend: func(k *key) verdict {
		if k.state == releasing {
			return refuse
		}
		return takeTurn
	},
	unmount: func(ctx context.Context, k *key) {
		var ended []*viewer
		k.unmount(k.mount, func(v *viewer) {
			v.halfClose()
			ended = append(ended, v)
		})
		k.mu.Unlock()
		defer k.mu.Lock()
		timer := time.NewTimer(k.rules.viewersFIN)
		defer timer.Stop()
		for _, v := range ended {
			select {
			case <-v.done:
			case <-timer.C:
				for _, v := range ended {
					v.abort()
				}
				return
			case <-ctx.Done():
				return
			}
		}
	},
}

// defaultViewersFIN bounds how long a viewer may hold the key by keeping its connection open.
const defaultViewersFIN = 2 * time.Second
