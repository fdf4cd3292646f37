package main

import (
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/load/target"
)

// loadFlags are the flags of `flvstorm load`: a run's, how the load comes, and who is in it.
type loadFlags struct {
	runFlags

	arrive, stages    string
	findLimit         string
	start, most       int
	hold              time.Duration
	slow, churn, idle string
	buffer            time.Duration
	sourceIPs         []string
	chaos             int
	publishOnly       bool
	playOnly          bool

	// What the texts above say.
	arrivals ramp.Arrivals
	points   []ramp.Stage
	shares   []ramp.Share
}

// Defaults and bounds of a load.
const (
	loadPlayers  = 100
	loadFor      = 30 * time.Second
	searchFrom   = 10
	searchTo     = load.MaxPlayers
	searchHold   = 10 * time.Second
	playerBuffer = time.Second
	// spareWitnesses is on how many streams a witness looks when nobody says how many: each costs a hundred kilobytes.
	spareWitnesses = 50
)

func (l *loadFlags) add(f *pflag.FlagSet, book phrase.Book) {
	say := book.Say
	l.begin(f)
	l.targetFlags.add(f, book)
	spec := &l.spec.Load
	f.IntVar(&spec.Streams, "streams", 1, say(phrase.CLIStreams))
	f.IntVar(&spec.Players, "players", loadPlayers, say(phrase.LoadFlagPlayers))
	f.DurationVar(&spec.Duration, "duration", loadFor, say(phrase.LoadFlagFor))
	f.StringVar(&l.arrive, "arrive", "", say(phrase.LoadArrive))
	f.StringVar(&l.stages, "stages", "", say(phrase.LoadStages))
	f.StringVar(&l.findLimit, "find-limit", "", say(phrase.LoadFindLimit))
	f.IntVar(&l.start, "start", searchFrom, say(phrase.LoadStart))
	f.IntVar(&l.most, "max", searchTo, say(phrase.LoadMost))
	f.DurationVar(&l.hold, "hold", searchHold, say(phrase.LoadHold))
	f.StringVar(&l.slow, "slow", "", say(phrase.LoadSlow))
	f.StringVar(&l.churn, "churn", "", say(phrase.LoadChurn))
	f.StringVar(&l.idle, "idle", "", say(phrase.LoadIdle))
	f.DurationVar(&l.buffer, "buffer", playerBuffer, say(phrase.LoadBuffer))
	f.BoolVar(&l.publishOnly, "publish-only", false, say(phrase.LoadPublishOnly))
	f.BoolVar(&l.playOnly, "play-only", false, say(phrase.LoadPlayOnly))
	f.StringArrayVar(&l.sourceIPs, "source-ip", nil, say(phrase.LoadSourceIP))
	l.addWitnesses(f, book)
	f.IntVar(&l.chaos, "chaos", 0, say(phrase.LoadChaos))
	f.DurationVar(&l.spec.Live, "live", l.spec.Live, say(phrase.CLILive))
	f.Var(&l.spec.Gap, "gap", say(phrase.CLIGap))
	f.Var(&l.spec.Leave, "leave", say(phrase.LoadLeave, listed(chaos.DepartureNames())))
	l.addSource(f, book, media.DefaultSpec().GOP)
	f.StringVar(&l.file, "media", "", say(phrase.CLIMedia))
	l.judgeFlags.add(f, book, l.spec.Grace, l.spec.StuckAfter)
	f.BoolVar(&l.failFast, "fail-fast", false, say(phrase.CLIFailFast))
	l.outputFlags.add(f, book)
}

// validate returns every problem of the command line at once, and fills in what hangs on several flags.
func (l *loadFlags) validate() error {
	if problems := l.inCI(); len(problems) > 0 {
		return errors.Join(problems...)
	}
	var problems []error
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	wrong := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	l.conflicts(problem)
	wrong(l.readStreams())
	l.bound()
	l.workload(problem, wrong)
	l.complete(problem, wrong)
	if l.publishOnly {
		l.spec.Load.Players = 0
	}
	wrong(l.spec.Load.Validate())
	if l.chaos > 0 {
		wrong(l.storm().Validate())
	}
	problems = append(problems, l.source()...)
	problems = append(problems, l.place()...)
	problems = append(problems, l.judgeFlags.problems()...)
	problems = append(problems, l.outputFlags.problems()...)
	return errors.Join(problems...)
}

