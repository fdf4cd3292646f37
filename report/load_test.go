package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// steadyRun is the made-up history of a steady load: a second after the other, each with its samples.
type steadyRun struct {
	header history.Header
	judge  *check.Judge
	at     time.Duration
	number int // of the step
	keys   int
}

func newSteadyRun(command string, keys int, failOn ...string) *steadyRun {
	h := header()
	h.Repro, h.Judge.FailOn = "flvstorm load "+command, failOn
	return startSteady(h, keys)
}

func startSteady(h history.Header, keys int) *steadyRun {
	r := &steadyRun{header: h, judge: check.New(h), keys: keys}
	r.event("run", "", history.Phase{Name: "start"})
	r.event("run", "", history.Phase{Name: "storm"})
	for i := range keys {
		key := fmt.Sprintf("live/s%d", i)
		conn := int64(i + 1)
		r.event("pub/"+key, key, history.Connected{Role: history.Owner, Conn: conn, Setup: 2 * ms, Server: "srs 5.0.216"})
		r.event("pub/"+key, key, history.PublishSent{Role: history.Owner, Conn: conn, Players: -1})
		r.event("pub/"+key, key, history.PublishAccepted{Conn: conn, Rule: "onstatus"})
		player := "play/" + key + "/0"
		r.event(player, key, history.PlayRequested{Session: 1, Manner: "prompt", Crowd: true})
		r.event(player, key, history.PlayResponse{Session: 1, Status: 200})
		r.event(player, key, history.PlayFirst{Session: 1, Of: "media", Since: 40 * ms})
	}
	return r
}

func (r *steadyRun) event(actor, key string, what history.Payload) {
	r.judge.Step(history.Event{At: r.at, Key: key, Actor: actor, What: what})
}

// second is what happens in one: how many play, what their samples tell beside that, and by what we were late.
func (r *steadyRun) second(players int, crowd history.CrowdSample, late ...string) {
	for range 10 {
		r.at += 100 * ms
		r.event("run", "", history.Tick{})
	}
	crowd.Step, crowd.Manner, crowd.For = r.number, "prompt", time.Second
	crowd.Wanted, crowd.Playing = players, players-crowd.Dry-crowd.Waiting
	crowd.Tags, crowd.Bytes = int64(47*crowd.Playing), int64(62_500*crowd.Playing)
	crowd.Played = time.Duration(crowd.Playing) * time.Second
	r.event("run", "", crowd)
	r.event("run", "", history.FleetSample{Step: r.number, For: time.Second, Wanted: r.keys, Publishing: r.keys, Frames: int64(25 * r.keys),
		Bytes: int64(62_500 * r.keys), Lateness: history.Counts{{120, 20}, {900, 5}}})
	r.event("run", "", history.SelfSample{Step: r.number, For: time.Second, CPU: 0.2 + float64(players)/4000, Machine: 1.1, Cores: 2,
		Lag: history.Counts{{80, 90}, {700, 10}}, GC: 2 * ms, RSS: 40 << 20, Descriptors: players + 20, DescriptorLimit: 20000,
		Ports: players, PortLimit: 28232, Late: late})
}

// step walks one step: those who come, then seconds of it.
func (r *steadyRun) step(why string, from, to int, seconds int, each func(second int) history.CrowdSample) {
	r.number++
	hold := time.Duration(seconds-1) * time.Second
	r.event("run", "", history.LoadStep{Step: r.number, Of: "players", Why: why, From: from, To: to, Over: time.Second, Hold: hold})
	r.second(to, history.CrowdSample{Joined: int64(to - from), Asked: int64(to - from), Opened: int64(to - from), Began: int64(to - from),
		Connect: history.Counts{{300, int64(to - from)}}, FirstByte: history.Counts{{900, int64(to - from)}},
		FirstFrame: history.Counts{{40_000, int64((to - from) * 9 / 10)}, {96_000, int64((to - from) / 10)}}})
	r.event("run", "", history.LoadHolds{Step: r.number})
	for s := 1; s < seconds; s++ {
		r.second(to, each(s))
	}
	r.event("run", "", history.LoadStepEnded{Step: r.number})
}

func (r *steadyRun) judged(load int, held, ours bool, why ...string) {
	r.event("run", "", history.LoadJudged{Step: r.number, Load: load, Held: held, Ours: ours, Why: why})
}

func (r *steadyRun) result() Result {
	r.event("run", "", history.Phase{Name: "end"})
	return From(r.header, r.judge.Finish())
}

func calm(int) history.CrowdSample { return history.CrowdSample{} }

