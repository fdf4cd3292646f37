package compare

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// seenIn are runs of which the first so many found something.
type seenIn struct {
	runs  int
	in    map[string]int
	what  map[string]found // where it is more than a root that fails the run
	plan  map[setting]string
	loose int // so many of the last ones came to no verdict
}

func (s seenIn) side(name string) Side {
	side := Side{Name: name}
	for i := range s.runs {
		r := Run{Dir: fmt.Sprintf("%s/%d", name, i+1), Verdict: "pass", Counts: true, found: map[string]found{}, settings: s.plan, Figures: map[string]float64{},
			Errors: []string{}, Seed: int64(i), Started: time.Unix(int64(i), 0), server: "srs 7.0.2", survived: 1}
		for what, n := range s.in {
			if i >= n {
				continue
			}
			f, special := s.what[what]
			if !special {
				f = found{code: what, root: true, fails: true}
			}
			r.found[what], r.Verdict = f, "fail"
			r.Errors = append(r.Errors, what)
		}
		slices.Sort(r.Errors)
		if i >= s.runs-s.loose {
			r.Counts, r.Verdict, r.Why = false, "inconclusive", "1 of 3 actions came late: the machine is too slow"
		}
		side.Runs = append(side.Runs, r)
	}
	return side
}

// TestFindings holds what is said of what was found, and what it makes of the other side.
func TestFindings(t *testing.T) {
	const busy, stuck = "stream-busy", "stuck-busy"
	follows := map[string]found{stuck: {code: stuck, causedBy: busy, fails: true}}
	excused := map[string]found{busy: {code: busy, root: true}}
	sanitizer := map[string]found{
		"sanitizer: SEGV": {code: "sanitizer", root: true, fails: true}, "sanitizer: use-after-free": {code: "sanitizer", root: true, fails: true},
	}
	one := func(n int) map[string]int { return map[string]int{busy: n} }
	longer := func(d string) map[setting]string { return map[setting]string{{"plan", "duration"}: d} }
	measured := func(flag, value string) map[setting]string { return map[setting]string{{"judge", flag}: value} }
	for _, c := range []struct {
		name        string
		base, other seenIn
		status      string
		mark        string
		verdict     Verdict
	}{
		{"new in one run of one", seenIn{runs: 1}, seenIn{runs: 1, in: one(1)}, "new", "worse", Worse},
		{"new in one run of five", seenIn{runs: 5}, seenIn{runs: 5, in: one(1)}, "new", "worse", Worse},
		{"gone in one run of one: no proof", seenIn{runs: 1, in: one(1)}, seenIn{runs: 1}, "gone", "same", TooFew},
		{"gone from some: chance", seenIn{runs: 5, in: one(3)}, seenIn{runs: 5}, "gone", "same", Same},
		{"gone from all", seenIn{runs: 5, in: one(5)}, seenIn{runs: 5}, "gone", "better", Better},
		{"in both", seenIn{runs: 5, in: one(3)}, seenIn{runs: 5, in: one(4)}, "same", "same", Same},
		{"more often", seenIn{runs: 10, in: one(1)}, seenIn{runs: 10, in: one(9)}, "more", "worse", Worse},
		{"less often", seenIn{runs: 10, in: one(9)}, seenIn{runs: 10, in: one(1)}, "less", "better", Better},
		{"excused", seenIn{runs: 1}, seenIn{runs: 1, in: one(1), what: excused}, "new", "same", TooFew},
		{"a consequence of what both have, in one run", seenIn{runs: 5, in: one(5)}, seenIn{runs: 5, in: map[string]int{busy: 5, stuck: 1}, what: follows}, "new", "same", Same},
		{"a consequence of what both have, in all", seenIn{runs: 5, in: one(5)}, seenIn{runs: 5, in: map[string]int{busy: 5, stuck: 5}, what: follows}, "new", "worse", Worse},
		{"a consequence of what is new", seenIn{runs: 5}, seenIn{runs: 5, in: map[string]int{busy: 5, stuck: 1}, what: follows}, "new", "worse", Worse},
		{"another word of a sanitizer's", seenIn{runs: 6, in: map[string]int{"sanitizer: SEGV": 6}, what: sanitizer},
			seenIn{runs: 6, in: map[string]int{"sanitizer: SEGV": 5, "sanitizer: use-after-free": 1}, what: sanitizer}, "new", "same", Same},
		{"the first word of a sanitizer's", seenIn{runs: 6}, seenIn{runs: 6, in: map[string]int{"sanitizer: SEGV": 1}, what: sanitizer}, "new", "worse", Worse},
		{"new in a longer run", seenIn{runs: 2, plan: longer("5s")}, seenIn{runs: 2, in: one(2), plan: longer("1m0s")}, "new", "same", Inconclusive},
		{"new in a shorter run", seenIn{runs: 2, plan: longer("1m0s")}, seenIn{runs: 2, in: one(2), plan: longer("5s")}, "new", "worse", Worse},
		{"gone in a shorter run", seenIn{runs: 5, in: one(5), plan: longer("1m0s")}, seenIn{runs: 5, plan: longer("5s")}, "gone", "same", Inconclusive},
		{"judged by other measures", seenIn{runs: 2, plan: map[setting]string{{"judge", "grace"}: "1s"}},
			seenIn{runs: 2, in: one(2), plan: map[setting]string{{"judge", "grace"}: "2s"}}, "new", "same", Inconclusive},
		{"a duplicate is one whatever the grace", seenIn{runs: 3, plan: measured("grace", "1s")},
			seenIn{runs: 3, in: map[string]int{"duplicated-pattern": 3}, plan: measured("grace", "2s")}, "new", "worse", Worse},
		{"a crash is one however long a refusal may last", seenIn{runs: 1, plan: measured("stuck-after", "3s")},
			seenIn{runs: 1, in: map[string]int{"server-crashed": 1}, plan: measured("stuck-after", "10s")}, "new", "worse", Worse},
		{"a player that starves hangs on the grace alone", seenIn{runs: 1, plan: measured("stuck-after", "3s")},
			seenIn{runs: 1, in: map[string]int{"player-starved": 1}, plan: measured("stuck-after", "10s")}, "new", "worse", Worse},
		{"an expression may count what hangs on the grace", seenIn{runs: 1, plan: measured("grace", "3s")},
			seenIn{runs: 1, in: map[string]int{"fail-on": 1}, plan: measured("grace", "1s")}, "new", "same", Inconclusive},
		{"gone for another grace", seenIn{runs: 5, in: one(5), plan: measured("grace", "1s")}, seenIn{runs: 5, plan: measured("grace", "2s")}, "gone", "same", Inconclusive},
		{"without the log nothing is told apart", seenIn{runs: 3, plan: measured("log", "false")},
			seenIn{runs: 3, in: map[string]int{"duplicated-pattern": 3}, plan: measured("log", "true")}, "new", "same", Inconclusive},
		{"other flags of output", seenIn{runs: 2, plan: map[setting]string{{"judge", "allow"}: "leak"}},
			seenIn{runs: 2, in: one(2)}, "new", "worse", Worse},
		{"runs without a verdict show nothing gone", seenIn{runs: 5, in: one(5)}, seenIn{runs: 5, loose: 5}, "gone", "same", Inconclusive},
		{"what was proven counts in any run", seenIn{runs: 3}, seenIn{runs: 3, in: one(3), loose: 3}, "new", "worse", Worse},
	} {
		got := Of([]Side{c.base.side("old"), c.other.side("new")})
		p := got.Pairs[0]
		i := slices.IndexFunc(p.Findings, func(f Finding) bool { return f.Status == c.status })
		if i < 0 || p.Findings[i].Mark != c.mark || got.Verdict != c.verdict {
			t.Errorf("%s: %s, %+v; want %s, %s and %s", c.name, got.Verdict, p.Findings, c.verdict, c.status, c.mark)
		}
		if len(p.Reasons) == 0 {
			t.Errorf("%s: no reason", c.name)
		}
	}
}

