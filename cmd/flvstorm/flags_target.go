package main

import (
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	psutil "github.com/shirou/gopsutil/v4/process"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/load/target/launch"
)

// targetFlags name the server under test, what is known of it, and where it explains itself.
type targetFlags struct {
	speaks phrase.Book // the language of what is said

	publishURL, playURL string
	streamsFile         string
	profile             string

	exec, execDir, execStop string
	execEnv                 []string
	ready                   time.Duration

	log, logCmd string
	api         string
	pid         int

	caCert    string
	insecure  bool
	connectTo []string
	headers   []string

	bug      string
	selfTest bool
	dryRun   bool
	playOnly bool // nobody of ours publishes

	sources     target.Sources // where connections come from
	connections int            // how many are open or in TIME_WAIT at once; zero where they are few

	streams []target.Stream  // of the streams-file
	words   []string         // of --exec
	stop    []string         // of --exec-stop
	logs    []string         // of --log-cmd
	known   *profile.Profile // by name or from a file; nil for auto
}

// readyWithin is how long a server that we start may take to answer.
const readyWithin = 10 * time.Second

func (t *targetFlags) add(f *pflag.FlagSet, book phrase.Book) {
	t.speaks = book
	say := book.Say
	f.StringVar(&t.publishURL, "publish-url", "", say(phrase.CLIPublishURL))
	f.StringVar(&t.playURL, "play-url", "", say(phrase.CLIPlayURL))
	f.StringVar(&t.streamsFile, "streams-file", "", say(phrase.CLIStreamsFile))
	f.StringVar(&t.profile, "profile", auto, say(phrase.CLIProfile, listed(profile.Names())))
	f.StringVar(&t.exec, "exec", "", say(phrase.CLIExec))
	f.StringVar(&t.execDir, "exec-dir", "", say(phrase.CLIExecDir))
	f.StringArrayVar(&t.execEnv, "exec-env", nil, say(phrase.CLIExecEnv))
	f.StringVar(&t.execStop, "exec-stop", "", say(phrase.CLIExecStop))
	f.DurationVar(&t.ready, "ready-timeout", readyWithin, say(phrase.CLIReady))
	f.StringVar(&t.log, "log", "", say(phrase.CLILog))
	f.StringVar(&t.logCmd, "log-cmd", "", say(phrase.CLILogCmd))
	f.StringVar(&t.api, "api", "", say(phrase.CLIAPI))
	f.IntVar(&t.pid, "pid", 0, say(phrase.CLIPID))
	f.StringVar(&t.caCert, "cacert", "", say(phrase.CLICACert))
	f.BoolVar(&t.insecure, "insecure", false, say(phrase.CLIInsecure))
	f.StringArrayVar(&t.connectTo, "connect-to", nil, say(phrase.CLIConnectTo))
	f.StringArrayVar(&t.headers, "header", nil, say(phrase.CLIHeader))
	f.StringVar(&t.bug, "bug", "", say(phrase.CLIBug, listed(embedded.BugNames())))
	f.BoolVar(&t.selfTest, "self-test", false, say(phrase.CLISelfTest))
	f.BoolVar(&t.dryRun, "dry-run", false, say(phrase.CLIDryRun))
}

// auto is the profile that the server itself points to.
const auto = "auto"

// embedded reports whether the run has no target but our own server.
func (t *targetFlags) embedded() bool {
	return t.publishURL == "" && t.playURL == "" && t.streamsFile == "" && t.exec == ""
}

// urls are where the target is, as the command line says.
func (t *targetFlags) urls() target.URLs {
	if len(t.streams) > 0 {
		return target.Listing(t.streams)
	}
	return target.URLs{Publish: t.publishURL, Play: t.playURL}
}

// road is how the target is reached.
func (t *targetFlags) road() target.RoadConfig {
	return target.RoadConfig{CACert: t.caCert, Insecure: t.insecure, ConnectTo: t.connectTo, Headers: t.headers, Sources: t.sources, Connections: t.connections}
}

// readStreams reads the file of the streams, where there is one.
func (t *targetFlags) readStreams() (err error) {
	if t.streamsFile != "" {
		t.streams, err = target.ReadStreams(t.streamsFile)
	}
	return err
}

