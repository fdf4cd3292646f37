package report

import (
	"fmt"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// suite is a smoke of a server with the bug: of seven cases two failed, one was skipped, one shows nothing.
func suite() Result {
	r := failed(2)
	r.Repro = "flvstorm smoke --exec 'objs/srs -c conf/full.conf' --profile srs --junit junit.xml --seed 7"
	r.Run, r.Duration = "./flvstorm-run", 61_208
	r.Reasons = []Reason{{Code: "cases", Text: "1 of 6 cases came to no verdict, such as stalled-player"}}
	found := r.Findings
	found[0].In, found[1].In = []string{"return-fin", "return-rst#2"}, []string{"return-fin"}
	for i := range found {
		for k := range found[i].Cases {
			found[i].Cases[k].In = "return-fin"
		}
	}
	r.Cases = []SuiteCase{
		ran("publish-and-play", check.Pass, 0, 1204, nil),
		ran("return-fin", check.Fail, 1204, 8112, found),
		ran("return-rst#2", check.Fail, 9400, 7001.5, found[:1]),
		{Name: "contenders", State: "skipped", Why: "the policy of this server is takeover: a contender ends the owner",
			Began: 16_401, Findings: []string{}},
		ran("stalled-player", check.Inconclusive, 16_500, 3000, nil),
		ran("audio-only", check.Pass, 19_600, 903, nil),
		ran("released", check.Pass, 20_600, 20_000, nil),
	}
	r.Cases[4].Reasons = []Reason{{Code: "late-actions", Text: "4.2 % of what was planned happened more than 250ms late: this machine is too slow or too busy for the load"}}
	return r
}

// ran is a case that was made.
func ran(name string, v check.Verdict, began, took Millis, found []Finding) SuiteCase {
	c := SuiteCase{Name: name, State: "ran", Verdict: v.String(), Began: began, Duration: took, Findings: []string{}, Found: found,
		Attempts: 20, Accepted: 20, Returns: 15}
	c.What = tries(phrase.English, name)
	for _, f := range found {
		c.Findings = append(c.Findings, f.Code)
	}
	return c
}

// suitePass is a smoke in which all went well.
func suitePass() Result {
	r := pass()
	r.Repro = "flvstorm smoke --seed 7"
	r.Cases = []SuiteCase{
		ran("publish-and-play", check.Pass, 0, 1204, nil),
		ran("return-fin", check.Pass, 1300, 8112, nil),
		{Name: "video-only", State: "skipped", Why: "--skip video-only", Findings: []string{}},
	}
	return r
}

// explained is a crash of a process of ours, with its dossier, and a report of a sanitizer.
func explained() Result {
	r := crash()
	r.Target.PublishURL = "rtmp://127.0.0.1:19350/live/{stream}"
	r.Server.Deaths = 2
	stack := []string{
		"#0  SrsLiveSource::on_source_id_changed (this=0x0, id=...) at ./src/app/srs_app_source.cpp:2114",
		"#1  0x0000555555889d3c in SrsHttpStreamServer::http_mount (this=0x5555562b3a30, r=0x555556a0f3c0) at ./src/app/srs_app_http_stream.cpp:1082",
		"#2  SrsRtmpConn::acquire_publish (this=0x555556a2b0d0, source=...) at ./src/app/srs_app_rtmp_conn.cpp:1148",
		"#3  SrsRtmpConn::publishing (this=0x555556a2b0d0, source=...) at ./src/app/srs_app_rtmp_conn.cpp:951",
		"#4  SrsRtmpConn::stream_service_cycle (this=0x555556a2b0d0) at ./src/app/srs_app_rtmp_conn.cpp:602",
		"#5  SrsRtmpConn::service_cycle (this=0x555556a2b0d0) at ./src/app/srs_app_rtmp_conn.cpp:433",
	}
	died := &r.Findings[0]
	died.Count = 2
	died.Cases = []Case{
		{At: 2318, Event: 1204, Actor: "server", Text: "SIGSEGV", Frames: stack[:5], Crash: &Crash{
			PID: 4711, Signal: "SIGSEGV", Frames: stack, Core: "/var/lib/srs/core.4711", Folder: "evidence/crash",
			Notes: []string{"the binary has no debug symbols, so lines are missing: build it with -g"}}},
		{At: 4100, Event: 2204, Actor: "server", Text: "SIGABRT", Frames: stack[1:3], Crash: &Crash{
			PID: 4712, Signal: "SIGABRT", Frames: stack[1:3], Folder: "evidence/crash-2"}},
	}
	report := []string{
		"=================================================================",
		"==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x60b0000a1b58 at pc 0x55d6c1a43f1b bp 0x7f21e9bfe9a0 sp 0x7f21e9bfe998",
		"READ of size 8 at 0x60b0000a1b58 thread T0",
		"    #0 0x55d6c1a43f1a in SrsHttpStreamServer::http_unmount(SrsRequest*) src/app/srs_app_http_stream.cpp:1131",
		"    #1 0x55d6c19e8a02 in SrsRtmpConn::http_hooks_on_unpublish() src/app/srs_app_rtmp_conn.cpp:1560",
		"    #2 0x55d6c19e0c41 in SrsRtmpConn::publishing(SrsSharedPtr<SrsLiveSource>) src/app/srs_app_rtmp_conn.cpp:988",
		"    #3 0x55d6c19dd1b7 in SrsRtmpConn::stream_service_cycle() src/app/srs_app_rtmp_conn.cpp:602",
		"SUMMARY: AddressSanitizer: heap-use-after-free src/app/srs_app_http_stream.cpp:1131",
	}
	title := "AddressSanitizer: heap-use-after-free in SrsHttpStreamServer::http_unmount(SrsRequest*)"
	r.Findings = append([]Finding{{ID: "sanitizer: " + title, Code: "sanitizer", Severity: "error", Root: true, Count: 4, Keys: []string{},
		FirstAt: 2301, Evidence: []check.Evidence{{Event: 1200}, {Log: strings.Join(report, "\n")}}, Cases: []Case{{
			At: 2301, Event: 1200, Text: title, Log: report[1], Report: &Sanitizer{Tool: "AddressSanitizer",
				What: "heap-use-after-free on address 0x60b0000a1b58", File: "evidence/sanitizer-1.txt", Lines: report, Again: 3}}},
	}}, r.Findings...)
	return r
}

// observed is a pass of a server whose log, process and API were looked at, behind a proxy and in another time zone.
func observed() Result {
	r := refusedAtFirst()
	r.Target.Profile, r.Target.Version = "srs", "5.0.216"
	r.Server.Lines, r.Server.Unmatched = 412, 31
	eight := Millis(8 * 3600 * 1000)
	r.Log = &Log{
		Shapes: []Shape{
			{Shape: "serve error code=1011(SocketTimeout)(Socket io timeout) : service cycle : rtmp: stream service : rtmp: thread quit", Count: 17, Level: "ERROR", First: busyLine(0)},
			{Shape: "stats disk not configed, disk iops disabled.", Count: 1, Level: "WARN"},
			{Shape: "client disconnect peer. ret=#", Count: 9, Level: "WARN"},
		},
		Other: 4, Offset: &eight, OffsetFrom: 61,
		Tied:  map[string]int64{"id": 58, "token": 3, "time": 1, "none": 0},
		Proxy: &Proxy{Ours: "127.0.0.1:40112", Seen: "172.17.0.1:51234", Count: 95}, Unverified: []string{"rst", "halfclose", "vanish", "gap 0"},
	}
	perReturn, none := 0.0125, 0.0
	r.Usage = &Usage{Samples: 48, CPU: CPU{Took: 4217, Mean: 42.1, Peak: 97.9, PerReturn: 3.14},
		Memory:  Level{First: 34_100_000, Max: 61_300_000, Last: 41_000_000},
		FDs:     Level{First: 21, Max: 94, Last: 22, PerReturn: &perReturn},
		Threads: Level{First: 3, Max: 9, Last: 9, PerReturn: &none}, Sanitizer: true}
	r.API = &API{Samples: 46, Failed: 2, Error: "503 Service Unavailable", Clients: Level{First: 0, Max: 20, Last: 0},
		Streams: Level{First: -1, Max: -1, Last: -1}, Took: &Percentiles{P50: 1.2, P90: 2, P99: 14.5, Max: 14.5, Count: 46}}
	return r
}

// compared is a run beside a baseline: an error that was there before, one that is new, and one that is gone.
func compared() Result {
	r := slowRelease()
	r.Findings[0].Status, r.Findings[0].Allowed, r.Findings[0].AllowedBy = "old", true, "baseline"
	more := r.Findings[0]
	more.ID, more.Code, more.Status, more.Allowed, more.AllowedBy = "double-publish", "double-publish", "new", false, ""
	more.Lateness, more.FirstAt, more.Count = nil, 77, 1
	more.Cases = []Case{{Key: "live/s0", Actor: "con/live/s0", Epoch: 7, At: 77, Event: 40}}
	ghost := Case{Key: "live/s1", At: 90, Class: "busy", Ghost: true, Log: busyLine(1), TiedBy: check.ByID, Refused: 3, For: 1200}
	too := ghost
	too.Key, too.Holder = "live/s2", "7q3u99i9"
	aside := Finding{ID: "stuck-busy", Code: "stuck-busy", Severity: "error", Root: true, Count: 2, Keys: []string{"live/s1", "live/s2"}, FirstAt: 90,
		Evidence: []check.Evidence{}, Cases: []Case{ghost, too}, Status: "new", Allowed: true, AllowedBy: "fail-only"}
	r.Findings = append([]Finding{more, aside}, r.Findings...)
	r.Judge.FailOnly = []string{"double-publish", "slow-release"}
	r.Baseline = &Comparison{Run: "/srv/ci/main/flvstorm-run", Verdict: "interrupted", New: []string{"double-publish", "stuck-busy"},
		Old: []string{"slow-release"}, Gone: []string{"duplicated-pattern"}}
	return r
}

// hostileSuite is what a server, its log and the name of a case can hold for those who render Markdown and commands.
func hostileSuite() Result {
	r := suite()
	evil := "::error title=x::y\n::set-output name=a::b ##[add-mask]z | `\x1b[2J` ```\n</summary></details><script>alert(1)</script> " +
		"![x](http://evil.example/a.png) @everyone #1 https://evil.example %0A::warning::<!-- --> $(id) \u202e\u0000"
	r.Cases[1].Name, r.Cases[3].Why = evil, evil
	r.Reasons = []Reason{{Code: "x", Text: evil}}
	r.Findings[0].Keys = []string{evil, "live/s1"}
	r.Findings[0].Cases[0].Log, r.Findings[0].Cases[0].Key = evil, evil
	r.Findings[0].Cases[1].Log = strings.Repeat("`", 3000)
	r.Findings[0].Cases[1].Frames = []string{evil, strings.Repeat("f", 9000)}
	r.Findings[0].Cases[1].Crash = &Crash{Core: evil, Folder: strings.Repeat("/x", 3000), Notes: []string{evil, evil, evil, evil}}
	r.Findings[0].Cases[1].Report = &Sanitizer{Tool: evil, What: evil, File: evil, Lines: []string{evil, strings.Repeat("語", 3000)}}
	r.Repro = "flvstorm smoke --header 'X: " + evil + "'"
	r.Run = evil
	r.Log = &Log{Shapes: []Shape{{Shape: evil, Level: evil, Count: 1 << 60}, {Shape: strings.Repeat("x", 9000), Count: 1}}, Other: 1 << 40,
		Proxy: &Proxy{Ours: evil, Seen: evil}, Unverified: []string{evil}, Tied: map[string]int64{evil: 3}}
	r.Server.Unmatched = 7
	r.API = &API{Samples: 1, Failed: 1, Error: evil}
	r.Baseline = &Comparison{Run: evil, New: []string{evil}, Old: []string{}, Gone: []string{}}
	for i := range 30 {
		r.Baseline.Gone = append(r.Baseline.Gone, fmt.Sprintf("case-%d/duplicated-pattern", i))
	}
	return r
}

// sampled is what From makes of what was sampled.
func sampled() Result {
	j := judgement()
	j.Findings = []check.Finding{}
	j.Outcome.Usage = &check.Use{Samples: 3, CPU: 1500 * ms, Mean: 50, Peak: 80, PerReturn: 2 * ms, RSS: check.Level{First: 1 << 20, Max: 3 << 20, Last: 2 << 20},
		FDs: check.Level{First: -1, Max: -1, Last: -1}, Threads: check.Level{First: 1, Max: 2, Last: 2}}
	j.Outcome.API = &check.APIUse{Samples: 3, Errors: 1, FirstError: "connection refused", Clients: check.Level{First: 1, Max: 16, Last: 1},
		Streams: check.Level{First: 0, Max: 5, Last: 0}, Took: j.Outcome.Latency.Connect}
	h := header()
	h.Judge.FailOnly, h.Judge.TimeScale = []string{"duplicated-pattern"}, 3
	h.Target = history.Target{PublishURL: "rtmp://127.0.0.1:1935/live/{stream}", PlayURL: "http://127.0.0.1:8080/live/{stream}.flv"}
	return From(h, j)
}
