package report

import (
	"cmp"
	"slices"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// summaryRow is one row of the first table; of a count of zero it says no more.
type summaryRow struct {
	name, counts, keys, first, note string
	colour                          ink
}

// summary is the first table.
func (p *page) summary() {
	g := &grid{
		header: []string{p.say(phrase.TableColFinding), p.say(phrase.TableColCount), p.say(phrase.TableColKeys),
			p.say(phrase.TableColFirst), ""},
		align: "lrrrl", framed: true, spare: []int{3, 2},
	}
	for _, row := range p.summaryRows() {
		g.row(p.paint(row.colour, row.name), p.paint(row.colour, row.counts), row.keys, row.first, row.note)
	}
	p.grid(g)
}

// summaryRows are the codes that were found. The two things that this tool was made for always stand among them, zero
// included.
func (p *page) summaryRows() []summaryRow {
	duplicated := p.sum(check.DuplicatedPattern)
	busy, stuck := p.sum(check.StreamBusy), p.sum(check.StuckBusy)
	both := stuck
	if stuck.count == 0 {
		both = busy
	}
	rows := []summaryRow{
		p.summaryRow(p.say(phrase.TableDuplicated), count(duplicated.count), duplicated),
		p.summaryRow(p.say(phrase.TableBusy), count(busy.count)+" / "+count(stuck.count), both),
	}
	if duplicated.count == 0 && p.r.deaf() {
		rows[0].counts, rows[0].note = "–", p.say(phrase.TableUntold)
	}
	shown := []string{string(check.DuplicatedPattern), string(check.StreamBusy), string(check.StuckBusy)}
	for _, f := range p.r.Findings {
		if !slices.Contains(shown, f.Code) {
			shown = append(shown, f.Code)
			total := p.sum(check.Code(f.Code))
			rows = append(rows, p.summaryRow(f.Code, count(total.count), total))
		}
	}
	return rows
}

// summaryRow is the row of one code, or of two that belong together.
func (p *page) summaryRow(name, counts string, t total) summaryRow {
	if t.count == 0 {
		return summaryRow{name: name, counts: counts, colour: dim}
	}
	row := summaryRow{name: name, counts: counts, first: at(Millis(t.first).Duration())}
	note := phrase.TableIsCause
	switch rank := t.worst.rank(); {
	case rank == 3:
		note = phrase.TableIsInfo
	case rank == 2:
		note, row.colour = p.excuse(*t.worst), yellow
	case t.forGood:
		note, row.colour = phrase.TableIsForGood, redBold
	case rank == 1:
		note, row.colour = phrase.TableIsEffect, red
	default:
		row.colour = redBold
	}
	row.note = p.say(note)
	if t.worst.Status == fresh && t.worst.fails() {
		row.note += ", " + p.status(*t.worst)
	}
	if len(t.keys) > 0 {
		row.keys = count(int64(len(t.keys)))
	}
	return row
}

// total is a code over all its findings: as a cause, as a consequence, as information.
type total struct {
	count   int64
	keys    map[string]bool
	first   int64
	worst   *Finding // the gravest of them
	forGood bool
}

// sum adds up the findings with a code.
func (p *page) sum(code check.Code) total {
	t := total{keys: map[string]bool{}}
	for i, f := range p.r.Findings {
		if f.Code != string(code) {
			continue
		}
		t.count += f.Count
		for _, key := range f.Keys {
			t.keys[key] = true
		}
		if t.worst == nil || f.FirstAt < t.first {
			t.first = f.FirstAt
		}
		if t.worst == nil || t.worst.rank() > f.rank() {
			t.worst = &p.r.Findings[i]
		}
		t.forGood = t.forGood || f.ForGood
	}
	return t
}

// rank orders findings by weight: causes, consequences, those that fail no run, information.
func (f Finding) rank() int {
	switch {
	case f.Severity != string(check.Error):
		return 3
	case !f.fails():
		return 2
	case f.Root:
		return 0
	}
	return 1
}

// excuseOf is by what an error fails no run.
func excuseOf(f Finding) string { return cmp.Or(f.AllowedBy, check.ByAllow) }

// excuse says it in a word.
func (p *page) excuse(f Finding) phrase.ID {
	switch excuseOf(f) {
	case check.ByBaseline:
		return phrase.BaselineIsOld
	case check.ByFailOnly:
		return phrase.TableIsOutside
	}
	return phrase.TableIsAllowed
}

// excuses say which errors fail no run, and how the run compares with its baseline.
func (p *page) excuses() []string {
	var out []string
	if codes := p.excused(check.ByAllow); codes != "" {
		out = append(out, p.say(phrase.TableAllowed, codes))
	}
	if codes := p.excused(check.ByFailOnly); codes != "" {
		out = append(out, p.say(phrase.TableOutside, codes))
	}
	if beside := p.baseline(); beside != "" {
		out = append(out, beside)
	}
	return out
}

// status says how an error stands to the baseline, where there is one.
func (p *page) status(f Finding) string {
	switch f.Status {
	case fresh:
		return p.say(phrase.BaselineIsNew)
	case old:
		return p.say(phrase.BaselineIsOld)
	}
	return ""
}

// baselineShown is how many findings of each sort a comparison names.
const baselineShown = 12

// baseline says how the run compares with an earlier one; empty where it was not compared.
func (p *page) baseline() string {
	b := p.r.Baseline
	if b == nil {
		return ""
	}
	run := clean(b.Run)
	if b.Verdict != "" && b.Verdict != check.Pass.String() && b.Verdict != check.Fail.String() {
		run = p.say(phrase.BaselineVerdict, run, clean(b.Verdict))
	}
	var words []string
	for _, part := range []struct {
		says     phrase.ID
		findings []string
	}{{phrase.BaselineNew, b.New}, {phrase.BaselineOld, b.Old}, {phrase.BaselineGone, b.Gone}} {
		if len(part.findings) == 0 {
			continue
		}
		var names []string
		for _, name := range part.findings[:min(len(part.findings), baselineShown)] {
			names = append(names, clean(name))
		}
		if more := len(part.findings) - len(names); more > 0 {
			names = append(names, p.say(phrase.CIMoreKeys, count(int64(more))))
		}
		words = append(words, p.say(part.says, p.Book.List(names)))
	}
	if len(words) == 0 {
		words = append(words, p.say(phrase.BaselineSame))
	}
	return p.say(phrase.BaselineAgainst, run, p.Book.Statements(words...))
}
