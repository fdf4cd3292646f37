package main

import (
	"context"
	"maps"
	"sync"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/metrics"
)

// metered shows a run to Prometheus while it goes on.
type metered struct {
	*metrics.Exporter
	mu    sync.Mutex
	found map[string]int64 // by code
}

// meter takes the address of --metrics; nil without one.
func meter(addr string) (*metered, error) {
	if addr == "" {
		return nil, nil
	}
	m := &metered{}
	m.Exporter = metrics.New(metrics.Config{Version: version, Found: m.tallies})
	return m, m.Listen(addr)
}

func (m *metered) tallies() map[string]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.found)
}

// note takes what was found so far.
func (m *metered) note(found []report.Tally) {
	by := map[string]int64{}
	for _, t := range found {
		by[t.Code] += t.Count
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found = by
}

// meter serves metrics until the returned function is called, which waits for the last answer.
func (r *runner) meter() (end func()) {
	if r.metered == nil {
		return func() {}
	}
	serving, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.metered.Serve(serving); err != nil {
			complain(r.stderr, r.flags.book, phrase.Errorf(phrase.CLIMetricsEnded, err))
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
