package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/report/history"
)

// TestLimit holds what a search makes of a step: the expression decides about a load that was there, and nothing about one that was
// not.
func TestLimit(t *testing.T) {
	crowd := func(manner string, wanted, playing, dry int) history.CrowdSample {
		s := history.CrowdSample{Step: 1, Manner: manner, For: time.Second, Wanted: wanted, Playing: playing, Dry: dry, Played: time.Hour}
		s.Stalled = time.Duration(dry) * time.Second
		return s
	}
	refused := crowd("prompt", 100, 60, 0)
	refused.Refused = map[string]int64{"503": 40}
	limited := crowd("prompt", 100, 60, 0)
	limited.Limited = 40
	fleet := func(wanted, publishing int) history.FleetSample {
		return history.FleetSample{Step: 1, For: time.Second, Wanted: wanted, Publishing: publishing}
	}
	late := history.SelfSample{Step: 1, For: time.Second, Late: []string{"cpu"}}
	onTime := history.SelfSample{Step: 1, For: time.Second}
	type moment []history.Payload
	for _, c := range []struct {
		name, expr, of string
		ramp           moment
		hold           []moment
		held, ours     bool
		why            string // "" of those that held
	}{
		{"all play", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 100, 0)}}, true, false, ""},
		{"nearly all", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 95, 0)}}, true, false, ""},
		{"too few", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 94, 0)}}, false, false, "never more than 94 of 100 players were there"},
		{"turned away", "stall_rate < 0.001", "players", nil, []moment{{refused}}, false, false, "never more than 60 of 100 players were there"},
		{"our own limit", "stall_rate < 0.001", "players", nil, []moment{{limited}}, false, true, "never more than 60 of 100"},
		{"once is enough", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 10, 0)}, {crowd("prompt", 100, 100, 0)}, {crowd("prompt", 100, 20, 0)}}, true, false, ""},
		{"before it held is no matter", "stall_rate < 0.001", "players", moment{crowd("prompt", 100, 100, 0)}, []moment{{crowd("prompt", 100, 90, 0)}}, false, false, "never more than 90 of 100"},
		{"those dry are there", "stalls < 1", "players", nil, []moment{{crowd("prompt", 100, 0, 100)}}, true, false, ""},
		{"all manners of a moment", "stalls < 1", "players", nil, []moment{{crowd("prompt", 50, 50, 0), crowd("slow", 50, 10, 0)}}, false, false, "never more than 60 of 100"},
		{"who churns is away at times", "stalls < 1", "players", nil, []moment{{crowd("prompt", 50, 50, 0), crowd("churn", 50, 10, 0), crowd("idle", 50, 0, 0)}}, true, false, ""},
		{"no crowd beside the witnesses", "bytes == 0", "players", nil, []moment{{late}}, true, false, ""},
		{"publishers beside players", "stalls < 1", "players", nil, []moment{{fleet(10, 1), crowd("prompt", 10, 10, 0)}}, true, false, ""},
		{"publishers", "publishers_publishing > 0", "publishers", nil, []moment{{fleet(10, 10)}}, true, false, ""},
		{"publishers that were refused", "publishers_publishing > 0", "publishers", nil, []moment{{fleet(10, 9)}}, false, false, "never more than 9 of 10 publishers"},
		{"the expression", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 0, 100)}}, false, false, "stall_rate is 0.027"},
		{"late once", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 0, 100), late}}, false, false, "stall_rate is"},
		{"late twice", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 0, 100), late}, {late}}, false, true, "stall_rate is"},
		{"held, and late in most", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 100, 0), late}, {late}, {onTime}}, false, true, "late in 2 of 3"},
		{"held, and late in some", "stall_rate < 0.001", "players", nil, []moment{{crowd("prompt", 100, 100, 0), late}, {late}, {onTime}, {onTime}}, true, false, ""},
		{"no value", "p99(first_frame_ms) < 1000", "players", nil, []moment{{crowd("prompt", 100, 100, 0)}}, false, false, "nobody got a first frame"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := newLimit(c.expr, c.of)
			if err != nil {
				t.Fatal(err)
			}
			at := time.Second
			tell := func(m ...history.Payload) {
				for _, what := range m {
					l.Step(history.Event{At: at, Actor: "run", What: what})
				}
				at += time.Second
			}
			tell(history.LoadStep{Step: 1, Of: c.of, Why: "search", To: 100})
			tell(c.ramp...)
			l.Step(history.Event{At: at - time.Second, What: history.LoadHolds{Step: 1}})
			for _, m := range c.hold {
				tell(m...)
			}
			tell(history.LoadStepEnded{Step: 1})
			held, ours, why := l.Judge(t.Context(), 1)
			if held != c.held || ours != c.ours || !strings.Contains(strings.Join(why, ", "), c.why) || (len(why) == 0) != c.held {
				t.Errorf("held %v, ours %v: %q", held, ours, why)
			}
		})
	}
}

// TestLimitIsAskedForEachStep holds that an answer which nobody wanted is no answer to the next question, and that the end of a run
// is one.
func TestLimitIsAskedForEachStep(t *testing.T) {
	l, err := newLimit("stalls < 1", "players")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 3; n++ {
		l.Step(history.Event{At: time.Duration(n) * time.Second, What: history.LoadStep{Step: n, Of: "players", Why: "search"}})
		l.Step(history.Event{At: time.Duration(n) * time.Second, What: history.LoadStepEnded{Step: n}})
	}
	if held, _, why := l.Judge(t.Context(), 3); !held {
		t.Errorf("did not hold: %q", why)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if held, ours, why := l.Judge(ctx, 4); held || !ours || len(why) == 0 {
		t.Errorf("held %v, ours %v of what nobody knows: %q", held, ours, why)
	}
}
