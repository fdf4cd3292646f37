package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestIssueLogClock holds that lines of a log stand where they were written as far as that is known, and never behind where they were
// read; one of before the departure that is read after it is no part of the story.
func TestIssueLogClock(t *testing.T) {
	const key, pub, ahead = "live/s0", "pub/live/s0", 8 * time.Hour
	started := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	offset := Millis(ahead / ms)
	log := func(read, written time.Duration, text string) history.Event {
		wall := started.Add(written*ms + ahead).UnixMilli()
		if written == 0 {
			wall = 0
		}
		return history.Event{At: read * ms, Key: key, Actor: "server", What: history.LogLine{Line: text, Level: "ERROR", Wall: wall}}
	}
	events := []history.Event{
		{At: 100 * ms, Key: key, Actor: pub, What: history.PublishAccepted{}},
		{At: 500 * ms, Key: key, Actor: pub, What: history.Departed{How: "rst"}},
		{At: 501 * ms, Key: key, Actor: pub, What: history.PublishSent{Role: history.Owner, After: 1}},
		{At: 503 * ms, Key: key, Actor: pub, What: history.PublishRefused{Wire: history.WireEOF}},
		log(520, 450, "of before"),
		log(520, 502, "why"),
		{At: 525 * ms, Key: key, Actor: pub, What: history.PublishSent{Role: history.Owner, Try: 1}},
		log(530, 0, "timeless"),
		log(540, 700, "of a clock that leaps"),
	}
	told := func(clock *logClock) (out []string) {
		teller := newTeller(Finding{Code: "duplicated-pattern"}, Case{Key: key, At: 503})
		teller.clock = clock
		for _, e := range events {
			teller.step(e)
		}
		s := teller.story()
		if s.Clocked != (clock != nil) {
			t.Errorf("clocked: %v", s.Clocked)
		}
		for _, m := range s.Moments {
			text := string(m.What)
			if m.What == MomentLog {
				text = m.How
			}
			if m.Read {
				text += " (read)"
			}
			out = append(out, count(int64(m.At/ms))+" "+text)
		}
		return out
	}
	clock := clockOf(Result{Started: started, Log: &Log{Offset: &offset}})
	if got, want := told(clock), []string{"500 left", "501 sent", "502 why", "503 refused", "525 retry", "530 timeless (read)",
		"540 of a clock that leaps"}; !slices.Equal(got, want) {
		t.Errorf("with a clock: %q", got)
	}
	if got, want := told(nil), []string{"500 left", "501 sent", "503 refused", "520 of before (read)", "520 why (read)", "525 retry",
		"530 timeless (read)", "540 of a clock that leaps (read)"}; !slices.Equal(got, want) {
		t.Errorf("without: %q", got)
	}
	for _, r := range []Result{{}, {Started: started, Log: &Log{}}, {Log: &Log{Offset: &offset}}} {
		if clockOf(r) != nil {
			t.Errorf("a clock by %+v", r)
		}
	}
	for _, c := range []struct {
		story IssueStory
		want  string
	}{
		{IssueStory{Clocked: true}, "at their own times (± 1 ms)."},
		{IssueStory{Clocked: true, Moments: []IssueMoment{{What: MomentLog, Read: true}}}, "those marked (read then)"},
		{IssueStory{Moments: []IssueMoment{{What: MomentLog, Read: true, How: "x"}}}, "stand where they were read"},
	} {
		c.story.Moments = append(c.story.Moments, IssueMoment{What: MomentLog, How: "line"})
		if text := failed(1).Issue(phrase.English, c.story); !strings.Contains(text, c.want) || strings.Count(text, "Lines of the server's log") != 1 {
			t.Errorf("%q is not in\n%s", c.want, text)
		}
	}
}

// TestIssueNearest holds that a death before which nobody left is told by one key, and players that come to the same as one.
func TestIssueNearest(t *testing.T) {
	var events []history.Event
	for i := range time.Duration(30) {
		key := "live/s" + count(int64(i%3))
		events = append(events,
			history.Event{At: (500 + i) * ms, Key: key, Actor: "pub/" + key, What: history.PublishRefused{Wire: history.WireEOF}},
			history.Event{At: (500 + i) * ms, Key: key, Actor: "play/" + key + "/" + count(int64(i)), What: history.PlayEnded{Wire: history.WireEOF}})
	}
	s := storyOf(Finding{Code: "server-crashed"}, Case{At: 529}, events...)
	if s.Key != "live/s2" || s.OtherKeys != 2 || s.Elsewhere != 40 {
		t.Errorf("%+v", s)
	}
	var ended []string
	for _, m := range s.Moments {
		if m.Who != "pub/live/s2" && !strings.HasPrefix(m.Who, "play/live/s2/") {
			t.Errorf("of another key: %+v", m)
		}
		if m.What == MomentPlayEnd {
			ended = append(ended, m.Who+" "+count(int64(m.Times)))
		}
	}
	if want := []string{"play/live/s2/11 1", "play/live/s2/* 6"}; !slices.Equal(ended, want) {
		t.Errorf("players: %q", ended)
	}
}

