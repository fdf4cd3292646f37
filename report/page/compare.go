package page

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/compare"
)

// Comparison is the page of a comparison: it needs no script at all, for its pictures are drawn here.
type Comparison struct {
	compare.Comparison
	// Lang is the language that is shown first, "en" or "zh"; what is neither is English.
	Lang string
}

// compareView is what layout/compare.html sets.
type compareView struct {
	Lang, HTMLLang, Policy, Title string
	Style                         template.CSS
	Script                        template.JS
	Icon, Document                template.URL
	Tone                          string
	Verdict                       text
	Sentences                     []text
	Notes                         []toned
	Sides                         []sideView
	Pairs                         []pairView
	Spreads                       []spreadView
	Legend                        template.HTML
	Runs                          *table
}

// sideView is what a side was: its runs, their server, and how they were made.
type sideView struct {
	ID, Class string
	Name      text
	Sign      template.HTML
	Facts     []fact
}

// pairView is one side beside the baseline.
type pairView struct {
	ID, Class   string
	Title       text
	Tone        string
	Verdict     text
	Alike       bool
	OtherKind   bool
	Why         text // where the runs are of different kinds
	Differences *table
	Rest        *table
	RestTitle   text
	Findings    *table
	Base, Other text
	Figures     []figureView
	Notes       []text
}

// figureView is one row of the table of figures.
type figureView struct {
	Name                text
	Mark, Tone          string
	Base, Other, Change text
	Range, Chance       text
	Dots                template.HTML
	DotsSay             text // the dots for whoever doesn't see them
	Why                 text
	Code                string
}

// spreadView is one picture of distributions laid over each other.
type spreadView struct {
	ID      string
	Title   text
	Picture template.HTML
	Says    text // the picture for whoever doesn't see it
}

// Tones of verdicts and of marks.
var (
	comparedTones = map[compare.Verdict]string{compare.Worse: "bad", compare.Better: "good", compare.Same: "info", compare.TooFew: "warn", compare.Inconclusive: "warn"}
	markTones     = map[string]string{"worse": "bad", "better": "good", "same": "dim", "untested": "dim"}
	markSigns     = map[string]string{"worse": "✗", "better": "✓", "same": "~", "untested": "·"}
)

// Write writes the page.
func (c Comparison) Write(w io.Writer) error {
	v, err := c.view()
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	out := bufio.NewWriter(w)
	if err := layout.ExecuteTemplate(out, "compare.html", v); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return out.Flush()
}

// inBoth is what tell says in both languages.
func inBoth(tell func(phrase.Book) string) text {
	return text{tell(phrase.English), tell(phrase.Chinese)}
}

// plainly is a text of no language.
func plainly(s string) text { return text{s, s} }

// kept is a text without a place to break a line at.
func kept(t text) text { return text{unbroken(t.en), unbroken(t.zh)} }

func (c Comparison) view() (compareView, error) {
	var document strings.Builder
	if err := c.WriteJSON(&document); err != nil {
		return compareView{}, err
	}
	style, code := "\n"+joined("page.css", "compare.css"), "\n"+joined("compare.js")
	v := compareView{
		Lang: "en", Policy: policy(style, code), Style: template.CSS(style), Script: template.JS(code),
		Document: template.URL("data:application/json;base64," + base64.StdEncoding.EncodeToString([]byte(document.String()))),
		Tone:     comparedTones[c.Verdict], Verdict: inBoth(c.Verdict.Word),
		Legend: c.legend(), Spreads: c.spreads(), Runs: c.runs(),
	}
	iconTone := map[string]string{"bad": "bad", "good": "good", "info": "good", "warn": "warn"}[v.Tone]
	v.Icon = icon(iconTone)
	var names []string
	for i, s := range c.Sides {
		names = append(names, report.Clean(s.Name))
		v.Sides = append(v.Sides, sideOf(i, s))
		for _, r := range s.Runs {
			if !r.Counts && len(v.Notes) < 8 {
				v.Notes = append(v.Notes, toned{inBoth(r.Left), "warn"})
			}
		}
		if i > 0 && compare.Apart(c.Sides[0], s) {
			v.Notes = append(v.Notes, toned{both(phrase.CompareApart), "dim"})
		}
	}
	for i, p := range c.Pairs {
		v.Sentences = append(v.Sentences, inBoth(p.Why))
		v.Pairs = append(v.Pairs, c.pair(i, p))
	}
	if !slices.ContainsFunc(c.Pairs, func(p compare.Pair) bool { return !p.OtherKind() }) {
		v.Spreads = nil // of a chaos and of a load they tell nothing together
	}
	v.Title = phrase.English.Say(phrase.CompareTitle, v.Verdict.en, strings.Join(names, " / "))
	v.HTMLLang = v.Lang
	if c.Lang == phrase.Chinese.Lang() {
		v.Lang, v.HTMLLang = "zh", "zh-Hans"
		v.Title = phrase.Chinese.Say(phrase.CompareTitle, v.Verdict.zh, strings.Join(names, " / "))
	}
	return v, nil
}

