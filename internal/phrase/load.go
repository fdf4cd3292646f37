package phrase

// Sentences about the load that was asked for.
const (
	LoadStreams  ID = "load.streams"
	LoadPlayers  ID = "load.players"
	LoadActors   ID = "load.actors"
	LoadDuration ID = "load.duration"
	LoadPrefix   ID = "load.prefix"
)

// load is the English of this area.
var load = map[ID]string{
	LoadStreams:  "--streams %d: must be 1 to %d",
	LoadPlayers:  "--players %d: must be 0 to %d for each stream",
	LoadActors:   "--streams %d with --players %d each makes %d connections; at most %d can be made from one machine",
	LoadDuration: "--duration %v: must be 100ms to %v, for example --duration 30s",
	LoadPrefix:   "--stream-prefix %q: use letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64",
}
