package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// loadOf are the flags of a load, checked as the command does.
func loadOf(t *testing.T, args ...string) (*loadFlags, error) {
	t.Helper()
	t.Setenv("CI", "")
	l := new(loadFlags)
	set := pflag.NewFlagSet("load", pflag.ContinueOnError)
	l.add(set, phrase.English)
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	return l, l.validate()
}

// TestSearchIsBounded holds that a search which names no largest load is bounded by all that this machine lacks for a larger one, and
// not refused for that; one that names it is.
func TestSearchIsBounded(t *testing.T) {
	search := []string{"--find-limit", "generator.lag_ms.p99 < 1000"}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"descriptors", nil},
		{"chaos beside", []string{"--chaos", "20"}},
		{"ports", []string{"--source-ip", "127.0.0.1", "--churn", "50%@1s"}},
		{"publishers", []string{"--publish-only"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := loadOf(t, join(search, c.args)...)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.fit(t.Context()); err != nil {
				t.Errorf("with a bound of our own: %v", err)
			}
			found := l.most
			if found < l.start || l.publishOnly && l.spec.Load.Streams != found {
				t.Errorf("up to %d from %d on, %d streams", found, l.start, l.spec.Load.Streams)
			}
			if found == searchTo {
				t.Skip("this machine lacks nothing")
			}
			if l.most++; l.shortage() == nil {
				t.Errorf("%d would fit as well", l.most)
			}
			named, err := loadOf(t, join(search, c.args, []string{"--max", fmt.Sprint(found + 1)})...)
			if err != nil {
				t.Fatal(err)
			}
			if named.fit(t.Context()) == nil {
				t.Errorf("--max %d was taken", found+1)
			}
		})
	}
}

// TestListedPublishers holds that no more publishers are wanted than a file has streams for.
func TestListedPublishers(t *testing.T) {
	list := filepath.Join(t.TempDir(), "streams.csv")
	rows := "stream,publish_url,play_url\n"
	for _, s := range []string{"a", "b"} {
		rows += fmt.Sprintf("%s,rtmp://127.0.0.1:1/live/%[1]s,http://127.0.0.1:1/live/%[1]s.flv\n", s)
	}
	if err := os.WriteFile(list, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	const search = "--find-limit=blocks < 1"
	for _, c := range []struct {
		args []string
		want string // in the problem; "" for none
	}{
		{[]string{"--stages", "0:1,1s:2"}, ""},
		{[]string{"--stages", "0:1,1s:3"}, "3 publishers, and --streams-file has 2 streams"},
		{[]string{search}, ""},
		{[]string{search, "--max", "3"}, "3 publishers, and --streams-file has 2 streams"},
		{[]string{search, "--start", "3"}, "--start 3: the first load of the search must be 1 to --max (2)"},
	} {
		l, err := loadOf(t, join([]string{"--publish-only", "--streams-file", list}, c.args)...)
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q: %v, want %q", c.args, err, c.want)
		case c.want == "" && (l.walk().Most() > 2 || l.start > 2):
			t.Errorf("%q: from %d up to %d of 2 streams", c.args, l.start, l.walk().Most())
		}
	}
	if _, err := loadOf(t, search, "--max", "4"); err != nil {
		t.Errorf("a largest load below the default of the first: %v", err)
	}
}

// TestSearchOfPublishersNamesNoPlayers holds that what nobody did is no name there: it would hold of any load.
func TestSearchOfPublishersNamesNoPlayers(t *testing.T) {
	for _, name := range []string{"stall_rate", "first_frame_ms.p99", "refused_rate"} {
		if _, err := newLimit(name+" < 1", "publishers"); err == nil {
			t.Errorf("%s of publishers", name)
		}
		if _, err := newLimit(name+" < 1", "players"); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"blocked_rate", "publish_behind_ms.p99", "generator.late_windows", "measured_ms"} {
		if _, err := newLimit(name+" < 1", "publishers"); err != nil {
			t.Error(err)
		}
	}
}

// TestPeakIsOfAllStreams holds that the players that nobody asked for are not counted where steps say how many there are.
func TestPeakIsOfAllStreams(t *testing.T) {
	for _, c := range []struct {
		args    []string
		want    string // in the problem; "" for none
		players int
	}{
		{[]string{"--streams", "2000", "--stages", "0:10,1s:10"}, "", 1},
		{[]string{"--streams", "2000", "--find-limit", "stalls < 1"}, "", 10},
		{[]string{"--streams", "1", "--stages", "0:100000,1s:1"}, "", 20000},
		{[]string{"--streams", "2000"}, "--streams 2000 with --players 100 each", 100},
		{[]string{"--publish-only", "--stages", "0:20000,1s:20000"}, "", 0},
		{[]string{"--publish-only", "--stages", "0:20001,1s:20001"}, "--publish-only: 20001 publishers are more", 0},
		{[]string{"--publish-only", "--find-limit", "blocks < 1", "--max", "20001"}, "--publish-only: 20001 publishers are more", 0},
	} {
		l, err := loadOf(t, c.args...)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: %v, want %q", c.args, err, c.want)
		}
		if l.spec.Load.Players != c.players {
			t.Errorf("%q: %d players of each stream, want %d", c.args, l.spec.Load.Players, c.players)
		}
	}
}
