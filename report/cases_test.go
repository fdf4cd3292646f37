package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

const ms = time.Millisecond

// result is a made-up run, rendered the way a real one is.
type resultCase struct {
	name   string
	result Result
}

// header is the header of a made-up run.
func header() history.Header {
	return history.Header{
		Schema: "flvstorm.history/1", Tool: "0.1.0", Seed: 7,
		Repro:     "flvstorm chaos --seed 7 --duration 10s",
		StartedAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		Machine:   history.Machine{OS: "linux", Arch: "amd64", CPUs: 2},
		Target: history.Target{Embedded: true, PublishURL: "rtmp://127.0.0.1:41237/live/{stream}",
			PlayURL: "http://127.0.0.1:41238/live/{stream}.flv", Log: "server.log"},
		Judge: history.Judge{Grace: time.Second, StuckAfter: 10 * time.Second},
	}
}

// judgement is a clean run of ten seconds.
func judgement() check.Judgement {
	j := check.Judgement{
		Verdict: check.Pass, Elapsed: 10012 * ms, Profile: "embedded", Server: "flvstorm 0.1.0",
		Outcome: check.Outcome{
			Publish:    check.Tally{Attempts: 95, Accepted: 95},
			Contenders: check.Tally{Attempts: 21, Refused: refused(profile.Busy, 21), Correct: 21},
			Departures: 90,
			Play:       check.Play{Players: 15, Sessions: 285, Ended: 270, Bytes: 18_816_780, Tags: 41_210},
			Returns:    check.Returns{Returns: 1640, Below: 0.001825},
			Keys: []check.Key{
				{Key: "live/s3", Attempts: 19, Accepted: 19, Worst: 13 * ms, Ownerless: 13 * ms},
				{Key: "live/s0", Attempts: 19, Accepted: 19, Worst: 9 * ms, Ownerless: 9 * ms},
				{Key: "live/s1", Attempts: 19, Accepted: 19, Worst: 8 * ms, Ownerless: 8 * ms},
				{Key: "live/s2", Attempts: 19, Accepted: 19, Worst: 7 * ms, Ownerless: 7 * ms},
				{Key: "live/s4", Attempts: 19, Accepted: 19, Worst: 3 * ms, Ownerless: 3 * ms},
			},
		},
	}
	j.Outcome.Latency = (&check.Judgement{Outcome: check.New(header()).Finish().Outcome}).Outcome.Latency
	for i := range int64(90) {
		l := j.Outcome.Latency
		l.GapArmed.RecordValue(90 + i)
		l.Accept.RecordValue(400 + 10*i)
		l.Recovery.RecordValue(500 + 140*i)
		l.FirstByte.RecordValue(900 + 10*i)
		l.FirstMedia.RecordValue(2_900 + 1000*i)
		l.FirstKeyframe.RecordValue(3_100 + 1100*i)
		l.TagGap.RecordValue(41_000 + 500*i)
		l.Connect.RecordValue(1_100 + 3*i)
	}
	for i, how := range []string{"fin", "rst", "unpublish"} {
		j.Outcome.Left = append(j.Outcome.Left, check.Left{How: how, Returns: int64(30 + i), Recovery: j.Outcome.Latency.Recovery})
	}
	return j
}

func refused(class profile.Class, n int64) map[profile.Class]int64 {
	return map[profile.Class]int64{class: n}
}

func caused(by check.Code) *string {
	s := string(by)
	return &s
}

// logLine is a line as SRS writes it.
func logLine(code string, stream int) string {
	return fmt.Sprintf("[2026-11-22 07:54:52.118][ERROR][18154][7q3u99i%d][11] serve error %s", stream, code)
}

func duplicatedLine(stream int) string {
	return logLine(fmt.Sprintf("code=4001(HttpPatternDuplicated)(Failed to handle HTTP request for pattern duplicated) : "+
		"service cycle : rtmp: stream service : handle publish : http mount : http: mount flv stream for "+
		"vhost=/live/s%d failed : pattern=/live/s%d.flv exists", stream, stream), stream)
}

func busyLine(stream int) string {
	return logLine(fmt.Sprintf("code=1028(StreamBusy)(Stream already exists or busy) : service cycle : rtmp: stream "+
		"service : rtmp: stream /live/s%d is busy", stream), stream)
}

