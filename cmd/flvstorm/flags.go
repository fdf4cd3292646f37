package main

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
)

// runFlags are the flags of a subcommand that makes a run, in the groups of its help.
type runFlags struct {
	targetFlags
	workloadFlags
	judgeFlags
	outputFlags

	flags *pflag.FlagSet
	demo  bool // the demo makes the run: what has no target is meant so
}

// workloadFlags say who comes and goes.
type workloadFlags struct {
	spec    chaos.Spec
	media   media.Spec
	bitrate bitrate
	file    string
	prefix  string
}

// begin makes ready to define flags on f.
func (r *runFlags) begin(f *pflag.FlagSet) {
	r.flags = f
	f.SortFlags = false
	r.spec = chaos.DefaultSpec()
}

// given reports whether the user gave a flag.
func (r *runFlags) given(flag string) bool { return r.flags.Changed(flag) }

// addChaos defines the flags of a chaos run on f, with their defaults.
func (r *runFlags) addChaos(f *pflag.FlagSet, book phrase.Book) {
	r.begin(f)
	r.targetFlags.add(f, book)
	r.workloadFlags.add(f, book)
	r.judgeFlags.add(f, book, r.spec.Grace, r.spec.StuckAfter)
	f.BoolVar(&r.failFast, "fail-fast", false, book.Say(phrase.CLIFailFast))
	r.outputFlags.add(f, book)
}

func (w *workloadFlags) add(f *pflag.FlagSet, book phrase.Book) {
	say := book.Say
	f.IntVar(&w.spec.Load.Streams, "streams", w.spec.Load.Streams, say(phrase.CLIStreams))
	f.IntVar(&w.spec.Load.Players, "players", w.spec.Load.Players, say(phrase.CLIPlayers))
	w.addWitnesses(f, book)
	f.DurationVar(&w.spec.Load.Duration, "duration", w.spec.Load.Duration, say(phrase.CLIDuration))
	f.DurationVar(&w.spec.Live, "live", w.spec.Live, say(phrase.CLILive))
	f.Var(&w.spec.Gap, "gap", say(phrase.CLIGap))
	f.Var(&w.spec.Leave, "leave", say(phrase.CLILeave, listed(chaos.DepartureNames())))
	f.IntVar(&w.spec.Contenders, "contenders", w.spec.Contenders, say(phrase.CLIContenders))
	f.BoolVar(&w.spec.Armed, "armed", w.spec.Armed, say(phrase.CLIArmed))
	w.addSource(f, book, media.DefaultSpec().GOP)
	f.StringVar(&w.file, "media", "", say(phrase.CLIMedia))
}

// addWitnesses defines the flag of how many players read every frame.
func (w *workloadFlags) addWitnesses(f *pflag.FlagSet, book phrase.Book) {
	f.Var((*witnesses)(&w.spec.Load.Witnesses), "witnesses", book.Say(phrase.CLIWitnesses))
}

// addSource defines the flags of the seed, the names and the built-in source.
func (w *workloadFlags) addSource(f *pflag.FlagSet, book phrase.Book, gop time.Duration) {
	say := book.Say
	w.media = media.DefaultSpec()
	w.media.GOP = gop
	w.bitrate = bitrate(w.media.Bitrate)
	f.Int64Var(&w.spec.Load.Seed, "seed", 0, say(phrase.CLISeed))
	f.Var(&w.bitrate, "bitrate", say(phrase.CLIBitrate))
	f.IntVar(&w.media.FPS, "fps", w.media.FPS, say(phrase.CLIFPS))
	f.DurationVar(&w.media.GOP, "gop", w.media.GOP, say(phrase.CLIGOP))
	f.StringVar(&w.prefix, "stream-prefix", "", say(phrase.CLIPrefix))
}

