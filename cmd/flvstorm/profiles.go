package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
)

// newProfiles lists what is known of servers, or prints one profile for somebody to copy.
func newProfiles(stdout io.Writer) *cobra.Command {
	say := phrase.English.Say
	return &cobra.Command{
		Use:     "profiles [NAME]",
		Short:   say(phrase.ProfilesShort),
		Long:    say(phrase.ProfilesLong),
		Example: say(phrase.ProfilesSample),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return phrase.Errorf(phrase.CLINoArgs, "flvstorm profiles NAME", args[1])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			text := []byte(profileTable())
			if len(args) == 1 {
				var ok bool
				if text, ok = profile.Source(args[0]); !ok {
					return noProfile(args[0])
				}
			}
			if _, err := stdout.Write(text); err != nil {
				return cannotRun(err)
			}
			return nil
		},
	}
}

// noProfile says that there is no profile of that name, and which may be meant.
func noProfile(name string) error {
	names := profile.Names()
	if near := profile.Nearest(name, names); near != "" {
		return phrase.Errorf(phrase.ProfilesNear, name, near)
	}
	return phrase.Errorf(phrase.ProfilesNone, name, strings.Join(names, ", "))
}

// profileTable is the list of the profiles, one a line.
func profileTable() string {
	say := phrase.English.Say
	rows := [][]string{{say(phrase.ProfilesName), say(phrase.ProfilesKnownBy), say(phrase.ProfilesPolicy), say(phrase.ProfilesAccepted)}}
	for _, name := range profile.Names() {
		p, _ := profile.Lookup(name)
		policy, accepted := p.Policy, say(phrase.ProfilesAtStart)
		if p.Policy == "grace" {
			policy = say(phrase.ProfilesResume, policy, p.Resume)
		}
		if after := p.AcceptAfter(); after > 0 {
			accepted = say(phrase.ProfilesLater, after)
		}
		rows = append(rows, []string{name, knownBy(p), policy, accepted})
	}
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], len(cell))
		}
	}
	var b strings.Builder
	for i, row := range rows {
		var line strings.Builder
		for col, cell := range row {
			line.WriteString(" " + cell + strings.Repeat(" ", wide[col]-len(cell)+1))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if i == 0 {
			b.WriteString(strings.Repeat("─", line.Len()) + "\n")
		}
	}
	return b.String() + "\n" + say(phrase.ProfilesMore) + "\n"
}

// knownBy says how this kind of server is recognised.
func knownBy(p *profile.Profile) string {
	id := phrase.ProfilesByName
	switch {
	case p.Name == "generic":
		id = phrase.ProfilesRest
	case p.ReplyMark != "" && p.Server != "":
		id = phrase.ProfilesBoth
	case p.ReplyMark != "":
		id = phrase.ProfilesReply
	case p.Server != "":
		id = phrase.ProfilesServer
	}
	return phrase.English.Say(id)
}
