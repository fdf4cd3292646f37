package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// runner is a run that is ready to be made: the target stands, the folder is there.
type runner struct {
	flags  *runFlags
	stderr io.Writer
	name   string // the subcommand
	runID  string // in the names of our streams

	clip     *media.Clip
	clips    map[string]*media.Clip // that cycles name
	folder   *folder
	server   *server
	baseline *history.Baseline
	repro    string
	plan     map[string]any // as printed
	cases    int            // of a suite, over all of its rounds
	drive    func(ctx context.Context, stage stage)
	hear     []func(history.Event) // who else hears every event
	metered  *metered              // nil without --metrics
	fold     *story.Fold           // how the run went in time; nil where no page asks
	standing func() bool           // see target.WatchConfig; nil where players hear the server

	recorder   *history.Recorder
	source     uint32
	epochs     chaos.Epochs // of all stages: a suite publishes a key in more than one
	publishers *load.Publishers
	evidence   *load.Evidence // what its witnesses keep
	clock      func() int64   // of stamps and witnesses
}

// stage makes one chaos run of a plan against the server, and looks after the server meanwhile. It returns chaos's reason
// when it ended before its time.
type stage func(ctx context.Context, plan chaos.Plan) error

// prepare does everything that has to be right before traffic starts. On error nothing is left of it.
func prepare(ctx context.Context, name string, flags *runFlags, args []string, stdin io.Reader, stderr io.Writer) (_ *runner, err error) {
	r := &runner{
		flags: flags, stderr: stderr, name: name, source: rand.Uint32(), clock: load.SteadyClock(),
		runID: strconv.FormatUint(uint64(36*36*36+rand.IntN(35*36*36*36)), 36),
	}
	if !flags.given("seed") {
		flags.spec.Load.Seed = int64(rand.Uint32())
	}
	r.repro = reproOf(args, flags)
	if flags.baseline != "" {
		if r.baseline, err = report.Baseline(flags.baseline); err != nil {
			return nil, err
		}
	}
	if r.clip, err = flags.clip(); err != nil {
		return nil, err
	}
	if r.metered, err = meter(flags.metrics); err != nil {
		return nil, err
	}
	if r.metered != nil {
		r.hear = append(r.hear, r.metered.Step)
	}
	if r.folder, err = newFolder(flags.out); err != nil {
		return nil, err
	}
	flags.outputFlags.clear()
	r.server = newServer(&flags.targetFlags, flags.timeScale, r.folder, stdin, stderr)
	defer func() {
		if err != nil {
			r.abandon()
		}
	}()
	if err = r.server.begin(ctx); err != nil {
		return nil, err
	}
	if err = flags.spec.ValidateFor(r.server.profile); err != nil {
		return nil, err
	}
	return r, nil
}

// look refuses to run on a key that somebody publishes already, and where a publish and a play don't work at all. By then it
// is known what kind of server it is, so its log, process and API are looked at from here on.
func (r *runner) look(ctx context.Context, streams []string) error {
	if !r.flags.embedded() {
		if !r.flags.playOnly {
			if err := r.nobodyLive(ctx, streams); err != nil {
				return err
			}
		}
		if err := r.preflight(ctx, streams); err != nil {
			return err
		}
	}
	r.server.followLog()
	return r.server.look(ctx)
}