// earlyRelease is what the bug looks like that started it all: duplicated on every key, and then busy for good.
func earlyRelease(streams int) []check.Finding {
	duplicated := check.Finding{ID: "duplicated-pattern", Code: check.DuplicatedPattern, Severity: check.Error, Root: true,
		Count: int64(streams), FirstAt: 512 * ms, Evidence: []check.Evidence{}}
	stuck := check.Finding{ID: "stuck-busy<duplicated-pattern", Code: check.StuckBusy, Severity: check.Error,
		CausedBy: caused(check.DuplicatedPattern), Count: int64(streams), FirstAt: 3530 * ms, ForGood: true}
	for i := range streams {
		key := fmt.Sprintf("live/s%d", i)
		at := time.Duration(512+7*i) * ms
		duplicated.Keys = append(duplicated.Keys, key)
		duplicated.Cases = append(duplicated.Cases, check.Case{Key: key, Actor: "pub/" + key, Epoch: 2, At: at,
			Event: int64(41 + i), Class: profile.Duplicated, Log: duplicatedLine(i), By: check.ByID})
		duplicated.Evidence = append(duplicated.Evidence, check.Evidence{Event: int64(41 + i)}, check.Evidence{Log: duplicatedLine(i)})
		stuck.Keys = append(stuck.Keys, key)
		stuck.Cases = append(stuck.Cases, check.Case{Key: key, Actor: "pub/" + key, Epoch: 9, At: at + 3018*ms,
			Event: int64(241 + i), Class: profile.Busy, Log: busyLine(i), By: check.ByID,
			Since: at - ms, For: 9 * time.Second, Refused: 38, Settled: 3, ForGood: true})
		stuck.Evidence = append(stuck.Evidence, check.Evidence{Event: int64(241 + i)})
	}
	return []check.Finding{duplicated, stuck}
}

// cases are the results that are rendered in tests.
func cases() []resultCase {
	return []resultCase{
		{"pass", pass()},
		{"early-release", failed(5)},
		{"many-keys", failed(12)},
		{"slow-release", slowRelease()},
		{"crash", crash()},
		{"allowed", allowed()},
		{"inconclusive", inconclusive()},
		{"interrupted", interrupted()},
		{"sweep", sweep()},
		{"sweep-short", shortSweep()},
		{"refused-at-first", refusedAtFirst()},
		{"double-publish", doublePublish()},
		{"hostile", hostile()},
		{"suite", suite()},
		{"suite-pass", suitePass()},
		{"explained", explained()},
		{"observed", observed()},
		{"sampled", sampled()},
		{"compared", compared()},
		{"hostile-suite", hostileSuite()},
		{"died", died()},
		{"troubled", troubled()},
		{"watched", watched()},
		{"viewers", viewersSeen()},
		{"unserved", unserved()},
		{"unverified", unverified()},
		{"empty", From(history.Header{}, check.Judgement{})},
	}
}

func pass() Result {
	j := judgement()
	j.Findings = []check.Finding{}
	return From(header(), j)
}

func failed(streams int) Result {
	h, j := header(), judgement()
	h.Repro = "flvstorm chaos --bug early-release --stuck-after 3s --duration 5s --seed 7"
	h.Judge.StuckAfter = 3 * time.Second
	n := int64(streams)
	j.Verdict, j.Findings = check.Fail, earlyRelease(streams)
	j.Outcome.Publish = check.Tally{Attempts: n * 40, Accepted: n,
		Refused: map[profile.Class]int64{profile.Duplicated: n, profile.Busy: n * 38}}
	j.Outcome.Settling = check.Tally{Attempts: n * 3, Refused: refused(profile.Busy, n*3)}
	j.Outcome.Returns = check.Returns{Returns: n, Refused: n, Below: 1}
	j.Outcome.Keys = nil
	for i := range streams {
		j.Outcome.Keys = append(j.Outcome.Keys, check.Key{Key: fmt.Sprintf("live/s%d", i), Attempts: 40, Accepted: 1,
			Refused: 39, Errors: 2, Worst: 0})
	}
	r := From(h, j)
	r.Run = "/home/ada/.cache/flvstorm/runs/20261122-100000-1"
	return r
}