// held is a plain load that the server carries, but for a hundred who were turned away at first.
func heldLoad() Result {
	r := newSteadyRun("--players 1000 --duration 60s", 1, "p99(first_frame_ms) > 800", "stall_rate > 0.001")
	r.step("hold", 0, 1000, 60, func(second int) history.CrowdSample {
		if second == 30 {
			return history.CrowdSample{Stalls: 12, Stalled: 12 * time.Second, Dry: 12}
		}
		return history.CrowdSample{}
	})
	return r.result()
}

func searchedLoad() Result {
	h := header()
	h.Repro = "flvstorm load --find-limit 'stall_rate < 0.001'"
	h.Plan = map[string]any{"find_limit": "stall_rate < 0.001"}
	r := startSteady(h, 5)
	dry := func(n int) func(int) history.CrowdSample {
		return func(int) history.CrowdSample {
			return history.CrowdSample{Stalls: int64(n), Stalled: time.Duration(n) * 200 * ms, Dry: n}
		}
	}
	for _, s := range []struct{ load, dry int }{{64, 0}, {128, 0}, {256, 9}, {192, 0}, {240, 0}, {255, 5}} {
		r.step("search", s.load/2, s.load, 5, dry(s.dry))
		if s.dry == 0 {
			r.judged(s.load, true, false)
		} else {
			r.judged(s.load, false, false, fmt.Sprintf("stall_rate is %.3f", float64(s.dry)*0.2/float64(s.load)))
		}
	}
	return r.result()
}

// oursLoad is a search that came to our own limit.
func oursLoad() Result {
	h := header()
	h.Repro = "flvstorm load --find-limit 'stall_rate < 0.001'"
	h.Plan = map[string]any{"find_limit": "stall_rate < 0.001"}
	r := startSteady(h, 1)
	r.step("search", 0, 240, 5, calm)
	r.judged(240, true, false)
	r.step("search", 240, 480, 5, calm)
	r.judged(480, false, true, "1.9 of 2 cores")
	return r.result()
}

func lateStages() Result {
	r := newSteadyRun("--stages 0:100,30s:1000,60s:1000", 2, "stalls > 0")
	r.step("stage", 0, 100, 5, calm)
	r.number++
	r.event("run", "", history.LoadStep{Step: r.number, Of: "players", Why: "stage", From: 100, To: 1000, Over: 5 * time.Second})
	for i := range 6 {
		late := []string(nil)
		if i >= 3 {
			late = []string{"lag", "cpu"}[:i-3+min(1, 5-i)]
		}
		r.second(280+180*min(i, 4), history.CrowdSample{Asked: 180, Opened: 150, Began: 150, Stalls: 3, Stalled: 900 * ms, Dry: 3, Waiting: 30,
			Refused:    map[string]int64{"503": 20, "reset": 10},
			FirstFrame: history.Counts{{60_000, 100}, {412_000, 50}}}, late...)
	}
	r.event("run", "", history.LoadStepEnded{Step: r.number})
	return r.result()
}

// exceededLoad is one whose threshold is exceeded, beside one that nobody can answer.
func exceededLoad() Result {
	r := newSteadyRun("--players 300 --fail-on 'p99(first_frame_ms) > 80'", 1, "p99(first_frame_ms) > 80", "publish.refused.busy > 0",
		"stalls > 10 && mbit_in < 1")
	r.step("hold", 0, 300, 10, calm)
	return r.result()
}

func steadyCases() []resultCase {
	return []resultCase{
		{"load-hold", heldLoad()},
		{"load-search", searchedLoad()},
		{"load-ours", oursLoad()},
		{"load-late", lateStages()},
		{"load-exceeded", exceededLoad()},
	}
}

