package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// marked says of each finding whether it fails the run, and why not: "stuck-busy:new", "duplicated-pattern:old-baseline".
func marked(findings []Finding) string {
	var words []string
	for _, f := range findings {
		words = append(words, strings.TrimRight(fmt.Sprintf("%s:%s-%s", f.ID, f.Status, f.AllowedBy), "-"))
	}
	return strings.Join(words, " ")
}

func baseline(findings ...string) *history.Baseline {
	return &history.Baseline{Run: "before", Findings: findings}
}

func TestWhichFindingsFail(t *testing.T) {
	const duplicated, stuck = "duplicated-pattern", "stuck-busy"
	const stuckHere = "stuck-busy<duplicated-pattern"
	for _, tt := range []struct {
		name    string
		judge   history.Judge
		verdict Verdict
		want    string
		gone    string
		reasons string
	}{
		{"nothing is excused", history.Judge{}, Fail, duplicated + ": " + stuckHere + ":", "", ""},
		{"all is allowed", history.Judge{Allow: []string{duplicated, stuck}}, Pass,
			duplicated + ":-allow " + stuckHere + ":-allow", "", ""},
		{"only another code fails", history.Judge{FailOnly: []string{"server-crashed"}}, Pass,
			duplicated + ":-fail-only " + stuckHere + ":-fail-only", "", "fail-only"},
		{"only the root fails", history.Judge{FailOnly: []string{duplicated}}, Fail,
			duplicated + ": " + stuckHere + ":-fail-only", "", ""},
		{"only the consequence fails", history.Judge{FailOnly: []string{stuck}}, Fail,
			duplicated + ":-fail-only " + stuckHere + ":", "", ""},
		{"what alone fails is allowed", history.Judge{FailOnly: []string{duplicated}, Allow: []string{duplicated}}, Pass,
			duplicated + ":-allow " + stuckHere + ":-fail-only", "", "fail-only"},
		{"an empty baseline has nothing", history.Judge{Baseline: baseline()}, Fail,
			duplicated + ":new " + stuckHere + ":new", "", ""},
		{"the baseline has all", history.Judge{Baseline: baseline(stuck, duplicated)}, Pass,
			duplicated + ":old-baseline " + stuckHere + ":old-baseline", "", "baseline"},
		{"the baseline lacks the consequence", history.Judge{Baseline: baseline(duplicated)}, Fail,
			duplicated + ":old-baseline " + stuckHere + ":new", "", ""},
		{"the baseline had more", history.Judge{Baseline: baseline(duplicated, stuck, "server-crashed", "server-crashed")}, Pass,
			duplicated + ":old-baseline " + stuckHere + ":old-baseline", "server-crashed", "baseline"},
		{"what the baseline lacks is allowed", history.Judge{Baseline: baseline(duplicated), Allow: []string{stuck}}, Pass,
			duplicated + ":old-baseline " + stuckHere + ":new-allow", "", "baseline"},
		{"what the baseline lacks is not what alone fails", history.Judge{Baseline: baseline(duplicated), FailOnly: []string{duplicated}}, Pass,
			duplicated + ":old-baseline " + stuckHere + ":new-fail-only", "", "fail-only baseline"},
		{"what alone fails is old", history.Judge{Baseline: baseline(stuck), FailOnly: []string{stuck}}, Pass,
			duplicated + ":new-fail-only " + stuckHere + ":old-baseline", "", "fail-only baseline"},
		{"a baseline of a suite has nothing of a run that is none", history.Judge{Baseline: baseline("a/" + duplicated)}, Fail,
			duplicated + ":new " + stuckHere + ":new", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(t)
			tt.judge.Grace, tt.judge.StuckAfter = s.header.Judge.Grace, s.header.Judge.StuckAfter
			s.header.Judge = tt.judge
			s.accept(k0, 1, 100, 101)
			s.depart(k0, 1, 600)
			e := s.refuseAgain(k0, 2, 600.1, 610, "duplicated")
			s.refuseAgain(k0, e, 620.1, 15000, "busy")
			out := s.judge()
			if out.Verdict != tt.verdict || marked(out.Findings) != tt.want || strings.Join(out.Gone, " ") != tt.gone {
				t.Errorf("%v %s, gone %v", out.Verdict, marked(out.Findings), out.Gone)
			}
			var reasons []string
			for _, r := range out.Reasons {
				reasons = append(reasons, r.Code)
			}
			if got := strings.Join(reasons, " "); got != tt.reasons {
				t.Errorf("reasons %q", got)
			}
			for _, f := range out.Findings {
				if f.Allowed != (f.AllowedBy != "") {
					t.Errorf("%s is allowed %v, by %q", f.ID, f.Allowed, f.AllowedBy)
				}
			}
		})
	}
}

