package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kballard/go-shellquote"
	"github.com/spf13/cobra"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// fence is a block of code in Markdown, by fences or by four blanks.
var fence = regexp.MustCompile("(?ms)^```(?:sh|yaml)\n(.*?)^```|((?:^    \\S.*\n)+)")

// TestDocumentedCommands looks for every `flvstorm …` of the documents in the command itself: a command that somebody copies
// has to be there with all of its flags.
func TestDocumentedCommands(t *testing.T) {
	seen := 0
	for _, doc := range []string{"README.md", "docs/ci.md", "docs/load.md", "docs/profiles.md", "docs/probe.md", "docs/architecture.md", "docs/findings.md", "docs/bugs-found.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(doc)))
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fence.FindAllString(string(text), -1) {
			block = strings.ReplaceAll(block, "\\\n", " ")
			for line := range strings.Lines(block) {
				for _, part := range strings.Split(line, "flvstorm ")[1:] {
					words, err := shellquote.Split(part)
					if err != nil { // prose
						words = strings.Fields(part)
					}
					if len(words) > 0 {
						seen += checkCommand(t, doc, words)
					}
				}
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d flags found: does this test still read the documents?", seen)
	}
}

// checkCommand returns how many flags it has looked up.
func checkCommand(t *testing.T, doc string, words []string) (flags int) {
	t.Helper()
	root := newRoot(phrase.English, nil, strings.NewReader(""), io.Discard, io.Discard)
	var cmd *cobra.Command
	for _, c := range root.Commands() {
		if c.Name() == words[0] {
			cmd = c
		}
	}
	if cmd == nil {
		return 0 // prose, a path, the name of the tool
	}
	for _, w := range words[1:] {
		name, long := strings.CutPrefix(strings.Trim(w, "`'\"."), "--")
		name, _, _ = strings.Cut(name, "=")
		if !long || name == "" || name == "help" {
			continue
		}
		flags++
		if cmd.Flags().Lookup(name) == nil {
			t.Errorf("%s: flvstorm %s has no flag --%s", doc, words[0], name)
		}
	}
	return flags
}

// TestFindingsAreExplained: each code has a section of its own in docs/findings.md, a line in its table and one in the README.
func TestFindingsAreExplained(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	explained, readme := read("docs/findings.md"), read("README.md")
	for _, code := range check.Codes {
		_, section, found := strings.Cut(explained, "\n## "+string(code)+"\n")
		if !found || !strings.Contains(explained, "["+string(code)+"](#"+string(code)+")") {
			t.Errorf("docs/findings.md does not explain %s", code)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, part := range []string{"**What it says.**", "**How it is decided.**", "**Seen.**"} {
			if !strings.Contains(section, part) {
				t.Errorf("docs/findings.md, %s: no %s", code, part)
			}
		}
		if !strings.Contains(readme, string(code)) {
			t.Errorf("README.md does not name %s", code)
		}
	}
}
