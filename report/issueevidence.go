package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// issueReport bounds the lines of a sanitizer's report.
const issueReport = 200

// timeline is what happened around the first case, a line a moment.
func (i *issue) timeline() {
	s := i.story
	if len(s.Moments) == 0 {
		return
	}
	i.title(phrase.IssueTimeline)
	of := phrase.IssueOf
	if s.Left == "" {
		of = phrase.IssueOfFirst
	}
	logs := ""
	if slices.ContainsFunc(s.Moments, func(m IssueMoment) bool { return m.What == MomentLog }) {
		logs = i.say(phrase.IssueLogsRead)
		if s.Clocked {
			logs = i.say(phrase.IssueLogsOwn, setting(logPrecision))
		}
		if s.Clocked && slices.ContainsFunc(s.Moments, func(m IssueMoment) bool { return m.Read }) {
			logs = i.say(phrase.IssueLogsSome, setting(logPrecision))
		}
	}
	i.para(i.say(of, cmp.Or(s.Key, "–")))
	if logs != "" {
		i.para(logs)
	}
	var lines []string
	for _, m := range s.Moments {
		text := i.momentSays(m)
		if m.Times > 1 {
			text = i.say(phrase.IssueTimes, text, count(int64(m.Times)), since(m.Until-s.From))
		}
		lines = append(lines, fmt.Sprintf("%12s  %s", since(m.At-s.From), text))
	}
	if s.Elsewhere > 0 {
		lines = append(lines, strings.Repeat(" ", 14)+i.say(phrase.IssueElsewhere, count(int64(s.Elsewhere)), count(int64(s.OtherKeys))))
	}
	if s.LeftOut > 0 {
		lines = append(lines, strings.Repeat(" ", 14)+i.say(phrase.IssueLeftOut, count(int64(s.LeftOut))))
	}
	i.fence("text", lines)
}

// since writes a time of a timeline: +0.0 ms.
func since(d time.Duration) string {
	return fmt.Sprintf("%+.1f ms", float64(d.Round(100*time.Microsecond))/1e6)
}

// momentSays is what happened at a moment. Who did it is said where that is not the key's own publisher.
func (i *issue) momentSays(m IssueMoment) string {
	who, how := clean(m.Who), clean(m.How)
	key := i.story.Key
	if _, of, ok := strings.Cut(m.Who, "/"); ok && m.What == MomentLeft {
		key = of
	}
	var text string
	switch m.What {
	case MomentLeft:
		return i.say(phrase.IssueAtLeft, clean(key), how)
	case MomentSent:
		text = i.say(phrase.IssueAtSent)
		if m.Armed {
			text = i.say(phrase.IssueAtArmed)
		}
	case MomentRetry:
		text = i.say(phrase.IssueAtRetry)
	case MomentContends:
		text = i.say(phrase.IssueAtContends)
	case MomentSettling:
		text = i.say(phrase.IssueAtSettling)
	case MomentAccepted:
		text = i.say(phrase.IssueAtAccepted)
	case MomentRefused:
		text = i.say(phrase.IssueAtRefused, how)
	case MomentEnded:
		text = i.say(phrase.IssueAtEnded, how)
	case MomentNoPlay:
		return i.say(phrase.IssueAtNoPlay, who, how)
	case MomentPlayEnd:
		return i.say(phrase.IssueAtPlayEnd, who, how)
	case MomentServer:
		return i.say(phrase.IssueAtServer, how)
	case MomentLog:
		if m.Read {
			return i.say(phrase.IssueAtLogRead, fit(how, issueLine))
		}
		return i.say(phrase.IssueAtLog, fit(how, issueLine))
	}
	if _, of, ok := strings.Cut(m.Who, "/"); ok && of != i.story.Key {
		text += " (" + clean(of) + ")"
	}
	return text
}

// sanitized is what a sanitizer said of the server first, whole and before anything else: nothing tells its makers as much.
func (i *issue) sanitized() {
	report := i.report()
	if report == nil {
		return
	}
	i.title(phrase.IssueReport, clean(report.Tool))
	i.fenced("text", report.Lines[:min(len(report.Lines), issueReport)], markdownLine)
	if more := len(report.Lines) - issueReport; more > 0 {
		i.para(i.say(phrase.IssueLeftOut, count(int64(more))))
	}
}

// report is the first report of a sanitizer, nil where there is none.
func (i *issue) report() *Sanitizer {
	for _, f := range i.r.Findings {
		if f.Code != string(check.Sanitizer) || !f.fails() {
			continue
		}
		for _, c := range f.Cases {
			if c.Report != nil && len(c.Report.Lines) > 0 {
				return c.Report
			}
		}
	}
	return nil
}

// evidence is the gravest cause, and what followed from it, with the server's own words.
func (i *issue) evidence(f Finding) {
	i.title(phrase.IssueEvidence, clean(f.Code))
	i.fence("text", i.account(i.withoutReport(f)))
	effects := slices.DeleteFunc(effectsOf(f, i.r.Findings), func(e Finding) bool { return e.Severity != string(check.Error) })
	for _, e := range effects[:min(len(effects), issueEffects)] {
		i.title(phrase.IssueThen, clean(e.Code))
		i.fence("text", i.account(i.withoutReport(e)))
	}
}

// withoutReport is a finding without the report that stands before it whole; what is left of its case is what it was about.
func (i *issue) withoutReport(f Finding) Finding {
	told := i.report()
	f.Cases = slices.Clone(f.Cases)
	for n, c := range f.Cases {
		if c.Report != nil && c.Report == told {
			f.Cases[n].Report = &Sanitizer{Tool: told.Tool, What: told.What, Again: told.Again}
		}
	}
	return f
}
