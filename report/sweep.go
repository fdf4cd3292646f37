package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
)

// sweep shows what came of returns by their gap, and the gap from which on they are safe.
func (p *page) sweep() {
	s := p.r.Sweep
	if s == nil || len(s.Steps) == 0 {
		return
	}
	p.title(p.say(phrase.TableSweep))
	p.prose(bold, 1, p.safe(s))
	if untried := p.untried(s); untried != "" {
		p.prose(yellow, 1, untried)
	}
	p.prose(dim, 1, p.say(phrase.TableSafeMeans))
	var gaps []Millis
	cells := map[bool]map[Millis]Step{true: {}, false: {}}
	for _, step := range s.Steps {
		if !slices.Contains(gaps, step.Gap) {
			gaps = append(gaps, step.Gap)
		}
		cells[step.Armed][step.Gap] = step
	}
	slices.SortFunc(gaps, func(a, b Millis) int { return cmp.Compare(b, a) })
	g := &grid{header: []string{p.say(phrase.TableColGap)}, align: "r"}
	var sides []bool
	for _, armed := range []bool{true, false} {
		if len(cells[armed]) > 0 {
			sides = append(sides, armed)
			g.header = append(g.header, p.say(side(armed)))
			g.align += "l"
		}
	}
	for _, gap := range gaps {
		row := []string{stayedAway(gap)}
		for _, armed := range sides {
			row = append(row, p.step(cells[armed][gap]))
		}
		g.row(row...)
	}
	p.grid(g)
}

// side names a way of returning.
func side(armed bool) phrase.ID {
	if armed {
		return phrase.TableArmed
	}
	return phrase.TableFull
}

// step is one cell of the sweep. What was clean says how little that may be worth: the bound on its going wrong.
func (p *page) step(s Step) string {
	switch {
	case s.Returns == 0:
		return ""
	case s.Wrong > 0:
		return p.paint(red, p.say(phrase.TableStepWrong, count(s.Wrong), count(s.Returns)))
	}
	clean := p.say(phrase.TableStepOK, count(s.Returns), below(s.Below))
	if s.Refused > 0 {
		return p.say(phrase.TableStepRefused, clean, count(s.Refused))
	}
	return clean
}

// safe is the sweep in one sentence: "safe from 50 ms armed (12 returns), from 0 ms with a full reconnect (12 returns)".
func (p *page) safe(s *Sweep) string {
	var words []string
	also := false
	for _, way := range []struct {
		armed bool
		from  *Millis
	}{{true, s.SafeArmed}, {false, s.SafeFull}} {
		tried := s.tried(way.armed)
		switch {
		case way.from != nil:
			sentence := phrase.TableSafe
			if also {
				sentence = phrase.TableSafeAlso
			}
			also = true
			n := int64(0)
			for _, step := range tried {
				if step.Gap == *way.from {
					n = step.Returns
				}
			}
			words = append(words, p.say(sentence, stayedAway(*way.from), p.say(side(way.armed)),
				strings.ReplaceAll(p.many(phrase.OneReturn, phrase.ManyReturns, n), " ", noBreak)))
		case len(tried) > 0:
			words = append(words, p.say(phrase.TableUnsafe, stayedAway(tried[0].Gap), p.say(side(way.armed))))
		}
	}
	return p.Book.Clauses(words...)
}

// untried says how far down the ladder the run did not come. More time helps where it was time that ran out: not where
// a return went wrong, for that may have cost the key, nor where the run was ended.
func (p *page) untried(s *Sweep) string {
	if s.From == nil {
		return ""
	}
	var words []string
	time := p.r.Stopped == "" && p.r.Verdict != check.Interrupted
	for _, armed := range []bool{true, false} {
		tried := s.tried(armed)
		if len(tried) == 0 || tried[len(tried)-1].Gap <= *s.From {
			continue
		}
		words = append(words, p.say(phrase.TableBelowGap, stayedAway(tried[len(tried)-1].Gap), p.say(side(armed))))
		time = time && !slices.ContainsFunc(tried, func(step Step) bool { return step.Wrong > 0 })
	}
	if len(words) == 0 {
		return ""
	}
	text := p.say(phrase.TableNotTried, p.Book.List(words))
	if time {
		text = p.say(phrase.TableLonger, text)
	}
	return text
}

// tried are the steps of one way of returning, the longest gap first.
func (s *Sweep) tried(armed bool) []Step {
	var out []Step
	for _, step := range s.Steps {
		if step.Armed == armed && step.Returns > 0 {
			out = append(out, step)
		}
	}
	slices.SortFunc(out, func(a, b Step) int { return cmp.Compare(b.Gap, a.Gap) })
	return out
}

// safeFrom answers what a sweep was made for: from which gap on a return was safe, by the ways of returning that were tried. Empty of
// any other run, and of one that came to no verdict.
func (p *page) safeFrom() string {
	s := p.r.Sweep
	if s == nil || p.r.Verdict != check.Pass && p.r.Verdict != check.Fail {
		return ""
	}
	type answer struct {
		from *Millis
		ways []string
	}
	var answers []answer
	for _, way := range []struct {
		armed bool
		from  *Millis
	}{{true, s.SafeArmed}, {false, s.SafeFull}} {
		if len(s.tried(way.armed)) == 0 {
			continue
		}
		i := slices.IndexFunc(answers, func(a answer) bool {
			return (a.from == nil) == (way.from == nil) && (a.from == nil || *a.from == *way.from)
		})
		if i < 0 {
			i, answers = len(answers), append(answers, answer{from: way.from})
		}
		answers[i].ways = append(answers[i].ways, p.say(side(way.armed)))
	}
	var words []string
	for _, a := range answers {
		ways := p.Book.List(a.ways)
		switch {
		case a.from == nil:
			words = append(words, p.say(phrase.PageSafeNone, ways))
		case *a.from == 0:
			words = append(words, p.say(phrase.PageSafeAll, ways))
		default:
			words = append(words, p.say(phrase.PageSafeFrom, gapOf(a.from.Duration()), ways))
		}
	}
	text := p.Book.Statements(words...)
	if first, n := utf8.DecodeRuneInString(text); first < utf8.RuneSelf && text != "" {
		text = string(unicode.ToUpper(first)) + text[n:]
	}
	return text
}
