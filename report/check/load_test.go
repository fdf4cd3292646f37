package check

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flvstorm/flvstorm/report/history"
)

// folded folds events, a second after another.
func folded(events ...history.Payload) *LoadFold {
	l := NewLoad()
	for i, what := range events {
		l.Step(history.Event{At: time.Duration(i+1) * time.Second, What: what})
	}
	return l
}

func crowdOf(step int, manner string, s history.CrowdSample) history.CrowdSample {
	s.Step, s.Manner, s.For = step, manner, time.Second
	return s
}

// TestSearchIsMeasuredFromItsHold holds that what flowed before all had come is no measure of a load, and that how the sessions
// began that came for it is.
func TestSearchIsMeasuredFromItsHold(t *testing.T) {
	ramp := crowdOf(1, "prompt", history.CrowdSample{Wanted: 9, Playing: 5, Asked: 10, Opened: 8, Refused: map[string]int64{"503": 2}, Bytes: 1000,
		Stalls: 7, Stalled: time.Second, Played: time.Second, FirstFrame: history.Counts{{50_000, 8}}})
	hold := crowdOf(1, "prompt", history.CrowdSample{Wanted: 10, Playing: 10, Bytes: 2_000_000, Stalls: 1, Stalled: time.Second, Played: 9 * time.Second})
	for _, c := range []struct {
		why           string
		stalls, bytes int64
		rate          float64
		measured      time.Duration
	}{
		{"search", 1, 2_000_000, 0.1, time.Second},
		{"stage", 8, 2_001_000, 2.0 / 12, 3 * time.Second},
		{"hold", 8, 2_001_000, 2.0 / 12, 3 * time.Second},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := folded(history.LoadStep{Step: 1, Of: "players", Why: c.why, To: 10}, ramp, history.LoadHolds{Step: 1}, hold,
				history.LoadStepEnded{Step: 1})
			s, ok := l.Of(1)
			p := s.Figures.Plays
			if !ok || p.Stalls != c.stalls || p.Bytes != c.bytes || math.Abs(p.StallRate()-c.rate) > 1e-9 || s.Figures.Measured != c.measured {
				t.Errorf("%d stalls, %d bytes, rate %v in %v; want %+v", p.Stalls, p.Bytes, p.StallRate(), s.Figures.Measured, c)
			}
			if p.Opened != 8 || p.Sessions != 10 || p.RefusedRate() != 0.2 || p.FirstFrame.Count != 8 {
				t.Errorf("%+v", p)
			}
			if all := l.Figures().Figures.Plays; all.Stalls != 8 || all.Bytes != 2_001_000 || all.Wanted != 10 {
				t.Errorf("of the whole run: %+v", all)
			}
		})
	}
	if _, ok := folded(history.LoadHolds{Step: 1}).Of(1); ok {
		t.Error("figures of a step that never began")
	}
}

// TestWindowsAtTheHold holds by which windows a step of a search is figured: those of which no more than half lies before.
func TestWindowsAtTheHold(t *testing.T) {
	for _, c := range []struct {
		at   time.Duration // of the sample's end, after the hold began
		want int64
	}{{400 * time.Millisecond, 0}, {500 * time.Millisecond, 1}, {time.Second, 1}} {
		l := NewLoad()
		l.Step(history.Event{At: time.Second, What: history.LoadStep{Step: 1, Why: "search"}})
		l.Step(history.Event{At: 5 * time.Second, What: history.LoadHolds{Step: 1}})
		l.Step(history.Event{At: 5*time.Second + c.at, What: history.SelfSample{Step: 1, For: time.Second}})
		if s, _ := l.Of(1); s.Figures.Generator.Windows != c.want {
			t.Errorf("%d windows %v after it held, want %d", s.Figures.Generator.Windows, c.at, c.want)
		}
	}
}

