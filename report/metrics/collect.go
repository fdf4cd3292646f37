package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// metric is one name with its labels.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func describe(kind prometheus.ValueType, name string, help phrase.ID, labels ...string) metric {
	return metric{prometheus.NewDesc("flvstorm_"+name, phrase.English.Say(help), labels, nil), kind}
}

const (
	gauge   = prometheus.GaugeValue
	counter = prometheus.CounterValue
	spread  = prometheus.ValueType(0) // a histogram needs none
)

// all are the metrics, as Describe tells them.
var all = []metric{
	buildInfo, serverUp, findings, findingsMade, loadStep,
	players, playersWanted, sessions, sessionsEnded, playRefused, stalls, stalled, played, received, firstFrame,
	publishers, publishersWanted, publishAccepted, publishRefused, sent, frameLateness,
	generatorLag, generatorCPU, generatorResident, generatorDescriptors, generatorPorts, generatorLate,
}

// The metrics. A name ends in its base unit, and a counter in _total (prometheus.io/docs/practices/naming).
var (
	buildInfo = describe(gauge, "build_info", phrase.MetricsBuildInfo, "version")
	serverUp  = describe(gauge, "server_up", phrase.MetricsServerUp)
	findings  = describe(gauge, "findings", phrase.MetricsFindings, "code")
	// findingsMade is there from the beginning, whatever is found: the codes are many.
	findingsMade = describe(counter, "findings_made_total", phrase.MetricsFindingsMade)

	loadStep = describe(gauge, "load_step", phrase.MetricsLoadStep)

	players       = describe(gauge, "players", phrase.MetricsPlayers, "state")
	playersWanted = describe(gauge, "players_wanted", phrase.MetricsPlayersWanted)
	sessions      = describe(counter, "player_sessions_total", phrase.MetricsSessions, "manner")
	sessionsEnded = describe(counter, "player_sessions_ended_total", phrase.MetricsSessionsEnded, "manner")
	playRefused   = describe(counter, "play_refused_total", phrase.MetricsPlayRefused, "by")
	stalls        = describe(counter, "player_stalls_total", phrase.MetricsStalls, "manner")
	stalled       = describe(counter, "player_stalled_seconds_total", phrase.MetricsStalled, "manner")
	played        = describe(counter, "player_played_seconds_total", phrase.MetricsPlayed, "manner")
	received      = describe(counter, "received_bytes_total", phrase.MetricsReceived)
	firstFrame    = describe(spread, "first_frame_seconds", phrase.MetricsFirstFrame, "manner")

	publishers       = describe(gauge, "publishers", phrase.MetricsPublishers, "state")
	publishersWanted = describe(gauge, "publishers_wanted", phrase.MetricsPublishersWanted)
	publishAccepted  = describe(counter, "publish_accepted_total", phrase.MetricsPublishAccepted)
	publishRefused   = describe(counter, "publish_refused_total", phrase.MetricsPublishRefused, "by")
	sent             = describe(counter, "sent_bytes_total", phrase.MetricsSent)
	frameLateness    = describe(spread, "frame_lateness_seconds", phrase.MetricsFrameLateness)

	generatorLag         = describe(spread, "generator_lag_seconds", phrase.MetricsLag)
	generatorCPU         = describe(gauge, "generator_cpu_cores", phrase.MetricsCPU)
	generatorResident    = describe(gauge, "generator_resident_bytes", phrase.MetricsResident)
	generatorDescriptors = describe(gauge, "generator_descriptors", phrase.MetricsDescriptors)
	generatorPorts       = describe(gauge, "generator_ports", phrase.MetricsPorts)
	generatorLate        = describe(counter, "generator_late_windows_total", phrase.MetricsLate, "why")
)

// collection hands metrics to a scrape.
type collection struct{ to chan<- prometheus.Metric }

func (c *collection) set(m metric, v float64, labels ...string) {
	c.to <- prometheus.MustNewConstMetric(m.desc, m.kind, v, labels...)
}

func (c *collection) by(m metric, values map[string]int64) {
	for label, n := range values {
		c.set(m, float64(n), label)
	}
}

func (c *collection) distribution(m metric, h *histogram, labels ...string) {
	within, count := h.buckets()
	c.to <- prometheus.MustNewConstHistogram(m.desc, count, float64(h.sum)/1e6, within, labels...)
}

// collect tells what the state holds. A gauge that nothing is known of is left out; a counter is there from the beginning, so that
// its first increase shows.
func (s *state) collect(c *collection) {
	if s.up >= 0 {
		c.set(serverUp, float64(s.up))
	}
	s.collectPlayers(c)
	s.collectPublishers(c)
	c.distribution(generatorLag, &s.lag)
	c.by(generatorLate, s.late.by)
	if s.load > 0 {
		c.set(loadStep, float64(s.load))
	}
	if s.self == nil {
		return
	}
	c.set(generatorCPU, s.self.CPU)
	for _, g := range []struct {
		m metric
		n int64
	}{{generatorResident, s.self.RSS}, {generatorDescriptors, int64(s.self.Descriptors)}, {generatorPorts, int64(s.self.Ports)}} {
		if g.n >= 0 {
			c.set(g.m, float64(g.n))
		}
	}
}

func (s *state) collectPlayers(c *collection) {
	now := map[string]int{connecting: 0, asking: s.playing[asking], playing: s.playing[playing], dry: 0, waiting: s.playing[waiting]}
	wanted := s.playing[asking] + s.playing[playing] + s.playing[waiting] // the witnesses, who stand in no sample
	for _, sample := range s.crowd {
		wanted += sample.Wanted
		now[connecting] += sample.Connecting
		now[asking] += sample.Asking
		now[playing] += sample.Playing
		now[dry] += sample.Dry
		now[waiting] += sample.Waiting
	}
	for state, n := range now {
		c.set(players, float64(n), state)
	}
	if len(s.crowd) > 0 {
		c.set(playersWanted, float64(wanted))
	}
	c.by(sessions, s.sessions)
	c.by(sessionsEnded, s.ended)
	c.by(playRefused, s.playRefused.by)
	c.by(stalls, s.stalls)
	for manner := range s.crowd {
		c.set(stalled, s.stalled[manner].Seconds(), manner)
		c.set(played, s.played[manner].Seconds(), manner)
	}
	c.set(received, float64(s.received))
	for manner, h := range s.firstFrame {
		c.distribution(firstFrame, h, manner)
	}
}

func (s *state) collectPublishers(c *collection) {
	now := map[string]int{connecting: s.publishing[connecting], publishing: s.publishing[publishing], blocked: 0, waiting: s.publishing[waiting]}
	if f := s.fleet; f != nil {
		now = map[string]int{connecting: f.Connecting, publishing: f.Publishing, blocked: f.Blocked, waiting: f.Waiting}
		c.set(publishersWanted, float64(f.Wanted))
	}
	for state, n := range now {
		c.set(publishers, float64(n), state)
	}
	c.set(publishAccepted, float64(s.accepted))
	c.by(publishRefused, s.publishRefused.by)
	c.set(sent, float64(s.sent))
	c.distribution(frameLateness, &s.lateness)
}
