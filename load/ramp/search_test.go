package ramp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// verdict is what a made-up server makes of a load.
type verdict int

const (
	holds verdict = iota
	fails
	oursFails
)

// run walks a search to its end: nth counts the tries of a load, from 1. It says what was tried, and what was made of it.
func run(t interface{ Fatalf(string, ...any) }, s *Search, of func(load, nth int) verdict) (tried []string, length time.Duration) {
	nth := map[int]int{}
	for n := 1; ; n++ {
		step, ok := s.Next()
		if !ok {
			return tried, length
		}
		length += step.Length()
		if step.N != n || n > 200 || step.Why != WhySearch || step.To > s.Most() {
			t.Fatalf("step %d: %+v", n, step)
		}
		if !step.Measured {
			s.Judged(true, false, []string{"nobody asked"})
			tried = append(tried, fmt.Sprintf("down to %d", step.To))
			continue
		}
		nth[step.To]++
		v := of(step.To, nth[step.To])
		tried = append(tried, fmt.Sprintf("%d %s", step.To, []string{"holds", "fails", "ours"}[v]))
		s.Judged(v == holds, v == oursFails, []string{"why of " + fmt.Sprint(step.To)}[:min(1, int(v))])
	}
}

// carries is a server that carries so many.
func carries(knee int) func(int, int) verdict {
	return func(load, _ int) verdict {
		if load > knee {
			return fails
		}
		return holds
	}
}

func TestSearch(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  SearchConfig
		of   func(load, nth int) verdict
		want []string
		got  SearchResult
	}{
		"doubles, then halves": {
			SearchConfig{}, carries(50),
			[]string{
				"10 holds", "20 holds", "40 holds", "80 fails", "down to 40", "80 fails", "down to 40",
				"60 fails", "down to 40", "60 fails", "down to 40", "50 holds", "55 fails", "down to 50", "55 fails", "down to 50",
				"52 fails", "down to 50", "52 fails",
			},
			SearchResult{Held: 50, Failed: 52, Why: []string{"why of 52"}},
		},
		"up to the most": {
			SearchConfig{Start: 100, Max: 250}, carries(1000), []string{"100 holds", "200 holds", "250 holds"}, SearchResult{Held: 250},
		},
		"carries nobody": {
			SearchConfig{Start: 3}, carries(0),
			[]string{"3 fails", "down to 0", "3 fails", "down to 0", "1 fails", "down to 0", "1 fails"},
			SearchResult{Held: 0, Failed: 1, Why: []string{"why of 1"}},
		},
		"one bad moment": {
			SearchConfig{Max: 40}, func(load, nth int) verdict { return map[bool]verdict{true: fails}[load == 20 && nth == 1] },
			[]string{"10 holds", "20 fails", "down to 10", "20 holds", "40 holds"},
			SearchResult{Held: 40},
		},
		"our limit": {
			SearchConfig{}, func(load, nth int) verdict { return map[bool]verdict{true: oursFails}[load > 30] },
			[]string{"10 holds", "20 holds", "40 ours", "down to 20", "40 ours"},
			SearchResult{Held: 20, Failed: 40, Why: []string{"why of 40"}, Ours: true},
		},
		"our bad moment": {
			SearchConfig{Max: 20}, func(load, nth int) verdict { return map[bool]verdict{true: oursFails}[load == 20 && nth == 1] },
			[]string{"10 holds", "20 ours", "down to 10", "20 holds"},
			SearchResult{Held: 20},
		},
		"the time is over": {
			SearchConfig{Hold: 10 * s, Duration: 38 * s}, carries(20),
			[]string{"10 holds", "20 holds", "40 fails"},
			SearchResult{Held: 20, Failed: 40, Why: []string{"why of 40"}, Cut: true},
		},
	} {
		search := NewSearch(c.cfg)
		tried, _ := run(t, search, c.of)
		if diff := cmp.Diff(c.want, tried); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(c.got, search.Result()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestStepsOfASearch(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  SearchConfig
		want []Step
	}{
		"at our pace": {SearchConfig{Start: 1000, Hold: 4 * s}, []Step{
			{1, WhySearch, 0, 1000, 5 * s, 4 * s, true, 5 * s}, {2, WhySearch, 0, 0, 0, 3 * s, false, 0},
			{3, WhySearch, 0, 1000, 5 * s, 4 * s, true, 5 * s}, {4, WhySearch, 0, 0, 0, 3 * s, false, 0},
			{5, WhySearch, 0, 500, 2500 * time.Millisecond, 4 * s, true, 5 * s},
		}},
		"a large one": {SearchConfig{Start: 20_000, Hold: 4 * s}, []Step{{1, WhySearch, 0, 20_000, 20 * s, 4 * s, true, 5 * s}}},
		"a small one": {SearchConfig{Start: 10}, []Step{
			{1, WhySearch, 0, 10, 50 * time.Millisecond, 10 * s, true, 10 * s}, {2, WhySearch, 0, 0, 0, 5 * s, false, 0},
		}},
		"at the user's": {SearchConfig{Start: 1000, Arrivals: Arrivals{Rate: 100}}, []Step{
			{1, WhySearch, 1000, 1000, 10 * s, 10 * s, true, 10 * s},
		}},
	} {
		search, got := NewSearch(c.cfg), []Step(nil)
		for range c.want {
			step, _ := search.Next()
			got = append(got, step)
			search.Judged(false, false, nil)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	search := NewSearch(SearchConfig{})
	if _, ok := search.Next(); !ok {
		t.Error("no step")
	}
	if step, ok := search.Next(); ok {
		t.Errorf("a step that nobody judged is followed by %+v", step)
	}
}

// TestWaited: what a step waited for players is time of the search.
func TestWaited(t *testing.T) {
	search := NewSearch(SearchConfig{Duration: 25 * s})
	search.Next()
	search.Waited(5 * s)
	search.Judged(true, false, nil)
	if step, ok := search.Next(); ok || !search.Result().Cut {
		t.Errorf("goes on with %+v", step)
	}
}

func TestSearchConfig(t *testing.T) {
	for _, c := range []struct {
		cfg  SearchConfig
		says []string
	}{
		{SearchConfig{}, nil},
		{SearchConfig{Max: 5}, nil},
		{SearchConfig{Start: 1, Max: load.MaxActors, Hold: time.Hour, Duration: 2 * time.Hour}, nil},
		{SearchConfig{Start: -1}, []string{"--start -1"}},
		{SearchConfig{Start: 6, Max: 5}, []string{"--start 6: the first load of the search must be 1 to --max (5)"}},
		{SearchConfig{Max: -1, Hold: time.Millisecond}, []string{"--max -1", "--hold 1ms"}},
		{SearchConfig{Max: load.MaxActors + 1}, []string{"--max 100001"}},
		{SearchConfig{Hold: 2 * time.Hour}, []string{"--hold 2h0m0s"}},
		{SearchConfig{Duration: 10 * s}, []string{"--duration 10s is too short to try one load with --hold 10s, which takes 10.05s; give --duration 20s or more"}},
		{SearchConfig{Duration: 15 * s, Start: 100, Arrivals: Arrivals{Rate: 10}}, []string{"which takes 20s"}},
	} {
		err := c.cfg.Validate()
		if (err == nil) != (c.says == nil) {
			t.Errorf("%+v: %v", c.cfg, err)
		}
		for _, says := range c.says {
			if err != nil && !strings.Contains(err.Error(), says) {
				t.Errorf("%+v: %v, want %q", c.cfg, err, says)
			}
		}
	}
}

// TestHeldAndOurs: a load that seemed to hold while the generator was late is one of which nobody knows.
func TestHeldAndOurs(t *testing.T) {
	search := NewSearch(SearchConfig{})
	for range 3 { // a try, the way down, another try
		search.Next()
		search.Judged(true, true, []string{"lag"})
	}
	if diff := cmp.Diff(SearchResult{Failed: 10, Why: []string{"lag"}, Ours: true}, search.Result()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if step, more := search.Next(); more {
		t.Errorf("goes on with %+v", step)
	}
}

// TestSearchConverges: of a server that carries so many and no more it finds out how many, to a twentieth, also when loads that it carries
// fail now and then at their first try.
func TestSearchConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, load.MaxActors).Draw(t, "max")
		knee := rapid.IntRange(0, load.MaxActors).Draw(t, "knee")
		search := NewSearch(SearchConfig{Start: rapid.IntRange(1, most).Draw(t, "start"), Max: most})
		flaky := rapid.IntRange(1, 10).Draw(t, "flaky")
		run(t, search, func(load, nth int) verdict {
			if nth == 1 && load%flaky == 1 {
				return []verdict{fails, oursFails}[load%2]
			}
			return carries(knee)(load, nth)
		})
		r := search.Result()
		want := min(knee, most)
		if r.Held > want || r.Ours || r.Cut {
			t.Fatalf("%+v, carries %d", r, knee)
		}
		if short := want - r.Held; short > 0 && float64(short) > 0.05*float64(r.Held) {
			t.Errorf("%+v, carries %d", r, knee)
		}
		if r.Failed != 0 && (r.Failed <= want || r.Why == nil) || r.Failed == 0 && r.Held != most {
			t.Errorf("%+v, carries %d", r, knee)
		}
	})
}

