package main

import (
	"context"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
)

// meet greets the server and learns what kind it is.
func (s *server) meet(ctx context.Context) error {
	if err := target.Check(ctx, s.road, s.urls); err != nil {
		return cannotRun(err)
	}
	if s.urls.Endpoint("greeting").Addr == "" {
		// Nobody of ours publishes. What it says of itself to players comes with the first look.
		if s.profile == nil {
			s.profile, _ = profile.Resolve(auto, nil, "")
		}
		s.settle()
		return nil
	}
	reply, err := target.Greet(ctx, s.road, s.urls.Endpoint("greeting"))
	if err != nil {
		return cannotRun(err)
	}
	if s.profile == nil {
		s.profile, _ = profile.Resolve(auto, reply.Properties, "")
	}
	s.reply = reply.Properties
	s.doubt()
	s.settle()
	return nil
}

// doubt tells of a server that says it is of another kind than --profile says. A profile of the user's own may well be of
// what calls itself by a known name.
func (s *server) doubt() {
	says, _ := profile.Resolve(auto, s.reply, "")
	if _, ours := profile.Lookup(s.flags.profile); !ours || says.Name == "generic" || says.Name == s.profile.Name || s.profile.Name == "generic" {
		return
	}
	complain(s.stderr, s.flags.speaks, phrase.Errorf(phrase.CLIProfileOther, s.profile.Name, strings.TrimSpace(says.Name+" "+says.Version(s.reply))))
}

// kind is the profile of a server that calls itself so in its answers to players. It tells some kinds that say nothing of
// themselves to publishers.
func (s *server) kind(header string) *profile.Profile {
	if s.flags.known != nil || s.profile.Name != "generic" || header == "" {
		return s.profile
	}
	p, _ := profile.Resolve(auto, nil, header)
	return p
}

// recognise takes the Server header of an answer to a player.
func (s *server) recognise(header string) {
	if p := s.kind(header); p != s.profile {
		s.profile = p
		s.settle()
	}
}

// settle makes the profile that of the server's version, on a machine as slow as the user says.
func (s *server) settle() {
	s.version = s.profile.Version(s.reply)
	s.profile = s.profile.At(s.version).Scaled(s.scale)
	if s.unfollow != nil {
		return
	}
	for _, log := range s.logs {
		log.Use(s.profile)
	}
}
