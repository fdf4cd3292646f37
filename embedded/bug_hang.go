package embedded

import "github.com/flvstorm/flvstorm/internal/phrase"

// hang stops a server of one thread as an endless loop in it does, or a lock that is never given back: the process lives and
// the kernel takes connections for it, but nobody gets an answer any more, and no byte comes over the old ones.
var hang = Bug{
	Name: "hang",
	Does: phrase.EmbeddedBugHang,
	entered: func(k *key) error {
		if k.remembers.viewed >= crashAt {
			k.rules.hung.Store(true)
			k.rules.hangs()
		}
		return nil
	},
	unmount: countViewed,
}

// hangs returns at once, unless the server hangs; then it returns when it is stopped. It is called before anything that came
// from a peer is dealt with.
func (r *rules) hangs() {
	if r.bug != nil && r.hung.Load() {
		<-r.stopped
	}
}
