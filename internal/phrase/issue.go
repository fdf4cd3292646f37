package phrase

// What came of a run, in one sentence that a person would say.
const (
	SentenceEnd       ID = "sentence.end"
	SentenceMore      ID = "sentence.more"
	SentenceIs        ID = "sentence.is"
	SentenceOneConn   ID = "sentence.connection.one"
	SentenceConns     ID = "sentence.connection.many"
	SentenceOneMore   ID = "sentence.more.one"
	SentenceManyMore  ID = "sentence.more.many"
	SentenceLoaded    ID = "sentence.with-load"
	SentenceMeanwhile ID = "sentence.within-run"
	SentenceNoneYet   ID = "sentence.interrupted.none"

	SentenceOnly     ID = "sentence.keys.only"
	SentenceKeys     ID = "sentence.keys"
	SentenceOnlyWas  ID = "sentence.keys.only-was"
	SentenceKeyWas   ID = "sentence.keys.one-was"
	SentenceKeysWere ID = "sentence.keys.were"

	SentenceAtOnce  ID = "sentence.after.at-once"
	SentenceAfter   ID = "sentence.after.any"
	SentenceLater   ID = "sentence.after.later"
	SentenceBetween ID = "sentence.after.between"
	SentenceWithin  ID = "sentence.after.within"

	SentenceForGood  ID = "sentence.then.for-good"
	SentenceBusyFor  ID = "sentence.then.busy"
	SentenceBackIn   ID = "sentence.then.back"
	SentenceThenDied ID = "sentence.then.died"
	SentenceThenHung ID = "sentence.then.hung"
	SentenceStarved  ID = "sentence.then.starved"

	SentenceDuplicated  ID = "sentence.duplicated-pattern"
	SentenceDisposing   ID = "sentence.disposing"
	SentenceStuck       ID = "sentence.stuck-busy"
	SentenceUnexplained ID = "sentence.unexplained-refusal"
	SentenceSlow        ID = "sentence.slow-release"
	SentenceSlowUnknown ID = "sentence.slow-release.unknown"
	SentenceBusy        ID = "sentence.stream-busy"
	SentenceDouble      ID = "sentence.double-publish"
	SentenceMixed       ID = "sentence.mixed-media"
	SentenceStale       ID = "sentence.stale-media"
	SentenceLoss        ID = "sentence.media-loss"
	SentenceTwice       ID = "sentence.media-duplicate"
	SentenceReorder     ID = "sentence.media-reorder"
	SentenceCorrupt     ID = "sentence.media-corrupt"
	SentenceInvalid     ID = "sentence.flv-invalid"
	SentencePolicy      ID = "sentence.play-policy"
	SentenceNoMedia     ID = "sentence.player-starved"
	SentenceNoPlay      ID = "sentence.player-refused"
	SentenceLeak        ID = "sentence.leak"
	SentenceDied        ID = "sentence.server-crashed"
	SentenceDiedHow     ID = "sentence.server-crashed.how"
	SentenceDiedOften   ID = "sentence.server-crashed.often"
	SentenceHung        ID = "sentence.server-hung"
	SentenceRestarted   ID = "sentence.server-restarted"
	SentenceSanitizer   ID = "sentence.sanitizer"
	SentenceOther       ID = "sentence.other"

	SentenceCasesFailed ID = "sentence.cases.failed"
	SentenceCasesPassed ID = "sentence.cases.passed"
	SentenceCasesLeft   ID = "sentence.cases.left"
	SentenceNoneRefused ID = "sentence.pass.none-refused"
	SentenceRefused     ID = "sentence.pass.refused"
	SentenceAllBack     ID = "sentence.pass.all-back"
	SentenceNoReturn    ID = "sentence.pass.no-return"
	SentenceExcused     ID = "sentence.pass.excused"

	SentencePlayed       ID = "sentence.load.played"
	SentencePlayedNone   ID = "sentence.load.nobody"
	SentencePlayedSome   ID = "sentence.load.some"
	SentencePublished    ID = "sentence.load.published"
	SentenceTurnedAway   ID = "sentence.load.refused"
	SentenceLimit        ID = "sentence.load.limit"
	SentenceLimitNone    ID = "sentence.load.limit-none"
	SentenceLimitAll     ID = "sentence.load.limit-all"
	SentenceExceeded     ID = "sentence.threshold"
	SentenceExceededMore ID = "sentence.threshold.more"

	SentenceOpen        ID = "sentence.open"
	SentenceOpenDo      ID = "sentence.open.do"
	SentenceOpenCases   ID = "sentence.open.cases"
	SentenceNothing     ID = "sentence.open.nothing"
	SentenceTorn        ID = "sentence.torn"
	SentenceInterrupted ID = "sentence.interrupted"
	SentenceSoFar       ID = "sentence.interrupted.so-far"

	SentenceDoLate      ID = "sentence.do.late"
	SentenceDoOurs      ID = "sentence.do.ours"
	SentenceDoLonger    ID = "sentence.do.longer"
	SentenceDoThreshold ID = "sentence.do.threshold"
)