func slowRelease() Result {
	j := judgement()
	f := check.Finding{ID: "slow-release", Code: check.SlowRelease, Severity: check.Error, Root: true, Count: 40,
		Keys: []string{"live/s0", "live/s1"}, FirstAt: 1498 * ms}
	for i := range 40 {
		f.Lateness = append(f.Lateness, time.Duration(1400+15*i)*ms)
	}
	for i, key := range f.Keys {
		f.Cases = append(f.Cases, check.Case{Key: key, At: time.Duration(1498+3*i) * ms, Event: 77, Class: profile.Closed,
			For: time.Duration(1400+15*i) * ms, Refused: 11, Back: true})
	}
	info := check.Finding{ID: "stream-busy/info", Code: check.StreamBusy, Severity: check.Info, Count: 12,
		Keys: []string{"live/s2"}, FirstAt: 800 * ms}
	j.Verdict, j.Findings = check.Fail, []check.Finding{f, info}
	j.Outcome.Ended, j.Outcome.ArmedLost = 1, 2
	return From(header(), j)
}

func crash() Result {
	h, j := header(), judgement()
	h.Target = history.Target{PublishURL: "rtmp://ada:xxxxx@198.51.100.7:1935/live/{stream}", PlayURL: "http://198.51.100.7:8080/live/{stream}.flv"}
	j.Profile, j.Server = "srs", "srs 7.0.2"
	j.Elapsed, j.Stopped = 2870*ms, "server-dead"
	j.Outcome.Log = check.Log{Lines: 214, Unmatched: 12, First: []string{"[2026-11-22 07:54:52.118][WARN][18154][x1][22] stats disk not configed, disk iops disabled.",
		"[2026-11-22 07:54:52.120][ERROR][18154][x1][104] " + strings.Repeat("backtrace ", 20)}}
	died := check.Finding{ID: "server-crashed", Code: check.ServerCrashed, Severity: check.Error, Root: true, Count: 1,
		Keys: []string{}, FirstAt: 2318 * ms, Cases: []check.Case{{Actor: "server", At: 2318 * ms, Event: 1204, Text: "signal SIGSEGV"}}}
	starved := check.Finding{ID: "unexplained-refusal<server-crashed", Code: check.UnexplainedRefusal, Severity: check.Error,
		CausedBy: caused(check.ServerCrashed), Count: 5, Keys: []string{"live/s0", "live/s1"}, FirstAt: 2319 * ms,
		Cases: []check.Case{{Key: "live/s0", At: 2319 * ms, Class: profile.Closed, Log: busyLine(0), By: check.ByTime},
			{Key: "live/s1", At: 2320 * ms, Class: profile.Unreachable}}}
	j.Verdict, j.Findings = check.Fail, []check.Finding{died, starved}
	j.Reasons = []check.Reason{{Code: "stopped", Says: phrase.WhyStopped, Args: []any{phrase.WhyServerDead}}}
	return From(h, j)
}

func allowed() Result {
	h, j := header(), judgement()
	h.Judge.Allow = []string{"duplicated-pattern"}
	j.Findings = earlyRelease(2)
	j.Findings[0].Allowed = true
	j.Verdict = check.Fail
	return From(h, j)
}

func inconclusive() Result {
	j := judgement()
	j.Verdict = check.Inconclusive
	j.Reasons = []check.Reason{
		{Code: "dropped-events", Says: phrase.WhyTrouble, Args: []any{"dropped-events", "210 times", "the queue of the recorder was full"}},
		{Code: "late-actions", Says: phrase.WhyLate, Args: []any{4.2, 250 * ms}},
	}
	j.Trouble = []history.OwnTrouble{{Code: "dropped-events", Detail: "the queue of the recorder was full", Count: 210}}
	j.Unknown = 3
	return From(header(), j)
}

func interrupted() Result {
	j := judgement()
	j.Verdict, j.Elapsed = check.Interrupted, 4180*ms
	j.Reasons = []check.Reason{{Code: "interrupted", Says: phrase.WhyInterrupted}}
	j.Outcome.Returns = check.Returns{Returns: 40, Below: 0.0722}
	return From(header(), j)
}

func sweep() Result {
	h, j := header(), judgement()
	j.Verdict, j.Findings = check.Fail, earlyRelease(2)
	for _, gap := range []time.Duration{500, 200, 100, 50, 20, 10, 0} {
		armed := check.Gap{Asked: gap * ms, Armed: true, Returns: 12}
		if gap < 50 {
			armed.Refused, armed.Wrong = 4, 4
		}
		j.Outcome.Gaps = append(j.Outcome.Gaps, armed, check.Gap{Asked: gap * ms, Returns: 12, Refused: int64(gap) / 500})
	}
	h.Repro = "flvstorm chaos --bug early-release --gap sweep:0..500ms --seed 7"
	return From(h, j)
}

