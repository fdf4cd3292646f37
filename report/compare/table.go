package compare

import (
	"io"
	"slices"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
)

// Bounds of what the terminal shows.
const (
	nameColumns  = 16 // of a side
	findingsMost = 30
	valuesMost   = 3 // of a difference
	reasonsMost  = 4
	runsMost     = 8
)

// Print draws the comparison for a person: the verdict and why, what was not alike, findings, figures.
func (c Comparison) Print(w io.Writer, look report.Look) error {
	s := &sheet{look.Sheet(), look}
	for i, p := range c.Pairs {
		if i > 0 {
			s.Line("")
			s.Line(strings.Repeat("─", min(s.Columns(), 40)))
			s.Line("")
		}
		s.headline(p, c.Sides[0], c.Sides[i+1])
		if p.OtherKind() {
			continue
		}
		s.differences(p)
		s.findings(p)
		if !look.Quiet {
			s.figures(p)
			s.apart(c.Sides[0], c.Sides[i+1])
		}
	}
	return s.Write(w)
}

// sheet is a comparison while it is drawn.
type sheet struct {
	*report.Sheet
	look report.Look
}

func (s *sheet) say(id phrase.ID, args ...any) string { return s.look.Book.Say(id, args...) }

// Word is the verdict's word, in a language.
func (v Verdict) Word(book phrase.Book) string {
	return book.Say(map[Verdict]phrase.ID{
		Worse: phrase.CompareWorse, Better: phrase.CompareBetter, Same: phrase.CompareSame, TooFew: phrase.CompareTooFew, Inconclusive: phrase.CompareInconclusive,
	}[v])
}

func (v Verdict) ink() report.Ink {
	switch v {
	case Worse:
		return report.InkWorst
	case Better:
		return report.InkGood
	case Same:
		return report.InkBold
	}
	return report.InkOpen
}

func (s *sheet) headline(p Pair, base, other Side) {
	word := p.Verdict.Word(s.look.Book)
	s.Headline(word, p.Verdict.ink(), p.Why(s.look.Book))
	indent := report.Width(word) + 2
	for _, side := range []Side{base, other} {
		s.Prose(report.InkDim, indent, s.say(phrase.CompareBecause, report.Clean(side.Name), side.About(s.look.Book)))
	}
	if p.OtherKind() {
		return
	}
	told := 0
	for _, side := range []Side{base, other} {
		for _, r := range side.Runs {
			if r.Counts || told == runsMost {
				continue
			}
			told++
			s.Prose(report.InkCaution, indent, r.Left(s.look.Book))
		}
	}
}

// Left says why a run counts for nothing but what was proven in it.
func (r Run) Left(book phrase.Book) string {
	why := report.Clean(book.Again(r.Why))
	if why == "" {
		why = r.Verdict
	}
	return book.Say(phrase.CompareLeftOut, report.Clean(r.Dir), why)
}

func (s *sheet) differences(p Pair) {
	matter, rest := p.Matter()
	if len(p.Differences) == 0 {
		s.Line("")
		s.Prose(report.InkDim, 1, s.say(phrase.CompareAlike))
		return
	}
	if len(matter) > 0 {
		s.Title(s.say(phrase.CompareDiffer))
		t := report.Table{Header: []string{"", report.Fit(report.Clean(p.Base), nameColumns), report.Fit(report.Clean(p.Other), nameColumns), ""}, Align: "llll"}
		for _, d := range matter {
			t.Rows = append(t.Rows, []string{report.Fit(report.Clean(d.Title()), 24), d.values(s.look.Book, d.Base), d.values(s.look.Book, d.Other),
				s.Paint(report.InkCaution, d.Effect(s.look.Book))})
		}
		s.Table(t)
	}
	if len(rest) > 0 {
		if len(matter) == 0 {
			s.Line("")
		}
		s.Prose(report.InkDim, 1, s.say(phrase.CompareAlsoDiffer, Titles(s.look.Book, rest)))
	}
}

// Matter are the differences for which something can't be compared, and the rest.
func (p Pair) Matter() (matter, rest []Difference) {
	for _, d := range p.Differences {
		if d.Bars() {
			matter = append(matter, d)
		} else {
			rest = append(rest, d)
		}
	}
	return matter, rest
}

// Titles are what differences are called, each once.
func Titles(book phrase.Book, all []Difference) string {
	var out []string
	for _, d := range all {
		if !slices.Contains(out, d.Title()) {
			out = append(out, d.Title())
		}
	}
	return names(book, out)
}

// betweenLines stands between lines of a file: commas are in them.
const betweenLines = " | "

