package phrase

// What each code of a finding says, and how it was decided. The ID of the sentence is "finding." and the code; the one
// for the decision ends with ".how".
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

	HowDuplicatedPattern  ID = "finding.duplicated-pattern.how"
	HowStuckBusy          ID = "finding.stuck-busy.how"
	HowSlowRelease        ID = "finding.slow-release.how"
	HowStreamBusy         ID = "finding.stream-busy.how"
	HowDisposing          ID = "finding.disposing.how"
	HowUnexplainedRefusal ID = "finding.unexplained-refusal.how"
	HowDoublePublish      ID = "finding.double-publish.how"
	HowPlayerStarved      ID = "finding.player-starved.how"
	HowPlayerRefused      ID = "finding.player-refused.how"
	HowServerCrashed      ID = "finding.server-crashed.how"
	HowServerHung         ID = "finding.server-hung.how"
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

	HowDuplicatedPattern:  "The server's log names the cause of the refusal. It is always counted, however soon the key came back.",
	HowStuckBusy:          "A refusal arrived --stuck-after or more after the key's last publisher had gone, with no publish accepted between. It is for good if every settling try failed while the server still answered.",
	HowSlowRelease:        "A refusal arrived later than --grace after the key's last publisher had gone, or the accepted publish itself took longer than that.",
	HowStreamBusy:         "The key had no publisher, and no refusal arrived later than --grace after the last one had gone.",
	HowDisposing:          "The server's log names the cause of the refusal. It is an error only where the key was not back within --grace.",
	HowUnexplainedRefusal: "The connection was closed or fell silent without a status, and no line of the log that explains it came within a second of the end of --grace.",
	HowDoublePublish:      "Both publishes were accepted, and neither had left or been ended when the later one was; the server's policy is one publisher a key.",
	HowPlayerStarved:      "The time counts only while the player waits for an answer or for media and the key has an accepted publisher that has not left, added up over publishes.",
	HowPlayerRefused:      "All answers were refusals for that long; the time counts only while the key has an accepted publisher that has not left.",
	HowServerCrashed:      "The process ended without being told to, or the port was refused after it had answered.",
	HowServerHung:         "Three fresh handshakes in a row got no answer, and every old connection had been silent for 3 s.",

	TiedByID:      "the log names the connection as the connect reply did",
	TiedByPeer:    "the log names the address of our end of the connection",
	TiedByTime:    "a guess: the same key at about the same time",
	TiedByLast:    "the last error in its log before that; it may be about something else",
	TiedByNothing: "no line of the log",

	DiedRefusing: "connections were refused after it had answered",

	WhyInterrupted: "interrupted before its end",
	WhyCut:         "the record of the run breaks off after %.1f s, before the run's end",
	WhyNothing:     "no publish was accepted and no media arrived, so nothing was tested",
	WhyUnresolved:  "%d keys were refused last and had not come back when the run ended, such as %s",
	WhyNeverOurs:   "%d keys were never accepted, such as %s: somebody else may publish them",
	WhyRuled:       "%d keys were refused as %q, such as %s: a rule or a limit of the server's was in the way of the test",
	WhyStopped:     "the run ended itself early: %s",
	WhyTrouble:     "a limit or failure of our own: %s, %d times: %s",
	WhyLate:        "%.1f %% of what was planned happened more than %v late: this machine is too slow or too busy for the load",
	WhyProfile:     "the profile in the record of the run cannot be used: %v",
}
