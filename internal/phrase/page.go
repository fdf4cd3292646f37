package phrase

// Sentences of the HTML report. Those below "page.js." are said by its scripts.
const (
	PageTitle     ID = "page.title"
	PageSkip      ID = "page.skip"
	PageNav       ID = "page.nav"
	PageLanguage  ID = "page.language"
	PageTheme     ID = "page.theme"
	PageAuto      ID = "page.theme.auto"
	PageLight     ID = "page.theme.light"
	PageDark      ID = "page.theme.dark"
	PageCopy      ID = "page.copy"
	PageDownload  ID = "page.download"
	PageNoScript  ID = "page.no-script"
	PageMadeBy    ID = "page.made-by"
	PageCopied    ID = "page.js.copied"
	PageNotCopied ID = "page.js.not-copied"

	PageServer     ID = "page.server"
	PagePublishURL ID = "page.publish-url"
	PagePlayURL    ID = "page.play-url"
	PageSeed       ID = "page.seed"
	PageStarted    ID = "page.started"
	PageLasted     ID = "page.lasted"
	PageMachine    ID = "page.machine"
	PageOn         ID = "page.on"
	PageJudged     ID = "page.judged"
	PageTool       ID = "page.tool"
	PageKept       ID = "page.kept"
	PageEmbedded   ID = "page.embedded"
	PageRepeat     ID = "page.repeat"
	PageThresholds ID = "page.thresholds"

	PageFindings   ID = "page.findings"
	PageFound      ID = "page.found"
	PageNothing    ID = "page.nothing"
	PageCases      ID = "page.cases"
	PageTimeline   ID = "page.timeline"
	PageCharts     ID = "page.charts"
	PageFigures    ID = "page.figures"
	PageReturns    ID = "page.returns"
	PageDetails    ID = "page.details"
	PageCause      ID = "page.cause"
	PageEffect     ID = "page.effect"
	PageExcused    ID = "page.excused"
	PageInfo       ID = "page.info"
	PageThen       ID = "page.then"
	PageShow       ID = "page.show"
	PageTimes      ID = "page.times"
	PageKeys       ID = "page.keys"
	PageMore       ID = "page.more"
	PageHow        ID = "page.how"
	PageEvidence   ID = "page.evidence"
	PageRest       ID = "page.rest"
	PageAlike      ID = "page.alike"
	PageMeaning    ID = "page.meaning"
	PageColTime    ID = "page.col.time"
	PageColKey     ID = "page.col.key"
	PageColSource  ID = "page.col.source"
	PageColWhat    ID = "page.col.what"
	PageUs         ID = "page.us"
	PageLog        ID = "page.log"
	PageGuess      ID = "page.guess"
	PageFrames     ID = "page.frames"
	PageReport     ID = "page.report"
	PageFiles      ID = "page.files"
	PageGone       ID = "page.gone"
	PageRefused    ID = "page.refused"
	PageBack       ID = "page.back"
	PageDecided    ID = "page.decided"
	PageNoStory    ID = "page.no-story"
	PageNoScriptTL ID = "page.no-script.timeline"
	PageNoScriptCh ID = "page.no-script.charts"

	PagePlan        ID = "page.plan"
	PageEnvironment ID = "page.environment"
	PageProfile     ID = "page.profile"
	PageJudge       ID = "page.judge"
	PageThinned     ID = "page.thinned"
	PageThinnedSays ID = "page.thinned.says"
	PageThinnedOne  ID = "page.thinned.one"
	PageJSON        ID = "page.json"
	PageJSONSays    ID = "page.json.says"
	PageCut         ID = "page.cut"
	PageExec        ID = "page.exec"
	PageAPI         ID = "page.api"
	PageLogFrom     ID = "page.log-from"
	PageAllow       ID = "page.allow"
	PageFailOnly    ID = "page.fail-only"
	PageGrace       ID = "page.grace"
	PageStuckAfter  ID = "page.stuck-after"
	PageScale       ID = "page.scale"
)

// By what findings are found that are not decided refusal by refusal.
const (
	PageByWire      ID = "page.by.wire"
	PageByPlayers   ID = "page.by.players"
	PageByLife      ID = "page.by.life"
	PageByReport    ID = "page.by.report"
	PageBySamples   ID = "page.by.samples"
	PageByStamps    ID = "page.by.stamps"
	PageByBytes     ID = "page.by.bytes"
	PageByTreatment ID = "page.by.treatment"
)