// values are those of one side on one line.
func (d Difference) values(book phrase.Book, values []string) string {
	if len(values) == 0 {
		return "–"
	}
	var out []string
	for i, v := range values {
		if i == valuesMost {
			out = append(out, "…")
			break
		}
		out = append(out, report.Fit(report.Clean(v), 2*nameColumns))
	}
	if d.OfFile() {
		return strings.Join(out, betweenLines)
	}
	return book.List(out)
}

// OfFile says that the values are lines of a file of the server's, or hashes of such files.
func (d Difference) OfFile() bool { return d.In == "server" && aFile(d.Name) }

// Bars says that something can't be compared for the difference, or that it may be why the sides differ as much as the build.
func (d Difference) Bars() bool {
	return d.In == "server" || d.Figures != "none" || d.Findings != "compared"
}

// Effect says what can't be compared for the difference.
func (d Difference) Effect(book phrase.Book) string {
	if d.In == "server" {
		return book.Say(phrase.CompareIsServer)
	}
	var parts []string
	switch d.Figures {
	case "none":
	case "all":
		parts = append(parts, book.Say(phrase.CompareBarsAll))
	case "machine":
		return book.Say(phrase.CompareBarsMachine) // of findings, too
	default:
		names := strings.Split(d.Figures, ",")
		if len(names) > len(kinds)/2 {
			parts = append(parts, book.Say(phrase.CompareBarsMost))
			break
		}
		for i, name := range names {
			for _, k := range kinds {
				if k.name == name {
					names[i] = book.Say(k.says)
				}
			}
		}
		parts = append(parts, book.Say(phrase.CompareBarsSome, book.List(names)))
	}
	switch d.Findings {
	case "none":
		parts = append(parts, book.Say(phrase.CompareBarsFindings))
	case "gone":
		parts = append(parts, book.Say(phrase.CompareBarsNew))
	case "new":
		parts = append(parts, book.Say(phrase.CompareBarsGone))
	case "compared":
	default:
		parts = append(parts, book.Say(phrase.CompareBarsCodes, names(book, d.codes())))
	}
	if len(parts) == 0 {
		return book.Say(phrase.CompareBarsNothing)
	}
	return strings.Join(parts, book.Say(phrase.CompareAnd))
}

// codes are those of findings that can't be compared, where it is not all of them.
func (d Difference) codes() (out []string) {
	for code := range strings.SplitSeq(d.Findings, ",") {
		if code == string(exceededCode) {
			code = "--" + code
		}
		out = append(out, code)
	}
	return out
}

// sign is a mark in one letter, with its colour.
func sign(mark string) (string, report.Ink) {
	switch mark {
	case "worse":
		return "✗", report.InkBad
	case "better":
		return "✓", report.InkGood
	case "same":
		return "~", report.InkDim
	}
	return "·", report.InkDim
}

func (s *sheet) findings(p Pair) {
	s.Title(s.say(phrase.CompareFindings))
	if len(p.Findings) == 0 {
		s.Prose(report.InkDim, 1, s.say(phrase.CompareNoFindings))
		return
	}
	t := report.Table{Header: []string{"", s.say(phrase.CompareColFinding), report.Fit(report.Clean(p.Base), nameColumns),
		report.Fit(report.Clean(p.Other), nameColumns), ""}, Align: "lllll"}
	for i, f := range p.Findings {
		if i == findingsMost {
			break
		}
		mark, colour := sign(f.Mark)
		t.Rows = append(t.Rows, []string{s.Paint(colour, mark), report.Fit(report.Clean(f.Name), 3*nameColumns),
			f.Base.Text(s.look.Book), f.Other.Text(s.look.Book), s.Paint(colour, f.Tell(s.look.Book))})
	}
	s.Table(t)
	if more := len(p.Findings) - findingsMost; more > 0 {
		s.Prose(report.InkDim, 1, s.say(phrase.CompareMoreFindings, number(more)))
	}
}

// Text is "3 of 5".
func (s Seen) Text(book phrase.Book) string {
	return book.Say(phrase.CompareOf, number(s.In), number(s.Of))
}

// Tell says what a finding comes to.
func (f Finding) Tell(book phrase.Book) string {
	text := book.Say(map[string]phrase.ID{
		"new": phrase.CompareIsNew, "gone": phrase.CompareIsGone, "more": phrase.CompareIsMore, "less": phrase.CompareIsLess, "same": phrase.CompareIsSame,
	}[f.Status])
	switch f.Why {
	case "plan":
		return book.Say(phrase.CompareBecause, text, book.Say(phrase.CompareIsBarred))
	case "machine":
		return book.Say(phrase.CompareBecause, text, book.Say(phrase.CompareIsMachine))
	case "excused":
		return book.Say(phrase.CompareBecause, text, book.Say(phrase.CompareIsExcused))
	}
	if f.Few() {
		return book.Say(phrase.CompareIsNewFew)
	}
	if f.Chance != nil {
		return book.Say(phrase.CompareBecause, text, book.Say(phrase.CompareIsChance, oneIn(*f.Chance)))
	}
	if f.Why == "chance" {
		return book.Say(phrase.CompareBecause, text, book.Say(phrase.CompareMayBe))
	}
	return text
}

