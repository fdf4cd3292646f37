package report

import (
	"html"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// escaped is a mark as prose writes it, apart one that it keeps from what follows.
var (
	escaped = regexp.MustCompile(`\\([!-/:-@\[-\x60{-~])`)
	apart   = regexp.MustCompile(`<span>(.{1,6})</span>`)
)

// shown is what a reader sees of Markdown that prose and fence wrote.
func shown(markdown string) string {
	return html.UnescapeString(apart.ReplaceAllString(escaped.ReplaceAllString(markdown, "$1"), "$1"))
}

// planted is what nobody wants to see in a public tracker, in the forms in which it gets into a result; secrets are its parts that
// must not be there.
const planted = "rtmp://ada:hunter2@cam.example.org:1935/live/x?token=hunter2 (/home/ada/secret-project/objs/srs) --password hunter2 " +
	"-H 'Authorization: Bearer hunter2' ada.lovelace@example.org 203.0.113.9 [2001:db8::77]:1935 peer=cam.example.org " +
	`C:\Users\ada\Desktop\run API_KEY=hunter2 user ada @torvalds </details> <script> ` + "``` ```````"

var secrets = []string{"hunter2", "cam.example.org", "secret-project", "lovelace", "203.0.113.9", "2001:db8", "Desktop", "ada"}

// plant fills everything that can be reached from v: texts with what was planted, lists and maps with one of it.
func plant(v reflect.Value, depth int) {
	if depth == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(planted)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(0.25)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), depth-1)
	case reflect.Interface:
		v.Set(reflect.ValueOf(planted))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		plant(v.Index(0), depth-1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		plant(key, depth-1)
		plant(value, depth-1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				plant(v.Field(i), depth-1)
			}
		}
	}
}

// TestIssueHidesWhatIsNobodysBusiness plants secrets in every field of a result and of a story, and finds none of them in the
// report, whatever the code of the finding is; nor does anything end a fence, open a tag or mention anybody.
func TestIssueHidesWhatIsNobodysBusiness(t *testing.T) {
	for _, verdict := range []check.Verdict{check.Fail, check.Pass, check.Inconclusive, check.Interrupted} {
		for _, code := range append([]check.Code{planted}, check.Codes...) {
			var r Result
			var s IssueStory
			plant(reflect.ValueOf(&r).Elem(), 12)
			plant(reflect.ValueOf(&s).Elem(), 12)
			r.Verdict = verdict
			cause := r.Findings[0]
			cause.Severity, cause.Root, cause.Allowed, cause.CausedBy = "error", true, false, nil
			cause.Code, cause.Cases[0].Odd.Index = string(code), 0
			effect := cause
			effect.Root, effect.CausedBy, effect.ID = false, &cause.Code, "effect"
			other := cause
			other.ID = "other"
			r.Findings = []Finding{cause, effect, other}
			r.Thresholds[0].OK, r.Thresholds[0].Undecided = false, ""
			for _, kind := range []MomentKind{MomentLeft, MomentSent, MomentRetry, MomentContends, MomentSettling, MomentAccepted, MomentRefused,
				MomentEnded, MomentNoPlay, MomentPlayEnd, MomentServer, MomentLog} {
				s.Moments = append(s.Moments, IssueMoment{What: kind, Who: "pub/" + planted, How: planted, Times: 2})
			}
			for _, steady := range []bool{false, true} {
				if steady {
					r.Returns = check.Returns{}
				}
				text := r.Issue(phrase.English, s)
				holdsSafe(t, text)
				if t.Failed() {
					t.Fatalf("%s, %s:\n%s", verdict, code, shown(text))
				}
			}
		}
	}
}

// holdsSafe holds that nothing planted stands in a report, and that its fences and tags are its own.
func holdsSafe(t *testing.T, text string) {
	t.Helper()
	plain := shown(text)
	for _, secret := range secrets {
		if at := strings.Index(plain, secret); at >= 0 && secret != "ada" {
			t.Errorf("%q: …%s…", secret, plain[max(at-40, 0):min(at+40, len(plain))])
		}
	}
	if found := regexp.MustCompile(`\bada\b`).FindStringIndex(plain); found != nil {
		t.Errorf("the user: …%s…", plain[max(found[0]-40, 0):min(found[0]+40, len(plain))])
	}
	outside, fence := "", ""
	for line := range strings.Lines(text) {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(marks) >= 3:
			fence = marks
		case fence != "" && strings.TrimSpace(line) == fence:
			fence = ""
		case fence == "":
			outside += strings.ReplaceAll(line, `\<`, "&lt;")
		}
	}
	if fence != "" || strings.Count(outside, "</details>") != strings.Count(outside, "<details>") || strings.Contains(outside, "<script") || strings.Contains(outside, "@torvalds") {
		t.Errorf("something got out of its place: fence %q in\n%s", fence, outside)
	}
}

