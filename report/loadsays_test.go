package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/report/history"
)

// printed is what a person reads of r, on lines as long as they are, with plain blanks.
func printed(t *testing.T, r Result) string {
	t.Helper()
	var text strings.Builder
	if err := (Look{Width: widest}).Print(&text, r); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(text.String(), noBreak, " ")), " ")
}

// TestUnservedAreTold holds that a load of which not all got the stream says so before anything else.
func TestUnservedAreTold(t *testing.T) {
	r := newSteadyRun("--players 100", 1)
	r.number = 1
	r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 100})
	for range 10 {
		r.second(100, history.CrowdSample{Asked: 100, Opened: 48, Waiting: 52, FirstFrame: history.Counts{{28_000, 48}}})
	}
	got := r.result()
	if got.Load.ServedRate == nil || *got.Load.ServedRate != 0.48 || got.Load.Plays.Waiting != 52 || *got.Load.Steps[0].ServedRate != 0.48 {
		t.Errorf("%+v", got.Load.Plays)
	}
	text := printed(t, got)
	for _, want := range []string{
		"INCONCLUSIVE never more than 48 of 100 players were served at once: the load that was asked for was not there",
		"48 of 100 players of 1 stream for 10.0 s: served 48.0 % of the time, stalled 0 % of the time, first frame 28.0 ms (p99) of those served, nobody refused;",
		"served 48.0 % of the time; 52 without it at the end",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if text := printed(t, heldLoad()); strings.Contains(text, "served 100") || strings.Contains(text, "those served") {
		t.Errorf("it speaks of those who were not served:\n%s", text)
	}
}

// TestWhatElseWasPlanned holds that the sentence says who was not due yet, and counts no streams of the chaos beside the load; from a
// file as from the run itself.
func TestWhatElseWasPlanned(t *testing.T) {
	plan := map[string]any{"streams": 2, "arrive": "5/s", "chaos": map[string]any{"streams": 3}}
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	for _, plan := range []map[string]any{plan, read} {
		h := header()
		h.Plan = plan
		r := startSteady(h, 5)
		r.number = 1
		r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 1000})
		r.second(11, history.CrowdSample{Asked: 11, Opened: 11})
		want := "PASS 11 players of 2 streams for 1.00 s: stalled 0 % of the time, nobody got a frame, nobody refused; generator never late; 11 of 1,000 had to come by then at 5/s; beside chaos on 3 streams"
		if got := printed(t, r.result()); !strings.HasPrefix(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestStreamThatEnded holds that a load of players alone does not pass when the stream was over before it was.
func TestStreamThatEnded(t *testing.T) {
	r := startSteady(header(), 0)
	r.number = 1
	r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
	fleetless := func(tags int64) {
		r.at += 1000 * ms
		r.event("run", "", history.CrowdSample{Step: 1, Manner: "prompt", For: 1000 * ms, Wanted: 10, Playing: 10, Tags: tags})
	}
	for range 3 {
		fleetless(25)
	}
	for range 5 {
		fleetless(0)
	}
	if got := printed(t, r.result()); !strings.HasPrefix(got, "INCONCLUSIVE nobody got anything from 3.0 s on: is the stream still published?") {
		t.Error(got)
	}
}

// TestNoTimeIsNoShortOne holds that what nobody saw is null in the document of a load, and has no value in a threshold.
func TestNoTimeIsNoShortOne(t *testing.T) {
	r := newSteadyRun("", 1, "p95(first_frame_ms) > 5", "count(first_frame_ms) > 0", "p999(publish_lateness_ms) > 0.8")
	r.number = 1
	r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
	r.second(10, history.CrowdSample{})
	got := r.result()
	text, err := json.Marshal(got.Load)
	if err != nil {
		t.Fatal(err)
	}
	want := `"first_frame_ms":{"p50":null,"p90":null,"p95":null,"p99":null,"p999":null,"max":null,"count":0}`
	if n := strings.Count(string(text), want); n != 2 {
		t.Errorf("%d times %s in\n%s", n, want, text)
	}
	if a, b, c := got.Thresholds[0], got.Thresholds[1], got.Thresholds[2]; a.Undecided != "nobody got a first frame" || !b.OK || !c.fails() {
		t.Errorf("%+v", got.Thresholds)
	}
}

// TestSearchSteps holds what the table of a search says: marks are explained, a step between two tries is called what it is, and whether
// the generator kept up is never left out.
func TestSearchSteps(t *testing.T) {
	h := header()
	h.Plan = map[string]any{"find_limit": "stall_rate < 0.001", "streams": 1}
	r := startSteady(h, 1)
	slow := func(int) history.CrowdSample {
		return history.CrowdSample{Refused: map[string]int64{"503": 12_345}, Stalls: 9, Stalled: 100 * ms}
	}
	r.step("search", 0, 12_800, 5, calm)
	r.judged(12_800, true, false)
	r.step("search", 12_800, 25_600, 5, slow)
	r.judged(25_600, false, true, "1.9 of 2 cores")
	r.step("search", 12_800, 12_800, 3, calm)
	r.step("search", 12_800, 25_600, 5, slow)
	result := r.result()
	var text strings.Builder
	if err := (Look{}).Print(&text, result); err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(text.String(), "\nSteps\n")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, want := range []string{"generator\n", " 12,800  (down) ", " 25,600  ? ", " 12,800  ✓ ", "in time\n", "\n ?: the generator was the limit", "\n (down): back to", "\n without a mark: "} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in\n%s", want, table)
		}
	}
	stages := newSteadyRun("", 1)
	stages.step("stage", 0, 1_100_800, 5, slow)
	stages.step("stage", 1_100_800, 2_200_600, 5, func(int) history.CrowdSample {
		s := slow(0)
		s.FirstFrame = history.Counts{{123_456, 9}, {1_234_567, 1}}
		return s
	})
	stages.second(2_200_600, slow(0), "cpu")
	text.Reset()
	if err := (Look{}).Print(&text, stages.result()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "generator\n") || !strings.Contains(text.String(), "  late 1 of 6\n") {
		t.Errorf("whether the generator kept up is not in\n%s", text.String())
	}
	if strings.Contains(searchedText(t), "without a mark") {
		t.Error("marks are explained that are not there")
	}
}

