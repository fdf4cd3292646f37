package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"sort"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/fleet"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/load/selfwatch"
	"github.com/flvstorm/flvstorm/load/steady"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// newLoad is the steady half: as many players and publishers as one likes, that stay.
func newLoad(book phrase.Book, args []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var flags loadFlags
	cmd := &cobra.Command{
		Use:     "load",
		Short:   say(phrase.LoadShort),
		Long:    say(phrase.LoadLong),
		Example: say(phrase.LoadSample),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			result, err := steadily(cmd.Context(), &flags, args, stdin, stdout, stderr)
			if err != nil {
				return err
			}
			return exit(report.ExitCode(result.Verdict))
		},
	}
	flags.add(cmd.Flags(), book)
	return cmd
}

// steadily makes the run that flags describe, and renders what came of it. An error means that there was no run.
func steadily(ctx context.Context, flags *loadFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) (report.Result, error) {
	if err := flags.validate(); err != nil {
		return report.Result{}, err
	}
	if flags.dryRun {
		return report.Result{Verdict: check.Pass}, dryLoad(flags, stdout)
	}
	if err := flags.fit(ctx); err != nil {
		return report.Result{}, err
	}
	r, err := prepare(ctx, "load", &flags.runFlags, args, stdin, stderr)
	if err != nil {
		return report.Result{}, early(ctx, err)
	}
	l := &steadyLoad{runner: r, flags: flags}
	if err := l.lay(ctx); err != nil {
		r.abandon()
		return report.Result{}, early(ctx, err)
	}
	if flags.publishOnly {
		r.standing = func() bool { f := l.fleet.Load(); return f != nil && f.Taken() }
	}
	r.plan = l.print()
	r.drive = func(ctx context.Context, _ stage) { r.guarded(ctx, l.drive) }
	result, err := r.execute(ctx)
	if err != nil {
		return report.Result{}, err
	}
	return r.render(result, stdout)
}

// steadyLoad is a run of `flvstorm load`: what it is made of, ready to begin.
type steadyLoad struct {
	*runner
	flags   *loadFlags
	streams []steady.Stream
	mix     ramp.Mix
	storm   *chaos.Plan // on streams of its own; nil without
	limit   *limit      // nil unless one is looked for
	fleet   atomic.Pointer[fleet.Fleet]
}

// lay lays out who publishes and plays what, and looks at the server.
func (l *steadyLoad) lay(ctx context.Context) (err error) {
	urls, name := l.server.urls, l.names()
	var looked []string
	for i := range l.flags.spec.Load.Streams {
		stream := name(i)
		looked = append(looked, stream)
		l.streams = append(l.streams, steady.Stream{Key: urls.Key(stream), Stream: stream, URL: urls.PlayURL(stream)})
	}
	if l.mix, err = ramp.NewMix(l.flags.spec.Load.Seed, l.flags.shares...); err != nil {
		return err
	}
	if l.flags.chaos > 0 {
		plan := chaos.NewPlan(l.flags.storm(), func(i int) string { return l.prefix() + fmt.Sprint("chaos", i) }, urls.Key)
		l.storm = &plan
		looked = append(looked, streamsOf(plan)...)
	}
	if l.flags.findLimit != "" {
		if l.limit, err = newLimit(l.flags.findLimit, l.flags.of()); err != nil {
			return err
		}
		l.hear = append(l.hear, l.limit.Step)
	}
	return l.look(ctx, looked)
}

// drive makes the run.
func (l *steadyLoad) drive(ctx context.Context, watch *target.Watch) {
	if err := l.make(ctx, watch); err != nil {
		l.recorder.Record(history.Event{Actor: "run", What: history.OwnTrouble{Code: "internal", Detail: phrase.English.Render(err)}})
	}
}

