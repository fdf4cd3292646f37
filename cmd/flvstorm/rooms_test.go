package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path of the module; rooms are named below it.
const module = "github.com/flvstorm/flvstorm/"

// mayImport says which room may import which others of this module, by docs/architecture.md. A prefix ending in /... stands
// for everything below it.
var mayImport = map[string][]string{
	"cmd/flvstorm":          {"chaos", "chaos/smoke", "load", "load/crowd", "load/fleet", "load/ramp", "load/steady", "load/selfwatch", "load/probe", "load/target/...", "embedded", "report", "report/check", "report/metrics", "report/threshold", "report/history", "report/story", "report/page", "report/compare", "internal/..."},
	"chaos":                 {"load", "load/target", "report/history", "internal/..."},
	"chaos/smoke":           {"chaos", "load", "load/target", "report/history", "internal/..."},
	"load":                  {"load/target", "report/history", "internal/..."},
	"load/ramp":             {"load", "internal/phrase"},
	"load/crowd":            {"load", "load/target", "report/history", "internal/..."},
	"load/fleet":            {"load", "load/target", "report/history", "internal/..."},
	"load/selfwatch":        {"report/history", "internal/..."},
	"load/steady":           {"load", "load/crowd", "load/fleet", "load/ramp", "load/selfwatch", "load/target", "report/history", "internal/..."},
	"load/probe":            {"load/target", "report/history", "report/probe", "internal/..."},
	"load/target":           {"report/history", "internal/..."},
	"load/target/launch":    {"load/target", "load/target/crash", "report/history", "internal/..."},
	"load/target/sample":    {"load/target", "report/history", "internal/..."},
	"load/target/serverlog": {"load/target", "load/target/launch", "report/history", "internal/..."},
	"load/target/crash":     {"report/history", "internal/phrase"},
	"embedded":              {"internal/..."},
	"report":                {"report/check", "report/history", "report/probe", "report/threshold", "internal/foreign", "internal/latency", "internal/profile", "internal/phrase"},
	"report/story":          {"report/check", "report/history", "internal/foreign", "internal/latency", "internal/profile", "internal/phrase"},
	"report/page":           {"report", "report/story", "report/compare", "report/check", "report/history", "internal/phrase"},
	"report/compare":        {"report", "report/story", "report/check", "report/history", "internal/foreign", "internal/latency", "internal/phrase"},
	"report/threshold":      {"internal/phrase", "internal/profile"},
	"report/metrics":        {"report/check", "report/history", "internal/..."},
	"report/probe":          {"report/check", "internal/codec", "internal/flv", "internal/foreign", "internal/media", "internal/phrase", "internal/rtmp"},
	"report/check":          {"report/history", "internal/latency", "internal/profile", "internal/phrase"},
	"report/history":        {"internal/phrase"},
	"internal/profile":      {"internal/phrase"},
	"internal/phrase":       {},
	"internal/foreign":      {},
	"internal/proc":         {},
	"internal/rtmp":         {},
	"internal/flv":          {},
	"internal/codec":        {},
	"internal/media":        {"internal/flv", "internal/phrase"},
	"internal/latency":      {"report/history"},

	// Only tests import these.
	"internal/beside":            {},
	"internal/peertest":          {},
	"internal/peertest/chromium": {"internal/peertest"},
	"internal/peertest/firefox":  {"internal/peertest"},
	"report/history/historytest": {"report/history"},
}

// forTests are the rooms that only tests import, and each other.
var forTests = []string{"internal/peertest", "internal/peertest/chromium", "internal/peertest/firefox", "report/history/historytest"}

// TestRooms holds the rules of who may import whom, and that no room has come without a rule.
func TestRooms(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != root && (strings.HasPrefix(name, ".") && name != ".." || name == "testdata" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(rel))
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s: room %s has no rule; say in mayImport whom it may import", rel, room)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			inner, ours := strings.CutPrefix(imported, module)
			if ours && slices.Contains(forTests, inner) && !slices.Contains(forTests, room) {
				t.Errorf("%s imports %s, which is for tests", rel, inner)
			}
			if ours && !slices.ContainsFunc(allowed, func(a string) bool {
				below, tree := strings.CutSuffix(a, "...")
				return inner == a || tree && strings.HasPrefix(inner+"/", below)
			}) {
				t.Errorf("%s: %s must not import %s", rel, room, inner)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
