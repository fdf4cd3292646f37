package embedded

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/rtmp"
)

// double-accept looks whether the key is taken and takes it in two steps, so that a second publisher is let in beside the
// first. Their media goes to the same viewers; when the owner leaves, the mount goes with it. Who returns waits for the end of
// who left.
var doubleAccept = Bug{
	Name: "double-accept",
	Does: phrase.EmbeddedBugDoubleAccept,
	contend: func(k *key) verdict {
		if k.state == publishing && k.mount != nil && !k.owner.leaving() {
			return letIn
		}
		return takeTurn
	},
}

// half-closed-reject refuses a second publisher by closing its own half of the connection, and leaves the task alone that
// reads the other: what the publisher goes on sending reaches the viewers of the owner.
var halfClosedReject = Bug{
	Name: "half-closed-reject",
	Does: phrase.EmbeddedBugHalfClosedReject,
	refused: func(ss *session) {
		k := ss.asked
		k.mu.Lock()
		m := k.beside()
		k.mu.Unlock()
		ss.feed.CloseWrite()
		ss.feed.SetReadDeadline(time.Time{})
		ss.feed.mount, ss.feed.idle = m, ss.cfg.PublisherIdle
		for {
			req, err := ss.conn.Next()
			if err != nil {
				return
			}
			if req.Kind == rtmp.Media {
				m.add(flv.TagType(req.Media.Type), req.Media.Timestamp, req.Media.Payload)
			}
		}
	},
}

// beside returns a mount for a publisher beside the owner, with the lock held. It has the viewers that the owner's has now, as
// far as they have been served, so that everybody who gets the stranger's frames gets them from a keyframe on.
func (k *key) beside() *mount {
	m := newMount(k)
	if k.mount != nil {
		k.mount.mu.Lock()
		defer k.mount.mu.Unlock()
		m.viewers = slices.DeleteFunc(slices.Clone(k.mount.viewers), func(v *viewer) bool { return !v.opened })
	}
	return m
}
