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

// had adds for how long players had the stream, as it was at the end of the window.
func (p *playSums) had(s history.CrowdSample) {
	if !Unread(s.Manner) {
		p.hadBeside(s.For, int64(s.Wanted), min(plus(int64(max(s.Playing, 0)), int64(s.Dry)), int64(max(s.Wanted, 0))))
	}
}

func (p *playSums) hadBeside(length time.Duration, wanted, playing int64) {
	add(&p.out.Due, product(length, wanted))
	add(&p.out.Had, product(length, playing))
}

// silent says that a stream which others publish ended before the run did: what the players did not miss then is no figure of the server.
func (l *LoadFold) silent(grace time.Duration) []Reason {
	s := l.served
	if !s.any || s.until-s.last <= grace || l.all.publishing.out.Wanted > 0 || len(l.beside.published) > 0 {
		return nil
	}
	return []Reason{{Code: "nobody-served", Says: phrase.WhyNobodyServed, Args: []any{s.last.Seconds()}}}
}
