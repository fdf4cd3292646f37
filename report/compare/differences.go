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

	"github.com/flvstorm/flvstorm/report/history"
)

// Difference is something that was not alike on the two sides beside what is compared.
type Difference struct {
	// In is where: "plan", "judge", "machine", "flvstorm", "profile", "server".
	In   string `json:"in"`
	Name string `json:"name"` // as the flag is called where there is one
	// Base and Other are the values, each once; several where the runs of one side differ among themselves.
	Base  []string `json:"baseline"`
	Other []string `json:"other"`
	// Figures are those that can't be compared for it: "all", "machine" (all: the machine makes them as much as the server), "none", or names between commas.
	Figures string `json:"figures_barred"`
	// Findings says whether findings can be: "compared", "new" (what is new may be so for this alone), "gone", "none".
	Findings string `json:"findings"`
}

// setting is one thing that may differ.
type setting struct{ in, name string }

// bars is what can't be compared.
type bars struct {
	all, machine bool
	names        []string
	new, gone    bool
	by           []string // the settings that bar findings
	figuresBy    []string
	machineBy    []string
}

func (b bars) figure(name string) bool { return b.all || slices.Contains(b.names, name) }

// drives is what hangs on a setting. What is not here and is of the plan drives everything.
type drives struct {
	figures string // as Difference.Figures
	both    bool   // findings too
}

var driven = map[setting]drives{
	{"plan", "seed"}:         {"none", false}, // it fixes what is drawn; runs of other seeds are what repeated runs are
	{"plan", "buffer"}:       {"stall_rate", false},
	{"plan", "bitrate"}:      {everythingBut("returns_refused"), false},
	{"plan", "fps"}:          {everythingBut("returns_refused"), false},
	{"plan", "gop"}:          {everythingBut("returns_refused"), false},
	{"plan", "media"}:        {everythingBut("returns_refused"), false},
	{"plan", "duration"}:     {wholeRuns(), false}, // findings by which is longer
	{"judge", "grace"}:       {"served_rate", true},
	{"judge", "stuck-after"}: {"none", true},
	{"judge", "time-scale"}:  {"served_rate", true},
	{"judge", "log"}:         {"none", true}, // only the log tells some errors from others
	{"judge", "fail-fast"}:   {"all", true},
	{"judge", "allow"}:       {"none", false},
	{"judge", "fail-only"}:   {"none", false},
	{"judge", "fail-on"}:     {"none", false},
	{"judge", "baseline"}:    {"none", false},
	{"machine", "os"}:        {"machine", false},
	{"machine", "arch"}:      {"machine", false},
	{"machine", "cpus"}:      {"machine", false},
	{"flvstorm", "version"}:  {"none", false},
	{"profile", "profile"}:   {"none", false},
	{"server", "version"}:    {"none", false},
	{"plan", "lasts"}:        {"none", false}, // of a suite: about how long it takes
}

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
var inOrder = []string{"plan", "judge", "machine", "flvstorm", "profile", "server"}

// differences are what the sides differ in, and what can't be compared for it. Sides whose runs have the same values equally
// often don't differ.
func differences(base, other []Run) ([]Difference, bars) {
	names := map[setting]bool{}
	for _, r := range slices.Concat(base, other) {
		for s := range r.settings {
			names[s] = true
		}
	}
	out, barred := []Difference{}, bars{}
	for s := range names {
		a, b := spread(base, s), spread(other, s)
		if maps.Equal(a, b) {
			continue
		}
		if s.name == "seed" && len(a) > 1 && len(b) > 1 {
			continue // drawn anew for each run
		}
		d := Difference{In: s.in, Name: s.name, Base: slices.Sorted(maps.Keys(a)), Other: slices.Sorted(maps.Keys(b)), Figures: "none", Findings: "compared"}
		on, known := driven[s]
		if !known && s.in == "plan" {
			on = drives{"all", true}
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
		switch {
		case newToo && goneToo:
			d.Findings = "none"
		case newToo:
			d.Findings = "gone"
		case goneToo:
			d.Findings = "new"
		}
		barred.add(d, newToo, goneToo)
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(slices.Index(inOrder, a.In), slices.Index(inOrder, b.In)), cmp.Compare(a.Name, b.Name))
	})
	slices.Sort(barred.by)
	slices.Sort(barred.figuresBy)
	slices.Sort(barred.machineBy)
	return out, barred
}

func (b *bars) add(d Difference, newToo, goneToo bool) {
	b.new, b.gone = b.new || newToo, b.gone || goneToo
	if newToo || goneToo {
		b.by = append(b.by, d.Name)
	}
	switch d.Figures {
	case "none":
		return
	case "all":
		b.all = true
	case "machine":
		b.machine, b.machineBy = true, append(b.machineBy, d.Name)
	default:
		b.names = append(b.names, strings.Split(d.Figures, ",")...)
	}
	b.figuresBy = append(b.figuresBy, d.Name)
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
func settingsOf(h history.Header, profile, server string) map[setting]string {
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
	out[setting{"server", "version"}] = server
	for s, value := range out {
		out[s] = bounded(value)
	}
	return out
}

// flatten adds the settings of a plan: what is printed of its keys follows from them.
func flatten(out map[setting]string, prefix string, plan map[string]any) {
	for name, value := range plan {
		flag, isTime := strings.CutSuffix(name, "_ns")
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
