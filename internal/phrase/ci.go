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
	TableCrashAt        ID = "table.crash.at"
	TableCrashHow       ID = "table.crash.how"
	TableCrashCore      ID = "table.crash.core"
	TableCrashFolder    ID = "table.crash.folder"
	TableCrashNote      ID = "table.crash.note"
	TableCrashSanitizer ID = "table.crash.sanitizer"
	TableCrashWhole     ID = "table.crash.whole"
	TableCrashMore      ID = "table.crash.more"
)

// The cases of a suite.
const (
	TableColCase     ID = "table.col.case"
	TableColTime     ID = "table.col.time"
	TableColFound    ID = "table.col.found"
	TableCases       ID = "table.cases"
	TableCasesFail   ID = "table.cases.fail"
	TableCasesPass   ID = "table.cases.pass"
	TableCasesOpen   ID = "table.cases.open"
	TableCasesLeft   ID = "table.cases.left"
	TableCasesAnd    ID = "table.cases.and"
	TableCaseBecause ID = "table.case.because"
	TableCaseSkipped ID = "table.case.skipped"
	TableCaseOpen    ID = "table.case.open"
	TableCaseMore    ID = "table.case.more"
	OneCase          ID = "one.case"
	ManyCases        ID = "many.cases"
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

	TableCrashAt:        "at %s",
	TableCrashHow:       "%s: %s",
	TableCrashCore:      "core: %s",
	TableCrashFolder:    "dossier: %s",
	TableCrashNote:      "note: %s",
	TableCrashSanitizer: "%s  %s: %s",
	TableCrashWhole:     "the whole report: %s",
	TableCrashMore:      "and %s more",

	TableColCase:     "case",
	TableColTime:     "time",
	TableColFound:    "found",
	TableCases:       "Cases",
	TableCasesFail:   "%s of %s: %s",
	TableCasesPass:   "%s passed",
	TableCasesLeft:   "%s, %s skipped",
	TableCasesAnd:    "%s; %s",
	TableCasesOpen:   "%s of %s came to no verdict: %s",
	TableCaseBecause: "%s (%s)",
	TableCaseSkipped: "skipped: %s",
	TableCaseOpen:    "%s: %s",
	TableCaseMore:    "and %s more",
	OneCase:          "%s case",
	ManyCases:        "%s cases",
}
