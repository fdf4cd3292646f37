package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// obeyed is what GitHub's runner takes for a command: a line that begins with two colons, or the older form anywhere in one.
var obeyed = regexp.MustCompile(`(?m)^\s*::.*::|##\[`)

// TestAnnotations holds what is annotated and how: one line each, escaped, ten at most.
func TestAnnotations(t *testing.T) {
	for _, c := range cases() {
		var out bytes.Buffer
		if err := c.result.annotate(&out, phrase.English); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) > annotations {
			t.Errorf("%s: %d annotations", c.name, len(lines))
		}
		failed := false
		for _, line := range lines {
			level, rest, _ := strings.Cut(line, " title=")
			title, text, whole := strings.Cut(rest, "::")
			if (level != "::error" && level != "::warning" && level != "::notice") || !whole || title == "" || text == "" {
				t.Errorf("%s: %q is no annotation", c.name, line)
			}
			if strings.ContainsAny(title, ":,\r\n") || strings.ContainsFunc(line, unicode.IsControl) {
				t.Errorf("%s: not escaped: %q", c.name, line)
			}
			failed = failed || level == "::error"
		}
		if failed != (c.result.Verdict == check.Fail) {
			t.Errorf("%s: an error is annotated %v, the verdict is %v", c.name, failed, c.result.Verdict)
		}
	}
	var out bytes.Buffer
	if err := suite().annotate(&out, phrase.English); err != nil {
		t.Fatal(err)
	}
	golden(t, "suite.annotations", out.String())
}

// TestManyAnnotations holds that what has no room is counted.
func TestManyAnnotations(t *testing.T) {
	r := failed(1)
	for _, code := range check.Codes {
		f := r.Findings[0]
		f.Code, f.ID, f.Cases = string(code), string(code), nil
		r.Findings = append(r.Findings, f)
	}
	r.Findings = r.Findings[2:]
	var out bytes.Buffer
	if err := r.annotate(&out, phrase.English); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if want := len(check.Codes) - annotations + 1; len(lines) != annotations || !strings.Contains(lines[annotations-1], phrase.English.Say(phrase.CIMore, count(int64(want)))) {
		t.Errorf("%d lines, the last: %s", len(lines), lines[len(lines)-1])
	}
}

