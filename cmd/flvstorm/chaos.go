package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// newChaos is the main job: publishers drop and return while players pull.
func newChaos(book phrase.Book, args []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var flags runFlags
	cmd := &cobra.Command{
		Use:     "chaos",
		Short:   say(phrase.CLIChaos),
		Long:    say(phrase.CLIChaosLong),
		Example: say(phrase.CLIChaosSample),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			result, err := once(cmd.Context(), &flags, args, stdin, stdout, stderr)
			if err != nil {
				return err
			}
			return exit(report.ExitCode(result.Verdict))
		},
	}
	flags.addChaos(cmd.Flags(), book)
	return cmd
}

// noArgs refuses arguments with one clear line.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return phrase.Errorf(phrase.CLINoArgs, cmd.CommandPath(), args[0])
	}
	return nil
}

// once makes the run that flags describe, and renders what came of it. An error means that there was no run: bad usage,
// or a target that can't be tested.
func once(ctx context.Context, flags *runFlags, args []string, stdin io.Reader, stdout, stderr io.Writer) (report.Result, error) {
	if err := flags.validate(); err != nil {
		return report.Result{}, err
	}
	if flags.dryRun {
		return report.Result{Verdict: check.Pass}, dryRun(flags, stdout)
	}
	r, err := prepare(ctx, "chaos", flags, args, stdin, stderr)
	if err != nil {
		return report.Result{}, early(ctx, err)
	}
	plan := chaos.NewPlan(flags.spec, r.names(), r.server.urls.Key)
	if err := r.look(ctx, streamsOf(plan)); err != nil {
		r.abandon()
		return report.Result{}, early(ctx, err)
	}
	r.plan = plan.Print()
	r.drive = func(ctx context.Context, stage stage) { stage(ctx, plan) }
	result, err := r.execute(ctx)
	if err != nil {
		return report.Result{}, err
	}
	return r.render(result, stdout)
}

// streamsOf are the streams of a plan, by name.
func streamsOf(plan chaos.Plan) []string {
	var streams []string
	for _, k := range plan.Load.Keys {
		streams = append(streams, k.Stream)
	}
	return streams
}