func (c Comparison) pair(i int, p compare.Pair) pairView {
	v := pairView{
		ID: "pair-" + strconv.Itoa(i+1), Tone: comparedTones[p.Verdict], Verdict: inBoth(p.Verdict.Word), Class: sideClass(i + 1),
		Title: both(phrase.CompareHeading, report.Clean(p.Other), report.Clean(p.Base)),
		Base:  plainly(report.Clean(p.Base)), Other: plainly(report.Clean(p.Other)),
	}
	if v.OtherKind = p.OtherKind(); v.OtherKind {
		v.Why = inBoth(p.Why)
		return v
	}
	matter, rest := p.Matter()
	v.Alike = len(p.Differences) == 0
	v.Differences, v.Rest = differing(matter, v.Base, v.Other), differing(rest, v.Base, v.Other)
	v.RestTitle = inBoth(func(book phrase.Book) string { return book.Say(phrase.CompareAlsoDiffer, compare.Titles(book, rest)) })
	if len(p.Findings) > 0 {
		v.Findings = &table{Caption: both(phrase.CompareFindings), Header: []text{{}, both(phrase.CompareColFinding), v.Base, v.Other, {}}, Align: make([]string, 5)}
		for _, f := range p.Findings {
			v.Findings.Rows = append(v.Findings.Rows, []toned{
				{plainly(markSigns[f.Mark]), markTones[f.Mark]}, {plainly(report.Clean(f.Name)), "key"}, {kept(inBoth(f.Base.Text)), ""}, {kept(inBoth(f.Other.Text)), ""},
				{inBoth(f.Tell), markTones[f.Mark]},
			})
		}
	}
	for _, f := range p.Figures {
		v.Figures = append(v.Figures, figureView{
			Name: both(f.Says()), Mark: markSigns[f.Mark], Tone: markTones[f.Mark], Code: f.Name,
			Base: plainly(unbroken(f.Text(f.Base))), Other: plainly(unbroken(f.Text(f.Other))), Change: plainly(unbroken(f.Change())),
			Range: plainly(unbroken(f.Range())), Chance: plainly(f.Chance()), Dots: dots(f, i+1), DotsSay: sayDots(f, p.Base, p.Other),
			Why: inBoth(f.WhyText),
		})
	}
	v.Notes = lines(p.Notes(phrase.English), p.Notes(phrase.Chinese))
	return v
}

// differing is a table of what was not alike; nil where there is nothing.
func differing(all []compare.Difference, base, other text) *table {
	if len(all) == 0 {
		return nil
	}
	t := &table{Caption: both(phrase.CompareDiffer), Header: []text{{}, base, other, {}}, Align: make([]string, 4)}
	for _, d := range all {
		tone := "dim"
		if d.Bars() {
			tone = "warn"
		}
		t.Rows = append(t.Rows, []toned{
			{plainly(report.Clean(d.Title())), "key"}, values(d, d.Base), values(d, d.Other), {inBoth(d.Effect), tone},
		})
	}
	return t
}

// sideOf says what a side was.
func sideOf(i int, s compare.Side) sideView {
	v := sideView{ID: "side-of-" + strconv.Itoa(i+1), Class: sideClass(i), Name: plainly(report.Clean(s.Name)), Sign: sample(i)}
	add := func(says phrase.ID, value string, code bool) {
		if value = report.Clean(value); value != "" {
			v.Facts = append(v.Facts, fact{Name: both(says), Value: plainly(value), Code: code})
		}
	}
	v.Facts = append(v.Facts, fact{Name: both(phrase.CompareRowRuns), Value: inBoth(s.Counted)})
	add(phrase.CompareRowServer, strings.Join(s.Servers, ", "), false)
	add(phrase.CompareRowWhen, s.When(), false)
	if len(s.Runs) > 0 {
		command := phrase.CompareRowCommand
		if len(s.Runs) > 1 {
			command = phrase.CompareRowFirst
		}
		add(phrase.CompareRowTarget, s.Runs[0].Target, true)
		add(command, s.Runs[0].Command, true)
		add(phrase.CompareRowFolder, s.Folder(), true)
	}
	return v
}

// verdictWords are the verdicts of a run as people read them.
var verdictWords = map[string]phrase.ID{
	check.Pass.String(): phrase.VerdictPass, check.Fail.String(): phrase.VerdictFail,
	check.Inconclusive.String(): phrase.VerdictInconclusive, check.Interrupted.String(): phrase.VerdictInterrupted,
}

func verdictOf(verdict string) text {
	if says, known := verdictWords[verdict]; known {
		return both(says)
	}
	return plainly(report.Clean(verdict))
}

// runs is the table of all runs.
func (c Comparison) runs() *table {
	t := &table{Caption: both(phrase.CompareRunsTitle), Align: []string{"", "", "", "num", ""},
		Header: []text{both(phrase.CompareColSide), both(phrase.CompareColRun), both(phrase.CompareColVerdict), both(phrase.CompareColSeed), both(phrase.CompareColFound)}}
	for _, s := range c.Sides {
		for _, r := range s.Runs {
			tone := map[string]string{"pass": "good", "fail": "bad"}[r.Verdict]
			t.Rows = append(t.Rows, []toned{
				{plainly(report.Clean(s.Name)), ""}, {plainly(report.Clean(r.Dir)), "key"}, {verdictOf(r.Verdict), tone},
				{plainly(strconv.FormatInt(r.Seed, 10)), ""}, {inBoth(func(book phrase.Book) string { return report.Clean(book.List(r.Errors)) }), ""},
			})
		}
	}
	return t
}

// shownValues is how many values of one setting are shown.
const shownValues = 6

// linesShown is how many lines of a file are.
const linesShown = 20

// values are those of one side: lines of a file below each other, anything else between commas.
func values(d compare.Difference, all []string) toned {
	if len(all) == 0 {
		return toned{plainly("–"), ""}
	}
	most := shownValues
	if d.OfFile() {
		most = linesShown
	}
	out := slices.Clone(all)
	if len(out) > most {
		out = append(out[:most], "…")
	}
	for i, v := range out {
		out[i] = report.Clean(v)
	}
	if d.OfFile() {
		return toned{plainly(strings.Join(out, "\n")), "key"}
	}
	return toned{inBoth(func(book phrase.Book) string { return book.List(out) }), ""}
}