// A report for the issue tracker of the server.
const (
	IssueTitle        ID = "issue.title"
	IssueColon        ID = "issue.colon"
	IssueWhat         ID = "issue.what"
	IssueServer       ID = "issue.server"
	IssueSteps        ID = "issue.steps"
	IssueByHand       ID = "issue.by-hand"
	IssueByTool       ID = "issue.by-tool"
	IssueTool         ID = "issue.tool"
	IssueShorter      ID = "issue.shorter"
	IssueExpected     ID = "issue.expected"
	IssueActual       ID = "issue.actual"
	IssueOften        ID = "issue.often"
	IssueTimeline     ID = "issue.timeline"
	IssueOf           ID = "issue.timeline.of"
	IssueOfFirst      ID = "issue.timeline.of-first"
	IssueLeftOut      ID = "issue.timeline.left-out"
	IssueElsewhere    ID = "issue.timeline.elsewhere"
	IssueScript       ID = "issue.script"
	IssueWindow       ID = "issue.script.window"
	IssueStops        ID = "issue.script.stops"
	IssueCommandLong  ID = "issue.command.left-out"
	IssueCommandLines ID = "issue.command.folded"
	IssueStepWatchLog ID = "issue.step.watch-log"
	IssueStart        ID = "issue.script.start"
	IssueNoScript     ID = "issue.script.none"
	IssueScriptDoc    ID = "issue.script.title"
	IssueTimes        ID = "issue.timeline.times"
	IssueEvidence     ID = "issue.evidence"
	IssueThen         ID = "issue.then"
	IssueAlso         ID = "issue.also"
	IssueAround       ID = "issue.environment"
	IssueMasked       ID = "issue.masked"
	IssueNothing      ID = "issue.nothing"

	IssueNothingOpen  ID = "issue.nothing.inconclusive"
	IssueNothingCut   ID = "issue.nothing.interrupted"
	IssueNothingElse  ID = "issue.nothing.else"
	IssuePlaceholders ID = "issue.placeholders"
	IssueReport       ID = "issue.report"
	IssueLogsOwn      ID = "issue.timeline.logs"
	IssueLogsSome     ID = "issue.timeline.logs-some"
	IssueLogsRead     ID = "issue.timeline.logs-read"

	IssueStepPublish   ID = "issue.step.publish"
	IssueStepPlay      ID = "issue.step.play"
	IssueStepPlayers   ID = "issue.step.players"
	IssueStepContend   ID = "issue.step.contend"
	IssueStepLeave     ID = "issue.step.leave"
	IssueStepAtOnce    ID = "issue.step.at-once"
	IssueStepReturn    ID = "issue.step.return"
	IssueStepReturnAny ID = "issue.step.return-any"
	IssueStepArmed     ID = "issue.step.armed"
	IssueStepFresh     ID = "issue.step.fresh"
	IssueStepWatch     ID = "issue.step.watch"
	IssueStepRepeat    ID = "issue.step.repeat"
	IssueStepLoad      ID = "issue.step.load"

	IssueLeftUnpublish ID = "issue.left.unpublish"
	IssueLeftFin       ID = "issue.left.fin"
	IssueLeftRst       ID = "issue.left.rst"
	IssueLeftCut       ID = "issue.left.cut"
	IssueLeftVanish    ID = "issue.left.vanish"
	IssueLeftHalfclose ID = "issue.left.halfclose"
	IssueLeftAny       ID = "issue.left.any"

	IssueExpectReturn    ID = "issue.expected.return"
	IssueExpectOne       ID = "issue.expected.one"
	IssueExpectMedia     ID = "issue.expected.media"
	IssueExpectPlay      ID = "issue.expected.play"
	IssueExpectLife      ID = "issue.expected.life"
	IssueExpectFree      ID = "issue.expected.free"
	IssueExpectThreshold ID = "issue.expected.threshold"

	IssueOftenKeys    ID = "issue.often.keys"
	IssueOftenReturns ID = "issue.often.returns"
	IssueUnusable     ID = "issue.often.unusable"
	IssueUnusableLast ID = "issue.often.for-good"
	IssueBack         ID = "issue.often.back"

	IssueAtLeft     ID = "issue.at.left"
	IssueAtSent     ID = "issue.at.sent"
	IssueAtArmed    ID = "issue.at.armed"
	IssueAtRetry    ID = "issue.at.retry"
	IssueAtContends ID = "issue.at.contends"
	IssueAtSettling ID = "issue.at.settling"
	IssueAtAccepted ID = "issue.at.accepted"
	IssueAtRefused  ID = "issue.at.refused"
	IssueAtEnded    ID = "issue.at.ended"
	IssueAtNoPlay   ID = "issue.at.play-refused"
	IssueAtPlayEnd  ID = "issue.at.play-ended"
	IssueAtServer   ID = "issue.at.server"
	IssueAtLog      ID = "issue.at.log"
	IssueAtLogRead  ID = "issue.at.log-read"

	IssueNoScriptFrames  ID = "issue.script.none.frames"
	IssueNoScriptVanish  ID = "issue.script.none.vanish"
	IssueNoScriptMemory  ID = "issue.script.none.memory"
	IssueNoScriptUnknown ID = "issue.script.none.unknown"

	ScriptNeeds    ID = "issue.script.says.needs"
	ScriptNobody   ID = "issue.script.says.nobody"
	ScriptRefused  ID = "issue.script.says.refused"
	ScriptStill    ID = "issue.script.says.still"
	ScriptBack     ID = "issue.script.says.back"
	ScriptDied     ID = "issue.script.says.died"
	ScriptSilent   ID = "issue.script.says.silent"
	ScriptHeld     ID = "issue.script.says.held"
	ScriptDouble   ID = "issue.script.says.double"
	ScriptMixed    ID = "issue.script.says.mixed"
	ScriptStale    ID = "issue.script.says.stale"
	ScriptHeadless ID = "issue.script.says.headless"
	ScriptKept     ID = "issue.script.says.kept"
	ScriptPID      ID = "issue.script.says.pid"
	ScriptNot      ID = "issue.script.says.not"

	IssueRowServer   ID = "issue.row.server"
	IssueRowTool     ID = "issue.row.tool"
	IssueRowSystem   ID = "issue.row.system"
	IssueRowSystemIs ID = "issue.row.system-is"
	IssueRowPublish  ID = "issue.row.publish"
	IssueRowPlay     ID = "issue.row.play"
	IssueRowWhen     ID = "issue.row.when"
	IssueRowSeed     ID = "issue.row.seed"
	IssueRowMeasures ID = "issue.row.measures"
	IssueRowAttempts ID = "issue.row.attempts"
	IssueRowTried    ID = "issue.row.attempts-are"
)

