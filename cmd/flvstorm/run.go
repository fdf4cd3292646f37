package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// runner is a run that is ready to be made: the target stands, the plan is drawn, the folder is there.
type runner struct {
	flags  *runFlags
	stderr io.Writer

	clip     *media.Clip
	folder   *folder
	urls     target.URLs
	road     *target.Road
	profile  *profile.Profile
	version  string
	plan     chaos.Plan
	repro    string
	prelude  *target.Prelude
	process  *target.Process // the embedded server, nil for any other
	log      *os.File        // what it says
	follower *target.LogFollower
	follow   sync.WaitGroup
	unfollow context.CancelFunc
}

// prepare does everything that has to be right before traffic starts. On error nothing is left of it.
func prepare(ctx context.Context, flags *runFlags, args []string, stderr io.Writer) (_ *runner, err error) {
	r := &runner{flags: flags, stderr: stderr, prelude: &target.Prelude{}, road: &target.Road{}, unfollow: func() {}}
	if !flags.given("seed") {
		flags.spec.Load.Seed = int64(rand.Uint32())
	}
	r.repro = reproOf(args, flags)
	if r.clip, err = flags.clip(); err != nil {
		return nil, err
	}
	if r.folder, err = newFolder(flags.out); err != nil {
		return nil, err
	}
	// A result of an earlier run must not be taken for this one's, which may not come to a verdict.
	if info, err := os.Lstat(flags.json); err == nil && info.Mode().IsRegular() {
		os.Remove(flags.json)
	}
	defer func() {
		if err != nil {
			r.stop()
			r.folder.remove()
		}
	}()
	if flags.embedded() {
		err = r.startEmbedded(ctx)
	} else {
		err = r.reach(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err = flags.spec.ValidateFor(r.profile); err != nil {
		return nil, err
	}
	r.plan = chaos.NewPlan(flags.spec, r.names(), r.urls.Key)
	if !flags.embedded() {
		if err = r.nobodyLive(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// clip is what publishers send.
func (f *runFlags) clip() (*media.Clip, error) {
	if f.file != "" {
		return media.Load(f.file)
	}
	return media.Synthetic(f.media)
}

// execute makes the run and judges it.
func (r *runner) execute(parent context.Context) (report.Result, error) {
	defer r.stop()
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	header, err := r.header()
	if err != nil {
		r.folder.remove()
		return report.Result{}, cannotRun(err)
	}
	judge := check.New(header)
	live := report.NewLive(r.stderr, r.flags.noColor)
	recorder, err := history.NewRecorder(history.RecorderConfig{
		Dir: r.folder.path, Header: header, Listener: r.listener(judge, live, cancel),
	})
	if err != nil {
		r.folder.remove()
		return report.Result{}, cannotRun(err)
	}
	defer recorder.Close()
	header.StartedAt = recorder.Start()
	r.prelude.Attach(recorder)
	r.announce()

	var aside sync.WaitGroup
	showing, hide := context.WithCancel(context.Background())
	defer hide()
	if !r.flags.quiet {
		aside.Go(func() { live.Run(showing) })
	}
	r.storm(ctx, cancel, recorder)
	r.stop()
	failed := recorder.Close()
	hide()
	aside.Wait()
	if failed != nil {
		complain(r.stderr, phrase.Errorf(phrase.CLINotWritten, failed))
	}
	return report.From(header, judge.Finish()), nil
}

// listener hears every event in order: the judge for the verdict, the live line for the person who waits.
func (r *runner) listener(judge *check.Judge, live *report.Live, stop context.CancelCauseFunc) func(history.Event) {
	ticks := 0
	return func(e history.Event) {
		judge.Step(e)
		live.Step(e)
		if _, tick := e.What.(history.Tick); !tick {
			return
		}
		if ticks++; ticks%5 == 0 {
			live.Found(report.Tallies(judge.Findings()))
		}
		if r.flags.failFast && judge.Proven() {
			stop(chaos.ErrFailFast)
		}
	}
}

// storm wires the parts of the run and makes it, while the watch looks after the server.
func (r *runner) storm(ctx context.Context, stop context.CancelCauseFunc, recorder *history.Recorder) {
	source := rand.Uint32()
	look := r.urls.Watch()
	look.Sink, look.Dial = recorder, r.road.Dial
	watch := target.NewWatch(look)
	var aside sync.WaitGroup
	watching, unwatch := context.WithCancel(ctx)
	aside.Go(func() { watch.Run(watching) })
	aside.Go(func() {
		var ended <-chan struct{}
		if r.process != nil {
			ended = r.process.Done()
		}
		select {
		case <-ended:
			stop(chaos.ErrServerDead)
		case <-watch.Dead():
			stop(chaos.ErrServerDead)
		case <-watching.Done():
		}
	})
	run := chaos.Run{
		Plan: r.plan, Sink: recorder, Gate: watch, Endpoint: r.urls.Endpoint, PlayURL: r.urls.PlayURL,
		Publishers: &load.Publishers{
			Sink: recorder, Gate: watch, Clip: r.clip, Profile: r.profile, Dial: r.road.Dial, Source: source,
		},
		Player: func() *load.Player {
			return &load.Player{
				Sink: recorder, Gate: watch.Players(), Dial: r.road.Dial, Source: source, Agent: "flvstorm/" + version,
			}
		},
	}
	run.Run(ctx)
	unwatch()
	aside.Wait()
}

// header is the first record of the history.
func (r *runner) header() (history.Header, error) {
	known, err := r.profile.Map()
	if err != nil {
		return history.Header{}, err
	}
	log := r.flags.log
	if r.process != nil {
		log = "server.log"
	}
	return history.Header{
		Tool: version, Command: strings.Fields(r.repro), Repro: r.repro, Seed: r.flags.spec.Load.Seed,
		Machine: history.Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()},
		Target: history.Target{
			Embedded: r.process != nil, PublishURL: target.Mask(r.urls.Publish), PlayURL: target.Mask(r.urls.Play), Log: log,
		},
		Plan: r.plan.Print(), Profile: known,
		Judge: history.Judge{
			Grace: r.flags.spec.Grace, StuckAfter: r.flags.spec.StuckAfter, Allow: r.flags.allow, FailFast: r.flags.failFast,
		},
	}, nil
}

// announce says what is about to get traffic.
func (r *runner) announce() {
	if r.flags.quiet {
		return
	}
	play := target.Mask(r.urls.Play)
	if r.flags.spec.Load.Players == 0 {
		play = phrase.English.Say(phrase.CLINoPlayers)
	}
	name := r.profile.Name
	if r.version != "" {
		name += " " + r.version
	}
	fmt.Fprintln(r.stderr, phrase.English.Say(phrase.CLITarget,
		"flvstorm chaos", target.Mask(r.urls.Publish), play, name, r.flags.spec.Load.Seed))
}

// stop ends the server that we started and the reading of its log. It may be called again.
func (r *runner) stop() {
	if r.process != nil {
		r.process.Stop(context.Background())
	}
	r.unfollow()
	r.follow.Wait()
	if r.log != nil {
		r.log.Close()
	}
}

// render prints the result and decides what becomes of the folder: a pass that nobody asked to keep leaves nothing.
func (r *runner) render(result report.Result, stdout io.Writer) (report.Result, error) {
	if r.flags.out != "" || report.ExitCode(result.Verdict) != 0 {
		result.Run = r.folder.keep()
	} else {
		r.folder.remove()
	}
	out := report.Output{JSON: r.flags.json, Quiet: r.flags.quiet, NoColour: r.flags.noColor}
	if err := out.Write(result, stdout, r.stderr); err != nil {
		return result, notWritten(result.Verdict, err)
	}
	return result, nil
}

// notWritten is the end of a run that was judged but could not be rendered: a verdict that is worth more than the file
// keeps its status.
func notWritten(v check.Verdict, err error) error {
	if code := report.ExitCode(v); code != 0 {
		return &statusError{code: code, err: err}
	}
	return cannotRun(err)
}
