package compare

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// keep writes the folder of a run in which a key was published, left, and came back took later; with refused it did not at first.
func keep(t *testing.T, dir string, took time.Duration, refused bool) {
	t.Helper()
	r, err := history.NewRecorder(history.RecorderConfig{Dir: dir, Header: history.Header{
		Schema: history.Schema, Tool: "devel", Seed: 7, Repro: "flvstorm chaos --bitrate 600k --gop=2s",
		Machine: history.Machine{OS: "linux", Arch: "amd64", CPUs: 2}, Target: history.Target{Log: "server.log"},
		Plan:    map[string]any{"kind": "chaos", "gap": "0s", "duration_ns": 2 * time.Second, "keys": []any{"much"}, "chaos": map[string]any{"streams": 3}},
		Profile: map[string]any{"name": "srs", "policy": "exclusive", "accept": "onstatus"},
		Judge:   history.Judge{Grace: time.Second, StuckAfter: 10 * time.Second},
	}})
	if err != nil {
		t.Fatal(err)
	}
	pub := func(at time.Duration, epoch uint32, what history.Payload) {
		r.Record(history.Event{At: at, Key: "live/s0", Actor: "pub/live/s0", Epoch: epoch, What: what})
	}
	const ms = time.Millisecond
	r.Record(history.Event{At: ms, Actor: "run", What: history.Phase{Name: "start"}})
	pub(2*ms, 1, history.PublishSent{Role: history.Owner, Conn: 1})
	pub(3*ms, 1, history.PublishAccepted{Conn: 1, Rule: "onstatus", Said: 3 * ms})
	pub(500*ms, 1, history.Departed{Conn: 1, How: "fin", Frames: 12, Bytes: 20000})
	pub(501*ms, 2, history.PublishSent{Role: history.Owner, Conn: 2, Armed: true, ServerID: "c2", After: 1, Gap: ms})
	if refused {
		r.Record(history.Event{At: 502 * ms, Actor: "server", What: history.LogLine{Line: "duplicated", Level: "ERROR", ID: "c2", Rule: "duplicated", Class: "duplicated", Key: "live/s0"}})
		pub(503*ms, 2, history.PublishRefused{Role: history.Owner, Conn: 2, Sent: 501 * ms, Stage: "publish", Wire: history.WireEOF, ServerID: "c2"})
		pub(600*ms, 3, history.PublishSent{Role: history.Owner, Conn: 3, Try: 1, After: 1})
		pub(600*ms+took, 3, history.PublishAccepted{Conn: 3, Rule: "onstatus", Said: 600*ms + took})
	} else {
		pub(501*ms+took, 2, history.PublishAccepted{Conn: 2, Rule: "onstatus", Said: 501*ms + took})
	}
	for at := time.Second; at < 2*time.Second; at += history.TickEvery {
		r.Record(history.Event{At: at, Actor: "run", What: history.Tick{}})
	}
	r.Record(history.Event{At: 2 * time.Second, Actor: "run", What: history.Phase{Name: "end"}})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRead holds how sides are named, and what is taken from a run.
func TestRead(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	for _, dir := range []string{"old/9", "old/10", "old/1", "new/1", "new/2", "alone", "one, two/gap=0"} {
		keep(t, dir, 20*time.Millisecond, strings.HasPrefix(dir, "new"))
	}
	if err := os.Mkdir("old/notes", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arg, name string
		runs      []string
	}{
		{"old", "old", []string{"old/1", "old/9", "old/10"}},
		{"old/", "old", []string{"old/1", "old/9", "old/10"}},
		{"old/9", "9", []string{"old/9"}},
		{"old/9/history.jsonl.zst", "9", []string{"old/9"}},
		{"before=old", "before", []string{"old/1", "old/9", "old/10"}},
		{"修复=old/1,old/9", "修复", []string{"old/1", "old/9"}},
		{"one, two", "one, two", []string{"one, two/gap=0"}},
		{"both=one, two", "both", []string{"one, two/gap=0"}},
		{"one, two/gap=0", "gap=0", []string{"one, two/gap=0"}},
		{"x=./one, two/gap=0", "x", []string{"./one, two/gap=0"}},
	} {
		sides, err := Read([]string{c.arg, "alone"})
		if err != nil {
			t.Errorf("%s: %v", c.arg, err)
			continue
		}
		var runs []string
		for _, r := range sides[0].Runs {
			runs = append(runs, filepath.ToSlash(r.Dir))
		}
		if sides[0].Name != c.name || !slices.Equal(runs, c.runs) {
			t.Errorf("%s: %s with %v, want %s with %v", c.arg, sides[0].Name, runs, c.name, c.runs)
		}
	}

	sides, err := Read([]string{"old", "new"})
	if err != nil {
		t.Fatal(err)
	}
	was, is := sides[0].Runs[0], sides[1].Runs[0]
	if was.Verdict != "pass" || !was.Counts || was.Figures["returns_refused"] != 0 || was.Figures["recovery_p50"] < 20 || was.Figures["recovery_p50"] > 22 ||
		len(was.Spreads["recovery"]) != 1 || was.survived != 1 {
		t.Errorf("%+v", was)
	}
	if is.Verdict != "fail" || is.Figures["returns_refused"] != 1 || !slices.Equal(is.Errors, []string{"duplicated-pattern"}) {
		t.Errorf("%+v", is)
	}
	for want, value := range map[setting]string{
		{"plan", "gap"}: "0s", {"plan", "duration"}: "2s", {"plan", "bitrate"}: "600k", {"plan", "gop"}: "2s", {"plan", "chaos.streams"}: "3",
		{"plan", "keys"}: "", {"judge", "grace"}: "1s", {"machine", "cpus"}: "2", {"judge", "log"}: "true", {"profile", "profile"}: "srs",
	} {
		if got := was.settings[want]; got != value {
			t.Errorf("%v is %q, want %q", want, got, value)
		}
	}
	if c := Of(sides); c.Verdict != Worse || c.Pairs[0].Findings[0].Status != "new" {
		t.Errorf("%s: %+v", c.Verdict, c.Pairs[0].Findings)
	}
}

// TestReadBad holds what is said of sides that are none.
func TestReadBad(t *testing.T) {
	t.Chdir(t.TempDir())
	keep(t, "a/1", time.Millisecond, false)
	keep(t, "b", time.Millisecond, false)
	if err := errors.Join(os.Mkdir("empty", 0o755), os.WriteFile("text", nil, 0o644), os.Symlink("b", "link")); err != nil {
		t.Fatal(err)
	}
	many := make([]string, MaxSides+1)
	for i := range many {
		many[i] = "b"
	}
	for _, c := range []struct {
		args []string
		want phrase.ID
	}{
		{nil, phrase.CompareTwo},
		{[]string{"a"}, phrase.CompareTwo},
		{many, phrase.CompareSides},
		{[]string{"a", "a"}, phrase.CompareTwice},
		{[]string{"a", "a/1"}, phrase.CompareTwice},
		{[]string{"b", "./link"}, phrase.CompareTwice},
		{[]string{"a,a", "b"}, phrase.CompareTwice},
		{[]string{"a", "nosuch"}, phrase.CompareNoFolder},
		{[]string{"a", "empty"}, phrase.CompareNoRun},
		{[]string{"a", "text"}, phrase.ReportNotFolder},
		{[]string{"a", "b,"}, phrase.CompareEmpty},
		{[]string{"a", ""}, phrase.CompareEmpty},
		{[]string{"a", "x="}, phrase.CompareEmpty},
		{[]string{"x=a", "x=b"}, phrase.CompareSameName},
		{[]string{"b=a", "b"}, phrase.CompareSameName},
		{[]string{"a", strings.Repeat("x", 41) + "=b"}, phrase.CompareName},
	} {
		_, err := Read(c.args)
		var sentence *phrase.Error
		if !errors.As(err, &sentence) || sentence.ID != c.want {
			t.Errorf("%q: %v, want %s", c.args, err, c.want)
		}
	}
}

// TestSidesOfOneName holds that sides are told apart.
func TestSidesOfOneName(t *testing.T) {
	t.Chdir(t.TempDir())
	keep(t, "x/runs", time.Millisecond, false)
	keep(t, "y/runs", time.Millisecond, false)
	sides, err := Read([]string{"x/runs", "y/runs"})
	if err != nil || sides[0].Name != "x/runs" || sides[1].Name != "y/runs" {
		t.Errorf("%v, %v", sides, err)
	}
	// A name that was given stays.
	sides, err = Read([]string{"runs=x/runs", "y/runs"})
	if err != nil || sides[0].Name != "runs" || sides[1].Name != "y/runs" {
		t.Errorf("%v, %v", sides, err)
	}
}

// TestNameOfParent holds that a side that is the folder above is called by its name.
func TestNameOfParent(t *testing.T) {
	here := filepath.Join(t.TempDir(), "build")
	keep(t, filepath.Join(here, "1"), time.Millisecond, false)
	t.Chdir(filepath.Join(here, "1"))
	for path, want := range map[string]string{"..": "build", ".": "1"} {
		if side, err := find(path); err != nil || side.Name != want {
			t.Errorf("%s is called %q, %v; want %q", path, side.Name, err, want)
		}
	}
}

// TestCopied holds that a run counts once, wherever its copies lie; runs of the same instant and of other seeds are others.
func TestCopied(t *testing.T) {
	at := time.Unix(1, 2)
	one := Run{Dir: "a/1", Started: at, Seed: 7}
	for _, c := range []struct {
		other Run
		want  bool
	}{
		{Run{Dir: "a/2", Started: at, Seed: 7}, true}, {Run{Dir: "a/2", Started: at, Seed: 8}, false},
		{Run{Dir: "a/2", Started: at.Add(1), Seed: 7}, false}, {Run{Dir: "a/2", Seed: 7}, false},
	} {
		for _, sides := range [][]Side{{{Runs: []Run{one, c.other}}}, {{Runs: []Run{one}}, {Runs: []Run{c.other}}}} {
			if err := copied(sides); (err != nil) != c.want {
				t.Errorf("%+v: %v", c.other, err)
			}
		}
	}
	if err := copied([]Side{{Runs: []Run{{Seed: 7}}}, {Runs: []Run{{Seed: 7}}}}); err != nil {
		t.Errorf("nobody knows when they began: %v", err)
	}
}
