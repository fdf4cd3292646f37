package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/check"
)

// runFlags are the flags of a subcommand that makes a run.
type runFlags struct {
	// target
	publishURL, playURL string
	profile             string
	log                 string
	bug                 string
	// workload
	spec    chaos.Spec
	media   media.Spec
	bitrate bitrate
	file    string
	prefix  string
	// judgement
	allow    []string
	failFast bool
	// output
	out     string
	json    string
	quiet   bool
	noColor bool

	given func(flag string) bool
}

// add defines the flags on f, with their defaults.
func (r *runFlags) add(f *pflag.FlagSet) {
	say := phrase.English.Say
	r.spec = chaos.DefaultSpec()
	r.media = media.DefaultSpec()
	r.bitrate = bitrate(r.media.Bitrate)
	r.given = f.Changed
	f.SortFlags = false

	f.StringVar(&r.publishURL, "publish-url", "", say(phrase.CLIPublishURL))
	f.StringVar(&r.playURL, "play-url", "", say(phrase.CLIPlayURL))
	f.StringVar(&r.profile, "profile", "auto", say(phrase.CLIProfile, strings.Join(profileNames(), ", ")))
	f.StringVar(&r.log, "log", "", say(phrase.CLILog))
	f.StringVar(&r.bug, "bug", "", say(phrase.CLIBug, strings.Join(embedded.BugNames(), ", ")))

	f.IntVar(&r.spec.Load.Streams, "streams", r.spec.Load.Streams, say(phrase.CLIStreams))
	f.IntVar(&r.spec.Load.Players, "players", r.spec.Load.Players, say(phrase.CLIPlayers))
	f.DurationVar(&r.spec.Load.Duration, "duration", r.spec.Load.Duration, say(phrase.CLIDuration))
	f.DurationVar(&r.spec.Live, "live", r.spec.Live, say(phrase.CLILive))
	f.Var(&r.spec.Gap, "gap", say(phrase.CLIGap))
	f.Var(&r.spec.Leave, "leave", say(phrase.CLILeave, strings.Join(chaos.DepartureNames(), ", ")))
	f.IntVar(&r.spec.Contenders, "contenders", r.spec.Contenders, say(phrase.CLIContenders))
	f.BoolVar(&r.spec.Armed, "armed", r.spec.Armed, say(phrase.CLIArmed))
	f.Int64Var(&r.spec.Load.Seed, "seed", 0, say(phrase.CLISeed))
	f.Var(&r.bitrate, "bitrate", say(phrase.CLIBitrate))
	f.IntVar(&r.media.FPS, "fps", r.media.FPS, say(phrase.CLIFPS))
	f.DurationVar(&r.media.GOP, "gop", r.media.GOP, say(phrase.CLIGOP))
	f.StringVar(&r.file, "media", "", say(phrase.CLIMedia))
	f.StringVar(&r.prefix, "stream-prefix", "", say(phrase.CLIPrefix))

	f.DurationVar(&r.spec.Grace, "grace", r.spec.Grace, say(phrase.CLIGrace))
	f.DurationVar(&r.spec.StuckAfter, "stuck-after", r.spec.StuckAfter, say(phrase.CLIStuckAfter))
	f.StringArrayVar(&r.allow, "allow", nil, say(phrase.CLIAllow, strings.Join(codeNames(), ", ")))
	f.BoolVar(&r.failFast, "fail-fast", false, say(phrase.CLIFailFast))

	f.StringVar(&r.out, "out", "", say(phrase.CLIOut))
	f.StringVar(&r.json, "json", "", say(phrase.CLIJSON))
	f.BoolVar(&r.quiet, "quiet", false, say(phrase.CLIQuiet))
	f.BoolVar(&r.noColor, "no-color", false, say(phrase.CLINoColor))
}

// embedded reports whether the run has no target but our own server.
func (r *runFlags) embedded() bool { return !r.given("publish-url") && !r.given("play-url") }

// urls are the templates of the target.
func (r *runFlags) urls() target.URLs { return target.URLs{Publish: r.publishURL, Play: r.playURL} }

