package report

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// TestIssueScript holds the steps for a shell: what is looked for by what was found, how ffmpeg is made to leave and after what, and that
// no address gets out of its quotes.
func TestIssueScript(t *testing.T) {
	script := func(code check.Code, c Case, s IssueStory, publish string) string {
		r := failed(1)
		r.Target.PublishURL = publish
		r.Findings[0].Code, r.Findings[0].Cases = string(code), []Case{c}
		text := r.Issue(phrase.English, s)
		_, after, found := strings.Cut(text, "```bash\nbash <<'END'\n")
		script, _, whole := strings.Cut(after, "\nEND\n```\n")
		if found != whole || found == strings.Contains(text, "no recipe by hand") && publish[0] == 'r' && !strings.ContainsAny(publish, "';$`") {
			t.Errorf("%s: a script %v, whole %v:\n%s", code, found, whole, text)
		}
		for _, unfilled := range []string{"{leave}", "{gap}", "{grace}", "V| ", "%!"} {
			if strings.Contains(script, unfilled) {
				t.Errorf("%s: %q is left in\n%s", code, unfilled, script)
			}
		}
		return script
	}
	const url = "rtmp://127.0.0.1/live/{stream}"
	moment := []IssueMoment{{What: MomentServer}}
	for _, c := range []struct {
		code  check.Code
		c     Case
		story IssueStory
		want  string // empty for no script
	}{
		{check.DuplicatedPattern, Case{}, IssueStory{Left: "rst"}, "kill -KILL $old"},
		{check.StuckBusy, Case{}, IssueStory{Left: "unpublish", Gap: 300 * ms}, "((wait = 300 - "},
		{check.Disposing, Case{}, IssueStory{Left: "unpublish"}, "kill -TERM $old"},
		{check.Disposing, Case{}, IssueStory{Players: 40}, "for i in 1 2 3; do curl"},
		{check.Disposing, Case{}, IssueStory{Left: "vanish"}, ""},
		{check.SlowRelease, Case{}, IssueStory{Left: "fin", Players: 1}, "kill -STOP $slow"},
		{check.PlayerStarved, Case{}, IssueStory{Left: "fin", Players: 1}, "a viewer gets nothing"},
		{check.ServerCrashed, Case{}, IssueStory{Left: "fin", Players: 1, Moments: moment}, "nobody listens at $HTTP any more"},
		{check.ServerCrashed, Case{}, IssueStory{Moments: moment}, ""},
		{check.DoublePublish, Case{}, IssueStory{}, "two publishers at once"},
		{check.MixedMedia, Case{How: check.Refused}, IssueStory{}, "pictures of the second publisher"},
		{check.MixedMedia, Case{How: check.LongAgo}, IssueStory{}, ""},
		{check.StaleMedia, Case{}, IssueStory{Left: "fin"}, "pictures of the publisher before"},
		{check.FLVInvalid, Case{Odd: &Odd{What: history.NoSequence}}, IssueStory{Left: "fin"}, "nothing to decode them by"},
		{check.FLVInvalid, Case{Odd: &Odd{What: history.Gap}}, IssueStory{Left: "fin"}, ""},
		{check.Leak, Case{Text: phrase.English.Say(phrase.LeakConnections, 0, 8)}, IssueStory{}, "ls /proc/$pid/fd"},
		{check.Leak, Case{Text: phrase.English.Say(phrase.LeakMemory, 1.0, 2.0, 3, 4.0, 5.0)}, IssueStory{}, ""},
		{check.MediaLoss, Case{}, IssueStory{Left: "fin"}, ""},
	} {
		got := script(c.code, c.c, c.story, url)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) || got != "" && !strings.HasPrefix(got, "RTMP=${RTMP:-rtmp://127.0.0.1/live/s0} ") {
			t.Errorf("%s, %+v: want %q in\n%s", c.code, c.story, c.want, got)
		}
	}
	for _, evil := range []string{"rtmp://a/live/'; rm -rf x; '", "rtmp://a/live/$(id) {stream}", "rtmp://a/`id`", "a; b", "rtmp://a/}$(id)/x", "rtmp://a/x}"} {
		if got := script(check.DuplicatedPattern, Case{}, IssueStory{}, evil); got != "" && !strings.Contains(got, "RTMP=${RTMP:-rtmp://HOST") {
			t.Errorf("%s:\n%s", evil, got)
		}
	}
}

// TestScriptsParse holds that bash reads each script for what it is, in both languages, and that none of its sentences has what a shell
// takes for its own.
func TestScriptsParse(t *testing.T) {
	bash := peertest.Program(t, "bash")
	for _, book := range []phrase.Book{phrase.English, phrase.Chinese} {
		for kind := range roundsOf {
			for _, code := range []check.Code{check.DuplicatedPattern, check.SlowRelease, check.PlayerStarved} {
				r := failed(1)
				i := &issue{page: plainly(r, book), mask: newMasker(r), story: IssueStory{Players: 2}}
				text := strings.Join(i.script(kind, Finding{Code: string(code)}, Case{Key: "live/s0"}), "\n")
				_, inner, _ := strings.Cut(text, "\n")
				inner = strings.TrimSuffix(inner, "\nEND")
				if out, err := exec.Command(bash, "-n", "-c", inner).CombinedOutput(); err != nil || inner == "" || strings.Contains(inner, "\nEND\n") {
					t.Errorf("%s: %v, %s\n%s", kind, err, out, inner)
				}
			}
		}
		for id, text := range book.Below("issue.script.says") {
			if strings.ContainsAny(text, "\"$`\\!") {
				t.Errorf("%s: a shell would not echo %q as it is", id, text)
			}
		}
	}
}
