package page

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/story"
)

const ms = time.Millisecond

// made is a history that nobody recorded: what a run of a kind would have left.
type made struct {
	header history.Header
	events []history.Event
	length time.Duration
	conns  int64
}

func newMade(length time.Duration) *made {
	m := &made{length: length, header: history.Header{
		Schema: history.Schema, Tool: "0.6.0", Seed: 7, Repro: "flvstorm chaos --seed 7 --duration " + length.String(),
		StartedAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Machine: history.Machine{OS: "linux", Arch: "amd64", CPUs: 2},
		Target: history.Target{Embedded: true, PublishURL: "rtmp://127.0.0.1:1935/live/{stream}", PlayURL: "http://127.0.0.1:8080/live/{stream}.flv", Log: "server.log"},
		Judge:  history.Judge{Grace: time.Second, StuckAfter: 4 * time.Second},
	}}
	m.add(0, "", "run", 0, history.Phase{Name: "start"})
	m.add(0, "", "run", 0, history.Phase{Name: "storm"})
	return m
}

func (m *made) add(at time.Duration, key, actor string, epoch uint32, what history.Payload) {
	m.events = append(m.events, history.Event{At: at, Key: key, Actor: actor, Epoch: epoch, What: what})
}

// try is an attempt to publish, which is answered 2 ms later; refused by the class of a line of the log, or accepted.
func (m *made) try(at time.Duration, key string, epoch uint32, n int, gap time.Duration, class string) {
	m.conns++
	id := fmt.Sprintf("c%d", m.conns)
	m.add(at-ms, key, "pub/"+key, 0, history.Connected{Role: history.Owner, Conn: m.conns, ServerID: id, Server: "flvstorm 0.6.0", Setup: ms, Armed: n == 0})
	m.events = append(m.events, history.Event{At: at, Due: at, Key: key, Epoch: epoch, Actor: "pub/" + key, What: history.PublishSent{
		Role: history.Owner, Conn: m.conns, Armed: n == 0, Try: n, After: epoch - 1, ServerID: id, Gap: gap, AskedGap: gap, Players: -1}})
	if class == "" {
		m.add(at+2*ms, key, "pub/"+key, epoch, history.PublishAccepted{Conn: m.conns, Rule: "onstatus", Said: at + 2*ms})
		return
	}
	m.add(at+2*ms, key, "pub/"+key, epoch, history.PublishRefused{Role: history.Owner, Conn: m.conns, Sent: at, Stage: "publish", Wire: history.WireEOF, ServerID: id, Try: n, After: epoch - 1})
	m.add(at+3*ms, key, "server", 0, history.LogLine{Line: "[ERROR][" + id + "] " + class + ": stream " + key, Level: "ERROR", ID: id, Class: class, Rule: "publish-" + class, Key: key})
}

// lives is a publisher that publishes, leaves and comes back so often, from a time on, and its player; it returns the time and the epoch of what
// comes next.
func (m *made) lives(at time.Duration, key string, n int, live, gap time.Duration) (time.Duration, uint32) {
	leaves := []string{"unpublish", "fin", "rst"}
	player, epoch := "play/"+key+"/0", uint32(1)
	for i := range n {
		m.try(at, key, epoch, 0, gap, "")
		m.add(at+3*ms, key, player, 0, history.PlayRequested{Session: i + 1, Manner: "prompt", TCP: ms})
		m.add(at+4*ms, key, player, 0, history.PlayResponse{Session: i + 1, Status: 200, Type: "video/x-flv", Server: "flvstorm"})
		m.add(at+time.Duration(8+i%7)*ms, key, player, epoch, history.PlayFirst{Session: i + 1, Of: "media", Since: time.Duration(5+i%7) * ms})
		m.add(at+time.Duration(9+i%7)*ms, key, player, epoch, history.PlayFirst{Session: i + 1, Of: "keyframe", Since: time.Duration(6+i%7) * ms})
		m.add(at+live-2*ms, key, player, 0, history.PlayProgress{Session: i + 1, Tags: 20, Bytes: 90_000, Last: at + live - 5*ms, MaxGap: 40 * ms})
		at += live
		m.add(at, key, "pub/"+key, epoch, history.Departed{Conn: m.conns, How: leaves[i%len(leaves)], Frames: 20, Bytes: 90_000, LastSent: at - 10*ms})
		m.add(at+ms, key, player, 0, history.PlayEnded{Session: i + 1, Wire: history.WireEOF, Clean: true, Tags: 20, Bytes: 90_000})
		at += max(gap, ms/2)
		epoch++
	}
	return at, epoch
}

// watched are samples of the server's process and of our own every half second.
func (m *made) watched() {
	for at := 500 * ms; at < m.length; at += 500 * ms {
		n := int64(at / (500 * ms))
		m.add(at, "", "server", 0, history.Usage{PID: 42, CPU: at / 4, RSS: 40<<20 + n<<18, FDs: 20 + int(n%5), Threads: 4})
		m.add(at, "", "server", 0, history.API{Took: ms, Clients: 12 + int(n%3)})
		m.add(at, "", "run", 0, history.SelfSample{For: 500 * ms, CPU: 0.3, Machine: 0.7, Cores: 2, RSS: 30 << 20, Descriptors: 40, DescriptorLimit: 1024, Lag: history.Counts{{80, 9}, {900 + n*10, 1}}})
	}
}

