package fleet

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/history"
)

// tally is what happened since the last sample.
type tally struct {
	accepted   int64
	refused    map[string]int64
	ended      int64
	frames     int64
	bytes      int64
	blocks     int64
	blockedFor time.Duration
	lateness   latency.Histogram
	behind     latency.Histogram
	publish    latency.Histogram
}

// refuse counts a refusal by what it was: the server's own code, or how the connection failed.
func (t *tally) refuse(f *load.Failure) {
	what := string(f.Wire)
	if f.Wire == history.WireStatus && f.Code != "" {
		what = f.Code
	}
	if t.refused == nil {
		t.refused = map[string]int64{}
	}
	t.refused[what]++
}

// Sample is what the fleet did since the sample before, and what its publishers do now. Step and For are the caller's.
func (f *Fleet) Sample() history.FleetSample {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := &f.tally
	s := history.FleetSample{Wanted: len(f.crowd)}
	now := f.sink.Now()
	for _, p := range f.crowd {
		switch {
		case p.state == waiting, p.state == parting:
			s.Waiting++
		case p.state == blocked:
			s.Blocked++
			t.blockedFor += now - p.since
			p.since = now
		case p.state == holding && p.since > 0 && now-p.since > blocksFrom:
			s.Blocked++
		case p.accepted:
			s.Publishing++
		default:
			s.Connecting++
		}
	}
	s.Accepted, s.Refused, s.Ended = t.accepted, t.refused, t.ended
	s.Frames, s.Bytes, s.Blocks, s.BlockedFor = t.frames, t.bytes, t.blocks, t.blockedFor
	s.Lateness, s.Behind, s.Publish = t.lateness.Counts(), t.behind.Counts(), t.publish.Counts()
	t.lateness.Reset()
	t.behind.Reset()
	t.publish.Reset()
	f.tally = tally{lateness: t.lateness, behind: t.behind, publish: t.publish}
	return s
}
