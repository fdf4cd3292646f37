package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/report/history"
)

// By what an error does not fail a run, see Finding.AllowedBy.
const (
	ByAllow    = "allow"
	ByFailOnly = "fail-only"
	ByBaseline = "baseline"
)

// Of an error, whether the baseline has it.
const (
	statusOld = "old"
	statusNew = "new"
)

// rules say which errors fail a run. An error fails it unless one of three excuses it: --allow names its code, --fail-only
// doesn't, or the baseline has it.
type rules struct {
	allow, only map[string]bool // codes; an empty only is all
	baseline    bool
	suite       bool            // the baseline is of a suite: what it has outside of cases says nothing of a case
	had         map[string]bool // what the baseline has: the name of a finding, or "case/name"
	order       []string        // the same, as the baseline has it
}

func newRules(j history.Judge) *rules {
	r := &rules{allow: set(j.Allow), only: set(j.FailOnly)}
	if j.Baseline != nil {
		r.baseline, r.suite, r.had = true, j.Baseline.Suite, map[string]bool{}
		for _, name := range j.Baseline.Findings {
			if name = roundless(name); !r.had[name] {
				r.had[name] = true
				r.order = append(r.order, name)
			}
		}
	}
	return r
}

func set(names []string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, name := range names {
		out[name] = true
	}
	return out
}

// apply says of f whether it fails the run. Of one that was found in several cases each has to be excused. Wide says that
// some of it belongs to no case.
func (r *rules) apply(f *Finding, wide bool) {
	code := string(f.Code)
	if f.Severity == Error && r.baseline {
		f.Status = statusOld
		in := f.In
		if wide || len(in) == 0 {
			in = append([]string{""}, in...)
		}
		if slices.ContainsFunc(in, func(title string) bool { return !r.old(title, f.BaselineName()) }) {
			f.Status = statusNew
		}
	}
	switch {
	case r.allow[code]:
		f.AllowedBy = ByAllow
	case f.Severity != Error:
	case len(r.only) > 0 && !r.only[code]:
		f.AllowedBy = ByFailOnly
	case f.Status == statusOld:
		f.AllowedBy = ByBaseline
	}
	f.Allowed = f.AllowedBy != ""
}

// old reports whether the baseline has a finding of that name in a case, empty for what belongs to none. The baseline of a
// run without cases has it in all.
func (r *rules) old(title, name string) bool {
	if title == "" {
		return r.had[name]
	}
	return r.had[CaseName(title)+"/"+name] || !r.suite && r.had[name]
}

// gone are the errors of the baseline that did not come again. Those of a case count only where that case ran to its end;
// others where anything did.
func (r *rules) gone(findings []Finding, ran []string, any bool) []string {
	came := map[string]bool{}
	for _, f := range findings {
		if f.Severity != Error {
			continue
		}
		came[f.BaselineName()] = true
		for _, title := range f.In {
			came[CaseName(title)+"/"+f.BaselineName()] = true
		}
	}
	var gone []string
	for _, name := range r.order {
		in, _, ofCase := ofItsCase(name)
		tried := any
		if ofCase {
			tried = slices.ContainsFunc(ran, func(title string) bool { return CaseName(title) == in })
		}
		if tried && !came[name] {
			gone = append(gone, name)
		}
	}
	return gone
}

// ofItsCase parts what a baseline calls "case/name". A name may have slashes of its own, behind a colon.
func ofItsCase(s string) (title, name string, found bool) {
	head, _, _ := strings.Cut(s, ": ")
	if i := strings.LastIndexByte(head, '/'); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return "", s, false
}

// lineNumber matches where in a file something is: it differs from one version of a program to the next.
var lineNumber = regexp.MustCompile(`(?::\d+)+\b`)

// BaselineName is how a baseline calls f, without the case in which it was found: by its code, and by what was reported
// where that tells findings apart, for who knows one report of a sanitizer wants to hear of another. Which of its leaks
// LeakSanitizer tells first is chance, so they are one.
func (f *Finding) BaselineName() string {
	name, of, found := strings.Cut(f.ID, ": ")
	switch {
	case f.Code != Sanitizer || !found:
		return string(f.Code)
	case strings.HasPrefix(of, "LeakSanitizer"):
		of = "LeakSanitizer"
	}
	return name + ": " + lineNumber.ReplaceAllString(of, "")
}

// round matches what tells a further round of a case from its first, here and in how a suite may number them itself.
var round = regexp.MustCompile(` ?#[0-9]+$`)

// CaseName is the name of a case without its round.
func CaseName(title string) string { return round.ReplaceAllString(title, "") }

// roundless is a finding of a baseline without the round of its case.
func roundless(name string) string {
	if in, name, ok := ofItsCase(name); ok {
		return CaseName(in) + "/" + name
	}
	return name
}

// excused says of a pass which errors it has all the same, and why they don't count. What the user allowed by its code
// needs no saying.
func excused(findings []Finding) []Reason {
	codes := map[string][]string{}
	for _, f := range findings {
		if f.Severity == Error && !slices.Contains(codes[f.AllowedBy], string(f.Code)) {
			codes[f.AllowedBy] = append(codes[f.AllowedBy], string(f.Code))
		}
	}
	var out []Reason
	if names := codes[ByFailOnly]; len(names) > 0 {
		out = append(out, Reason{Code: ByFailOnly, Says: phrase.WhyFailOnly, Args: []any{strings.Join(names, ", ")}})
	}
	if names := codes[ByBaseline]; len(names) > 0 {
		out = append(out, Reason{Code: ByBaseline, Says: phrase.WhyBaseline, Args: []any{strings.Join(names, ", ")}})
	}
	return out
}

// rule is a rule or a limit of the server's that was in the way of the test: of which class, and of whom.
type rule struct {
	class profile.Class
	play  bool // of players, not of publishers
}

func (r rule) compare(other rule) int {
	if r.play != other.play {
		return b2i(r.play) - b2i(other.play)
	}
	return strings.Compare(string(r.class), string(other.class))
}

// says is the sentence that names the likely cause.
func (r rule) says() phrase.ID {
	switch {
	case r.play && r.class == profile.Limit:
		return phrase.WhyPlayLimited
	case r.play:
		return phrase.WhyPlayDenied
	case r.class == profile.Limit:
		return phrase.WhyLimited
	}
	return phrase.WhyDenied
}

// ruled are the keys that rules of the server's kept, in the order in which that was seen.
type ruled map[rule][]string

func (r ruled) note(by rule, key string) {
	if !slices.Contains(r[by], key) {
		r[by] = append(r[by], key)
	}
}

// play reports whether players were kept from a key.
func (r ruled) play() bool {
	for by := range r {
		if by.play {
			return true
		}
	}
	return false
}

// some are the first of keys, and a mark for more.
func some(keys []string) string {
	const most = 3
	if len(keys) > most {
		return strings.Join(keys[:most], ", ") + ", …"
	}
	return strings.Join(keys, ", ")
}
