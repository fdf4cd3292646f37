package phrase

// Sentences of the timeline of the HTML report, said by its script. Numbers come written, so none agrees with its noun.
const (
	TimelineName      ID = "timeline.name"
	TimelineRole      ID = "timeline.role"
	TimelineHelp      ID = "timeline.help"
	TimelineHow       ID = "timeline.how"
	TimelineHelpTouch ID = "timeline.help-touch"
	TimelineHowTouch  ID = "timeline.how-touch"
	TimelineEmpty     ID = "timeline.empty"
	TimelineNoKeys    ID = "timeline.no-keys"
	TimelineNoMatch   ID = "timeline.no-match"
	TimelineNoMore    ID = "timeline.no-more"
	TimelineWent      ID = "timeline.went"
	TimelineInView    ID = "timeline.in-view"
	TimelineTable     ID = "timeline.table"

	TimelineFilter    ID = "timeline.filter"
	TimelineOnlyFound ID = "timeline.only-found"
	TimelinePlayers   ID = "timeline.players"
	TimelinePrevious  ID = "timeline.previous"
	TimelineNext      ID = "timeline.next"
	TimelineZoomIn    ID = "timeline.zoom-in"
	TimelineZoomOut   ID = "timeline.zoom-out"
	TimelineFit       ID = "timeline.fit"
	TimelineCopy      ID = "timeline.copy"
	TimelineCopied    ID = "timeline.copied"
	TimelineNotCopied ID = "timeline.not-copied"
	TimelineClose     ID = "timeline.close"

	TimelineNKeys        ID = "timeline.n-keys"
	TimelineNKeysOf      ID = "timeline.n-keys-of"
	TimelineNPublishes   ID = "timeline.n-publishes"
	TimelineNRefusals    ID = "timeline.n-refusals"
	TimelineNRightly     ID = "timeline.n-rightly"
	TimelineNStuck       ID = "timeline.n-stuck"
	TimelineNLate        ID = "timeline.n-late"
	TimelineNDry         ID = "timeline.n-dry"
	TimelineNDeaths      ID = "timeline.n-deaths"
	TimelineKeysLeft     ID = "timeline.keys-left"
	TimelineThinBars     ID = "timeline.thin-bars"
	TimelineThinTicks    ID = "timeline.thin-ticks"
	TimelineThinGaps     ID = "timeline.thin-gaps"
	TimelineThinSessions ID = "timeline.thin-sessions"
	TimelineThinDry      ID = "timeline.thin-dry"
	TimelineThinMarks    ID = "timeline.thin-marks"
	TimelineThinKeys     ID = "timeline.thin-keys"
	TimelinePaperLeft    ID = "timeline.paper-left"

	TimelineRowOverview ID = "timeline.row-overview"
	TimelineRowAxis     ID = "timeline.row-axis"
	TimelineRowPhases   ID = "timeline.row-phases"
	TimelineRowCases    ID = "timeline.row-cases"
	TimelineRowMarks    ID = "timeline.row-marks"
	TimelineRowLog      ID = "timeline.row-log"
	TimelinePlayer      ID = "timeline.player"

	TimelineTitleBar       ID = "timeline.title-bar"
	TimelineTitleBars      ID = "timeline.title-bars"
	TimelineTitleTick      ID = "timeline.title-tick"
	TimelineTitleTicks     ID = "timeline.title-ticks"
	TimelineTitleGap       ID = "timeline.title-gap"
	TimelineTitleSession   ID = "timeline.title-session"
	TimelineTitleDry       ID = "timeline.title-dry"
	TimelineLabelKey       ID = "timeline.label-key"
	TimelineLabelPublishes ID = "timeline.label-publishes"
	TimelineLabelRefusals  ID = "timeline.label-refusals"
	TimelineLabelPlayers   ID = "timeline.label-players"
	TimelineLabelOutcome   ID = "timeline.label-outcome"
	TimelineLabelFrom      ID = "timeline.label-from"
	TimelineLabelLength    ID = "timeline.label-length"
	TimelineLabelLeft      ID = "timeline.label-left"
	TimelineLabelThen      ID = "timeline.label-then"
	TimelineLabelRefused   ID = "timeline.label-refused"
	TimelineLabelClass     ID = "timeline.label-class"
	TimelineLabelRole      ID = "timeline.label-role"
	TimelineLabelEpoch     ID = "timeline.label-epoch"
	TimelineLabelSince     ID = "timeline.label-since"
	TimelineLabelStands    ID = "timeline.label-stands"
	TimelineLabelHere      ID = "timeline.label-here"
	TimelineThen           ID = "timeline.then"

	TimelineLegendOutcomes ID = "timeline.legend-outcomes"
	TimelineLegendClasses  ID = "timeline.legend-classes"
	TimelineLegendStates   ID = "timeline.legend-states"
	TimelineLegendPlays    ID = "timeline.legend-plays"
	TimelineLegendLeaves   ID = "timeline.legend-leaves"
	TimelineLegendMarks    ID = "timeline.legend-marks"

	TimelineOutcomeAccepted  ID = "timeline.outcome-accepted"
	TimelineOutcomeEnded     ID = "timeline.outcome-ended"
	TimelineOutcomeUndecided ID = "timeline.outcome-undecided"
	TimelineOutcomeContender ID = "timeline.outcome-contender"
	TimelineOutcomeSettling  ID = "timeline.outcome-settling"
	TimelineClassBusy        ID = "timeline.class-busy"
	TimelineClassDuplicated  ID = "timeline.class-duplicated"
	TimelineClassDisposing   ID = "timeline.class-disposing"
	TimelineClassBadName     ID = "timeline.class-bad-name"
	TimelineClassDenied      ID = "timeline.class-denied"
	TimelineClassLimit       ID = "timeline.class-limit"
	TimelineClassClosed      ID = "timeline.class-closed"
	TimelineClassTimeout     ID = "timeline.class-timeout"
	TimelineClassUnreachable ID = "timeline.class-unreachable"
	TimelineClassRightly     ID = "timeline.class-rightly"
	TimelineGapQuick         ID = "timeline.gap-quick"
	TimelineGapLate          ID = "timeline.gap-late"
	TimelineGapStuck         ID = "timeline.gap-stuck"
	TimelineGapOpen          ID = "timeline.gap-open"
	TimelinePlayAsking       ID = "timeline.play-asking"
	TimelinePlayPlaying      ID = "timeline.play-playing"
	TimelinePlayRefused      ID = "timeline.play-refused"
	TimelinePlayLingering    ID = "timeline.play-lingering"
	TimelinePlayDry          ID = "timeline.play-dry"
	TimelineLeftUnpublish    ID = "timeline.left-unpublish"
	TimelineLeftFin          ID = "timeline.left-fin"
	TimelineLeftRst          ID = "timeline.left-rst"
	TimelineLeftCut          ID = "timeline.left-cut"
	TimelineLeftVanish       ID = "timeline.left-vanish"
	TimelineLeftHalfclose    ID = "timeline.left-halfclose"
	TimelineLeftEnd          ID = "timeline.left-end"
	TimelineRoleOwner        ID = "timeline.role-owner"
	TimelineRoleContender    ID = "timeline.role-contender"
	TimelineRoleSettling     ID = "timeline.role-settling"
	TimelineMarkDeath        ID = "timeline.mark-death"
	TimelineMarkHung         ID = "timeline.mark-hung"
	TimelineMarkRestart      ID = "timeline.mark-restart"
	TimelineMarkFault        ID = "timeline.mark-fault"
	TimelineMarkLogError     ID = "timeline.mark-log-error"
	TimelineMarkLogWarn      ID = "timeline.mark-log-warn"
	TimelineMarkSanitizer    ID = "timeline.mark-sanitizer"
	TimelineMarkStopped      ID = "timeline.mark-stopped"
	TimelineStoppedDead      ID = "timeline.stopped-dead"
	TimelineStoppedFast      ID = "timeline.stopped-fast"
	TimelineMarkInterrupted  ID = "timeline.mark-interrupted"
	TimelineMarkTrouble      ID = "timeline.mark-trouble"
)