// problems are what is wrong with the target, and with what goes with it.
func (t *targetFlags) problems(given func(string) bool, streams, players int) (problems []error) {
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	wrong := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	wrong(t.know())
	ours := t.embedded() && !given("publish-url") && !given("play-url") && !given("exec") && !given("streams-file")
	if t.selfTest && !ours {
		problem(phrase.CLISelfTestOther)
	}
	if ours {
		if t.bug != "" && !slices.Contains(embedded.BugNames(), t.bug) {
			problem(phrase.EmbeddedBugUnknown, t.bug, listed(embedded.BugNames()))
		}
		if given("log") {
			problem(phrase.CLILogEmbedded)
		}
		for _, flag := range []string{"log-cmd", "api", "pid", "exec-dir", "exec-env", "exec-stop", "ready-timeout", "cacert", "insecure", "connect-to", "header"} {
			if given(flag) {
				problem(phrase.CLITargetNeeded, flag)
			}
		}
		if t.known != nil && t.known.Name != "embedded" {
			problem(phrase.CLIProfileEmbed, t.profile)
		}
		return problems
	}
	if t.bug != "" {
		problem(phrase.CLIBugElsewhere, t.bug, t.bug)
	}
	wrong(t.split())
	for _, kv := range t.execEnv {
		if name, _, ok := strings.Cut(kv, "="); !ok || name == "" {
			problem(phrase.CLIExecEnvBad, foreign.MaskSetting(kv))
		}
	}
	if given("exec") {
		if len(t.words) > 0 {
			_, err := launch.Program(t.words[0], t.execDir)
			wrong(err)
		}
		if given("pid") {
			problem(phrase.CLIPIDExec)
		}
	} else {
		for _, flag := range []string{"exec-dir", "exec-env", "exec-stop", "ready-timeout"} {
			if given(flag) {
				problem(phrase.CLIExecNeeded, flag)
			}
		}
	}
	if t.ready < time.Millisecond || t.ready > time.Hour {
		problem(phrase.CLIReadyBad, t.ready)
	}
	if there, err := psutil.PidExists(int32(t.pid)); given("pid") && (t.pid < 1 || t.pid > math.MaxInt32 || err != nil || !there) {
		problem(phrase.CLIPIDGone, t.pid)
	} else if given("pid") && launch.Deaf(t.pid) {
		problem(phrase.CLIPIDDeaf, t.pid)
	}
	if t.log != "" && t.logCmd != "" {
		problem(phrase.CLITwoLogs)
	}
	if t.api != "" {
		if u, err := url.Parse(t.api); err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
			problem(phrase.CLIAPIBad, foreign.Mask(t.api))
		}
		if t.known != nil && t.known.API == nil {
			problem(phrase.CLINoAPI, t.known.Name)
		}
	}
	if _, err := target.NewRoad(t.road()); err != nil {
		problems = append(problems, err)
	}
	return append(problems, t.where(given, streams, players)...)
}

// where are the problems of the URLs.
func (t *targetFlags) where(given func(string) bool, streams, players int) (problems []error) {
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	switch {
	case t.streamsFile != "":
		if given("publish-url") || given("play-url") {
			problem(phrase.CLIStreamsOwn)
		}
		if err := t.urls().Validate(streams, players); err != nil && len(t.streams) > 0 {
			problems = append(problems, err)
		} else if i := slices.IndexFunc(t.streams, func(s target.Stream) bool { return s.Play == "" }); i >= 0 {
			problem(phrase.CLIListedLook, t.streams[i].At)
		}
	case t.playOnly:
		if err := t.urls().ValidatePlay(streams); err != nil {
			problems = append(problems, err)
		}
	case t.picked():
		if t.profile == auto || t.known != nil && t.known.Exec == nil {
			problem(phrase.CLIExecURLs, listed(told()))
		}
	case t.publishURL == "":
		problem(phrase.CLIHalfTarget, "--publish-url")
	case t.playURL == "" && players > 0:
		problem(phrase.CLIHalfTarget, "--play-url")
	default:
		if err := t.urls().Validate(streams, players); err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}

// picked reports whether the ports of the server are ours to choose.
func (t *targetFlags) picked() bool {
	return t.exec != "" && t.publishURL == "" && t.playURL == "" && t.streamsFile == ""
}

// told are the kinds of server that can be told their ports.
func told() (names []string) {
	for _, name := range profile.Names() {
		if p, ok := profile.Lookup(name); ok && p.Exec != nil {
			names = append(names, name)
		}
	}
	return names
}

// split cuts the commands into words.
func (t *targetFlags) split() (err error) {
	for _, c := range []struct {
		flag, text string
		words      *[]string
	}{{"--exec", t.exec, &t.words}, {"--exec-stop", t.execStop, &t.stop}, {"--log-cmd", t.logCmd, &t.logs}} {
		if c.text == "" {
			continue
		}
		if *c.words, err = launch.Split(c.flag, c.text); err != nil {
			return err
		}
	}
	return nil
}

// know finds the profile that --profile names: a kind of server, or a file.
func (t *targetFlags) know() (err error) {
	if t.profile == auto {
		return nil
	}
	var ok bool
	if t.known, ok = profile.Lookup(t.profile); ok {
		return nil
	}
	if aFile(t.profile) {
		t.known, err = profile.Load(t.profile)
		return err
	}
	return phrase.Errorf(phrase.CLIProfileOwn, t.profile, listed(profile.Names()))
}

// aFile reports whether a name that is no kind of server's means a file.
func aFile(name string) bool {
	info, err := os.Stat(name)
	return strings.ContainsAny(name, "./\\") || err == nil && info.Mode().IsRegular()
}

// listed puts names into a sentence.
func listed(names []string) phrase.Names { return names }
