package phrase

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// declared returns the IDs of the catalogue by the names of their constants, read from the source.
func declared(t *testing.T) map[string]ID {
	t.Helper()
	ids := map[string]ID{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			lit, ok := spec.Values[0].(*ast.BasicLit)
			if typ, named := spec.Type.(*ast.Ident); ok && named && typ.Name == "ID" {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				ids[spec.Names[0].Name] = ID(text)
			}
			return true
		})
	}
	if len(ids) < 100 {
		t.Fatalf("only %d IDs found: does this test still read the catalogue?", len(ids))
	}
	return ids
}

func TestEverySentenceIsThereOnce(t *testing.T) {
	seen := map[ID]string{}
	for name, id := range declared(t) {
		if other, twice := seen[id]; twice {
			t.Errorf("%s and %s are both %q", name, other, id)
		}
		seen[id] = name
		if text, ok := find(areas, id); !ok || strings.TrimSpace(text) == "" {
			t.Errorf("%s (%q) has no sentence", name, id)
		}
	}
	in := map[ID]int{}
	for _, area := range areas {
		for id := range area {
			in[id]++
			if _, ok := seen[id]; !ok {
				t.Errorf("%q has a sentence and no constant", id)
			}
		}
	}
	for id, n := range in {
		if n > 1 {
			t.Errorf("%q stands in %d areas", id, n)
		}
	}
}

// TestEverySentenceIsUsed looks for each constant in the rest of the source, and for the IDs in the scripts and the layout of the page. Codes of
// findings are looked up by name, and those of FLV are only heard, by Again.
func TestEverySentenceIsUsed(t *testing.T) {
	used, scripts := map[string]bool{}, ""
	mention := regexp.MustCompile(`\bphrase\.([A-Z]\w*)`)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2:
			return filepath.SkipDir
		case strings.HasSuffix(path, ".js") && filepath.Base(filepath.Dir(path)) == "assets":
			text, err := os.ReadFile(path)
			scripts += string(text)
			return err
		case strings.HasSuffix(path, ".html") && filepath.Base(filepath.Dir(path)) == "layout":
			text, err := os.ReadFile(path)
			scripts += strings.ReplaceAll(string(text), `"`, "'")
			return err
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range mention.FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range declared(t) {
		if !used[name] && !strings.HasPrefix(string(id), "finding.") && !strings.HasPrefix(string(id), "flv.") && !strings.Contains(scripts, "'"+string(id)+"'") {
			t.Errorf("%s (%q) is used nowhere", name, id)
		}
	}
}

func TestErrorsSpeakAndUnwrap(t *testing.T) {
	cause := errors.New("no space left on device")
	err := Errorf(CLINotWritten, cause)
	if !errors.Is(err, cause) || err.Error() != English.Say(CLINotWritten, cause) || !strings.Contains(err.Error(), "no space") {
		t.Errorf("%v", err)
	}
	var wrapped error = errors.Join(err)
	if English.Render(wrapped) != err.Error() || English.Render(cause) != cause.Error() {
		t.Errorf("rendered %q and %q", English.Render(wrapped), English.Render(cause))
	}
	if got := English.Say("no.such.sentence"); got != "no.such.sentence" {
		t.Errorf("a missing sentence says %q", got)
	}
}
