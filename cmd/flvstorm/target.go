package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
	"github.com/flvstorm/flvstorm/load/target"
)

// startEmbedded starts ourselves again as `serve`, and reads from its log where it listens, as anybody could.
func (r *runner) startEmbedded(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return cannotRun(phrase.Errorf(phrase.CLINoProgram, err))
	}
	if r.log, err = r.folder.create("server.log"); err != nil {
		return cannotRun(err)
	}
	r.profile, _ = profile.Lookup("embedded")
	r.follower = target.NewLogFollower(r.profile, r.prelude)
	args := []string{"serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--stop-with-stdin"}
	if r.flags.bug != "" {
		args = append(args, "--bug", r.flags.bug)
	}
	r.process, err = target.Start(target.Command{
		Path: program, Args: args, Output: []io.Writer{r.log, r.follower}, Sink: r.prelude,
	})
	if err != nil {
		return cannotRun(err)
	}
	r.followLog()
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	err = r.process.Ready(ctx, func(ctx context.Context) error {
		at, err := r.follower.Listeners(ctx)
		r.urls = target.URLs{
			Publish: "rtmp://" + at.RTMP + "/live/" + target.Placeholder,
			Play:    "http://" + at.HTTP + "/live/" + target.Placeholder + ".flv",
		}
		return err
	})
	if err != nil {
		return cannotRun(err)
	}
	reply, err := target.Greet(ctx, r.road, r.urls.Endpoint("greeting"))
	if err != nil {
		return cannotRun(err)
	}
	r.version = r.profile.Version(reply.Properties)
	return nil
}

// reach greets a server that runs already, and learns what kind it is.
func (r *runner) reach(ctx context.Context) error {
	r.urls = r.flags.urls()
	reply, err := r.greet(ctx)
	if err != nil {
		return cannotRun(err)
	}
	var ok bool
	if r.profile, ok = profile.Resolve(r.flags.profile, reply.Properties, ""); !ok {
		return phrase.Errorf(phrase.CLIProfileOwn, r.flags.profile, strings.Join(profileNames(), ", "))
	}
	r.version = r.profile.Version(reply.Properties)
	if r.flags.log == "" {
		return nil
	}
	r.follower = target.NewLogFollower(r.profile, r.prelude)
	if err := r.follower.Open(r.flags.log); err != nil {
		return err
	}
	if r.follower.Missing() {
		complain(r.stderr, phrase.Errorf(phrase.CLILogMissing, r.flags.log))
	}
	r.followLog()
	return nil
}

func (r *runner) greet(ctx context.Context) (rtmp.ConnectReply, error) {
	if err := target.Check(ctx, r.road, r.urls); err != nil {
		return rtmp.ConnectReply{}, err
	}
	return target.Greet(ctx, r.road, r.urls.Endpoint("greeting"))
}

// followLog starts the follower; stop ends it.
func (r *runner) followLog() {
	ctx, cancel := context.WithCancel(context.Background())
	r.unfollow = cancel
	r.follow.Go(func() { r.follower.Run(ctx) })
}

// names returns the name of stream i. Outside the embedded server it carries a run id, so that no stranger's stream is
// ever met by accident.
func (r *runner) names() func(i int) string {
	prefix := r.flags.spec.Load.Prefix
	if !r.flags.embedded() && !r.flags.given("stream-prefix") {
		prefix = fmt.Sprintf("fs-%s-", strconv.FormatUint(uint64(36*36*36+rand.IntN(35*36*36*36)), 36))
	}
	return func(i int) string { return prefix + strconv.Itoa(i) }
}

// glance is how long a server has to show that it answers players in a language that is not theirs.
const glance = 500 * time.Millisecond

// nobodyLive refuses to run on a key that somebody publishes already, and where players are answered with something that
// is no HTTP-FLV.
func (r *runner) nobodyLive(ctx context.Context) error {
	if r.urls.Play == "" {
		return nil
	}
	var streams []string
	for _, k := range r.plan.Load.Keys {
		streams = append(streams, k.Stream)
	}
	if r.urls.Varies() && !r.flags.given("stream-prefix") {
		// Nobody else has names with our run id in them. What is left to see is shown by any name, best by one that the run
		// does not use; a server that says nothing for a key that nobody publishes is not waited for.
		streams = []string{r.names()(0)}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, glance)
		defer cancel()
	}
	err := target.NobodyLive(ctx, r.road, r.urls, streams)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return cannotRun(err)
	}
	return nil
}

// profileNames lists the profiles by name.
func profileNames() []string { return profile.Names() }