func TestAnnotationEscapes(t *testing.T) {
	got := annotation("error", "a: b, 100%\n", "x: y, 50%\r\nz")
	if want := "::error title=a%3A b%2C 100%25%0A::x: y, 50%25%0D%0Az\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestGitHubOutput holds that a step gets its tables where no line of them is obeyed, its annotations after that, and its
// summary in the file that is named, after what stood there.
func TestGitHubOutput(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary.md")
	if err := os.WriteFile(summary, []byte("before\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv(summaryVar, summary)
	var stdout, stderr bytes.Buffer
	if err := (Output{GitHub: true}).Write(hostileSuite(), hostileSuite(), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	text := stdout.String()
	first, _, _ := strings.Cut(text, "\n")
	token, stopped := strings.CutPrefix(first, "::stop-commands::")
	if !stopped || len(token) < 20 {
		t.Fatalf("the first line is %q", first)
	}
	tables, after, resumed := strings.Cut(text[len(first)+1:], "\n::"+token+"::\n")
	if !resumed || !strings.Contains(tables, "FAIL") || !obeyed.MatchString(tables) {
		t.Errorf("commands are not resumed, or the case is not hostile enough:\n%s", text)
	}
	if !strings.HasPrefix(after, "::error title=") {
		t.Errorf("after the tables: %.200q", after)
	}
	got, err := os.ReadFile(summary)
	if err != nil || !strings.HasPrefix(string(got), "before\n### flvstorm: FAIL\n") {
		t.Errorf("%v: the summary is %.100q", err, got)
	}

	// With the document on standard output, the step's commands go where the tables go.
	stdout.Reset()
	t.Setenv(summaryVar, "")
	if err := (Output{GitHub: true, JSON: "-"}).Write(pass(), pass(), &stdout, &stderr); err != nil || strings.Contains(stdout.String(), "::") {
		t.Errorf("%v: %s", err, stdout.String())
	}
	if !strings.Contains(stderr.String(), "::notice title=flvstorm%3A pass::PASS: 0 of 1,640") {
		t.Error(stderr.String())
	}

	// A summary that can't be written is told, and costs nothing else.
	t.Setenv(summaryVar, filepath.Join(t.TempDir(), "no", "summary.md"))
	stdout.Reset()
	err = (Output{GitHub: true}).Write(pass(), pass(), &stdout, &stderr)
	var sentence *phrase.Error
	if !errors.As(err, &sentence) || sentence.ID != phrase.CISummaryNotWritten || !strings.Contains(stdout.String(), "::notice") {
		t.Errorf("%v; %s", err, stdout.String())
	}
}

// TestMarkdown holds the summary's form, and that it is bounded.
func TestMarkdown(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			text := c.result.Markdown(phrase.English)
			soundMarkdown(t, text)
			switch c.name {
			case "suite", "pass", "explained", "hostile-suite":
				golden(t, c.name+".md", text)
			}
		})
	}
	r := failed(1)
	for i := range 400 {
		f := r.Findings[0]
		f.ID = fmt.Sprint(f.ID, i)
		f.Cases = []Case{{Key: "live/s0", Log: strings.Repeat("word ", 700)}}
		r.Findings = append(r.Findings, f)
	}
	text := r.Markdown(phrase.English)
	soundMarkdown(t, text)
	if !strings.Contains(text, "for which there is no room here") || !strings.Contains(text, "flvstorm chaos --bug early-release") {
		t.Error("what is left out is not told, or how to repeat it is lost")
	}
}

// tags are those that the summary is made with; no others may stand in it.
var (
	tags  = regexp.MustCompile(`</?(details|summary|code|span)>`)
	markd = regexp.MustCompile("[<`*~\\[\\\\@$]|(?i:https?://|www\\.)|&[a-zA-Z#]|^\\s*(>|::)|(^|[^\\pL\\pN])_|_([^\\pL\\pN]|$)")
)

// entities are those that stand in a block of HTML.
var entities = regexp.MustCompile(`&(lt|gt|amp|#34|#39);`)

// soundMarkdown fails where text is too long, or has markup outside of fences that is not ours.
func soundMarkdown(t *testing.T, text string) {
	t.Helper()
	if len(text) > markdownBytes+1024 || !utf8.ValidString(text) {
		t.Errorf("%d bytes, valid %v", len(text), utf8.ValidString(text))
	}
	fence, details := "", 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "" && line == fence:
			fence = ""
			continue
		case fence == "" && len(marks) >= 3:
			fence = marks
			continue
		}
		if strings.ContainsFunc(line, unicode.IsControl) {
			t.Errorf("a control character stands in %q", line)
		}
		if fence != "" {
			if len(marks) >= len(fence) {
				t.Errorf("the fence %q is ended by %q", fence, line)
			}
			continue
		}
		if span, kept := strings.CutPrefix(line, phrase.English.Say(phrase.TableKept)+" "); kept {
			marks := span[:len(span)-len(strings.TrimLeft(span, "`"))]
			if inner := strings.TrimSuffix(span[len(marks):], marks); len(marks) == 0 || len(inner)+2*len(marks) != len(span) ||
				strings.Contains(inner, marks) || strings.HasSuffix(inner, "`") {
				t.Errorf("not in the type of code: %q", line)
			}
			continue
		}
		own := strings.ReplaceAll(line, `\<`, "")
		details += strings.Count(own, "<details>") - strings.Count(own, "</details>")
		rest := tags.ReplaceAllString(line, "")
		if strings.HasPrefix(line, "<details><summary>") { // no Markdown is read there
			rest = entities.ReplaceAllString(rest, "")
			if strings.ContainsAny(rest, "<>&\"") || strings.Contains(line, "@") && !strings.Contains(line, "<span>@</span>") {
				t.Errorf("markup that is not ours: %q", line)
			}
			continue
		}
		rest = escaped.ReplaceAllString(strings.NewReplacer("<span>@</span>", " ", "<span>#</span>", " ", "<span>$</span>", " ").Replace(line), " ")
		rest = tags.ReplaceAllString(rest, "")
		if strings.HasPrefix(rest, "**") {
			rest = strings.Trim(rest, "*")
		}
		if markd.MatchString(rest) {
			t.Errorf("markup that is not ours: %q", line)
		}
	}
	if fence != "" || details != 0 {
		t.Errorf("a fence %q is open, and %d details", fence, details)
	}
}

// FuzzMarkdown holds that nothing that a server says becomes markup, ends a fence, or is taken for a command.
func FuzzMarkdown(f *testing.F) {
	f.Add("live/s0", "[ERROR] busy")
	f.Add("```\n</details>", "``````````` | <img src=x> ![](http://a) @all\r\n::error::x")
	f.Add("\xff\xe2", " ")
	f.Add("\xff\u2028", "##[error]\x00&amp;&#60;b&#62; <!--")
	f.Fuzz(func(t *testing.T, key, line string) {
		r := suite()
		r.Findings[0].Keys = []string{key, line}
		r.Findings[0].Cases[0].Key, r.Findings[0].Cases[0].Log, r.Findings[0].Cases[1].Text = key, line, line
		r.Repro, r.Target.Version, r.Target.PublishURL, r.Run = "flvstorm "+key, line, key, line
		r.Reasons = []Reason{{Code: key, Text: line}}
		r.Cases[3].Why, r.Cases[2].Name = line, key
		soundMarkdown(t, r.Markdown(phrase.English))
		var out bytes.Buffer
		if err := r.annotate(&out, phrase.English); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if !strings.HasPrefix(line, "::error title=flvstorm%3A ") && !strings.HasPrefix(line, "::warning title=flvstorm%3A ") {
				t.Errorf("a line of its own: %q", line)
			}
		}
	})
}
