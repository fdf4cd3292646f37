package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// died is a suite in which the server died thirteen times: eleven times in one stack, twice in others, with a core that is
// overwritten each time.
func died() Result {
	r := crash()
	r.Target.PublishURL, r.Target.Log = "rtmp://127.0.0.1:19350/live/{stream}", "server.log"
	r.Repro = "flvstorm smoke --profile srs --exec 'objs/srs -e' --seed 1 --json out.json --junit=j.xml --skip codec-change --repeat 2"
	r.Run, r.Duration, r.Server.Deaths = "runs/7", 81_200, 13
	r.Reasons = []Reason{}
	mostly := []string{"#0 SrsHttpStreamServer::hijack (src/app/srs_app_http_stream.cpp:1180)",
		"#1 SrsHttpServeMux::find_handler (src/protocol/srs_protocol_http_stack.cpp:818)"}
	f := Finding{ID: "server-crashed", Code: "server-crashed", Severity: "error", Root: true, Count: 13, Keys: []string{}, FirstAt: 2271}
	r.Cases = []SuiteCase{ran("publish-and-play", check.Pass, 0, 2200, nil)}
	for i := range 13 {
		name := fmt.Sprintf("return-%d", i)
		c := Case{In: name, Actor: "server", At: Millis(2271 + 4607*i), Text: "SIGSEGV (exit 139)", Frames: mostly, TiedBy: check.ByLast,
			Log: fmt.Sprintf("[2026-11-22 13:13:15.316][ERROR][30299][i1ej97m3][11] serve error code=4001(HttpPatternDuplicated)(Failed to "+
				"handle HTTP request for pattern duplicated) : http: mount flv stream failed : pattern=/live/fs-87vx-rst-g%d-p1-full.flv exists", i),
			Crash: &Crash{PID: 100 + i, Signal: "SIGSEGV", Core: "/srv/srs/core", Folder: fmt.Sprintf("evidence/crash-%d", i+1),
				Notes: []string{fmt.Sprintf("the core is left where it is: /srv/srs/core (%d MB)", 27+i), "the next core will overwrite this one"}}}
		switch i {
		case 3:
			c.Frames, c.Crash.Core = []string{"#0 SrsLiveSource::on_hls_start (src/app/srs_app_source.cpp:900)"}, "/srv/srs/core.103"
		case 5:
			c.Text, c.Crash.Signal, c.Frames = "SIGABRT (exit 134)", "SIGABRT", []string{"#0 abort (abort.c:79)"}
		}
		f.Cases = append(f.Cases, c)
		found := []Finding{{Code: "server-crashed", Severity: "error", Root: true, Count: 1, Keys: []string{}}}
		if i%2 == 1 {
			found = append(found, Finding{Code: "duplicated-pattern", Severity: "error", Root: true, Count: 1, Keys: []string{"live/fs-87vx-a"}},
				Finding{Code: "slow-release", Severity: "error", Root: true, Count: 1, Keys: []string{"live/fs-87vx-a"}},
				Finding{Code: "player-starved", Severity: "error", Root: true, Count: 1, Keys: []string{"live/fs-87vx-a"}})
		}
		r.Cases = append(r.Cases, ran(name, check.Fail, Millis(2000+4607*i), 4000, found))
		f.In = append(f.In, name)
	}
	r.Cases = append(r.Cases, ran("released", check.Pass, 80_000, 900, nil))
	duplicated := Finding{ID: "duplicated-pattern", Code: "duplicated-pattern", Severity: "error", Root: true, Count: 2, FirstAt: 6800}
	r.Keys = nil
	for _, gap := range []int{0, 20} {
		for _, how := range []string{"armed", "full"} {
			key := fmt.Sprintf("live/fs-87vx-return-halfclose-g%d-p8-%s", gap, how)
			r.Keys = append(r.Keys, Key{Key: check.Key{Key: key, Errors: 1, Refused: 3, Accepted: 2}})
			duplicated.Keys = append(duplicated.Keys, key)
			duplicated.Cases = append(duplicated.Cases, Case{Key: key, At: 6800, Class: profile.Duplicated, Log: duplicatedLine(gap), TiedBy: check.ByID})
		}
	}
	r.Findings = []Finding{f, duplicated}
	whole(r.Findings)
	for _, c := range r.Cases {
		whole(c.Found)
	}
	return r
}

// whole leaves no list nil, as From does.
func whole(findings []Finding) {
	for i := range findings {
		f := &findings[i]
		f.Cases, f.Evidence = append([]Case{}, f.Cases...), append([]check.Evidence{}, f.Evidence...)
	}
}

// troubled is a suite of which a log that ended is the only trouble: it is told once.
func troubled() Result {
	r := pass()
	r.Verdict, r.Repro = check.Inconclusive, "flvstorm smoke --seed 7"
	own := Reason{Code: "log-ended", Text: "the program that gave us the log ended"}
	r.Reasons = []Reason{own, {Code: "cases", Text: "inconclusive cases: 1 of 2, such as return-fin: " + own.Text}}
	r.Own = []Trouble{{Code: own.Code, Detail: own.Text, Count: 1}}
	r.Cases = []SuiteCase{ran("publish-and-play", check.Pass, 0, 1204, nil), ran("return-fin", check.Inconclusive, 1300, 8112, nil)}
	r.Cases[1].Reasons = []Reason{own}
	return r
}

func TestTroubleIsToldOnce(t *testing.T) {
	var out strings.Builder
	if err := (Look{}).Print(&out, troubled()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "gave us the log"); n != 1 {
		t.Errorf("told %d times, want once:\n%s", n, out.String())
	}
}

