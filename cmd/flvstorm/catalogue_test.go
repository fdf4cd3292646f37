package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// sentence matches what may be one: two words beside each other.
var sentence = regexp.MustCompile(`[A-Za-z]{2,},? [a-z]{2,}`)

// unspoken are rooms in which nothing is said to a person: what they write is a protocol, a server's log, or a test's.
var unspoken = []string{"embedded", "internal/rtmp", "internal/flv", "internal/codec", "internal/media", "internal/proc", "internal/peertest",
	"internal/phrase", "internal/profile", "internal/foreign"}

// notSentences are the literals elsewhere that look like sentences, by file, and why they stand outside of the catalogue.
var notSentences = map[string][]struct{ why, begins string }{
	"chaos/script.go":                     {{"a panic for programmers", "chaos: a script"}},
	"chaos/smoke/suite.go":                {{"the cause of a context", "the server is dead"}},
	"cmd/flvstorm/main.go":                {{"never printed", "exit status"}},
	"cmd/flvstorm/profiles.go":            {{"how the command is called", "flvstorm profiles NAME"}},
	"load/crowd/answer.go":                {{"what was wrong on the wire: evidence, as it was kept", ""}},
	"load/crowd/goroutines.go":            {{"the cause of a context", "held for"}},
	"load/crowd/parser.go":                {{"what was wrong on the wire", "flv: "}},
	"load/probe/probe.go":                 {{"the cause of a context", "more than"}},
	"load/selfwatch/ports_linux.go":       {{"an answer of the kernel's that none expects", "not what"}},
	"load/steady/steady.go":               {{"a panic for programmers", "steady: "}},
	"load/stream.go":                      {{"what was wrong on the wire", ""}},
	"load/witness.go":                     {{"what was wrong on the wire", ""}},
	"load/target/probe.go":                {{"a value of an event", "hung up"}},
	"load/target/launch/seen_linux.go":    {{"a line of /proc", "Max core"}},
	"load/target/sample/list.go":          {{"what was wrong with an answer", "its lists"}},
	"load/target/serverlog/follower.go":   {{"words of servers", ""}},
	"load/target/serverlog/sanitizer.go":  {{"words of sanitizers", ""}},
	"load/target/sources_names.go":        {{"words of the resolver", ""}},
	"load/target/tls.go":                  {{"words of crypto/tls", "remote error"}},
	"load/target/crash/frames.go":         {{"words of gdb", ""}},
	"load/target/crash/gdb.go":            {{"words of gdb", ""}},
	"load/target/crash/pc.go":             {{"words of gdb", ""}},
	"report/check/sanitizer.go":           {{"words of sanitizers", ""}},
	"report/crash.go":                     {{"words of a symbol", "(anonymous"}},
	"report/history/codec.go":             {{"what is wrong with a record", "event %d"}},
	"report/history/recorder.go":          {{"the detail of a drop, as it is kept", "the queue"}},
	"report/history/historytest/notes.go": {{"a test's", ""}},
	"report/json.go":                      {{"what writing fails with", "write the"}},
	"report/issuerecipes.go":              {{"commands of a shell", ""}},
	"report/issuescript.go":               {{"commands of a shell", ""}},
	"report/junit.go":                     {{"what writing fails with", "write the"}},
	"report/table.go":                     {{"what writing fails with", "draw the"}},
	"report/metrics/serve.go":             {{"a page for programs", "<!doctype"}},
	"report/page/spread.go":               {{"classes of the page", "spread-mark"}},
	"report/page/todo.go":                 {{"a command line", "flvstorm report "}, {"a command line", " --format"}},
	"report/page/view.go":                 {{"a picture", "<svg"}},
	"report/sheet.go":                     {{"what writing fails with", "draw the"}},
	"report/story/json.go":                {{"what is wrong with a story", "%d numbers"}},
	"report/threshold/slips.go":           {{"words of the parser of expressions", "^unexpected"}},
}

// TestNoSentenceOutsideTheCatalogue reads the literals of everything that speaks to people.
func TestNoSentenceOutsideTheCatalogue(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || slices.Contains(unspoken, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		seen++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				n.Tag = nil
			case *ast.BasicLit:
				if n.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(n.Value)
				if err != nil || !sentence.MatchString(markup.ReplaceAllString(text, "")) || strings.HasPrefix(text, "write the ") {
					return true
				}
				for _, other := range notSentences[rel] {
					if strings.HasPrefix(text, other.begins) {
						return true
					}
				}
				t.Errorf("%s: %q is said to somebody and not in the catalogue (internal/phrase), or belongs to notSentences with its reason",
					set.Position(n.Pos()), text)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("only %d files were read", seen)
	}
}

