package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/internal/rtmp"
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
	profile  *profile.Profile
	version  string
	plan     chaos.Plan
	repro    string
	prelude  *target.Prelude
	process  *target.Process // the embedded server, nil for any other
	follower *target.LogFollower
	follow   sync.WaitGroup
	unfollow context.CancelFunc
}

// prepare does everything that has to be right before traffic starts. On error nothing is left of it.
func prepare(ctx context.Context, flags *runFlags, args []string, stderr io.Writer) (_ *runner, err error) {
	r := &runner{flags: flags, stderr: stderr, prelude: &target.Prelude{}, unfollow: func() {}}
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

// startEmbedded starts ourselves again as `serve`, and reads from its log where it listens, as anybody could.
func (r *runner) startEmbedded(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return cannotRun(phrase.Errorf(phrase.CLINoProgram, err))
	}
	log, err := r.folder.create("server.log")
	if err != nil {
		return cannotRun(err)
	}
	var ok bool
	if r.profile, ok = profile.Lookup("embedded"); !ok {
		return cannotRun(phrase.Errorf(phrase.CLINoProgram, "embedded"))
	}
	r.follower = target.NewLogFollower(r.profile, r.prelude)
	args := []string{"serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--stop-with-stdin"}
	if r.flags.bug != "" {
		args = append(args, "--bug", r.flags.bug)
	}
	r.process, err = target.Start(target.Command{
		Path: program, Args: args, Output: []io.Writer{log, r.follower}, Sink: r.prelude,
	})
	if err != nil {
		log.Close()
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
	reply, err := target.Greet(ctx, r.urls.Endpoint("greeting"))
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
	if r.profile, ok = profile.Resolve(r.flags.profile, reply.Properties); !ok {
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
	r.followLog()
	return nil
}

func (r *runner) greet(ctx context.Context) (rtmp.ConnectReply, error) {
	if err := target.Check(ctx, r.urls); err != nil {
		return rtmp.ConnectReply{}, err
	}
	return target.Greet(ctx, r.urls.Endpoint("greeting"))
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
	err := target.NobodyLive(ctx, r.urls, streams)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return cannotRun(err)
	}
	return nil
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
	dialer := new(load.Dialer)
	source := rand.Uint32()
	watch := target.NewWatch(target.WatchConfig{
		RTMP: r.urls.Endpoint("s").Addr, Play: r.urls.PlayAddr(), Sink: recorder, Dial: dialer.Dial,
	})
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
			Sink: recorder, Gate: watch, Clip: r.clip, Profile: r.profile, Dial: dialer.Dial, Source: source,
		},
		Player: func() *load.Player {
			return &load.Player{
				Sink: recorder, Gate: watch.Players(), Dial: dialer.Dial, Source: source, Agent: "flvstorm/" + version,
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
	name := r.profile.Name
	if r.version != "" {
		name += " " + r.version
	}
	fmt.Fprintln(r.stderr, phrase.English.Say(phrase.CLITarget,
		"flvstorm chaos", target.Mask(r.urls.Publish), target.Mask(r.urls.Play), name, r.flags.spec.Load.Seed))
}

// stop ends the server that we started and the reading of its log. It may be called again.
func (r *runner) stop() {
	if r.process != nil {
		r.process.Stop(context.Background())
	}
	r.unfollow()
	r.follow.Wait()
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

// reproOf is the command that repeats the run: the arguments as they were given, credentials masked, and the seed.
// --out is left out, for a run never overwrites another.
func reproOf(args []string, flags *runFlags) string {
	words := []string{"flvstorm"}
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--out":
			i++
		case strings.HasPrefix(args[i], "--out="):
		default:
			words = append(words, quote(target.Mask(args[i])))
		}
	}
	if !flags.given("seed") {
		words = append(words, "--seed", strconv.FormatInt(flags.spec.Load.Seed, 10))
	}
	return strings.Join(words, " ")
}

// quote makes one word of a shell's of arg.
func quote(arg string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%"
	if arg != "" && strings.Trim(arg, safe) == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// profileNames lists the profiles by name.
func profileNames() []string {
	var names []string
	for _, p := range profile.All {
		names = append(names, p.Name)
	}
	return names
}