// TestMask holds what is hidden in a text and what is left, for there is no report without what was said.
func TestMask(t *testing.T) {
	r := Result{Repro: "flvstorm chaos --exec '/opt/acme/srs -c conf/x.conf' --log /var/log/srs/srs.log --exec-env HLS=/srv9/hls/s0.ts", Target: Target{
		PublishURL: "rtmp://ingest.acme.test/live/{stream}?secret=sesame", Embedded: true}}
	m := newMasker(r)
	for _, c := range []struct{ in, want string }{
		{"code=4001(HttpPatternDuplicated) : pattern=/live/s0.flv exists", "code=4001(HttpPatternDuplicated) : pattern=/live/s0.flv exists"},
		{"#0 SrsHttpServeMux::find_handler (src/app/srs_app.cpp:818)", "#0 SrsHttpServeMux::find_handler (src/app/srs_app.cpp:818)"},
		{"#1 main (/home/ada/srs/trunk/src/main/main.cpp:12)", "#1 main (PATH/main.cpp:12)"},
		{"in /usr/lib/x86_64-linux-gnu/libc.so.6", "in PATH/libc.so.6"},
		{"rtmp://127.0.0.1:1935/live/s0 and http://[::1]:8080/live/s0.flv", "rtmp://127.0.0.1:1935/live/s0 and http://[::1]:8080/live/s0.flv"},
		{"rtmp://u:p@10.1.2.3:1935/live/s0?token=x&a=b", "rtmp://HIDDEN@HOST:1935/live/s0?token=HIDDEN&a=HIDDEN"},
		{"vhost=ingest.acme.test, from 192.168.7.9:4711 and fe80::1%eth0", "vhost=HOST, from HOST:4711 and HOST"},
		{"at 07:54:52.118, version 5.0.216, std::vector", "at 07:54:52.118, version 5.0.216, std::vector"},
		{"started /opt/acme/srs", "started PATH/srs"},
		{"rtmp://HIDDEN@HOST:1935/live/s0?token=HIDDEN&a=HIDDEN", "rtmp://HIDDEN@HOST:1935/live/s0?token=HIDDEN&a=HIDDEN"}, // as it is
		{"http://***@127.0.0.1/live/s0.flv?vhost=cust.example&user=bob&sign=*** then (/live/s0?a=1&b=c=d&e=). x",
			"http://HIDDEN@127.0.0.1/live/s0.flv?vhost=HIDDEN&user=HIDDEN&sign=HIDDEN then (/live/s0?a=HIDDEN&b=HIDDEN&e=). x"},
		{"tcUrl=rtmp://127.0.0.1/live%3Fvhost%3Dcust%26user%3Dbob%2520b, s0?key={stream}&x=%zz", "tcUrl=rtmp://127.0.0.1/live%3Fvhost%3DHIDDEN%26user%3DHIDDEN, s0?key=HIDDEN&x=HIDDEN"},
		{"why? a=b; c=d ***** 3 * 4", "why? a=b; c=d ***** 3 * 4"},
		{"peer=cam7:1935, from host web1.corp.internal, by edge.acme.io:80", "peer=HOST:1935, from host HOST, by HOST:80"},
		{"connect localhost:1935 to srs_app.cpp:818", "connect localhost:1935 to srs_app.cpp:818"},
		{"github.com/q191201771/lal/pkg/rtmp.(*Session).run", "github.com/q191201771/lal/pkg/rtmp.(*Session).run"},
		{`{"user":"bo","password":"opensesame"}`, `{"user":"bo","password":"HIDDEN"}`},
		{"got Basic YWRhOmh1bnRlcjI=, expected Bearer tokens; Basic authentication failed", "got Basic HIDDEN, expected Bearer tokens; Basic authentication failed"},
		{"writing /srv9/hls/s0.ts", "writing PATH"},
		{`{"token": "a\"b sesame"} {\"stream_key\":\"sesame9\"}`, `{"token": "HIDDEN"} {\"stream_key\":\"HIDDEN\"}`},
		{"password sesame9, passwd is 'sesame'; 密码：sesame，令牌=sesame", "password HIDDEN, passwd is 'HIDDEN'; 密码：HIDDEN，令牌=HIDDEN"},
		{"authorization=Bearer eyJhbGciOi.abcdef.def", "authorization=HIDDEN HIDDEN"},
		{`rtmp:\/\/u:p@cam.acme.io\/live http:\/\/127.0.0.1:80\/live "\/home\/ada\/x"`, `rtmp:\/\/HOST\/live http:\/\/127.0.0.1:80\/live "PATH"`},
		{"rtmp%3A%2F%2Fu%3Asesame%40cam.acme.io%2Flive %2Fhome%2Fada%2Fx", "HIDDEN%40HOST%2Flive PATH"},
		{"文件/home/李雷/x.flv不存在，连接192.168.3.4:1935失败", "文件PATH/x.flv不存在，连接HOST:1935失败"},
		{`\\fileserver\share\ada\x /data1/ada/x`, "PATH/x PATH/x"},
		{"ghp_abcdefghijklmnopqrstuvwxyz0123456789", "HIDDEN"}, {"AKIAIOSFODNN7EXAMPLE", "HIDDEN"},
	} {
		if got := m.text(c.in); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	for _, c := range []struct{ in, want string }{
		{r.Repro, "flvstorm chaos --exec 'PATH/srs -c conf/x.conf' --log PATH/srs.log --exec-env HLS=PATH"},
		{"x --exec-env PASSWORD=a --exec-env 'PASSWORD=a b c' --exec-env='DB_TOKEN=a b' --password='a b' --exec-env 'GREETING=a b'",
			"x --exec-env PASSWORD=HIDDEN --exec-env 'PASSWORD=HIDDEN' --exec-env='DB_TOKEN=HIDDEN' --password=HIDDEN --exec-env 'GREETING=a b'"},
		{"x --publish-url 'rtmp://u:p@[2001:db8::7]:1935/live/{stream}?token=t' --header 'X-Key: t' --exec-env MAIL=bo@acme.test --exec-env DB=db.acme.test",
			"x --publish-url 'rtmp://HIDDEN@HOST:1935/live/{stream}?token=HIDDEN' --header 'X-Key: HIDDEN' --exec-env MAIL=MAIL --exec-env DB=HOST"},
		{"x --publish-url 'rtmp://localhost/live/{stream}?token=***&vhost=cust.example&user=bob' --play-url 'http://***@127.0.0.1/{stream}.flv?a={stream}&sign=***' " +
			"--header 'Authorization: ***' --header='X-Any: a=b' --header junk --log /tmp/secretdir/srs7.log",
			"x --publish-url 'rtmp://localhost/live/{stream}?token=HIDDEN&vhost=HIDDEN&user=HIDDEN' --play-url 'http://HIDDEN@127.0.0.1/{stream}.flv?a={stream}&sign=HIDDEN' " +
				"--header 'Authorization: HIDDEN' --header='X-Any: HIDDEN' --header 'HIDDEN' --log PATH/srs7.log"},
	} {
		if got := m.command(c.in); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestMaskKeys holds that the names of somebody's own streams are hidden, and ours are not.
func TestMaskKeys(t *testing.T) {
	r := failed(2)
	r.Repro = "flvstorm chaos --streams-file streams.txt"
	text := shown(r.Issue(phrase.English, IssueStory{}))
	if strings.Contains(text, "live/s0") && strings.Contains(text, "stream-1") {
		t.Error("short names are too common to be hidden, and these were in part")
	}
	for i, name := range []string{"sk_live_77ab", "sk_live_91cd"} {
		for n := range r.Findings {
			r.Findings[n].Keys[i], r.Findings[n].Cases[i].Key = "live/"+name, "live/"+name
			r.Findings[n].Cases[i].Log = "pattern=/live/" + name + ".flv exists"
		}
		r.Keys[i].Key.Key = "live/" + name
	}
	if text = shown(r.Issue(phrase.English, IssueStory{})); strings.Contains(text, "sk_live") || !strings.Contains(text, "live/stream-1") {
		t.Errorf("somebody's streams are named:\n%s", text)
	}
}

// told folds events to the story of a finding.
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

// FuzzMask holds that no text around them uncovers what is hidden, and that a text in which all is hidden can be looked at again.
func FuzzMask(f *testing.F) {
	for _, around := range [][2]string{{"", ""}, {"log: ", ", x"}, {`{"a":"`, `"}`}, {"推流 ", " 失败"}, {"?a=", "&b=c"}, {"%3Fa%3D ", "%26"}, {"/home/", "/x"}, {"***", "***"}} {
		f.Add(around[0], around[1])
	}
	const secret = "sesame77"
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, secret) {
			return
		}
		m := newMasker(Result{})
		for _, hidden := range []string{
			"rtmp://bo:" + secret + "@cam.acme.io:1935/live/s0", "http://127.0.0.1/live/s0.flv?token=" + secret, "Bearer " + secret + "9", "password=" + secret,
			`"token":"` + secret + `"`, "--password " + secret,
		} {
			once := m.text(clean(before + " " + hidden + " " + after))
			if strings.Contains(once, secret) {
				t.Fatalf("%q shows in %q", hidden, once)
			}
			if twice := m.text(once); strings.Contains(twice, secret) {
				t.Fatalf("%q, and then %q", once, twice)
			}
		}
	})
}
