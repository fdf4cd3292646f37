package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

func storyOf(f Finding, c Case, events ...history.Event) IssueStory {
	teller := newTeller(f, c)
	for _, e := range events {
		teller.step(e)
	}
	return teller.story()
}

// TestIssueStory holds how a story begins with the last departure before its case, takes retries together, and ends.
func TestIssueStory(t *testing.T) {
	const key, pub = "live/s0", "pub/live/s0"
	event := func(at time.Duration, what history.Payload) history.Event {
		return history.Event{At: at * ms, Key: key, Actor: pub, What: what}
	}
	events := []history.Event{
		event(10, history.PublishAccepted{}),
		event(300, history.Departed{How: "fin"}),
		event(301, history.PublishSent{Role: history.Owner, After: 1}),
		event(302, history.PublishAccepted{}),
		{At: 400 * ms, Key: key, Actor: "play/live/s0/0", What: history.PlayResponse{Status: 200}},
		{At: 400 * ms, Key: key, Actor: "play/live/s0/1", What: history.PlayResponse{Status: 404}},
		event(802, history.Departed{How: "rst"}),
		{At: 802 * ms, Key: "live/s1", Actor: "pub/live/s1", What: history.Departed{How: "cut"}},
		event(804, history.PublishSent{Role: history.Owner, After: 2, Armed: true}),
		{At: 805 * ms, Actor: "server", What: history.LogLine{Line: "[11] pattern exists", Level: "ERROR"}},
		{At: 805 * ms, Key: "live/s1", Actor: "server", What: history.LogLine{Line: "of another key", Level: "ERROR"}},
		{At: 806 * ms, Key: key, Actor: "server", What: history.LogLine{Line: "chatter", Level: "INFO"}},
		event(806, history.PublishRefused{Sent: 804 * ms, Wire: history.WireEOF}),
	}
	for i := range time.Duration(20) {
		events = append(events, event(900+10*i, history.PublishSent{Role: history.Owner, Try: 1}),
			event(903+10*i, history.PublishRefused{Try: 1, Wire: history.WireEOF}))
	}
	events = append(events, event(1302, history.PublishAccepted{}), event(90_000, history.PublishSent{Role: history.Settling}))
	got := storyOf(Finding{Code: "duplicated-pattern"}, Case{Key: key, At: 806}, events...)
	want := IssueStory{
		Key: key, From: 802 * ms, Left: "rst", Live: 500 * ms, Returned: true, Gap: 2 * ms, Armed: true, Players: 1, Back: 500 * ms,
		Moments: []IssueMoment{
			{At: 802 * ms, What: MomentLeft, Who: pub, How: "rst", Times: 1, Until: 802 * ms},
			{At: 804 * ms, What: MomentSent, Who: pub, Armed: true, Times: 1, Until: 804 * ms},
			{At: 805 * ms, What: MomentLog, Who: "server", How: "[11] pattern exists", Read: true, Times: 1, Until: 805 * ms},
			{At: 806 * ms, What: MomentRefused, Who: pub, How: "EOF", Times: 1, Until: 806 * ms},
			{At: 900 * ms, What: MomentRetry, Who: pub, Times: 1, Until: 900 * ms},
			{At: 903 * ms, What: MomentRefused, Who: pub, How: "EOF", Times: 20, Until: 1093 * ms},
			{At: 910 * ms, What: MomentRetry, Who: pub, Times: 19, Until: 1090 * ms},
			{At: 1302 * ms, What: MomentAccepted, Who: pub, Times: 1, Until: 1302 * ms},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if crashed := storyOf(Finding{Code: "server-crashed"}, Case{At: 806}, events...); crashed.Left == "" || len(crashed.Moments) == 0 ||
		len(crashed.Moments) > momentsKept {
		t.Errorf("of a death: %+v", crashed)
	}
	if empty := storyOf(Finding{}, Case{}); len(empty.Moments) != 0 {
		t.Errorf("of nothing: %+v", empty)
	}
}

// issueStory is the story of the bug that started it all, as a history tells it.
func issueStory() IssueStory {
	at := func(ms float64) time.Duration { return 511*time.Millisecond + time.Duration(ms*1e6) }
	return IssueStory{Key: "live/s0", From: at(0), Left: "rst", Live: 500 * ms, Returned: true, Gap: 3 * ms, Armed: true, Players: 3, Clocked: true,
		Moments: []IssueMoment{
			{At: at(0), What: MomentLeft, Who: "pub/live/s0", How: "rst", Times: 1},
			{At: at(3), What: MomentSent, Who: "pub/live/s0", Armed: true, Times: 1},
			{At: at(3.9), What: MomentLog, Who: "server", How: duplicatedLine(0), Times: 1},
			{At: at(4), What: MomentRefused, Who: "pub/live/s0", How: "EOF", Times: 1},
			{At: at(20), What: MomentRetry, Who: "pub/live/s0", Times: 37, Until: at(8600)},
			{At: at(22), What: MomentRefused, Who: "pub/live/s0", How: "NetStream.Publish.BadName busy", Times: 37, Until: at(8602)},
			{At: at(9000), What: MomentSettling, Who: "set/live/s0", Times: 3, Until: at(9511)},
			{At: at(9600), What: MomentServer, Who: "server", How: "exited SIGKILL", Times: 1},
		}, LeftOut: 12}
}

// TestIssueGolden writes reports of several kinds of results.
func TestIssueGolden(t *testing.T) {
	for _, c := range append(cases(), steadyCases()...) {
		var story IssueStory
		switch c.name {
		case "early-release":
			story = issueStory()
		case "crash", "suite", "hostile", "load-exceeded", "watched":
		default:
			continue
		}
		golden(t, c.name+".issue.md", c.result.Issue(phrase.English, story))
		if c.name == "early-release" || c.name == "load-exceeded" || c.name == "suite" {
			golden(t, c.name+".zh.issue.md", c.result.Issue(phrase.Chinese, story))
		}
	}
}

// TestProse holds that a text reads as it is where nothing in it means anything, for it is copied to where nothing is read as Markdown,
// and that nothing in it does mean anything otherwise.
func TestProse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"srs 7.0.2: the server's log says (SIGSEGV in A::b), 5 of 5 keys; 95 % - x/y", "srs 7.0.2: the server's log says (SIGSEGV in A::b), 5 of 5 keys; 95 % - x/y"},
		{"play_all and 流_a_b, a_", "play_all and 流_a_b, a\\_"},
		{"**bold** `code` [a](b) <b> a|b ~x~ \\", "\\*\\*bold\\*\\* \\`code\\` \\[a](b) \\<b> a\\|b \\~x\\~ \\\\"},
		{"1. a 2. b", "1\\. a 2. b"}, {"- a - b", "\\- a - b"}, {"> a > b", "\\> a > b"}, {"# a", "\\# a"}, {"=====", "\\====="}, {"1.5 s", "1.5 s"},
		{"&amp; &#64; a & b", "\\&amp; \\&<span>#</span>64; a & b"}, {"--a", "--a"}, {"::error::x", "\\::error::x"}, {"a#1 a/b#1 a#b", "a<span>#</span>1 a/b<span>#</span>1 a#b"},
		{"GH-12 gh-7, agh-7 GH-x", "GH<span>-</span>12 gh<span>-</span>7, agh-7 GH-x"},
		{"by 16e569d82 or (101382afd), not 16e56 or 16e569x82 or x16e569d82", "by <span>16e569</span><span>d82</span> or (<span>101382</span><span>afd</span>), not 16e56 or 16e569x82 or x16e569d82"},
		{"ada/srs@0123456789abcdef0123456789abcdef01234567", "ada/srs<span>@</span><span>012345</span><span>6789ab</span><span>cdef01</span><span>234567</span><span>89abcd</span><span>ef0123</span><span>4567</span>"},
		{"https://github.com/a/b/issues/9 and github.com/a/b/pull/9", "https:\\//github.com/a/b/issues/9 and github.com/a/b/pull/9"},
		{"@ada fixes #12 for $5", "<span>@</span>ada fixes <span>#</span>12 for <span>$</span>5"},
		{"http://a.b www.a.b WWW.a.b", "http:\\//a.b www\\.a.b WWW\\.a.b"},
	} {
		if got := prose(c.in, markdownLine); got != c.want || shown(got) != c.in && !strings.Contains(c.in, "&") {
			t.Errorf("%q, shown as %q, want %q", got, shown(got), c.want)
		}
	}
}