// literal matches a string of a script, inLayout the text between two tags of a layout.
var (
	literal  = regexp.MustCompile("'([^'\\n]*)'|\"([^\"\\n]*)\"|`([^`]*)`")
	comment  = regexp.MustCompile(`(?m)^\s*//.*$|\s//\s.*$|(?s:/\*.*?\*/)`)
	inLayout = regexp.MustCompile(`>([^<>{}]*)<`)
)

// TestNoSentenceInScripts does the same with the scripts and the layouts of the page.
func TestNoSentenceInScripts(t *testing.T) {
	for pattern, texts := range map[string]*regexp.Regexp{"../../report/page/assets/*.js": literal, "../../report/page/layout/*": inLayout} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if filepath.Base(file) == "uplot.js" {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range texts.FindAllStringSubmatch(comment.ReplaceAllString(string(source), ""), -1) {
				said := strings.Join(m[1:], "")
				if words := regexp.MustCompile(`[A-Za-z]{3,},? [a-z]{2,},? [a-z]{2,}`).FindString(said); words != "" && !strings.HasPrefix(said, "use ") {
					t.Errorf("%s: %q is said to somebody and not in the catalogue", filepath.Base(file), said)
				}
			}
		}
	}
}

// markup is what the page of a report is built of.
var markup = regexp.MustCompile(`(?s)<[^<>]*>|default-src.*|img-src.*|use strict`)

// english matches four English words beside each other, as no Chinese help has them outside of what is code.
var english = regexp.MustCompile(`\b[a-z]{2,}[,;]? [a-z]{2,}[,;]? [a-z]{2,}[,;]? [a-z]{2,}\b`)

// TestHelpInChinese looks for English left in the help of each command.
func TestHelpInChinese(t *testing.T) {
	root := newRoot(phrase.Chinese, nil, nil, &bytes.Buffer{}, &bytes.Buffer{})
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		args := append(strings.Fields(c.CommandPath())[1:], "--help", "--lang", "zh")
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), args, nil, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
			t.Errorf("%v: status %d, %s", args, code, stderr.String())
		}
		if !strings.ContainsAny(stdout.String(), "用法") {
			t.Errorf("%v says no Chinese", args)
		}
		for _, line := range strings.Split(stdout.String(), "\n") {
			if command := strings.TrimSpace(line); strings.HasPrefix(command, "flvstorm ") || strings.Contains(command, "; flvstorm ") {
				continue
			}
			if words := english.FindString(line); words != "" {
				t.Errorf("%v: %q in %q", args, words, line)
			}
		}
		for _, sub := range c.Commands() {
			if !sub.Hidden {
				walk(sub)
			}
		}
	}
	walk(root)
}

// TestHelpOfNoCommand holds that help for a command that isn't there is no help for all.
func TestHelpOfNoCommand(t *testing.T) {
	for args, want := range map[string]int{"help nosuch": exitUsage, "help chaos": 0, "help": 0} {
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), strings.Fields(args), nil, &stdout, &stderr); code != want || (stderr.Len() > 0) != (want != 0) {
			t.Errorf("%s: status %d, %q", args, code, stderr.String())
		}
	}
}

// TestLanguage is which language a command line and an environment ask for.
func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		args     string
		locale   string
		want     string
		refusing bool
	}{
		{"chaos", "", "en", false},
		{"chaos", "zh_CN.UTF-8", "zh", false},
		{"chaos", "zh", "zh", false},
		{"chaos", "C", "en", false},
		{"chaos", "zhuang", "en", false},
		{"chaos --lang en", "zh_CN.UTF-8", "en", false},
		{"--lang=zh chaos", "en_US.UTF-8", "zh", false},
		{"chaos --lang zh", "", "zh", false},
		{"chaos --lang zh --lang en", "", "en", false},
		{"chaos --lang=en --lang zh", "", "zh", false},
		{"chaos --lang fr", "zh_TW", "zh", true},
		{"chaos -- --lang zh", "", "en", false},
	} {
		t.Setenv("LC_ALL", c.locale)
		book, err := language(strings.Fields(c.args))
		if book.Lang() != c.want || (err != nil) != c.refusing {
			t.Errorf("%q in %q speaks %s, %v", c.args, c.locale, book.Lang(), err)
		}
	}
}
