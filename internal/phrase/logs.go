package phrase

// Sentences about the server's log: where it comes from, what its sanitizers say, and how its lines are tied.
const (
	LogsNoCommand   ID = "logs.no-command"
	LogsNotStarted  ID = "logs.not-started"
	LogsEnded       ID = "logs.ended"
	LogsCommandEnds ID = "logs.command-ended"
	LogsExit        ID = "logs.exit"
	LogsSignal      ID = "logs.signal"
	LogsEnd         ID = "logs.end"
	LogsNoEvidence  ID = "logs.no-evidence"
	LogsReportCut   ID = "logs.report-cut"

	TiedByToken ID = "tied.token"
)

// logs is the English of this area.
var logs = map[ID]string{
	LogsNoCommand:   "--log-cmd: names no program; give one that prints the server's log and goes on, such as 'docker logs -f --tail 0 srs'",
	LogsNotStarted:  "--log-cmd %s: cannot be started: look at the program's name and whether it may be run: %v",
	LogsEnded:       "%s: the server's log ended before the run did (%s), so that what the server said after that is not known",
	LogsCommandEnds: "--log-cmd %s: ended before the run did (%s), so that what the server said after that is not known; its last words: %s",
	LogsExit:        "exit status %d",
	LogsSignal:      "signal %s",
	LogsEnd:         "end of file",
	LogsNoEvidence:  "a sanitizer's report could not be kept in %s: %v",
	LogsReportCut:   "(%d more lines of this report were left out)",

	TiedByToken: "the log shows the token that stood behind the stream's name",
}
