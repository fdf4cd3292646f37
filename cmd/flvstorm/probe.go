package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/load/probe"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report"
)

// probeFor is how long a probe looks where nobody says: long enough for some keyframes.
const probeFor = 10 * time.Second

// newProbe looks at one stream.
func newProbe(book phrase.Book, stdout, stderr io.Writer) *cobra.Command {
	say := book.Say
	var flags probeFlags
	cmd := &cobra.Command{
		Use:     "probe URL",
		Short:   say(phrase.ProbeShort),
		Long:    say(phrase.ProbeLong),
		Example: say(phrase.ProbeSample),
		Args: func(_ *cobra.Command, args []string) error {
			switch len(args) {
			case 0:
				return phrase.Errorf(phrase.ProbeNoURL, probe.Example)
			case 1:
				return nil
			}
			return phrase.Errorf(phrase.ProbeTwoURLs, args[1])
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := flags.config(args[0], cmd.Flags())
			if err != nil {
				return err
			}
			result, failed := probe.Run(cmd.Context(), cfg)
			out := report.ProbeOutput{JSON: flags.json, NoColour: flags.noColor, Book: book}
			if failed = errors.Join(out.Write(result, stdout, stderr), failed); failed != nil {
				return notProbed(result.Verdict.ExitCode(), failed)
			}
			return exit(result.Verdict.ExitCode())
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.DurationVar(&flags.duration, "duration", probeFor, say(phrase.ProbeDuration))
	f.StringVar(&flags.save, "save", "", say(phrase.ProbeSave))
	f.BoolVar(&flags.sameClock, "same-clock", false, say(phrase.ProbeSameClock))
	f.StringVar(&flags.road.CACert, "cacert", "", say(phrase.CLICACert))
	f.BoolVar(&flags.road.Insecure, "insecure", false, say(phrase.CLIInsecure))
	f.StringArrayVar(&flags.road.ConnectTo, "connect-to", nil, say(phrase.CLIConnectTo))
	f.StringArrayVar(&flags.road.Headers, "header", nil, say(phrase.CLIHeader))
	f.StringVar(&flags.json, "json", "", say(phrase.CLIJSON))
	f.BoolVar(&flags.noColor, "no-color", false, say(phrase.CLINoColor))
	return cmd
}

// probeFlags say how to look.
type probeFlags struct {
	duration  time.Duration
	save      string
	sameClock bool
	road      target.RoadConfig
	json      string
	noColor   bool
}

// config is what the flags and the URL ask for, or every problem of them at once.
func (p *probeFlags) config(raw string, flags *pflag.FlagSet) (probe.Config, error) {
	u, err := probe.ParseURL(raw)
	road, wrongRoad := target.NewRoad(p.road)
	problems := []error{err, wrongRoad, p.duringWhat(), p.describable(), p.saveable()}
	problems = append(problems, emptyFlags(flags)...)
	if err := errors.Join(problems...); err != nil {
		return probe.Config{}, err
	}
	return probe.Config{
		URL: u, Duration: p.duration, Road: road, Agent: "flvstorm/" + version, Save: p.save, SameClock: p.sameClock,
	}, nil
}

// duringWhat says what is wrong with the duration.
func (p *probeFlags) duringWhat() error {
	if p.duration < 100*time.Millisecond || p.duration > 24*time.Hour {
		return phrase.Errorf(phrase.ProbeDurationBad, p.duration)
	}
	return nil
}

// describable says why the file of --json can't be made. It may stand for an older document, but for no recording.
func (p *probeFlags) describable() error {
	if err := checkFile(phrase.JSONNotWritten, p.json, ""); err != nil || p.json == "" || p.json == "-" {
		return err
	}
	if info, err := os.Stat(p.json); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(p.json)
	if err != nil {
		return nil // it is not ours to read; whether it can be written was looked at
	}
	defer file.Close()
	head := make([]byte, 3)
	if _, err := io.ReadFull(file, head); err == nil && string(head) == "FLV" {
		return phrase.Errorf(phrase.ProbeJSONMedia, p.json)
	}
	return nil
}

// samePlace reports whether two paths name one file, whether or not it is there.
func samePlace(a, b string) bool {
	one, err := os.Stat(filepath.Dir(a))
	two, other := os.Stat(filepath.Dir(b))
	return err == nil && other == nil && os.SameFile(one, two) && filepath.Base(a) == filepath.Base(b)
}

// saveable says why the file of --save can't be made. It is made only when a stream has begun.
func (p *probeFlags) saveable() error {
	switch {
	case p.save == "":
		return nil
	case p.save == "-":
		return phrase.Errorf(phrase.ProbeSaveDash)
	case p.json != "" && p.json != "-" && samePlace(p.json, p.save):
		return phrase.Errorf(phrase.ProbeSaveSame, p.save)
	}
	if _, err := os.Lstat(p.save); err == nil {
		return phrase.Errorf(phrase.ProbeSaveThere, p.save)
	}
	if err := writable(filepath.Dir(p.save)); err != nil {
		return phrase.Errorf(phrase.ProbeSaveBad, p.save, reason(err))
	}
	return nil
}

// notProbed ends a probe of which something could not be written; what was found is told by the status all the same.
func notProbed(code int, err error) error {
	if code == 0 {
		code = exitCannotRun
	}
	return &statusError{code: code, err: err}
}
