package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/load/target/launch"
	"github.com/flvstorm/flvstorm/load/target/sample"
	"github.com/flvstorm/flvstorm/load/target/serverlog"
	"github.com/flvstorm/flvstorm/report/history"
)

// server is the server under test, as far as a run has to do with it: started by us or not, its log followed, its process
// and API looked at. What concerns its log stands in server_log.go, what it is in server_kind.go.
type server struct {
	flags  *targetFlags
	scale  float64 // how many times slower than usual it may be
	folder *folder
	sink   *target.Prelude
	stdin  io.Reader
	stderr io.Writer

	road    *target.Road
	urls    target.URLs
	profile *profile.Profile
	reply   map[string]any // properties of the reply to a connect
	version string
	api     string // base URL, empty without one

	command  launch.Command
	configs  []history.ConfigFile           // that the command names
	process  *launch.Process                // nil for a server that is not ours
	current  atomic.Pointer[launch.Process] // the same, for those who look at it meanwhile
	sampler  *sample.Sampler                // nil where there is nothing to look at
	log      *os.File                       // what a server of ours says
	follower *serverlog.Follower            // of that
	logs     []*serverlog.Follower          // that and the log that the user names, as far as there are any
	follow   sync.WaitGroup
	unfollow context.CancelFunc
	ended    bool // end has been called
}

func newServer(flags *targetFlags, scale float64, folder *folder, stdin io.Reader, stderr io.Writer) *server {
	return &server{
		flags: flags, scale: scale, folder: folder, sink: &target.Prelude{}, stdin: stdin, stderr: stderr, urls: flags.urls(), api: flags.api,
	}
}

// begin starts the server, where it is ours to start, and learns what kind it is. After an error stop is called all the
// same.
func (s *server) begin(ctx context.Context) (err error) {
	if s.road, err = target.NewRoad(s.flags.road()); err != nil {
		return err
	}
	s.profile = s.flags.known
	switch {
	case s.flags.embedded():
		err = s.startEmbedded(ctx)
	case s.flags.exec != "":
		err = s.startCommand(ctx)
	default:
		err = s.openLog()
	}
	if err != nil {
		return err
	}
	return s.meet(ctx)
}

// startEmbedded starts ourselves again as `serve`, and reads from its log where it listens, as anybody could.
func (s *server) startEmbedded(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return cannotRun(phrase.Errorf(phrase.CLINoProgram, err))
	}
	s.profile, _ = profile.Lookup("embedded")
	s.command = launch.Command{
		Path: program, Args: []string{"serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--stop-with-stdin"},
		Evidence: s.evidence(),
	}
	if s.flags.bug != "" {
		s.command.Args = append(s.command.Args, "--bug", s.flags.bug)
	}
	if err := s.start(); err != nil {
		return err
	}
	s.followLog()
	ctx, cancel := context.WithTimeout(ctx, s.flags.ready)
	defer cancel()
	err = s.process.Ready(ctx, func(ctx context.Context) error {
		at, err := s.follower.Listeners(ctx)
		s.urls = target.URLs{
			Publish: "rtmp://" + at.RTMP + "/live/" + target.Placeholder,
			Play:    "http://" + at.HTTP + "/live/" + target.Placeholder + ".flv",
		}
		s.api = "http://" + at.HTTP
		// Started again, it has to be found where it was.
		s.command.Args[2], s.command.Args[4] = at.RTMP, at.HTTP
		return err
	})
	return ready(err)
}

// startCommand starts the user's server.
func (s *server) startCommand(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return cannotRun(phrase.Errorf(phrase.CLINoProgram, err))
	}
	f := s.flags
	s.command = launch.Command{
		Path: f.words[0], Args: f.words[1:], Dir: f.execDir, Env: f.execEnv, Stop: f.stop,
		Guard: []string{program, guardCommand}, Evidence: s.evidence(),
	}
	if f.picked() {
		ports, err := launch.FreePorts(3)
		if err != nil {
			return cannotRun(err)
		}
		args, env, places := s.profile.Fill(ports[0], ports[1], ports[2])
		if len(s.command.Args) == 0 {
			s.command.Args = args
		}
		s.command.Env = append(env, s.command.Env...)
		s.urls.Publish, s.urls.Play = places.Publish, places.Play
		if s.api == "" {
			s.api = places.API
		}
	}
	s.configs = launch.Configs(s.command)
	if err := target.Taken(ctx, s.road, s.urls); err != nil {
		return cannotRun(err)
	}
	if f.logCmd == "" { // a file is read from its end on, which is now
		if err := s.openLog(); err != nil {
			return err
		}
	}
	if err := s.start(); err != nil {
		return err
	}
	if err := s.await(ctx); err != nil || f.logCmd == "" {
		return err
	}
	return s.openLog() // a program such as `docker logs` finds nothing to print before
}

