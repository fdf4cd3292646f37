package phrase

// What the files and lines for a pipeline say, and what can be wrong with them.
const (
	CISentence ID = "ci.sentence"
	CIGist     ID = "ci.gist"
	CICausedBy ID = "ci.caused-by"
	CIKeys     ID = "ci.keys"
	CIMoreKeys ID = "ci.more-keys"
	CICase     ID = "ci.case"
	CIRepeat   ID = "ci.repeat"
	CIKept     ID = "ci.kept"
	CICut      ID = "ci.cut"
	CIUnproven ID = "ci.unproven"
	CINotShown ID = "ci.not-shown"
	CIMore     ID = "ci.more"
	CITitle    ID = "ci.title"
	CILeft     ID = "ci.left"
	CICases    ID = "ci.cases"

	CIJUnitNotWritten   ID = "ci.junit-not-written"
	CISummaryNotWritten ID = "ci.summary-not-written"
)

// How a run stands to its baseline, and what is wrong with a run that was given as one.
const (
	BaselineIsNew   ID = "baseline.is-new"
	BaselineIsOld   ID = "baseline.is-old"
	BaselineNothing ID = "baseline.nothing"
	BaselineAgainst ID = "baseline.against"
	BaselineNew     ID = "baseline.new"
	BaselineOld     ID = "baseline.old"
	BaselineGone    ID = "baseline.gone"
	BaselineSame    ID = "baseline.same"
	BaselineVerdict ID = "baseline.verdict"
)

// What could be learned of the server's end.
const (
	TableCrashAt       ID = "table.crash.at"
	TableCrashAtMore   ID = "table.crash.at-more"
	TableCrashCore     ID = "table.crash.core"
	TableCrashCoreLast ID = "table.crash.core-last"
	TableCrashCoreGone ID = "table.crash.core-gone"
	TableCrashFolder   ID = "table.crash.folder"
	TableCrashFolders  ID = "table.crash.folders"
	TableCrashOther    ID = "table.crash.other"
	TableCrashNote     ID = "table.crash.note"
	TableCrashWhole    ID = "table.crash.whole"
	TableCrashMore     ID = "table.crash.more"
)

// The cases of a suite.
const (
	TableColCase     ID = "table.col.case"
	TableColTime     ID = "table.col.time"
	TableColWhat     ID = "table.col.what"
	TableColFound    ID = "table.col.found"
	TableCasesFail   ID = "table.cases.fail"
	TableCasesPass   ID = "table.cases.pass"
	TableCasesOpen   ID = "table.cases.open"
	TableCasesLeft   ID = "table.cases.left"
	TableCasesAnd    ID = "table.cases.and"
	TableCaseBecause ID = "table.case.because"
	TableCaseSkipped ID = "table.case.skipped"
	TableCaseOpen    ID = "table.case.open"
	TableCaseAbove   ID = "table.case.above"
	TableCaseMore    ID = "table.case.more"
	OneInstance      ID = "ci.instance.one"
	ManyInstances    ID = "ci.instance.many"
	OneCase          ID = "one.case"
	ManyCases        ID = "many.cases"
)

// What the server's log, process and API told.
const (
	TableShapeNew    ID = "table.shape.new"
	TableShapeMore   ID = "table.shape.more"
	TableTied        ID = "table.tied"
	TableTiedID      ID = "table.tied.id"
	TableTiedToken   ID = "table.tied.token"
	TableTiedPeer    ID = "table.tied.peer"
	TableTiedTime    ID = "table.tied.time"
	TableTiedNone    ID = "table.tied.none"
	TableClockAhead  ID = "table.clock.ahead"
	TableClockBehind ID = "table.clock.behind"
	TableProxy       ID = "table.proxy"
	TableProxyBut    ID = "table.proxy.but"

	TableUsage        ID = "table.usage"
	TableColAtFirst   ID = "table.col.at-first"
	TableColAtLast    ID = "table.col.at-last"
	TableColPerReturn ID = "table.col.per-return"
	TableMemory       ID = "table.memory"
	TableFDs          ID = "table.fds"
	TableThreads      ID = "table.threads"
	TableAPIClients   ID = "table.api.clients"
	TableAPIStreams   ID = "table.api.streams"
	TableCPU          ID = "table.cpu"
	TableCPUReturn    ID = "table.cpu.return"
	TableSanitized    ID = "table.sanitized"
	TableAPITook      ID = "table.api.took"
	TableAPIFailed    ID = "table.api.failed"
)

