package profile

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"
)

// What docs/profiles.md shows loads and does what it says, and no field is missing there.
func TestDocs(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "profiles.md"))
	if err != nil {
		t.Fatal(err)
	}
	docs := string(b)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(docs, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	p, complaint := load(t, examples[0][1])
	if complaint != "" {
		t.Fatal(complaint)
	}
	if parsed, known := p.ParseLog("[2026-11-22 12:00:00.123][ERROR][1][abcd][11] publish of live/s0 refused: license"); !known ||
		parsed.Class != Denied || parsed.Key != "live/s0" || parsed.ID != "abcd" {
		t.Errorf("%+v", parsed)
	}
	p, complaint = load(t, examples[1][1])
	if complaint != "" {
		t.Fatal(complaint)
	}
	parsed, known := p.ParseLog("2026-11-22 12:00:00.123 WARN conn-17 refused live/s0 for 127.0.0.1:50001: in use")
	if !known || parsed.Class != Busy || parsed.Key != "live/s0" || parsed.ID != "conn-17" || parsed.Peer != "127.0.0.1:50001" {
		t.Errorf("%+v", parsed)
	}
	if _, ok := p.LogWall(parsed.Time); !ok {
		t.Errorf("the time %q", parsed.Time)
	}
	for _, of := range []any{Profile{}, Departure{}, LogRule{}, API{}, APIList{}, Exec{}, Hint{}, IdleBound{}} {
		for _, name := range fieldNames(reflect.TypeOf(of)) {
			if name != "" && !regexp.MustCompile("[`.]"+name+"[`.:]").MatchString(docs) {
				t.Errorf("%T: the field %s is not there", of, name)
			}
		}
	}
}
