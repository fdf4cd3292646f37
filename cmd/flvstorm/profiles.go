package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report"
)

// newProfiles lists what is known of servers, or prints one profile for somebody to copy.
func newProfiles(book phrase.Book, stdout io.Writer) *cobra.Command {
	say := book.Say
	var log string
	cmd := &cobra.Command{
		Use:     "profiles [NAME|FILE]",
		Short:   say(phrase.ProfilesShort),
		Long:    say(phrase.ProfilesLong),
		Example: say(phrase.ProfilesSample),
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return phrase.Errorf(phrase.CLINoArgs, "flvstorm profiles NAME", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := profileText(book, args, cmd.Flags().Changed("log"), log)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(stdout, text); err != nil {
				return cannotRun(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&log, "log", "", say(phrase.ProfilesLog))
	return cmd
}

// profileText is the list of the profiles, one of them, or what one makes of a log.
func profileText(book phrase.Book, args []string, surveyed bool, log string) (string, error) {
	if len(args) == 0 {
		if surveyed {
			return "", phrase.Errorf(phrase.ProfilesLogOf)
		}
		return profileTable(book), nil
	}
	p, known := profile.Lookup(args[0])
	if !known && !aFile(args[0]) {
		return "", noProfile(args[0])
	}
	if !known {
		var err error
		if p, err = profile.Load(args[0]); err != nil {
			return "", err
		}
	}
	switch {
	case surveyed:
		return survey(book, p, log)
	case known:
		text, _ := profile.Source(args[0])
		return string(text), nil
	}
	return book.Say(phrase.ProfilesRight, args[0], p.Name) + "\n", nil
}

// survey is what a profile makes of a log.
func survey(book phrase.Book, p *profile.Profile, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", phrase.Errorf(phrase.TargetLogNotRead, path, reason(err))
	}
	defer f.Close()
	s, err := p.Survey(f)
	if err != nil {
		return "", phrase.Errorf(phrase.TargetLogNotRead, path, reason(err))
	}
	say := book.Say
	var b strings.Builder
	fmt.Fprintln(&b, say(phrase.ProfilesSurvey, s.Lines, s.Heads))
	for _, r := range s.Rules {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf(" %8d  %-24s %-12s %s", r.Lines, r.Rule.Name, r.Rule.Class, foreign.Cut(foreign.Clean(r.First), 90)), " "))
	}
	fmt.Fprintln(&b, say(phrase.ProfilesLoud, s.Loud))
	for _, line := range s.First {
		fmt.Fprintln(&b, " "+foreign.Cut(foreign.Clean(line), 120))
	}
	return b.String(), nil
}

// noProfile says that there is no profile of that name, and which may be meant.
func noProfile(name string) error {
	names := profile.Names()
	if near := profile.Nearest(name, names); near != "" {
		return phrase.Errorf(phrase.ProfilesNear, name, near)
	}
	return phrase.Errorf(phrase.ProfilesNone, name, listed(names))
}

// profileTable is the list of the profiles, one a line.
func profileTable(book phrase.Book) string {
	say := book.Say
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
		rows = append(rows, []string{name, knownBy(book, p), policy, accepted})
	}
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], report.Width(cell))
		}
	}
	var b strings.Builder
	for i, row := range rows {
		var line strings.Builder
		for col, cell := range row {
			line.WriteString(" " + cell + strings.Repeat(" ", wide[col]-report.Width(cell)+1))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if i == 0 {
			b.WriteString(strings.Repeat("─", report.Width(line.String())) + "\n")
		}
	}
	return b.String() + "\n" + say(phrase.ProfilesMore) + "\n"
}

// knownBy says how this kind of server is recognised.
func knownBy(book phrase.Book, p *profile.Profile) string {
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
	return book.Say(id)
}
