package main

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

// newReport judges and renders a kept run again.
func newReport(book phrase.Book, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var out outputFlags
	var asked history.Judge
	var baseline string
	cmd := &cobra.Command{
		Use:     "report RUN",
		Short:   say(phrase.ReportShort),
		Long:    say(phrase.ReportLong),
		Example: say(phrase.ReportSample),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return phrase.Errorf(phrase.ReportOneRun, cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			given := cmd.Flags().Changed
			if err := errors.Join(append(slices.Concat(out.problems(), out.problemsOfFormat()), validateJudge(asked, given))...); err != nil {
				return err
			}
			if baseline != "" {
				var err error
				if asked.Baseline, err = report.Baseline(baseline); err != nil {
					return err
				}
			}
			var fold *story.Fold
			var hear []report.Listener
			if out.html != "" || out.format == "csv" {
				fold = story.NewFold()
				hear = append(hear, fold)
			}
			var used history.Judge
			run, err := report.Read(args[0], func(j *history.Judge) {
				override(j, asked, given)
				used = *j
			}, hear...)
			if err != nil {
				return err
			}
			if given("stuck-after") && used.StuckAfter < used.Grace {
				return phrase.Errorf(phrase.ChaosStuckAfter, used.StuckAfter, used.Grace)
			}
			if err := out.write(run, fold, stdout, stderr); err != nil {
				return err
			}
			return exit(report.ExitCode(run.Result(phrase.English).Verdict))
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.DurationVar(&asked.Grace, "grace", 0, say(phrase.ReportGrace))
	f.DurationVar(&asked.StuckAfter, "stuck-after", 0, say(phrase.ReportStuckAfter))
	f.Var((*codes)(&asked.Allow), "allow", say(phrase.CLIAllow, listed(codeNames())))
	f.Var((*codes)(&asked.FailOnly), "fail-only", say(phrase.CLIFailOnly))
	f.StringArrayVar(&asked.FailOn, "fail-on", nil, say(phrase.CLIFailOn))
	f.StringVar(&baseline, "baseline", "", say(phrase.CLIBaseline))
	f.StringVar(&out.format, "format", "text", say(phrase.CLIFormat))
	out.addFiles(f, book)
	return cmd
}

// validateJudge returns every problem of the flags of judgement that were given.
func validateJudge(asked history.Judge, given func(string) bool) error {
	var problems []error
	if given("grace") && (asked.Grace < time.Millisecond || asked.Grace > time.Hour) {
		problems = append(problems, phrase.Errorf(phrase.ChaosGrace, asked.Grace))
	}
	if least := max(asked.Grace, time.Millisecond); given("stuck-after") && (asked.StuckAfter < least || asked.StuckAfter > time.Hour) {
		problems = append(problems, phrase.Errorf(phrase.ChaosStuckAfter, asked.StuckAfter, least))
	}
	for _, code := range asked.Allow {
		oneOf(&problems, phrase.CLIAllowUnknown, code, codeNames())
	}
	for _, code := range asked.FailOnly {
		oneOf(&problems, phrase.CLIFailOnlyUnknown, code, codeNames())
	}
	problems = append(problems, unreadable("--fail-on", asked.FailOn)...)
	return errors.Join(problems...)
}

// override puts what was asked now in place of what was asked at the time.
func override(j *history.Judge, asked history.Judge, given func(string) bool) {
	if given("grace") {
		j.Grace = asked.Grace
		j.StuckAfter = max(j.StuckAfter, j.Grace)
	}
	if given("stuck-after") {
		j.StuckAfter = asked.StuckAfter
	}
	if given("allow") {
		j.Allow = asked.Allow
	}
	if given("fail-only") {
		j.FailOnly = asked.FailOnly
	}
	if given("fail-on") {
		j.FailOn = asked.FailOn
	}
	if given("baseline") {
		j.Baseline = asked.Baseline
	}
}