// timelineText is the English of this area.
var timelineText = map[ID]string{
	TimelineName:      "Timeline of the run",
	TimelineRole:      "timeline",
	TimelineHelp:      "Drag to move, drag on the axis or the overview to choose a span, wheel over them or Ctrl and the wheel to zoom, double click to zoom in, click for detail. With the keyboard: ←/→ move (with Shift further), + and − zoom, 0 shows the whole run, ↑/↓ choose a key, space unfolds its players, n and p go to the next and previous refusal or death (N and P on this key only), Enter shows detail, Esc closes it.",
	TimelineHow:       "Mouse and keyboard",
	TimelineHelpTouch: "Swipe to the sides to move, up and down to scroll; pinch to zoom. Draw over the axis or the overview to choose a span. Tap what is drawn for its detail, and the name of a key for its players. The buttons above go to the previous and the next refusal or death, zoom, and show the whole run.",
	TimelineHowTouch:  "By touch",
	TimelineEmpty:     "Nothing happened in this run that could be drawn.",
	TimelineNoKeys:    "No key was published in this run.",
	TimelineNoMatch:   "No key passes the filter.",
	TimelineNoMore:    "There is none further that way.",
	TimelineWent:      "Showing %s at %s.",
	TimelineInView:    "%s to %s (%s)",
	TimelineTable:     "What is in view, by key",

	TimelineFilter:    "Filter keys",
	TimelineOnlyFound: "only keys with findings",
	TimelinePlayers:   "Unfold players",
	TimelinePrevious:  "Previous refusal or death",
	TimelineNext:      "Next refusal or death",
	TimelineZoomIn:    "Zoom in",
	TimelineZoomOut:   "Zoom out",
	TimelineFit:       "Whole run",
	TimelineCopy:      "Copy",
	TimelineCopied:    "Copied",
	TimelineNotCopied: "Marked: copy it with the keyboard",
	TimelineClose:     "Close",

	TimelineNKeys:        "keys: %s",
	TimelineNKeysOf:      "%s of %s keys",
	TimelineNPublishes:   "publishes: %s",
	TimelineNRefusals:    "refusals: %s",
	TimelineNRightly:     "rightly refused: %s",
	TimelineNStuck:       "stuck: %s",
	TimelineNLate:        "late: %s",
	TimelineNDry:         "starved spans: %s",
	TimelineNDeaths:      "server deaths: %s",
	TimelineKeysLeft:     "%s more keys have no lane here: those shown are the worst.",
	TimelineThinBars:     "%s bars stand for %s publishes.",
	TimelineThinTicks:    "%s ticks stand for %s refusals.",
	TimelineThinGaps:     "%s gaps stand for %s.",
	TimelineThinSessions: "%s bars of players stand for %s sessions.",
	TimelineThinDry:      "%s starved spans stand for %s.",
	TimelineThinMarks:    "%s marks stand for %s lines of the log, deaths, restarts and other events.",
	TimelineThinKeys:     "%s keys of %s are shown.",
	TimelinePaperLeft:    "Printed are the %s worst keys of %s; the page on the screen has all of them.",

	TimelineRowOverview: "whole run",
	TimelineRowAxis:     "time",
	TimelineRowPhases:   "phase",
	TimelineRowCases:    "case",
	TimelineRowMarks:    "server",
	TimelineRowLog:      "log",
	TimelinePlayer:      "player %s",

	TimelineTitleBar:       "Publish #%s: attempt %s on this key",
	TimelineTitleBars:      "%s publishes, merged, from #%s on",
	TimelineTitleTick:      "Refusal",
	TimelineTitleTicks:     "%s refusals, merged",
	TimelineTitleGap:       "Nobody owned the key",
	TimelineTitleSession:   "Player %s",
	TimelineTitleDry:       "Player %s starved: no media",
	TimelineLabelKey:       "Key",
	TimelineLabelPublishes: "Publishes",
	TimelineLabelRefusals:  "Refusals",
	TimelineLabelPlayers:   "Players",
	TimelineLabelOutcome:   "Outcome",
	TimelineLabelFrom:      "When",
	TimelineLabelLength:    "For",
	TimelineLabelLeft:      "Departure",
	TimelineLabelThen:      "Afterwards",
	TimelineLabelRefused:   "Refused meanwhile",
	TimelineLabelClass:     "Class",
	TimelineLabelRole:      "Who",
	TimelineLabelEpoch:     "Publish",
	TimelineLabelSince:     "After the owner had gone",
	TimelineLabelStands:    "Stands for",
	TimelineLabelHere:      "At this point",
	TimelineThen:           "%s, %s",

	TimelineLegendOutcomes: "Publishes",
	TimelineLegendClasses:  "Refusals",
	TimelineLegendStates:   "Gaps",
	TimelineLegendPlays:    "Players",
	TimelineLegendLeaves:   "Departures",
	TimelineLegendMarks:    "Server",

	TimelineOutcomeAccepted:  "accepted",
	TimelineOutcomeEnded:     "ended by the server",
	TimelineOutcomeUndecided: "no answer",
	TimelineOutcomeContender: "contender",
	TimelineOutcomeSettling:  "settling try",
	TimelineClassBusy:        "busy",
	TimelineClassDuplicated:  "duplicated",
	TimelineClassDisposing:   "disposing",
	TimelineClassBadName:     "bad name",
	TimelineClassDenied:      "denied",
	TimelineClassLimit:       "limit",
	TimelineClassClosed:      "connection closed",
	TimelineClassTimeout:     "timed out",
	TimelineClassUnreachable: "unreachable",
	TimelineClassRightly:     "rightly refused: the key had an owner",
	TimelineGapQuick:         "back within --grace",
	TimelineGapLate:          "late",
	TimelineGapStuck:         "stuck",
	TimelineGapOpen:          "not back when the run ended",
	TimelinePlayAsking:       "asking",
	TimelinePlayPlaying:      "playing",
	TimelinePlayRefused:      "refused",
	TimelinePlayLingering:    "kept without a publisher",
	TimelinePlayDry:          "starved",
	TimelineLeftUnpublish:    "unpublish",
	TimelineLeftFin:          "fin",
	TimelineLeftRst:          "rst",
	TimelineLeftCut:          "cut",
	TimelineLeftVanish:       "vanish",
	TimelineLeftHalfclose:    "half-close",
	TimelineLeftEnd:          "end of the run",
	TimelineRoleOwner:        "the key's publisher",
	TimelineRoleContender:    "a contender",
	TimelineRoleSettling:     "a settling try",
	TimelineMarkDeath:        "server died",
	TimelineMarkHung:         "server hung",
	TimelineMarkRestart:      "restarted",
	TimelineMarkFault:        "fault",
	TimelineMarkLogError:     "error in the log",
	TimelineMarkLogWarn:      "warning in the log",
	TimelineMarkSanitizer:    "sanitizer",
	TimelineMarkStopped:      "stopped",
	TimelineStoppedDead:      "the run ended itself early, because the server died",
	TimelineStoppedFast:      "the run ended itself early, at the first error (--fail-fast)",
	TimelineMarkInterrupted:  "interrupted",
	TimelineMarkTrouble:      "our own trouble",
}