// TestIssueTellsCauses holds that a report tells of two causes, the one that came first before the graver one, and that its command is whole.
func TestIssueTellsCauses(t *testing.T) {
	r := failed(2)
	crash := r.Findings[0]
	crash.Code, crash.ID, crash.FirstAt, crash.Keys, crash.Count = "server-crashed", "crash", crash.FirstAt+300, nil, 1
	crash.Cases = []Case{{At: Millis(crash.FirstAt)}}
	r.Findings = append([]Finding{crash}, r.Findings...)
	for range 60 {
		r.Repro += " --exec-env SRS_SETTING=value"
	}
	r.Repro += " --seed 99"
	text := r.Issue(phrase.English, IssueStory{})
	last := 0
	for _, want := range []string{"a stream can be published again", "The server goes on running", "### Actual", "duplicated-pattern: ", "server-crashed: ",
		"### Evidence: duplicated-pattern", "### Evidence: server-crashed"} {
		at := strings.Index(text[last:], want)
		if at < 0 {
			t.Fatalf("%q does not stand behind what was before it:\n%s", want, text)
		}
		last += at
	}
	if strings.Contains(text, "Also found") {
		t.Error("a cause that is told is told again")
	}
	_, script, _ := strings.Cut(text, "```sh\nflvstorm chaos")
	script, _, _ = strings.Cut(script, "```")
	if strings.Contains(script, "…") || !strings.HasSuffix(script, "--seed 99\n") || strings.Count(script, "SRS_SETTING") != 60 {
		t.Errorf("the command is not whole:\n%s", script)
	}
	for line := range strings.Lines(script) {
		if len(line) > issueCommand+1 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// TestIssueElsewhere holds that a death is told by one key, and what others did meanwhile in one line.
func TestIssueElsewhere(t *testing.T) {
	var events []history.Event
	for i := range time.Duration(30) {
		key := "live/s" + count(int64(i%3))
		events = append(events, history.Event{At: (500 + i) * ms, Key: key, Actor: "pub/" + key, What: history.Departed{How: "rst"}},
			history.Event{At: (500 + i) * ms, Actor: "server", What: history.LogLine{Line: "of " + key, Level: "ERROR", Key: key}})
	}
	events = append(events, history.Event{At: 540 * ms, Actor: "server", What: history.Process{State: "exited", Signal: "SIGSEGV"}})
	s := storyOf(Finding{Code: "server-crashed"}, Case{At: 540}, events...)
	if s.Key != "live/s2" || s.Elsewhere != 40 || s.OtherKeys != 2 || s.Moments[len(s.Moments)-1].What != MomentServer ||
		slices.ContainsFunc(s.Moments, func(m IssueMoment) bool { return strings.Contains(m.Who+m.How, "s0") }) {
		t.Errorf("%+v", s)
	}
}

// TestIssueCommandWhole holds that a command stands whole in a report however long it is, folded when it is long, and that one that there
// is no room for is said to be left out, and never cut.
func TestIssueCommandWhole(t *testing.T) {
	r := failed(1)
	r.Repro = "flvstorm chaos"
	for n := range 400 {
		r.Repro += " --exec-env SRS_SETTING_" + count(int64(n)) + "=value"
	}
	r.Repro += " --exec '" + strings.Repeat("srs ", 2000) + "last' --seed 99"
	text := r.Issue(phrase.English, IssueStory{})
	_, after, found := strings.Cut(text, "</summary>\n\n```sh\nflvstorm chaos")
	whole, _, _ := strings.Cut(after, "```")
	if !found || strings.Contains(whole, "…") || !strings.HasSuffix(whole, "--seed 99\n") || strings.Count(whole, "SRS_SETTING") != 400 || strings.Count(whole, "srs ") != 2000 {
		t.Errorf("%v, %d bytes, ending with %s", found, len(whole), whole[max(len(whole)-200, 0):])
	}
	r.Repro += " --exec-env X=" + strings.Repeat("y", 1<<16)
	if text = r.Issue(phrase.English, IssueStory{}); len(text) > issueBytes || !strings.Contains(text, "more than a report has room for") || strings.Contains(text, "yyyy") {
		t.Errorf("%d bytes", len(text))
	}
}