// TestSessionsAreCountedOnce holds that a session which asks in one window and is answered in the next is one.
func TestSessionsAreCountedOnce(t *testing.T) {
	l := folded(crowdOf(1, "prompt", history.CrowdSample{Asked: 8}), crowdOf(1, "prompt", history.CrowdSample{Opened: 8, Refused: map[string]int64{"reset": 2}}))
	if n := l.Figures().Figures.Plays.Sessions; n != 10 {
		t.Errorf("%d sessions, want 8 that asked and were served, and 2 that came to nothing before", n)
	}
}

// TestManners holds who counts for what: everybody for what the server had to do, those who watch as anybody would for what they
// missed.
func TestManners(t *testing.T) {
	l := NewLoad()
	step := func(at time.Duration, what history.Payload) { l.Step(history.Event{At: at, What: what}) }
	step(0, history.LoadStep{Step: 1, Of: "players", Why: "hold", To: 40})
	for i, manner := range []string{"prompt", "churn", "slow", "idle"} {
		step(time.Second+time.Duration(i)*time.Millisecond, crowdOf(1, manner, history.CrowdSample{
			Wanted: 10, Playing: 8, Dry: 2, Asked: 10, Opened: 10, Bytes: 100, Stalls: 1, Stalled: time.Second, Played: time.Second,
			FirstFrame: history.Counts{{1000, 1}}, Connect: history.Counts{{100, 1}}}))
	}
	got := l.Figures()
	p := got.Figures.Plays
	if p.Wanted != 40 || p.Playing != 40 || p.DryMax != 2 || p.Bytes != 400 || p.Stalls != 1 || p.FirstFrame.Count != 2 || p.Connect.Count != 4 {
		t.Errorf("%+v", p)
	}
	if m := got.Manners["slow"]; len(got.Manners) != 4 || m.Wanted != 10 || m.Stalls != 1 || m.FirstFrame.Count != 1 {
		t.Errorf("%d manners, %+v", len(got.Manners), m)
	}
	step(2*time.Second, crowdOf(1, "prompt", history.CrowdSample{Wanted: 10, Playing: 10})) // a window of its own
	if p := l.Figures().Figures.Plays; p.Wanted != 40 {
		t.Errorf("%d wanted at once", p.Wanted)
	}
}