// issueText is the English of this area: one sentence about a run, and a report for the issue tracker of the server.
var issueText = map[ID]string{
	SentenceEnd:       "%s.",
	SentenceMore:      "%s; and %s",
	SentenceIs:        "%s is %s",
	SentenceOneConn:   "%s connection",
	SentenceConns:     "%s connections",
	SentenceOneMore:   "%s more finding",
	SentenceManyMore:  "%s more findings",
	SentenceLoaded:    "with %s for %s %s",
	SentenceMeanwhile: "in a run of %s %s",
	SentenceNoneYet:   "nothing had failed until then",

	SentenceOnly:     "the only key",
	SentenceKeys:     "%s of %s keys",
	SentenceOnlyWas:  "the only key was",
	SentenceKeyWas:   "%s of %s keys was",
	SentenceKeysWere: "%s of %s keys were",

	SentenceAtOnce:  "after a zero-gap return %s",
	SentenceAfter:   "after a return %s",
	SentenceLater:   "on a return after %s %s",
	SentenceBetween: "on returns after %s to %s %s",
	SentenceWithin:  "on returns within %s %s",

	SentenceForGood:  "%s and never recovered",
	SentenceBusyFor:  "%s and stayed busy for up to %s",
	SentenceBackIn:   "%s and came back up to %s after the publisher had gone",
	SentenceThenDied: "%s, and the server died of it",
	SentenceThenHung: "%s, and the server stopped answering",
	SentenceStarved:  "%s, and %s went without media",

	SentenceDuplicated:  "%s refused as duplicated",
	SentenceDisposing:   "%s refused because the old stream was still being torn down",
	SentenceStuck:       "%s refused as busy although nobody published there",
	SentenceUnexplained: "%s still refused after %s, and neither the wire nor the log says why",
	SentenceSlow:        "%s came back late, up to %s after the publisher had gone",
	SentenceSlowUnknown: "%s came back too late",
	SentenceBusy:        "%s refused as busy for a moment",
	SentenceDouble:      "two publishers were accepted at once on %s",
	SentenceMixed:       "players got the frames of two publishes interleaved on %s",
	SentenceStale:       "players got frames of an older publish on %s",
	SentenceLoss:        "players that kept up lost %s in the middle of a publish",
	SentenceTwice:       "players got %s twice",
	SentenceReorder:     "players got %s in the wrong order",
	SentenceCorrupt:     "players got frames that are not what was sent, %s",
	SentenceInvalid:     "players got what is no valid FLV, %s",
	SentencePolicy:      "viewers were treated over a return as this server does not usually treat them, %s",
	SentenceNoMedia:     "%s got no media although there was a publisher",
	SentenceNoPlay:      "%s got only refusals although there was a publisher",
	SentenceLeak:        "the server kept what it should have given back (%s)",
	SentenceDied:        "the server died %s in",
	SentenceDiedHow:     "the server died %s in (%s)",
	SentenceDiedOften:   "the server died %s times, first %s in",
	SentenceHung:        "the server stopped answering %s in",
	SentenceRestarted:   "the server went down %s in and came back by itself",
	SentenceSanitizer:   "a sanitizer reported an error in the server (%s)",
	SentenceOther:       "something was found that has no name here yet, %s (%s)",

	SentenceCasesFailed: "%s of %s cases failed: %s",
	SentenceCasesPassed: "all %s cases passed; %s",
	SentenceCasesLeft:   "all %s cases that ran passed (skipped: %s); %s",
	SentenceNoneRefused: "none of %s returns was refused: with 95\u00a0%% confidence fewer than %s are",
	SentenceRefused:     "%s of %s returns were refused at first",
	SentenceAllBack:     "%s, and all were back within %s",
	SentenceNoReturn:    "nothing went wrong in %s, but no publisher returned",
	SentenceExcused:     "%s; excused: %s",

	SentencePlayed:       "%s held for %s: %s of the time stalled, first frame within %s\u00a0(p99)",
	SentencePlayedNone:   "%s tried for %s, and nobody got a frame",
	SentencePlayedSome:   "%s of %s",
	SentencePublished:    "%s held for %s: frames were written up to %s late\u00a0(p99)",
	SentenceTurnedAway:   "%s, and %s of the sessions were refused",
	SentenceLimit:        "%s held; %s did not, because %s",
	SentenceLimitNone:    "not even %s held, because %s",
	SentenceLimitAll:     "%s held, and that was the most tried",
	SentenceExceeded:     "%s, which --fail-on forbids (%s)",
	SentenceExceededMore: "%s, and %s more thresholds were crossed",

	SentenceOpen:        "nobody can say: %s",
	SentenceOpenDo:      "%s; %s",
	SentenceOpenCases:   "%s of %s cases came to no verdict, such as %s: %s",
	SentenceNothing:     "nothing was tested: no publish, no return, no player",
	SentenceTorn:        "nothing failed in what is left of the record, but it breaks off after %s: run it again",
	SentenceInterrupted: "interrupted after %s: %s",
	SentenceSoFar:       "nothing had failed until then, and %s",

	SentenceDoLate:      "take a faster or calmer machine, or a smaller load",
	SentenceDoOurs:      "mend that here first, then run it again",
	SentenceDoLonger:    "give it a longer --duration",
	SentenceDoThreshold: "ask for something that this run measures",

	IssueTitle:        "%s: %s",
	IssueColon:        "%s:",
	IssueWhat:         "What happened",
	IssueServer:       "Server: %s. Found with flvstorm %s on %s.",
	IssueSteps:        "Steps to reproduce",
	IssueByHand:       "By hand:",
	IssueScript:       "Paste it into a shell, or set RTMP, HTTP or ROUNDS before it. It says when it sees it and ends with status 1; after %s rounds (about %s) without, with 0; with 125 where it can't try: as git bisect run takes it. It ends only what it started.",
	IssueWindow:       "ffmpeg takes longer to connect than such a window is open, so the script starts the next publisher before the old one leaves, each round a little earlier or later. It meets windows of some 20 ms and more; where it sees nothing, the flvstorm command still may.",
	IssueCommandLong:  "The command has %s bytes, more than a report has room for; it stands in the result of the run, as repro.",
	IssueCommandLines: "The command, %s lines",
	IssueStops:        "ffmpeg sends nothing once it is told that it was refused; where the script sees nothing, the flvstorm command still may.",
	IssueStart:        "Start the server:",
	IssueNoScript:     "There is no recipe by hand: %s. The flvstorm command shows it.",
	IssueScriptDoc:    "Script for bash, ffmpeg and curl",
	IssueByTool:       "Or by one command (flvstorm publishes by RTMP, plays by HTTP-FLV, and makes publishers leave and come back):",
	IssueTool:         "By one command (flvstorm publishes by RTMP and plays by HTTP-FLV):",
	IssueShorter:      "Or only the case that failed first:",
	IssueExpected:     "Expected",
	IssueActual:       "Actual",
	IssueOften:        "How often",
	IssueTimeline:     "Timeline",
	IssueOf:           "Key %s, in milliseconds since its publisher left.",
	IssueOfFirst:      "Key %s, in milliseconds since the first of these moments.",
	IssueLeftOut:      "… and %s more",
	IssueElsewhere:    "… and meanwhile %s more on %s other keys",
	IssueTimes:        "%s (%s times, the last at %s)",
	IssueEvidence:     "Evidence: %s",
	IssueThen:         "What followed: %s",
	IssueAlso:         "Also found in this run",
	IssueAround:       "Environment",
	IssueMasked:       "Hosts other than this one, users, credentials, headers, the values of queries and local paths are left out.",
	IssueNothing:      "nothing to report: the run passed; --format markdown has its summary",

	IssueNothingOpen:  "nothing to report: the run came to no verdict; --format markdown says why",
	IssueNothingCut:   "nothing to report: the run was interrupted before anything failed; --format markdown has its summary",
	IssueNothingElse:  "nothing to report: nothing failed that a server could be told of; --format markdown has its summary",
	IssuePlaceholders: "Placeholders, to be replaced in commands: %s.",
	IssueReport:       "Evidence: the report of %s",
	IssueLogsOwn:      "Lines of the server's log stand at their own times (±\u00a0%s).",
	IssueLogsSome:     "Lines of the server's log stand at their own times (±\u00a0%s), those marked (read then) where they were read.",
	IssueLogsRead:     "Lines of the server's log stand where they were read: how its clock goes is not known.",

	IssueStepPublish:   "Publish %s by RTMP.",
	IssueStepPlay:      "Have %s on %s by HTTP-FLV.",
	IssueStepPlayers:   "Have some players on %s by HTTP-FLV.",
	IssueStepContend:   "While it is live, publish the same stream from a second connection.",
	IssueStepLeave:     "After %s, %s.",
	IssueStepAtOnce:    "Publish the same stream again as fast as you can: flvstorm did so %s later, on %s.",
	IssueStepReturn:    "Wait %s and publish the same stream again, on %s.",
	IssueStepReturnAny: "Publish the same stream again.",
	IssueStepArmed:     "a connection whose handshake and connect were done before",
	IssueStepFresh:     "a new connection",
	IssueStepWatch:     "Watch what the publisher and the players are answered, and the server's log.",
	IssueStepWatchLog:  "Watch what the publisher and the players are answered, and the server's log for %s.",
	IssueStepRepeat:    "Repeat; here it happened to %s.",
	IssueStepLoad:      "Keep %s connected for %s.",

	IssueNoScriptFrames:  "it takes a publisher that numbers its frames, and players that check every one",
	IssueNoScriptVanish:  "it takes a publisher that falls silent with its connection open, and the time until the server gives it up",
	IssueNoScriptMemory:  "memory that grows a little by each return shows only over many of them",
	IssueNoScriptUnknown: "no publisher had left before it, so which of the clients brought it about is not known",

	ScriptNeeds:    "needed: %s",
	ScriptNobody:   "cannot publish to %s: does the server run there?",
	ScriptRefused:  "seen in round %s: refused, %s s after everybody had left",
	ScriptStill:    "still refused in the end",
	ScriptBack:     "accepted in the end",
	ScriptDied:     "seen in round %s: nobody listens at %s any more",
	ScriptSilent:   "seen in round %s: there is a publisher, and a viewer gets nothing",
	ScriptHeld:     "seen in round %s: a viewer from before the return is neither ended nor served",
	ScriptDouble:   "seen in round %s: two publishers at once",
	ScriptMixed:    "seen in round %s: pictures of the second publisher reach viewers of the first",
	ScriptStale:    "seen in round %s: a viewer that came after the return got pictures of the publisher before",
	ScriptHeadless: "seen in round %s: %s.flv has frames and nothing to decode them by",
	ScriptKept:     "%s descriptors before, %s after %s publishes more",
	ScriptPID:      "set SERVER_PID to the process number of the server",
	ScriptNot:      "not seen in %s rounds",

	IssueLeftUnpublish: "let the publisher say goodbye (FCUnpublish, deleteStream) and close",
	IssueLeftFin:       "close the publisher's TCP connection (FIN) without unpublishing",
	IssueLeftRst:       "reset the publisher's TCP connection (RST: SO_LINGER 0, then close)",
	IssueLeftCut:       "close the publisher's TCP connection in the middle of a message",
	IssueLeftVanish:    "let the publisher fall silent and leave its connection open, as when a cable is pulled",
	IssueLeftHalfclose: "shut down the publisher's sending half (FIN) and keep reading",
	IssueLeftAny:       "let the publisher leave",

	IssueExpectReturn:    "Once its publisher has left, a stream can be published again, at the latest after %s.",
	IssueExpectOne:       "A stream has one publisher at a time: another one is refused, or takes the first one's place.",
	IssueExpectMedia:     "Players get the frames of a publish whole, in order and once, and after a return those of the new one only.",
	IssueExpectPlay:      "A player gets media as long as the stream has a publisher.",
	IssueExpectLife:      "The server goes on running and answering, whatever its clients do.",
	IssueExpectFree:      "What publishers and players used is given back once they have gone.",
	IssueExpectThreshold: "%s does not happen.",

	IssueOftenKeys:    "%s on %s of %s keys, first %s into the run.",
	IssueOftenReturns: "%s of %s returns were refused at first.",
	IssueUnusable:     "A key could not be published for up to %s.",
	IssueUnusableLast: "No key could be published again: the last try was %s after the publisher had left.",
	IssueBack:         "In the case above it was accepted again %s after its publisher had left.",

	IssueAtLeft:     "publisher of %s leaves (%s)",
	IssueAtSent:     "publish sent",
	IssueAtArmed:    "publish sent, on a connection made ahead",
	IssueAtRetry:    "tries again: publish sent",
	IssueAtContends: "another publisher: publish sent",
	IssueAtSettling: "a try after the load: publish sent",
	IssueAtAccepted: "accepted",
	IssueAtRefused:  "refused: %s",
	IssueAtEnded:    "the server ends the publish (%s)",
	IssueAtNoPlay:   "%s refused: %s",
	IssueAtPlayEnd:  "%s: the server ends the connection (%s)",
	IssueAtServer:   "the server's process: %s",
	IssueAtLog:      "log: %s",
	IssueAtLogRead:  "log (read then): %s",

	IssueRowServer:   "server",
	IssueRowTool:     "flvstorm",
	IssueRowSystem:   "system",
	IssueRowSystemIs: "%s/%s, %s CPUs",
	IssueRowPublish:  "published to",
	IssueRowPlay:     "played from",
	IssueRowWhen:     "when",
	IssueRowSeed:     "seed",
	IssueRowMeasures: "judged by",
	IssueRowAttempts: "publishes",
	IssueRowTried:    "%s tried, %s accepted",
}
