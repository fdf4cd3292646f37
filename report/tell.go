package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// Telling is what the tables on a terminal say, before they are drawn: for renderers of other kinds, which have more room.
// Every text of it is clean and in one language; lists are bounded, the JSON has all.
type Telling struct {
	Verdict string // the word for it
	Why     string // in one sentence, without the word
	// Notes are what stands below that: reasons, what was excused, what could not be verified.
	Notes      []Said
	Thresholds []Said // each with its mark and a blank in front
	Suite      *Grid  // the cases of a suite, nil of any other run
	Summary    *Grid  // codes with their counts; the two that this tool was made for always stand among them
	Findings   []Told
	Sections   []Section
	Target     string // the server, and where it is
	Measures   string // what the judgement went by
	// Repro is the command that repeats the run, Shorter the one for the first case alone that failed, ShorterSays which that is.
	Repro, Shorter, ShorterSays string
}

// Section is what stands below one title. Name is the same in every language.
type Section struct {
	Name, Title string
	Blocks      []Block
}

// Block is a paragraph or a table.
type Block struct {
	Said  Said
	Table *Grid
}

// Grid is a table. Align has a letter for each column: l, r or c. Header is nil for none.
type Grid struct {
	Header []string
	Align  string
	Rows   [][]Said
}

// Said is a text and its tone: "good", "bad", "warn", "dim", "strong", "key", or empty. Its lines are apart by line breaks.
type Said struct{ Text, Tone string }

// tones are the tones of inks.
var tones = map[ink]string{
	plainInk: "", bold: "strong", dim: "dim", red: "bad", redBold: "bad", green: "good", yellow: "warn", amber: "warn", cyan: "key",
}

// Tell says what the tables on a terminal say.
func (r Result) Tell(book phrase.Book) Telling {
	p := plainly(r, book)
	p.Colour = true // inks come as tones
	p.takes = &collector{}
	word, _, why := p.verdict()
	t := Telling{Verdict: word, Why: why, Target: p.target(), Repro: p.repro()}
	for _, note := range p.notes(accountWidth) {
		t.Notes = append(t.Notes, Said{note.text, tones[note.colour]})
	}
	for _, threshold := range r.Thresholds {
		mark, colour := threshold.mark()
		t.Thresholds = append(t.Thresholds, Said{mark + " " + p.threshold(threshold), tones[colour]})
	}
	if j := r.Judge; j.Grace > 0 && j.StuckAfter > 0 {
		t.Measures = p.say(phrase.TableMeasures, setting(j.Grace.Duration()), setting(j.StuckAfter.Duration()))
	}
	if name, shorter := p.shorter(); name != "" {
		t.Shorter, t.ShorterSays = shorter, p.say(phrase.TableRepeatCase, name)
	}
	t.Suite, t.Summary = p.table(p.suite), p.table(p.summary)
	t.Findings = p.tellFindings()
	for _, section := range []struct {
		name string
		tell func()
		not  bool
	}{
		{"load", p.load, false}, {"sweep", p.sweep, false}, {"outcomes", p.outcomes, r.steady()}, {"times", p.latency, r.steady()},
		{"viewers", p.viewers, false}, {"departures", p.departures, false}, {"keys", p.worstKeys, false}, {"settling", p.settling, false},
		{"log", p.log, false}, {"usage", p.usage, false}, {"own", p.own, false},
	} {
		if !section.not {
			t.Sections = append(t.Sections, p.sections(section.name, section.tell)...)
		}
	}
	return t
}

// collector takes what a page draws.
type collector struct{ sections []Section }

// begin begins a section.
func (c *collector) begin(title string) { c.sections = append(c.sections, Section{Title: title}) }

// add adds a block to the last section.
func (c *collector) add(b Block) {
	if len(c.sections) == 0 {
		c.begin("")
	}
	last := &c.sections[len(c.sections)-1]
	last.Blocks = append(last.Blocks, b)
}

// sections are what draw draws. Where it begins more than one, the further ones have a number in their name.
func (p *page) sections(name string, draw func()) []Section {
	p.takes.sections = nil
	draw()
	out := p.takes.sections
	for i := range out {
		out[i].Name = name
		if i > 0 {
			out[i].Name += "-" + count(int64(i+1))
		}
	}
	return out
}