// TestIssueSanitizer holds that a sanitizer's report stands whole before all other evidence, hidden as the rest is, and once.
func TestIssueSanitizer(t *testing.T) {
	r := failed(2)
	lines := []string{"==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1", "    #0 0x2 in find_handler /home/ada/srs/app.cpp:7 " + strings.Repeat("x", 500)}
	for i := range issueReport {
		lines = append(lines, "    #"+count(int64(i+1))+" frame")
	}
	san := Finding{Code: string(check.Sanitizer), ID: "san", Severity: string(check.Error), Root: true, Count: 1, FirstAt: r.Findings[0].FirstAt + 300,
		Cases: []Case{{At: 900, Text: "AddressSanitizer: heap-use-after-free", Report: &Sanitizer{Tool: "AddressSanitizer", What: "heap-use-after-free",
			File: "evidence/sanitizer-1.txt", Lines: lines}}}}
	r.Findings = append([]Finding{san}, r.Findings...)
	r.Run = "../runs/mine"
	text := r.Issue(phrase.English, IssueStory{})
	first := strings.Index(text, "### Evidence")
	if !strings.HasPrefix(text[first:], "### Evidence: the report of AddressSanitizer\n\n```text\n==7==ERROR") {
		t.Errorf("not the first evidence:\n%s", text[first:])
	}
	for want, times := range map[string]int{
		"heap-use-after-free on address": 1, "    #0 0x2 in find_handler PATH/app.cpp:7 " + strings.Repeat("x", 500) + "\n": 1, "    #198 frame\n": 1, "    #199 frame": 0,
		"… and 2 more": 1, "/home/ada": 0, "runs/mine": 0, "sanitizer-1.txt": 0,
	} {
		if got := strings.Count(text, want); got != times {
			t.Errorf("%q stands %d times, want %d", want, got, times)
		}
	}
	r.Findings[0].Allowed = true
	if text := r.Issue(phrase.English, IssueStory{}); strings.Contains(text, "the report of") {
		t.Errorf("one that is allowed is evidence:\n%s", text)
	}
}

// TestNothingToReport holds that a run that failed by nothing makes no report, and what is said of it instead.
func TestNothingToReport(t *testing.T) {
	for _, c := range []struct {
		verdict check.Verdict
		want    string
	}{
		{check.Pass, "nothing to report: the run passed; --format markdown has its summary"},
		{check.Inconclusive, "nothing to report: the run came to no verdict; --format markdown says why"},
		{check.Interrupted, "nothing to report: the run was interrupted before anything failed; --format markdown has its summary"},
		{check.Fail, "nothing to report: nothing failed that a server could be told of; --format markdown has its summary"},
	} {
		r := failed(1)
		if r.Verdict = c.verdict; r.NothingToReport() != "" || r.Issue(phrase.English, IssueStory{}) == "" {
			t.Errorf("%s: its finding is nothing", c.verdict)
		}
		r.Findings = nil
		if got := phrase.English.Say(r.NothingToReport()); got != c.want || r.Issue(phrase.English, IssueStory{}) != "" {
			t.Errorf("%s: %q", c.verdict, got)
		}
		r.Thresholds = []Threshold{{Expr: "p99 > 1s"}}
		if r.NothingToReport() != "" {
			t.Errorf("%s: its threshold is nothing", c.verdict)
		}
	}
}

// TestIssueLegend holds that the words that stand for others are said to do so at the top, those that are used and no others.
func TestIssueLegend(t *testing.T) {
	r := failed(1)
	if text := r.Issue(phrase.English, IssueStory{}); strings.Contains(text, "Placeholders") {
		t.Errorf("nothing is hidden:\n%s", text)
	}
	r.Repro = "flvstorm chaos --publish-url 'rtmp://cam.example.org/live/{stream}?k=v' --log /tmp/mine/x.log"
	text := r.Issue(phrase.English, IssueStory{})
	legend, steps := strings.Index(text, "Placeholders, to be replaced in commands: `HOST`, `PATH`, `HIDDEN`.\n"), strings.Index(text, "### Steps")
	if legend < 0 || legend > steps || !strings.Contains(text, "'rtmp://HOST/live/{stream}?k=HIDDEN'") || !strings.Contains(text, "--log PATH/x.log") {
		t.Errorf("%s", text)
	}
}
