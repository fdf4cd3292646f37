package main

import (
	"context"
	"errors"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
)

// glance is how long a server has to show that it answers players in a language that is not theirs.
const glance = 500 * time.Millisecond

// nobodyLive refuses to run on a key that somebody publishes already, and where players are answered with something that
// is no HTTP-FLV.
func (r *runner) nobodyLive(ctx context.Context, streams []string) error {
	s := r.server
	if s.urls.Play == "" && len(s.urls.Listed) == 0 {
		return nil
	}
	if s.urls.Varies() && !r.flags.given("stream-prefix") {
		// Nobody else has names with our run id in them. What is left to see is shown by any name, best by one that the run
		// does not use; a server that says nothing for a key that nobody publishes is not waited for.
		streams = []string{r.prefix() + "look"}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, glance)
		defer cancel()
	}
	err := target.NobodyLive(ctx, s.road, s.urls, streams)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return cannotRun(err)
	}
	return nil
}

// preflight makes one publish and one play: what fails there fails everywhere, and is better told in one line than in a
// thousand refusals.
func (r *runner) preflight(ctx context.Context, streams []string) error {
	s := r.server
	stream := streams[0]
	if s.urls.Varies() && len(s.urls.Listed) == 0 && !r.flags.playOnly {
		stream = r.prefix() + "preflight"
	}
	met, err := load.Preflight(ctx, load.PreflightConfig{
		Road: s.road, URLs: s.urls, Stream: stream, Clip: r.clip, Profile: s.profile,
		Players: r.flags.spec.Load.Players > 0, PlayOnly: r.flags.playOnly, Agent: agent(), Scale: r.flags.timeScale, Recognize: s.kind,
	})
	if err != nil {
		return cannotRun(err)
	}
	s.recognise(met.Server)
	return nil
}
