package load

import (
	"errors"
	"regexp"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Spec is what a user asks of a load: how many publishers and players, for how long, sending what.
type Spec struct {
	// Streams is the number of keys, each with one publisher. Default 5.
	Streams int `json:"streams"`
	// Players is the number of players of each key. Default 3; 0 is legal.
	Players int `json:"players"`
	// Witnesses is how many of the players of each key read every frame; AllWitnesses is all of them. Default 1.
	Witnesses int `json:"witnesses"`
	// Duration is how long publishers publish and players pull, settling not counted. Default 10 s.
	Duration time.Duration `json:"duration_ns"`
	// Seed fixes everything random. The command draws one when the user names none.
	Seed int64 `json:"seed"`
	// Prefix begins every stream name: "s" makes s0, s1, …
	Prefix string `json:"prefix"`
}

// AllWitnesses makes a witness of every player that reads.
const AllWitnesses = -1

// Bounds of a Spec. They keep a slip of the keyboard from becoming a flood; descriptors end earlier on most machines.
const (
	MaxStreams  = 20_000
	MaxPlayers  = 20_000
	MaxActors   = 100_000 // publishers and players together
	MaxDuration = 7 * 24 * time.Hour
)

// DefaultSpec is the load of `flvstorm chaos` without flags.
func DefaultSpec() Spec {
	return Spec{Streams: 5, Players: 3, Witnesses: 1, Duration: 10 * time.Second, Prefix: "s"}
}

// streamName is what we are willing to put into a URL path and an RTMP stream name alike.
var streamName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Validate returns every problem of the spec at once, each one line with a hint.
func (s Spec) Validate() error {
	var problems []error
	if s.Streams < 1 || s.Streams > MaxStreams {
		problems = append(problems, phrase.Errorf(phrase.LoadStreams, s.Streams, MaxStreams))
	}
	if s.Players < 0 || s.Players > MaxPlayers {
		problems = append(problems, phrase.Errorf(phrase.LoadPlayers, s.Players, MaxPlayers))
	}
	if n := s.Streams * (1 + s.Players); len(problems) == 0 && n > MaxActors {
		problems = append(problems, phrase.Errorf(phrase.LoadActors, s.Streams, s.Players, n, MaxActors))
	}
	if s.Duration < 100*time.Millisecond || s.Duration > MaxDuration {
		problems = append(problems, phrase.Errorf(phrase.LoadDuration, s.Duration, MaxDuration))
	}
	if !streamName.MatchString(s.Prefix) {
		problems = append(problems, phrase.Errorf(phrase.LoadPrefix, s.Prefix))
	}
	return errors.Join(problems...)
}