// report judges the history and tells it as a page does.
func (m *made) report(tb testing.TB) Report {
	tb.Helper()
	m.add(m.length, "", "run", 0, history.Phase{Name: "end"})
	slices.SortStableFunc(m.events, func(a, b history.Event) int { return int(a.At - b.At) })
	judge, fold := check.New(m.header), story.NewFold()
	fold.Attach(m.header, judge)
	seq, tick := int64(0), history.TickEvery
	step := func(e history.Event) {
		seq++
		e.Seq = seq
		judge.Step(e)
		fold.Step(e)
	}
	for _, e := range m.events {
		for ; tick <= e.At; tick += history.TickEvery {
			step(history.Event{At: tick, Actor: "run", What: history.Tick{}})
		}
		step(e)
	}
	k := report.Judged{Header: m.header, Judgement: judge.Finish()}
	r := Report{English: k.Result(phrase.English), Chinese: k.Result(phrase.Chinese), Header: m.header, Lang: "en"}
	var order []string
	for _, key := range r.English.Keys {
		order = append(order, key.Key.Key)
	}
	r.Story = fold.Finish(order)
	return r
}

// page is the report as a page.
func (r Report) page(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// busyForGood refuses a key again and again until the end, duplicated first.
func (m *made) busyForGood(at time.Duration, key string, epoch uint32) {
	class, pause := "duplicated", 20*ms
	for n := 0; at < m.length-time.Second; n++ {
		m.try(at, key, epoch, n, 0, class)
		class = "busy"
		at += pause
		pause = min(2*pause, 250*ms)
		epoch++
	}
}

func madeFail() *made {
	m := newMade(12 * time.Second)
	for i := range 4 {
		key := fmt.Sprintf("live/s%d", i)
		at, epoch := m.lives(time.Duration(10+7*i)*ms, key, 4+4*i, 500*ms, 0)
		if i < 2 {
			m.busyForGood(at, key, epoch)
		}
	}
	m.watched()
	return m
}

func madePass() *made {
	m := newMade(10 * time.Second)
	for i := range 5 {
		m.lives(time.Duration(10+7*i)*ms, fmt.Sprintf("live/s%d", i), 18, 500*ms, 0)
	}
	m.watched()
	return m
}

func madeSweep() *made {
	m := newMade(20 * time.Second)
	m.header.Repro = "flvstorm chaos --gap sweep:0s..500ms"
	m.header.Plan = map[string]any{"gap": "sweep:0s..500ms", "sweep": true}
	for i := range 4 {
		key, at, epoch := fmt.Sprintf("live/s%d", i), 10*ms, uint32(1)
		for n, gap := range []time.Duration{0, 500 * ms, 200 * ms, 100 * ms, 50 * ms, 20 * ms, 10 * ms, 0, 0, 10 * ms} {
			class := ""
			if n > 6 && i%2 == 0 {
				class = "duplicated"
			}
			m.try(at, key, epoch, 0, gap, class)
			if class != "" {
				epoch++
				at += 30 * ms
				m.try(at, key, epoch, 1, 0, "")
			}
			at += 400 * ms
			m.add(at, key, "pub/"+key, epoch, history.Departed{Conn: m.conns, How: "fin", LastSent: at - 10*ms})
			at += 500 * ms
			epoch++
		}
	}
	m.watched()
	return m
}

func madeLoad() *made {
	m := newMade(20 * time.Second)
	m.header.Repro = "flvstorm load --players 50"
	m.header.Judge.FailOn = []string{"load.stall_ratio > 0.5%"}
	m.add(ms, "", "run", 0, history.LoadStep{Step: 1, Of: "players", Why: "hold", From: 0, To: 50, Over: 2 * time.Second, Hold: 18 * time.Second})
	m.add(2*time.Second, "", "run", 0, history.LoadHolds{Step: 1})
	m.try(5*ms, "live/s0", 1, 0, 0, "")
	for s := range 19 {
		at := time.Duration(s+1) * time.Second
		wanted := min(25*(s+1), 50)
		crowd := history.CrowdSample{Step: 1, Manner: "prompt", For: time.Second, Wanted: wanted, Playing: wanted - s%3, Dry: s % 3, Tags: 1250, Bytes: 6_000_000,
			Stalls: int64(s % 3), Stalled: time.Duration(s%3) * 80 * ms, Played: time.Duration(wanted) * time.Second}
		if s < 2 {
			crowd.Joined, crowd.Asked, crowd.Opened, crowd.Began = 25, 25, 25, 25
			crowd.FirstFrame, crowd.FirstByte, crowd.Connect = history.Counts{{12_000, 20}, {90_000, 5}}, history.Counts{{2_000, 25}}, history.Counts{{300, 25}}
		}
		m.add(at, "", "run", 0, crowd)
		m.add(at, "", "run", 0, history.FleetSample{Step: 1, For: time.Second, Wanted: 1, Publishing: 1, Frames: 25, Bytes: 125_000, Lateness: history.Counts{{200, 25}}})
	}
	m.watched()
	return m
}

func madeSuite() *made {
	m := newMade(12 * time.Second)
	for i, name := range []string{"plain-return", "armed-return", "crowded-return"} {
		at := time.Duration(i)*4*time.Second + 10*ms
		m.add(at, "", "run", 0, history.Case{Name: name, State: "begin"})
		key := "live/" + name
		next, epoch := m.lives(at+10*ms, key, 3, 300*ms, 0)
		if i == 1 {
			for n := range 8 {
				m.try(next+time.Duration(n)*200*ms, key, epoch+uint32(n), n, 0, map[bool]string{true: "duplicated", false: "busy"}[n == 0])
			}
		}
		m.add(at+3900*ms, "", "run", 0, history.Case{Name: name, State: "end"})
	}
	m.add(12*time.Second-2*ms, "", "run", 0, history.Case{Name: "two-publishers", State: "skipped", Why: "the profile allows them"})
	return m
}

func madeDeath() *made {
	m := newMade(8 * time.Second)
	m.add(0, "", "server", 0, history.Process{State: "started", PID: 42})
	for i := range 2 {
		m.lives(time.Duration(10+7*i)*ms, fmt.Sprintf("live/s%d", i), 4, 500*ms, 0)
	}
	m.add(2100*ms, "", "server", 0, history.Process{State: "exited", PID: 42, Signal: "SIGSEGV"})
	m.add(2200*ms, "", "server", 0, history.Crash{PID: 42, Signal: "SIGSEGV", Frames: []string{"SrsLiveSource::on_unpublish (srs_app_source.cpp:2310)", "SrsRtmpConn::cycle (srs_app_rtmp_conn.cpp:210)"}})
	m.add(2300*ms, "", "run", 0, history.Stopped{Why: "server-dead"})
	return m
}

func madeEmpty() *made {
	m := newMade(0)
	m.events = nil
	return m
}

func madeInterrupted() *made {
	m := newMade(1 * time.Second)
	m.lives(10*ms, "live/s0", 1, 500*ms, 0)
	m.add(900*ms, "", "run", 0, history.Interrupted{})
	return m
}

// nasty is what a server that means no good might put wherever it can.
const nasty = `</script></style></textarea>--><script>window.pwned=1</script><img src=x onerror="window.pwned=1"><svg/onload=window.pwned=1>` +
	`'"><a href="javascript:window.pwned=1">x</a>{{.Verdict}}` + "\x1b[31mred\x1b[0m \u202eright to left\u2066 \x00\xff\u2028 ]]>"

func madeHostile() *made {
	m := newMade(12 * time.Second)
	m.header.Repro = "flvstorm chaos " + nasty
	m.header.Target.Log = nasty
	m.header.Plan = map[string]any{nasty: nasty}
	m.header.Target.PublishURL = "rtmp://127.0.0.1/live/" + nasty
	keys := []string{"live/" + nasty, "__proto__", "live/" + strings.Repeat("键", 300)}
	for i, key := range keys {
		at, epoch := m.lives(time.Duration(10+7*i)*ms, key, 3, 500*ms, 0)
		m.busyForGood(at, key, epoch)
	}
	for i := range m.events {
		switch p := m.events[i].What.(type) {
		case history.LogLine:
			p.Line += nasty
			m.events[i].What = p
		case history.Connected:
			p.Server = nasty
			m.events[i].What = p
		case history.PlayResponse:
			p.Server, p.Type = nasty, nasty
			m.events[i].What = p
		case history.PublishRefused:
			p.Text, p.Code = nasty+strings.Repeat("A", 1<<20), nasty
			if i%40 != 0 {
				p.Text = nasty
			}
			m.events[i].What = p
		}
	}
	m.add(9*time.Second, "", "server", 0, history.LogLine{Line: nasty, Level: "ERROR"})
	m.add(10*time.Second, "", "server", 0, history.Sanitizer{Tool: nasty, What: nasty, Lines: []string{nasty, nasty}})
	m.add(10*time.Second, "", "server", 0, history.Process{State: "exited", PID: 42, Signal: nasty})
	m.add(10*time.Second+ms, "", "server", 0, history.Crash{PID: 42, Signal: nasty, Frames: []string{nasty}, Notes: []string{nasty}})
	return m
}

// madeBig has so many keys, each with some publishes, of which every hundredth goes wrong.
func madeBig(keys int) *made {
	m := newMade(15 * time.Second)
	for i := range keys {
		key := fmt.Sprintf("live/stream-%05d", i)
		at, epoch := time.Duration(i%900)*ms+10*ms, uint32(1)
		for range 2 {
			m.try(at, key, epoch, 0, 0, "")
			at += 700 * ms
			m.add(at, key, "pub/"+key, epoch, history.Departed{Conn: m.conns, How: "fin", LastSent: at - 10*ms})
			at += ms
			epoch++
		}
		if i%100 == 0 {
			m.busyForGood(at, key, epoch)
		}
	}
	m.watched()
	return m
}