// validate returns every problem of the command line at once.
func (r *runFlags) validate() error {
	var problems []error
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	r.spec.ArmedGiven = r.given("armed")
	r.media.Bitrate = int(r.bitrate)
	r.spec.Load.Prefix = "s"
	if r.given("stream-prefix") {
		r.spec.Load.Prefix = r.prefix
	}
	if err := r.spec.Validate(); err != nil {
		problems = append(problems, err)
	}
	if r.file == "" {
		// To media.Spec a zero means the default; here somebody typed it.
		if r.media.FPS == 0 {
			problem(phrase.MediaBadFPS, 0, media.MaxFPS)
		}
		if r.media.GOP == 0 {
			problem(phrase.MediaBadGOP, 0, media.MaxGOP)
		}
		if err := r.media.Validate(); err != nil {
			problems = append(problems, err)
		}
	}
	if r.profile != "auto" && !slices.Contains(profileNames(), r.profile) {
		problem(phrase.CLIProfileOwn, r.profile, strings.Join(profileNames(), ", "))
	}
	for _, code := range r.allow {
		if !slices.Contains(codeNames(), code) {
			problem(phrase.CLIAllowUnknown, code, strings.Join(codeNames(), ", "))
		}
	}
	if err := checkJSON(r.json, r.out); err != nil {
		problems = append(problems, err)
	}
	if r.embedded() {
		if r.bug != "" && !slices.Contains(embedded.BugNames(), r.bug) {
			problem(phrase.EmbeddedBugUnknown, r.bug, strings.Join(embedded.BugNames(), ", "))
		}
		if r.given("log") {
			problem(phrase.CLILogEmbedded)
		}
		if r.profile != "auto" && r.profile != "embedded" && slices.Contains(profileNames(), r.profile) {
			problem(phrase.CLIProfileEmbed, r.profile)
		}
		return errors.Join(problems...)
	}
	if r.bug != "" {
		problem(phrase.CLIBugElsewhere, r.bug, r.bug)
	}
	switch {
	case r.publishURL == "":
		problem(phrase.CLIHalfTarget, "--publish-url")
	case r.playURL == "" && r.spec.Load.Players > 0:
		problem(phrase.CLIHalfTarget, "--play-url")
	default:
		urls := r.urls()
		if err := urls.Validate(r.spec.Load.Streams, r.spec.Load.Players); err != nil {
			problems = append(problems, err)
		} else if r.given("stream-prefix") && !urls.Varies() {
			problem(phrase.CLIOneName, target.Mask(r.publishURL))
		} else if r.playURL == "" && (r.given("stream-prefix") || !urls.Varies()) {
			problem(phrase.CLILookFirst)
		}
	}
	return errors.Join(problems...)
}

// codeNames lists the codes of findings.
func codeNames() []string {
	var names []string
	for _, c := range check.Codes {
		names = append(names, string(c))
	}
	return names
}

// bitrate is a flag value: bits a second, with k, M or G.
type bitrate int

// Set reads "200k", "2M", "1.5M" or a plain number of bits a second.
func (b *bitrate) Set(text string) error {
	factor := 1.0
	number := text
	if n := len(text); n > 0 {
		if f, ok := map[byte]float64{'k': 1e3, 'K': 1e3, 'M': 1e6, 'G': 1e9}[text[n-1]]; ok {
			factor, number = f, text[:n-1]
		}
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v*factor >= 1 && v*factor <= 1e10) {
		return phrase.Errorf(phrase.CLIBitrateBad, text)
	}
	*b = bitrate(v * factor)
	return nil
}

// Type names the kind of value in the help.
func (b *bitrate) Type() string { return "rate" }

// String is the rate as it would be given.
func (b *bitrate) String() string {
	switch v := int(*b); {
	case v != 0 && v%1_000_000 == 0:
		return strconv.Itoa(v/1_000_000) + "M"
	case v != 0 && v%1000 == 0:
		return strconv.Itoa(v/1000) + "k"
	default:
		return strconv.Itoa(v)
	}
}

// readyWithin bounds how long the embedded server may take to listen.
const readyWithin = 10 * time.Second

// badFlag says what is wrong with a flag as it stands on the command line, in our words and not those of the parser.
func badFlag(cmd *cobra.Command, err error) error {
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return phrase.Errorf(phrase.CLIFlag, cmd.CommandPath(), err)
	}
	var sentence *phrase.Error
	if errors.As(err, &sentence) {
		return sentence
	}
	wants := map[string]phrase.ID{
		"int": phrase.CLIWantsNumber, "int64": phrase.CLIWantsNumber,
		"duration": phrase.CLIWantsDuration, "bool": phrase.CLIWantsBool,
	}
	return phrase.Errorf(phrase.CLIFlagValue,
		bad.GetFlag().Name, bad.GetValue(), phrase.English.Say(wants[bad.GetFlag().Value.Type()]))
}