// TestLimit holds what the answers of a search come to.
func TestLimit(t *testing.T) {
	judged := func(load int, held, ours bool, why ...string) history.Payload {
		return history.LoadJudged{Load: load, Held: held, Ours: ours, Why: why}
	}
	for _, c := range []struct {
		name   string
		judged []history.Payload
		want   *LoadLimit
	}{
		{"no search", nil, nil},
		{"between two", []history.Payload{judged(100, true, false), judged(200, false, false, "a"), judged(150, false, false, "b")}, &LoadLimit{Held: 100, Failed: 150, Why: []string{"b"}}},
		{"a hiccup below", []history.Payload{judged(50, false, false, "a"), judged(100, true, false)}, &LoadLimit{Held: 100}},
		{"up to the most", []history.Payload{judged(100, true, false), judged(200, true, false)}, &LoadLimit{Held: 200}},
		{"none", []history.Payload{judged(100, false, false, "a")}, &LoadLimit{Failed: 100, Why: []string{"a"}}},
		{"ours", []history.Payload{judged(100, true, false), judged(200, true, true, "cpu")}, &LoadLimit{Held: 100, Failed: 200, Why: []string{"cpu"}, Ours: true}},
		{"ours at first", []history.Payload{judged(100, true, false), judged(200, false, true, "lag"), judged(200, false, false, "a")},
			&LoadLimit{Held: 100, Failed: 200, Why: []string{"a"}}},
		{"ours the second time", []history.Payload{judged(100, true, false), judged(200, false, false, "a"), judged(200, false, true, "lag")},
			&LoadLimit{Held: 100, Failed: 200, Why: []string{"lag"}, Ours: true}},
		{"ours beyond the server's", []history.Payload{judged(100, true, false), judged(400, false, true), judged(200, false, false, "a")},
			&LoadLimit{Held: 100, Failed: 200, Why: []string{"a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, folded(c.judged...).limit()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLimitReasons holds what leaves a search open: that nothing held, or that nobody knows what the server would have made of it.
func TestLimitReasons(t *testing.T) {
	held, failed := history.LoadJudged{Load: 100, Held: true}, history.LoadJudged{Load: 200, Why: []string{"a"}}
	ours := history.LoadJudged{Load: 200, Ours: true, Why: []string{"a"}}
	for _, c := range []struct {
		name   string
		judged []history.Payload
		want   string
	}{
		{"found", []history.Payload{held, failed}, ""},
		{"all held", []history.Payload{held}, ""},
		{"none held", []history.Payload{failed}, "none-held"},
		{"ours", []history.Payload{held, ours}, "generator-limit"},
		{"ours at once", []history.Payload{ours}, "generator-limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			for _, r := range folded(c.judged...).reasons() {
				got += r.Code
			}
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestLateWindows holds when we were late too often to trust what was measured: more than a hundredth of the windows, and more than
// a single one. What a search measured has been judged with that in mind, and windows outside of any step measured nothing.
func TestLateWindows(t *testing.T) {
	for _, c := range []struct {
		name          string
		why           string
		step          int
		late, windows int
		want          bool
	}{
		{"a hiccup", "hold", 1, 1, 10, false},
		{"two of a few", "hold", 1, 2, 10, true},
		{"two of two hundred", "hold", 1, 2, 200, false},
		{"three of two hundred", "stage", 1, 3, 200, true},
		{"of a search", "search", 1, 5, 10, false},
		{"before the first step", "hold", 0, 5, 10, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := folded(history.LoadStep{Step: 1, Why: c.why})
			for i := range c.windows {
				s := history.SelfSample{Step: c.step, For: time.Second}
				if i < c.late {
					s.Late = []string{"cpu", "lag"}[:1+i%2]
				}
				l.Step(history.Event{At: time.Duration(i+2) * time.Second, What: s})
			}
			if _, _, _, too := l.late(); too != c.want || len(l.reasons()) != map[bool]int{true: 1}[too] {
				t.Errorf("too late is %v; %v", too, l.reasons())
			}
			if c.want {
				if got := l.reasons()[0]; got.Code != "generator-late" || got.Args[0] != int64(c.late) || got.Args[1] != int64(c.windows) || got.Args[2] != "cpu" {
					t.Errorf("%+v", got)
				}
			}
		})
	}
}

// TestSeriesIsBounded holds that the points of a week are few and lose no count.
func TestSeriesIsBounded(t *testing.T) {
	l := NewLoad()
	const seconds = 7 * 24 * 3600 / 10
	for i := range seconds {
		at := time.Duration(i+1) * 10 * time.Second
		l.Step(history.Event{At: at, What: history.CrowdSample{Manner: "prompt", For: 10 * time.Second, Wanted: 1, Playing: 1, Bytes: 1250, Stalls: 1}})
	}
	points := l.Figures().Series
	var stalls int64
	for i, p := range points {
		stalls += p.Stalls
		if i > 0 && (p.At != points[i-1].At+p.For || math.Abs(p.MbitIn-0.001) > 1e-9 || p.Playing != 1) {
			t.Fatalf("%+v after %+v", p, points[i-1])
		}
	}
	if len(points) > maxLoadPoints || len(points) < maxLoadPoints/3 || stalls != seconds {
		t.Errorf("%d points with %d stalls", len(points), stalls)
	}
}

// TestStepsAreBounded holds that what is kept of steps that are over is little, and that their figures stay.
func TestStepsAreBounded(t *testing.T) {
	l := NewLoad()
	for i := range 2 * maxSteps {
		at := time.Duration(i) * time.Second
		l.Step(history.Event{At: at, What: history.LoadStep{Step: i + 1, Why: "stage"}})
		l.Step(history.Event{At: at + time.Second, What: crowdOf(i+1, "prompt", history.CrowdSample{Bytes: 5, FirstFrame: history.Counts{{1000, 1}}})})
	}
	open := 0
	for _, s := range l.steps {
		if s.gathered != nil {
			open++
		}
	}
	if len(l.steps) != maxSteps || open > 2 {
		t.Errorf("%d steps, %d of them with histograms", len(l.steps), open)
	}
	if got := l.Figures(); got.Steps[0].Figures.Plays.FirstFrame.Count != 1 || got.Figures.Plays.Bytes != 10*maxSteps {
		t.Errorf("%+v", got.Steps[0])
	}
}

// TestMannersAreBounded holds that players of ever more manners at one time cost neither memory nor ever more time.
func TestMannersAreBounded(t *testing.T) {
	l := NewLoad()
	for i := range 1000 {
		l.Step(history.Event{At: time.Second, What: crowdOf(1, strconv.Itoa(i), history.CrowdSample{Wanted: 1, Bytes: 1})})
	}
	if n := len(l.window.manners); n > maxLoadNames {
		t.Errorf("%d manners in a window", n)
	}
	if got := l.Figures(); len(got.Manners) > maxManners || got.Figures.Plays.Bytes != 1000 {
		t.Errorf("%d manners, %d bytes", len(got.Manners), got.Figures.Plays.Bytes)
	}
}

// TestHostileLoad folds whatever a file may say: nothing panics, and no figure goes round.
func TestHostileLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		odd := rapid.OneOf(rapid.SampledFrom([]int64{0, -1, 1, math.MinInt64, math.MaxInt64, math.MaxInt64 / 2}), rapid.Int64())
		small := rapid.IntRange(-1, 3)
		span := rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(odd.Draw(t, "span")) })
		number := rapid.Custom(func(t *rapid.T) int { return int(odd.Draw(t, "number")) })
		name := rapid.SampledFrom([]string{"prompt", "slow", "idle", "", "x"})
		names := rapid.MapOfN(rapid.String(), odd, 0, 3)
		counts := rapid.Custom(func(t *rapid.T) history.Counts {
			return history.Counts{{odd.Draw(t, "µs"), odd.Draw(t, "n")}}
		})
		l := NewLoad()
		for range rapid.IntRange(0, 12).Draw(t, "events") {
			var what history.Payload
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				what = history.LoadStep{Step: small.Draw(t, "step"), Of: "players", Why: rapid.SampledFrom([]string{"search", "hold"}).Draw(t, "why"), From: number.Draw(t, "from"), To: number.Draw(t, "to")}
			case 1:
				what = history.LoadHolds{Step: small.Draw(t, "step")}
			case 2:
				what = history.LoadJudged{Step: small.Draw(t, "step"), Load: number.Draw(t, "load"), Held: rapid.Bool().Draw(t, "held")}
			case 3, 4:
				what = history.CrowdSample{Step: small.Draw(t, "step"), Manner: name.Draw(t, "manner"), For: span.Draw(t, "for"), Wanted: number.Draw(t, "wanted"),
					Playing: number.Draw(t, "playing"), Dry: number.Draw(t, "dry"), Asked: odd.Draw(t, "asked"), Opened: odd.Draw(t, "opened"), Bytes: odd.Draw(t, "bytes"), Stalls: odd.Draw(t, "stalls"),
					Stalled: span.Draw(t, "stalled"), Played: span.Draw(t, "played"), Refused: names.Draw(t, "refused"), FirstFrame: counts.Draw(t, "first")}
			case 5:
				what = history.FleetSample{Step: small.Draw(t, "step"), For: span.Draw(t, "for"), Publishing: number.Draw(t, "publishing"), Blocked: number.Draw(t, "blocked"),
					BlockedFor: span.Draw(t, "blocked"), Bytes: odd.Draw(t, "bytes"), Refused: names.Draw(t, "refused"), Lateness: counts.Draw(t, "late")}
			case 6:
				what = history.SelfSample{Step: small.Draw(t, "step"), For: span.Draw(t, "for"), CPU: rapid.Float64().Draw(t, "cpu"), RSS: odd.Draw(t, "rss"),
					GC: span.Draw(t, "gc"), Late: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "late"), Lag: counts.Draw(t, "lag")}
			}
			if what == nil {
				what = rapid.SampledFrom([]history.Payload{
					history.PlayRequested{Witness: true, Manner: "prompt"}, history.PlayResponse{Status: 200}, history.PlayFirst{Of: "media"},
					history.PlayProgress{Tags: odd.Draw(t, "tags"), Bytes: odd.Draw(t, "bytes")}, history.PlayRefused{Wire: history.WireReset},
					history.PlayEnded{Wire: history.WireEOF, Tags: odd.Draw(t, "tags"), Bytes: odd.Draw(t, "bytes")}, history.PlayEnded{Wire: history.WireOurs},
				}).Draw(t, "witness")
			}
			l.Step(history.Event{At: span.Draw(t, "at"), Due: span.Draw(t, "due"), Actor: name.Draw(t, "actor"), What: what})
		}
		l.late()
		l.reasons()
		l.silent(time.Second)
		got := l.Figures()
		if got == nil {
			return
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
		for _, f := range append([]LoadFigures{got.Figures}, ofSteps(got.Steps)...) {
			p, q := f.Plays, f.Publishes
			for _, n := range []int64{p.Sessions, p.Opened, p.Bytes, p.Stalls, int64(p.Stalled), int64(p.Played), p.Wanted, p.Playing, p.Waiting, p.Tags, p.DryMax, q.Bytes, int64(q.Blocked),
				totalOf(p.Refused), int64(f.Measured)} {
				if n < 0 {
					t.Fatalf("negative: %+v", f)
				}
			}
			served, _ := p.ServedRate()
			for _, share := range []float64{p.StallRate(), p.RefusedRate(), q.BlockedRate(), served} {
				if !(share >= 0 && share <= 1) {
					t.Fatalf("a share of %v: %+v", share, f)
				}
			}
		}
		if len(got.Series) > maxLoadPoints {
			t.Fatalf("%d points", len(got.Series))
		}
	})
}