func (l *steadyLoad) make(ctx context.Context, watch *target.Watch) error {
	f := l.flags
	run := &steady.Run{
		Sink: l.recorder, Walk: f.walk(), Arrivals: f.arrivals, Streams: l.streams, Mix: l.mix, Seed: f.spec.Load.Seed,
		Self: selfwatch.New(l.watched(ctx)), Scale: f.timeScale,
	}
	if !f.playOnly {
		publishers := fleet.New(fleet.Config{Publishers: l.publishers, Endpoint: l.server.urls.Endpoint, Grace: f.spec.Grace})
		run.Fleet = publishers
		l.fleet.Store(publishers)
	}
	if !f.publishOnly {
		players, err := crowd.New(crowd.Config{
			Sink: l.recorder, Gate: watch.Players(), Road: l.server.road, Agent: agent(), Buffer: f.buffer, Source: l.source, Seed: f.spec.Load.Seed,
		})
		if err != nil {
			return err
		}
		run.Crowd = players
		run.Witnesses = f.spec.Load.Witnesses
		run.Witness = func(ctx context.Context, seat crowd.Seat) { l.witness(ctx, watch, seat) }
	}
	if l.limit != nil {
		run.Judge = l.limit.Judge
	}
	if l.storm != nil {
		run.Beside = func(ctx context.Context, over <-chan struct{}) {
			storm := l.runner.storm(watch, *l.storm)
			storm.Over = over
			storm.Run(ctx)
		}
	}
	return run.Run(ctx)
}

// witness plays on a seat and reads every frame.
func (l *steadyLoad) witness(ctx context.Context, watch *target.Watch, seat crowd.Seat) {
	p := l.player(watch)
	p.Key, p.Actor, p.URL, p.Witness = seat.Key, seat.Actor, seat.URL, true
	if l.flags.playOnly {
		p.Source = 0 // whoever publishes, its stamps are right
	} else {
		p.Sound = l.clip.Sound()
	}
	if err := p.Run(ctx); err != nil {
		l.recorder.Record(history.Event{Actor: "run", What: history.OwnTrouble{Code: "internal", Detail: phrase.English.Render(err)}})
	}
}

// watched is what of ours has to be watched: ports are taken toward the places where connections really lead.
func (l *steadyLoad) watched(ctx context.Context) (cfg selfwatch.Config) {
	for _, place := range []string{l.server.urls.Endpoint("s").Addr, l.server.urls.PlayAddr()} {
		if place == "" {
			continue
		}
		to, err := l.server.road.Resolve(ctx, place)
		if err != nil {
			continue // who connects there will tell
		}
		for _, at := range to {
			cfg.To = append(cfg.To, at.String())
			cfg.Sources = max(cfg.Sources, l.server.road.Toward(at).Len())
		}
	}
	return cfg
}

// print is the plan as it stands in a history.
func (l *steadyLoad) print() map[string]any {
	f := l.flags
	plan := map[string]any{
		"kind": "load", "of": f.of(), "streams": f.spec.Load.Streams, "players": f.spec.Load.Players, "witnesses": f.spec.Load.Witnesses,
		"duration_ns": f.spec.Load.Duration, "buffer_ns": f.buffer, "most": f.walk().Most(),
	}
	for name, text := range map[string]string{
		"arrive": f.arrive, "stages": f.stages, "find_limit": f.findLimit, "slow": f.slow, "churn": f.churn, "idle": f.idle,
	} {
		if text != "" {
			plan[name] = text
		}
	}
	if f.findLimit != "" {
		plan["hold_ns"], plan["start"] = f.hold, f.start
	}
	if l.storm != nil {
		plan["chaos"] = l.storm.Print()
	}
	return plan
}

// of is what the load is of.
func (l *loadFlags) of() string {
	if l.publishOnly {
		return "publishers"
	}
	return "players"
}

