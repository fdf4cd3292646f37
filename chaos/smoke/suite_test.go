package smoke

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/chaos"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// tape is a Sink that writes down what it is told of cases.
type tape struct {
	lines []string
	plans int
	over  []history.Payload // what it is told of the run
}

func (*tape) Now() time.Duration { return 0 }

func (t *tape) Record(e history.Event) {
	c, ok := e.What.(history.Case)
	if !ok {
		t.over = append(t.over, e.What)
		return
	}
	line := c.Name + " " + c.State
	if c.Why != "" {
		line += ": " + c.Why
	}
	if c.Plan["kind"] == "script" && c.State == "begin" {
		t.plans++
	}
	t.lines = append(t.lines, line)
}

func suite(t *testing.T, repeat int, names ...string) Suite {
	t.Helper()
	cases, err := Select(names, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Suite{Cases: cases, Repeat: repeat, Setting: setting(srs())}
}

func TestSuiteGoesThroughItsCases(t *testing.T) {
	s := suite(t, 2, "play-in-gap", "contenders", "released")
	var tape tape
	var keys []int
	seen := map[string]int{}
	err := s.Run(t.Context(), &tape, func(_ context.Context, c Case, p chaos.Plan) error {
		tape.lines = append(tape.lines, "run of "+c.Name)
		keys = append(keys, len(p.Load.Keys))
		if p.Unsettled == (c.Name == "released") {
			t.Errorf("%s: unsettled %t; what is stuck is asked for once, by the last case", c.Name, p.Unsettled)
		}
		for _, k := range p.Load.Keys {
			seen[k.Stream]++
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	want := []string{
		"play-in-gap begin", "run of play-in-gap", "play-in-gap end",
		"contenders begin", "run of contenders", "contenders end",
		"released begin", "run of released", "released end",
		"play-in-gap begin", "run of play-in-gap", "play-in-gap end",
		"contenders begin", "run of contenders", "contenders end",
		"released begin", "run of released", "released end",
	}
	if diff := cmp.Diff(want, tape.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{4, 6, 10, 4, 6, 10}, keys); diff != "" || tape.plans != 6 {
		t.Errorf("keys of the cases, %d plans told (-want +got):\n%s", tape.plans, diff)
	}
	for stream, n := range seen {
		if n != 2 {
			t.Errorf("%s was published in %d cases, want its own and released", stream, n)
		}
	}
}

// Without the case that asks for what is stuck each asks for itself.
func TestSuiteSettlesWhereNothingElseDoes(t *testing.T) {
	err := suite(t, 1, "contenders").Run(t.Context(), &tape{}, func(_ context.Context, c Case, p chaos.Plan) error {
		if p.Unsettled {
			t.Errorf("%s is unsettled", c.Name)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSuiteSaysWhyItSkips(t *testing.T) {
	s := suite(t, 1, "publish-and-play", "contenders", "released")
	s.Setting.Players = false
	s.Setting.Profile.Policy = "takeover"
	var tape tape
	if err := s.Run(t.Context(), &tape, func(context.Context, Case, chaos.Plan) error { panic("nothing can be run") }); err != nil {
		t.Error(err)
	}
	want := []string{
		"publish-and-play skipped: no --play-url was given, and this case says nothing without players",
		"contenders skipped: a server of profile srs lets the newest publisher take a stream over, so nobody is refused",
		"released skipped: no case before it has published anything",
	}
	if diff := cmp.Diff(want, tape.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSuiteEnds where it can't go on: every case that remains is told, with the reason.
func TestSuiteEnds(t *testing.T) {
	trouble := errors.New("no descriptors")
	over := history.Phase{Name: "end"}
	tests := []struct {
		name  string
		stage func(stop context.CancelCauseFunc) error
		want  string
		err   error
		over  []history.Payload
	}{
		{"dead", func(context.CancelCauseFunc) error { return ErrDead }, "the server died in return-fin", nil, []history.Payload{history.Stopped{Why: "server-dead"}, over}},
		{"interrupted", func(stop context.CancelCauseFunc) error {
			stop(load.ErrInterrupted)
			return nil
		}, "the run was stopped before: interrupted", nil, []history.Payload{history.Interrupted{}, over}},
		{"interrupted in a case", func(stop context.CancelCauseFunc) error {
			stop(load.ErrInterrupted)
			return context.Canceled
		}, "the run was stopped before: interrupted", nil, []history.Payload{history.Interrupted{}, over}},
		{"our own failure", func(context.CancelCauseFunc) error { return trouble }, "flvstorm itself failed in return-fin: no descriptors", trouble, []history.Payload{over}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			s := suite(t, 2, "return-unpublish", "return-fin", "return-rst")
			var tape tape
			runs := 0
			err := s.Run(ctx, &tape, func(context.Context, Case, chaos.Plan) error {
				if runs++; runs == 2 {
					return tt.stage(cancel)
				}
				return nil
			})
			if !errors.Is(err, tt.err) || runs != 2 {
				t.Errorf("%v after %d runs", err, runs)
			}
			begun := []string{"return-unpublish begin", "return-unpublish end", "return-fin begin", "return-fin end"}
			if diff := cmp.Diff(begun, tape.lines[:4]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := len(tape.lines); n != 8 {
				t.Errorf("%d cases told: %q", n, tape.lines)
			}
			if diff := cmp.Diff(tt.over, tape.over); diff != "" {
				t.Errorf("of the run (-want +told):\n%s", diff)
			}
			for _, line := range tape.lines[4:] {
				if _, why, _ := strings.Cut(line, " skipped: "); why != tt.want {
					t.Errorf("%s, want %s", line, tt.want)
				}
			}
		})
	}
}