func ofSteps(steps []LoadStep) (out []LoadFigures) {
	for _, s := range steps {
		out = append(out, s.Figures)
	}
	return out
}

// TestAPassHasSeenTheLoad holds that no run passes in which fewer were ever served at once than were wanted.
func TestAPassHasSeenTheLoad(t *testing.T) {
	step := func(of, why string) history.LoadStep { return history.LoadStep{Step: 1, Of: of, Why: why, To: 100} }
	crowd := func(manner string, playing, wanted int) history.CrowdSample {
		return crowdOf(1, manner, history.CrowdSample{Wanted: wanted, Playing: playing})
	}
	fleet := func(publishing int) history.FleetSample {
		return history.FleetSample{Step: 1, For: time.Second, Wanted: 100, Publishing: publishing}
	}
	for _, c := range []struct {
		name   string
		events []history.Payload
		short  bool
	}{
		{"all", []history.Payload{step("players", "hold"), crowd("prompt", 100, 100)}, false},
		{"all but one in a hundred", []history.Payload{step("players", "hold"), crowd("prompt", 99, 100)}, false},
		{"two in a hundred missing", []history.Payload{step("players", "hold"), crowd("prompt", 98, 100)}, true},
		{"for a while", []history.Payload{step("players", "hold"), crowd("prompt", 100, 100), crowd("prompt", 0, 100)}, false},
		{"slow ones missing", []history.Payload{step("players", "stage"), crowd("prompt", 50, 50), crowd("slow", 20, 50)}, true},
		{"idle ones never play", []history.Payload{step("players", "hold"), crowd("prompt", 50, 50), crowd("idle", 0, 50)}, false},
		{"churning ones come and go", []history.Payload{step("players", "hold"), crowd("prompt", 50, 50), crowd("churn", 30, 50)}, false},
		{"a search has a judge", []history.Payload{step("players", "search"), crowd("prompt", 10, 100)}, false},
		{"publishers", []history.Payload{step("publishers", "hold"), fleet(100)}, false},
		{"publishers missing", []history.Payload{step("publishers", "hold"), fleet(90)}, true},
	} {
		if had, of, short := folded(c.events...).short(); short != c.short {
			t.Errorf("%s: %d of %d, short %v", c.name, had, of, short)
		}
	}
}