// validate returns every problem of the command line at once, and fills in what hangs on several flags.
func (r *runFlags) validate() error {
	if problems := r.inCI(); len(problems) > 0 {
		return errors.Join(problems...) // what else is wrong may only follow from a variable that isn't set
	}
	var problems []error
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	r.spec.ArmedGiven = r.given("armed")
	r.media.Bitrate = int(r.bitrate)
	r.spec.Load.Prefix = "s"
	if r.given("stream-prefix") {
		r.spec.Load.Prefix = r.prefix
	}
	r.spec.Grace, r.spec.StuckAfter = r.scaled()
	if err := r.readStreams(); err != nil {
		problems = append(problems, err)
	}
	if n := len(r.streams); n > 0 {
		if r.given("streams") || r.given("stream-prefix") {
			problem(phrase.CLIStreamsListed)
		}
		r.spec.Load.Streams = n
	}
	if err := r.spec.Validate(); err != nil {
		problems = append(problems, err)
	}
	problems = append(problems, r.source()...)
	problems = append(problems, r.targetFlags.problems(r.given, r.spec.Load.Streams, r.spec.Load.Players)...)
	problems = append(problems, r.ownNames(len(problems) == 0)...)
	problems = append(problems, r.judgeFlags.problems()...)
	problems = append(problems, r.outputFlags.problems()...)
	return errors.Join(problems...)
}

// ownNames returns what is wrong with names of the user's own, where the URLs are right.
func (r *runFlags) ownNames(right bool) (problems []error) {
	u := r.urls()
	if !right || r.publishURL == "" && !r.playOnly {
		return nil
	}
	switch varies := u.Varies(); {
	case r.given("stream-prefix") && !varies && len(r.streams) == 0:
		problems = append(problems, phrase.Errorf(phrase.CLIOneName, foreign.Mask(cmp.Or(r.publishURL, r.playURL))))
	case r.playURL == "" && (r.given("stream-prefix") || !varies) && r.publishURL != "":
		problems = append(problems, phrase.Errorf(phrase.CLILookFirst))
	}
	return problems
}

// source returns what is wrong with what publishers are to send.
func (r *runFlags) source() (problems []error) {
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	if r.file != "" {
		for _, flag := range []string{"bitrate", "fps", "gop"} {
			if r.given(flag) {
				problem(phrase.CLIMediaOwn, flag)
			}
		}
		return problems
	}
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
	return problems
}

// clip is what publishers send.
func (w *workloadFlags) clip() (*media.Clip, error) {
	if w.file != "" {
		return media.Load(w.file)
	}
	return media.Synthetic(w.media)
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

// witnesses is a flag value: how many players of each stream, or all of them.
type witnesses int

// Set reads a number or "all".
func (w *witnesses) Set(text string) error {
	if text == "all" {
		*w = load.AllWitnesses
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > load.MaxPlayers {
		return phrase.Errorf(phrase.CLIWitnessesBad, text, load.MaxPlayers)
	}
	*w = witnesses(n)
	return nil
}

// Type names the kind of value in the help.
func (w *witnesses) Type() string { return "N|all" }

// String is the number as it would be given.
func (w *witnesses) String() string {
	if *w == load.AllWitnesses {
		return "all"
	}
	return strconv.Itoa(int(*w))
}

// badFlag says what is wrong with a flag as it stands on the command line, in our words and not those of the parser.
func badFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if unknown.GetSpecifiedShortnames() != "" {
			return phrase.Errorf(phrase.CLIFlagUnknown, cmd.CommandPath(), "-"+unknown.GetSpecifiedName())
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := profile.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			return phrase.Errorf(phrase.CLIFlagNear, cmd.CommandPath(), unknown.GetSpecifiedName(), near)
		}
		return phrase.Errorf(phrase.CLIFlagUnknown, cmd.CommandPath(), "--"+unknown.GetSpecifiedName())
	}
	var bare *pflag.ValueRequiredError
	if errors.As(err, &bare) {
		return phrase.Errorf(phrase.CLIFlagBare, cmd.CommandPath(), "--"+bare.GetFlag().Name)
	}
	var bad *pflag.InvalidValueError
	if !errors.As(err, &bad) {
		return phrase.Errorf(phrase.CLIFlag, cmd.CommandPath(), err)
	}
	var sentence *phrase.Error
	if errors.As(err, &sentence) {
		return sentence
	}
	wants := map[string]phrase.ID{
		"int": phrase.CLIWantsNumber, "int64": phrase.CLIWantsNumber, "float64": phrase.CLIWantsFactor,
		"duration": phrase.CLIWantsDuration, "bool": phrase.CLIWantsBool,
	}
	return phrase.Errorf(phrase.CLIFlagValue,
		bad.GetFlag().Name, bad.GetValue(), wants[bad.GetFlag().Value.Type()])
}

// oneOf reports a name that is not among those that there are.
func oneOf(problems *[]error, id phrase.ID, name string, names []string) {
	if !slices.Contains(names, name) {
		*problems = append(*problems, phrase.Errorf(id, name, listed(names)))
	}
}
