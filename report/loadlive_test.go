package report

import (
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// TestLoadLine holds what the live line says of a steady load: how it stands now, and before all that we are late.
func TestLoadLine(t *testing.T) {
	sample := func(playing, dry int, stalled time.Duration, first ...[2]int64) history.CrowdSample {
		return history.CrowdSample{Step: 1, Manner: "prompt", For: time.Second, Wanted: 1000, Playing: playing, Dry: dry, Bytes: 39_000_000,
			Played: time.Duration(playing) * time.Second, Stalled: stalled, FirstFrame: first}
	}
	self := history.SelfSample{Step: 1, For: time.Second, CPU: 0.8, Cores: 2}
	late := self
	late.Late = []string{"lag", "cpu"}
	for _, c := range []struct {
		name    string
		columns int
		events  []history.Payload
		want    string
	}{
		{"before the first sample", 0, []history.Payload{history.LoadStep{Step: 1, Of: "players", To: 1000}}, "12.0 s  nothing found"},
		{"players", 0, []history.Payload{history.LoadStep{Step: 1, Of: "players", To: 1000}, sample(630, 10, 2*time.Second, [2]int64{96_000, 5}), self,
			history.FleetSample{For: time.Second, Wanted: 5, Publishing: 4, Blocked: 1}},
			"12.0 s  players 640/1,000  first frame p99 96.3 ms  stalled 0.32 %  312 Mbit/s  publishers 5/5  cpu 0.80/2  nothing found"},
		{"how it stands now", 0, []history.Payload{sample(630, 10, 2*time.Second, [2]int64{96_000, 5}), sample(1000, 0, 0), self},
			"12.0 s  players 1,000/1,000  first frame p99 96.3 ms  stalled 0 %  312 Mbit/s  cpu 0.80/2  nothing found"},
		{"slow ones stall as they like", 0, []history.Payload{sample(1000, 0, 0), history.CrowdSample{Manner: "slow", For: time.Second, Wanted: 50,
			Playing: 20, Dry: 30, Played: time.Second, Stalled: 30 * time.Second, FirstFrame: history.Counts{{9e6, 1}}}},
			"12.0 s  players 1,050/1,050  stalled 0 %  312 Mbit/s  nothing found"},
		{"publishers alone", 0, []history.Payload{history.LoadStep{Step: 1, Of: "publishers", To: 2500},
			history.FleetSample{For: time.Second, Wanted: 900, Publishing: 800}, self},
			"12.0 s  publishers 800/900  cpu 0.80/2  nothing found"},
		{"late, in little room", 40, []history.Payload{sample(640, 0, 0), late}, "12.0 s  late: lag, cpu  nothing found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLive(&strings.Builder{}, true)
			for _, what := range c.events {
				l.Step(history.Event{At: 12 * time.Second, What: what})
			}
			if got := l.Line(c.columns); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestLoadLineIsOfNow holds that the line shows no first frames of long ago, and no short window without data as if nothing came.
func TestLoadLineIsOfNow(t *testing.T) {
	l := NewLive(&strings.Builder{}, true)
	at := time.Second
	sample := func(length time.Duration, bytes int64, first ...[2]int64) string {
		at += length
		l.Step(history.Event{At: at, What: history.CrowdSample{Manner: "prompt", For: length, Wanted: 9, Playing: 9, Bytes: bytes, FirstFrame: first}})
		return l.Line(0)
	}
	sample(time.Second, 1_250_000, [2]int64{20_000, 9})
	if got, want := sample(10*time.Millisecond, 0), "players 9/9  first frame p99 20.1 ms  stalled 0 %  9.90 Mbit/s"; !strings.Contains(strings.ReplaceAll(got, noBreak, " "), want) {
		t.Errorf("after a short window: %s, want %s", got, want)
	}
	for range 3 {
		sample(time.Second, 2_500_000)
	}
	if got, want := l.Line(0), "players 9/9  stalled 0 %  20.0 Mbit/s"; !strings.Contains(strings.ReplaceAll(got, noBreak, " "), want) {
		t.Errorf("four seconds later: %s, want %s", got, want)
	}
	for range 2 * maxLiveWindows {
		sample(0, 1)
	}
	if n := len(l.state.load.crowd["prompt"].recent); n > maxLiveWindows {
		t.Errorf("%d windows are kept", n)
	}
}

// TestLoadLineHasWitnesses holds that witnesses are among the players of the line, alone and beside a crowd.
func TestLoadLineHasWitnesses(t *testing.T) {
	l := NewLive(&strings.Builder{}, true)
	step := func(actor string, what history.Payload) {
		l.Step(history.Event{At: time.Second, Key: "live/s0", Actor: actor, What: what})
	}
	step("run", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
	step("play/live/s0/0", history.PlayRequested{Session: 1, Manner: "prompt", Witness: true})
	if got, want := l.Line(0), "1.0 s  players 0/1  nothing found"; strings.ReplaceAll(got, noBreak, " ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	step("play/live/s0/0", history.PlayFirst{Session: 1, Of: "media"})
	step("run", history.CrowdSample{Step: 1, Manner: "prompt", For: time.Second, Wanted: 9, Playing: 8})
	if got, want := l.Line(0), "players 9/10  "; !strings.Contains(strings.ReplaceAll(got, noBreak, " "), want) {
		t.Errorf("%s, want %s", got, want)
	}
}
