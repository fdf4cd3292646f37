package report

import (
	"cmp"
	"strings"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// toldExceeded says which thresholds failed the run, under which load.
func (p *page) toldExceeded() string {
	var crossed []Threshold
	for _, t := range p.r.Thresholds {
		if t.fails() {
			crossed = append(crossed, t)
		}
	}
	if len(crossed) == 0 {
		return ""
	}
	first := crossed[0]
	text := p.say(phrase.SentenceExceeded, fit(p.valued(cmp.Or(first.Text, first.Expr)), toldReason), fit(clean(first.Expr), toldStranger))
	if more := len(crossed) - 1; more > 0 {
		text = p.say(phrase.SentenceExceededMore, text, count(int64(more)))
	}
	if p.r.steady() {
		who, lasted := p.loaded()
		return p.say(phrase.SentenceLoaded, who, lasted, text)
	}
	return p.say(phrase.SentenceMeanwhile, long(p.r.Duration.Duration()), text)
}

// valued says what names came to, "stall_rate is 0.004, stalls is 3", in the language.
func (p *page) valued(text string) string {
	words := strings.Split(clean(text), ", ")
	for i, word := range words {
		if name, value, ok := strings.Cut(word, " is "); ok {
			words[i] = p.say(phrase.SentenceIs, name, value)
		}
	}
	return p.Book.Clauses(words...)
}

// loaded says who the load was, and for how long.
func (p *page) loaded() (who, lasted string) {
	l := p.r.Load
	lasted = long(l.measuredFor())
	if l.Of == "publishers" {
		return p.many(phrase.OnePublisher, phrase.ManyPublishers, l.Publishes.Wanted), lasted
	}
	who = p.many(phrase.OnePlayer, phrase.ManyPlayers, l.Plays.Wanted)
	if l.Sessions > 0 && l.Playing < l.Plays.Wanted {
		who = p.say(phrase.SentencePlayedSome, count(l.Playing), who)
	}
	return who, lasted
}

// toldLoad is what a steady load came to.
func (p *page) toldLoad() string {
	l := p.r.Load
	if l.Limit != nil {
		return p.toldLimit(l)
	}
	who, lasted := p.loaded()
	switch {
	case l.Of == "publishers":
		return p.say(phrase.SentencePublished, who, lasted, long(l.Lateness.P99.Duration()))
	case l.FirstFrame.Count == 0:
		return p.say(phrase.SentencePlayedNone, who, lasted)
	}
	text := p.say(phrase.SentencePlayed, who, lasted, percent(l.StallRate), long(l.FirstFrame.P99.Duration()))
	if total64(l.Plays.Refused) > 0 {
		text = p.say(phrase.SentenceTurnedAway, text, percent(l.RefusedRate))
	}
	return text
}

// toldLimit is what a search came to.
func (p *page) toldLimit(l *Load) string {
	one, many := phrase.OnePlayer, phrase.ManyPlayers
	if l.Of == "publishers" {
		one, many = phrase.OnePublisher, phrase.ManyPublishers
	}
	limit := l.Limit
	why := cmp.Or(fit(p.valued(strings.Join(limit.Reasons, ", ")), toldReason), p.say(phrase.SteadyWhyNone))
	switch {
	case limit.Failed == 0:
		return p.say(phrase.SentenceLimitAll, p.many(one, many, limit.Held))
	case limit.Held == 0:
		return p.say(phrase.SentenceLimitNone, p.many(one, many, limit.Failed), why)
	}
	return p.say(phrase.SentenceLimit, p.many(one, many, limit.Held), count(limit.Failed), why)
}
