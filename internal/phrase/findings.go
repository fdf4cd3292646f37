package phrase

// What each code of a finding says. The ID of the sentence is "finding." and the code.
const (
	SaysDuplicatedPattern  ID = "finding.duplicated-pattern"
	SaysStuckBusy          ID = "finding.stuck-busy"
	SaysSlowRelease        ID = "finding.slow-release"
	SaysStreamBusy         ID = "finding.stream-busy"
	SaysDisposing          ID = "finding.disposing"
	SaysUnexplainedRefusal ID = "finding.unexplained-refusal"
	SaysDoublePublish      ID = "finding.double-publish"
	SaysPlayerStarved      ID = "finding.player-starved"
	SaysPlayerRefused      ID = "finding.player-refused"
	SaysServerCrashed      ID = "finding.server-crashed"
	SaysServerHung         ID = "finding.server-hung"
	SaysServerRestarted    ID = "finding.server-restarted"
	SaysSanitizer          ID = "finding.sanitizer"
	SaysMixedMedia         ID = "finding.mixed-media"
	SaysStaleMedia         ID = "finding.stale-media"
	SaysMediaLoss          ID = "finding.media-loss"
	SaysMediaDuplicate     ID = "finding.media-duplicate"
	SaysMediaReorder       ID = "finding.media-reorder"
	SaysMediaCorrupt       ID = "finding.media-corrupt"
	SaysFLVInvalid         ID = "finding.flv-invalid"
	SaysPlayPolicy         ID = "finding.play-policy"
)

// How a line of the server's log was tied to a refusal.
const (
	TiedByID      ID = "tied.id"
	TiedByPeer    ID = "tied.peer"
	TiedByTime    ID = "tied.time"
	TiedByLast    ID = "tied.last"
	TiedByNothing ID = "tied.nothing"
)

// How the server ended: how its process did, or how it looked where nobody saw that.
const (
	DiedExit          ID = "died.exit"
	DiedSignalled     ID = "died.signalled"
	DiedGone          ID = "died.gone"
	DiedRefusing      ID = "died.refusing"
	DiedDeaf          ID = "died.deaf"
	DiedSaying        ID = "died.saying"
	DiedReported      ID = "died.reported"
	DiedSilent        ID = "died.silent"
	RestartedProcess  ID = "restarted.process"
	RestartedRefusing ID = "restarted.refusing"
	SanitizerMore     ID = "sanitizer.more"
)

// Why a run without a failing finding is not a pass.
const (
	WhyInterrupted ID = "why.interrupted"
	WhyCut         ID = "why.cut"
	WhyNothing     ID = "why.nothing"
	WhyNoMedia     ID = "why.no-media"
	WhyUnresolved  ID = "why.unresolved"
	WhyNeverOurs   ID = "why.never-ours"
	WhyDenied      ID = "why.denied"
	WhyLimited     ID = "why.limited"
	WhyPlayDenied  ID = "why.play-denied"
	WhyPlayLimited ID = "why.play-limited"
	WhyStopped     ID = "why.stopped"
	WhyServerDead  ID = "why.server-dead"
	WhyFailFast    ID = "why.fail-fast"
	WhyTrouble     ID = "why.trouble"
	WhyLog         ID = "why.log"
	WhyLate        ID = "why.late"
	WhyProfile     ID = "why.profile"
	WhyFailOnly    ID = "why.fail-only"
	WhyBaseline    ID = "why.baseline"
	WhyCaseCut     ID = "why.case-cut"
	WhyCases       ID = "why.cases"
	WhyNothingRan  ID = "why.nothing-ran"
	WhyManyCases   ID = "why.many-cases"
	WhySeveral     ID = "why.several"
)

// What an outage that the user excused kept from being tested in a run that passes. Each begins with the outage's code.
const (
	WhyExcusedEnd   ID = "why.excused-end"
	WhyExcusedKeys  ID = "why.excused-keys"
	WhyExcusedAll   ID = "why.excused-all"
	WhyExcusedPlay  ID = "why.excused-play"
	WhyExcusedCases ID = "why.excused-cases"
	WhyExcusedSkips ID = "why.excused-skips"
)