// conflicts are flags that don't go together.
func (l *loadFlags) conflicts(problem func(phrase.ID, ...any)) {
	for _, two := range [][2]string{
		{"stages", "find-limit"}, {"stages", "players"}, {"stages", "duration"}, {"stages", "arrive"}, {"find-limit", "players"},
	} {
		if l.given(two[0]) && l.given(two[1]) {
			problem(phrase.LoadNot, two[0], two[1])
		}
	}
	for _, flag := range []string{"start", "max", "hold"} {
		if l.given(flag) && !l.given("find-limit") {
			problem(phrase.LoadNeeds, flag, "find-limit")
		}
	}
	if l.spec.Gap.Sweep && l.given("find-limit") && !l.given("duration") {
		problem(phrase.LoadSweep) // a sweep lays its gaps over the time that there is
	}
	for _, flag := range []string{"live", "gap", "leave"} {
		if l.given(flag) && l.chaos == 0 {
			problem(phrase.LoadNeeds, flag, "chaos")
		}
	}
	if l.publishOnly && l.playOnly {
		problem(phrase.LoadOnlyOne)
	}
	if l.publishOnly {
		for _, flag := range []string{"players", "slow", "churn", "idle", "buffer", "witnesses"} {
			if l.given(flag) {
				problem(phrase.LoadNot, "publish-only", flag)
			}
		}
		for _, flag := range []string{"stages", "find-limit"} {
			if l.given(flag) && l.given("streams") {
				problem(phrase.LoadNot, flag, "streams")
			}
		}
	}
	if l.playOnly {
		for _, flag := range []string{"publish-url", "bitrate", "fps", "gop", "media", "chaos", "exec", "bug"} {
			if l.given(flag) {
				problem(phrase.LoadNot, "play-only", flag)
			}
		}
	}
	if l.given("players") && l.spec.Load.Players == 0 && !l.publishOnly {
		problem(phrase.LoadNobody)
	}
}

// bound bounds a search where the command line does not, by the streams there are and by its other bound.
func (l *loadFlags) bound() {
	if l.publishOnly && len(l.streams) > 0 && !l.given("max") {
		l.most = min(l.most, len(l.streams))
	}
	if l.most > 0 && !l.given("start") {
		l.start = min(l.start, l.most)
	}
}

// workload reads how the load comes, and who is in it.
func (l *loadFlags) workload(problem func(phrase.ID, ...any), wrong func(error)) {
	var err error
	if l.given("arrive") {
		l.arrivals, err = ramp.ParseArrivals(l.arrive)
		wrong(err)
	}
	if l.given("stages") {
		l.points, err = ramp.ParseStages(l.stages)
		wrong(err)
	}
	for _, part := range []struct {
		flag, text string
		manner     load.Manner
	}{{"slow", l.slow, load.Slow}, {"churn", l.churn, load.Churn}, {"idle", l.idle, load.Idle}} {
		if !l.given(part.flag) {
			continue
		}
		share, err := ramp.ParseShare(part.manner, part.text)
		wrong(err)
		if err == nil {
			l.shares = append(l.shares, share)
		}
	}
	_, err = ramp.NewMix(0, l.shares...)
	wrong(err)
	l.sources, err = target.ParseSources(l.sourceIPs)
	wrong(err)
	if l.given("find-limit") {
		for flag, zero := range map[string]bool{"start": l.start == 0, "max": l.most == 0, "hold": l.hold == 0} {
			if zero {
				problem(phrase.LoadZero, flag)
			}
		}
		wrong(l.search().Validate())
		if _, err := newLimit(l.findLimit, l.of()); err != nil {
			problem(phrase.CLIExpression, "--find-limit", err)
		}
	}
	if l.buffer < 0 || l.buffer > time.Minute {
		problem(phrase.LoadBufferBad, l.buffer)
	}
	if l.chaos < 0 || l.chaos > load.MaxStreams {
		problem(phrase.LoadChaosBad, l.chaos, load.MaxStreams)
	}
}

