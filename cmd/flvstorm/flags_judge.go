package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/threshold"
)

// judgeFlags say what the judgement goes by.
type judgeFlags struct {
	grace, stuckAfter time.Duration
	timeScale         float64
	allow, failOnly   codes
	failOn            []string
	baseline          string
	failFast          bool
	bisect            bool
}

// maxScale is the greatest --time-scale: what runs a hundred times slower than usual is under a debugger.
const maxScale = 100

func (j *judgeFlags) add(f *pflag.FlagSet, book phrase.Book, grace, stuckAfter time.Duration) {
	say := book.Say
	f.DurationVar(&j.grace, "grace", grace, say(phrase.CLIGrace))
	f.DurationVar(&j.stuckAfter, "stuck-after", stuckAfter, say(phrase.CLIStuckAfter))
	f.Float64Var(&j.timeScale, "time-scale", 1, say(phrase.CLITimeScale))
	f.Var(&j.allow, "allow", say(phrase.CLIAllow, listed(codeNames())))
	f.Var(&j.failOnly, "fail-only", say(phrase.CLIFailOnly))
	f.StringArrayVar(&j.failOn, "fail-on", nil, say(phrase.CLIFailOn))
	f.StringVar(&j.baseline, "baseline", "", say(phrase.CLIBaseline))
	f.BoolVar(&j.bisect, "bisect", false, say(phrase.CLIBisect))
}

// scaled are grace and stuck-after on a server that is slower than usual.
func (j *judgeFlags) scaled() (grace, stuckAfter time.Duration) {
	by := j.timeScale
	if j.problemOfScale() != nil {
		by = 1 // which is told; what is scaled is not to blame
	}
	scale := func(d time.Duration) time.Duration { return time.Duration(float64(d) * by) }
	return scale(j.grace), scale(j.stuckAfter)
}

func (j *judgeFlags) problemOfScale() error {
	if j.timeScale >= 0.1 && j.timeScale <= maxScale {
		return nil
	}
	return phrase.Errorf(phrase.CLITimeScaleBad, j.timeScale, maxScale)
}

func (j *judgeFlags) problems() (problems []error) {
	if err := j.problemOfScale(); err != nil {
		problems = append(problems, err)
	}
	for _, code := range j.allow {
		oneOf(&problems, phrase.CLIAllowUnknown, code, codeNames())
	}
	for _, code := range j.failOnly {
		oneOf(&problems, phrase.CLIFailOnlyUnknown, code, codeNames())
	}
	return append(problems, unreadable("--fail-on", j.failOn)...)
}

// unreadable are the problems of expressions over the result.
func unreadable(flag string, exprs []string) (problems []error) {
	names := report.Names()
	for _, expr := range exprs {
		if _, err := threshold.Compile(expr, names); err != nil {
			problems = append(problems, phrase.Errorf(phrase.CLIExpression, flag, err))
		}
	}
	return problems
}

// header is what the record of the run says of the judgement.
func (j *judgeFlags) header(baseline *history.Baseline) history.Judge {
	grace, stuckAfter := j.scaled()
	return history.Judge{
		Grace: grace, StuckAfter: stuckAfter, Allow: j.allow, FailOnly: j.failOnly, FailFast: j.failFast,
		TimeScale: j.timeScale, Baseline: baseline, FailOn: j.failOn,
	}
}

// codes is a flag value: codes of findings, between commas or one flag each.
type codes []string

// Set adds what is in text. An empty one stays there, to be told: it is a variable that was not set.
func (c *codes) Set(text string) error {
	*c = append(*c, strings.Split(text, ",")...)
	return nil
}

// Type names the kind of value in the help.
func (c *codes) Type() string { return "CODES" }

// String is the codes as they would be given.
func (c *codes) String() string { return strings.Join(*c, ",") }

// codeNames lists the codes of findings.
func codeNames() []string {
	var names []string
	for _, c := range check.Codes {
		names = append(names, string(c))
	}
	return names
}

// outputFlags say what is written, and where.
type outputFlags struct {
	out     string
	json    string
	junit   string
	metrics string
	quiet   bool
	noColor bool
	html    string
	format  string      // of `report` alone
	book    phrase.Book // the language of what is said
}

func (o *outputFlags) add(f *pflag.FlagSet, book phrase.Book) {
	say := book.Say
	f.StringVar(&o.out, "out", "", say(phrase.CLIOut))
	f.StringVar(&o.metrics, "metrics", "", say(phrase.CLIMetrics))
	o.addFiles(f, book)
}

// addFiles defines the flags of output but for the folder of the run.
func (o *outputFlags) addFiles(f *pflag.FlagSet, book phrase.Book) {
	o.book = book
	say := book.Say
	f.StringVar(&o.json, "json", "", say(phrase.CLIJSON))
	f.StringVar(&o.junit, "junit", "", say(phrase.CLIJUnit))
	f.StringVar(&o.html, "html", "", say(phrase.CLIHTML))
	f.BoolVar(&o.quiet, "quiet", false, say(phrase.CLIQuiet))
	f.BoolVar(&o.noColor, "no-color", false, say(phrase.CLINoColor))
}

func (o *outputFlags) problems() (problems []error) {
	if err := checkFile(phrase.JSONNotWritten, o.json, o.out); err != nil {
		problems = append(problems, err)
	}
	if err := checkFile(phrase.CIJUnitNotWritten, o.junit, o.out); err != nil {
		problems = append(problems, err)
	}
	if o.html == "-" {
		problems = append(problems, phrase.Errorf(phrase.CLIHTMLFile))
	} else if err := checkFile(phrase.CLIHTMLNotWritten, o.html, o.out); err != nil {
		problems = append(problems, err)
	}
	written := map[string]string{}
	for _, f := range []struct{ flag, path string }{{"--json", o.json}, {"--junit", o.junit}, {"--html", o.html}} {
		if f.path == "" || f.path == "-" {
			continue
		}
		path := filepath.Clean(f.path)
		if other := written[path]; other != "" {
			problems = append(problems, phrase.Errorf(phrase.CLISameFile, other, f.flag, f.path))
		}
		written[path] = f.flag
	}
	return problems
}

// output is what the flags ask of the report.
func (o *outputFlags) output() report.Output {
	return report.Output{JSON: o.json, JUnit: o.junit, Quiet: o.quiet, NoColour: o.noColor, Book: o.book, GitHub: os.Getenv("GITHUB_ACTIONS") == "true"}
}

// clear removes the results of an earlier run: they must not be taken for this one's, which may not come to a verdict.
func (o *outputFlags) clear() {
	for _, path := range []string{o.json, o.junit, o.html} {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			os.Remove(path)
		}
	}
}
