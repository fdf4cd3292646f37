package main

import (
	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target/launch"
)

// newGuard is the parent of a server that we start, see load/target/launch/guard.go. Nobody types it.
func newGuard(book phrase.Book) *cobra.Command {
	return &cobra.Command{
		Use:                guardCommand,
		Short:              book.Say(phrase.ProcessGuardShort),
		Hidden:             true,
		DisableFlagParsing: true, // its one argument is not for us to read
		RunE: func(cmd *cobra.Command, args []string) error {
			return launch.Guard(cmd.Context(), args, cmd.InOrStdin())
		},
	}
}

// guardCommand is the argument by which our own program becomes a guard.
const guardCommand = "guard"