// TestDifferences holds what can't be compared when something else than the build was not alike.
func TestDifferences(t *testing.T) {
	with := func(in, name string, values ...string) []Run {
		var out []Run
		for i, v := range values {
			out = append(out, Run{Counts: true, Verdict: "pass", survived: 1, settings: map[setting]string{{in, name}: v},
				Figures: map[string]float64{"returns_refused": 0.1 + float64(i)/1000, "recovery_p50": 10 + float64(i)/10, "server_memory": 1e8 + float64(i)}})
		}
		return out
	}
	for _, c := range []struct {
		in, name    string
		base, other []string
		want        string // "figure why" of those that are not compared
		differ      int
		verdict     Verdict
	}{
		{"plan", "gap", []string{"0s"}, []string{"300ms"}, "returns_refused plan, recovery_p50 plan, server_memory plan", 1, Inconclusive},
		{"plan", "streams", []string{"5"}, []string{"6"}, "returns_refused plan, recovery_p50 plan, server_memory plan", 1, Inconclusive},
		{"plan", "something-new", []string{"5"}, []string{"6"}, "returns_refused plan, recovery_p50 plan, server_memory plan", 1, Inconclusive},
		{"plan", "duration", []string{"5s"}, []string{"10s"}, "server_memory plan", 1, TooFew},
		{"plan", "bitrate", []string{"300k"}, []string{"1M"}, "recovery_p50 plan, server_memory plan", 1, TooFew},
		{"plan", "seed", []string{"1"}, []string{"2"}, "", 1, TooFew},
		{"plan", "seed", []string{"1", "2"}, []string{"3", "4"}, "", 0, TooFew},
		{"machine", "cpus", []string{"2"}, []string{"64"}, "returns_refused machine, recovery_p50 machine, server_memory machine", 1, Inconclusive},
		{"flvstorm", "version", []string{"1"}, []string{"2"}, "", 1, TooFew},
		{"judge", "fail-fast", []string{"true"}, []string{""}, "returns_refused plan, recovery_p50 plan, server_memory plan", 1, Inconclusive},
		// The same mixture on both sides is no difference, another one is.
		{"plan", "gap", []string{"0s", "1s"}, []string{"1s", "0s", "0s", "1s"}, "", 0, TooFew},
		{"plan", "gap", []string{"0s", "1s"}, []string{"1s", "1s"}, "returns_refused plan, recovery_p50 plan, server_memory plan", 1, Inconclusive},
	} {
		got := Of([]Side{{Name: "a", Runs: with(c.in, c.name, c.base...)}, {Name: "b", Runs: with(c.in, c.name, c.other...)}})
		p := got.Pairs[0]
		var barred []string
		for _, f := range p.Figures {
			if f.Why == "plan" || f.Why == "machine" {
				barred = append(barred, f.Name+" "+f.Why)
			}
		}
		if text := strings.Join(barred, ", "); text != c.want || len(p.Differences) != c.differ || got.Verdict != c.verdict {
			t.Errorf("%s %s: barred %q, %d differences, %s; want %q, %d, %s", c.in, c.name, text, len(p.Differences), got.Verdict, c.want, c.differ, c.verdict)
		}
	}
}