// Information has no status, is not narrowed, and excuses nothing.
func TestInformationBesideABaseline(t *testing.T) {
	s := newScript(t)
	s.header.Judge.Baseline, s.header.Judge.FailOnly = baseline("stream-busy", "slow-release"), []string{"server-crashed"}
	s.accept(k0, 1, 100, 101)
	s.depart(k0, 1, 600)
	s.refuseAgain(k0, 2, 600.1, 610, "busy")
	s.accept(k0, 9, 700, 701)
	out := s.judge()
	if got := marked(out.Findings); out.Verdict != Pass || got != "stream-busy/info:" {
		t.Errorf("%v %s", out.Verdict, got)
	}
	if got := strings.Join(out.Gone, " "); got != "stream-busy slow-release" {
		t.Errorf("gone %q", got)
	}
}

func TestABaselineOfASuite(t *testing.T) {
	for _, tt := range []struct {
		name     string
		baseline []string
		want     string // of the whole, then of each case
		gone     string
	}{
		{"of one case", []string{"a/duplicated-pattern"},
			"fail duplicated-pattern:new; a pass duplicated-pattern:old-baseline; b fail duplicated-pattern:new; a #2 pass; c inconclusive", ""},
		{"of all", []string{"duplicated-pattern"},
			"pass duplicated-pattern:old-baseline; a pass duplicated-pattern:old-baseline; b pass duplicated-pattern:old-baseline; a #2 pass; c inconclusive", ""},
		{"of each, in whichever round", []string{"a #2/duplicated-pattern", "b/duplicated-pattern"},
			"pass duplicated-pattern:old-baseline; a pass duplicated-pattern:old-baseline; b pass duplicated-pattern:old-baseline; a #2 pass; c inconclusive", ""},
		{"what is gone, and what was not tried", []string{"duplicated-pattern", "b/stuck-busy", "c/stuck-busy", "z/stuck-busy", "leak"},
			"pass duplicated-pattern:old-baseline; a pass duplicated-pattern:old-baseline; b pass duplicated-pattern:old-baseline; a #2 pass; c inconclusive",
			"b/stuck-busy leak"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			s.header.Judge.Baseline = baseline(tt.baseline...)
			for i, name := range []string{"a", "b", "a"} {
				at := 100 + 2000*float64(i)
				s.begin(at-10, name)
				if i < 2 {
					s.poisoned(caseKey(name), at)
				} else {
					s.cycles(caseKey(name), 1, at, 2)
				}
				s.done(at+1200, name)
			}
			s.skip(9000, "c")
			out := s.judge()
			words := []string{strings.TrimSpace(fmt.Sprintf("%v %s", out.Verdict, marked(out.Findings)))}
			for _, c := range out.Cases {
				words = append(words, strings.TrimSpace(fmt.Sprintf("%s %v %s", c.Name, c.Verdict, marked(c.Findings))))
			}
			if got := strings.Join(words, "; "); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			if got := strings.Join(out.Gone, " "); got != tt.gone {
				t.Errorf("gone %q", got)
			}
			if out.Verdict == Pass && !slices.ContainsFunc(out.Reasons, func(r Reason) bool { return r.Code == "baseline" }) {
				t.Error("nothing says why it is a pass")
			}
		})
	}
}

