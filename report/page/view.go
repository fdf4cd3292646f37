package page

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
)

// view is what the layout sets.
type view struct {
	Lang, HTMLLang       string
	Policy               string
	Style                template.CSS
	Script               template.JS
	Icon, Packed         template.URL
	Story                template.HTML
	Words                template.JS
	Title                string
	Titles               text
	Tone                 string // of the verdict: good, bad, warn
	Verdict, Sentence    text
	Notes, Thresholds    []toned
	Todo                 todo
	Facts                []fact
	Repro, Shorter       string
	ShorterSays          text
	SeedSays             text
	Summary, Suite       *table
	Findings             []finding
	Groups               []section
	Details              []detail
	Thinned              []text
	Returns              template.HTML
	Schema, File, MadeBy string
	HasStory             bool
}

// fact is one thing that is known of the run, by its name.
type fact struct {
	Name, Value text
	Code        bool // it is there to be copied or to be looked at letter by letter
}

// table is a table; Align has a class for each column.
type table struct {
	Caption text
	Header  []text
	Align   []string
	Rows    [][]toned
	// Named says that the first cell of a row names it.
	Named bool
}

// section is what stands below one title.
type section struct {
	ID     string
	Title  text
	Blocks []block
	Wide   bool // it wants the whole width
}

// block is a paragraph or a table.
type block struct {
	Text  toned
	Table *table
}

// aligns are the classes of columns.
var aligns = map[byte]string{'l': "", 'r': "num", 'c': "mid"}

// tabled puts two tellings of a table beside each other; nil for none.
func tabled(en, zh *report.Grid, caption text, named bool) *table {
	if en == nil || zh == nil {
		return nil
	}
	t := &table{Caption: caption, Header: lines(en.Header, zh.Header), Named: named}
	for i := range en.Align {
		t.Align = append(t.Align, aligns[en.Align[i]])
	}
	t.Rows = eachOf(en.Rows, zh.Rows, func(en, zh []report.Said) []toned { return eachOf(en, zh, said) })
	return t
}

// wideSections are those whose tables have many columns or long lines.
var wideSections = []string{"load", "sweep"}

// rowOf orders sections: those with the whole width come before those beside each other.
func rowOf(s section) int {
	if s.Wide {
		return 0
	}
	return 1
}

// sectioned puts two tellings of a section beside each other.
func sectioned(en, zh report.Section) section {
	s := section{ID: en.Name, Title: text{en.Title, zh.Title}, Wide: slices.Contains(wideSections, en.Name)}
	s.Blocks = eachOf(en.Blocks, zh.Blocks, func(a, b report.Block) block {
		return block{Text: said(a.Said, b.Said), Table: tabled(a.Table, b.Table, s.Title, en.Name != "log")}
	})
	return s
}

// verdictTones are the tones of verdicts.
var verdictTones = map[check.Verdict]string{check.Pass: "good", check.Fail: "bad"}

