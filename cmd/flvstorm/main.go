// Command flvstorm is a load and chaos test for HTTP-FLV streaming servers.
//
// Each subcommand has a file of its own, which parses flags, wires the parts and renders; run.go wires the parts of a
// run, for every subcommand that makes one.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load"
)

// version is set by the linker; see the Makefile.
var version = "devel"

// Exit statuses. The verdicts' own are report.ExitCode's.
const (
	exitUsage       = 2
	exitCannotRun   = 3
	exitInterrupted = 130
)

// oneWish is how far apart two signals have to be to count as two.
const oneWish = 300 * time.Millisecond

func main() {
	ctx, stop := interrupts(context.Background())
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// interrupts returns a context that the first SIGINT or SIGTERM cancels, with load.ErrInterrupted as its cause, so that
// the run stops cleanly and its report is written. The second quits at once.
func interrupts(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, open := <-signals; !open {
			return
		}
		cancel(load.ErrInterrupted)
		// One wish may come as two signals: `timeout` and some shells send it to the process and to its group.
		first := time.Now()
		for range signals {
			if time.Since(first) > oneWish {
				os.Exit(exitInterrupted)
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// run is the whole command: it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	code := command(ctx, args, stdin, stdout, stderr)
	if bisecting(args) {
		return bisectStatus(code)
	}
	return code
}

// command runs the subcommand that args name.
func command(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	book, wrong := language(args)
	root := newRoot(book, args, stdin, stdout, stderr)
	root.SetArgs(args)
	if wrong != nil {
		complain(stderr, book, wrong)
		return exitUsage
	}
	err := root.ExecuteContext(ctx)
	var status *statusError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status) && errors.Is(status.err, context.Canceled) && ctx.Err() != nil:
		return exitInterrupted // before there was anything to report
	case errors.As(err, &status):
		if status.err != nil {
			complain(stderr, book, status.err)
		}
		return status.code
	default:
		// What is left are complaints about commands and flags, and errors of validation.
		complain(stderr, book, err)
		return exitUsage
	}
}

// complain prints an error, one line a problem.
func complain(stderr io.Writer, book phrase.Book, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if e != nil {
				complain(stderr, book, e)
			}
		}
		return
	}
	fmt.Fprintf(stderr, "flvstorm: %s\n", book.Render(err))
}

// statusError ends the command with a status; err, where there is one, is printed.
type statusError struct {
	code int
	err  error
}

func (e *statusError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *statusError) Unwrap() error { return e.err }

// cannotRun says that the run could not be made, through no fault of the command line.
func cannotRun(err error) error { return &statusError{code: exitCannotRun, err: err} }

// exit ends the command with a verdict's status.
func exit(code int) error {
	if code == 0 {
		return nil
	}
	return &statusError{code: code}
}

func newRoot(book phrase.Book, args []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	root := &cobra.Command{
		Use:           "flvstorm",
		Short:         say(phrase.CLIRoot),
		Long:          say(phrase.CLIRootLong),
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, c := range cmd.Commands() {
				if !c.Hidden {
					names = append(names, c.Name())
				}
			}
			if near := profile.Nearest(args[0], names); near != "" {
				return phrase.Errorf(phrase.CLICommandNear, args[0], near)
			}
			return phrase.Errorf(phrase.CLINoCommand, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(stdout)
			return cmd.Help()
		},
	}
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().String("lang", book.Lang(), say(phrase.CLILang))
	helpful(root, book)
	root.SetFlagErrorFunc(badFlag)
	root.AddCommand(
		newChaos(book, args, stdin, stdout, stderr),
		newLoad(book, args, stdin, stdout, stderr),
		newSmoke(book, args, stdin, stdout, stderr),
		newServe(book, stdout, stderr),
		newDemo(book, stdout, stderr),
		newProbe(book, stdout, stderr),
		newReport(book, stdout, stderr),
		newCompare(book, stdout, stderr),
		newProfiles(book, stdout),
		newGuard(book),
	)
	return root
}
