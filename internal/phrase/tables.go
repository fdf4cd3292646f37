package phrase

// What the tables say, from top to bottom.
const (
	TablePass         ID = "table.pass"
	TableFail         ID = "table.fail"
	TableInconclusive ID = "table.inconclusive"
	TableInterrupted  ID = "table.interrupted"

	VerdictPass         ID = "verdict.pass"
	VerdictFail         ID = "verdict.fail"
	VerdictInconclusive ID = "verdict.inconclusive"
	VerdictInterrupted  ID = "verdict.interrupted"

	TableNoneRefused  ID = "table.none-refused"
	TableSomeRefused  ID = "table.some-refused"
	TableAllBack      ID = "table.all-back"
	TableInGrace      ID = "table.in-grace"
	TableNoReturn     ID = "table.no-return"
	TableCause        ID = "table.cause"
	TableThen         ID = "table.then"
	TableForGood      ID = "table.for-good"
	TableAfter        ID = "table.after"
	TableNothingSoFar ID = "table.nothing-so-far"
	TableAllowed      ID = "table.allowed"
	TableOutside      ID = "table.outside"
	TableAbout        ID = "table.about"
	TableMeasures     ID = "table.measures"
	TableNoLog        ID = "table.no-log"
	TableNoTarget     ID = "table.no-target"
	TableDied         ID = "table.died"
	TableDiedMostly   ID = "table.died.mostly"
	TableDiedIn       ID = "table.died-in"

	TableColFinding ID = "table.col.finding"
	TableColCount   ID = "table.col.count"
	TableColKeys    ID = "table.col.keys"
	TableColFirst   ID = "table.col.first"
	TableDuplicated ID = "table.duplicated"
	TableUntold     ID = "table.untold"
	TableBusy       ID = "table.busy"
	TableIsCause    ID = "table.is-cause"
	TableIsEffect   ID = "table.is-effect"
	TableIsInfo     ID = "table.is-info"
	TableIsForGood  ID = "table.is-for-good"
	TableIsAllowed  ID = "table.is-allowed"
	TableIsOutside  ID = "table.is-outside"

	TableBroke       ID = "table.broke"
	TableOnKeys      ID = "table.on-keys"
	TableFirstAt     ID = "table.first-at"
	TableColKey      ID = "table.col.key"
	TableRefusedAs   ID = "table.refused-as"
	TableNotBack     ID = "table.not-back"
	TableBack        ID = "table.back"
	TableInSettling  ID = "table.in-settling"
	TableMoreKeys    ID = "table.more-keys"
	TableLateness    ID = "table.lateness"
	TableEffect      ID = "table.effect"
	TableWhole       ID = "table.whole"
	TableBesideOwner ID = "table.beside-owner"
	TableBesideOther ID = "table.beside-other"
	TableGhost       ID = "table.ghost"
	TableGhostToo    ID = "table.ghost-too"
	TableHolder      ID = "table.holder"
	TableGuess       ID = "table.guess"
	TableKeysBegin   ID = "table.keys-begin"
	TableNames       ID = "table.names"

	TableOutcome       ID = "table.outcome"
	TableColPublishers ID = "table.col.publishers"
	TableColContenders ID = "table.col.contenders"
	TableColSettling   ID = "table.col.settling"
	TableAttempts      ID = "table.attempts"
	TableAccepted      ID = "table.accepted"
	TableUndecided     ID = "table.undecided"
	TableRefused       ID = "table.refused"
	TableRightly       ID = "table.rightly"
	TablePlayers       ID = "table.players"
	TableNoPlayers     ID = "table.no-players"
	TableEnded         ID = "table.ended"
	TableArmedLost     ID = "table.armed-lost"

	TableLatency       ID = "table.latency"
	TableColMax        ID = "table.col.max"
	TableConnect       ID = "table.connect"
	TableAccept        ID = "table.accept"
	TableGapArmed      ID = "table.gap-armed"
	TableGapFull       ID = "table.gap-full"
	TableRecovery      ID = "table.recovery"
	TableFirstByte     ID = "table.first-byte"
	TableFirstMedia    ID = "table.first-media"
	TableFirstKeyframe ID = "table.first-keyframe"
	TableTagGap        ID = "table.tag-gap"

	TableWorst       ID = "table.worst"
	TableSlowest     ID = "table.slowest"
	TableSome        ID = "table.some"
	TableColFindings ID = "table.col.findings"
	TableColRefused  ID = "table.col.refused"
	TableColAccepted ID = "table.col.accepted"
	TableColRecovery ID = "table.col.recovery"

	TableLeft       ID = "table.left"
	TableColLeft    ID = "table.col.left"
	TableColReturns ID = "table.col.returns"

	TableSweep       ID = "table.sweep"
	TableSafe        ID = "table.safe"
	TableSafeAlso    ID = "table.safe-also"
	TableUnsafe      ID = "table.unsafe"
	TableSafeMeans   ID = "table.safe-means"
	TableNotTried    ID = "table.not-tried"
	TableBelowGap    ID = "table.below-gap"
	TableLonger      ID = "table.longer"
	TableArmed       ID = "table.armed"
	TableFull        ID = "table.full"
	TableColGap      ID = "table.col.gap"
	TableStepOK      ID = "table.step.ok"
	TableStepWrong   ID = "table.step.wrong"
	TableStepRefused ID = "table.step.refused"

	TableSettling      ID = "table.settling"
	TableSettlingNone  ID = "table.settling.none"
	TableSettlingSome  ID = "table.settling.some"
	TableUnmatched     ID = "table.unmatched"
	TableUnmatchedSome ID = "table.unmatched.some"
	TableOwn           ID = "table.own"
	TableOwnOne        ID = "table.own.one"
	TableUnknown       ID = "table.unknown"
	TableRepeat        ID = "table.repeat"
	TableRepeatCase    ID = "table.repeat-case"
	TableSeed          ID = "table.seed"
	TableKept          ID = "table.kept"
)

