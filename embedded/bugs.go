package embedded

import (
	"context"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Bugs are the ways in which the server can be broken. Adding one means one file and one line here.
var Bugs = []Bug{
	earlyRelease,
	leakedAcquire,
	slowRelease,
	doubleAccept,
	halfClosedReject,
	staleGOP,
	noEOF,
	silentPlay,
	tornTag,
	tsRewind,
	noSequenceHeader,
	dropFrames,
	crash,
	hang,
	leak,
	unevenEOF,
}

// Bug breaks the server in one way in which a real server was broken, as it looks from outside. Its name is known to who
// starts the server, and stands neither on the wire nor in the log.
//
// Each step that is nil goes as it should.
type Bug struct {
	Name string
	Does phrase.ID // what it does, in a sentence

	// Of the life of a key. All of these run with the key's lock held; unmount may give it up meanwhile.

	// contend decides about a publish to a key that isn't idle.
	contend func(*key) verdict
	// entered runs when a publish has taken the key and its mount does not stand yet. After an error the publish is
	// refused, and the key stays taken.
	entered func(*key) error
	// unmount takes the mount of the publish down that has just ended. The key is freed when it returns.
	unmount func(context.Context, *key)
	// strays takes a viewer that came to a live key, and has it join nothing. It says whether it did.
	strays func(*key, *viewer) bool

	// Of the media. All of these run with the mount's lock held.

	// opening is what a viewer gets in front of its first frame.
	opening func(*mount, *viewer) *batch
	// passes says whether a frame goes on to the viewers. It may change the timestamp.
	passes func(*mount, *flv.Tag) bool
	// framed may change a tag as it goes to the viewers, PreviousTagSize included.
	framed func(*mount, []byte)

	// Of a publisher's connection. These run in its goroutine, without a lock.

	// refused runs when a publish was refused, before the connection is closed.
	refused func(*session)
	// gone runs when the publisher has ended the connection, before ours is closed.
	gone func(context.Context, *session)
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
