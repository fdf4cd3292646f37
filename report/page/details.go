package page

import (
	"encoding/json"
	"hash/crc32"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// Bounds of what the details show: of one value and of a whole document, in bytes.
const (
	valueBytes    = 2000
	documentBytes = 48 << 10
)

// detail is one folded part at the end of the page.
type detail struct {
	ID    string
	Title text
	Facts []fact
	Code  string
	Cut   bool // there is more of it
}

// sum tells long IDs apart.
func sum(s string) string { return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(s))), 16) }

// details are plan, environment, profile and measures. What the header doesn't have is left out.
func (r Report) details() []detail {
	var out []detail
	if len(r.Header.Plan) > 0 {
		d := detail{ID: "plan", Title: both(phrase.PagePlan)}
		for _, name := range slices.Sorted(maps.Keys(r.Header.Plan)) {
			value, cut := bounded(written(r.Header.Plan[name]), valueBytes)
			d.Facts = append(d.Facts, fact{plain(report.Clean(name)), plain(value), true})
			d.Cut = d.Cut || cut
		}
		out = append(out, d)
	}
	if facts := r.environment(); len(facts) > 0 {
		out = append(out, detail{ID: "environment", Title: both(phrase.PageEnvironment), Facts: facts})
	}
	if len(r.Header.Profile) > 0 {
		d := detail{ID: "profile", Title: both(phrase.PageProfile)}
		d.Code, d.Cut = document(r.Header.Profile)
		out = append(out, d)
	}
	return append(out, detail{ID: "judge", Title: both(phrase.PageJudge), Facts: r.measures()})
}

// environment is where the run was made, and against what.
func (r Report) environment() []fact {
	h := r.Header
	var out []fact
	for _, f := range []struct {
		name  phrase.ID
		value string
	}{
		{phrase.PageExec, h.Target.Exec}, {phrase.PageAPI, h.Target.API}, {phrase.PageLogFrom, h.Target.Log},
	} {
		if f.value != "" {
			out = append(out, fact{both(f.name), plain(report.Clean(f.value)), true})
		}
	}
	if h.Machine.OS != "" {
		on := both(phrase.PageOn, report.Clean(h.Machine.OS), report.Clean(h.Machine.Arch), strconv.Itoa(h.Machine.CPUs))
		out = append(out, fact{both(phrase.PageMachine), on, false})
	}
	return out
}

// measures are what the judgement went by.
func (r Report) measures() []fact {
	j := r.English.Judge
	out := []fact{
		{both(phrase.PageGrace), plain(report.Took(j.Grace.Duration())), false},
		{both(phrase.PageStuckAfter), plain(report.Took(j.StuckAfter.Duration())), false},
	}
	if len(j.Allow) > 0 {
		out = append(out, fact{both(phrase.PageAllow), plain(report.Clean(strings.Join(j.Allow, ", "))), true})
	}
	if len(j.FailOnly) > 0 {
		out = append(out, fact{both(phrase.PageFailOnly), plain(report.Clean(strings.Join(j.FailOnly, ", "))), true})
	}
	if j.TimeScale > 0 && j.TimeScale != 1 {
		out = append(out, fact{both(phrase.PageScale), plain(strconv.FormatFloat(j.TimeScale, 'g', 3, 64)), false})
	}
	return out
}

// thinnings are the sentences about what pictures merge, as the timeline says them.
var thinnings = map[string]phrase.ID{
	"bars": phrase.TimelineThinBars, "ticks": phrase.TimelineThinTicks, "gaps": phrase.TimelineThinGaps, "sessions": phrase.TimelineThinSessions,
	"dry": phrase.TimelineThinDry, "marks": phrase.TimelineThinMarks, "keys": phrase.TimelineThinKeys,
}

// thinned says what pictures merge.
func (r Report) thinned() []text {
	var out []text
	for _, t := range r.Story.Thinned {
		if says, known := thinnings[t.What]; known {
			out = append(out, both(says, report.Count(t.Kept), report.Count(t.Of)))
			continue
		}
		out = append(out, both(phrase.PageThinnedOne, report.Clean(t.What), report.Count(t.Kept), report.Count(t.Of)))
	}
	return out
}

// written is a value of a plan in one line.
func written(v any) string {
	if s, ok := v.(string); ok {
		return report.Clean(s)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return report.Clean(string(out))
}

// document is JSON over several lines, each of them clean.
func document(v any) (text string, cut bool) {
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return "", false
	}
	text, cut = bounded(string(out), documentBytes)
	var b strings.Builder
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		b.WriteString(line[:indent] + report.Clean(line) + "\n")
	}
	return b.String(), cut
}

// bounded is the beginning of a text.
func bounded(s string, most int) (string, bool) {
	if len(s) <= most {
		return s, false
	}
	return strings.ToValidUTF8(s[:most], "") + " …", true
}
