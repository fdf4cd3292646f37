package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// shapesShown is how many kinds of lines are shown that no rule knows, and shapeLines what each of them may take.
const (
	shapesShown = 6
	shapeLines  = 2
)

// offsetShown is how far the log's clock has to be from ours to be worth a line. What is less is the time between a thing and
// its line in the log.
const offsetShown = time.Second

// log says what the server's log told beside what the findings rest on: what nobody knows the meaning of, how refusals were
// tied to their lines, its clock, and that somebody stands between.
func (p *page) log() {
	if p.r.Log == nil && p.r.Server.Unmatched == 0 {
		return
	}
	begun := false
	say := func(colour ink, text string) {
		if !begun {
			begun = true
			p.title(p.say(phrase.TableUnmatched))
		}
		p.prose(colour, 1, text)
	}
	if l := p.r.Log; l != nil {
		if l.Proxy != nil {
			say(yellow, p.behind(l))
		}
		if tied := p.tied(l); tied != "" {
			say(plainInk, tied)
		}
		if offset := p.offset(l); offset != "" {
			say(plainInk, offset)
		}
	}
	if p.r.Server.Unmatched == 0 {
		return
	}
	say(plainInk, p.say(phrase.TableUnmatchedSome, p.many(phrase.OneLine, phrase.ManyLines, p.r.Server.Unmatched)))
	if p.r.Log == nil || len(p.r.Log.Shapes) == 0 {
		for _, line := range p.r.Server.First[:min(len(p.r.Server.First), unmatchedShown)] {
			p.line("  " + p.paint(dim, fitMiddle(logHead.ReplaceAllString(clean(line), ""), p.columns()-2)))
		}
		return
	}
	p.shapes(p.r.Log)
}

// shapes are the kinds of lines that no rule knows, with how often each came.
func (p *page) shapes(l *Log) {
	shown := l.Shapes[:min(len(l.Shapes), p.atMost(shapesShown, toldRows))]
	g := &grid{align: "rl"}
	counts := 0
	for _, s := range shown {
		counts = max(counts, width(count(s.Count)+" ×"))
	}
	room := p.columns() - g.frame() - counts
	for _, s := range shown {
		text := clean(s.Shape)
		if s.Level != "" && !strings.HasPrefix(text, s.Level) {
			text = clean(s.Level) + " " + text
		}
		text += " " + p.say(phrase.TableShapeNew)
		g.row(count(s.Count)+" ×", strings.Join(wrap(text, room, shapeLines), "\n"))
	}
	p.grid(g)
	rest := l.Other
	for _, s := range l.Shapes[len(shown):] {
		rest += s.Count
	}
	if rest > 0 {
		p.prose(dim, 2, p.say(phrase.TableShapeMore, p.many(phrase.OneLine, phrase.ManyLines, rest)))
	}
}

// tied says how refusals were tied to lines of the log.
func (p *page) tied(l *Log) string {
	var words []string
	names := map[string]phrase.ID{
		"id": phrase.TableTiedID, "token": phrase.TableTiedToken, "peer": phrase.TableTiedPeer, "time": phrase.TableTiedTime,
		untied: phrase.TableTiedNone,
	}
	for _, how := range []string{"id", "token", "peer", "time", untied} {
		if n := l.Tied[how]; n > 0 {
			words = append(words, p.say(names[how], count(n)))
		}
	}
	for _, how := range slices.Sorted(maps.Keys(l.Tied)) {
		if _, known := names[how]; !known && l.Tied[how] > 0 {
			words = append(words, count(l.Tied[how])+" "+clean(how))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return p.say(phrase.TableTied, p.Book.Clauses(words...))
}

// offset says how far the log's clock is from ours, where that is worth a word.
func (p *page) offset(l *Log) string {
	if l.Offset == nil || l.Offset.Duration().Abs() <= offsetShown {
		return ""
	}
	sentence, by := phrase.TableClockAhead, l.Offset.Duration()
	if by < 0 {
		sentence, by = phrase.TableClockBehind, -by
	}
	return p.say(sentence, zone(by), p.many(phrase.OneLine, phrase.ManyLines, l.OffsetFrom))
}

// behind says that a proxy stands between us and the server, and what that makes uncertain.
func (p *page) behind(l *Log) string {
	var what []string
	for _, name := range l.Unverified {
		what = append(what, clean(name))
	}
	text := p.say(phrase.TableProxy, clean(l.Proxy.Seen), clean(l.Proxy.Ours))
	if len(what) == 0 {
		return text
	}
	return p.say(phrase.TableProxyBut, text, p.Book.List(what))
}

// zone writes how far two clocks are apart: 8 h, 5 h 30 min, 3 s.
func zone(d time.Duration) string {
	var words []string
	for _, unit := range []struct {
		long time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d.Round(time.Second) / unit.long; n > 0 {
			words = append(words, count(int64(n))+noBreak+unit.name)
			d -= n * unit.long
		}
	}
	return strings.Join(words, noBreak)
}
