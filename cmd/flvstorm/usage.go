package main

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// language is the language that args or else the locale ask for. It has to be known before there are commands: their help is said
// in it.
func language(args []string) (phrase.Book, error) {
	book := phrase.ByLocale(os.Getenv)
	for i, arg := range args {
		lang, given := strings.CutPrefix(arg, "--lang=")
		switch {
		case arg == "--":
			return book, nil
		case arg == "--lang" && i+1 < len(args):
			lang, given = args[i+1], true
		}
		if !given {
			continue
		}
		asked, ok := phrase.Of(lang)
		if !ok {
			return book, phrase.Errorf(phrase.CLILangBad, lang)
		}
		book = asked // of several the last counts, as with every flag
	}
	return book, nil
}

// usageColumns is how wide a help text may be: lists of codes and of names make lines that no terminal holds.
const usageColumns = 100

// helpful makes a command tell how it is used in the book's language. The library would do it in English.
func helpful(root *cobra.Command, book phrase.Book) {
	root.SetUsageFunc(func(c *cobra.Command) error {
		_, err := fmt.Fprint(c.OutOrStderr(), usage(c, book))
		return err
	})
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		if about := strings.TrimSpace(cmp.Or(c.Long, c.Short)); about != "" {
			fmt.Fprintf(c.OutOrStdout(), "%s\n\n", about)
		}
		if c.Runnable() || c.HasSubCommands() {
			fmt.Fprint(c.OutOrStdout(), usage(c, book))
		}
	})
	root.SetHelpCommand(&cobra.Command{
		Use:   strings.TrimSpace(book.Say(phrase.CLIUsageLine, "help")),
		Short: book.Say(phrase.CLIHelp),
		RunE: func(c *cobra.Command, args []string) error {
			about, unknown, err := c.Root().Find(args)
			if err != nil || about == nil || len(unknown) > 0 {
				return phrase.Errorf(phrase.CLINoCommand, strings.Join(args, " "))
			}
			about.SetOut(c.OutOrStdout())
			return about.Help()
		},
	})
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
}

// usage is how a command is used.
func usage(c *cobra.Command, book phrase.Book) string {
	var b strings.Builder
	say := func(id phrase.ID, args ...any) { b.WriteString(book.Say(id, args...) + "\n") }
	say(phrase.CLIUsage)
	if c.Runnable() {
		b.WriteString("  " + strings.Replace(c.UseLine(), " [flags]", " "+book.Say(phrase.CLIUseFlags), 1) + "\n")
	}
	if c.HasAvailableSubCommands() {
		say(phrase.CLIUsageLine, c.CommandPath())
	}
	if c.HasExample() {
		b.WriteString("\n")
		say(phrase.CLIExamples)
		b.WriteString(c.Example + "\n")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n")
		say(phrase.CLICommands)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(&b, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	if help := c.Flags().Lookup("help"); help != nil {
		help.Usage = book.Say(phrase.CLIHelpFor, c.DisplayName())
	}
	if version := c.Flags().Lookup("version"); version != nil {
		version.Usage = book.Say(phrase.CLIVersionOf)
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = false
	flags.AddFlagSet(c.LocalFlags())
	flags.AddFlagSet(c.InheritedFlags())
	if flags.HasAvailableFlags() {
		b.WriteString("\n")
		say(phrase.CLIFlags)
		b.WriteString(wrapped(defaults(flags.FlagUsages(), book)))
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n")
		say(phrase.CLIMoreHelp, c.CommandPath())
	}
	return b.String()
}

// byDefault matches what the library of flags writes behind a flag that has a value anyway.
var byDefault = regexp.MustCompile(` \(default ([^()]*)\)`)

// defaults says it in the book's language.
func defaults(usages string, book phrase.Book) string {
	return byDefault.ReplaceAllStringFunc(usages, func(s string) string {
		return book.Say(phrase.CLIDefault, byDefault.FindStringSubmatch(s)[1])
	})
}

// flagLine matches a flag with its value's name, and behind at least three blanks what it is for.
var flagLine = regexp.MustCompile(`^( +-\S+(?: \S+)*   +)(\S.*)$`)

// wrapped breaks the lines of flags by the columns that they take. The library would do it at blanks alone, by their bytes.
func wrapped(usages string) string {
	var b strings.Builder
	for line := range strings.Lines(usages) {
		m := flagLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			b.WriteString(line)
			continue
		}
		indent := report.Width(m[1])
		for i, part := range report.Wrap(m[2], usageColumns-indent) {
			if i > 0 {
				m[1] = strings.Repeat(" ", indent)
			}
			b.WriteString(m[1] + part + "\n")
		}
	}
	return b.String()
}