// atOnce is how many publishers and players there are at most, those of the chaos beside among them.
func (l *loadFlags) atOnce() (publishers, players int) {
	publishers, players = l.spec.Load.Streams, l.peak()
	if l.publishOnly {
		publishers, players = l.peak(), 0
	}
	if l.playOnly {
		publishers = 0
	}
	if l.chaos > 0 {
		storm := l.storm()
		// A storm holds the next connection of each publisher beside the one that it has, and players linger on ended ones.
		publishers += 2 * l.chaos
		players += 2 * l.chaos * storm.Load.Players
	}
	return publishers, players
}

// closed is how many connections close within the time for which their ports stay taken.
func (l *loadFlags) closed() int {
	within := min(l.spec.Load.Duration, target.TimeWait)
	n := 0.0
	for _, s := range l.shares {
		if s.Stay > 0 {
			n += s.Part * float64(l.peak()) * within.Seconds() / s.Stay.Seconds()
		}
	}
	if l.chaos > 0 {
		storm := l.storm()
		n += float64(l.chaos*(1+storm.Load.Players)) * within.Seconds() / max(storm.Live, time.Millisecond).Seconds()
	}
	return int(min(n, math.MaxInt32))
}

// filesOfARun is how many descriptors a run takes for itself: its folder, the log, samples, pipes.
const filesOfARun = 100

// fit says before the start what this machine lacks for the load. A search that names no largest load is bounded by what there is.
func (l *loadFlags) fit(ctx context.Context) error {
	if _, _, err := selfwatch.RaiseDescriptors(); err != nil {
		return cannotRun(err)
	}
	if l.findLimit != "" && !l.given("max") {
		least, most := l.start, l.most
		fits := func(n int) bool {
			l.most = n
			return l.shortage() == nil
		}
		l.most = least + max(0, sort.Search(most-least+1, func(more int) bool { return !fits(least + more) })-1)
		if l.publishOnly && len(l.streams) == 0 {
			l.spec.Load.Streams = l.most
		}
	}
	if err := l.shortage(); err != nil {
		return err
	}
	publishers, players := l.atOnce()
	l.targetFlags.connections = publishers + players + l.closed()
	return l.sources.Check(ctx)
}

// shortage is what this machine lacks for the load: descriptors, or ports of the addresses that were named.
func (l *loadFlags) shortage() error {
	publishers, players := l.atOnce()
	if err := selfwatch.Shortage(publishers + players + filesOfARun); err != nil {
		return err
	}
	if n := l.sources.Len(); n > 0 {
		return selfwatch.ShortageOfPorts(max(publishers, players)+l.closed(), n)
	}
	return nil
}

// dryLoad says what a load would do, and contacts nobody.
func dryLoad(flags *loadFlags, stdout io.Writer) error {
	name := (&runner{flags: &flags.runFlags, runID: "xxxx"}).names()
	var streams []string
	for i := range min(flags.spec.Load.Streams, shownStreams) {
		streams = append(streams, name(i))
	}
	dryTarget(&flags.runFlags, streams, flags.spec.Load.Streams, stdout)
	say := func(id phrase.ID, args ...any) { fmt.Fprintln(stdout, flags.book.Say(id, args...)) }
	say(phrase.LoadDryWalk, flags.describe())
	publishers, players := flags.atOnce()
	say(phrase.LoadDryPlayers, publishers, players)
	if flags.playOnly {
		return nil
	}
	return dryRate(&flags.runFlags, publishers, players, stdout)
}

// describe is how the load comes, as it was given.
func (l *loadFlags) describe() string {
	say, of := l.book.Say, phrase.LoadOfPlayers
	if l.publishOnly {
		of = phrase.LoadOfPublishers
	}
	switch {
	case l.findLimit != "":
		return say(phrase.LoadDryLimit, foreign.Clean(l.findLimit), l.start, l.most, of)
	case l.stages != "":
		return "--stages " + l.stages
	}
	arrive := say(phrase.LoadDryAtOnce)
	if l.arrive != "" {
		arrive = say(phrase.LoadDryArrive, l.arrive)
	}
	return say(phrase.LoadDryHold, l.peak(), of, l.spec.Load.Duration, arrive)
}
