package phrase

// Sentences about the metrics of a run: what is wrong with their address, and what each of them is.
const (
	MetricsAddress ID = "metrics.address"
	MetricsListen  ID = "metrics.listen"

	MetricsBuildInfo    ID = "metrics.build-info"
	MetricsServerUp     ID = "metrics.server-up"
	MetricsFindings     ID = "metrics.findings"
	MetricsFindingsMade ID = "metrics.findings-made"
	MetricsLoadStep     ID = "metrics.load-step"

	MetricsPlayers       ID = "metrics.players"
	MetricsPlayersWanted ID = "metrics.players-wanted"
	MetricsSessions      ID = "metrics.sessions"
	MetricsSessionsEnded ID = "metrics.sessions-ended"
	MetricsPlayRefused   ID = "metrics.play-refused"
	MetricsStalls        ID = "metrics.stalls"
	MetricsStalled       ID = "metrics.stalled"
	MetricsPlayed        ID = "metrics.played"
	MetricsReceived      ID = "metrics.received"
	MetricsFirstFrame    ID = "metrics.first-frame"

	MetricsPublishers       ID = "metrics.publishers"
	MetricsPublishersWanted ID = "metrics.publishers-wanted"
	MetricsPublishAccepted  ID = "metrics.publish-accepted"
	MetricsPublishRefused   ID = "metrics.publish-refused"
	MetricsSent             ID = "metrics.sent"
	MetricsFrameLateness    ID = "metrics.frame-lateness"

	MetricsLag         ID = "metrics.lag"
	MetricsCPU         ID = "metrics.cpu"
	MetricsResident    ID = "metrics.resident"
	MetricsDescriptors ID = "metrics.descriptors"
	MetricsPorts       ID = "metrics.ports"
	MetricsLate        ID = "metrics.late"
)

// metrics is the English of this area.
var metrics = map[ID]string{
	MetricsAddress: "--metrics %q: give an address and a port, for example 127.0.0.1:9464, or a port alone",
	MetricsListen:  "--metrics %s: cannot listen there: %v; is another run using that port? give another one, or 0 for any",

	MetricsBuildInfo:    "The version of flvstorm, as a label.",
	MetricsServerUp:     "Whether the server under test lives, as far as is known.",
	MetricsFindings:     "How often each finding was made so far.",
	MetricsFindingsMade: "How many findings were made so far, of all codes.",
	MetricsLoadStep:     "The step of the load that is under way.",

	MetricsPlayers:       "Players by what they do now.",
	MetricsPlayersWanted: "How many players there should be now.",
	MetricsSessions:      "Requests for a stream, by the manner of the player.",
	MetricsSessionsEnded: "Sessions of players that the server ended, by their manner.",
	MetricsPlayRefused:   "Requests that got no stream, by the status or by how the connection failed.",
	MetricsStalls:        "How often players ran dry.",
	MetricsStalled:       "For how long players were dry, altogether.",
	MetricsPlayed:        "For how long players had something to show, altogether.",
	MetricsReceived:      "Bytes of the answers that players got.",
	MetricsFirstFrame:    "Time until a player had its first frame: since it was due, or since it asked where nothing was planned.",

	MetricsPublishers:       "Publishers by what they do now; under steady load without those of chaos beside it.",
	MetricsPublishersWanted: "How many publishers there should be now.",
	MetricsPublishAccepted:  "Publishes that the server accepted.",
	MetricsPublishRefused:   "Publishes that the server did not accept, by the code of its status or by how the connection failed.",
	MetricsSent:             "Bytes that publishers sent: while they publish under steady load, without those of chaos beside it, else when a publish is over.",
	MetricsFrameLateness:    "How late frames were written, while the server took them.",

	MetricsLag:         "How late timers of flvstorm itself woke.",
	MetricsCPU:         "How many cores flvstorm itself uses.",
	MetricsResident:    "What flvstorm itself holds in memory.",
	MetricsDescriptors: "Descriptors that flvstorm itself has open.",
	MetricsPorts:       "Local ports that connections to the server take.",
	MetricsLate:        "Windows of about a second in which flvstorm itself was too late to be trusted, by why.",
}
