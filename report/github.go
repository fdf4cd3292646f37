package report

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// GitHub Actions reads commands from what a step prints: "::error title=…::…" makes an annotation, and a line of a server's
// log that begins like one would be obeyed as well. So everything of a stranger's is printed between "::stop-commands::" and
// its token, which nobody can guess, and what is ours comes after it.

// Bounds of annotations: GitHub shows ten of a step, and of each some lines.
const (
	annotations    = 10
	annotationText = 1000 // columns
)

// summaryVar names the file in which a step's summary is gathered.
const summaryVar = "GITHUB_STEP_SUMMARY"

// unguessable is the token that ends a stop of commands.
func unguessable() string { return "flvstorm-" + rand.Text() }

// quoted lets draw write to w while GitHub obeys nothing of it.
func quoted(w io.Writer, token string, draw func() error) error {
	if _, err := fmt.Fprintf(w, "::stop-commands::%s\n", token); err != nil {
		return err
	}
	err := draw()
	_, resumed := fmt.Fprintf(w, "::%s::\n", token)
	return errors.Join(err, resumed)
}

// annotate writes what is worth an annotation: a line each for the roots, the worst first; where there are none, for why the
// run is no pass, or what a pass is worth.
func (r Result) annotate(w io.Writer, book phrase.Book) error {
	p := plainly(r, book)
	var lines []string
	for _, f := range p.roots() {
		level := "error"
		switch {
		case !f.fails():
			level = "notice"
		case r.Verdict != check.Fail:
			level = "warning"
		}
		lines = append(lines, annotation(level, p.say(phrase.CITitle, clean(f.Code)), p.told(f)))
	}
	if more := len(lines) - annotations; more > 0 {
		lines = append(lines[:annotations-1], annotation("error", p.say(phrase.CITitle, p.inWords(r.Verdict.String())),
			p.say(phrase.CIMore, count(int64(more+1)))))
	}
	switch {
	case r.Verdict == check.Pass && len(lines) < annotations:
		lines = append(lines, annotation("notice", p.say(phrase.CITitle, p.inWords(r.Verdict.String())), p.sentence()))
	case r.Verdict == check.Fail && len(lines) > 0:
	case len(lines) < annotations:
		level := "warning"
		if r.Verdict == check.Fail {
			level = "error"
		}
		lines = append(lines, annotation(level, p.say(phrase.CITitle, p.inWords(r.Verdict.String())), p.sentence()))
	}
	_, err := io.WriteString(w, strings.Join(lines, ""))
	return err
}

// roots are the findings worth an annotation, the worst first: causes, and those errors whose cause doesn't fail the run.
func (p *page) roots() []Finding {
	var out []Finding
	for _, f := range p.r.Findings {
		caused := f.CausedBy != nil && slices.ContainsFunc(p.r.Findings, func(g Finding) bool {
			return g.Root && g.Code == *f.CausedBy && (g.fails() || !f.fails())
		})
		if f.Severity == string(check.Error) && !caused {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return a.rank() - b.rank() })
	return out
}

// told is a finding as an annotation tells it: what it is, which cases of a suite it failed, the server's first words, and
// how to repeat it.
func (p *page) told(f Finding) string {
	lines := []string{p.gist(f)}
	var cases []string
	for _, c := range p.r.Cases {
		if slices.Contains(c.Findings, f.Code) {
			cases = append(cases, clean(c.Name))
		}
	}
	if len(cases) > 0 {
		shown := p.Book.List(cases[:min(len(cases), casesNamed)])
		if more := len(cases) - casesNamed; more > 0 {
			shown = p.say(phrase.TableCaseMore, shown, count(int64(more)))
		}
		lines = append(lines, p.say(phrase.CICases, shown))
	}
	if len(f.Cases) > 0 {
		for _, words := range p.words(f, f.Cases[0], accountWidth, alone) {
			if words != "" {
				lines = append(lines, words)
			}
		}
	}
	for i, line := range lines {
		lines[i] = fitMiddle(line, annotationText)
	}
	return strings.Join(append(lines, p.say(phrase.CIRepeat, p.repro())), "\n")
}

// annotation is a command of GitHub's that shows text under a title.
func annotation(level, title, text string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return fmt.Sprintf("::%s title=%s::%s\n", level, property.Replace(title), data.Replace(text))
}

// summarize appends the result to the step's summary, where GitHub names a file for one.
func (r Result) summarize(path string, book phrase.Book) error {
	if path == "" {
		return nil
	}
	if err := appendTo(path, r.Markdown(book)); err != nil {
		return phrase.Errorf(phrase.CISummaryNotWritten, path, err)
	}
	return nil
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Close())
}
