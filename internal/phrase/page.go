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
	PageByReport    ID = "page.by.report"
	PageBySamples   ID = "page.by.samples"
	PageByStamps    ID = "page.by.stamps"
	PageByBytes     ID = "page.by.bytes"
	PageByTreatment ID = "page.by.treatment"
)

// What to do about a failure, what it was safe to do, and what else is said of findings.
const (
	PageTodo          ID = "page.todo"
	PageTodoIssue     ID = "page.todo.issue"
	PageDoDuplicated  ID = "page.do.duplicated-pattern"
	PageDoStuck       ID = "page.do.stuck-busy"
	PageDoSlow        ID = "page.do.slow-release"
	PageDoBusy        ID = "page.do.stream-busy"
	PageDoDisposing   ID = "page.do.disposing"
	PageDoUnexplained ID = "page.do.unexplained-refusal"
	PageDoDouble      ID = "page.do.double-publish"
	PageDoMixed       ID = "page.do.mixed-media"
	PageDoStale       ID = "page.do.stale-media"
	PageDoInvalid     ID = "page.do.flv-invalid"
	PageDoCorrupt     ID = "page.do.media-corrupt"
	PageDoLoss        ID = "page.do.media-loss"
	PageDoTwice       ID = "page.do.media-duplicate"
	PageDoReorder     ID = "page.do.media-reorder"
	PageDoPolicy      ID = "page.do.play-policy"
	PageDoStarved     ID = "page.do.player-starved"
	PageDoRefused     ID = "page.do.player-refused"
	PageDoCrashed     ID = "page.do.server-crashed"
	PageDoHung        ID = "page.do.server-hung"
	PageDoRestarted   ID = "page.do.server-restarted"
	PageDoSanitizer   ID = "page.do.sanitizer"
	PageDoLeak        ID = "page.do.leak"
	PageByProcess     ID = "page.by.process"
	PageByAnswers     ID = "page.by.answers"
	PageSeeReport     ID = "page.see-report"
	PageReportRest    ID = "page.report.rest"
	PageHeatWeak      ID = "page.heat.weak"
	PageAndThen       ID = "page.and-then"
	PageSafeFrom      ID = "page.safe.from"
	PageSafeAll       ID = "page.safe.all"
	PageSafeNone      ID = "page.safe.none"
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
	PageNoScript:  "JavaScript is off: the timeline and the charts are not drawn; everything else is here.",
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
	PageNoScriptTL: "The timeline is drawn by JavaScript, which is off here. What the findings rest on stands above, in the order of time.",
	PageNoScriptCh: "The charts are drawn by JavaScript, which is off here. The tables below sum up the whole run; flvstorm report RUN --format csv has the figures over time.",

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
	PageByReport:    "a report in the server's log",
	PageBySamples:   "samples of the server's process and API, before and after",
	PageByStamps:    "the stamps in the frames that witnesses read",
	PageByBytes:     "the bytes that witnesses read",
	PageByTreatment: "how the viewers of one publish were treated beside those of others",

	PageTodo:          "What to do",
	PageTodoIssue:     "This writes a report of it for the server's tracker:",
	PageDoDuplicated:  "Look at the order in which the server gives back the stream's lock and takes down its HTTP mount when a publisher leaves (SRS: on_unpublish, http_unmount): usually the lock is free while the mount still stands, and a publisher that returns in between meets it. Take the mount down first, or replace the old one.",
	PageDoStuck:       "Look for a way out of a publish that never gives the stream's lock back: usually one that failed half-way, or a lost connection that nobody noticed. The last refusal before the key got stuck, in its lane on the timeline, is where to begin.",
	PageDoSlow:        "Look at what releasing a stream waits for: usually a viewer's connection that has to close, a disk or a hook. Let the next publisher in before that is done, or bound the wait.",
	PageDoBusy:        "The server may still be reading the end of the old connection. Let publishers try again after a short wait, or come back later (--gap).",
	PageDoDisposing:   "The old stream was still being torn down. Look at how long that takes, and whether the publish that is refused gives back what it had taken.",
	PageDoUnexplained: "Give flvstorm the server's log (--log) or its API (--api) and repeat the run: then it can say why. If there is a log already, see what the profile's rules make of it (flvstorm profiles FILE --log LOG).",
	PageDoDouble:      "Look at how a publish takes its key: usually the check whether it is free and the taking of it are two steps, with a yield between. Make them one.",
	PageDoMixed:       "Look at whose frames a key forwards: usually those of a publisher that was refused are still read, or two publishers share one source. Drop a connection's media until its publish was accepted.",
	PageDoStale:       "Look at what is cleared when a publisher leaves: usually the GOP cache still has its pictures, and a new viewer is shown them first.",
	PageDoInvalid:     "Look at how a tag is written to a viewer: usually a write that was cut goes on with the next tag, or a viewer that joins in the middle is not given the headers. The tags around the first case stand with the finding.",
	PageDoCorrupt:     "Look for buffers that are used again while a viewer's write is still under way, and at how chunks of one message are put together.",
	PageDoLoss:        "Look at the bound of the queue to each viewer and at what drops frames: these viewers kept up, so nothing had to be dropped for them.",
	PageDoTwice:       "Look at how a viewer that joins goes from the GOP cache to the live queue: usually frames stand in both.",
	PageDoReorder:     "Look at who writes to a viewer: usually two threads do, or keyframes have a queue of their own.",
	PageDoPolicy:      "Look at what the teardown does to viewers in different states (just joined, slow, waiting): some were treated otherwise than the rest.",
	PageDoStarved:     "Look at what becomes of viewers at a return: usually they stay on the publish that ended, neither closed nor given the next one.",
	PageDoRefused:     "Look at what a play request is answered while its key has a publisher: usually the new mount is not there yet, or the old one still stands.",
	PageDoCrashed:     "Read the stack or the sanitizer's report below; the run's folder has all that is known of the end (crash/, evidence/, the last lines of the log). Without a stack, repeat the run with --exec, so that flvstorm sees the process end, or build the server with -fsanitize=address.",
	PageDoHung:        "Attach a debugger to the process while it hangs, or repeat the run with --exec and look at its stacks: usually a lock was never given back, or the one thread that does everything is in an endless loop.",
	PageDoRestarted:   "Something started the server anew: look at why the one before ended, in the log and in the core dumps of its supervisor.",
	PageDoSanitizer:   "Read the report below from its first line: it names the access and the stack, and for freed memory who freed it. The whole of it is in the run's folder.",
	PageDoLeak:        "Look at what is left when everybody has gone: connections and streams by the API, descriptors by /proc/PID/fd. Repeat the run with one departure at a time (--leave) to see which one leaks.",
	PageByProcess:     "how the server's process ended",
	PageByAnswers:     "how the server answered, or did not",
	PageSeeReport:     "The sanitizer's report that it died of",
	PageReportRest:    "%s more lines of the report",
	PageHeatWeak:      "hatched: no error, but after so few returns that more than 20\u00a0% of them could still go wrong",
	PageAndThen:       "%s %s",
	PageSafeFrom:      "a return was safe from a gap of %s on (%s)",
	PageSafeAll:       "a return was safe after every gap that was tried, down to 0\u00a0ms (%s)",
	PageSafeNone:      "no gap that was tried was safe (%s)",
}
