package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// leak forgets to close the connection of a publisher that has left: its descriptor stays, in CLOSE_WAIT where the peer
// closed it in good order, and the API goes on counting it.
var leak = Bug{
	Name: "leak",
	Does: phrase.EmbeddedBugLeak,
	gone: func(ctx context.Context, ss *session) {
		if ss.asked == nil {
			return
		}
		k := ss.keys.hold(ss.asked.name)
		defer ss.keys.drop(k)
		k.mu.Lock()
		k.kept = append(k.kept, &ss.client)
		k.mu.Unlock()
		<-ctx.Done()
	},
}