// table is the first table that draw draws, nil for none.
func (p *page) table(draw func()) *Grid {
	for _, section := range p.sections("", draw) {
		for _, block := range section.Blocks {
			if block.Table != nil {
				return block.Table
			}
		}
	}
	return nil
}

// gridSaid is a table as a Grid, without its empty columns.
func gridSaid(g *grid) *Grid {
	g = g.compact()
	out := &Grid{Header: g.header, Align: g.align}
	for _, row := range g.rows {
		cells := make([]Said, 0, len(row))
		for _, cell := range row {
			cells = append(cells, said(cell))
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// said takes the inks out of a text: the first of them is its tone. No stranger's text has any, for clean takes all sequences out.
func said(text string) Said {
	var out Said
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "\x1b[")
		b.WriteString(before)
		if !found {
			out.Text = b.String()
			return out
		}
		sequence, after, _ := strings.Cut(rest, "m")
		out.Tone = cmp.Or(out.Tone, tones[ink(sequence)])
		text = after
	}
}

// atMost is a bound of a list: that of a terminal, or the larger one of renderers with more room.
func (p *page) atMost(drawn, told int) int {
	if p.takes != nil {
		return told
	}
	return drawn
}

// Bounds of what a Telling says of one finding.
const (
	toldKeys    = 40
	toldCases   = 40
	toldRows    = 100 // of a table whose length hangs on the run
	toldWorst   = 25  // keys, of those with findings
	toldSlowest = 10  // and of others
	toldReport  = 400 // lines of a sanitizer's report
)

// Told is a finding as it is told.
type Told struct {
	Finding Finding // as it stands in the document
	// Rank is "cause", "effect", "excused" or "info".
	Rank  string
	Says  string // what its code means
	Facts string // how often, on how many keys, since when
	// Decided says by what it was found.
	Decided []string
	// Lateness is, of slow-release, how late keys came back.
	Lateness string
	Keys     []string // the first of them
	KeysMore string   // how many there are beside these; empty for none
	// Events are what happened, as we saw it and as the server's log has it, in the order of time; More how many cases are not among them.
	Events []Event
	More   string
	// Tags are the tags around what was odd, TagsSay which.
	Tags    *Grid
	TagsSay string
	Files   []string // of what witnesses read
	// Endings are how the server ended.
	Endings []Ending
	Effects []Told
}

// Event is one line of the evidence.
type Event struct {
	At  Millis
	Key string // clean; empty of the whole server
	// By is "us" or "log".
	By string
	Said
	// Guess says that only the time ties the line of the log to what happened.
	Guess bool
	// Case is the index of the finding's case that it belongs to.
	Case int
}

// Ending is one way in which the server ended.
type Ending struct {
	Says   string   // when
	Frames []string // the top of the stack
	Report []string // of a sanitizer
	Notes  []string // where cores and dossiers are, and what is missing from them
}

// tellFindings are all findings: causes, each with what followed from it, consequences whose cause is none, what was excused, and
// information.
func (p *page) tellFindings() []Told {
	var out []Told
	told := map[string]bool{}
	for _, f := range p.r.Findings {
		if !f.Root || f.Severity != string(check.Error) {
			continue
		}
		t := p.tellFinding(f)
		for _, effect := range effectsOf(f, p.r.Findings) {
			told[effect.ID] = true
			t.Effects = append(t.Effects, p.tellFinding(effect))
		}
		out = append(out, t)
	}
	for _, f := range p.r.Findings {
		if (!f.Root || f.Severity != string(check.Error)) && !told[f.ID] {
			out = append(out, p.tellFinding(f))
		}
	}
	slices.SortStableFunc(out, func(a, b Told) int { return cmp.Compare(slices.Index(ranks, a.Rank), slices.Index(ranks, b.Rank)) })
	return out
}

// ranks are the names of the ranks of findings.
var ranks = []string{"cause", "effect", "excused", "info"}

// Count writes a number with its thousands apart.
func Count(n int64) string { return count(n) }

// At writes a moment of the run, to the millisecond that it fell in.
func At(m Millis) string { return at(m.Duration()) }

// Clean makes one line of text from a stranger safe to be shown, as all of a Telling is.
func Clean(s string) string { return clean(s) }

// Took writes how long something took, to three significant digits and with no break before the unit.
func Took(d time.Duration) string { return unbroken(took(d)) }
