package phrase

// What is said of a run under steady load.
const (
	WhyGeneratorLate  ID = "why.generator-late"
	WhyGeneratorLimit ID = "why.generator-limit"
	WhyNoneHeld       ID = "why.none-held"
	WhyNotReached     ID = "why.not-reached"
	WhyUndecided      ID = "why.undecided"
	WhyNobodyServed   ID = "why.nobody-served"
	ThresholdLine     ID = "threshold.line"
	ThresholdBare     ID = "threshold.bare"

	SteadyPlayed       ID = "steady.played"
	SteadyPlayedOf     ID = "steady.played-of"
	SteadyPublished    ID = "steady.published"
	SteadyStalledFor   ID = "steady.stalled-for"
	SteadyFirstFrame   ID = "steady.first-frame"
	SteadyNoFrame      ID = "steady.no-frame"
	SteadyFramesLate   ID = "steady.frames-late"
	SteadyBlockedFor   ID = "steady.blocked-for"
	SteadyNobody       ID = "steady.nobody-refused"
	SteadyRefusedShare ID = "steady.refused-share"
	SteadyNeverLate    ID = "steady.never-late"
	SteadyLateIn       ID = "steady.late-in"
	SteadyUnwatched    ID = "steady.unwatched"
	SteadyHeldNot      ID = "steady.held-not"
	SteadyNoneHeld     ID = "steady.none-held"
	SteadyHeldAll      ID = "steady.held-all"
	SteadyHeldOurs     ID = "steady.held-ours"
	SteadyAsked        ID = "steady.asked"
	SteadyWhyNone      ID = "steady.why-none"

	SteadyOfWanted  ID = "steady.of-wanted"
	SteadyThose     ID = "steady.of-those-served"
	SteadyServed    ID = "steady.served"
	SteadyDue       ID = "steady.due"
	SteadyBeside    ID = "steady.beside"
	SteadyRowServed ID = "steady.row.served"
	SteadyServedSum ID = "steady.served-sum"

	SteadyWitnessed  ID = "steady.witnessed"
	SteadyTitle      ID = "steady.title"
	SteadySteps      ID = "steady.steps"
	SteadyStepsSome  ID = "steady.steps-some"
	SteadyTimes      ID = "steady.times"
	SteadyRefused    ID = "steady.refused"
	SteadyReason     ID = "steady.reason"
	SteadyColLoad    ID = "steady.col.load"
	SteadyColHeld    ID = "steady.col.held"
	SteadyColStalled ID = "steady.col.stalled"
	SteadyColFirst   ID = "steady.col.first"
	SteadyColLate    ID = "steady.col.late"
	SteadyColBlocked ID = "steady.col.blocked"
	SteadyColRefused ID = "steady.col.refused"
	SteadyColOurs    ID = "steady.col.ours"
	SteadyKept       ID = "steady.kept"
	SteadyDown       ID = "steady.down"
	SteadyLegendOurs ID = "steady.legend.ours"
	SteadyLegendDown ID = "steady.legend.down"
	SteadyLegendOpen ID = "steady.legend.open"
	SteadyTimeAge    ID = "steady.time.age"
	SteadyFailedBut  ID = "steady.failed-but"
	SteadyLate       ID = "steady.late"

	SteadyRowPlayers    ID = "steady.row.players"
	SteadyRowSessions   ID = "steady.row.sessions"
	SteadyRowStalls     ID = "steady.row.stalls"
	SteadyRowEnded      ID = "steady.row.ended"
	SteadyRowBad        ID = "steady.row.bad"
	SteadyRowIn         ID = "steady.row.in"
	SteadyRowManner     ID = "steady.row.manner"
	SteadyRowPublishers ID = "steady.row.publishers"
	SteadyRowOut        ID = "steady.row.out"
	SteadyRowBlocks     ID = "steady.row.blocks"
	SteadyRowCPU        ID = "steady.row.cpu"
	SteadyRowFDs        ID = "steady.row.fds"
	SteadyRowPorts      ID = "steady.row.ports"
	SteadyRowLate       ID = "steady.row.late"
	SteadyRowLateAt     ID = "steady.row.late-at"
	SteadyAtMost        ID = "steady.at-most"
	SteadyOpened        ID = "steady.opened"
	SteadyStallSum      ID = "steady.stall-sum"
	SteadyEndedSum      ID = "steady.ended-sum"
	SteadyBadSum        ID = "steady.bad-sum"
	SteadyRate          ID = "steady.rate"
	SteadyBlocksSum     ID = "steady.blocks-sum"
	SteadyCores         ID = "steady.cores"
	SteadyMachine       ID = "steady.machine"
	SteadyOfLimit       ID = "steady.of-limit"
	SteadyMannerSum     ID = "steady.manner-sum"
	SteadyUnreadSum     ID = "steady.unread-sum"
	SteadyLateSum       ID = "steady.late-sum"
	SteadyLateSpan      ID = "steady.late-span"

	SteadyTimeConnect  ID = "steady.time.connect"
	SteadyTimeByte     ID = "steady.time.byte"
	SteadyTimeFrame    ID = "steady.time.frame"
	SteadyTimePublish  ID = "steady.time.publish"
	SteadyTimeLateness ID = "steady.time.lateness"
	SteadyTimeBehind   ID = "steady.time.behind"
	SteadyTimeLag      ID = "steady.time.lag"

	OneThreshold   ID = "one.threshold"
	ManyThresholds ID = "many.thresholds"
	OnePublisher   ID = "one.publisher"
	ManyPublishers ID = "many.publishers"
	OneStream      ID = "one.stream"
	ManyStreams    ID = "many.streams"

	LiveSteadyPlayers    ID = "live.load.players"
	LiveSteadyFirst      ID = "live.load.first"
	LiveSteadyStalled    ID = "live.load.stalled"
	LiveSteadyPublishers ID = "live.load.publishers"
	LiveSteadyCPU        ID = "live.load.cpu"
	LiveSteadyLate       ID = "live.load.late"
)