// TestOtherMachine holds that no figure is worse for the machine it was measured on, and that a crash is one on any machine.
func TestOtherMachine(t *testing.T) {
	side := func(name, cpus string, by float64) Side {
		s := seenIn{runs: 8, plan: map[setting]string{{"machine", "cpus"}: cpus}}.side(name)
		for i, r := range s.Runs {
			for _, k := range kinds {
				r.Figures[k.name] = (0.1 + float64(i)/1000) * by
			}
		}
		return s
	}
	for _, cpus := range []string{"2", "64"} {
		p := Of([]Side{side("here", "2", 1), side("there", cpus, 8)}).Pairs[0]
		if want := map[string]Verdict{"2": Worse, "64": Inconclusive}[cpus]; p.Verdict != want {
			t.Errorf("%s processors: %s, want %s: %v", cpus, p.Verdict, want, p.Reasons)
		}
		if cpus == "64" && !strings.Contains(p.Reasons[1].Text, "the machines differ in cpus") {
			t.Errorf("%v", p.Reasons)
		}
	}
	there := side("there", "64", 8)
	there.Runs[0].found["server-crashed"] = found{code: "server-crashed", root: true, fails: true}
	if p := Of([]Side{side("here", "2", 1), there}).Pairs[0]; p.Verdict != Worse || p.Reasons[0].Code != "new-finding" {
		t.Errorf("a crash elsewhere: %s, %v", p.Verdict, p.Reasons)
	}
}