// TestSearchEnds: whatever it is told, it ends, in the time it has, and says nothing that it was not told.
func TestSearchEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := SearchConfig{Max: rapid.IntRange(1, load.MaxActors).Draw(t, "max")}
		cfg.Start = rapid.IntRange(1, cfg.Max).Draw(t, "start")
		if rapid.Bool().Draw(t, "timed") {
			cfg.Duration = time.Duration(rapid.IntRange(20, 1000).Draw(t, "duration")) * s
		}
		draw := rapid.SampledFrom([]verdict{holds, holds, fails, fails, oursFails})
		search := NewSearch(cfg)
		told := map[int][]verdict{}
		_, length := run(t, search, func(load, _ int) verdict {
			v := draw.Draw(t, "verdict")
			told[load] = append(told[load], v)
			return v
		})
		r := search.Result()
		if cfg.Duration > 0 && length > cfg.Duration || r.Cut && cfg.Duration == 0 {
			t.Errorf("took %v of %v: %+v", length, cfg.Duration, r)
		}
		last := func(load int) verdict { return told[load][len(told[load])-1] }
		if r.Held > 0 && last(r.Held) != holds || r.Failed > 0 && last(r.Failed) == holds || r.Failed > 0 && r.Failed <= r.Held {
			t.Errorf("%+v of %v", r, told)
		}
		if r.Failed > 0 && r.Ours != (last(r.Failed) == oursFails) {
			t.Errorf("%+v of %v", r, told)
		}
	})
}