func (s *sheet) figures(p Pair) {
	s.Title(s.say(phrase.CompareFigures))
	if len(p.Figures) == 0 {
		s.Prose(report.InkDim, 1, s.say(phrase.CompareNoFigures))
		return
	}
	t := report.Table{Header: []string{"", "", report.Fit(report.Clean(p.Base), nameColumns), report.Fit(report.Clean(p.Other), nameColumns),
		"Δ", "95 %", "p"}, Align: "llrrrrr", Spare: []int{5}}
	for _, f := range p.Figures {
		mark, colour := sign(f.Mark)
		last := f.Chance()
		if f.Why != "" && f.Why != "constant" {
			last = s.Paint(report.InkDim, s.say(whyShort[f.Why]))
		}
		t.Rows = append(t.Rows, []string{s.Paint(colour, mark), s.say(f.kind.says), f.Text(f.Base), f.Text(f.Other),
			s.Paint(colour, f.Change()), f.Range(), last})
	}
	s.Table(t)
	for _, note := range p.Notes(s.look.Book) {
		s.Prose(report.InkDim, 1, note)
	}
}

// whyShort is why a figure is untested, in a word, whyLong in a sentence.
var (
	whyShort = map[string]phrase.ID{
		"few": phrase.CompareFew, "plan": phrase.ComparePlan, "machine": phrase.CompareMachine, "survivors": phrase.CompareSurvivors,
	}
	whyLong = []struct {
		why  string
		says phrase.ID
	}{{"plan", phrase.ComparePlanLong}, {"machine", phrase.CompareMachineLong}, {"survivors", phrase.CompareSurvivorsLong}}
)

// WhyText is why a figure is untested, in a word; empty where it is not.
func (f Figure) WhyText(book phrase.Book) string {
	if says, ok := whyShort[f.Why]; ok {
		return book.Say(says)
	}
	return ""
}

// Notes explain the table of figures.
func (p Pair) Notes(book phrase.Book) (out []string) {
	why, tested := map[string]bool{}, false
	for _, f := range p.Figures {
		why[f.Why] = true
		tested = tested || f.P != nil
	}
	for _, w := range whyLong {
		if why[w.why] {
			out = append(out, book.Say(w.says))
		}
	}
	if tested {
		out = append(out, book.Say(phrase.CompareHow, number(p.Tests)))
	}
	if !p.able() && p.comparable() {
		out = append(out, book.Say(phrase.CompareMake, number(p.Needed)), book.Say(phrase.CompareMakeSample, upTo(p.Needed)))
	}
	return out
}

// comparable says that more runs would make something of the figures.
func (p Pair) comparable() bool {
	for _, f := range p.Figures {
		if f.Why == "" || f.Why == "few" {
			return true
		}
	}
	return false
}

// upTo counts as a shell's loop does: 1 2 3.
func upTo(n int) string {
	var out []string
	for i := range n {
		out = append(out, number(i+1))
	}
	return strings.Join(out, " ")
}

// leastApart is how many runs a side have to be there for their order to be worth a word.
const leastApart = 2

// apart says that all runs of one side were made before those of the other: what the machine did meanwhile looks like the build.
func (s *sheet) apart(base, other Side) {
	if Apart(base, other) {
		s.Prose(report.InkDim, 1, s.say(phrase.CompareApart))
	}
}

// Apart says that all runs of one side were made before those of the other.
func Apart(base, other Side) bool {
	if len(base.Runs) < leastApart || len(other.Runs) < leastApart {
		return false
	}
	before := func(a, b []Run) bool {
		for _, x := range a {
			for _, y := range b {
				if !x.Started.Before(y.Started) {
					return false
				}
			}
		}
		return true
	}
	return before(base.Runs, other.Runs) || before(other.Runs, base.Runs)
}

// WriteJSON writes the document.
func (c Comparison) WriteJSON(w io.Writer) error { return report.WriteDocument(w, c) }

// SaveJSON writes the document to a file, which is whole or not there at all.
func (c Comparison) SaveJSON(path string) error {
	if err := report.Save(path, c.WriteJSON); err != nil {
		return phrase.Errorf(phrase.JSONNotWritten, path, err)
	}
	return nil
}
