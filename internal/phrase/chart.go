package phrase

// Sentences of the charts of the HTML report, of its sweep of gaps and of its distributions.

const (
	ChartHint       ID = "chart.hint"
	ChartHintTouch  ID = "chart.hint-touch"
	ChartAll        ID = "chart.all"
	ChartTable      ID = "chart.table"
	ChartTime       ID = "chart.time"
	ChartEvery      ID = "chart.every"
	ChartLog        ID = "chart.log"
	ChartHighest    ID = "chart.highest"
	ChartPeak       ID = "chart.peak"
	ChartPeakOf     ID = "chart.peak-of"
	ChartFlat       ID = "chart.flat"
	ChartOnce       ID = "chart.once"
	ChartNothing    ID = "chart.nothing"
	ChartCores      ID = "chart.cores"
	ChartKeyGrave   ID = "chart.key.grave"
	ChartKeyRestart ID = "chart.key.restart"
	ChartKeyFault   ID = "chart.key.fault"
	ChartKeyLate    ID = "chart.key.late"

	ChartPublish     ID = "chart.publish"
	ChartPlayers     ID = "chart.players"
	ChartBitrate     ID = "chart.bitrate"
	ChartFirstFrame  ID = "chart.first-frame"
	ChartRecovery    ID = "chart.recovery"
	ChartCPU         ID = "chart.cpu"
	ChartMemory      ID = "chart.memory"
	ChartDescriptors ID = "chart.descriptors"
	ChartConnections ID = "chart.connections"
	ChartLag         ID = "chart.lag"

	ChartLineAccepted  ID = "chart.line.accepted"
	ChartLineRightly   ID = "chart.line.rightly"
	ChartLineWanted    ID = "chart.line.wanted"
	ChartLinePlaying   ID = "chart.line.playing"
	ChartLineDry       ID = "chart.line.dry"
	ChartLineIn        ID = "chart.line.in"
	ChartLineOut       ID = "chart.line.out"
	ChartLineMax       ID = "chart.line.max"
	ChartLineServer    ID = "chart.line.server"
	ChartLineGenerator ID = "chart.line.generator"
	ChartLineMachine   ID = "chart.line.machine"
	ChartLineClients   ID = "chart.line.clients"
	ChartLineStreams   ID = "chart.line.streams"
	ChartLineListed    ID = "chart.line.listed"

	ChartPhaseStart    ID = "chart.phase.start"
	ChartPhaseStorm    ID = "chart.phase.storm"
	ChartPhaseSettling ID = "chart.phase.settling"

	ChartSweep            ID = "chart.sweep"
	ChartSweepShort       ID = "chart.sweep-short"
	ChartNotTried         ID = "chart.not-tried"
	ChartOf               ID = "chart.of"
	ChartWrong            ID = "chart.wrong"
	ChartBelow            ID = "chart.below"
	ChartRefusedFirst     ID = "chart.refused-first"
	ChartSpreadRecovery   ID = "chart.spread.recovery"
	ChartSpreadFirstFrame ID = "chart.spread.first-frame"
	ChartSpreadOther      ID = "chart.spread.other"
	ChartAllLeaves        ID = "chart.all-leaves"
	ChartSpreadKey        ID = "chart.spread.key"
	ChartSpreadGrace      ID = "chart.spread.grace"
)

var chartText = map[ID]string{
	ChartHint:       "Drag to zoom, double-click to see all. On the keyboard: arrows move the cursor, + and − zoom, Escape shows all.",
	ChartHintTouch:  "Tap a chart to read its values there. The span is that of the timeline.",
	ChartAll:        "Show all",
	ChartTable:      "As a table",
	ChartTime:       "time",
	ChartEvery:      "one row in %s",
	ChartLog:        "logarithmic",
	ChartHighest:    "highest",
	ChartPeak:       "highest %s at %s",
	ChartPeakOf:     "highest: %s, %s at %s",
	ChartFlat:       "always %s",
	ChartOnce:       "one point only, at %s: %s",
	ChartNothing:    "nothing measured",
	ChartCores:      "%s cores",
	ChartKeyGrave:   "server died or hung",
	ChartKeyRestart: "server restarted",
	ChartKeyFault:   "fault, or an early end",
	ChartKeyLate:    "the generator was late itself",

	ChartPublish:     "Publishes a second",
	ChartPlayers:     "Players",
	ChartBitrate:     "Media, Mbit/s",
	ChartFirstFrame:  "Time to the first frame",
	ChartRecovery:    "Recovery after a return",
	ChartCPU:         "CPU, cores",
	ChartMemory:      "Memory, MB",
	ChartDescriptors: "Open descriptors",
	ChartConnections: "Connections, as the server's API counts them",
	ChartLag:         "Lag of the generator's own timers",

	ChartLineAccepted:  "accepted",
	ChartLineRightly:   "rightly refused",
	ChartLineWanted:    "wanted",
	ChartLinePlaying:   "playing",
	ChartLineDry:       "without media",
	ChartLineIn:        "in",
	ChartLineOut:       "out",
	ChartLineMax:       "max",
	ChartLineServer:    "server",
	ChartLineGenerator: "generator",
	ChartLineMachine:   "machine",
	ChartLineClients:   "clients",
	ChartLineStreams:   "streams published",
	ChartLineListed:    "streams listed",

	ChartPhaseStart:    "start",
	ChartPhaseStorm:    "load",
	ChartPhaseSettling: "settling",

	ChartSweep:            "Returns of which an error came, by the gap before them",
	ChartSweepShort:       "the run was too short for gaps down to %s",
	ChartNotTried:         "not tried",
	ChartOf:               "%s of %s",
	ChartWrong:            "%s went wrong",
	ChartBelow:            "below %s",
	ChartRefusedFirst:     "%s refused at first",
	ChartSpreadRecovery:   "From a return until its publish was accepted",
	ChartSpreadFirstFrame: "From a return until a player had a frame of it",
	ChartSpreadOther:      "Other times",
	ChartAllLeaves:        "all",
	ChartSpreadKey:        "How often, by how long it took; each row is as high as its highest bar.",
	ChartSpreadGrace:      "--grace %s",
}
