//go:build unix

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestLoadFindsTheKnee: the search finds how many a server carries, to within 5 %, and says by the values of the expression why no more.
func TestLoadFindsTheKnee(t *testing.T) {
	t.Parallel()
	const carries = 39
	for _, tt := range []struct {
		name, expr string
		other      func(*guest)
	}{
		{"the others starve", "stall_rate < 0.01", (*guest).starve},
		{"the others are turned away", "refused_rate == 0 && bad_tags < 1", (*guest).busy},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for try, wrong := 1, 0; ; try++ {
				late, problems := findKnee(t, tt.expr, carries, tt.other)
				if late < 2 { // seconds in which we were late ourselves
					wrong++
				}
				switch {
				case len(problems) == 0:
					return
				case wrong == wrongAtMost:
					t.Fatal(strings.Join(problems, "\n"))
				case try == runsAtMost:
					t.Skipf("the machine is too busy: %s", strings.Join(problems, "\n"))
				}
			}
		})
	}
}

// findKnee looks for the limit of a server that carries so many, and returns what was not as it should be.
func findKnee(t testing.TB, expr string, carries int64, other func(*guest)) (late int64, problems []string) {
	problem := func(text string, args ...any) { problems = append(problems, fmt.Sprintf(text, args...)) }
	h := newHouse(t, places(carries, other))
	b := newBox(t)
	o := b.run(join([]string{
		"load", "--out", "run", "--json", "result.json", "--no-color", "--find-limit", expr, "--start", "20", "--max", "1000", "--hold", "1s", "--buffer", "100ms", "--witnesses", "0",
	}, h.flags(), patient)...)
	var d steadyDocument
	b.into("result.json", &d)
	l := d.Load
	if l.Limit == nil {
		t.Fatal(o)
	}
	if o.code != 0 {
		problem("want exit 0: %v", o)
	}
	name, _, _ := strings.Cut(expr, " ")
	if l.Why != "search" || l.Limit.Expr != expr || l.Limit.Ours || l.Limit.Held > carries || l.Limit.Held < carries*95/100 ||
		l.Limit.Failed <= carries || l.Limit.Failed-l.Limit.Held > carries*5/100+1 {
		problem("%+v: %v", l.Limit, o)
	}
	if !regexp.MustCompile(`^` + name + ` is 0\.\d+`).MatchString(strings.Join(l.Limit.Reasons, ", ")) {
		problem("the reasons are %q", l.Limit.Reasons)
	}
	// What held lies below, what did not above, and that was tried twice.
	twice := map[int64]int{}
	for _, s := range l.Steps {
		if s.Held == nil {
			continue // it went down
		}
		if *s.Held != (s.To <= carries) || (len(s.Reasons) == 0) != *s.Held {
			problem("%d held: %v, %q", s.To, *s.Held, s.Reasons)
		}
		if !*s.Held {
			twice[s.To]++
		}
	}
	for load, n := range twice {
		if n != 2 {
			problem("%d failed %d times", load, n)
		}
	}
	if !strings.Contains(o.stdout, name+" is ") || !strings.Contains(o.stdout, "39 players held") {
		problem("the first line does not say it: %v", o)
	}
	b.againSteady(o)
	return l.Generator.LateWindows, problems
}

// TestLoadNoneHeld: a search of which not even the first load holds knows nothing of the server's limit.
func TestLoadNoneHeld(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		h := newHouse(t, (*guest).feed)
		b := newBox(t)
		o := b.run(join([]string{
			"load", "--out", "run", "--json", "result.json", "--no-color", "--find-limit", "sessions > 1000", "--start", "1", "--hold", "1s", "--witnesses", "0",
		}, h.flags(), patient)...)
		var d steadyDocument
		b.into("result.json", &d)
		if o.code != exitCannotRun || d.Verdict != "inconclusive" || !d.reason("none-held") || d.Load.Limit.Held != 0 || d.Load.Limit.Failed != 1 {
			t.Errorf("%+v: %v", d.Load.Limit, o)
		}
		b.againSteady(o)
	})
}

// TestLoadOwnLimit: a search that ends where we have no more to give says that it was us, and nothing against the server. Here it is the
// descriptors: nearly all that we may have are open.
func TestLoadOwnLimit(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		h := newHouse(t, (*guest).feed)
		b := newBox(t)
		o := b.limited("ulimit -n 1860", join([]string{
			"load", "--out", "run", "--json", "result.json", "--no-color", "--find-limit", "players_playing < 1000", "--start", "1760", "--max", "1760",
			"--hold", "3s", "--witnesses", "0",
		}, h.flags(), patient)...)
		var d steadyDocument
		b.into("result.json", &d)
		if o.code != exitCannotRun || d.Verdict != "inconclusive" || !d.reason("generator-limit") || d.codes() != "" || d.Server.State != "alive" ||
			!d.Load.Limit.Ours || d.Load.Limit.Held != 0 || d.Load.Limit.Failed != 1760 || d.Load.Generator.Late["descriptors"] < 2 {
			t.Errorf("%+v: %v", d.Load.Limit, o)
		}
		if !strings.Contains(strings.Join(strings.Fields(o.stdout), " "), "at 1760 the generator itself was the limit") {
			t.Errorf("the first line does not say it: %v", o)
		}
		b.againSteady(o)
	})
}
