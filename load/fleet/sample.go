package fleet

import (
	"time"

	"github.com/flvstorm/flvstorm/internal/foreign"
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

const (
	// maxReasons bounds how many codes are told apart, and maxReason how long one is: a server makes them up as it likes. Those
	// beyond count together.
	maxReasons = 32
	maxReason  = 100
)

// refuse counts a refusal by what it was: the server's own code, or how the connection failed.
func (t *tally) refuse(f *load.Failure) {
	what := string(f.Wire)
	if f.Wire == history.WireStatus && f.Code != "" {
		what = foreign.Cut(f.Code, maxReason)
	}
	if t.refused == nil {
		t.refused = map[string]int64{}
	}
	if _, known := t.refused[what]; !known && len(t.refused) >= maxReasons {
		what = string(history.WireStatus)
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
		case p.state == holding && p.since > 0 && (p.stuck || now-p.since > blocksFrom):
			s.Blocked++
			t.blockedFor += now - p.since
			p.since = now
			p.stuck = true
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