// A number of things, one and many.
const (
	OneKey        ID = "one.key"
	ManyKeys      ID = "many.keys"
	OneTime       ID = "one.time"
	ManyTimes     ID = "many.times"
	OnePlayer     ID = "one.player"
	ManyPlayers   ID = "many.players"
	OneSession    ID = "one.session"
	ManySessions  ID = "many.sessions"
	OnePublish    ID = "one.publish"
	ManyPublishes ID = "many.publishes"
	OneArmed      ID = "one.armed"
	ManyArmed     ID = "many.armed"
	OneTry        ID = "one.try"
	ManyTries     ID = "many.tries"
	OneLine       ID = "one.line"
	ManyLines     ID = "many.lines"
	OneReturn     ID = "one.return"
	ManyReturns   ID = "many.returns"
	OneEvent      ID = "one.event"
	ManyEvents    ID = "many.events"
	OneDeath      ID = "one.death"
	ManyDeaths    ID = "many.deaths"
	OneEnd        ID = "one.end"
	ManyEnds      ID = "many.ends"
	OneMoreTime   ID = "one.more-time"
	ManyMoreTimes ID = "many.more-times"
	OneFrame      ID = "one.frame"
	ManyFrames    ID = "many.frames"
)

// What the live line says, and what can go wrong with the document.
const (
	LiveElapsed   ID = "live.elapsed"
	LiveSettling  ID = "live.settling"
	LiveCase      ID = "live.case"
	LivePublishes ID = "live.publishes"
	LivePlayers   ID = "live.players"
	LiveFinding   ID = "live.finding"
	LiveNoFinding ID = "live.no-finding"

	JSONNotWritten ID = "json.not-written"
)

// What `flvstorm report` says of itself, and what can be wrong with the run that it is given.
const (
	ReportShort      ID = "report.short"
	ReportLong       ID = "report.long"
	ReportSample     ID = "report.sample"
	ReportGrace      ID = "report.grace"
	ReportStuckAfter ID = "report.stuck-after"
	ReportOneRun     ID = "report.one-run"
	ReportNoFolder   ID = "report.no-folder"
	ReportNoAccess   ID = "report.no-access"
	ReportManyRuns   ID = "report.many-runs"
	ReportNotFolder  ID = "report.not-folder"
)

