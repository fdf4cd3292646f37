package ramp

import (
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load"
	"github.com/google/go-cmp/cmp"
)

const s = time.Second

func TestParseStages(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Stage
		says string // in the error
	}{
		{"0:100,30s:1000,60s:1000", []Stage{{0, 100}, {30 * s, 1000}, {60 * s, 1000}}, ""},
		{"30s:1000", []Stage{{0, 0}, {30 * s, 1000}}, ""},
		{" 0:5 , 1m30s:5", []Stage{{0, 5}, {90 * s, 5}}, ""},
		{"0:5,10s:5,10s:50,20s:50", []Stage{{0, 5}, {10 * s, 5}, {10 * s, 50}, {20 * s, 50}}, ""},
		{"0:0,0:5,10s:0", []Stage{{0, 0}, {0, 5}, {10 * s, 0}}, ""},
		{"0:5,168h:100000", []Stage{{0, 5}, {load.MaxDuration, load.MaxActors}}, ""},

		{"", nil, "is empty"},
		{" ", nil, "is empty"},
		{",", nil, `"" is not a time`},
		{"0:5,", nil, `"" is not a time`},
		{"0:5,x:7", nil, `"x:7" is not a time`},
		{"0:5,30:7", nil, `"30:7" is not a time`},
		{"0:5,30s", nil, `"30s" is not a time`},
		{"0:5,30s:", nil, `"30s:" is not a time`},
		{"0:5,30s:1:2", nil, `"30s:1:2" is not a time`},
		{"0:5,+30s:7", nil, `"+30s:7" is not a time`},
		{"0:5,30s:+7", nil, `"30s:+7" is not a time`},
		{"0:5,30s:1e3", nil, `"30s:1e3" is not a time`},
		{"0:5,-30s:7", nil, `the time of "-30s:7" must be 0 to`},
		{"0:5,169h:7", nil, `the time of "169h:7" must be 0 to 168h`},
		{"0:5,30s:-7", nil, `the count of "30s:-7" must be 0 to 100000`},
		{"0:5,30s:100001", nil, `the count of "30s:100001"`},
		{"0:5,30s:99999999999999999999", nil, `the count of "30s:9999`},
		{"0:5,30s:7,29s:7", nil, `"29s:7" goes back in time, for the point before it is at 30s`},
		{"0:5,30s:7,30s:8,30s:9,40s:9", nil, `"30s:9" is the third point at 30s`},
		{"0:5", nil, "is over as soon as it has begun"},
		{"0:5,0:7", nil, "is over as soon as it has begun"},
		{"0:5,30s:5,30s:9", nil, `"30s:9" jumps at the end`},
		{"0:0,30s:0", nil, "never wants anybody"},
		{strings.Repeat("1s:1,", 1001), nil, "has 1002 points"},
	} {
		got, err := ParseStages(c.text)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "--stages") || got != nil {
				t.Errorf("%.40q: %v, %v; want an error that says %q", c.text, got, err, c.says)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got)\n%s", c.text, err, diff)
		}
	}
}

func TestStagesBecomeSteps(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Step
	}{
		{"0:100,30s:1000,60s:1000", []Step{
			{1, WhyStage, 100, 1000, 30 * s, 0, false, 0}, {2, WhyStage, 1000, 1000, 0, 30 * s, false, 0},
		}},
		{"0:20,10s:200,20s:200,30s:50", []Step{
			{1, WhyStage, 20, 200, 10 * s, 0, false, 0}, {2, WhyStage, 200, 200, 0, 10 * s, false, 0}, {3, WhyStage, 200, 50, 10 * s, 0, false, 0},
		}},
		{"30s:1000", []Step{{1, WhyStage, 0, 1000, 30 * s, 0, false, 0}}},
		{"0:5,10s:5,10s:50,20s:50,30s:0", []Step{
			{1, WhyStage, 5, 5, 0, 10 * s, false, 0}, {2, WhyStage, 50, 50, 0, 10 * s, false, 0}, {3, WhyStage, 50, 0, 10 * s, 0, false, 0},
		}},
		{"0:5,10s:9,20s:9,30s:9,40s:5,50s:5", []Step{
			{1, WhyStage, 5, 9, 10 * s, 0, false, 0}, {2, WhyStage, 9, 9, 0, 20 * s, false, 0},
			{3, WhyStage, 9, 5, 10 * s, 0, false, 0}, {4, WhyStage, 5, 5, 0, 10 * s, false, 0},
		}},
	} {
		stages, err := ParseStages(c.text)
		if err != nil {
			t.Fatal(err)
		}
		w := NewStages(stages)
		if got := w.Length(); got != stages[len(stages)-1].At {
			t.Errorf("%s takes %v", c.text, got)
		}
		if got := w.Most(); got != mostOf(stages) {
			t.Errorf("%s wants %d at most", c.text, got)
		}
		var got []Step
		for step, ok := w.Next(); ok; step, ok = w.Next() {
			got = append(got, step)
			w.Judged(false, true, nil)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.text, diff)
		}
	}
}

func TestHold(t *testing.T) {
	for _, c := range []struct {
		load int
		a    Arrivals
		want Step
	}{
		{1000, Arrivals{}, Step{1, WhyHold, 1000, 1000, 0, 30 * s, false, 0}},
		{1000, Arrivals{Rate: 50}, Step{1, WhyHold, 1000, 1000, 20 * s, 10 * s, false, 0}},
		{1000, Arrivals{Rate: 10}, Step{1, WhyHold, 1000, 1000, 30 * s, 0, false, 0}},
		{0, Arrivals{Rate: 10}, Step{1, WhyHold, 0, 0, 0, 30 * s, false, 0}},
	} {
		w := NewHold(c.load, c.a, 30*s)
		got, ok := w.Next()
		if diff := cmp.Diff(c.want, got); diff != "" || !ok {
			t.Errorf("%d at %v (-want +got)\n%s", c.load, c.a, diff)
		}
		if _, more := w.Next(); more || w.Most() != c.load || w.Length() != 30*s {
			t.Errorf("more: %v, most %d, length %v", more, w.Most(), w.Length())
		}
	}
}

// FuzzParseStages: nothing breaks it, and what it takes can be walked.
func FuzzParseStages(f *testing.F) {
	for _, text := range []string{"0:100,30s:1000,60s:1000", "0:5,10s:5,10s:50,20s:50,30s:0", "1ns:1", "0:0,0:5,168h:100000", "0:5,9e9h:1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stages, err := ParseStages(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "--stages") || !strings.Contains(text, "%") && strings.Contains(err.Error(), "%!") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		w, length, n := NewStages(stages), time.Duration(0), 0
		for step, ok := w.Next(); ok; step, ok = w.Next() {
			if n++; step.N != n || step.Length() <= 0 || step.From < 0 || step.To < 0 {
				t.Errorf("%q: step %+v", text, step)
			}
			for _, at := range []time.Duration{0, step.Over / 3, step.Over} {
				if got := step.Wanted(at); got < min(step.From, step.To) || got > max(step.From, step.To) {
					t.Errorf("%q: step %+v wants %d at %v", text, step, got, at)
				}
			}
			length += step.Length()
		}
		if last := stages[len(stages)-1].At; length != last || w.Most() < 1 || w.Most() > load.MaxActors {
			t.Errorf("%q: %v instead of %v, most %d", text, length, last, w.Most())
		}
	})
}
