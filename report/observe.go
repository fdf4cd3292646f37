package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Bounds of what the document holds of one case of a suite, beside what it has of the whole run, and of a report of a
// sanitizer.
const (
	foundCases    = 5
	foundEvidence = 10
	reportBytes   = 64 << 10
)

// untied is how the document calls refusals to which no line of the log was tied.
const untied = "none"

// suiteCases are the cases of a suite, nil of any other run.
func suiteCases(book phrase.Book, cases []check.CaseJudgement) []SuiteCase {
	var out []SuiteCase
	for _, c := range cases {
		s := SuiteCase{
			Name: cut(c.Name), What: tries(book, c.Name), State: c.State, Why: cut(c.Why), Began: millis(c.Began), Duration: millis(c.Ended - c.Began),
			Findings: []string{}, Attempts: c.Outcome.Publish.Attempts, Accepted: c.Outcome.Publish.Accepted,
			Returns: c.Outcome.Returns.Returns,
		}
		if c.State != check.CaseSkipped {
			s.Verdict = c.Verdict.String()
		}
		for _, reason := range c.Reasons {
			s.Reasons = append(s.Reasons, Reason{Code: reason.Code, Text: cut(reason.Text(book))})
		}
		for _, f := range c.Findings {
			some := finding(book, f)
			some.Cases = some.Cases[:min(len(some.Cases), foundCases)]
			some.Evidence = some.Evidence[:min(len(some.Evidence), foundEvidence)]
			s.Found = append(s.Found, some)
			if f.Severity == check.Error && !slices.Contains(s.Findings, some.Code) {
				s.Findings = append(s.Findings, some.Code)
			}
		}
		out = append(out, s)
	}
	return out
}

// tries is the sentence about what a case of that name tries; empty where there is none, for a newer flvstorm may have more.
func tries(book phrase.Book, name string) string {
	id := "smoke." + check.CaseName(name)
	says := book.Say(phrase.ID(id))
	if says == id || strings.Contains(says, "%") {
		return ""
	}
	return says
}

// besides is how a run compares with its baseline, nil without one.
func besides(b *history.Baseline, j check.Judgement) *Comparison {
	if b == nil {
		return nil
	}
	out := &Comparison{Run: cut(b.Run), Verdict: cut(b.Verdict), New: []string{}, Old: []string{}, Gone: []string{}}
	for _, e := range errorsOf(j) {
		list := &out.New
		if e.status == old {
			list = &out.Old
		}
		if !slices.Contains(*list, e.name) {
			*list = append(*list, cut(e.name))
		}
	}
	for _, name := range j.Gone {
		out.Gone = append(out.Gone, cut(name))
	}
	return out
}

// named is an error as a baseline names it, with the case and a slash before that where it was found in one.
type named struct{ name, status string }

// errorsOf are the errors of a run, each once. The round of a case is no part of its name: another run may have fewer.
func errorsOf(j check.Judgement) []named {
	var out []named
	add := func(prefix string, f check.Finding) {
		e := named{prefix + f.BaselineName(), f.Status}
		if f.Severity == check.Error && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	for _, c := range j.Cases {
		for _, f := range c.Findings {
			add(check.CaseName(c.Name)+"/", f)
		}
	}
	for _, f := range j.Findings {
		if len(f.In) == 0 || slices.ContainsFunc(f.Cases, func(c check.Case) bool { return c.In == "" }) {
			add("", f)
		}
	}
	return out
}

// dossier is what could be learned of the server's end, nil where nothing was.
func dossier(c *history.Crash) *Crash {
	if c == nil {
		return nil
	}
	return &Crash{
		PID: c.PID, Hung: c.Hung, Exit: c.Exit, Signal: cut(c.Signal), Frames: cutAll(c.Frames), Core: cut(c.Core),
		Folder: cut(c.Folder), Notes: cutAll(c.Notes),
	}
}

// sanitizer is what a sanitizer said, nil where it said nothing.
func sanitizer(s *history.Sanitizer) *Sanitizer {
	if s == nil {
		return nil
	}
	out := &Sanitizer{Tool: cut(s.Tool), What: cut(s.What), File: cut(s.File), Again: s.Again, Lines: []string{}}
	room := reportBytes
	for _, line := range s.Lines {
		if room -= len(line); room < 0 {
			break
		}
		out.Lines = append(out.Lines, cut(line))
	}
	return out
}

// logged is what the server's log told, nil where there was nothing of one.
func logged(l check.Log) *Log {
	out := &Log{Shapes: []Shape{}, Other: l.OtherShapes, OffsetFrom: l.OffsetFrom, Tied: map[string]int64{}, Unverified: cutAll(l.Unverified)}
	for _, s := range l.Shapes {
		out.Shapes = append(out.Shapes, Shape{Shape: cut(s.Shape), Count: s.Count, Level: cut(s.Level), First: cut(s.First)})
	}
	if l.Offset != nil {
		offset := millis(*l.Offset)
		out.Offset = &offset
	}
	any := l.Lines > 0
	for by, n := range l.Tied {
		out.Tied[cmp.Or(string(by), untied)] += n
		any = any || by != check.ByNothing
	}
	if p := l.Proxy; p != nil {
		out.Proxy = &Proxy{Ours: cut(p.Ours), Seen: cut(p.Seen), Count: p.Count}
	}
	if !any && out.Proxy == nil && out.Offset == nil {
		return nil
	}
	return out
}

// usage is what the server's process used, nil where nobody looked.
func usage(u *check.Use) *Usage {
	if u == nil {
		return nil
	}
	return &Usage{
		Samples: u.Samples, Sanitizer: u.Sanitizer,
		CPU:    CPU{Took: millis(u.CPU), Mean: u.Mean, Peak: u.Peak, PerReturn: millis(u.PerReturn)},
		Memory: Level(u.RSS), FDs: Level(u.FDs), Threads: Level(u.Threads),
	}
}

// api is what the server's API showed, nil where nobody asked.
func api(a *check.APIUse) *API {
	if a == nil {
		return nil
	}
	return &API{
		Samples: a.Samples, Failed: a.Errors, Error: cut(a.FirstError),
		Clients: Level(a.Clients), Streams: Level(a.Streams), Took: percentiles(a.Took),
	}
}
