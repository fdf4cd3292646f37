// Package metrics shows a run to Prometheus while it goes on, from the same events as everything else.
//
//  1. Step is a listener of the history's Recorder. It moves counters: of samples where there are some, of single events else, so that
//     a run of chaos has figures too.
//  2. Listen takes the address before the run, so that one which can't be had is known then.
//  3. Serve answers GET /metrics until the run ends, in the format that the asker wants (text or OpenMetrics).
//
// Labels are few and bounded: states, manners, codes of findings, and how something was refused. Neither keys nor actors are labels,
// and what a server makes up stands under "other" once it has made up too much.
package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/flvstorm/flvstorm/report/history"
)

// Config is what an Exporter has to know beside the events.
type Config struct {
	// Version is flvstorm's.
	Version string
	// Found returns how often each finding was made so far, by its code. It is called at each scrape, from any goroutine. Nil finds
	// nothing.
	Found func() map[string]int64
}

// Exporter folds the events of a run to metrics. Its methods may be called from any goroutine.
type Exporter struct {
	cfg    Config
	server server

	mu    sync.Mutex
	state state
	found int64 // the most findings that there were
}

// New returns an Exporter that has seen nothing.
func New(cfg Config) *Exporter {
	return &Exporter{cfg: cfg, state: newState()}
}

// Step takes note of one event.
func (e *Exporter) Step(ev history.Event) {
	if _, tick := ev.What.(history.Tick); tick {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state.step(ev)
}

// registry returns a registry of this exporter alone: nothing of the process, and nothing that others registered.
func (e *Exporter) registry() (*prometheus.Registry, error) {
	r := prometheus.NewPedanticRegistry()
	return r, r.Register(e)
}

// Describe tells all metrics that there may be (prometheus.Collector).
func (e *Exporter) Describe(to chan<- *prometheus.Desc) {
	for _, d := range all {
		to <- d.desc
	}
}

// Collect tells all metrics that there are (prometheus.Collector).
func (e *Exporter) Collect(to chan<- prometheus.Metric) {
	var found map[string]int64
	if e.cfg.Found != nil {
		found = e.cfg.Found() // not under the lock: it may take one that is held around Step
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c := collection{to: to}
	c.set(buildInfo, 1, e.cfg.Version)
	var sum int64
	for code, n := range found {
		c.set(findings, float64(n), code)
		add(&sum, n)
	}
	e.found = max(e.found, sum) // a finding may be taken back, and a counter must not
	c.set(findingsMade, float64(e.found))
	e.state.collect(&c)
}