// execute makes the run and judges it.
func (r *runner) execute(parent context.Context) (report.Judged, error) {
	defer r.server.end()
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	header, err := r.header()
	if err != nil {
		r.folder.remove()
		return report.Judged{}, cannotRun(err)
	}
	header.StartedAt = time.Now() // the judge relates the clock of the server's log to it
	judge := check.New(header)
	if r.flags.html != "" {
		r.fold = story.NewFold()
		r.fold.Attach(header, judge)
		r.hear = append(r.hear, r.fold.Step)
	}
	live := report.NewLive(r.stderr, r.flags.noColor)
	live.Speak(r.flags.book)
	live.Suite(r.cases)
	r.recorder, err = history.NewRecorder(history.RecorderConfig{
		Dir: r.folder.path, Header: header, Listener: r.listener(judge, live, cancel),
	})
	if err != nil {
		r.folder.remove()
		return report.Judged{}, cannotRun(err)
	}
	defer r.recorder.Close()
	r.evidence = &load.Evidence{Dir: r.folder.path}
	r.server.sink.Attach(r.recorder)
	if !r.flags.quiet {
		r.server.announce(r.name, r.flags.spec.Load.Players, r.flags.spec.Load.Seed)
		if r.metered != nil {
			fmt.Fprintln(r.stderr, r.flags.book.Say(phrase.CLIMetricsAt, r.metered.Addr()))
		}
	}

	var aside sync.WaitGroup
	showing, hide := context.WithCancel(context.Background())
	defer hide()
	if !r.flags.quiet {
		aside.Go(func() { live.Run(showing) })
	}
	sampled, metered := r.sample(ctx, cancel), r.meter()
	r.drive(ctx, r.stage)
	sampled()
	r.server.end()
	failed := r.recorder.Close()
	metered()
	hide()
	aside.Wait()
	if failed != nil {
		complain(r.stderr, r.flags.book, phrase.Errorf(phrase.CLINotWritten, failed))
	}
	return report.Judged{Header: header, Judgement: judge.Finish()}, nil
}

// listener hears every event in order: the judge for the verdict, the live line for the person who waits.
func (r *runner) listener(judge *check.Judge, live *report.Live, stop context.CancelCauseFunc) func(history.Event) {
	ticks := 0
	return func(e history.Event) {
		judge.Step(e)
		live.Step(e)
		for _, hear := range r.hear {
			hear(e)
		}
		if _, tick := e.What.(history.Tick); !tick {
			return
		}
		if ticks++; ticks%5 == 0 {
			found := report.Tallies(judge.Findings())
			live.Found(found)
			if r.metered != nil {
				r.metered.note(found)
			}
		}
		if r.flags.failFast && judge.Proven() {
			stop(load.ErrFailFast)
		}
	}
}

// sample looks at the server's process and API until the returned function is called, which waits for the last look. It
// returns when the first has been taken: what the server has before anything of ours is what it should come back to.
func (r *runner) sample(ctx context.Context, stop context.CancelCauseFunc) (end func()) {
	sampler := r.server.sampler
	if sampler == nil {
		return func() {}
	}
	sampling, cancel := context.WithCancel(context.Background())
	var aside sync.WaitGroup
	aside.Go(func() { sampler.Run(sampling) })
	aside.Go(func() {
		select {
		case <-sampler.Gone():
			stop(load.ErrServerDead)
		case <-sampling.Done():
		}
	})
	select {
	case <-sampler.Began():
	case <-ctx.Done():
	}
	return func() {
		cancel()
		aside.Wait()
	}
}

// stage makes one chaos run of a plan.
func (r *runner) stage(ctx context.Context, plan chaos.Plan) error {
	return r.guarded(ctx, func(ctx context.Context, watch *target.Watch) { r.storm(watch, plan).Run(ctx) })
}

// guarded does work with the server and looks after the server meanwhile. It returns chaos's reason when it ended before its time.
func (r *runner) guarded(ctx context.Context, work func(ctx context.Context, watch *target.Watch)) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := r.server
	doors := s.urls.Watch()
	doors.Sink, doors.Dial, doors.Scale, doors.Standing = r.recorder, s.road.Dial, r.flags.timeScale, r.standing
	watch := target.NewWatch(doors)
	var aside sync.WaitGroup
	watching, unwatch := context.WithCancel(ctx)
	aside.Go(func() { watch.Run(watching) })
	aside.Go(func() {
		select {
		case <-s.gone():
			stop(load.ErrServerDead)
		case <-watch.Dead():
			if s.process != nil && watch.Death() == target.Silent {
				s.process.Examine(context.WithoutCancel(ctx))
			}
			stop(load.ErrServerDead)
		case <-watching.Done():
		}
	})
	if r.publishers == nil {
		r.publishers = &load.Publishers{Sink: r.recorder, Clip: r.clip, Profile: s.profile, Dial: s.road.Dial, Source: r.source, Clock: r.clock}
	}
	r.publishers.Gate = watch
	work(ctx, watch)
	cause := context.Cause(ctx)
	unwatch()
	aside.Wait()
	return cause
}

