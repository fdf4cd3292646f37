package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// newDemo shows the main job in some 20 s: a good server that passes, and one with the bug, which is found.
func newDemo(book phrase.Book, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var noColor bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: say(phrase.CLIDemo),
		Long:  say(phrase.CLIDemoLong),
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo(cmd.Context(), book, noColor, stdout, stderr)
		},
	}
	cmd.Flags().BoolVar(&noColor, "no-color", false, say(phrase.CLINoColor))
	return cmd
}

// act is one half of the demo, a command line that anyone can type, and what has to come of it.
type act struct {
	title phrase.ID
	args  []string
	right func(report.Result) bool
}

var acts = []act{
	{phrase.CLIDemoClean, []string{"--seed", "1", "--duration", "8s"}, func(r report.Result) bool {
		return r.Verdict == check.Pass
	}},
	{phrase.CLIDemoBug, []string{"--bug", "early-release", "--seed", "1", "--duration", "5s", "--stuck-after", "3s"}, func(r report.Result) bool {
		return r.Verdict == check.Fail && slices.ContainsFunc(r.Findings, func(f report.Finding) bool {
			return f.Code == string(check.DuplicatedPattern) && f.Root
		})
	}},
}

// demo plays the acts; its status is 0 when each came out as it should.
func demo(ctx context.Context, book phrase.Book, noColor bool, stdout, stderr io.Writer) error {
	say := book.Say
	for _, a := range acts {
		fmt.Fprintf(stdout, "\n%s\n\n", say(a.title))
		var flags runFlags
		set := pflag.NewFlagSet("chaos", pflag.ContinueOnError)
		flags.addChaos(set, book)
		if err := set.Parse(a.args); err != nil {
			return err
		}
		flags.noColor, flags.demo = noColor, true
		result, err := once(ctx, &flags, append([]string{"chaos"}, a.args...), strings.NewReader(""), stdout, stderr)
		if err != nil {
			return err
		}
		if result.Verdict == check.Interrupted {
			return exit(report.ExitCode(result.Verdict))
		}
		if ctx.Err() != nil {
			return exit(exitInterrupted)
		}
		if !a.right(result) {
			return cannotRun(phrase.Errorf(phrase.CLIDemoWrong, result.Verdict))
		}
	}
	fmt.Fprintf(stdout, "\n%s\n", say(phrase.CLIDemoRight))
	return nil
}
