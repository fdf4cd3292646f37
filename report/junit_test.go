package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// junitOf is a result as JUnit, and what a reader makes of it.
func junitOf(t *testing.T, r Result) (string, junitSuites) {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	var read junitSuites
	if err := xml.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatalf("%v in:\n%s", err, out.String())
	}
	return out.String(), read
}

// keptJUnit are the results whose files for a pipeline are golden ones; the others are only read again.
var keptJUnit = []string{"early-release", "crash", "inconclusive", "hostile", "suite", "suite-pass", "explained", "compared", "watched"}

// TestJUnit writes every kind of result, and holds that what a reader makes of it is what was meant.
func TestJUnit(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			text, read := junitOf(t, c.result)
			if slices.Contains(keptJUnit, c.name) {
				golden(t, c.name+".junit.xml", text)
			}
			want := c.result.junit(phrase.English)
			read.XMLName, want.XMLName = xml.Name{}, xml.Name{}
			if diff := cmp.Diff(want, read); diff != "" {
				t.Errorf("read again it is another (-meant +read):\n%s", diff)
			}
			if !utf8.ValidString(text) || len(text) > 1<<20 {
				t.Errorf("%d bytes, valid %v", len(text), utf8.ValidString(text))
			}
			red := read.Failures + read.Errors
			if (c.result.Verdict == check.Pass) != (red == 0) || (c.result.Verdict == check.Fail) != (read.Failures > 0) {
				t.Errorf("a run with the verdict %v has %d failures and %d errors", c.result.Verdict, read.Failures, read.Errors)
			}
			if n := read.Suite.Failures + read.Suite.Errors; n != red || read.Tests != len(read.Suite.Cases) {
				t.Errorf("the counts disagree: %+v", read)
			}
		})
	}
}

// TestJUnitSchema has xmllint hold the reports against the schema.
func TestJUnitSchema(t *testing.T) {
	xmllint := peertest.Program(t, "xmllint")
	dir := t.TempDir()
	args := []string{"--noout", "--nonet", "--schema", filepath.Join("testdata", "junit.xsd")}
	for _, c := range cases() {
		path := filepath.Join(dir, c.name+".xml")
		if err := c.result.SaveJUnit(path); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(xmllint, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	// The schema says something: a testcase with two outcomes is not one.
	bad := filepath.Join(dir, "bad.xml")
	text, _ := junitOf(t, failed(1))
	text = strings.Replace(text, "<failure ", "<skipped/><failure ", 1)
	if err := os.WriteFile(bad, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(xmllint, append(args[:4], bad)...).CombinedOutput(); err == nil {
		t.Errorf("two outcomes of one testcase are valid:\n%s", out)
	}
}

// TestJUnitHistory holds that a testcase stands for each code and for the run, whatever was found, so that a pipeline can
// follow each of them.
func TestJUnitHistory(t *testing.T) {
	want := []string{}
	for _, code := range check.Codes {
		want = append(want, string(code))
	}
	want = append(want, "run")
	for _, r := range []Result{pass(), failed(3), inconclusive(), interrupted(), From(header(), judgement())} {
		_, read := junitOf(t, r)
		var got []string
		for _, c := range read.Suite.Cases {
			got = append(got, c.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", r.Verdict, diff)
		}
	}
}

// TestJUnitEvidence holds what a failure carries.
func TestJUnitEvidence(t *testing.T) {
	_, read := junitOf(t, failed(5))
	var duplicated junitCase
	for _, c := range read.Suite.Cases {
		if c.Name == "duplicated-pattern" {
			duplicated = c
		}
	}
	if duplicated.Failure == nil {
		t.Fatal("no failure")
	}
	for _, want := range []string{
		"5 times on 5 keys", "first at 0.512 s", "live/s4", duplicatedLine(0),
		"repeat it: flvstorm chaos --bug early-release --stuck-after 3s --duration 5s --seed 7", "kept in /home/ada",
	} {
		if !strings.Contains(duplicated.Failure.Text, want) {
			t.Errorf("%q is missing in:\n%s", want, duplicated.Failure.Text)
		}
	}
}

// TestJUnitOutside holds that what belongs to no case of a suite is told, beside cases that failed too.
func TestJUnitOutside(t *testing.T) {
	r := suite()
	r.Findings = append(r.Findings, Finding{ID: "sanitizer: x", Code: "sanitizer", Severity: "error", Root: true, Count: 1, FirstAt: 61_000,
		Cases: []Case{{At: 61_000, Text: "LeakSanitizer: detected memory leaks"}}})
	_, read := junitOf(t, r)
	last := read.Suite.Cases[len(read.Suite.Cases)-1]
	if last.Name != "run" || last.Failure == nil || last.Failure.Type != "sanitizer" || strings.Contains(last.Failure.Text, "duplicated") {
		t.Errorf("%+v", last)
	}
	if _, _, why := plainly(r, phrase.English).verdict(); !strings.HasSuffix(why, "(duplicated-pattern); sanitizer") {
		t.Error(why)
	}
	if _, read = junitOf(t, suite()); read.Suite.Cases[len(read.Suite.Cases)-1].Failure != nil {
		t.Error("the run fails with what its cases tell already")
	}
}

func TestSaveJUnit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "junit.xml")
	if err := failed(1).SaveJUnit(path); err != nil {
		t.Fatal(err)
	}
	if err := pass().SaveJUnit(path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Contains(got, []byte(`failures="0"`)) {
		t.Errorf("%v: the second is not in the place of the first", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("something was left behind: %v", entries)
	}
	var sentence *phrase.Error
	if err := pass().SaveJUnit(filepath.Join(dir, "no", "junit.xml")); !errors.As(err, &sentence) || sentence.ID != phrase.CIJUnitNotWritten {
		t.Errorf("into no folder: %v", err)
	}
}

// FuzzJUnit holds that whatever a server says, the report is XML that a reader takes, and bounded.
func FuzzJUnit(f *testing.F) {
	f.Add("live/s0", "[ERROR] busy")
	f.Add("]]>\x00\x1b[2J\ufffe\uffff", "<!DOCTYPE x [<!ENTITY e \"e\">]>&e;\x85\u2028")
	f.Add("\xff\xfe", strings.Repeat("\x01", 100))
	f.Fuzz(func(t *testing.T, key, line string) {
		r := failed(2)
		r.Findings[0].Keys = []string{key, line}
		r.Findings[0].Cases[0].Key, r.Findings[0].Cases[0].Log, r.Findings[0].Cases[1].Text = key, line, line
		r.Repro, r.Target.Version, r.Findings[1].Code = "flvstorm "+key, line, key
		r.Reasons = []Reason{{Code: key, Text: line}}
		var out bytes.Buffer
		if err := r.WriteJUnit(&out); err != nil {
			t.Fatal(err)
		}
		if out.Len() > 1<<20 {
			t.Errorf("%d bytes", out.Len())
		}
		d := xml.NewDecoder(&out)
		for {
			if _, err := d.Token(); err == io.EOF {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}