func searchedText(t *testing.T) string { return printed(t, searchedLoad()) }

// TestFailedThresholdsAreTold holds that what failed is told where the verdict is another.
func TestFailedThresholdsAreTold(t *testing.T) {
	r := newSteadyRun("", 1, "stalls >= 0", "stalls > 5", "stalls < 5")
	r.number = 1
	r.event("run", "", history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 10})
	for range 5 {
		r.second(10, history.CrowdSample{}, "cpu")
	}
	if got, want := printed(t, r.result()), "INCONCLUSIVE 2 of 3 thresholds failed, but the generator itself was late in 5 of 5 seconds, mostly by cpu"; !strings.HasPrefix(got, want) {
		t.Error(got)
	}
	var junit strings.Builder
	if err := exceededLoad().WriteJUnit(&junit); err != nil {
		t.Fatal(err)
	}
	if want := "<![CDATA[--fail-on p99(first_frame_ms) > 80: p99(first_frame_ms) is 96.25 ms\n"; !strings.Contains(junit.String(), want) {
		t.Errorf("%q is not in\n%s", want, junit.String())
	}
}

// TestOnlyTheLoadIsTold holds that a load beside which nothing comes back is not told in tables about returns.
func TestOnlyTheLoadIsTold(t *testing.T) {
	text := printed(t, heldLoad())
	for _, of := range []string{"Outcomes", "publish to accepted", "Slowest keys", "return cost"} {
		if strings.Contains(text, of) {
			t.Errorf("it speaks of %q:\n%s", of, text)
		}
	}
	var junit strings.Builder
	if err := heldLoad().WriteJUnit(&junit); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(junit.String(), `"stuck-busy"`) || !strings.Contains(junit.String(), `"player-starved"`) {
		t.Error(junit.String())
	}
}