// What happens to the server between two cases is in no case, and the baseline of one doesn't excuse it.
func TestABaselineAndWhatIsInNoCase(t *testing.T) {
	for _, tt := range []struct {
		had  string
		want Verdict
	}{{"a/server-crashed", Fail}, {"server-crashed", Pass}} {
		s := newSuite(t)
		s.header.Judge.Baseline = baseline(tt.had)
		s.begin(50, "a")
		s.cycles(caseKey("a"), 1, 100, 2)
		s.add(1150, "", 0, "server", history.Process{State: "exited", PID: 1, Signal: "SIGSEGV"})
		s.done(1200, "a")
		s.add(1300, "", 0, "server", history.Process{State: "ready", PID: 2})
		s.add(9000, "", 0, "server", history.Process{State: "exited", PID: 2, Signal: "SIGSEGV"})
		out := s.judge()
		if f := out.Findings[0]; out.Verdict != tt.want || f.Count != 2 || out.Cases[0].Verdict != Pass {
			t.Errorf("baseline %s: %v, %d deaths, the case %v", tt.had, out.Verdict, f.Count, out.Cases[0].Verdict)
		}
	}
}

// Who knows one report of a sanitizer, or a leak that is told when the server ends, wants to hear of another.
func TestABaselineWithReports(t *testing.T) {
	const tool = "sanitizer: AddressSanitizer: heap-use-after-free in "
	for _, tt := range []struct {
		name  string
		suite bool
		had   string
		want  Verdict
	}{
		{"the same, in its case", true, "a/" + tool + "SrsSource::consume()", Pass},
		{"the same, in another case", true, "b/" + tool + "SrsSource::consume()", Fail},
		{"another, in its case", true, "a/" + tool + "SrsSource::on_audio()", Fail},
		{"the same, in no case of a suite", true, tool + "SrsSource::consume()", Fail},
		{"the same, of a run without cases", false, tool + "SrsSource::consume()", Pass},
		{"a leak at the end", true, "sanitizer: LeakSanitizer", Fail},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			s.header.Judge.Baseline = baseline(tt.had)
			s.header.Judge.Baseline.Suite = tt.suite
			s.begin(50, "a")
			s.cycles(caseKey("a"), 1, 100, 2)
			s.add(1150, "", 0, "server", asan("SrsSource::consume()"))
			s.done(1200, "a")
			out := s.judge()
			if out.Verdict != tt.want {
				t.Errorf("%v: %s", out.Verdict, marked(out.Findings))
			}
		})
	}
}

func TestBaselineNames(t *testing.T) {
	for _, tt := range []struct {
		f    Finding
		want string
	}{
		{Finding{ID: "stuck-busy<duplicated-pattern", Code: StuckBusy}, "stuck-busy"},
		{Finding{ID: "sanitizer: LeakSanitizer: detected memory leaks in a()", Code: Sanitizer}, "sanitizer: LeakSanitizer"},
		{Finding{ID: "sanitizer: UndefinedBehaviorSanitizer: shift exponent N at src/a.cpp:12:3", Code: Sanitizer},
			"sanitizer: UndefinedBehaviorSanitizer: shift exponent N at src/a.cpp"},
	} {
		if got := tt.f.BaselineName(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.f.ID, got, tt.want)
		}
		in, name, ok := ofItsCase("return-fin #2/" + tt.want)
		if in != "return-fin #2" || name != tt.want || !ok {
			t.Errorf("%s: %q, %q, %v", tt.f.ID, in, name, ok)
		}
		if in, name, ok := ofItsCase(tt.want); in != "" || name != tt.want || ok {
			t.Errorf("%s alone: %q, %q, %v", tt.f.ID, in, name, ok)
		}
	}
}

// TestExcusedByName holds that a pass names each kind of error that it has all the same, once.
func TestExcusedByName(t *testing.T) {
	var said []string
	for _, r := range excused([]Finding{
		{Code: StuckBusy, Severity: Error, AllowedBy: ByFailOnly},
		{Code: StuckBusy, Severity: Error, AllowedBy: ByFailOnly},
		{Code: SlowRelease, Severity: Error, AllowedBy: ByFailOnly},
		{Code: StreamBusy, Severity: Info, AllowedBy: ByFailOnly},
		{Code: Leak, Severity: Error, AllowedBy: ByBaseline},
		{Code: Disposing, Severity: Error, AllowedBy: ByAllow},
	}) {
		said = append(said, phrase.English.Say(r.Says, r.Args...))
	}
	want := []string{
		"errors were found, but none that --fail-only names: stuck-busy, slow-release",
		"only findings that the baseline has: leak",
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}