// TestFoundOnOtherMachine holds that how often something is found is never credited to a build that ran on another machine, and never held
// against it; that something is there at all is.
func TestFoundOnOtherMachine(t *testing.T) {
	const code = "stream-busy"
	on := func(cpus string) map[setting]string { return map[setting]string{{"machine", "cpus"}: cpus} }
	for _, c := range []struct {
		name          string
		base, other   int // of ten runs
		status, why   string
		mark          string
		verdict, home Verdict // elsewhere, and on the same machine
		reason        string
	}{
		{"gone", 10, 0, "gone", "machine", "same", Inconclusive, Better, "not seen, but the machines differ in cpus"},
		{"less often", 9, 1, "same", "machine", "same", Inconclusive, Better, "not found as often on both, but the machines differ in cpus"},
		{"more often", 1, 9, "same", "machine", "same", Inconclusive, Worse, "not found as often on both, but the machines differ in cpus"},
		{"new", 0, 2, "new", "", "worse", Worse, Worse, "that the build makes it is not, for the machines differ in cpus"},
		{"in both", 10, 10, "same", "", "same", Same, Same, "no difference shown"},
	} {
		found := func(n int) map[string]int { return map[string]int{code: n} }
		base := seenIn{runs: 10, in: found(c.base), plan: on("2")}.side("here")
		p := Of([]Side{base, seenIn{runs: 10, in: found(c.other), plan: on("64")}.side("there")}).Pairs[0]
		f := p.Findings[0]
		if p.Verdict != c.verdict || f.Status != c.status || f.Why != c.why || f.Mark != c.mark || !strings.Contains(p.Why(phrase.English), c.reason) {
			t.Errorf("%s: %s, %+v; want %s, %s, %s, %q: %s", c.name, p.Verdict, f, c.verdict, c.status, c.mark, c.reason, p.Why(phrase.English))
		}
		if got := Of([]Side{base, seenIn{runs: 10, in: found(c.other), plan: on("2")}.side("again")}); got.Verdict != c.home {
			t.Errorf("%s, on one machine: %s, want %s", c.name, got.Verdict, c.home)
		}
	}
}

// TestEnoughRuns holds that sides that nothing tells apart are only called the same where there are runs enough to have told them apart: one
// figure takes four runs of each side, eleven take six.
func TestEnoughRuns(t *testing.T) {
	side := func(name string, runs, figures int) Side {
		s := seenIn{runs: runs}.side(name)
		for i, r := range s.Runs {
			for _, k := range kinds[:figures] {
				r.Figures[k.name] = 100 + float64(i)
			}
		}
		return s
	}
	for _, c := range []struct {
		figures, runs int
		want          Verdict
	}{{0, 3, TooFew}, {0, 4, Same}, {1, 1, TooFew}, {1, 3, TooFew}, {1, 4, Same}, {6, 4, TooFew}, {6, 5, Same}, {11, 5, TooFew}, {11, 6, Same}} {
		got := Of([]Side{side("a", c.runs, c.figures), side("b", c.runs, c.figures)})
		if got.Verdict != c.want || got.Verdict.ExitCode() != 0 || got.Verdict.Word(phrase.Chinese) == "" {
			t.Errorf("%d figures of %d runs: %s, want %s: %v", c.figures, c.runs, got.Verdict, c.want, got.Pairs[0].Reasons)
		}
	}
}

