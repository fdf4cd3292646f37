package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Bugs are the ways in which the server can be broken. Adding one means one file and one line here.
var Bugs = []Bug{
	earlyRelease,
	leakedAcquire,
	slowRelease,
	doubleAccept,
	crash,
}

// Bug breaks the life of a key in one way in which a real server was broken, as it looks from outside. Its name is
// known to who starts the server, and stands neither on the wire nor in the log.
//
// Each step that is nil goes as it should. All of them run with the key's lock held; unmount may give it up meanwhile.
type Bug struct {
	Name string
	Does phrase.ID // what it does, in a sentence

	// contend decides about a publish to a key that isn't idle.
	contend func(*key) verdict
	// entered runs when a publish has taken the key and its mount does not stand yet. After an error the publish is
	// refused, and the key stays taken.
	entered func(*key) error
	// unmount takes the mount of the publish down that has just ended. The key is freed when it returns.
	unmount func(context.Context, *key)
}

// verdict is about a publish to a key that isn't idle.
type verdict uint8

const (
	takeTurn verdict = iota // wait for a while, as key.acquire says
	letIn                   // beside the owner
	refuse                  // as busy, at once
)

// bugNamed returns the bug of that name; none for "".
func bugNamed(name string) (*Bug, bool) {
	if name == "" {
		return nil, true
	}
	for i := range Bugs {
		if Bugs[i].Name == name {
			return &Bugs[i], true
		}
	}
	return nil, false
}

// BugNames returns the names of Bugs.
func BugNames() []string {
	names := make([]string, len(Bugs))
	for i, b := range Bugs {
		names[i] = b.Name
	}
	return names
}