// pageText is the English of this area.
var pageText = map[ID]string{
	PageTitle:     "%s: %s – flvstorm",
	PageSkip:      "Skip to the findings",
	PageNav:       "Sections",
	PageLanguage:  "Language",
	PageTheme:     "Theme",
	PageAuto:      "Auto",
	PageLight:     "Light",
	PageDark:      "Dark",
	PageCopy:      "Copy",
	PageDownload:  "Download",
	PageNoScript:  "Timeline and charts need JavaScript; everything else is here.",
	PageMadeBy:    "Made by flvstorm %s. This file asks no server for anything.",
	PageCopied:    "Copied",
	PageNotCopied: "Not copied: the browser does not allow it",

	PageServer:     "Server",
	PagePublishURL: "Publish",
	PagePlayURL:    "Play",
	PageSeed:       "Seed",
	PageStarted:    "Started",
	PageLasted:     "Lasted",
	PageMachine:    "Machine",
	PageOn:         "%s/%s, %s processors",
	PageJudged:     "Judged by",
	PageTool:       "flvstorm",
	PageKept:       "Kept in",
	PageEmbedded:   "embedded reference server",
	PageRepeat:     "Repeat it",
	PageThresholds: "Thresholds",

	PageFindings:   "Findings",
	PageFound:      "What was found",
	PageNothing:    "Nothing was found.",
	PageCases:      "Cases",
	PageTimeline:   "Timeline",
	PageCharts:     "Charts",
	PageFigures:    "Figures",
	PageReturns:    "Recovery and times",
	PageDetails:    "Details",
	PageCause:      "cause",
	PageEffect:     "consequence",
	PageExcused:    "does not count",
	PageInfo:       "information",
	PageThen:       "and then",
	PageShow:       "Show on the timeline",
	PageTimes:      "a time leads to its place on the timeline",
	PageKeys:       "Keys",
	PageMore:       "and %s more in the JSON",
	PageHow:        "Decided by",
	PageEvidence:   "Evidence",
	PageRest:       "%s more lines of evidence",
	PageAlike:      "%s more lines like these, on %s",
	PageMeaning:    "What it means, and what usually causes it",
	PageColTime:    "time",
	PageColKey:     "key",
	PageColSource:  "source",
	PageColWhat:    "what happened",
	PageUs:         "flvstorm",
	PageLog:        "server log",
	PageGuess:      "a guess",
	PageFrames:     "Top of the stack",
	PageReport:     "Report of the sanitizer",
	PageFiles:      "Files below the run's folder",
	PageGone:       "its publisher had gone",
	PageRefused:    "publish %s (%s) refused: %s",
	PageBack:       "accepted again",
	PageDecided:    "%s of %s: %s",
	PageNoStory:    "The run has no timeline: nothing was recorded.",
	PageNoScriptTL: "The timeline is drawn by JavaScript. The evidence above has the same events in the order of time.",
	PageNoScriptCh: "The charts are drawn by JavaScript. The figures below have the same as tables.",

	PagePlan:        "Plan",
	PageEnvironment: "Environment",
	PageProfile:     "Profile",
	PageJudge:       "Measures of judgement",
	PageThinned:     "What was thinned out",
	PageThinnedSays: "For the pictures only; all counts and tables are of the whole run.",
	PageThinnedOne:  "%s: %s stand for %s",
	PageJSON:        "The whole result as JSON",
	PageJSONSays:    "Everything that is known of the run, in the schema %s. The packed file needs no JavaScript.",
	PageCut:         "(cut: the run's folder has all of it)",
	PageExec:        "Started by",
	PageAPI:         "API",
	PageLogFrom:     "Log",
	PageAllow:       "Excused codes",
	PageFailOnly:    "Only codes that count",
	PageGrace:       "Grace",
	PageStuckAfter:  "Stuck after",
	PageScale:       "Times stretched by",

	PageByWire:      "what the server answered on the wire to each of the publishers, and when",
	PageByPlayers:   "what the players got while the key was live",
	PageByLife:      "how the server's process ended or, where it was not to be seen, how it answered",
	PageByReport:    "a report in the server's log",
	PageBySamples:   "samples of the server's process and API, before and after",
	PageByStamps:    "the stamps in the frames that witnesses read",
	PageByBytes:     "the bytes that witnesses read",
	PageByTreatment: "how the viewers of one publish were treated beside those of others",
}