// complete fills in what hangs on several flags.
func (l *loadFlags) complete(problem func(phrase.ID, ...any), wrong func(error)) {
	l.media.Bitrate = int(l.bitrate)
	l.spec.Load.Prefix = "s"
	if l.given("stream-prefix") {
		l.spec.Load.Prefix = l.prefix
	}
	l.spec.Grace, l.spec.StuckAfter = l.scaled()
	if n := len(l.streams); n > 0 {
		if l.given("streams") || l.given("stream-prefix") {
			problem(phrase.CLIStreamsListed)
		}
		l.spec.Load.Streams = n
		if l.publishOnly && l.peak() > n {
			problem(phrase.LoadListedFew, l.peak(), n)
		}
	}
	if len(l.points) > 0 {
		l.spec.Load.Duration = max(l.points[len(l.points)-1].At, time.Second)
	}
	if l.findLimit != "" && !l.given("duration") {
		l.spec.Load.Duration = load.MaxDuration // it ends when the limit is found
	}
	switch stepped := len(l.points) > 0 || l.findLimit != ""; {
	case stepped && l.publishOnly && len(l.streams) == 0:
		if l.peak() > load.MaxStreams {
			problem(phrase.LoadManyPublishers, l.peak(), load.MaxStreams)
		}
		l.spec.Load.Streams = min(max(1, l.peak()), load.MaxStreams)
	case stepped:
		l.spec.Load.Players = min(max(1, l.peak()/max(1, l.spec.Load.Streams)), load.MaxPlayers)
	}
	if !l.given("witnesses") && l.spec.Load.Streams > spareWitnesses {
		l.spec.Load.Witnesses = 1 // on the first of them
	}
}

// search is what a search goes by.
func (l *loadFlags) search() ramp.SearchConfig {
	c := ramp.SearchConfig{Start: l.start, Max: l.most, Hold: l.hold, Arrivals: l.arrivals}
	if l.given("duration") {
		c.Duration = l.spec.Load.Duration
	}
	return c
}

// walk is how the load comes.
func (l *loadFlags) walk() ramp.Walk {
	switch {
	case l.findLimit != "":
		return ramp.NewSearch(l.search())
	case len(l.points) > 0:
		return ramp.NewStages(l.points)
	default:
		return ramp.NewHold(l.peak(), l.arrivals, l.spec.Load.Duration)
	}
}

// peak is how many of what the load is of there are at most.
func (l *loadFlags) peak() int {
	switch {
	case l.findLimit != "":
		return l.most
	case len(l.points) > 0:
		most := 0
		for _, p := range l.points {
			most = max(most, p.Load)
		}
		return most
	case l.publishOnly:
		return l.spec.Load.Streams
	default:
		return l.spec.Load.Streams * l.spec.Load.Players
	}
}

// storm is the chaos that runs beside the load.
func (l *loadFlags) storm() chaos.Spec {
	spec := l.spec
	spec.Load.Streams, spec.Load.Players = l.chaos, load.DefaultSpec().Players
	if l.publishOnly {
		spec.Load.Players = 0
	}
	return spec
}

// place are the problems of where the load goes.
func (l *loadFlags) place() (problems []error) {
	problem := func(id phrase.ID, args ...any) { problems = append(problems, phrase.Errorf(id, args...)) }
	if l.playOnly {
		l.targetFlags.playOnly = true
		switch {
		case l.embedded():
			problem(phrase.LoadPlayTarget)
			return problems
		case l.streamsFile == "" && (target.URLs{Play: l.playURL}).Varies() && !l.given("stream-prefix"):
			problem(phrase.LoadPlayNames)
		}
	}
	players := l.spec.Load.Players
	problems = append(problems, l.targetFlags.problems(l.given, l.spec.Load.Streams, players)...)
	if l.chaos > 0 && (l.streamsFile != "" || l.publishURL != "" && !l.urls().Varies()) {
		problem(phrase.LoadChaosNames)
	}
	return append(problems, l.ownNames(len(problems) == 0)...)
}
