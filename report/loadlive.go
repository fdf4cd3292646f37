package report

import (
	"strings"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// liveLoad is what the live line shows of a steady load: how it stands by the last samples.
type liveLoad struct {
	crowd   map[string]history.CrowdSample // the last one of each manner
	fleet   *history.FleetSample
	self    *history.SelfSample
	first   time.Duration // the p99 of the first frames in the last window that had any
	any     bool
	stalled float64
}

// maxLiveManners bounds how many manners are kept apart, whatever a history says.
const maxLiveManners = 8

func newLiveLoad() *liveLoad { return &liveLoad{crowd: map[string]history.CrowdSample{}} }

func (l *liveLoad) step(what history.Payload) {
	switch p := what.(type) {
	case history.CrowdSample:
		l.sample(p)
	case history.FleetSample:
		l.fleet = &p
	case history.SelfSample:
		l.self = &p
	}
}

func (l *liveLoad) sample(p history.CrowdSample) {
	if check.WellBehaved(p.Manner) {
		if l.stalled = 0; p.Stalled > 0 {
			l.stalled = float64(p.Stalled) / (float64(p.Stalled) + float64(max(p.Played, 0)))
		}
		var first latency.Histogram
		first.AddCounts(p.FirstFrame)
		if first.Count() > 0 {
			l.any, l.first = true, first.Quantile(99)
		}
	}
	p.FirstFrame, p.FirstByte, p.Connect, p.Late, p.Refused = nil, nil, nil, nil, nil
	if _, known := l.crowd[p.Manner]; known || len(l.crowd) < maxLiveManners {
		l.crowd[p.Manner] = p
	}
}

// parts are the parts of the line in the order of their worth.
func (l *liveLoad) parts(book phrase.Book) []string {
	var parts []string
	var wanted, playing int64
	var rate float64
	for _, p := range l.crowd {
		wanted += int64(max(p.Wanted, 0))
		playing += int64(max(p.Playing, 0)) + int64(max(p.Dry, 0))
		if p.For > 0 {
			rate += float64(max(p.Bytes, 0)) * 8 / p.For.Seconds()
		}
	}
	if len(l.crowd) > 0 {
		parts = append(parts, book.Say(phrase.LiveSteadyPlayers, count(playing), count(wanted)))
		if l.any {
			parts = append(parts, book.Say(phrase.LiveSteadyFirst, took(l.first)))
		}
		parts = append(parts, book.Say(phrase.LiveSteadyStalled, percent(l.stalled)), bits(rate))
	}
	if f := l.fleet; f != nil {
		publishers := int64(max(f.Wanted, 0))
		parts = append(parts, book.Say(phrase.LiveSteadyPublishers, count(int64(f.Publishing)+int64(max(f.Blocked, 0))), count(publishers)))
	}
	if s := l.self; s != nil {
		parts = append(parts, book.Say(phrase.LiveSteadyCPU, max(s.CPU, 0), s.Cores))
		if len(s.Late) > 0 {
			// What can't be trusted is said before the figures.
			late := clean(strings.Join(s.Late[:min(len(s.Late), namesShown)], ", "))
			parts = append([]string{book.Say(phrase.LiveSteadyLate, late)}, parts...)
		}
	}
	return parts
}
