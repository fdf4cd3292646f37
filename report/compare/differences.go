package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// Difference is something that was not alike on the two sides beside what is compared, which is the server and its version.
type Difference struct {
	// In is where: "server" (its configuration and how it was started), "plan", "judge", "machine", "flvstorm", "profile".
	In   string `json:"in"`
	Name string `json:"name"` // as the flag is called where there is one
	// Base and Other are the values, each once; several where the runs of one side differ among themselves. Of a file they are the lines that the
	// other side's doesn't have, or hashes where these are not known.
	Base  []string `json:"baseline"`
	Other []string `json:"other"`
	// Figures are those that can't be compared for it: "all", "machine" (all: the machine makes them as much as the server), "none", or names between commas.
	Figures string `json:"figures_barred"`
	// Findings says whether findings can be: "compared", "new" (what is gone, or comes more or less often, may be so for this alone), "gone" (what is new may), "none", or the codes
	// between commas of those that can't be.
	Findings string `json:"findings"`
}

// unflagged are settings of a plan or a judgement for which there is no flag of their name.
var unflagged = []string{"kind", "of", "cases", "bug"}

// Title is what the difference is called: as the flag is where there is one.
func (d Difference) Title() string {
	switch {
	case d.In == "server":
		return d.Name
	case d.In == "flvstorm":
		return "flvstorm"
	case d.In != "plan" && d.In != "judge" || slices.Contains(unflagged, d.Name):
		return d.Name
	}
	name, beside := strings.CutPrefix(d.Name, "chaos.")
	if beside && name == "streams" {
		return "--chaos"
	}
	return "--" + name
}

// setting is one thing that may differ.
type setting struct{ in, name string }

// bars is what can't be compared.
type bars struct {
	all, machine bool
	names        []string
	findings     []barred
	figuresBy    []string
	machineBy    []string
}

// barred is a setting for which findings can't be compared: all, or those of some codes.
type barred struct {
	by        string
	codes     []string
	new, gone bool
}

// finding says whether a finding of a code that is new, or gone, may be so for what was not alike alone, and for which settings.
func (b bars) finding(code string, more bool) (by []string) {
	for _, f := range b.findings {
		if (more && f.new || !more && f.gone) && (len(f.codes) == 0 || slices.Contains(f.codes, code)) {
			by = append(by, f.by)
		}
	}
	return by
}

func (b bars) figure(name string) bool { return b.all || slices.Contains(b.names, name) }

// drives is what hangs on a setting. What is not here and is of the plan drives everything.
type drives struct {
	figures string       // as Difference.Figures
	both    bool         // findings too
	codes   []check.Code // of those, where it is not all
}

// Findings that hang on a measure of the judgement. Anything else is one however long somebody is given: a refusal as a duplicate, a crash, wrong media.
var (
	byGrace = []check.Code{
		check.StreamBusy, check.SlowRelease, check.StuckBusy, check.Disposing, check.UnexplainedRefusal, check.PlayerStarved, check.PlayerRefused,
		exceededCode, // what an expression counts may be any of these
	}
	byStuck = []check.Code{check.StreamBusy, check.SlowRelease, check.StuckBusy, check.Disposing, check.UnexplainedRefusal, exceededCode}
	byScale = append(slices.Clone(byGrace), check.ServerHung)
)

var driven = map[setting]drives{
	{"plan", "seed"}:         {figures: "none"}, // it fixes what is drawn; runs of other seeds are what repeated runs are
	{"plan", "buffer"}:       {figures: "stall_rate"},
	{"plan", "bitrate"}:      {figures: everythingBut("returns_refused")},
	{"plan", "fps"}:          {figures: everythingBut("returns_refused")},
	{"plan", "gop"}:          {figures: everythingBut("returns_refused")},
	{"plan", "media"}:        {figures: everythingBut("returns_refused")},
	{"plan", "duration"}:     {figures: wholeRuns()}, // findings by which is longer
	{"judge", "grace"}:       {figures: "served_rate", both: true, codes: byGrace},
	{"judge", "stuck-after"}: {figures: "none", both: true, codes: byStuck},
	{"judge", "time-scale"}:  {figures: "served_rate", both: true, codes: byScale},
	{"judge", "log"}:         {figures: "none", both: true}, // only the log tells some errors from others
	{"judge", "fail-fast"}:   {figures: "all", both: true},
	{"judge", "allow"}:       {figures: "none"},
	{"judge", "fail-only"}:   {figures: "none"},
	{"judge", "fail-on"}:     {figures: "none"},
	{"judge", "baseline"}:    {figures: "none"},
	{"machine", "os"}:        {figures: "machine"},
	{"machine", "arch"}:      {figures: "machine"},
	{"machine", "cpus"}:      {figures: "machine"},
	{"flvstorm", "version"}:  {figures: "none"},
	{"profile", "profile"}:   {figures: "none"},
}