// view puts everything together.
func (r Report) view() (view, error) {
	d, err := r.data()
	if err != nil {
		return view{}, err
	}
	en, zh := r.English.Tell(phrase.English), r.Chinese.Tell(phrase.Chinese)
	style, code := "\n"+sheet(), "\n"+script()
	v := view{
		Lang: "en", Policy: policy(style, code), Style: template.CSS(style), Script: template.JS(code),
		Packed: template.URL("data:application/gzip;base64," + d.result), Story: template.HTML(d.story), Words: template.JS(d.words),
		Tone: "warn", Verdict: text{en.Verdict, zh.Verdict},
		Sentence: text{r.English.Sentence(phrase.English), r.Chinese.Sentence(phrase.Chinese)},
		Notes:    eachOf(en.Notes, zh.Notes, said), Thresholds: eachOf(en.Thresholds, zh.Thresholds, said),
		Repro: en.Repro, Shorter: en.Shorter, ShorterSays: text{en.ShorterSays, zh.ShorterSays},
		SeedSays: both(phrase.TableSeed),
		Summary:  tabled(en.Summary, zh.Summary, both(phrase.PageFound), true),
		Suite:    tabled(en.Suite, zh.Suite, both(phrase.PageCases), false),
		Findings: eachOf(en.Findings, zh.Findings, newFinding(r.Story.End)),
		Groups:   eachOf(en.Sections, zh.Sections, sectioned),
		Facts:    r.facts(en, zh), Details: r.details(), Thinned: r.thinned(), Returns: r.returns(),
		Schema: report.Clean(r.English.Schema), File: fileName(r.English), MadeBy: report.Clean(r.English.Tool.Version),
		HasStory: len(r.Story.Lanes)+len(r.Story.Marks)+len(r.Story.Charts) > 0,
	}
	if v.Returns != "" { // which has the sweep as a map of its gaps, and times as distributions
		times := r.spreadAll()
		v.Groups = slices.DeleteFunc(v.Groups, func(s section) bool { return s.ID == "sweep" || times && s.ID == "times" })
	}
	slices.SortStableFunc(v.Groups, func(a, b section) int { return cmp.Compare(rowOf(a), rowOf(b)) })
	if tone, known := verdictTones[r.English.Verdict]; known {
		v.Tone = tone
	}
	v.Icon, v.Todo = icon(v.Tone), r.todo(en.Findings)
	linkReports(v.Findings, en.Findings)
	v.Titles = both(phrase.PageTitle, text{en.Verdict, zh.Verdict}, text{en.Target, zh.Target})
	v.Title = v.Titles.en
	v.HTMLLang = v.Lang
	if r.Lang == phrase.Chinese.Lang() {
		v.Lang, v.HTMLLang = "zh", "zh"
		v.Title = v.Titles.zh
	}
	return v, nil
}

// fileName is how a saved result is called.
func fileName(r report.Result) string {
	return "flvstorm-" + r.Verdict.String() + "-" + r.Started.UTC().Format("20060102-150405") + ".json"
}

// icon is a picture for the tab, so that no browser asks for one: a square in the colour of the verdict, with a bar missing.
func icon(tone string) template.URL {
	colour := map[string]string{"good": "#12803f", "bad": "#c0261c", "warn": "#b87800"}[tone]
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="` + colour +
		`"/><path d="M3 5h4M9 5h4M3 8h7M12 8h1M3 11h2M7 11h6" stroke="#fff" stroke-width="1.6"/></svg>`
	return template.URL("data:image/svg+xml," + url.PathEscape(svg))
}

// facts are what is known of the run at a glance.
func (r Report) facts(en, zh report.Telling) []fact {
	e := r.English
	var out []fact
	add := func(name phrase.ID, value text, code bool) {
		if value.en != "" {
			out = append(out, fact{both(name), value, code})
		}
	}
	name := plain(report.Clean(e.Target.Profile))
	if e.Target.Embedded {
		name = both(phrase.PageEmbedded)
	}
	if version := report.Clean(e.Target.Version); version != "" {
		name.en, name.zh = name.en+" "+version, name.zh+" "+version
	}
	add(phrase.PageServer, name, false)
	add(phrase.PagePublishURL, plain(report.Clean(e.Target.PublishURL)), true)
	add(phrase.PagePlayURL, plain(report.Clean(e.Target.PlayURL)), true)
	add(phrase.PageLasted, plain(report.Took(e.Duration.Duration())), false)
	if !e.Started.IsZero() {
		add(phrase.PageStarted, plain(e.Started.UTC().Format(time.DateTime)+" UTC"), false)
	}
	add(phrase.PageSeed, plain(strconv.FormatInt(e.Seed, 10)), true)
	add(phrase.PageJudged, text{en.Measures, zh.Measures}, false)
	if t := e.Tool; t.OS != "" {
		add(phrase.PageMachine, both(phrase.PageOn, report.Clean(t.OS), report.Clean(t.Arch), strconv.Itoa(t.CPUs)), false)
	}
	add(phrase.PageTool, plain(report.Clean(e.Tool.Version)), false)
	add(phrase.PageKept, plain(report.Clean(e.Run)), true)
	return out
}
