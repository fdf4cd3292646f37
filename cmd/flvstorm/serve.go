package main

import (
	"context"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/embedded"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// newServe is the embedded server by itself. It is also what flvstorm starts as its child when it has no other target.
func newServe(book phrase.Book, stdout, _ io.Writer) *cobra.Command {
	say := book.Say
	cfg := embedded.Config{Log: stdout, Version: version}
	var absent string
	var withStdin bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: say(phrase.EmbeddedServe),
		Long:  say(phrase.EmbeddedServeLong) + describeBugs(book),
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg.Absent = embedded.Absent(absent)
			server, err := embedded.New(cfg)
			if err != nil {
				return err
			}
			// Who reads our log may stop doing so (serve | head); by default Go would let that end the process.
			signal.Ignore(syscall.SIGPIPE)
			defer signal.Reset(syscall.SIGPIPE)
			ctx, cancel := context.WithCancel(cmd.Context())
			defer cancel()
			if withStdin {
				// Nobody waits for this: a read of standard input cannot be ended, and the process ends with Run.
				go func() {
					io.Copy(io.Discard, cmd.InOrStdin())
					cancel()
				}()
			}
			if err := server.Run(ctx); err != nil {
				return cannotRun(err)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&cfg.RTMP, "rtmp", "127.0.0.1:1935", say(phrase.EmbeddedFlagRTMP))
	f.StringVar(&cfg.HTTP, "http", "127.0.0.1:8080", say(phrase.EmbeddedFlagHTTP))
	f.StringVar(&cfg.Bug, "bug", "", say(phrase.EmbeddedFlagBug, listed(embedded.BugNames())))
	f.StringVar(&absent, "absent", string(embedded.Wait), say(phrase.EmbeddedFlagAbsent))
	// For a parent that starts us with a pipe: when it dies, however it dies, the pipe ends, and so do we.
	f.BoolVar(&withStdin, "stop-with-stdin", false, say(phrase.EmbeddedFlagStdin))
	f.MarkHidden("stop-with-stdin")
	return cmd
}

// describeBugs lists the bugs and what they do.
func describeBugs(book phrase.Book) string {
	var b strings.Builder
	for _, bug := range embedded.Bugs {
		b.WriteString("    " + bug.Name + strings.Repeat(" ", max(1, 20-len(bug.Name))) + book.Say(bug.Does) + "\n")
	}
	return b.String()
}
