package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	for _, doc := range []string{"README.md", "README.zh-CN.md", "docs/ci.md", "docs/compare.md", "docs/load.md", "docs/profiles.md", "docs/probe.md", "docs/architecture.md", "docs/findings.md", "docs/bugs-found.md"} {
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

// remark is what a line of shell says about itself.
var remark = regexp.MustCompile(`\s+#.*$`)

// commandsOf are the commands of a document's blocks, in their order, without remarks.
func commandsOf(text string) []string {
	var out []string
	for _, block := range fence.FindAllString(text, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block, "\\\n", " ")) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			if strings.HasPrefix(line, "flvstorm ") || strings.HasPrefix(line, "make ") {
				out = append(out, strings.Join(strings.Fields(remark.ReplaceAllString(line, "")), " "))
			}
		}
	}
	return out
}

// TestBothReadmesSayTheSame: the two READMEs have the same commands in the same order, as many sections and rows of tables, and
// name the same flags, small commands and documents.
func TestBothReadmesSayTheSame(t *testing.T) {
	var texts []string
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if english, chinese := commandsOf(texts[0]), commandsOf(texts[1]); !slices.Equal(english, chinese) || len(english) < 8 {
		t.Errorf("the commands differ, or are few:\n%s\n\n%s", strings.Join(english, "\n"), strings.Join(chinese, "\n"))
	}
	for _, c := range []struct {
		what  string
		least int
		find  *regexp.Regexp
	}{
		{"headings", 8, regexp.MustCompile(`(?m)^#+ `)},
		{"rows", 25, regexp.MustCompile(`(?m)^\|`)},
		{"pictures", 1, regexp.MustCompile(`(?m)^!\[`)},
		{"documents", 8, regexp.MustCompile(`\]\(docs/[^)]+\.md\)`)},
		{"in code", 30, regexp.MustCompile("`(?:--|flvstorm |make |rtmps?://|https?://)[^`]*`")},
	} {
		english, chinese := c.find.FindAllString(texts[0], -1), c.find.FindAllString(texts[1], -1)
		// The order of words in a sentence is each language's own.
		slices.Sort(english)
		slices.Sort(chinese)
		if !slices.Equal(english, chinese) || len(english) < c.least {
			t.Errorf("%s differ, or are few:\n%q\n%q", c.what, english, chinese)
		}
	}
	for i, link := range []string{"](README.zh-CN.md)", "](README.md)"} {
		if head, _, _ := strings.Cut(texts[i], "\n## "); !strings.Contains(head, link) {
			t.Errorf("no link %s in the head of a README", link)
		}
	}
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
	explained, readme, chinese := read("docs/findings.md"), read("README.md"), read("README.zh-CN.md")
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
		if !strings.Contains(chinese, string(code)) {
			t.Errorf("README.zh-CN.md does not name %s", code)
		}
	}
}