// start starts the process; what it says goes into the run's folder and to the follower.
func (s *server) start() (err error) {
	if s.log == nil {
		if s.log, err = s.folder.create(serverLog); err != nil {
			return cannotRun(err)
		}
		s.follower = s.newFollower()
	}
	s.command.Output, s.command.Sink = []io.Writer{s.log, s.follower}, s.sink
	if s.process, err = launch.Start(s.command); err != nil {
		return cannotRun(err)
	}
	s.current.Store(s.process)
	return nil
}

// pid is the number of the server's process at the moment, zero where nobody knows it.
func (s *server) pid() int {
	p := s.current.Load()
	if p == nil {
		return s.flags.pid
	}
	select {
	case <-p.Done():
		return 0
	default:
		return p.PID()
	}
}

// await waits until a server of ours answers on its ports.
func (s *server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.flags.ready)
	defer cancel()
	return ready(s.process.Ready(ctx, func(ctx context.Context) error { return target.WaitReady(ctx, s.road, s.urls) }))
}

func ready(err error) error {
	if err != nil {
		return cannotRun(err)
	}
	return nil
}

// look makes ready to look at process and API while the run goes on; there may be neither.
func (s *server) look(ctx context.Context) (err error) {
	api := s.api
	if s.flags.api == "" && s.profile.API == nil {
		api = "" // nobody asked for it
	}
	if s.process == nil && s.flags.pid == 0 && api == "" {
		return nil
	}
	s.sampler, err = sample.New(sample.Config{
		Sink: s.sink, PID: s.pid, Child: s.process != nil, API: api, Profile: s.profile,
		Settle: time.Duration(float64(settleWithin) * s.scale), Client: &http.Client{Transport: s.road.Transport()},
	})
	if err != nil || s.flags.api == "" {
		return err
	}
	// An API that somebody asked for has to answer once; what becomes of it later is seen then.
	if _, err := s.sampler.Look(ctx); err != nil {
		return cannotRun(err)
	}
	return nil
}

// settleWithin is how long a server gets at the end to let go of what was ours, before what it keeps counts as a leak.
const settleWithin = 3 * time.Second

// gone is closed when a server of ours has ended; it never is for another.
func (s *server) gone() <-chan struct{} {
	if s.process == nil {
		return nil
	}
	return s.process.Done()
}

// dead reports whether a server of ours has ended.
func (s *server) dead() bool {
	select {
	case <-s.gone():
		return true
	default:
		return false
	}
}

// dyingWithin is how long a server that takes no connection any more may need until it is gone, before it counts as one that
// hangs.
const dyingWithin = 5 * time.Second

// fell reports whether a server of ours is dead, or dying: one that can't be greeted any more may still report or write its
// core, and what it dies of came before that. One that hangs did not fall; that is for others to find.
func (s *server) fell(ctx context.Context) bool {
	if s.process == nil || s.dead() {
		return s.dead()
	}
	if _, err := target.Greet(ctx, s.road, s.urls.Endpoint("greeting")); err == nil {
		return s.dead()
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(float64(dyingWithin)*max(s.scale, 1)))
	defer cancel()
	select {
	case <-s.gone():
	case <-ctx.Done():
	}
	return s.dead()
}

// again starts a server of ours anew that has died, where it was.
func (s *server) again(ctx context.Context) error {
	s.process.Stop(ctx)
	if err := s.start(); err != nil {
		return err
	}
	return s.await(ctx)
}

// name is kind and version.
func (s *server) name() string {
	if s.version == "" {
		return s.profile.Name
	}
	return s.profile.Name + " " + s.version
}

// header is what the record of the run says of the target.
func (s *server) header() history.Target {
	var logs []string
	if s.process != nil {
		logs = append(logs, serverLog)
	}
	if named := cmp.Or(s.flags.log, foreign.MaskCommand(s.flags.logCmd)); named != "" {
		logs = append(logs, named)
	}
	return history.Target{
		Embedded: s.flags.embedded(), PublishURL: foreign.Mask(s.urls.Publish), PlayURL: foreign.Mask(s.urls.Play), Log: strings.Join(logs, ", "),
		Exec: foreign.MaskCommand(s.flags.exec), API: foreign.Mask(s.api), PID: s.flags.pid, Config: s.configs,
	}
}

// announce says what is about to get traffic.
func (s *server) announce(command string, players int, seed int64) {
	publish, play := foreign.Mask(s.urls.Publish), foreign.Mask(s.urls.Play)
	if publish == "" {
		publish = s.flags.speaks.Say(phrase.CLINoPlayers)
	}
	if players == 0 {
		play = s.flags.speaks.Say(phrase.CLINoPlayers)
	}
	fmt.Fprintln(s.stderr, s.flags.speaks.Say(phrase.CLITarget, "flvstorm "+command, publish, play, s.name(), seed))
}

// end ends the server that we started and the reading of its log. It may be called again.
func (s *server) end() {
	if s.process != nil {
		if err := s.process.Stop(context.Background()); err != nil && !s.ended {
			complain(s.stderr, s.flags.speaks, phrase.Errorf(phrase.CLINotStopped, err))
		}
		s.ended = true
	}
	if s.unfollow != nil {
		s.unfollow()
		s.follow.Wait()
	}
	if s.log != nil {
		s.log.Close()
	}
}
