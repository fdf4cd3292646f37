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
)

// How a line of the server's log was tied to a refusal.
const (
	TiedByID      ID = "tied.id"
	TiedByPeer    ID = "tied.peer"
	TiedByTime    ID = "tied.time"
	TiedByLast    ID = "tied.last"
	TiedByNothing ID = "tied.nothing"
)

// How the server died, where nobody saw its process.
const DiedRefusing ID = "died.refusing"

// Why a run without a failing finding is not a pass.
const (
	WhyInterrupted ID = "why.interrupted"
	WhyCut         ID = "why.cut"
	WhyNothing     ID = "why.nothing"
	WhyNoMedia     ID = "why.no-media"
	WhyUnresolved  ID = "why.unresolved"
	WhyNeverOurs   ID = "why.never-ours"
	WhyRuled       ID = "why.ruled"
	WhyStopped     ID = "why.stopped"
	WhyTrouble     ID = "why.trouble"
	WhyLate        ID = "why.late"
	WhyProfile     ID = "why.profile"
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

	TiedByID:      "the log names the connection as the connect reply did",
	TiedByPeer:    "the log names the address of our end of the connection",
	TiedByTime:    "a guess: the same key at about the same time",
	TiedByLast:    "the last error in its log before that; it may be about something else",
	TiedByNothing: "no line of the log",

	DiedRefusing: "connections were refused after it had answered",

	WhyInterrupted: "interrupted before its end",
	WhyCut:         "the record of the run breaks off after %.1f s, before the run's end",
	WhyNoMedia:     "streams were published, but in %d sessions no player got a frame: does --play-url name what is published?",
	WhyNothing:     "no publish was accepted and no media arrived, so nothing was tested",
	WhyUnresolved:  "%d keys were refused last and had not come back when the run ended, such as %s",
	WhyNeverOurs:   "%d keys were never accepted, such as %s: somebody else may publish them",
	WhyRuled:       "%d keys were refused as %q, such as %s: a rule or a limit of the server's was in the way of the test",
	WhyStopped:     "the run ended itself early: %s",
	WhyTrouble:     "a limit or failure of our own: %s, %d times: %s",
	WhyLate:        "%.1f %% of what was planned happened more than %v late: this machine is too slow or too busy for the load",
	WhyProfile:     "the profile in the record of the run cannot be used: %v",
}
