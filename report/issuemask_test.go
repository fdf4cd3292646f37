package report

import (
	"html"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
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