func TestFunction(t *testing.T) {
	for frame, want := range map[string]string{
		"#0 SrsHttpStreamServer::hijack (src/app/srs_app_http_stream.cpp:1180)":          "SrsHttpStreamServer::hijack",
		"#12  0x0000555555889d3c in SrsRtmpConn::publishing (this=0x5) at ./src/a.cpp:1": "SrsRtmpConn::publishing",
		"#3 0x55d6c1a43f1a in SrsHttp::unmount(SrsRequest*) src/app/a.cpp:1131":          "SrsHttp::unmount",
		"#1 (anonymous namespace)::serve(int) (a.cpp:3)":                                 "(anonymous namespace)::serve",
		"main at a.c:3": "main",
		"main.crash":    "main.crash",
		"":              "",
		"(":             "",
	} {
		if got := function(frame); got != want {
			t.Errorf("function(%q) = %q, want %q", frame, got, want)
		}
	}
}

func TestFitLog(t *testing.T) {
	const line = "serve error code=4001(HttpPatternDuplicated)(Failed to handle) : pattern=/live/s1.flv exists"
	for _, c := range []struct {
		line string
		w    int
		want string
	}{
		{line, 120, line},
		{line, 60, "code=4001(HttpPatternDuplicated)…pattern=/live/s1.flv exists"},
		{line, 90, "serve error code=4001(HttpPatternDuplicated)…iled to handle) : pattern=/live/s1.flv exists"},
		{line, 45, "code=4001(HttpPatternDuplicated)…1.flv exists"},
		{line, 30, "code=4001…=/live/s1.flv exists"},
		{"nothing of a code in this one", 15, "nothing…his one"},
	} {
		got := fitLog(c.line, c.w)
		if width(got) > c.w || got != c.want {
			t.Errorf("fitLog(%d): %d wide, got %q, want %q", c.w, width(got), got, c.want)
		}
	}
}

func TestShared(t *testing.T) {
	const long = "live/fs-7k2m-return-halfclose"
	for _, c := range []struct {
		keys []string
		want string
	}{
		{nil, ""},
		{[]string{"live/s0", "live/s1"}, ""},
		{[]string{long + "-a", long + "-b"}, "live/fs-7k2m-"},
		{[]string{long + "-and-more-a", long + "-and-more-b"}, "live/fs-7k2m-return-"},
		{[]string{long + "-a" + long, long + "-b" + long}, long + "-"},
		{[]string{long, long}, "live/fs-7k2m-"},
		{[]string{long + "-", long + "-b"}, ""},
		{[]string{long, "other/" + long}, ""},
		{[]string{long, ""}, ""},
	} {
		if got := shared(c.keys); got != c.want {
			t.Errorf("shared(%q) = %q, want %q", c.keys, got, c.want)
		}
	}
}

// TestShortened holds that names differ where their keys do, as far as their ends let them.
func TestShortened(t *testing.T) {
	for _, c := range []struct{ keys, want []string }{
		{[]string{"live/s0", "live/s0", ""}, []string{"live/s0", "live/s0", ""}},
		{[]string{"one-key-with-a-long-name-a", "two-key-with-a-long-name-a"}, []string{"one-key-w…ong-name-a", "two-key-w…ong-name-a"}},
		{[]string{"some-key-with-g0-a-long-name", "some-key-with-g20-a-long-name"}, []string{"…with-g0-a-long-name", "…ith-g20-a-long-name"}},
	} {
		got := (&page{}).shortened(c.keys)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestShorter(t *testing.T) {
	fails := func(names ...string) []SuiteCase {
		list := []SuiteCase{{Name: "publish-and-play", State: "ran", Verdict: "pass"}}
		for _, name := range names {
			list = append(list, SuiteCase{Name: name, State: "ran", Verdict: "fail"})
		}
		return list
	}
	const repro = "flvstorm smoke --exec 'a --json b' --only 'return-*,released' --repeat=3 --seed 1 --json - --out=x"
	const only = "flvstorm smoke --exec 'a --json b' --seed 1 --only "
	for _, c := range []struct {
		cases []SuiteCase
		want  string
	}{
		{nil, ""},
		{fails(), ""},
		{fails("return-fin #2", "return-rst"), only + "return-fin"},
		{fails("released"), ""},
		{fails("released", "audio-only"), only + "audio-only"},
		{fails("$(id)"), ""},
		{fails("return-fin")[1:], ""},
		{append([]SuiteCase{{Name: "contenders", State: skipped}}, fails("return-fin")[1:]...), ""},
	} {
		p := &page{r: Result{Repro: repro, Cases: c.cases}}
		if _, got := p.shorter(); got != c.want {
			t.Errorf("%v: got %q, want %q", c.cases, got, c.want)
		}
		if got, want := p.repro(), strings.TrimSuffix(repro, " --json - --out=x"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDifferent(t *testing.T) {
	got := different([]string{"a (27 MB)", "b", "a (115 MB)", "b", "c", "d", "e"})
	if diff := cmp.Diff([]string{"a (115 MB)", "b", "c", "d"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestDeafLog holds that nobody is told of no duplicated pattern who could not have been told of one.
func TestDeafLog(t *testing.T) {
	for _, c := range []struct {
		target history.Target
		lines  int64
		want   string
	}{
		{history.Target{Log: "srs.log"}, 0, "–"},
		{history.Target{Log: "srs.log"}, 3, "0"},
		{history.Target{}, 0, "0"},
		{history.Target{Log: "srs.log", Embedded: true}, 0, "0"},
	} {
		h, j := header(), judgement()
		h.Target, j.Outcome.Log.Lines = c.target, c.lines
		p := &page{r: From(h, j)}
		if got := p.summaryRows()[0]; got.counts != c.want || (got.note == p.say(phrase.TableUntold)) != (c.want == "–") {
			t.Errorf("%+v with %d lines: %+v, want %s", c.target, c.lines, got, c.want)
		}
	}
}