// ci is the English of this area.
var ci = map[ID]string{
	CISentence: "%s: %s",
	CIGist:     "%s: %s (%s)",
	CICausedBy: "a consequence of %s",
	CIKeys:     "keys: %s",
	CIMoreKeys: "%s more",
	CICase:     "%s  %s",
	CIRepeat:   "repeat it: %s",
	CIKept:     "kept in %s",
	CICut:      "… %s more bytes; the result as JSON and the folder of the run have them all",
	CIUnproven: "not proven: %s",
	CINotShown: "not found, but the run shows little: %s",
	CIMore:     "and %s more; see the summary",
	CITitle:    "flvstorm: %s",
	CICases:    "in the cases: %s",
	CILeft:     "and %s more, for which there is no room here; the JUnit report, the JSON result and the folder of the run have them",

	CIJUnitNotWritten:   "--junit %s: %v; name a file that can be written",
	CISummaryNotWritten: "the step summary %s: %v; unset GITHUB_STEP_SUMMARY to do without",

	BaselineIsNew:   "new",
	BaselineIsOld:   "old",
	BaselineNothing: "--baseline %s: that run was %s and found nothing, so nothing can be held against it; name one that came to a verdict",
	BaselineAgainst: "beside the baseline %s: %s",
	BaselineNew:     "new: %s",
	BaselineOld:     "old: %s",
	BaselineSame:    "nothing found, then and now",
	BaselineGone:    "gone: %s",
	BaselineVerdict: "%s (%s)",

	TableCrashAt:       "at %s:",
	TableCrashAtMore:   "at %s (and %s):",
	TableCrashCore:     "core: %s",
	TableCrashCoreLast: "core: %s (the last one's; those before were overwritten since)",
	TableCrashCoreGone: "core: %s (overwritten since)",
	TableCrashFolder:   "dossier: %s",
	TableCrashFolders:  "dossier: %s, and beside it %s",
	TableCrashOther:    "and %s of another kind; --json has them all",
	TableCrashNote:     "note: %s",
	TableCrashWhole:    "the whole report: %s",
	TableCrashMore:     "and %s more of it",

	TableColCase:     "case",
	TableColTime:     "time",
	TableColWhat:     "what it tries",
	TableColFound:    "found",
	TableCasesFail:   "%s of %s: %s",
	TableCasesPass:   "%s passed",
	TableCasesLeft:   "%s passed, %s skipped",
	TableCasesAnd:    "%s; %s",
	TableCasesOpen:   "%s of %s came to no verdict: %s",
	TableCaseBecause: "%s (%s)",
	TableCaseSkipped: "skipped: %s",
	TableCaseOpen:    "%s: %s",
	TableCaseAbove:   "see above",
	TableCaseMore:    "%s and %s more",
	OneInstance:      "%s case",
	ManyInstances:    "%s cases",
	OneCase:          "%s case",
	ManyCases:        "%s cases",

	TableShapeNew:    "(new)",
	TableShapeMore:   "and %s of other kinds",
	TableTied:        "refusals and the log: %s",
	TableTiedID:      "%s\u00a0tied by the id of the connection",
	TableTiedToken:   "%s\u00a0by the token in the stream's query",
	TableTiedPeer:    "%s\u00a0by the port",
	TableTiedTime:    "%s\u00a0by time, which is a guess",
	TableTiedNone:    "%s\u00a0without a line",
	TableClockAhead:  "its clock is %s ahead of ours, by %s; times here are ours",
	TableClockBehind: "its clock is %s behind ours, by %s; times here are ours",
	TableProxy:       "behind a proxy or NAT: the server sees %s where our end is %s",
	TableProxyBut:    "%s; unverified, for a proxy may not carry it through: %s",

	TableUsage:        "The server's process",
	TableColAtFirst:   "at first",
	TableColAtLast:    "at last",
	TableColPerReturn: "per return",
	TableMemory:       "memory",
	TableFDs:          "descriptors",
	TableThreads:      "threads",
	TableAPIClients:   "clients, by its API",
	TableAPIStreams:   "streams published, by its API",
	TableCPU:          "processor: %s, %s of one on average, %s at most",
	TableCPUReturn:    "%s; %s for each return",
	TableSanitized:    "a sanitizer is in the process: its memory and processor time are not those of an ordinary build",
	TableAPITook:      "the API answered in %s (p50), %s (p99), %s",
	TableAPIFailed:    "the API could not be asked in %s of %s: %s",
}