// TestHostile holds that no name of a side, a finding or a setting reaches the terminal as something that it obeys.
func TestHostile(t *testing.T) {
	const evil = "\x1b]0;title\x07\x1b[31m\u202enomis\nnext"
	for _, s := range []seenIn{
		{runs: 2, in: map[string]int{evil: 2}}, {runs: 2, loose: 2}, {runs: 2, plan: map[setting]string{{"plan", evil}: evil}},
		{runs: 2, in: map[string]int{evil: 2}, plan: map[setting]string{{"judge", "grace"}: evil}}, {runs: 2, plan: map[setting]string{{"machine", evil}: evil}},
	} {
		other := s.side(evil)
		for i := range other.Runs {
			other.Runs[i].server = evil
			other.Runs[i].Why += evil
		}
		var out bytes.Buffer
		c := Of([]Side{seenIn{runs: 2}.side("a"), other})
		if err := c.Print(&out, report.Look{}); err != nil || strings.ContainsAny(out.String(), "\x1b\x07\u202e") {
			t.Errorf("%v\n%q", err, out.String())
		}
		for _, r := range c.Pairs[0].Reasons {
			if strings.ContainsAny(r.Tell(phrase.English), "\x1b\x07\u202e\n") {
				t.Errorf("%q", r.Tell(phrase.English))
			}
		}
	}
}

