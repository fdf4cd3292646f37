package embedded

import "github.com/flvstorm/flvstorm/internal/phrase"

// double-accept looks whether the key is taken and takes it in two steps, so that a second publisher is let in beside the
// first. Their media goes to the same viewers; when the owner leaves, the mount goes with it.
var doubleAccept = Bug{
	Name: "double-accept",
	Does: phrase.EmbeddedBugDoubleAccept,
	contend: func(k *key) verdict {
		if k.state == publishing && k.mount != nil {
			return letIn
		}
		return takeTurn
	},
}
