package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// TestJSON holds that the document is JSON, means what was put in, has nothing that a terminal would obey, and none of its
// lists is null.
func TestJSON(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := c.result.WriteJSON(&out); err != nil {
				t.Fatal(err)
			}
			for _, r := range out.String() {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%U stands in it", r)
				}
			}
			plain, err := json.Marshal(c.result)
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(plain, &want); err != nil {
				t.Fatal(err)
			}
			again, _ := json.Marshal(got)
			once, _ := json.Marshal(want)
			if !bytes.Equal(again, once) {
				t.Errorf("got %s\nwant %s", again, once)
			}
			nulls(t, "", got)
		})
	}
}

// nulls fails where something is null that shouldn't be.
func nulls(t *testing.T, path string, v any) {
	switch v := v.(type) {
	case nil:
		if !(strings.HasPrefix(path, ".viewers.") && strings.HasSuffix(path, "_ms")) && !slices.Contains([]string{"caused_by", "safe_armed_ms", "safe_full_ms"}, path[strings.LastIndexByte(path, '.')+1:]) {
			t.Errorf("%s is null", path)
		}
	case map[string]any:
		for name, inner := range v {
			nulls(t, path+"."+name, inner)
		}
	case []any:
		for _, inner := range v {
			nulls(t, path+"[]", inner)
		}
	}
}

// TestContract holds the fields that scripts may rely on, and their order at the beginning.
func TestContract(t *testing.T) {
	var out bytes.Buffer
	if err := failed(5).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema, Verdict, Repro string
		Seed                   int
		Target                 struct{ Profile, Version string }
		Findings               []struct {
			Code, Severity string
			Root           bool
			CausedBy       *string `json:"caused_by"`
			Count          int
			Keys           []string
			FirstAt        int `json:"first_at_ms"`
			Evidence       []map[string]any
		}
		Publish struct {
			Attempts, Accepted, Undecided int
			Refused                       map[string]int
		}
		Play    struct{ Sessions, Bytes int }
		Latency map[string]struct {
			P50, P90, P99, Max float64
			Count              int
		} `json:"latency_ms"`
		Server map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	root, effect := got.Findings[0], got.Findings[1]
	switch {
	case got.Schema != "flvstorm.result/1", got.Verdict != "fail", got.Seed != 7, got.Repro == "":
		t.Error("head:", got)
	case got.Target.Profile != "embedded", got.Target.Version != "0.1.0":
		t.Error("target:", got.Target)
	case root.Code != "duplicated-pattern", !root.Root, root.CausedBy != nil, root.Count != 5, len(root.Keys) != 5, root.FirstAt != 512:
		t.Error("root:", root)
	case len(root.Evidence) != 10, root.Evidence[0]["event"] != 41.0, root.Evidence[1]["log"] != duplicatedLine(0):
		t.Error("evidence:", root.Evidence)
	case effect.Code != "stuck-busy", effect.Root, effect.CausedBy == nil, *effect.CausedBy != "duplicated-pattern":
		t.Error("consequence:", effect)
	case got.Publish.Attempts != 200, got.Publish.Accepted != 5, got.Publish.Refused["duplicated"] != 5, got.Publish.Refused["busy"] != 190:
		t.Error("publish:", got.Publish)
	case got.Play.Sessions != 285, got.Play.Bytes != 18_816_780, got.Latency["recovery"].Count != 90, got.Server["state"] != "alive":
		t.Error("figures:", got.Play, got.Latency, got.Server)
	}
	order := []string{`"schema"`, `"verdict"`, `"seed"`, `"repro"`, `"target"`, `"findings"`, `"publish"`, `"play"`, `"latency_ms"`, `"server"`}
	last := -1
	for _, name := range order {
		at := strings.Index(out.String(), "\n  "+name)
		if at <= last {
			t.Errorf("%s is at %d, after %d", name, at, last)
		}
		last = at
	}
	refused := From(header(), check.Judgement{}).Publish.Refused
	if len(refused) != 2 {
		t.Errorf("of nothing refused: %v, want duplicated and busy with 0", refused)
	}
}

func TestSaveJSON(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "result.json")
	for range 2 { // the second replaces the first
		if err := pass().SaveJSON(path); err != nil {
			t.Fatal(err)
		}
	}
	var want bytes.Buffer
	pass().WriteJSON(&want)
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%v; %d bytes, want %d", err, len(got), want.Len())
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("something was left behind: %v", entries)
	}
	if err := pass().SaveJSON(os.DevNull); err != nil {
		t.Error(err)
	}
	err := pass().SaveJSON(filepath.Join(dir, "no", "result.json"))
	var sentence *phrase.Error
	if !errors.As(err, &sentence) || sentence.ID != phrase.JSONNotWritten || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
	if err := pass().SaveJSON(dir); err == nil {
		t.Error("a folder was taken for a file")
	}
}

func TestOutput(t *testing.T) {
	file := filepath.Join(t.TempDir(), "result.json")
	for _, c := range []struct {
		name           string
		out            Output
		result         Result
		stdout, stderr string // what each begins with
		empty          bool   // stderr
	}{
		{"tables", Output{}, pass(), "PASS  0 of", "", true},
		{"document", Output{JSON: "-"}, pass(), "{\n  \"schema\"", "PASS  0 of", false},
		{"file", Output{JSON: file}, failed(1), "FAIL  dup", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if err := c.out.Write(c.result, c.result, &stdout, &stderr); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(stdout.String(), c.stdout) || !strings.HasPrefix(stderr.String(), c.stderr) || c.empty && stderr.Len() > 0 {
				t.Errorf("stdout %.60q, stderr %.60q", stdout.String(), stderr.String())
			}
		})
	}
	// A file that can't be written is told, and the tables are not lost for it.
	var stdout bytes.Buffer
	if err := (Output{JSON: filepath.Join(file, "x")}).Write(pass(), pass(), &stdout, &stdout); err == nil || !strings.HasPrefix(stdout.String(), "PASS") {
		t.Errorf("%v; %.60q", err, stdout.String())
	}
}

// TestQuiet holds what --quiet leaves: verdict, findings, what broke, and how to repeat what didn't pass.
func TestQuiet(t *testing.T) {
	var passed, broken bytes.Buffer
	if err := (Output{Quiet: true}).Write(pass(), pass(), &passed, nil); err != nil {
		t.Fatal(err)
	}
	if err := (Output{Quiet: true}).Write(failed(1), failed(1), &broken, nil); err != nil {
		t.Fatal(err)
	}
	for text, in := range map[string][2]bool{
		"duplicated pattern": {true, true}, "What broke": {false, true}, "Outcomes": {false, false},
		"Repeat it": {false, true}, "Kept in": {false, true},
	} {
		if strings.Contains(passed.String(), text) != in[0] || strings.Contains(broken.String(), text) != in[1] {
			t.Errorf("%q: in a pass %v, in a fail %v, want %v", text, !in[0], !in[1], in)
		}
	}
}

func TestExitCode(t *testing.T) {
	for v, want := range map[check.Verdict]int{check.Pass: 0, check.Fail: 1, check.Inconclusive: 3, check.Interrupted: 130, check.Verdict(9): 3} {
		if got := ExitCode(v); got != want {
			t.Errorf("%v: %d, want %d", v, got, want)
		}
	}
}
