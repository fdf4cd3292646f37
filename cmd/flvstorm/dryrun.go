package main

import (
	"fmt"
	"io"
	"time"

	"github.com/flvstorm/flvstorm/chaos/smoke"
	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
)

// shownStreams is how many streams a dry run names.
const shownStreams = 5

// dryRun says what a run of chaos would do, and contacts nobody.
func dryRun(flags *runFlags, stdout io.Writer) error {
	name := (&runner{flags: flags, runID: "xxxx"}).names()
	var streams []string
	for i := range min(flags.spec.Load.Streams, shownStreams) {
		streams = append(streams, name(i))
	}
	dryTarget(flags, streams, flags.spec.Load.Streams, stdout)
	spec := flags.spec
	return dryStorm(flags, spec.Load.Streams, spec.Load.Streams*spec.Load.Players, spec.Load.Duration, stdout)
}

// drySuite does the same for the suite.
func drySuite(flags *smokeFlags, cases []smoke.Case, stdout io.Writer) error {
	r := &runner{flags: &flags.runFlags, runID: "xxxx"}
	known := flags.known
	if known == nil {
		kind := "generic"
		if flags.embedded() {
			kind = "embedded"
		}
		known, _ = profile.Lookup(kind)
	}
	s := r.suite(flags, cases, known, flags.spec.Load.Players > 0)
	dryTarget(&flags.runFlags, []string{s.Setting.Name("play-0")}, 1, stdout)
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	fmt.Fprintln(stdout, flags.book.Say(phrase.CLIDryCases, listed(names)))
	publishers, players := s.Peak()
	return dryStorm(&flags.runFlags, publishers, players, s.Lasts(), stdout)
}

// dryTarget says where a run would go.
func dryTarget(flags *runFlags, streams []string, of int, stdout io.Writer) {
	say := func(id phrase.ID, args ...any) { fmt.Fprintln(stdout, flags.book.Say(id, args...)) }
	switch {
	case flags.embedded():
		say(phrase.CLIDryEmbedded)
	case flags.exec != "":
		say(phrase.CLIDryExec, foreign.MaskCommand(flags.exec))
	}
	if flags.picked() || flags.embedded() {
		say(phrase.CLIDryPicked)
		return
	}
	urls := flags.urls()
	for _, stream := range streams {
		if to := urls.Endpoint(stream); !flags.playOnly {
			say(phrase.CLIDryPublish, foreign.Mask(to.TCURL+"/"+to.Stream))
		}
		if flags.spec.Load.Players > 0 {
			say(phrase.CLIDryPlay, foreign.Mask(urls.PlayURL(stream)))
		}
	}
	if more := of - len(streams); more > 0 {
		say(phrase.CLIDryMore, more)
	}
}

// dryStorm says with how much, at most at the same time, and for how long.
func dryStorm(flags *runFlags, publishers, players int, lasts time.Duration, stdout io.Writer) error {
	fmt.Fprintln(stdout, flags.book.Say(phrase.CLIDryConns, publishers, players))
	if err := dryRate(flags, publishers, players, stdout); err != nil {
		return err
	}
	fmt.Fprintln(stdout, flags.book.Say(phrase.CLIDryTime, lasts.Round(time.Second), flags.spec.StuckAfter))
	return nil
}

// dryRate says what so many take of the network.
func dryRate(flags *runFlags, publishers, players int, stdout io.Writer) error {
	clip, err := flags.clip()
	if err != nil {
		return err
	}
	rate := mbits(clip)
	fmt.Fprintln(stdout, flags.book.Say(phrase.CLIDryRate, rate*float64(publishers), rate*float64(players), rate))
	return nil
}

// mbits is what a clip takes, in Mbit/s.
func mbits(clip *media.Clip) float64 {
	bytes := 0
	for i := range clip.Len() {
		bytes += len(clip.Frame(i).Body)
	}
	return float64(bytes) * 8 / clip.Duration().Seconds() / 1e6
}
