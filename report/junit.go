package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// JUnit has no specification. What is written here is what Ant's schema, Jenkins and GitLab agree on: a testcase holds at
// most one of skipped, error and failure, then system-out; testdata/junit.xsd says it as a schema.
//
// A testcase is a case of a suite or, of any other run, a code of a finding. Every code is one, found or not, so that a
// pipeline's history of each is without gaps; and one more, "run", is an error where the run came to no verdict.

// Bounds of what a report may say in one place.
const (
	junitMessage = 400      // columns of a message
	junitText    = 16 << 10 // bytes of a text
)

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Time     string     `xml:"time,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	Time    string       `xml:"time,attr"`
	Skipped *junitEnd    `xml:"skipped"`
	Error   *junitEnd    `xml:"error"`
	Failure *junitEnd    `xml:"failure"`
	Out     *junitOutput `xml:"system-out"`
}

type junitEnd struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

type junitOutput struct {
	Text string `xml:",cdata"`
}

// WriteJUnit writes the result as a JUnit report. Control characters that XML 1.0 forbids (section 2.2) are replaced, and
// texts are bounded.
func (r Result) WriteJUnit(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(r.junit(phrase.English)); err != nil {
		return fmt.Errorf("write the result as JUnit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// SaveJUnit writes the report to a file, which is whole or not there at all.
func (r Result) SaveJUnit(path string) error {
	if err := save(path, r.WriteJUnit); err != nil {
		return phrase.Errorf(phrase.CIJUnitNotWritten, path, err)
	}
	return nil
}

func (r Result) junit(book phrase.Book) junitSuites {
	p := plainly(r, book)
	class := "flvstorm." + r.command()
	s := junitSuite{
		Name: "flvstorm " + r.command(), Time: seconds(r.Duration), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{"verdict", r.Verdict.String()},
			{"seed", strconv.FormatInt(r.Seed, 10)},
			{"target", clean(r.Target.PublishURL)},
			{"version", clean(r.Target.Version)},
			{"profile", clean(r.Target.Profile)},
			{"tool", "flvstorm " + clean(r.Tool.Version)},
			{"repro", p.repro()},
		},
	}
	if r.Run != "" {
		s.Properties = append(s.Properties, junitProperty{"run", clean(r.Run)})
	}
	if r.Cases != nil {
		s.Cases = p.junitCases()
	} else {
		s.Cases = p.junitCodes()
	}
	s.Cases = append(s.Cases, p.junitThresholds()...)
	s.Cases = append(s.Cases, p.junitRun(s.Cases))
	for i := range s.Cases {
		c := &s.Cases[i]
		c.Class = class
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return junitSuites{Name: "flvstorm", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Time: s.Time, Suite: s}
}

// command is the subcommand that made the run, as its repro command has it.
func (r Result) command() string {
	if words := strings.Fields(r.Repro); len(words) > 1 && strings.Trim(words[1], "abcdefghijklmnopqrstuvwxyz") == "" {
		return words[1]
	}
	return "run"
}

// seconds writes a time as JUnit has it.
func seconds(t Millis) string { return strconv.FormatFloat(max(float64(t), 0)/1000, 'f', 3, 64) }

// ofReturns are the codes of what happens when a publisher comes back: of a load in which nobody does they say nothing, unless found.
var ofReturns = []check.Code{check.DuplicatedPattern, check.StuckBusy, check.SlowRelease, check.StreamBusy, check.Disposing}

// junitCodes are a testcase a code.
func (p *page) junitCodes() []junitCase {
	var codes []string
	for _, code := range check.Codes {
		if !p.r.steady() || !slices.Contains(ofReturns, code) {
			codes = append(codes, string(code))
		}
	}
	for _, f := range p.r.Findings {
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	var out []junitCase
	for _, code := range codes {
		var found []Finding
		for _, f := range p.r.Findings {
			if f.Code == code {
				found = append(found, f)
			}
		}
		c := junitCase{Name: clean(code), Time: seconds(0)}
		switch {
		case len(found) > 0:
			p.junitFound(&c, found, p.r.Verdict.String())
		case len(p.r.Reasons) > 0 && p.r.Verdict != check.Pass:
			// What a run that broke off didn't find is not shown to be absent.
			c.Skipped = p.end("", p.say(phrase.CINotShown, clean(p.r.Reasons[0].Text)), nil)
		}
		out = append(out, c)
	}
	return out
}

// junitCases are a testcase a case of the suite.
func (p *page) junitCases() []junitCase {
	var out []junitCase
	for _, s := range p.r.Cases {
		c := junitCase{Name: clean(s.Name), Time: seconds(s.Duration)}
		p.junitFound(&c, s.Found, s.Verdict)
		if what := clean(s.What); what != "" {
			if c.Out == nil {
				c.Out = &junitOutput{}
			} else {
				what += "\n"
			}
			c.Out.Text = what + c.Out.Text
		}
		why := clean(s.Why)
		if len(s.Reasons) > 0 {
			why = clean(s.Reasons[0].Text)
		}
		switch {
		case s.State == skipped:
			c = junitCase{Name: c.Name, Time: c.Time, Skipped: p.end("", why, nil)}
		case c.Failure != nil || c.Error != nil || s.Verdict == check.Pass.String():
		case s.Verdict == check.Fail.String():
			c.Failure = p.end(s.Verdict, p.Book.List(s.Findings), nil)
		default:
			c.Skipped, c.Error = nil, p.end(s.Verdict, why, nil)
		}
		out = append(out, c)
	}
	return out
}

// junitFound says in a testcase what was found. Errors fail it where the verdict does; where it doesn't, they were found and
// not proven. Those that are excused, and information, are told and do no harm.
func (p *page) junitFound(c *junitCase, found []Finding, verdict string) {
	var failing, excused []Finding
	var told []string
	for _, f := range p.worst(found) {
		if f.fails() {
			failing = append(failing, f)
		} else {
			excused = append(excused, f)
		}
	}
	for _, f := range found {
		if !f.fails() {
			told = append(told, p.account(f)...)
		}
	}
	switch {
	case len(failing) > 0 && verdict == check.Fail.String():
		c.Failure = p.end(failing[0].Code, p.gists(failing), failing)
	case len(failing) > 0:
		c.Error = p.end(verdict, p.say(phrase.CIUnproven, p.gists(failing)), failing)
	case len(excused) > 0:
		c.Skipped = p.end("", p.gists(excused), nil)
	}
	if len(told) > 0 {
		c.Out = &junitOutput{Text: p.bounded(told, junitText)}
	}
}

// gists are findings in one line.
func (p *page) gists(findings []Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, p.gist(f))
	}
	return p.Book.Statements(out...)
}

// end is how a testcase ended: a message, and the evidence of what was found, with the command that repeats it.
func (p *page) end(kind, message string, found []Finding) *junitEnd {
	e := &junitEnd{Message: fit(message, junitMessage), Type: kind}
	if len(found) == 0 {
		return e
	}
	var lines []string
	for i, f := range found {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, p.account(f)...)
	}
	e.Text = p.junitRepeat(p.bounded(lines, junitText))
	return e
}

// junitRepeat is a text with how to have it again. These lines are the most useful ones, so no bound is theirs.
func (p *page) junitRepeat(text string) string {
	text += "\n\n" + p.say(phrase.CIRepeat, p.repro())
	if p.r.Run != "" {
		text += "\n" + p.say(phrase.CIKept, clean(p.r.Run))
	}
	return text
}

// bounded are lines, as many as fit into so many bytes.
func (p *page) bounded(lines []string, room int) string {
	var b strings.Builder
	for i, line := range lines {
		if b.Len()+len(line) > room {
			rest := 0
			for _, left := range lines[i:] {
				rest += len(left) + 1
			}
			b.WriteString("\n" + p.say(phrase.CICut, count(int64(rest))))
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

// junitRun is the testcase that says whether the run came to a verdict; it fails only with what no other testcase tells, such
// as what a server did between the cases of a suite, or at its end.
func (p *page) junitRun(cases []junitCase) junitCase {
	c := junitCase{Name: "run", Time: seconds(p.r.Duration)}
	var reasons []string
	for _, reason := range p.r.Reasons {
		reasons = append(reasons, clean(reason.Text))
	}
	why := p.Book.Statements(reasons...)
	if p.r.Cases != nil {
		c.Time = seconds(0) // it is in the cases
		p.junitFound(&c, outside(p.r.Findings), p.r.Verdict.String())
	}
	if c.Failure != nil || c.Error != nil {
		return c
	}
	failed := slices.ContainsFunc(cases, func(c junitCase) bool { return c.Failure != nil })
	switch v := p.r.Verdict; {
	case v == check.Fail && !failed:
		c.Skipped, c.Failure = nil, p.end(v.String(), p.causesOf(p.r.Findings), p.worst(p.r.Findings))
	case why != "" && c.Out == nil && (v == check.Fail || v == check.Pass):
		c.Out = &junitOutput{Text: why}
	case v != check.Pass && v != check.Fail:
		if why == "" {
			why = p.sentence()
		}
		c.Skipped, c.Error = nil, p.end(v.String(), why, nil)
	}
	return c
}

// outside are the findings of a suite that belong to none of its cases, or not only.
func outside(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if len(f.In) == 0 || slices.ContainsFunc(f.Cases, func(c Case) bool { return c.In == "" }) {
			out = append(out, f)
		}
	}
	return out
}
