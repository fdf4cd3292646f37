package check

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/history"
)

// serving tells until when anybody got anything of the streams.
type serving struct {
	any   bool
	last  time.Duration // when something came last
	until time.Duration // when somebody wanted it last
}

// witnessManner is how witnesses behave.
const witnessManner = "prompt"

// mustHave reports whether a player of that manner is to have the stream from when it came until it leaves.
func mustHave(manner string) bool { return manner != "churn" && !Unread(manner) }

// unserved are those of a sample who have no stream.
func unserved(p history.CrowdSample) int64 {
	return max(int64(max(p.Wanted, 0))-plus(int64(max(p.Playing, 0)), int64(p.Dry)), 0)
}

// dark are those of a sample whose viewers see nothing after they saw pictures, with a stream or without.
func dark(p history.CrowdSample) int64 { return plus(max(int64(p.Dry), 0), int64(p.Dark)) }

// sample takes one sample of a window.
func (s *serving) sample(at time.Duration, p history.CrowdSample, w *crowdWindow) {
	if mustHave(p.Manner) {
		add(&w.waiting, unserved(p))
	}
	if Unread(p.Manner) {
		return
	}
	if p.Wanted > 0 {
		s.until = max(s.until, at)
	}
	if p.Tags > 0 {
		s.got(at)
	}
}

func (s *serving) got(at time.Duration) { s.any, s.last = true, max(s.last, at) }

// got says that something of a stream came.
func (l *LoadFold) got(at time.Duration) { l.served.got(at) }

// had adds for how long players had the stream.
func (p *playSums) had(s history.CrowdSample) {
	if !Unread(s.Manner) {
		p.lacks(s.Manner, s.For, int64(s.Wanted), unserved(s))
	}
}

// besideCrowd stands for the witnesses where players are told apart by manner.
const besideCrowd = "witness"

// lacking is a window of one manner: who had no stream at its end, and before it.
type lacking struct {
	length       time.Duration
	first        bool
	before, then int64
}

// lacks takes how many of those who wanted the stream had none at the end of a window. Who has none at the end of the next one either had
// none for all of it; whoever is only on the way when a window ends has nothing to do with its length.
func (p *playSums) lacks(manner string, length time.Duration, wanted, without int64) {
	add(&p.out.Due, product(length, wanted))
	last, known := p.lacking[manner]
	switch {
	case known:
		add(&p.lacked, product(last.length, min(last.then, without)))
	case len(p.lacking) >= maxLoadNames:
		return
	case p.lacking == nil:
		p.lacking = map[string]lacking{}
	}
	p.lacking[manner] = lacking{length: length, first: !known, before: last.then, then: without}
}

// hadOf is for how long they had it altogether. Of the last window nobody knows what came next.
func (p *playSums) hadOf() time.Duration {
	lacked := p.lacked
	for _, last := range p.lacking {
		if !last.first {
			last.then = min(last.before, last.then)
		}
		add(&lacked, product(last.length, last.then))
	}
	return max(p.out.Due-lacked, 0)
}

// silent says that a stream which others publish ended before the run did: what the players did not miss then is no figure of the server.
func (l *LoadFold) silent(grace time.Duration) []Reason {
	s := l.served
	if !s.any || s.until-s.last <= grace || l.all.publishing.out.Wanted > 0 || len(l.beside.published) > 0 {
		return nil
	}
	return []Reason{{Code: "nobody-served", Says: phrase.WhyNobodyServed, Args: []any{s.last.Seconds()}}}
}