// kindOf is the setting that says what kind of run it was: chaos, load, smoke, script. Runs of different kinds have nothing to compare.
var kindOf = setting{"plan", "kind"}

// follows are what of a plan follows from the rest of it, and is no flag.
var follows = []string{"most", "sweep", "lasts"}

func everythingBut(names ...string) string {
	var out []string
	for _, k := range kinds {
		if !slices.Contains(names, k.name) {
			out = append(out, k.name)
		}
	}
	return strings.Join(out, ",")
}

func wholeRuns() string {
	var out []string
	for _, k := range kinds {
		if k.whole {
			out = append(out, k.name)
		}
	}
	return strings.Join(out, ",")
}

// inOrder is where differences are told.
var inOrder = []string{"server", "plan", "judge", "machine", "flvstorm", "profile"}

// differences are what the sides differ in, and what can't be compared for it. Sides whose runs have the same values equally
// often don't differ.
func differences(base, other []Run) ([]Difference, bars) {
	other, file, title := renamed(base, other)
	names := map[setting]bool{}
	for _, r := range slices.Concat(base, other) {
		for s := range r.settings {
			names[s] = true
		}
	}
	out, bars := []Difference{}, bars{}
	for s := range names {
		a, b := spread(base, s), spread(other, s)
		if maps.Equal(a, b) {
			continue
		}
		if s.name == "seed" && len(a) > 1 && len(b) > 1 {
			continue // drawn anew for each run
		}
		if s.in == "server" && aFile(s.name) && (noneKept(base) || noneKept(other)) {
			continue // by an older flvstorm; that another file was named, the command shows
		}
		d := Difference{In: s.in, Name: s.name, Base: slices.Sorted(maps.Keys(a)), Other: slices.Sorted(maps.Keys(b)), Figures: "none", Findings: "compared"}
		on, known := driven[s]
		if !known && s.in == "plan" {
			on = drives{figures: "all", both: true}
		}
		d.Figures = cmp.Or(on.figures, "none")
		newToo, goneToo := on.both, on.both
		if s == (setting{"plan", "duration"}) {
			// In a longer run more is found.
			longest := func(runs []Run, pick func(...time.Duration) time.Duration) time.Duration {
				return pick(durations(runs, s)...)
			}
			newToo = longest(other, maxOf) > longest(base, minOf)
			goneToo = longest(base, maxOf) > longest(other, minOf)
		}
		if s.in == "server" {
			d.apartIn(base, other)
			if s.name == file {
				d.Name = title
			}
		}
		var codes []string
		for _, code := range on.codes {
			codes = append(codes, string(code))
		}
		switch {
		case len(codes) > 0:
			d.Findings = strings.Join(codes, ",")
		case newToo && goneToo:
			d.Findings = "none"
		case newToo:
			d.Findings = "gone"
		case goneToo:
			d.Findings = "new"
		}
		if d.Figures == "machine" {
			d.Findings = "new"
		}
		if newToo || goneToo {
			bars.findings = append(bars.findings, barred{d.Title(), codes, newToo, goneToo})
		}
		bars.add(d)
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(slices.Index(inOrder, a.In), slices.Index(inOrder, b.In)), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(bars.findings, func(a, b barred) int { return cmp.Compare(a.by, b.by) })
	slices.Sort(bars.figuresBy)
	slices.Sort(bars.machineBy)
	return out, bars
}

func (b *bars) add(d Difference) {
	switch d.Figures {
	case "none":
		return
	case "all":
		b.all = true
	case "machine":
		b.machine, b.machineBy = true, append(b.machineBy, d.Title())
	default:
		b.names = append(b.names, strings.Split(d.Figures, ",")...)
	}
	b.figuresBy = append(b.figuresBy, d.Title())
}

func maxOf(d ...time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return slices.Max(d)
}

func minOf(d ...time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return slices.Min(d)
}

func durations(runs []Run, s setting) (out []time.Duration) {
	for _, r := range runs {
		if d, err := time.ParseDuration(r.settings[s]); err == nil {
			out = append(out, d)
		}
	}
	return out
}

// spread is which share of the runs has which value of a setting.
func spread(runs []Run, s setting) map[string]float64 {
	out := map[string]float64{}
	for _, r := range runs {
		out[cmp.Or(r.settings[s], "–")]++
	}
	for v := range out {
		out[v] /= float64(len(runs))
	}
	return out
}

// flagsOfPlan are flags that shape a run and stand in its command line alone.
var flagsOfPlan = []string{"bitrate", "fps", "gop", "media"}

// settingsOf are what may differ of a run.
func settingsOf(h history.Header, profile string) map[setting]string {
	out := map[setting]string{}
	flatten(out, "", h.Plan)
	words := strings.Fields(h.Repro)
	for _, flag := range flagsOfPlan {
		for i, word := range words {
			name, value, glued := strings.Cut(word, "=")
			if name != "--"+flag {
				continue
			}
			if !glued && i+1 < len(words) {
				value = words[i+1]
			}
			out[setting{"plan", flag}] = value
		}
	}
	out[setting{"plan", "seed"}] = strconv.FormatInt(h.Seed, 10)
	j := h.Judge
	out[setting{"judge", "grace"}] = j.Grace.String()
	out[setting{"judge", "stuck-after"}] = j.StuckAfter.String()
	if j.TimeScale != 0 && j.TimeScale != 1 {
		out[setting{"judge", "time-scale"}] = strconv.FormatFloat(j.TimeScale, 'g', -1, 64)
	}
	for name, list := range map[string][]string{"allow": j.Allow, "fail-only": j.FailOnly, "fail-on": j.FailOn} {
		if len(list) > 0 {
			out[setting{"judge", name}] = strings.Join(slices.Sorted(slices.Values(list)), ", ")
		}
	}
	if j.FailFast {
		out[setting{"judge", "fail-fast"}] = "true"
	}
	out[setting{"judge", "log"}] = strconv.FormatBool(h.Target.Log != "")
	out[setting{"machine", "os"}] = h.Machine.OS
	out[setting{"machine", "arch"}] = h.Machine.Arch
	out[setting{"machine", "cpus"}] = strconv.Itoa(h.Machine.CPUs)
	out[setting{"flvstorm", "version"}] = h.Tool
	out[setting{"profile", "profile"}] = profile
	startOf(h, out)
	for s, value := range out {
		out[s] = bounded(value)
	}
	return out
}

// flatten adds the settings of a plan: what is printed of its keys follows from them.
func flatten(out map[setting]string, prefix string, plan map[string]any) {
	for name, value := range plan {
		flag, isTime := strings.CutSuffix(name, "_ns")
		if slices.Contains(follows, flag) || prefix != "" && (flag == "duration" || flag == "kind") { // a storm beside a load lasts as long as that
			continue
		}
		flag = prefix + strings.ReplaceAll(flag, "_", "-")
		switch v := value.(type) {
		case map[string]any:
			flatten(out, flag+".", v)
			continue
		case []any:
			if name == "keys" {
				continue
			}
			text, _ := json.Marshal(v)
			out[setting{"plan", flag}] = string(text)
			continue
		case float64:
			if isTime {
				out[setting{"plan", flag}] = time.Duration(v).String()
				continue
			}
		}
		out[setting{"plan", flag}] = fmt.Sprint(value)
	}
}

// longestValue is how much of a value is kept: it may be anything in a file of a stranger's.
const longestValue = 200

func bounded(s string) string {
	if len(s) <= longestValue {
		return s
	}
	return strings.ToValidUTF8(s[:longestValue], "") + "…"
}