// shortSweep is a sweep whose time was up before it came to the end of the ladder.
func shortSweep() Result {
	h, j := header(), judgement()
	j.Findings = []check.Finding{}
	for _, gap := range []time.Duration{500, 200, 100} {
		j.Outcome.Gaps = append(j.Outcome.Gaps, check.Gap{Asked: gap * ms, Armed: true, Returns: 3},
			check.Gap{Asked: gap * ms, Returns: 1})
	}
	h.Plan = map[string]any{"gap": "sweep:0s..500ms", "sweep": true}
	h.Repro = "flvstorm chaos --gap sweep:0..500ms --duration 3s --seed 7"
	return From(h, j)
}

// refusedAtFirst is a pass with returns that were refused for a moment, of a server whose log nobody understood.
func refusedAtFirst() Result {
	h, j := header(), judgement()
	h.Target = history.Target{PublishURL: "rtmp://198.51.100.7/live/{stream}", PlayURL: "http://198.51.100.7:8080/live/{stream}.flv",
		Log: "/var/log/srs/srs.log"}
	j.Profile, j.Server = "generic", ""
	j.Findings = []check.Finding{{ID: "stream-busy/info", Code: check.StreamBusy, Severity: check.Info, Count: 62,
		Keys: []string{"live/s2"}, FirstAt: 800 * ms}}
	j.Outcome.Returns = check.Returns{Returns: 90, Refused: 62, Below: 1}
	j.Outcome.Keys[3].Refused = 62
	return From(h, j)
}

// doublePublish is a server that takes two publishers of one key, in a run that the user then ended.
func doublePublish() Result {
	j := judgement()
	j.Verdict = check.Fail
	j.Reasons = []check.Reason{{Code: "interrupted", Says: phrase.WhyInterrupted}}
	j.Findings = []check.Finding{{ID: "double-publish", Code: check.DoublePublish, Severity: check.Error, Root: true, Count: 2,
		Keys: []string{"live/s0", "live/s1"}, FirstAt: 512 * ms, Cases: []check.Case{
			{Key: "live/s0", Actor: "con/live/s0", Epoch: 7, At: 512 * ms, Event: 40},
			{Key: "live/s1", Actor: "pub/live/s1", Epoch: 3, At: 600 * ms, Event: 51}}}}
	return From(header(), j)
}

// hostile is what a server can say that wants to be somebody else's terminal.
func hostile() Result {
	h, j := header(), judgement()
	bomb := strings.Repeat("A", 1<<20)
	evil := "live/\x1b[2J\x1b]0;owned\x07s\u202e0\r\nPASS\u0000\xff" + strings.Repeat("\u0301", 500)
	h.Target.Embedded = false
	h.Target.PublishURL = "rtmp://127.0.0.1/\x1b[31m" + bomb
	h.Repro = "flvstorm chaos --stream-prefix 'a\x1b[8m b' --header 'K: it'\\''s' " + strings.Repeat("--allow stuck-busy ", 5) + "--seed 7"
	j.Server = "srs \x1b[5m7.0\u009b1m\u2066"
	j.Findings = earlyRelease(1)
	f := &j.Findings[0]
	f.Keys = []string{evil}
	f.Cases = []check.Case{{Key: evil, At: 512 * ms, Log: "[x][ERROR] \x1b[1A\x1b[2K" + evil + bomb + " 漢字漢字 the end", By: check.ByTime},
		{Key: bomb, At: 513 * ms, Text: bomb + "\u202etxt"}}
	f.Evidence = []check.Evidence{{Log: "\x1b[1A\u202e\x7f\U000e0001"}}
	j.Findings = j.Findings[:1]
	j.Verdict = check.Fail
	j.Reasons = []check.Reason{{Code: "disk", Says: phrase.WhyTrouble, Args: []any{"disk", "once", "write \x1b[31m" + evil}}}
	j.Trouble = []history.OwnTrouble{{Code: "disk", Detail: "\x1bP" + evil}}
	j.Outcome.Keys = []check.Key{{Key: evil, Errors: 1}, {Key: bomb}}
	return From(h, j)
}
