package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/chaos/smoke"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// smokeFlags are the flags of `flvstorm smoke`: a run's, without the workload, which the cases bring with them.
type smokeFlags struct {
	runFlags
	only, skip []string
	repeat     int
	list       bool
}

// maxRepeat bounds --repeat: each round takes up to a minute and a half.
const maxRepeat = 1000

func (s *smokeFlags) add(f *pflag.FlagSet, book phrase.Book) {
	say := book.Say
	s.begin(f)
	s.targetFlags.add(f, book)
	s.addWitnesses(f, book)
	s.workloadFlags.addSource(f, book, smoke.GOP)
	f.StringSliceVar(&s.only, "only", nil, say(phrase.SmokeOnly))
	f.StringSliceVar(&s.skip, "skip", nil, say(phrase.SmokeSkip))
	f.IntVar(&s.repeat, "repeat", 1, say(phrase.SmokeRepeat))
	f.BoolVar(&s.list, "list", false, say(phrase.SmokeList))
	s.judgeFlags.add(f, book, smoke.Grace, smoke.StuckAfter)
	f.BoolVar(&s.failFast, "fail-fast", false, say(phrase.CLIFailFast))
	s.outputFlags.add(f, book)
}

// newSmoke is the short, ordered suite for CI.
func newSmoke(book phrase.Book, args []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var flags smokeFlags
	cmd := &cobra.Command{
		Use:     "smoke",
		Short:   say(phrase.SmokeShort),
		Long:    say(phrase.SmokeLong),
		Example: say(phrase.SmokeSample),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			result, err := suite(cmd.Context(), &flags, args, stdin, stdout, stderr)
			if err != nil {
				return err
			}
			return exit(report.ExitCode(result.Verdict))
		},
	}
	flags.add(cmd.Flags(), book)
	return cmd
}

// validate returns every problem of the command line at once.
func (s *smokeFlags) validate() ([]smoke.Case, error) {
	cases, err := smoke.Select(s.only, s.skip)
	problems := []error{err}
	if s.repeat < 1 || s.repeat > maxRepeat {
		problems = append(problems, phrase.Errorf(phrase.SmokeRepeatBad, s.repeat, maxRepeat))
	}
	// The cases name streams as they need them.
	s.spec.Load.Streams = smokeStreams
	if s.embedded() || s.picked() || s.playURL != "" {
		s.spec.Load.Players = 1
	} else {
		s.spec.Load.Players = 0
	}
	if s.streamsFile != "" {
		problems = append(problems, phrase.Errorf(phrase.SmokeNoFile))
	}
	return cases, errors.Join(append(problems, s.runFlags.validate())...)
}

// smokeStreams stands for the streams of a suite, of which every case has several.
const smokeStreams = 2

// suite makes a run of the suite, and renders what came of it. An error means that there was no run.
func suite(ctx context.Context, flags *smokeFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) (report.Result, error) {
	if flags.list {
		listCases(flags.book, stdout)
		return report.Result{Verdict: check.Pass}, nil
	}
	cases, err := flags.validate()
	if err != nil {
		return report.Result{}, err
	}
	if flags.dryRun {
		return report.Result{Verdict: check.Pass}, drySuite(flags, cases, stdout)
	}
	r, err := prepare(ctx, "smoke", &flags.runFlags, args, stdin, stderr)
	if err != nil {
		return report.Result{}, early(ctx, err)
	}
	s := r.suite(flags, cases, r.server.profile, r.server.urls.Play != "")
	if r.clips, err = smoke.Clips(); err == nil {
		err = r.look(ctx, []string{s.Setting.Name("play-0")})
	}
	if err != nil {
		r.abandon()
		return report.Result{}, early(ctx, err)
	}
	s.Setting.Profile = r.server.profile // the look may have told more of it
	r.plan, r.cases = planOf(s, cases), len(cases)*flags.repeat
	r.drive = func(ctx context.Context, stage stage) { r.walk(ctx, s, stage) }
	result, err := r.execute(ctx)
	if err != nil {
		return report.Result{}, err
	}
	return r.render(result, stdout)
}

// suite is the cases, for a server of this profile.
func (r *runner) suite(flags *smokeFlags, cases []smoke.Case, known *profile.Profile, players bool) smoke.Suite {
	prefix, urls := r.prefix(), flags.urls()
	if r.server != nil {
		urls = r.server.urls
	}
	return smoke.Suite{Cases: cases, Repeat: flags.repeat, Setting: smoke.Setting{
		Seed: flags.spec.Load.Seed, Profile: known, Players: players, Witnesses: flags.spec.Load.Witnesses,
		Name: func(of string) string { return prefix + of }, Key: urls.Key,
		Grace: flags.spec.Grace, StuckAfter: flags.spec.StuckAfter,
	}}
}

// walk takes the cases through the server. One of ours that died, or is about to, is started again for the next case.
func (r *runner) walk(ctx context.Context, s smoke.Suite, stage stage) {
	err := s.Run(ctx, r.recorder, func(ctx context.Context, _ smoke.Case, plan chaos.Plan) error {
		cause := stage(ctx, plan)
		if !errors.Is(cause, load.ErrServerDead) && !r.server.fell(ctx) {
			return nil
		}
		if r.server.process == nil {
			return smoke.ErrDead
		}
		if ctx.Err() != nil {
			return nil
		}
		return r.server.again(ctx)
	})
	if err != nil {
		r.recorder.Record(history.Event{Actor: "run", What: history.OwnTrouble{Code: "internal", Detail: phrase.English.Render(err)}})
	}
}

// planOf is what the record of a run says of a suite; the plan of each case stands at its beginning.
func planOf(s smoke.Suite, cases []smoke.Case) map[string]any {
	var names []string
	for _, c := range cases {
		names = append(names, c.Name)
	}
	return map[string]any{"kind": "smoke", "cases": names, "repeat": max(1, s.Repeat), "lasts_ns": s.Lasts()}
}

// listCases names the cases and what they try.
func listCases(book phrase.Book, stdout io.Writer) {
	for _, c := range smoke.Cases() {
		fmt.Fprintf(stdout, "%-18s %s\n", c.Name, book.Say(c.Says))
	}
}
