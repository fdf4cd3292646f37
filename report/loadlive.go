package report

import (
	"slices"
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// liveLoad is what the live line shows of a steady load: how it stands by the last samples.
type liveLoad struct {
	crowd map[string]*liveManner
	fleet *history.FleetSample
	self  *history.SelfSample
	begun []liveFirst // of those who watch as anybody would, in the last seconds
}

// liveManner are the players of one manner: how they stand by the last sample, and what came to them in the last full second. Windows
// are cut short where a step begins or holds, and nothing may have come in one of them.
type liveManner struct {
	last   history.CrowdSample
	recent []liveWindow
}

// liveWindow is what came in one window.
type liveWindow struct {
	length                time.Duration
	bytes, stalled, moved float64
}

// liveFirst are the first frames of one window, which ended at at.
type liveFirst struct {
	at     time.Duration
	frames history.Counts
}

const (
	// maxLiveManners bounds how many manners are kept apart, maxLiveWindows how many windows of each, whatever a history says.
	maxLiveManners = 8
	maxLiveWindows = 100
	// firstFor is for how long the time of first frames is shown after somebody got one.
	firstFor = 3 * time.Second
)

func newLiveLoad() *liveLoad { return &liveLoad{crowd: map[string]*liveManner{}} }

func (l *liveLoad) step(at time.Duration, what history.Payload) {
	switch p := what.(type) {
	case history.CrowdSample:
		l.sample(at, p)
	case history.FleetSample:
		l.fleet = &p
	case history.SelfSample:
		l.self = &p
	}
}

func (l *liveLoad) sample(at time.Duration, p history.CrowdSample) {
	if check.WellBehaved(p.Manner) && len(p.FirstFrame) > 0 {
		l.begun = append(l.begun, liveFirst{at, p.FirstFrame})
		l.begun = slices.DeleteFunc(l.begun, func(f liveFirst) bool { return at-f.at >= firstFor })
		l.begun = l.begun[max(len(l.begun)-maxLiveWindows, 0):]
	}
	p.FirstFrame, p.FirstByte, p.Connect, p.Late, p.Refused = nil, nil, nil, nil, nil
	m := l.crowd[p.Manner]
	if m == nil {
		if len(l.crowd) >= maxLiveManners {
			return
		}
		m = new(liveManner)
		l.crowd[p.Manner] = m
	}
	m.last = p
	m.take(p)
}

// take takes the next window, and forgets those that the last second can do without.
func (m *liveManner) take(p history.CrowdSample) {
	m.recent = append(m.recent, liveWindow{
		min(max(p.For, 0), time.Hour), float64(max(p.Bytes, 0)), float64(max(p.Stalled, 0)), float64(max(p.Played, 0)),
	})
	var over time.Duration
	for i, w := range slices.Backward(m.recent) {
		if over >= time.Second || len(m.recent)-i > maxLiveWindows {
			m.recent = slices.Delete(m.recent, 0, i+1)
			break
		}
		over += w.length
	}
}

// sum is what came in the last second or little more.
func (m *liveManner) sum() (w liveWindow) {
	for _, r := range m.recent {
		w.length += r.length
		w.bytes += r.bytes
		w.stalled += r.stalled
		w.moved += r.moved
	}
	return w
}

// first is the p99 of the time until the first frame, of the last seconds; false where nobody got one in them.
func (l *liveLoad) first(now time.Duration) (time.Duration, bool) {
	var all latency.Histogram
	for _, f := range l.begun {
		if now-f.at < firstFor {
			all.AddCounts(f.frames)
		}
	}
	return all.Quantile(99), all.Count() > 0
}

// parts are the parts of the line in the order of their worth. So many witnesses are wanted and play beside the crowd.
func (l *liveLoad) parts(now time.Duration, witnesses, playing int64, book phrase.Book) []string {
	var parts []string
	if len(l.crowd) > 0 || witnesses > 0 {
		parts = l.players(now, witnesses, playing, book)
	}
	if f := l.fleet; f != nil {
		publishers := int64(max(f.Wanted, 0))
		parts = append(parts, book.Say(phrase.LiveSteadyPublishers, count(int64(f.Publishing)+int64(max(f.Blocked, 0))), count(publishers)))
	}
	if s := l.self; s != nil {
		parts = append(parts, book.Say(phrase.LiveSteadyCPU, max(s.CPU, 0), s.Cores))
		if len(s.Late) > 0 {
			// What can't be trusted is said before the figures.
			late := clean(book.List(s.Late[:min(len(s.Late), namesShown)]))
			parts = append([]string{book.Say(phrase.LiveSteadyLate, late)}, parts...)
		}
	}
	return parts
}

// players are the parts about them.
func (l *liveLoad) players(now time.Duration, wanted, playing int64, book phrase.Book) []string {
	var rate, stalled, moved float64
	for manner, m := range l.crowd {
		wanted += int64(max(m.last.Wanted, 0))
		playing += int64(max(m.last.Playing, 0)) + int64(max(m.last.Dry, 0))
		second := m.sum()
		if second.length > 0 {
			rate += second.bytes * 8 / second.length.Seconds()
		}
		if check.WellBehaved(manner) {
			stalled, moved = stalled+second.stalled, moved+second.moved
		}
	}
	parts := []string{book.Say(phrase.LiveSteadyPlayers, count(playing), count(wanted))}
	if first, any := l.first(now); any {
		parts = append(parts, book.Say(phrase.LiveSteadyFirst, took(first)))
	}
	if len(l.crowd) == 0 {
		return parts
	}
	share := 0.0
	if stalled > 0 {
		share = stalled / (stalled + moved)
	}
	return append(parts, book.Say(phrase.LiveSteadyStalled, percent(share)), bits(rate))
}