// storm is a chaos run of a plan.
func (r *runner) storm(watch *target.Watch, plan chaos.Plan) *chaos.Run {
	return &chaos.Run{
		Plan: plan, Clips: r.clips, Epochs: &r.epochs, Sink: r.recorder, Gate: watch, Publishers: r.publishers,
		Endpoint: r.server.urls.Endpoint, PlayURL: r.server.urls.PlayURL, Player: func() *load.Player { return r.player(watch) },
	}
}

// player is one that lacks nothing but what it plays.
func (r *runner) player(watch *target.Watch) *load.Player {
	return &load.Player{
		Sink: r.recorder, Gate: watch.Players(), Dial: r.server.road.Dial, Headers: r.server.road.Headers(), Source: r.source,
		Agent: agent(), Evidence: r.evidence, Clock: r.clock,
	}
}

// agent is what our players call themselves.
func agent() string { return "flvstorm/" + version }

// header is the first record of the history.
func (r *runner) header() (history.Header, error) {
	known, err := r.server.profile.Map()
	if err != nil {
		return history.Header{}, err
	}
	return history.Header{
		Tool: version, Command: strings.Fields(r.repro), Repro: r.repro, Seed: r.flags.spec.Load.Seed,
		Machine: history.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()},
		Target:  r.server.header(), Plan: r.plan, Profile: known, Judge: r.flags.judgeFlags.header(r.baseline),
	}, nil
}

// render prints the result and decides what becomes of the folder: a pass that nobody asked to keep leaves nothing, but in
// a pipeline.
func (r *runner) render(run report.Judged, stdout io.Writer) (report.Result, error) {
	result := run.Result(phrase.English)
	if r.flags.out != "" || ci() || report.ExitCode(result.Verdict) != 0 {
		run.Dir = r.folder.keep()
		result.Run = run.Dir
	} else {
		r.folder.remove()
	}
	return result, r.flags.outputFlags.write(run, r.fold, stdout, r.stderr)
}

// notWritten is the end of a run that was judged but could not be rendered: a verdict that is worth more than the file
// keeps its status.
func notWritten(v check.Verdict, err error) error {
	if code := report.ExitCode(v); code != 0 {
		return &statusError{code: code, err: err}
	}
	return cannotRun(err)
}

// early turns the error of a run that could not be made into its exit status.
func early(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), load.ErrInterrupted) {
		return &statusError{code: report.ExitCode(check.Interrupted), err: phrase.Errorf(phrase.CLIInterrupted)}
	}
	return err
}

// names returns the name of stream i.
func (r *runner) names() func(i int) string {
	if listed := r.flags.streams; len(listed) > 0 {
		return func(i int) string { return listed[i].Name }
	}
	prefix := r.prefix()
	return func(i int) string { return prefix + strconv.Itoa(i) }
}

// prefix is what the names of our streams begin with. Outside the embedded server they carry a run id, so that no stranger's
// stream is ever met by accident.
func (r *runner) prefix() string {
	if r.flags.embedded() || r.flags.given("stream-prefix") {
		return r.flags.spec.Load.Prefix
	}
	return fmt.Sprintf("fs-%s-", r.runID)
}

// abandon leaves nothing of a run that was prepared and can't be made.
func (r *runner) abandon() {
	r.server.end()
	r.folder.remove()
}