// TestOtherKinds holds that of different kinds of run one sentence is all that is said.
func TestOtherKinds(t *testing.T) {
	kind := func(kind string) map[setting]string {
		return map[setting]string{kindOf: kind, {"plan", "streams"}: kind, {"judge", "grace"}: kind}
	}
	c := Of([]Side{seenIn{runs: 2, plan: kind("chaos")}.side("a"), seenIn{runs: 2, in: map[string]int{"server-crashed": 2}, plan: kind("load"), loose: 1}.side("b")})
	p := c.Pairs[0]
	if c.Verdict != Inconclusive || c.Verdict.ExitCode() != 3 || len(p.Reasons) != 1 || len(p.Differences) != 1 || len(p.Findings)+len(p.Figures) != 0 {
		t.Errorf("%+v", p)
	}
	var out bytes.Buffer
	if err := c.Print(&out, report.Look{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != "INCONCLUSIVE  different kinds of run (chaos, load): nothing can be compared" || strings.Contains(out.String(), "streams") || len(lines) > 6 {
		t.Errorf("%s", out.String())
	}
	if c := Of([]Side{seenIn{runs: 4, plan: kind("load")}.side("a"), seenIn{runs: 4, plan: kind("load")}.side("b")}); c.Verdict != Same {
		t.Errorf("of one kind: %s", c.Verdict)
	}
}

// TestTitles holds that what differs is called as the user called it.
func TestTitles(t *testing.T) {
	for _, c := range []struct{ in, name, want string }{
		{"plan", "gap", "--gap"}, {"plan", "find-limit", "--find-limit"}, {"plan", "chaos.gap", "--gap"}, {"plan", "chaos.streams", "--chaos"},
		{"judge", "stuck-after", "--stuck-after"}, {"machine", "cpus", "cpus"}, {"flvstorm", "version", "flvstorm"}, {"plan", "of", "of"},
	} {
		if got := (Difference{In: c.in, Name: c.name}).Title(); got != c.want {
			t.Errorf("%s %s is called %q, want %q", c.in, c.name, got, c.want)
		}
	}
	plan := map[string]any{"most": 80., "sweep": true, "gap": "0", "chaos": map[string]any{"kind": "chaos", "duration_ns": 5., "streams": 3., "sweep": false}}
	got := map[setting]string{}
	flatten(got, "", plan)
	if want := map[setting]string{{"plan", "gap"}: "0", {"plan", "chaos.streams"}: "3"}; !maps.Equal(got, want) {
		t.Errorf("of a plan: %v, want %v", got, want)
	}
}

// TestWhy holds the sentence that says what a verdict hangs on.
func TestWhy(t *testing.T) {
	some := func(n int, codes ...string) map[string]int {
		out := map[string]int{}
		for _, code := range codes {
			out[code] = n
		}
		return out
	}
	for _, c := range []struct {
		base, other seenIn
		en, zh      string
	}{
		{seenIn{runs: 6}, seenIn{runs: 6, in: some(6, "leak", "server-crashed")},
			"new is worse than old: it shows leak and server-crashed in all 6 runs, which old never did", "new 比 old 差：在全部 6 次运行中出现 leak 和 server-crashed，而 old 从未出现"},
		{seenIn{runs: 1}, seenIn{runs: 1, in: some(1, "leak")},
			"new shows what was not seen of old: leak, in its only run. That it is there is proven; that it is new is not, for old has only 1 run",
			"new 出现了 old 未见的问题：在仅有的 1 次运行中出现 leak。问题确实存在；但 old 仅有 1 次运行，不能说明问题是新的"},
		{seenIn{runs: 10, in: some(1, "leak")}, seenIn{runs: 10, in: some(9, "leak")},
			"new is worse than old: it shows leak in 9 of 10 runs, which old did in 1 of 10 runs", "new 比 old 差：在 10 次运行中有 9 次出现 leak，而 old 在 10 次运行中有 1 次出现"},
		{seenIn{runs: 6, in: some(6, "leak")}, seenIn{runs: 6}, "new is better than old: it never shows leak, which old did in all 6 runs", "new 比 old 好：不再出现 leak，而 old 在全部 6 次运行中曾出现"},
		{seenIn{runs: 10, in: some(9, "leak")}, seenIn{runs: 10, in: some(1, "leak")},
			"new is better than old: it shows leak in 1 of 10 runs only, which old did in 9 of 10 runs", "new 比 old 好：仅在 10 次运行中有 1 次出现 leak，而 old 在 10 次运行中有 9 次出现"},
		{seenIn{runs: 6, in: some(6, "leak")}, seenIn{runs: 6, in: some(6, "a", "b", "c", "d", "e")},
			"new is worse than old: it shows a, b, c and 2 more in all 6 runs, which old never did; better: it never shows leak, which old did in all 6 runs",
			"new 比 old 差：在全部 6 次运行中出现 a、b、c 和 2 项其他问题，而 old 从未出现；较好之处：不再出现 leak，而 old 在全部 6 次运行中曾出现"},
		{seenIn{runs: 1}, seenIn{runs: 1}, "new against old: nothing new was found; that says little, for the runs have no figures, and it takes 4 runs of each side to tell how often something is found",
			"new 对比 old：未发现新问题；这说明不了什么：这些运行没有指标，而要看出问题是否更频繁，每方需要 4 次运行"},
	} {
		p := Of([]Side{c.base.side("old"), c.other.side("new")}).Pairs[0]
		for book, want := range map[phrase.Book]string{phrase.English: c.en, phrase.Chinese: c.zh} {
			if got := strings.ReplaceAll(p.Why(book), noBreak, " "); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		}
	}
}

// TestSide holds what is said of where the runs of a side are, and when they were made.
func TestSide(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 30, 0, 0, time.UTC) }
	for _, c := range []struct {
		runs         []Run
		folder, when string
	}{
		{nil, "", ""},
		{[]Run{{Dir: "a/1", Started: at(2, 9)}}, "a/1", "2026-11-02 09:30 UTC"},
		{[]Run{{Dir: "a/1", Started: at(2, 11)}, {Dir: "a/2", Started: at(2, 9)}}, "a/", "2026-11-02 09:30 – 11:30 UTC"},
		{[]Run{{Dir: "a/1", Started: at(2, 9)}, {Dir: "b/2", Started: at(3, 9)}, {Dir: "b/3"}}, "a/1, …", "2026-11-02 09:30 – 2026-11-03 09:30 UTC"},
	} {
		s := Side{Runs: c.runs}
		if folder := filepath.ToSlash(s.Folder()); folder != c.folder || s.When() != c.when {
			t.Errorf("%q, %q; want %q, %q", folder, s.When(), c.folder, c.when)
		}
	}
}