// tables is the English of this area.
var tables = map[ID]string{
	TablePass:         "PASS",
	TableFail:         "FAIL",
	TableInconclusive: "INCONCLUSIVE",
	TableInterrupted:  "INTERRUPTED",

	VerdictPass:         "pass",
	VerdictFail:         "fail",
	VerdictInconclusive: "inconclusive",
	VerdictInterrupted:  "interrupted",

	TableNoneRefused:  "0 of %s refused: below %s with 95 %% confidence",
	TableSomeRefused:  "%s of %s refused at first",
	TableAllBack:      "%s, all back within %s",
	TableInGrace:      "%s (--grace\u00a0%v)",
	TableNoReturn:     "no publisher returned",
	TableCause:        "%s on %s",
	TableThen:         "%s, then %s",
	TableForGood:      "%s for good",
	TableAfter:        "after %s",
	TableNothingSoFar: "nothing was found until then; %s",
	TableAllowed:      "excused by --allow: %s",
	TableOutside:      "found, and not in --fail-only: %s",
	TableAbout:        "%s, seed %d, %s",
	TableMeasures:     "grace %s, stuck after %s",
	TableNoLog:        "no line of the log %s was understood (profile %s): refusals are judged by the wire alone",
	TableNoTarget:     "unknown server",
	TableDied:         "the server died %s",
	TableDiedMostly:   "%s of them %s",
	TableDiedIn:       "%s in %s",

	TableColFinding: "finding",
	TableColCount:   "count",
	TableColKeys:    "keys",
	TableColFirst:   "first at",
	TableDuplicated: "duplicated pattern",
	TableUntold:     "needs the log",
	TableBusy:       "stream busy: transient / stuck",
	TableIsCause:    "cause",
	TableIsEffect:   "effect",
	TableIsInfo:     "info",
	TableIsForGood:  "for good",
	TableIsAllowed:  "allowed",
	TableIsOutside:  "not in --fail-only",

	TableBroke:       "What broke",
	TableOnKeys:      "%s on %s",
	TableFirstAt:     "first at %s",
	TableColKey:      "key",
	TableRefusedAs:   "refused as %s; %s",
	TableNotBack:     "refused %s in %s, not back",
	TableBack:        "refused %s, back after %s",
	TableInSettling:  "%s (%s settling)",
	TableMoreKeys:    "and %s more; --json has them all",
	TableLateness:    "late by %s (p50), %s (p90), %s (p99), %s at most",
	TableEffect:      "└ then %s",
	TableWhole:       "the whole server",
	TableBesideOwner: "%s (epoch %d) was accepted while the owner was live",
	TableBesideOther: "%s (epoch %d) was accepted while another publisher was live",
	TableGhost:       "ghost busy: refused, and the server's own API shows nobody who publishes it",
	TableGhostToo:    "ghost busy",
	TableHolder:      "the server's API still shows the publisher that had gone: %s",
	TableGuess:       "? a guess: only its time ties this line of the log to it",
	TableKeysBegin:   "the names of keys begin with %s, which is left out here",
	TableNames:       "g: gap in ms, p: players, armed/full: connection made ahead/when due",

	TableOutcome:       "Outcomes",
	TableColPublishers: "publishers",
	TableColContenders: "contenders",
	TableColSettling:   "settling",
	TableAttempts:      "attempts to publish",
	TableAccepted:      "accepted",
	TableUndecided:     "undecided",
	TableRefused:       "refused: %s",
	TableRightly:       "of these rightly, the key being live",
	TablePlayers:       "%s of %s; %s refused, %s ended by the server, %s of them in the middle of a tag; %s, %s",
	TableNoPlayers:     "no players",
	TableEnded:         "the server ended %s that it had accepted",
	TableArmedLost:     "%s lost before use",

	TableLatency:       "Times",
	TableColMax:        "max",
	TableConnect:       "connect",
	TableAccept:        "publish to accepted",
	TableGapArmed:      "gap, armed (departure to publish)",
	TableGapFull:       "gap, full reconnect",
	TableRecovery:      "return until accepted",
	TableFirstByte:     "player: first byte",
	TableFirstMedia:    "player: first frame",
	TableFirstKeyframe: "player: first keyframe",
	TableTagGap:        "player: gap between frames",

	TableWorst:       "Worst keys",
	TableSlowest:     "Slowest keys",
	TableSome:        "%s, %s of %s",
	TableColFindings: "findings",
	TableColRefused:  "refused",
	TableColAccepted: "accepted",
	TableColRecovery: "slowest recovery",

	TableLeft:       "Recovery by departure",
	TableColLeft:    "left by",
	TableColReturns: "returns",

	TableSweep:       "Sweep of gaps",
	TableSafe:        "safe from %s %s (%s)",
	TableSafeAlso:    "from %s %s (%s)",
	TableUnsafe:      "not safe up to %s %s",
	TableSafeMeans:   "safe: no return at this gap or a longer one was refused for longer than --grace or as duplicated; below: with 95 % confidence, fewer than that go wrong",
	TableNotTried:    "not tried: %s",
	TableBelowGap:    "below %s %s",
	TableLonger:      "%s; give a longer --duration",
	TableArmed:       "armed",
	TableFull:        "with a full reconnect",
	TableColGap:      "gap",
	TableStepOK:      "%s clean (below %s)",
	TableStepWrong:   "%s of %s went wrong",
	TableStepRefused: "%s, %s refused at first",

	TableSettling:      "Settling",
	TableSettlingNone:  "%s after the load, none accepted",
	TableSettlingSome:  "%s after the load, %s accepted",
	TableUnmatched:     "The server's log",
	TableUnmatchedSome: "%s at WARN or above that no rule of the profile knows, such as:",
	TableOwn:           "Trouble of our own",
	TableOwnOne:        "%s, %s: %s",
	TableUnknown:       "%s of a kind that this flvstorm does not know, skipped",
	TableRepeat:        "Repeat it",
	TableRepeatCase:    "or only the first case that failed, %s:",
	TableSeed:          "The seed fixes what is attempted, not how the kernel interleaves it.",
	TableKept:          "Kept in",

	OneKey:        "%s key",
	ManyKeys:      "%s keys",
	OneTime:       "once",
	ManyTimes:     "%s times",
	OnePlayer:     "%s player",
	ManyPlayers:   "%s players",
	OneSession:    "%s session",
	ManySessions:  "%s sessions",
	OnePublish:    "%s publish",
	ManyPublishes: "%s publishes",
	OneArmed:      "%s armed connection was",
	ManyArmed:     "%s armed connections were",
	OneTry:        "%s try",
	ManyTries:     "%s tries",
	OneLine:       "%s line",
	ManyLines:     "%s lines",
	OneReturn:     "%s return",
	ManyReturns:   "%s returns",
	OneEvent:      "%s event",
	ManyEvents:    "%s events",
	OneDeath:      "%s death",
	ManyDeaths:    "%s deaths",
	OneEnd:        "%s end",
	ManyEnds:      "%s ends",
	OneMoreTime:   "%s more time",
	ManyMoreTimes: "%s more times",
	OneFrame:      "%s frame",
	ManyFrames:    "%s frames",

	LiveElapsed:   "%.1f s",
	LiveSettling:  "%.1f s settling",
	LiveCase:      "%s %d of %d",
	LivePublishes: "accepted %s  refused %s",
	LivePlayers:   "players %d of %d",
	LiveFinding:   "%s ×%s",
	LiveNoFinding: "nothing found",

	JSONNotWritten: "--json %s: %v; name a file that can be written, or - for standard output",

	ReportShort: "Judge and render a kept run again",
	ReportLong: `Judges a run again from its folder alone, and renders it as the run itself did. The measures of judgement may be others
than at the time; what was attempted is what was recorded. Exit status as of the run.`,
	ReportSample: `  flvstorm report flvstorm-run
  flvstorm report flvstorm-run --grace 500ms --json -`,
	ReportGrace:      "judge by this in place of the run's own --grace",
	ReportStuckAfter: "judge by this in place of the run's own --stuck-after",
	ReportOneRun:     "%s wants the folder of one run, such as --out made or the last report named",
	ReportNoFolder:   "there is no folder %s; name the folder of a run, such as --out made or the last report named (%v)",
	ReportNoAccess:   "cannot read %s: %v",
	ReportManyRuns:   "%[1]s is a folder of runs; name one of them: %[2]s; flvstorm compare takes it whole",
	ReportNotFolder:  "%s is not a folder; name the folder of a run, the one with %s in it",
}
