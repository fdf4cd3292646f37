package main

import (
	"fmt"
	"io"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// shownStreams is how many streams a dry run names.
const shownStreams = 5

// dryRun says what a run would do, and contacts nobody.
func dryRun(flags *runFlags, stdout io.Writer) error {
	say := func(id phrase.ID, args ...any) { fmt.Fprintln(stdout, phrase.English.Say(id, args...)) }
	clip, err := flags.clip()
	if err != nil {
		return err
	}
	spec, urls := flags.spec, flags.urls()
	switch {
	case flags.embedded():
		say(phrase.CLIDryEmbedded)
	case flags.exec != "":
		say(phrase.CLIDryExec, foreign.MaskCommand(flags.exec))
	}
	if flags.picked() || flags.embedded() {
		say(phrase.CLIDryPicked)
	} else {
		name := (&runner{flags: flags, runID: "xxxx"}).names()
		for i := range min(spec.Load.Streams, shownStreams) {
			to := urls.Endpoint(name(i))
			say(phrase.CLIDryPublish, foreign.Mask(to.TCURL+"/"+to.Stream))
			if spec.Load.Players > 0 {
				say(phrase.CLIDryPlay, spec.Load.Players, foreign.Mask(urls.PlayURL(name(i))))
			}
		}
		if more := spec.Load.Streams - shownStreams; more > 0 {
			say(phrase.CLIDryMore, more)
		}
	}
	rate := mbits(clip)
	players := spec.Load.Streams * spec.Load.Players
	say(phrase.CLIDryConns, spec.Load.Streams, players)
	say(phrase.CLIDryRate, rate*float64(spec.Load.Streams), rate*float64(players), rate)
	say(phrase.CLIDryTime, spec.Load.Duration, spec.StuckAfter)
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