// TestSurvivors holds that the recoveries of those that came back are not compared with those of all.
func TestSurvivors(t *testing.T) {
	side := func(survived, took float64) Side {
		var s Side
		for i := range 8 {
			s.Runs = append(s.Runs, Run{Counts: true, Verdict: "pass", survived: survived, Figures: map[string]float64{"recovery_p50": took + float64(i)}})
		}
		return s
	}
	for _, c := range []struct {
		then, now float64
		mark, why string
	}{{1, 1, "better", ""}, {1, 0.4, "untested", "survivors"}, {0.4, 1, "better", ""}, {0.4, 0.4, "untested", "survivors"}, {0.97, 0.99, "better", ""}} {
		f := Of([]Side{side(c.then, 100), side(c.now, 20)}).Pairs[0].Figures[0]
		if f.Mark != c.mark || f.Why != c.why {
			t.Errorf("faster, %v and %v came back: %s for %q, want %s for %q", c.then, c.now, f.Mark, f.Why, c.mark, c.why)
		}
	}
	// The slower side is all the slower where the slowest are missing.
	if f := Of([]Side{side(1, 20), side(0.4, 100)}).Pairs[0].Figures[0]; f.Mark != "worse" {
		t.Errorf("slower, and only some came back: %s for %q", f.Mark, f.Why)
	}
}

// told is a comparison of three sides with something of everything.
func told() Comparison {
	side := func(s seenIn, name string, by float64) Side {
		side := s.side(name)
		for i, r := range side.Runs {
			for j, k := range kinds[:11] {
				r.Figures[k.name] = (10 + 3*float64((i*7+j*3)%5)) * by
			}
			r.Figures["returns_refused"], r.Figures["served_rate"] = 0.04+float64(i)/1000, 1
			r.Figures["stall_rate"], r.Figures["recovery_p50"] = r.Figures["stall_rate"]/1000, (20+float64(i))*by
			r.Figures["server_memory"], r.Figures["descriptors_left"] = 48e6+1e5*float64(i), 0
			side.Runs[i].Started = time.Date(2026, 11, 22, 10, i, int(by), 0, time.UTC)
		}
		return side
	}
	plan := func(gap, cpus string) map[setting]string {
		return map[setting]string{{"plan", "gap"}: gap, {"machine", "cpus"}: cpus, {"flvstorm", "version"}: "0.6." + cpus}
	}
	return Of([]Side{
		side(seenIn{runs: 6, in: map[string]int{"stream-busy": 6, "leak": 2}, plan: plan("0s", "2")}, "old", 1),
		side(seenIn{runs: 6, in: map[string]int{"server-crashed": 3, "stream-busy": 1}, plan: plan("0s", "2")}, "new", 1.6),
		side(seenIn{runs: 6, in: map[string]int{"leak": 1}, plan: plan("0s", "64"), loose: 1}, "elsewhere/that has a long name", 0.2),
		side(seenIn{runs: 2, in: map[string]int{"leak": 1}, plan: plan("300ms", "2")}, "\x1b[31m别处", 1),
	})
}

// TestGolden holds what the terminal shows in both languages, and the document.
func TestGolden(t *testing.T) {
	c := told()
	write := func(name string, draw func(*bytes.Buffer) error) {
		var out bytes.Buffer
		if err := draw(&out); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s is not as it was (-want +got); -update writes it anew:\n%s", path, diff)
		}
		for line := range strings.Lines(out.String()) {
			if n := report.Width(strings.TrimSuffix(line, "\n")); n > 80 && strings.HasSuffix(name, ".txt") {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
	}
	write("compared.txt", func(b *bytes.Buffer) error { return c.Print(b, report.Look{}) })
	write("compared.zh.txt", func(b *bytes.Buffer) error { return c.Print(b, report.Look{Book: phrase.Chinese}) })
	write("quiet.txt", func(b *bytes.Buffer) error { return c.Print(b, report.Look{Quiet: true}) })
	write("compared.json", func(b *bytes.Buffer) error { return c.WriteJSON(b) })
}

// TestDocument holds that the document is what its reader expects: lists that are never null, no text of a stranger's that a terminal obeys.
func TestDocument(t *testing.T) {
	var out bytes.Buffer
	if err := Of([]Side{seenIn{runs: 1}.side("a"), seenIn{runs: 1}.side("b")}).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Schema, Verdict string
		Pairs           []map[string]any
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || doc.Schema != Schema || doc.Verdict != "too-few" {
		t.Errorf("%+v, %v", doc, err)
	}
	for _, name := range []string{"reasons", "differences", "findings", "figures"} {
		if _, list := doc.Pairs[0][name].([]any); !list {
			t.Errorf("%s is %v", name, doc.Pairs[0][name])
		}
	}
}
