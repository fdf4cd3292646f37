package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/target/serverlog"
)

// openLog opens the log that the user names: of a server that is not ours, or beside what one of ours says, for many say
// only to a file what matters.
func (s *server) openLog() error {
	f := s.flags
	if f.log == "" && f.logCmd == "" {
		return nil
	}
	named := s.newFollower()
	switch {
	case f.logCmd != "":
		if program, err := os.Executable(); err == nil {
			named.Guard = []string{program, guardCommand}
		}
		return named.Command(f.logs)
	case f.log == "-":
		named.Read("--log -", s.stdin)
		return nil
	}
	if err := named.Open(f.log); err != nil {
		return err
	}
	if named.Missing() {
		complain(s.stderr, s.flags.speaks, phrase.Errorf(phrase.CLILogMissing, f.log))
	}
	return nil
}

func (s *server) newFollower() *serverlog.Follower {
	f := serverlog.New(s.profile, s.sink)
	f.Evidence = s.evidence()
	s.logs = append(s.logs, f)
	return f
}

// evidence is the folder of what explains findings.
func (s *server) evidence() string { return filepath.Join(s.folder.path, "evidence") }

// followLog starts the reading of the logs, once it is known what kind of log it is.
func (s *server) followLog() {
	if len(s.logs) == 0 || s.unfollow != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.unfollow = cancel
	for _, log := range s.logs {
		s.follow.Go(func() { log.Run(ctx) })
	}
}
