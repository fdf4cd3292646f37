package steady

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/load/crowd"
	"github.com/flvstorm/flvstorm/load/fleet"
	"github.com/flvstorm/flvstorm/load/ramp"
	"github.com/flvstorm/flvstorm/load/selfwatch"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	_ Crowd = (*crowd.Crowd)(nil)
	_ Fleet = (*fleet.Fleet)(nil)
	_ Self  = (*selfwatch.Watch)(nil)
)

// TestAsManyAsWanted: whatever the stages, whenever a window ends there are as many as the line wants, but for those that leave within a few ms
// and those that were handed over a little ahead.
func TestAsManyAsWanted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		stages := []ramp.Stage{{At: 0, Load: rapid.IntRange(0, 30).Draw(rt, "load")}}
		for range rapid.IntRange(1, 6).Draw(rt, "points") {
			stages = append(stages, ramp.Stage{
				At:   stages[len(stages)-1].At + time.Duration(rapid.Int64Range(1, int64(4*s1)).Draw(rt, "after")),
				Load: rapid.IntRange(0, 30).Draw(rt, "load"),
			})
		}
		c := play(t, ramp.NewStages(stages), func(c *scene) { c.Fleet = nil })
		steps, begin := map[int]ramp.Step{}, map[int]time.Duration{}
		walk, at := ramp.NewStages(stages), c.diary.offset
		for step, ok := walk.Next(); ok; step, ok = walk.Next() {
			steps[step.N], begin[step.N] = step, at
			at += step.Length()
		}
		if got := c.took; got != stages[len(stages)-1].At {
			rt.Errorf("took %v", got)
		}
		for _, e := range c.diary.All() {
			p, ok := e.What.(history.CrowdSample)
			if !ok || p.Step == 0 || p.Step > len(steps) {
				continue
			}
			wanted := func(at time.Duration) int { return steps[p.Step].Wanted(at - begin[p.Step]) }
			around := []int{wanted(e.At - ahead), wanted(e.At), wanted(e.At + ahead)}
			if e.At-begin[p.Step] < ahead {
				continue // a window of the step before ends here, or began just now
			}
			if p.Wanted < slices.Min(around) || p.Wanted > slices.Max(around) {
				rt.Errorf("%d at %v, want %v", p.Wanted, e.At, around)
			}
		}
	})
}

// TestCrowdThatIsSlow: where taking somebody in takes a while, all that come later are due when they were due before, and the run is no longer.
func TestCrowdThatIsSlow(t *testing.T) {
	a := ramp.Arrivals{Rate: 50}
	run := func(joins time.Duration) *scene {
		return play(t, ramp.NewHold(100, a, 5*s1), func(c *scene) { c.Fleet, c.Arrivals, c.people.joins = nil, a, joins })
	}
	usual, slow := run(0), run(25*time.Millisecond)
	if diff := cmp.Diff(usual.people.dues(), slow.people.dues()); diff != "" {
		t.Errorf("(-usual +slow)\n%s", diff)
	}
	if usual.people.late > 0 || slow.people.late < 100*time.Millisecond {
		t.Errorf("late by %v and %v", usual.people.late, slow.people.late)
	}
	if usual.took != 5*s1 || slow.took != 5*s1 {
		t.Errorf("took %v and %v", usual.took, slow.took)
	}
	if slower := run(s1 / 3); slower.took < 5*s1 || slower.took > 5*s1+s1/3 || len(slower.people.all) > 16 {
		t.Errorf("took %v, %d came", slower.took, len(slower.people.all))
	}
}

// TestNobodyAsksTheMachine: neither the plan of a load nor its run asks the machine what time it is, so that whoever sets its clock during a run
// moves nothing. What they ask is the Sink, and a Recorder's clock is monotonic; so are timers.
func TestNobodyAsksTheMachine(t *testing.T) {
	for _, room := range []string{".", "../ramp"} {
		files, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				of, ok := sel.X.(*ast.Ident)
				if ok && of.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Date", "Unix"}, sel.Sel.Name) {
					t.Errorf("%s calls time.%s", name, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// TestBriefWindows: what is left of a second by a step that ended just before is not told by itself, nor waited for in a loop.
func TestBriefWindows(t *testing.T) {
	c := play(t, along(t, "0:1,695ms:1,695ms:2,1500ms:2,1505ms:1,1705ms:1"), func(c *scene) { c.Fleet = nil })
	want := []string{
		"300ms phase start", "300ms phase storm",
		"300ms step 1 players stage 1..1 over 0s hold 695ms", "300ms holds 1",
		"995ms crowd of 1: 695ms, wanted 1, joined 1, left 0", "995ms self of 1: 695ms", "995ms ended 1",
		"995ms step 2 players stage 2..2 over 0s hold 805ms", "995ms holds 2",
		"1.8s crowd of 2: 805ms, wanted 2, joined 1, left 0", "1.8s self of 2: 805ms", "1.8s ended 2",
		"1.8s step 3 players stage 2..1 over 5ms hold 0s", "1.805s holds 3", "1.805s ended 3",
		"1.805s step 4 players stage 1..1 over 0s hold 200ms", "1.805s holds 4",
		"2s crowd of 4: 200ms, wanted 1, joined 0, left 1", "2s self of 4: 200ms",
		"2.005s ended 4", "2.005s crowd of 5: 5ms, wanted 1, joined 0, left 0", "2.005s phase end",
	}
	if diff := cmp.Diff(want, c.diary.lines(true)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