// TestSteadyGolden draws what came of steady loads, in every format.
func TestSteadyGolden(t *testing.T) {
	for _, c := range steadyCases() {
		t.Run(c.name, func(t *testing.T) {
			var table, document, junit bytes.Buffer
			for _, err := range []error{(Look{}).Print(&table, c.result), c.result.WriteJSON(&document), c.result.WriteJUnit(&junit)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			golden(t, c.name+".txt", table.String())
			golden(t, c.name+".json", document.String())
			golden(t, c.name+".junit.xml", junit.String())
			golden(t, c.name+".md", c.result.Markdown(phrase.English))
			for line := range strings.Lines(strings.Split(table.String(), "Repeat it")[0]) {
				if n := width(strings.TrimSuffix(line, "\n")); n > usual {
					t.Errorf("%d wide: %s", n, line)
				}
			}
		})
	}
}

// TestThresholdsAndVerdict holds how expressions of --fail-on change a verdict: a pass fails by one that is true and stays open
// with one that nobody knows; whatever keeps the figures from being the server's keeps the verdict.
func TestThresholdsAndVerdict(t *testing.T) {
	for _, c := range []struct {
		name   string
		failOn []string
		late   int // seconds in which we were
		want   check.Verdict
		marks  string
	}{
		{"none", nil, 0, check.Pass, ""},
		{"false", []string{"stalls > 3"}, 0, check.Pass, "✓"},
		{"true", []string{"stalls > 3", "stalls > 2"}, 0, check.Fail, "✓✗"},
		{"unknown", []string{"p99(publish_behind_ms) > 3"}, 0, check.Inconclusive, "?"},
		{"true beside unknown", []string{"p99(publish_behind_ms) > 3", "stalls > 2"}, 0, check.Fail, "?✗"},
		{"unreadable, of another version", []string{"no_such_thing > 3"}, 0, check.Inconclusive, "?"},
		{"a hiccup of ours", []string{"stalls > 2"}, 1, check.Fail, "✗"},
		{"we were late", []string{"stalls > 2"}, 2, check.Inconclusive, "✗"},
		{"we were late, and nothing is asked", nil, 2, check.Inconclusive, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newSteadyRun("", 1, c.failOn...)
			r.number = 1
			r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
			for i := range 100 {
				var late []string
				if i < c.late {
					late = []string{"lag"}
				}
				sample := history.CrowdSample{}
				if i == 50 {
					sample.Stalls = 3
				}
				r.second(10, sample, late...)
			}
			got, marks := r.result(), ""
			for _, threshold := range got.Thresholds {
				mark, _ := threshold.mark()
				marks += mark
			}
			if got.Verdict != c.want || marks != c.marks {
				t.Errorf("%v with %q, want %v with %q; %v", got.Verdict, marks, c.want, c.marks, got.Reasons)
			}
			if (got.Verdict == check.Inconclusive) != (len(got.Reasons) > 0) {
				t.Errorf("%v because of %v", got.Verdict, got.Reasons)
			}
		})
	}
}

// TestWhatIsNotKnownDecidesNothing holds that a figure of ours which this system doesn't tell is not taken for a small one.
func TestWhatIsNotKnownDecidesNothing(t *testing.T) {
	r := newSteadyRun("", 1, "generator.ports_max > 20000", "generator.machine_cpu_max < 0", "generator.cpu_max > 1")
	r.number = 1
	r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
	r.event("run", "", history.SelfSample{Step: 1, For: time.Second, CPU: 0.5, Machine: -1, Descriptors: -1, DescriptorLimit: -1, Ports: -1, PortLimit: -1})
	got := r.result()
	for i, want := range []string{"?", "?", "✓"} {
		if mark, _ := got.Thresholds[i].mark(); mark != want {
			t.Errorf("%s: %s, want %s", got.Thresholds[i].Expr, mark, want)
		}
	}
	if got.Verdict != check.Inconclusive {
		t.Errorf("%v", got.Verdict)
	}
}

// TestNoReturnsNoWordOfThem holds that a steady load, in which nobody comes back, is not told what a return cost.
func TestNoReturnsNoWordOfThem(t *testing.T) {
	r := heldLoad()
	r.Viewers = &Viewers{Witnesses: 1, Frames: 74, Latency: &Percentiles{P50: 49, P90: 90, P99: 98, Max: 99, Count: 74}}
	var out strings.Builder
	if err := (Look{}).Print(&out, r); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{"return cost", "next publish", "Slowest keys", "returned"} {
		if strings.Contains(out.String(), of) {
			t.Errorf("it speaks of %q:\n%s", of, out.String())
		}
	}
	if !strings.Contains(out.String(), "witness: age of a frame") {
		t.Error("what the witness saw is left out")
	}
}

// TestMannersAreTold holds what is told of players by their manner: of those that never read, no more than that they are there.
func TestMannersAreTold(t *testing.T) {
	r := newSteadyRun("--players 20 --idle 10%", 1)
	r.step("hold", 0, 18, 3, calm)
	for _, s := range []history.CrowdSample{{Manner: "idle", Wanted: 2, Asking: 2}, {Manner: "slow", Wanted: 5, Playing: 3, Bytes: 25_000}} {
		s.Step, s.For = 1, time.Second
		r.event("run", "", s)
	}
	var text strings.Builder
	if err := (Look{}).Print(&text, r.result()); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(text.String(), noBreak, " ")
	for _, want := range []string{
		" players: idle            2 held open and never read: not playing\n",
		" players: slow            3 at most, of 5; 0 % refused, 200 kbit/s\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestShares holds that a share of which there is something is never written as none.
func TestShares(t *testing.T) {
	for share, want := range map[float64]string{0: "0 %", 1e-9: "<0.01 %", 0.0002: "0.02 %", 0.0999: "9.99 %", 0.125: "12.5 %", 1: "100.0 %"} {
		if got := strings.ReplaceAll(percent(share), noBreak, " "); got != want {
			t.Errorf("%v: %q, want %q", share, got, want)
		}
	}
}