// loadReport is the English of this area.
var loadReport = map[ID]string{
	WhyGeneratorLate:   "the generator itself was late in %d of %d seconds, mostly by %s: the figures may be its own and not the server's",
	WhyGeneratorLimit:  "%d held; at %d the generator itself was the limit: %s",
	SteadyPlayed:       "%s for %s: %s",
	SteadyPlayedOf:     "%s of %s for %s: %s",
	SteadyPublished:    "%s for %s: %s",
	SteadyStalledFor:   "stalled %s of the time",
	SteadyFirstFrame:   "first frame %s\u00a0(p99)",
	SteadyNoFrame:      "nobody got a frame",
	SteadyFramesLate:   "frames written %s late\u00a0(p99)",
	SteadyBlockedFor:   "writes blocked %s of the time",
	SteadyNobody:       "nobody refused",
	SteadyRefusedShare: "%s refused",
	SteadyNeverLate:    "generator never late",
	SteadyLateIn:       "generator late in %s of %s seconds",
	SteadyUnwatched:    "nobody watched the generator",
	SteadyHeldNot:      "%s held; %s did not: %s",
	SteadyNoneHeld:     "not even %s held: %s",
	SteadyHeldAll:      "%s held, the most that were tried",
	SteadyHeldOurs:     "%s held; at %s the generator itself was the limit: %s",
	SteadyAsked:        "%s (asked: %s)",
	SteadyWhyNone:      "nobody said why",

	SteadyOfWanted:  "%s of %s",
	SteadyThose:     "%s of those served",
	SteadyServed:    "served %s of the time",
	SteadyDue:       "%s of %s had to come by then at %s",
	SteadyBeside:    "beside chaos on %s",
	SteadyRowServed: "served",
	SteadyServedSum: "%s of the time; %s without it at the end",

	SteadyWitnessed:  "What the witnesses saw",
	SteadyTitle:      "Load",
	SteadySteps:      "Steps",
	SteadyStepsSome:  "Steps, the last %s of %s",
	SteadyTimes:      "Times under load",
	SteadyRefused:    "%s of %s refused: %s",
	SteadyReason:     "%s (%s)",
	SteadyColLoad:    "load",
	SteadyColHeld:    "held",
	SteadyColStalled: "stalled",
	SteadyColFirst:   "first frame p50/p99",
	SteadyColLate:    "frames late p50/p99",
	SteadyColBlocked: "blocked",
	SteadyColRefused: "refused",
	SteadyColOurs:    "generator",
	SteadyKept:       "in time",
	SteadyDown:       "(down)",
	SteadyLegendOurs: "?: the generator was the limit, and nobody knows whether the server would have held it",
	SteadyLegendDown: "(down): back to a load that had held, to settle before the next try; not judged",
	SteadyLegendOpen: "without a mark: the run ended before it was judged",
	SteadyTimeAge:    "witness: age of a frame",
	SteadyFailedBut:  "%s of %s failed, but %s",
	SteadyLate:       "late %s of %s",

	SteadyRowPlayers:    "players",
	SteadyRowSessions:   "sessions",
	SteadyRowStalls:     "stalls",
	SteadyRowEnded:      "ended by the server",
	SteadyRowBad:        "tags that are no FLV",
	SteadyRowIn:         "received",
	SteadyRowManner:     "players: %s",
	SteadyRowPublishers: "publishers",
	SteadyRowOut:        "sent",
	SteadyRowBlocks:     "writes that had to wait",
	SteadyRowCPU:        "generator: cores",
	SteadyRowFDs:        "generator: descriptors",
	SteadyRowPorts:      "generator: local ports",
	SteadyRowLate:       "generator: late",
	SteadyRowLateAt:     "generator: when",
	SteadyAtMost:        "%s at most, of %s wanted",
	SteadyOpened:        "%s, %s of them served",
	SteadyStallSum:      "%s, %s of the time, at most %s at once",
	SteadyEndedSum:      "%s, %s in the middle of a tag",
	SteadyBadSum:        "%s of %s",
	SteadyRate:          "%s, %s",
	SteadyBlocksSum:     "%s, %s of the time",
	SteadyCores:         "%s at most, of %s",
	SteadyMachine:       "%s; all on this machine %s",
	SteadyOfLimit:       "%s at most, of %s",
	SteadyMannerSum:     "%s at most, of %s; %s refused, %s",
	SteadyUnreadSum:     "%s held open and never read: not playing",
	SteadyLateSum:       "%s of %s seconds: %s",
	SteadyLateSpan:      "%s to %s",

	SteadyTimeConnect:  "player: due to connected",
	SteadyTimeByte:     "player: due to first byte",
	SteadyTimeFrame:    "player: due to first frame",
	SteadyTimePublish:  "publisher: due to accepted",
	SteadyTimeLateness: "frame: due to written",
	SteadyTimeBehind:   "frame: behind a slow server",
	SteadyTimeLag:      "generator: timers late by",

	OneThreshold:   "%s threshold",
	ManyThresholds: "%s thresholds",
	OnePublisher:   "%s publisher",
	ManyPublishers: "%s publishers",
	OneStream:      "%s stream",
	ManyStreams:    "%s streams",

	LiveSteadyPlayers:    "players %s/%s",
	LiveSteadyFirst:      "first frame p99 %s",
	LiveSteadyStalled:    "stalled %s",
	LiveSteadyPublishers: "publishers %s/%s",
	LiveSteadyCPU:        "cpu %.2f/%d",
	LiveSteadyLate:       "late: %s",

	WhyNobodyServed: "nobody got anything from %.1f s on: is the stream still published?",

	WhyUndecided:  "nobody knows whether --fail-on %s: %s",
	ThresholdLine: "--fail-on %s: %s",
	ThresholdBare: "--fail-on %s",
	WhyNotReached: "never more than %d of %d %s were served at once: the load that was asked for was not there",
	WhyNoneHeld:   "not even the smallest load that was tried held, %d: give a smaller --start",
}