// findings is the English of this area.
var findings = map[ID]string{
	SaysDuplicatedPattern:  "a publish or a play was refused because the old HTTP mount of the key still stood",
	SaysStuckBusy:          "a key that nobody published was refused for longer than --stuck-after",
	SaysSlowRelease:        "a key came back, but later than --grace after its publisher had gone",
	SaysStreamBusy:         "a publish was refused although the key's owner had left; the key was back within --grace",
	SaysDisposing:          "a publish or a play was refused because the old stream was still being torn down",
	SaysUnexplainedRefusal: "a key was not back within --grace, and neither the wire nor the log says why",
	SaysDoublePublish:      "two publishers were accepted on one key at the same time",
	SaysPlayerStarved:      "a player got no media for longer than --grace although the key had a publisher",
	SaysPlayerRefused:      "a player was refused for longer than --grace although the key had a publisher",
	SaysServerCrashed:      "the server died",
	SaysServerHung:         "the server stopped answering",
	SaysServerRestarted:    "the server went down and came back by itself",
	SaysSanitizer:          "a sanitizer reported an error in the server",
	SaysMixedMedia:         "a player got the frames of two publishes interleaved on one connection",
	SaysStaleMedia:         "a player got frames of an older publish after those of a newer one, or although it came after that was accepted",
	SaysMediaLoss:          "frames were missing in the middle of a publish, for a player that kept up",
	SaysMediaDuplicate:     "a player got frames of a publish twice on one connection",
	SaysMediaReorder:       "a player got frames of a publish in another order than they were sent",
	SaysMediaCorrupt:       "a player got frames that are not what the publisher had sent",
	SaysFLVInvalid:         "a player got what is not valid FLV, or what no decoder can begin with",
	SaysPlayPolicy:         "over a return a viewer was kept where this server ends them, ended where it keeps them, or given other timestamps than usual",

	TiedByID:      "the log names the connection as the connect reply did",
	TiedByPeer:    "the log names the address of our end of the connection",
	TiedByTime:    "a guess: the same key at about the same time",
	TiedByLast:    "the last error in its log before that; it may be about something else",
	TiedByNothing: "no line of the log",

	DiedExit:          "exit %d",
	DiedSignalled:     "%s (exit %d)",
	DiedGone:          "its process is no longer there",
	DiedRefusing:      "connections were refused after it had answered",
	DiedDeaf:          "its API refused connections and nothing got through to it any more",
	DiedSaying:        "nothing got through to it any more after its last words",
	DiedReported:      "%s, after %s",
	DiedSilent:        "%s, %v after it fell silent, as a process does that writes its memory to disk",
	RestartedProcess:  "process %s had answered, now process %s does",
	RestartedRefusing: "its port refused connections, and answered again %v later",
	SanitizerMore:     "more reports",

	WhyInterrupted: "interrupted before its end",
	WhyCut:         "the record of the run breaks off after %.1f s, before the run's end",
	WhyNoMedia:     "streams were published, but in %d sessions no player got a frame: does --play-url name what is published?",
	WhyNothing:     "no publish was accepted and no media arrived, so nothing was tested",
	WhyUnresolved:  "keys refused last that had not come back when the run ended: %d, such as %s",
	WhyNeverOurs:   "keys that were never accepted: %d, such as %s; somebody else may publish them",
	WhyDenied: "the server denied publishers, on %s: does --publish-url carry the token, signature or password that it asks " +
		"for, and for how long is that valid?",
	WhyLimited: "the server refused publishers by a limit of its own, on %s: allow it more connections or streams, or ask for " +
		"fewer with --streams and --contenders",
	WhyPlayDenied: "the server answered players with 401 or 403, on %s: does --play-url carry the token or signature that it " +
		"asks for, and for how long is that valid?",
	WhyPlayLimited: "the server answered players with 429, on %s: so many requests are more than a limit of its own allows",
	WhyStopped:     "the run ended itself early: %s",
	WhyServerDead:  "the server died",
	WhyFailFast:    "the first error was found, and --fail-fast was given",
	WhyTrouble:     "a limit or failure of our own: %s, %s: %s",
	WhyLog:         "the log: %s",
	WhyLate:        "%.1f %% of what was planned happened more than %v late: this machine is too slow or too busy for the load",
	WhyProfile:     "the profile in the record of the run cannot be used: %v",
	WhyFailOnly:    "errors were found, but none that --fail-only names: %s",
	WhyBaseline:    "only findings that the baseline has: %s",
	WhyCaseCut:     "it was cut short",
	WhyCases:       "inconclusive cases: %d of %d, such as %s: %s",
	WhyNothingRan:  "none of the cases ran (%d), so nothing was tested",
	WhyManyCases:   "%d more cases than can be judged apart",
	WhySeveral: "more than one server answers at this address (processes %s and %s), behind a load balancer or on one port: " +
		"what one has of a key says nothing of the other; test one of them alone",

	WhyExcusedEnd:   "%s is excused, and ended the run early: what was to come after it was not tested",
	WhyExcusedKeys:  "%s is excused; keys refused last before it: %d, such as %s: whether they would have come back was not tested",
	WhyExcusedAll:   "%s is excused, and came before anything was accepted, so nothing was tested",
	WhyExcusedPlay:  "%s is excused, and came before a player got a frame, so playing was not tested",
	WhyExcusedCases: "%s is excused, and cut %d of %d cases short, such as %s: what they were to do after it was not tested",
	WhyExcusedSkips: "%s is excused, and left no server for the cases after it (%d), which were not tested",
}
